#include "bench/worker/weights_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Writes an array with its length, 0 for an absent one; or reads it back. What is read may lack what there is
 * room for (a bias of zeros), never the reverse. */
static bool pass_array(FILE *file, float *data, size_t room, bool write)
{
    uint64_t n = data ? room : 0;
    if (write)
        return fwrite(&n, sizeof n, 1, file) == 1 && (n == 0 || fwrite(data, sizeof *data, n, file) == n);
    const uint64_t most = n;
    return fread(&n, sizeof n, 1, file) == 1 && (n == 0 || n == most) &&
           (n == 0 || fread(data, sizeof *data, n, file) == n);
}

static bool pass_weights(FILE *file, const struct cg_weights *weights, bool write)
{
    for (int i = 0; i < weights->n_params; i++) {
        const struct cg_params *p = &weights->params[i];
        const size_t out = (size_t)p->out;
        if (!pass_array(file, p->weight, p->n_weight, write) || !pass_array(file, p->bias, out, write) ||
            !pass_array(file, p->scale, out, write) || !pass_array(file, p->shift, out, write))
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
    bool ok = file && pass_weights(file, weights, true);
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

struct cg_weights *cg_weights_from_file(const struct cg_graph *graph, const char *path, struct cg_error *err)
{
    struct cg_weights *weights = cg_weights_alloc(graph, err);
    if (!weights)
        return NULL;
    FILE *file = fopen(path, "rb");
    const bool ok = file && pass_weights(file, weights, false);
    if (file)
        fclose(file);
    if (!ok) {
        cg_weights_destroy(&weights);
        cg_fail(err, CG_IO, "cannot read the weights that were handed to a worker");
    }
    return weights;
}
