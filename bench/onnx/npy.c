#include "bench/onnx/tensor.h"

#include "base/file.h"
#include "base/text.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The format: numpy.lib.format. Magic, version, length of the header, the header (the text of a Python
 * dictionary with three keys, padded with blanks, ended by a newline), the data. */
#define MAGIC      "\x93NUMPY"
#define MAGIC_SIZE 6

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the data of .npy files are read and written as they stand: little-endian machines only"
#endif

struct header {
    char *at; /* NUL-terminated; texts in it are ended in place */
    bool has_descr, has_order, has_shape;
    bool fortran;
};

/* Goes past blanks, and past `word` if it stands there. */
static bool take(struct header *h, const char *word)
{
    h->at += strspn(h->at, " \n");
    const bool there = strncmp(h->at, word, strlen(word)) == 0;
    h->at += there ? strlen(word) : 0;
    return there;
}

/* A quoted text without escapes, or NULL. */
static const char *take_text(struct header *h)
{
    const char quote = take(h, "'") ? '\'' : take(h, "\"") ? '"' : '\0', ends[] = {quote, '\\', '\0'};
    char *text = h->at, *end = text + strcspn(text, ends);
    if (!quote || *end != quote)
        return NULL;
    *end = '\0';
    h->at = end + 1;
    return text;
}

static bool take_extent(struct header *h, int64_t *value)
{
    take(h, "");
    const char *start = h->at;
    for (*value = 0; *h->at >= '0' && *h->at <= '9' && *value <= INT32_MAX; h->at++)
        *value = 10 * *value + (*h->at - '0');
    return h->at != start && *value <= INT32_MAX;
}

/* "()", "(3,)" or "(1, 3, 8)" with an optional comma behind. */
static bool take_shape(struct header *h, struct cg_tensor *tensor)
{
    bool comma = true;
    if (!take(h, "("))
        return false;
    for (tensor->rank = 0; !take(h, ")"); comma = take(h, ","))
        if (!comma || tensor->rank == CG_TENSOR_RANK_MAX || !take_extent(h, &tensor->dims[tensor->rank++]))
            return false;
    return tensor->rank != 1 || comma; /* "(3)" is a number in Python, not a shape */
}

/* Notes that an entry is there; false when it was before. */
static bool is_first(bool *has)
{
    const bool first = !*has;
    *has = true;
    return first;
}

static enum cg_status parse_entry(struct header *h, struct cg_tensor *tensor, struct cg_error *err)
{
    const char *key = take_text(h), *descr;
    if (!key || !take(h, ":"))
        return cg_fail(err, CG_INVALID, "the header is not a dictionary");
    if (strcmp(key, "descr") == 0 && is_first(&h->has_descr)) {
        if (!(descr = take_text(h)))
            return cg_fail(err, CG_INVALID, "the element type is not a plain one; save it as float32");
        return strcmp(descr, "<f4") == 0
                   ? CG_OK
                   : cg_fail(err, CG_INVALID, "the element type is '%s'; save it as float32 ('<f4')", descr);
    }
    if (strcmp(key, "fortran_order") == 0 && is_first(&h->has_order)) {
        h->fortran = take(h, "True");
        return h->fortran || take(h, "False")
                   ? CG_OK
                   : cg_fail(err, CG_INVALID, "fortran_order is not True or False");
    }
    if (strcmp(key, "shape") == 0 && is_first(&h->has_shape))
        return take_shape(h, tensor)
                   ? CG_OK
                   : cg_fail(err, CG_INVALID, "the shape is not one of up to %d extents below 2^31",
                             CG_TENSOR_RANK_MAX);
    return cg_fail(err, CG_INVALID, "the header has the entry '%s' too much", key);
}

static enum cg_status parse_header(struct header *h, struct cg_tensor *tensor, struct cg_error *err)
{
    bool comma = take(h, "{");
    while (comma && !take(h, "}")) {
        if (parse_entry(h, tensor, err) != CG_OK)
            return CG_INVALID;
        comma = take(h, ",") || *h->at == '}';
    }
    if (!comma)
        return cg_fail(err, CG_INVALID, "the header is not a dictionary");
    if (take(h, "") && *h->at)
        return cg_fail(err, CG_INVALID, "the header goes on behind its dictionary");
    if (!h->has_descr || !h->has_order || !h->has_shape)
        return cg_fail(err, CG_INVALID, "the header lacks 'descr', 'fortran_order' or 'shape'");
    return CG_OK;
}

/* Copies elements in first-dimension-fastest order to last-dimension-fastest. */
static void from_fortran(const unsigned char *bytes, const struct cg_tensor *tensor, int64_t elements)
{
    for (int64_t e = 0; e < elements; e++) {
        int64_t rest = elements, at = 0, k = e;
        for (int i = 0; i < tensor->rank; i++) {
            rest /= tensor->dims[i]; /* elements behind one index of dimension i */
            at += k % tensor->dims[i] * rest;
            k /= tensor->dims[i];
        }
        memcpy(&tensor->data[at], bytes + e * (int64_t)sizeof(float), sizeof(float));
    }
}

static enum cg_status read_data(const unsigned char *bytes, size_t size, bool fortran,
                                struct cg_tensor *tensor, struct cg_error *err)
{
    int64_t elements = 1;
    for (int i = 0; i < tensor->rank; i++)
        if (__builtin_mul_overflow(elements, tensor->dims[i], &elements))
            return cg_fail(err, CG_INVALID, "the shape has too many elements");
    if (elements == 0)
        return cg_fail(err, CG_INVALID, "the tensor has no elements");
    if ((uint64_t)elements > size / sizeof(float) || (size_t)elements * sizeof(float) != size)
        return cg_fail(err, CG_INVALID, "%zu bytes of data do not make %lld float32 elements", size,
                       (long long)elements);
    tensor->data = malloc(size);
    if (!tensor->data)
        return cg_fail(err, CG_NO_MEMORY, "no memory for %lld elements", (long long)elements);
    if (fortran)
        from_fortran(bytes, tensor, elements);
    else
        memcpy(tensor->data, bytes, size);
    return CG_OK;
}

static enum cg_status parse(const unsigned char *bytes, size_t size, struct cg_tensor *tensor,
                            struct cg_error *err)
{
    if (size < 10 || memcmp(bytes, MAGIC, MAGIC_SIZE) != 0)
        return cg_fail(err, CG_INVALID, "not a .npy file");
    const int major = bytes[6], minor = bytes[7];
    if (major < 1 || major > 3 || minor != 0)
        return cg_fail(err, CG_INVALID, "version %d.%d of the .npy format is not known", major, minor);
    const size_t preamble = major == 1 ? 10 : 12;
    size_t length = (size_t)bytes[8] | (size_t)bytes[9] << 8;
    if (major > 1 && size >= preamble)
        length |= (size_t)bytes[10] << 16 | (size_t)bytes[11] << 24;
    if (size < preamble || length > size - preamble)
        return cg_fail(err, CG_INVALID, "the header is cut off");
    char *text = strndup((const char *)bytes + preamble, length);
    struct header header = {.at = text};
    enum cg_status status = !text                   ? cg_fail(err, CG_NO_MEMORY, "no memory for the header")
                            : strlen(text) < length ? cg_fail(err, CG_INVALID, "the header holds a zero byte")
                                                    : parse_header(&header, tensor, err);
    free(text);
    return status != CG_OK
               ? status
               : read_data(bytes + preamble + length, size - preamble - length, header.fortran, tensor, err);
}

enum cg_status cg_onnx_file_read(const char *path, char **bytes, size_t *size, struct cg_error *err)
{
    struct cg_error why = {0};
    *bytes = NULL;
    if (access(path, F_OK) != 0)
        return cg_fail(err, CG_INVALID, "cannot open '%s': %s", path, strerror(errno));
    *bytes = cg_file_read(path, INT32_MAX, size, &why);
    return *bytes ? CG_OK : cg_fail(err, why.status, "%s", why.text);
}

enum cg_status cg_npy_read(const char *path, struct cg_tensor *tensor, struct cg_error *err)
{
    char *bytes;
    size_t size;
    *tensor = (struct cg_tensor){0};
    enum cg_status status = cg_onnx_file_read(path, &bytes, &size, err);
    if (status != CG_OK)
        return status;
    status = parse((const unsigned char *)bytes, size, tensor, err);
    free(bytes);
    if (status != CG_OK) {
        cg_tensor_free(tensor);
        cg_context(err, "%s", path);
    }
    return status;
}

/* Version 1.0: the data start at a multiple of 64. */
static size_t format_header(const struct cg_tensor *tensor, char *text, size_t size)
{
    text[0] = '\0';
    cg_append(text, size, "{'descr': '<f4', 'fortran_order': False, 'shape': (");
    for (int i = 0; i < tensor->rank; i++)
        cg_append(text, size, "%s%lld%s", i ? ", " : "", (long long)tensor->dims[i],
                  tensor->rank == 1 ? "," : "");
    cg_append(text, size, "), }");
    const size_t length = strlen(text), padded = (10 + length + 1 + 63) / 64 * 64 - 10;
    memset(text + length, ' ', padded - length - 1);
    text[padded - 1] = '\n';
    return padded;
}

enum cg_status cg_npy_write(const char *path, const struct cg_tensor *tensor, struct cg_error *err)
{
    char header[384];
    const size_t length = format_header(tensor, header, sizeof header);
    const unsigned char preamble[10] = {
        0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (unsigned char)(length & 0xff), (unsigned char)(length >> 8)};
    struct cg_new_file file;
    const enum cg_status status = cg_new_file_open(&file, path, err);
    if (status != CG_OK)
        return status;
    fwrite(preamble, 1, sizeof preamble, file.stream);
    fwrite(header, 1, length, file.stream);
    fwrite(tensor->data, sizeof(float), (size_t)cg_tensor_elements(tensor), file.stream);
    return cg_new_file_keep(&file, false, err);
}
