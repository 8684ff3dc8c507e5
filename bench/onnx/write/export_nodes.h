/* Writing the nodes of a graph; one function a kind, in a table in export_nodes.c. */
#ifndef CONVGAUGE_BENCH_ONNX_WRITE_EXPORT_NODES_H
#define CONVGAUGE_BENCH_ONNX_WRITE_EXPORT_NODES_H

#include "bench/onnx/write/export_chain.h"

/* Writes node `id` and sets its value. CG_UNSUPPORTED when ONNX cannot hold it. */
enum cg_status cg_onnx_write_node(struct cg_onnx_exporter *ex, int id, struct cg_error *err);

#endif
