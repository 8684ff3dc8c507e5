/* How nodes become XNNPACK's operators, one after another. Everything is NHWC; a view is where a tensor
 * starts and how far apart its pixels are. */
#ifndef CONVGAUGE_KERNELS_XNNPACK_BUILDER_H
#define CONVGAUGE_KERNELS_XNNPACK_BUILDER_H

#include "kernels/xnnpack/plan.h"

#include <math.h>

struct cg_xnn_view {
    float *data;
    size_t stride; /* floats between pixels */
    struct cg_shape shape;
};

struct cg_xnn_builder {
    struct cg_xnn_plan *plan;
    const struct cg_graph *graph;
    const struct cg_weights *weights;
    int id; /* the node at hand */
    const struct cg_node *node;
    pthreadpool_t pool;
    struct cg_error *err;
};

struct cg_xnn_range {
    float min, max;
};

static const struct cg_xnn_range cg_xnn_unbounded = {-INFINITY, INFINITY};

/* A window's pads, kernel and stride, as the library's create functions want them. */
#define CG_XNN_WINDOW(w)                                                                                     \
    (uint32_t)(w)->pad_top, (uint32_t)(w)->pad_right, (uint32_t)(w)->pad_bottom, (uint32_t)(w)->pad_left,    \
        (uint32_t)(w)->kernel_h, (uint32_t)(w)->kernel_w, (uint32_t)(w)->stride_h, (uint32_t)(w)->stride_w

/* ---- the node at hand ---- */

struct cg_xnn_view cg_xnn_input_of(const struct cg_xnn_builder *b, int i);
struct cg_xnn_view cg_xnn_output_of(const struct cg_xnn_builder *b);

/* Its temporary. */
struct cg_xnn_view cg_xnn_scratch_of(const struct cg_xnn_builder *b);

/* The part of a tensor that begins `channels` channels and `pixel` pixels further on. */
struct cg_xnn_view cg_xnn_moved(struct cg_xnn_view v, int64_t channels, int64_t pixel);

int64_t cg_xnn_pixels(struct cg_shape shape);
enum cg_status cg_xnn_no_memory(const struct cg_xnn_builder *b);

/* Takes a created and set-up operator into the plan, as a part of the node's step; a status other than
 * success becomes an error that names the operator. */
enum cg_status cg_xnn_take(struct cg_xnn_builder *b, xnn_operator_t operator, enum xnn_status status,
                           const char *name);

/* Names what the node's step runs; further names are joined. */
void cg_xnn_name_step(struct cg_xnn_builder *b, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* ---- operators ---- */

/* What an operator's own clamp does for an activation; the others need a pass of their own. */
struct cg_xnn_range cg_xnn_clamp_of(enum cg_act act);

/* An activation by itself; and that of a node which no clamp could do: a pass over its output, in place, when
 * `status` is CG_OK. */
enum cg_status cg_xnn_emit_act(struct cg_xnn_builder *b, enum cg_act act, struct cg_xnn_view in,
                               struct cg_xnn_view out);
enum cg_status cg_xnn_emit_rest_of_act(struct cg_xnn_builder *b, enum cg_status status);

/* x * scale[c] + shift[c] */
enum cg_status cg_xnn_emit_affine(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out,
                                  const float *scale, const float *shift, struct cg_xnn_range clamp);

/* Copies of `rows` runs of `width` floats; the strides lie between runs. */
struct cg_xnn_runs {
    const float *from;
    size_t from_stride;
    float *to;
    size_t to_stride, width, rows;
};
enum cg_status cg_xnn_emit_copy(struct cg_xnn_builder *b, struct cg_xnn_runs runs);
enum cg_status cg_xnn_emit_copy_view(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out);

/* Weights [out][h][w][in / groups], read while the operator is made; bias may be NULL. */
struct cg_xnn_conv {
    const struct cg_window *window;
    int groups;
    const float *weight, *bias;
    struct cg_xnn_range clamp;
};
enum cg_status cg_xnn_emit_conv(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out,
                                const struct cg_xnn_conv *conv);

/* The kind of micro-kernel that XNNPACK picks for a convolution, by its own rule. */
const char *cg_xnn_conv_kernel(const struct cg_window *w, int groups, int c_in, int c_out);

/* Dense tensors; an axis of extent 1 is repeated. `out` may be x. */
struct cg_xnn_binary;
extern const struct cg_xnn_binary cg_xnn_add, cg_xnn_multiply;
enum cg_status cg_xnn_emit_binary(struct cg_xnn_builder *b, const struct cg_xnn_binary *binary,
                                  const struct cg_xnn_view operands[2], struct cg_xnn_view out,
                                  struct cg_xnn_range clamp);

/* Pads of dense tensors above 0; and the opposite: rows of pixels copied out of the middle of each image. */
enum cg_status cg_xnn_emit_pad(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out,
                               const struct cg_window *w);
enum cg_status cg_xnn_emit_crop(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out,
                                const struct cg_window *w);

/* ---- nodes in files of their own ---- */

enum cg_status cg_xnn_build_max_pool(struct cg_xnn_builder *b);
enum cg_status cg_xnn_build_avg_pool(struct cg_xnn_builder *b);
enum cg_status cg_xnn_build_global_pool(struct cg_xnn_builder *b);
enum cg_status cg_xnn_build_concat(struct cg_xnn_builder *b);
enum cg_status cg_xnn_build_split(struct cg_xnn_builder *b);
enum cg_status cg_xnn_build_shuffle(struct cg_xnn_builder *b);
enum cg_status cg_xnn_build_permute(struct cg_xnn_builder *b);

#endif
