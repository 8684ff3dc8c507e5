/* What writing a graph works on; one function a node kind, in a table in export_nodes.c. */
#ifndef CONVGAUGE_BENCH_ONNX_EXPORT_NODES_H
#define CONVGAUGE_BENCH_ONNX_EXPORT_NODES_H

#include "base/error.h"
#include "bench/graph/graph.h"
#include "bench/graph/weights.h"
#include "bench/onnx/builder.h"

#include <stdbool.h>

/* Values of one graph node. FC layers give [n, c], maps [n, c, h, w]; where a reader needs the other form it
 * is made once. */
struct cg_onnx_written {
    const char *name;  /* of the value */
    const char *other; /* the same with the other rank, or NULL */
};

struct cg_onnx_exporter {
    struct cg_onnx_builder builder;
    const struct cg_graph *graph;
    const struct cg_weights *weights;
    bool fold;
    int *uses, *ranks;               /* by node id */
    struct cg_onnx_written *written; /* by node id */
};

/* Writes node `id` and sets its value. CG_UNSUPPORTED when ONNX cannot hold it. */
enum cg_status cg_onnx_write_node(struct cg_onnx_exporter *ex, int id, struct cg_error *err);

#endif
