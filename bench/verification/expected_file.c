#include "bench/verification/expected_file.h"

#include "bench/graph/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Native byte order: the machines that hand such files to each other are all little-endian. */
static const char magic[16] = "convgauge-exp-1";

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "expected outputs are stored little-endian");

/* Stands before each output: then n*h*w*c values, c sigmas, c root mean squares, all f32. */
struct record {
    uint64_t key;
    int64_t madds;
    int32_t shape[4];
};

static size_t floats_of(struct cg_shape shape)
{
    return (size_t)cg_shape_elements(shape) + 2 * (size_t)shape.c;
}

/* ---- key ---- */

/* FNV-1a over 32-bit words. */
static uint64_t mix(uint64_t hash, const float *values, size_t n)
{
    for (size_t i = 0; values && i < n; i++) {
        uint32_t bits;
        memcpy(&bits, &values[i], sizeof bits);
        hash = (hash ^ bits) * 0x100000001b3u;
    }
    return hash;
}

uint64_t cg_expected_key(const struct cg_graph *graph, const struct cg_weights *weights, const float *input)
{
    uint64_t hash = cg_graph_hash(graph);
    for (int i = 0; i < weights->n_params; i++) {
        const struct cg_params *p = &weights->params[i];
        hash = mix(hash, p->weight, p->n_weight);
        hash = mix(hash, p->bias, (size_t)p->out);
        hash = mix(hash, p->scale, (size_t)p->out);
        hash = mix(hash, p->shift, (size_t)p->out);
    }
    return mix(hash, input, (size_t)cg_shape_elements(graph->nodes[graph->input].shape));
}

/* ---- writing ---- */

struct cg_expected_writer {
    FILE *stream;
    char path[4096], temporary[4096];
};

enum cg_status cg_expected_writer_open(const char *path, struct cg_expected_writer **out,
                                       struct cg_error *err)
{
    struct cg_expected_writer *writer = calloc(1, sizeof *writer);
    *out = NULL;
    if (!writer)
        return cg_fail(err, CG_NO_MEMORY, "no memory to write %s", path);
    const int length = snprintf(writer->temporary, sizeof writer->temporary, "%s.%d", path, (int)getpid());
    if (length < 0 || (size_t)length >= sizeof writer->temporary) {
        free(writer);
        return cg_fail(err, CG_INVALID, "the path of the expected outputs is too long");
    }
    snprintf(writer->path, sizeof writer->path, "%s", path);
    writer->stream = fopen(writer->temporary, "wb");
    if (!writer->stream) {
        const enum cg_status status = cg_fail(err, CG_IO, "cannot write %s: %s", path, strerror(errno));
        free(writer);
        return status;
    }
    fwrite(magic, 1, sizeof magic, writer->stream);
    *out = writer;
    return CG_OK;
}

enum cg_status cg_expected_writer_add(struct cg_expected_writer *writer, uint64_t key,
                                      const struct cg_expected *expected, struct cg_error *err)
{
    const struct cg_shape s = expected->shape;
    const struct record record = {key, expected->madds, {s.n, s.h, s.w, s.c}};
    if (!expected->whole)
        return cg_fail(err, CG_INVALID, "only whole outputs can be handed over");
    fwrite(&record, sizeof record, 1, writer->stream);
    fwrite(expected->values, sizeof(float), (size_t)cg_shape_elements(s), writer->stream);
    fwrite(expected->sigma, sizeof(float), (size_t)s.c, writer->stream);
    fwrite(expected->rms, sizeof(float), (size_t)s.c, writer->stream);
    return ferror(writer->stream) ? cg_fail(err, CG_IO, "cannot write %s", writer->path) : CG_OK;
}

enum cg_status cg_expected_writer_close(struct cg_expected_writer **out, bool keep, struct cg_error *err)
{
    struct cg_expected_writer *writer = *out;
    enum cg_status status = CG_OK;
    *out = NULL;
    if (!writer)
        return CG_OK;
    const bool bad = ferror(writer->stream) != 0;
    if (fclose(writer->stream) != 0 || bad || (keep && rename(writer->temporary, writer->path) != 0))
        status = cg_fail(err, CG_IO, "cannot write %s", writer->path);
    if (!keep || status != CG_OK)
        unlink(writer->temporary);
    free(writer);
    return status;
}

/* ---- reading ---- */

struct cg_expected_file {
    char path[4096];
    const unsigned char *bytes;
    size_t size;
};

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
        int64_t elements = 1;
        for (int i = 0; i < 4; i++) {
            if (record.shape[i] < 1 || record.shape[i] > INT32_MAX / elements)
                return cg_fail(err, CG_INVALID, "%s is damaged: a shape has no meaning", file->path);
            elements *= record.shape[i];
        }
        const size_t bytes = sizeof(float) * ((size_t)elements + 2 * (size_t)record.shape[3]);
        if (file->size - at < bytes)
            return cg_fail(err, CG_INVALID, "%s is cut off", file->path);
        at += bytes;
    }
    return CG_OK;
}

enum cg_status cg_expected_file_open(const char *path, struct cg_expected_file **out, struct cg_error *err)
{
    struct stat info;
    *out = NULL;
    struct cg_expected_file *file = calloc(1, sizeof *file);
    if (!file)
        return cg_fail(err, CG_NO_MEMORY, "no memory to read %s", path);
    snprintf(file->path, sizeof file->path, "%s", path);
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    enum cg_status status = CG_OK;
    if (fd < 0 || fstat(fd, &info) != 0)
        status = cg_fail(err, CG_INVALID, "cannot read %s: %s", path, strerror(errno));
    else if (!S_ISREG(info.st_mode) || info.st_size == 0)
        status = cg_fail(err, CG_INVALID, "%s holds no expected outputs", path);
    if (status == CG_OK) {
        void *bytes = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (bytes == MAP_FAILED) {
            status = cg_fail(err, CG_IO, "cannot read %s: %s", path, strerror(errno));
        } else {
            file->bytes = bytes;
            file->size = (size_t)info.st_size;
            status = check_records(file, err);
        }
    }
    if (fd >= 0)
        close(fd);
    if (status != CG_OK)
        cg_expected_file_close(&file);
    *out = file;
    return status;
}

void cg_expected_file_close(struct cg_expected_file **file)
{
    if (!*file)
        return;
    if ((*file)->bytes)
        munmap((void *)(uintptr_t)(*file)->bytes, (*file)->size);
    free(*file);
    *file = NULL;
}

static struct cg_expected *load(const struct record *record, struct cg_shape s, const unsigned char *bytes)
{
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
    size_t at = sizeof magic;
    *expected = NULL;
    while (at < file->size) {
        struct record record;
        memcpy(&record, file->bytes + at, sizeof record);
        const struct cg_shape s = {record.shape[0], record.shape[1], record.shape[2], record.shape[3]};
        at += sizeof record;
        if (record.key == key && cg_shape_equal(s, shape)) {
            *expected = load(&record, s, file->bytes + at);
            return *expected ? CG_OK : cg_fail(err, CG_NO_MEMORY, "no memory for an expected output");
        }
        at += floats_of(s) * sizeof(float);
    }
    return cg_fail(
        err, CG_INVALID,
        "%s has no output for this graph with these weights and this input: it was made by another "
        "version or for other cases",
        file->path);
}
