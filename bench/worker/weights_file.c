#include "bench/worker/weights_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* The four arrays of a parameter set with their lengths; absent ones have length 0. */
struct part {
    float *data;
    size_t n;
};

static void parts_of(const struct cg_params *params, struct part parts[4])
{
    const size_t out = (size_t)params->out;
    parts[0] = (struct part){params->weight, params->weight ? params->n_weight : 0};
    parts[1] = (struct part){params->bias, params->bias ? out : 0};
    parts[2] = (struct part){params->scale, params->scale ? out : 0};
    parts[3] = (struct part){params->shift, params->shift ? out : 0};
}

enum cg_status cg_weights_to_memory_file(const struct cg_weights *weights, int *fd, struct cg_error *err)
{
    *fd = memfd_create("convgauge-weights", MFD_CLOEXEC);
    if (*fd < 0)
        return cg_fail(err, CG_IO, "cannot make a memory file for weights: %s", strerror(errno));
    const int copy = dup(*fd);
    FILE *file = copy < 0 ? NULL : fdopen(copy, "wb");
    bool ok = file != NULL;
    for (int i = 0; ok && i < weights->n_params; i++) {
        struct part parts[4];
        parts_of(&weights->params[i], parts);
        for (int k = 0; ok && k < 4; k++) {
            const uint64_t n = parts[k].n;
            ok = fwrite(&n, sizeof n, 1, file) == 1 &&
                 (n == 0 || fwrite(parts[k].data, sizeof(float), parts[k].n, file) == parts[k].n);
        }
    }
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
    bool ok = file != NULL;
    for (int i = 0; ok && i < weights->n_params; i++) {
        struct part parts[4];
        parts_of(&weights->params[i], parts);
        for (int k = 0; ok && k < 4; k++) {
            uint64_t n = 0;
            ok = fread(&n, sizeof n, 1, file) == 1;
            /* A set may lack what the allocation has room for (a bias of zeros), never the reverse. */
            ok = ok && (n == 0 || n == parts[k].n);
            ok = ok && (n == 0 || fread(parts[k].data, sizeof(float), parts[k].n, file) == parts[k].n);
        }
    }
    if (file)
        fclose(file);
    if (!ok) {
        cg_weights_destroy(&weights);
        cg_fail(err, CG_IO, "cannot read the weights that were handed to a worker");
    }
    return weights;
}
