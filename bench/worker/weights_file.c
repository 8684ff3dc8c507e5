#include "bench/worker/weights_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- writing: each array behind its length, 0 of an absent one ---- */

static bool write_array(FILE *file, const float *data, size_t room)
{
    const uint64_t n = data ? room : 0;
    return fwrite(&n, sizeof n, 1, file) == 1 && (n == 0 || fwrite(data, sizeof *data, n, file) == n);
}

static bool write_weights(FILE *file, const struct cg_weights *weights)
{
    for (int i = 0; i < weights->n_params; i++) {
        const struct cg_params *p = &weights->params[i];
        const size_t out = (size_t)p->out;
        if (!write_array(file, p->weight, p->n_weight) || !write_array(file, p->bias, out) ||
            !write_array(file, p->scale, out) || !write_array(file, p->shift, out))
            return false;
    }
    return true;
}

enum cg_status cg_weights_to_memory_file(const struct cg_weights *weights, int *fd, struct cg_error *err)
{
    *fd = memfd_create("convgauge-weights", MFD_CLOEXEC);
    if (*fd < 0)
        return cg_fail(err, CG_IO, "cannot make a memory file for weights: %s", strerror(errno));
    const int copy = dup(*fd);
    FILE *file = copy < 0 ? NULL : fdopen(copy, "wb");
    bool ok = file && write_weights(file, weights);
    if (file)
        ok = fclose(file) == 0 && ok;
    else if (copy >= 0)
        close(copy);
    if (ok)
        return CG_OK;
    close(*fd);
    *fd = -1;
    return cg_fail(err, CG_NO_MEMORY, "no memory to hand weights to the workers");
}

/* ---- reading: the arrays stay where they are ---- */

struct reader {
    char *at;
    size_t left;
};

/* Puts the next array in the place of an allocated one, which stays where the file lacks it (a bias of
 * zeros). False when the file ends before, or has what there is no room for. */
static bool take_array(struct reader *reader, float **array, size_t room)
{
    uint64_t n;
    if (reader->left < sizeof n)
        return false;
    memcpy(&n, reader->at, sizeof n);
    reader->at += sizeof n;
    reader->left -= sizeof n;
    if (n == 0)
        return true;
    const size_t bytes = room * sizeof **array;
    if (!*array || n != room || reader->left < bytes)
        return false;
    free(*array);
    *array = (float *)(void *)reader->at;
    reader->at += bytes;
    reader->left -= bytes;
    return true;
}

/* Their pages are made now, so that none is counted among what a plan takes. */
static bool map(struct cg_weights *weights, const char *path)
{
    struct stat info;
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    const size_t bytes = fstat(fd, &info) == 0 ? (size_t)info.st_size : 0;
    void *const mapping = mmap(NULL, bytes, PROT_READ, MAP_SHARED | MAP_POPULATE, fd, 0);
    close(fd);
    if (mapping == MAP_FAILED)
        return false;
    weights->mapping = mapping;
    weights->mapping_bytes = bytes;
    return true;
}

static bool take_weights(struct cg_weights *weights)
{
    struct reader reader = {weights->mapping, weights->mapping_bytes};
    for (int i = 0; i < weights->n_params; i++) {
        struct cg_params *p = &weights->params[i];
        const size_t out = (size_t)p->out;
        if (!take_array(&reader, &p->weight, p->n_weight) || !take_array(&reader, &p->bias, out) ||
            !take_array(&reader, &p->scale, out) || !take_array(&reader, &p->shift, out))
            return false;
    }
    return true;
}

struct cg_weights *cg_weights_from_file(const struct cg_graph *graph, const char *path, struct cg_error *err)
{
    struct cg_weights *weights = cg_weights_alloc(graph, err);
    if (weights && !(map(weights, path) && take_weights(weights))) {
        cg_weights_destroy(&weights);
        cg_fail(err, CG_IO, "cannot read the weights that were handed to a worker");
    }
    return weights;
}
