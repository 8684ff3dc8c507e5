/* Models of ncnn: its .param and .bin files, read. */
#ifndef CONVGAUGE_BENCH_NCNN_NCNN_H
#define CONVGAUGE_BENCH_NCNN_NCNN_H

#include "bench/config/config.h"
#include "bench/ncnn/write/export.h"

/* Reads a .param file (text) with its weights, NAME.bin beside NAME.param. Where there is no such file, the
 * graph alone is read: *weights is NULL and the note says so (ncnn's own benchmark has no weights either).
 * BatchNorm and Scale alone after a layer become its norm, elsewhere an affine; activations are fused.
 * CG_UNSUPPORTED names every layer that cannot be read; CG_INVALID: no such file, or one that contradicts
 * itself, with the line. Memory is bounded by a small multiple of the files' size. request->output: the blob
 * that is the network's output. On success the caller owns *graph and *weights; on failure both are NULL.
 * `request` may be NULL. */
enum cg_status cg_ncnn_import(const char *path, const struct cg_import_request *request,
                              struct cg_graph **graph, struct cg_weights **weights, struct cg_error *err);

struct cg_ncnn_bytes {
    const char *param, *bin;
    size_t param_size, bin_size;
};

/* The same from memory, borrowed until return; bin NULL: without weights. */
enum cg_status cg_ncnn_import_memory(const struct cg_ncnn_bytes *files,
                                     const struct cg_import_request *request, struct cg_graph **graph,
                                     struct cg_weights **weights, struct cg_error *err);

#endif
