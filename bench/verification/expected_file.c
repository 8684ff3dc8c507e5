#include "bench/verification/expected_file.h"

#include "base/hash.h"
#include "bench/graph/text.h"

#include <stdlib.h>
#include <string.h>

/* Native byte order: the machines that hand such files to each other are all little-endian. */
static const char magic[16] = "convgauge-exp-2";

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "expected outputs are stored little-endian");

#define MOST_BYTES ((size_t)4 << 30)

/* Stands before each output: then n*h*w*c values, c sigmas, c root mean squares, all f32. */
struct record {
    uint64_t key;
    int64_t madds;
    struct cg_shape shape;
};

static size_t bytes_of(struct cg_shape shape)
{
    return sizeof(float) * ((size_t)cg_shape_elements(shape) + 2 * (size_t)shape.c);
}

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
    const struct cg_shape s = expected->shape;
    const struct record record = {key, expected->madds, s};
    if (!expected->whole)
        return cg_fail(err, CG_INVALID, "only whole outputs can be handed over");
    fwrite(&record, sizeof record, 1, file->stream);
    fwrite(expected->values, sizeof(float), (size_t)cg_shape_elements(s), file->stream);
    fwrite(expected->sigma, sizeof(float), (size_t)s.c, file->stream);
    fwrite(expected->rms, sizeof(float), (size_t)s.c, file->stream);
    return ferror(file->stream) ? cg_fail(err, CG_IO, "cannot write %s", file->path) : CG_OK;
}

static bool has_meaning(struct cg_shape s)
{
    const int dims[] = {s.n, s.h, s.w, s.c};
    int64_t elements = 1;
    for (int i = 0; i < 4; i++) {
        if (dims[i] < 1 || dims[i] > INT32_MAX / elements)
            return false;
        elements *= dims[i];
    }
    return true;
}

/* Checks that the records fill the file to its last byte. */
static enum cg_status check_records(const struct cg_expected_file *file, struct cg_error *err)
{
    size_t at = sizeof magic;
    if (file->size < sizeof magic || memcmp(file->bytes, magic, sizeof magic) != 0)
        return cg_fail(err, CG_INVALID, "%s holds no expected outputs", file->path);
    while (at < file->size) {
        struct record record;
        if (file->size - at < sizeof record)
            return cg_fail(err, CG_INVALID, "%s is cut off", file->path);
        memcpy(&record, file->bytes + at, sizeof record);
        at += sizeof record;
        if (!has_meaning(record.shape))
            return cg_fail(err, CG_INVALID, "%s is damaged: a shape has no meaning", file->path);
        if (file->size - at < bytes_of(record.shape))
            return cg_fail(err, CG_INVALID, "%s is cut off", file->path);
        at += bytes_of(record.shape);
    }
    return CG_OK;
}

enum cg_status cg_expected_file_open(const char *path, struct cg_expected_file *file, struct cg_error *err)
{
    struct cg_error reason = {0};
    *file = (struct cg_expected_file){.path = path};
    file->bytes = cg_file_read(path, MOST_BYTES, &file->size, &reason);
    if (!file->bytes)
        return cg_fail(err, reason.status == CG_NO_MEMORY ? CG_NO_MEMORY : CG_INVALID, "cannot read %.*s",
                       (int)sizeof reason.text - 16, reason.text);
    const enum cg_status status = check_records(file, err);
    if (status != CG_OK)
        cg_expected_file_close(file);
    return status;
}

void cg_expected_file_close(struct cg_expected_file *file)
{
    free(file->bytes);
    *file = (struct cg_expected_file){0};
}

static struct cg_expected *load(const struct record *record, const char *bytes)
{
    const struct cg_shape s = record->shape;
    struct cg_expected *expected = cg_expected_alloc(s, (int64_t)s.n * s.h * s.w);
    if (!expected)
        return NULL;
    const size_t values = (size_t)cg_shape_elements(s) * sizeof(float), vector = (size_t)s.c * sizeof(float);
    expected->madds = record->madds;
    memcpy(expected->values, bytes, values);
    memcpy(expected->sigma, bytes + values, vector);
    memcpy(expected->rms, bytes + values + vector, vector);
    cg_expected_all_positions(expected);
    return expected;
}

enum cg_status cg_expected_file_find(const struct cg_expected_file *file, uint64_t key, struct cg_shape shape,
                                     struct cg_expected **expected, struct cg_error *err)
{
    struct record record;
    *expected = NULL;
    for (size_t at = sizeof magic; at < file->size; at += bytes_of(record.shape)) {
        memcpy(&record, file->bytes + at, sizeof record);
        at += sizeof record;
        if (record.key != key || !cg_shape_equal(record.shape, shape))
            continue;
        *expected = load(&record, file->bytes + at);
        return *expected ? CG_OK : cg_fail(err, CG_NO_MEMORY, "no memory for an expected output");
    }
    return cg_fail(
        err, CG_INVALID,
        "%s has no output for this graph with these weights and this input: it was made by another "
        "version or for other cases",
        file->path);
}
