/* Models in ncnn's form: a text of layers (.param) and their weights (.bin), f32, one image a run. Norms are
 * folded into the layers before them, activations stand in a layer where ncnn has them there. */
#ifndef CONVGAUGE_BENCH_NCNN_WRITE_EXPORT_H
#define CONVGAUGE_BENCH_NCNN_WRITE_EXPORT_H

#include "base/error.h"
#include "base/text.h"
#include "bench/graph/graph.h"
#include "bench/graph/weights.h"
#include "bench/ncnn/write/names.h"

#include <stdbool.h>

/* Zero-initialise; the two files' bytes. */
struct cg_ncnn_model {
    struct cg_text param, bin;
};

/* Why ncnn has no layers for node `id`, or NULL. */
const char *cg_ncnn_cannot(const struct cg_graph *graph, int id);

/* Whether ncnn, which computes in floats which pixel it repeats, takes those of CG_UPSAMPLE along an axis. */
bool cg_ncnn_repeats_alike(int in, int out);

/* Writes a graph with its weights, both borrowed until return, into memory. The output is [c] where the graph
 * ends in an FC node or a global pool, else [c, h, w]. CG_UNSUPPORTED names the layer that ncnn does not
 * have; then, and after CG_NO_MEMORY, the model is empty. */
enum cg_status cg_ncnn_make(const struct cg_graph *graph, const struct cg_weights *weights,
                            struct cg_ncnn_model *model, struct cg_error *err);
void cg_ncnn_release(struct cg_ncnn_model *model);

/* Whether the name ends in .param. */
bool cg_ncnn_is_path(const char *path);

/* Where the weights of the file `path` are: .bin in the place of .param; malloc'ed, NULL without memory. */
char *cg_ncnn_bin_path(const char *path);

/* The same as two files, `path` and that of its weights, each of which appears whole or not at all. CG_IO
 * when writing fails. */
enum cg_status cg_ncnn_export(const struct cg_graph *graph, const struct cg_weights *weights,
                              const char *path, struct cg_error *err);

#endif
