#include "bench/verification/expected_file.h"

#include "base/hash.h"
#include "bench/graph/text.h"

#include <stdlib.h>
#include <string.h>

/* Native byte order: the machines that hand such files to each other are all little-endian. */
static const char magic[16] = "convgauge-exp-2";

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "expected outputs are stored little-endian");

#define MOST_BYTES ((size_t)4 << 30)

/* ---- one output as bytes ---- */

/* Stands before the positions (of outputs that are not whole), the values, the sigmas and the root mean
 * squares. */
struct head {
    uint64_t key;
    int64_t madds;
    struct cg_shape shape;
    int64_t n_positions, whole;
};

static size_t positions_size(const struct head *head)
{
    return head->whole ? 0 : (size_t)head->n_positions * sizeof(struct cg_position);
}

static size_t size_of(const struct head *head)
{
    const size_t floats = ((size_t)head->n_positions + 2) * (size_t)head->shape.c;
    return sizeof *head + positions_size(head) + floats * sizeof(float);
}

/* Whether these are sizes of an output. */
static bool has_meaning(const struct head *head)
{
    const int dims[] = {head->shape.n, head->shape.h, head->shape.w, head->shape.c};
    int64_t elements = 1;
    for (int i = 0; i < 4; i++) {
        if (dims[i] < 1 || dims[i] > INT32_MAX / elements)
            return false;
        elements *= dims[i];
    }
    const int64_t pixels = elements / head->shape.c;
    return head->whole ? head->n_positions == pixels : head->n_positions >= 0 && head->n_positions <= pixels;
}

/* Copies an array to or from the bytes at *at, which it moves. */
static void pass(char **at, void *array, size_t size, bool out)
{
    if (size)
        memcpy(out ? *at : array, out ? array : *at, size);
    *at += size;
}

static void pass_arrays(char *at, const struct cg_expected *e, const struct head *head, bool out)
{
    const size_t vector = (size_t)e->shape.c * sizeof(float);
    pass(&at, e->positions, positions_size(head), out);
    pass(&at, e->values, (size_t)e->n_positions * vector, out);
    pass(&at, e->sigma, vector, out);
    pass(&at, e->rms, vector, out);
}

void *cg_expected_pack(const struct cg_expected *expected, uint64_t key, size_t *size)
{
    const struct head head = {key, expected->madds, expected->shape, expected->n_positions, expected->whole};
    *size = size_of(&head);
    char *bytes = malloc(*size);
    if (!bytes)
        return NULL;
    memcpy(bytes, &head, sizeof head);
    pass_arrays(bytes + sizeof head, expected, &head, true);
    return bytes;
}

static bool positions_are_inside(const struct cg_expected *expected)
{
    const struct cg_shape s = expected->shape;
    for (int64_t i = 0; i < expected->n_positions; i++) {
        const struct cg_position p = expected->positions[i];
        if (p.n < 0 || p.n >= s.n || p.y < 0 || p.y >= s.h || p.x < 0 || p.x >= s.w)
            return false;
    }
    return true;
}

struct cg_expected *cg_expected_unpack(const void *bytes, size_t size, struct cg_shape shape)
{
    struct head head;
    if (size < sizeof head)
        return NULL;
    memcpy(&head, bytes, sizeof head);
    if (!has_meaning(&head) || size != size_of(&head) || !cg_shape_equal(head.shape, shape))
        return NULL;
    struct cg_expected *expected = cg_expected_alloc(shape, head.n_positions);
    if (!expected)
        return NULL;
    expected->madds = head.madds;
    if (head.whole)
        cg_expected_all_positions(expected);
    pass_arrays((char *)(uintptr_t)bytes + sizeof head, expected, &head, false);
    if (!positions_are_inside(expected))
        cg_expected_destroy(&expected);
    return expected;
}

/* ---- many in a file ---- */

static uint64_t hash_floats(uint64_t hash, const float *values, size_t n)
{
    return values ? cg_hash_bytes(hash, values, n * sizeof *values) : hash;
}

uint64_t cg_expected_key(const struct cg_graph *graph, const struct cg_weights *weights, const float *input)
{
    uint64_t hash = cg_graph_hash(graph);
    for (int i = 0; i < weights->n_params; i++) {
        const struct cg_params *p = &weights->params[i];
        hash = hash_floats(hash, p->weight, p->n_weight);
        hash = hash_floats(hash, p->bias, (size_t)p->out);
        hash = hash_floats(hash, p->scale, (size_t)p->out);
        hash = hash_floats(hash, p->shift, (size_t)p->out);
    }
    return hash_floats(hash, input, (size_t)cg_shape_elements(graph->nodes[graph->input].shape));
}

enum cg_status cg_expected_file_begin(const char *path, struct cg_new_file *file, struct cg_error *err)
{
    const enum cg_status status = cg_new_file_open(file, path, err);
    if (status == CG_OK)
        fwrite(magic, 1, sizeof magic, file->stream);
    return status;
}

enum cg_status cg_expected_file_add(struct cg_new_file *file, uint64_t key,
                                    const struct cg_expected *expected, struct cg_error *err)
{
    size_t size;
    void *bytes = cg_expected_pack(expected, key, &size);
    if (!bytes)
        return cg_fail(err, CG_NO_MEMORY, "no memory to write an expected output");
    const bool written = fwrite(bytes, 1, size, file->stream) == size;
    free(bytes);
    return written ? CG_OK : cg_fail(err, CG_IO, "cannot write %s", file->path);
}

/* Checks that the outputs fill the file to its last byte. */
static enum cg_status check_outputs(const struct cg_expected_file *file, struct cg_error *err)
{
    struct head head;
    size_t at = sizeof magic;
    if (file->size < sizeof magic || memcmp(file->bytes, magic, sizeof magic) != 0)
        return cg_fail(err, CG_INVALID, "%s holds no expected outputs", file->path);
    for (; file->size - at >= sizeof head; at += size_of(&head)) {
        memcpy(&head, file->bytes + at, sizeof head);
        if (!has_meaning(&head))
            return cg_fail(err, CG_INVALID, "%s is damaged: a shape has no meaning", file->path);
        if (file->size - at < size_of(&head))
            break;
    }
    return at == file->size ? CG_OK : cg_fail(err, CG_INVALID, "%s is cut off", file->path);
}

enum cg_status cg_expected_file_open(const char *path, struct cg_expected_file *file, struct cg_error *err)
{
    struct cg_error reason = {0};
    *file = (struct cg_expected_file){.path = path};
    file->bytes = cg_file_read(path, MOST_BYTES, &file->size, &reason);
    if (!file->bytes)
        return cg_fail(err, reason.status == CG_NO_MEMORY ? CG_NO_MEMORY : CG_INVALID, "cannot read %.*s",
                       (int)sizeof reason.text - 16, reason.text);
    const enum cg_status status = check_outputs(file, err);
    if (status != CG_OK)
        cg_expected_file_close(file);
    return status;
}

void cg_expected_file_close(struct cg_expected_file *file)
{
    free(file->bytes);
    *file = (struct cg_expected_file){0};
}

enum cg_status cg_expected_file_find(const struct cg_expected_file *file, uint64_t key, struct cg_shape shape,
                                     struct cg_expected **expected, struct cg_error *err)
{
    struct head head;
    *expected = NULL;
    for (size_t at = sizeof magic; at < file->size; at += size_of(&head)) {
        memcpy(&head, file->bytes + at, sizeof head);
        if (head.key != key || !cg_shape_equal(head.shape, shape))
            continue;
        *expected = cg_expected_unpack(file->bytes + at, size_of(&head), shape);
        return *expected ? CG_OK : cg_fail(err, CG_NO_MEMORY, "no memory for an expected output");
    }
    return cg_fail(
        err, CG_INVALID,
        "%s has no output for this graph with these weights and this input: it was made by another "
        "version or for other cases",
        file->path);
}
