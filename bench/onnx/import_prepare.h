/* What is found out about a file before its operators are read. The functions return im->error.status. */
#ifndef CONVGAUGE_BENCH_ONNX_IMPORT_PREPARE_H
#define CONVGAUGE_BENCH_ONNX_IMPORT_PREPARE_H

#include "bench/onnx/importer.h"

/* Fills im->values with every name of im->file that stands for a value, sorted. Each may be produced once
 * only. *input is the one input that is not an initialiser. */
enum cg_status cg_onnx_collect_values(struct cg_onnx_importer *im, const Onnx__ValueInfoProto **input);

/* Sets im->order: the file's, but for nodes that stand before what they read. CG_INVALID for a circle. */
enum cg_status cg_onnx_sort(struct cg_onnx_importer *im);

/* Sets im->output, marks the values and nodes that it needs and counts how often each value is read. `live`
 * has one entry a node of the file. */
enum cg_status cg_onnx_mark_needed(struct cg_onnx_importer *im, bool *live);

/* Marks the nodes of the file whose name is theirs alone. */
enum cg_status cg_onnx_mark_named(struct cg_onnx_importer *im, bool *named);

#endif
