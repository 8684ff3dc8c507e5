/* Arguments of the operator being read: attributes with their types and ranges checked, and lists that newer
 * operator sets give as inputs. A missing one gives the fallback; a wrong type, count or range is a failure
 * (CG_INVALID), after which the fallback or NULL is given, too. */
#ifndef CONVGAUGE_BENCH_ONNX_ARGUMENTS_H
#define CONVGAUGE_BENCH_ONNX_ARGUMENTS_H

#include "bench/onnx/importer.h"

/* The attribute of that name, or NULL. */
const Onnx__AttributeProto *cg_onnx_attribute(const Onnx__NodeProto *node, const char *name);

/* CG_UNSUPPORTED when the operator being read has attributes other than the blank-separated `known` ones,
 * CG_INVALID when it has one twice or refers to one of a function that it does not stand in. */
enum cg_status cg_onnx_check_attributes(struct cg_onnx_importer *im, const char *known);

int64_t cg_onnx_int(struct cg_onnx_importer *im, const char *name, int64_t fallback);
float cg_onnx_float(struct cg_onnx_importer *im, const char *name, float fallback);

/* The text of a string attribute ("" when missing), cut to `size`. */
void cg_onnx_text(struct cg_onnx_importer *im, const char *name, char *text, size_t size);

/* Extents of windows and pads: larger ones are a slip of the pen. */
#define CG_ONNX_EXTENT_MAX 65536

/* CG_INVALID when attribute `name` and input i, which stands for it in newer operator sets, are both there.
 */
void cg_onnx_refuse_both(struct cg_onnx_importer *im, size_t i, const char *name);

/* Integers given as input i (newer operator sets) or as attribute `name` (older): NULL when neither is there.
 */
const int64_t *cg_onnx_integers(struct cg_onnx_importer *im, size_t i, const char *name, size_t *n);

/* `axis`, from -rank to rank - 1, as one from 0 on. CG_INVALID outside. */
int cg_onnx_axis_of(struct cg_onnx_importer *im, int64_t axis, int rank);

/* The attribute `axis` as one from 0 on. */
int cg_onnx_axis(struct cg_onnx_importer *im, int64_t fallback, int rank);

/* Kernel, strides, dilations and pads (explicit or by auto_pad) of a sliding window over a map of `in`, along
 * `n` axes: 2, or 1, the columns alone. The kernel is the weight's [height, width], checked against the
 * attribute kernel_shape, or that when NULL. Extents that the output would not use are left to the graph's
 * checks. */
struct cg_window cg_onnx_window(struct cg_onnx_importer *im, struct cg_shape in, int n, const int *kernel);

/* ---- what operators make of the dimensions of a value: the same for maps and for constants (dims.c). After
 * a failure the results are of rank 0 ---- */

struct cg_onnx_dims {
    int rank;
    int64_t extent[CG_ONNX_RANK_MAX];
};

/* How an operator gives other dimensions of the same product: its variant in operators.c. */
enum cg_onnx_dims_rule { CG_ONNX_RESHAPE, CG_ONNX_FLATTEN, CG_ONNX_SQUEEZE, CG_ONNX_UNSQUEEZE };

/* What the operator being read makes of a value of `rank` dimensions, by the rule im->variant. */
struct cg_onnx_dims cg_onnx_new_dims(struct cg_onnx_importer *im, int rank, const int64_t *dims);

/* The order of a Transpose of `rank` dimensions, checked to be a permutation. */
void cg_onnx_order(struct cg_onnx_importer *im, int rank, int *order);

/* Elements start, start + step ... (count of them) of one dimension. */
struct cg_onnx_slice {
    int64_t start, step, count;
};

/* What the Slice being read takes of each dimension of a value; `slices` has `rank` entries. */
void cg_onnx_slices(struct cg_onnx_importer *im, int rank, const int64_t *dims, struct cg_onnx_slice *slices);

/* How much of a dimension of `extent` each output of the Split being read takes; they make it up. NULL after
 * a failure. */
const int64_t *cg_onnx_parts(struct cg_onnx_importer *im, int64_t extent);

/* Marks the dimensions of a value of `rank` that the reduction being read goes over (`over` has
 * CG_ONNX_RANK_MAX entries); whether they stay, with extent 1. */
bool cg_onnx_reduced(struct cg_onnx_importer *im, int rank, bool *over);

#endif
