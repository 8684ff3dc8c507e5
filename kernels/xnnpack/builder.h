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

/* Functions fail by setting the error: the first one stays, and the nodes behind it are not built. */
struct cg_xnn_builder {
    struct cg_xnn_plan *plan;
    const struct cg_graph *graph;
    const struct cg_weights *weights;
    int id; /* the node at hand */
    const struct cg_node *node;
    pthreadpool_t pool;
    struct cg_error error;
    float *constants; /* cg_xnn_constants() */
    int room_constants;
};

struct cg_xnn_range {
    float min, max;
};

static const struct cg_xnn_range cg_xnn_unbounded = {-INFINITY, INFINITY};

/* What the library's functions take apart: a window's pads, kernel and stride; a view's maps, and
 * all its dimensions. */
#define CG_XNN_WINDOW(w)                                                                                     \
    (uint32_t)(w)->pad_top, (uint32_t)(w)->pad_right, (uint32_t)(w)->pad_bottom, (uint32_t)(w)->pad_left,    \
        (uint32_t)(w)->kernel_h, (uint32_t)(w)->kernel_w, (uint32_t)(w)->stride_h, (uint32_t)(w)->stride_w
#define CG_XNN_MAPS(view) (size_t)(view).shape.n, (size_t)(view).shape.h, (size_t)(view).shape.w
#define CG_XNN_DIMS(view) ((const size_t[4]){CG_XNN_MAPS(view), (size_t)(view).shape.c})

/* ---- the node at hand ---- */

struct cg_xnn_view cg_xnn_input_of(const struct cg_xnn_builder *b, int i);
struct cg_xnn_view cg_xnn_output_of(const struct cg_xnn_builder *b);

/* A tensor of that shape in a place. */
struct cg_xnn_view cg_xnn_view_at(const struct cg_xnn_builder *b, const struct cg_xnn_slot *slot,
                                  struct cg_shape shape);

/* The part of a tensor that begins `channels` channels and `pixel` pixels further on. */
struct cg_xnn_view cg_xnn_moved(struct cg_xnn_view v, int64_t channels, int64_t pixel);

size_t cg_xnn_pixels(struct cg_shape shape);

/* Room for `n` floats that are read while an operator is made, until the next call; NULL, with the error set,
 * without memory. */
float *cg_xnn_constants(struct cg_xnn_builder *b, size_t n);

/* Takes a created and set-up operator into the plan, as a part of the node's step; a status other than
 * success becomes an error that names the operator. */
void cg_xnn_take(struct cg_xnn_builder *b, xnn_operator_t taken, enum xnn_status status, const char *name);

/* Names what the node's step runs; further names are joined. */
void cg_xnn_name_step(struct cg_xnn_builder *b, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* ---- library.c: the library's operators, one each ---- */

/* Copies of `rows` runs of `width` floats; the strides lie between runs. */
struct cg_xnn_runs {
    const float *from;
    size_t from_stride;
    float *to;
    size_t to_stride, width, rows;
};
void cg_xnn_emit_copy(struct cg_xnn_builder *b, struct cg_xnn_runs runs);

/* Weights [out][h][w][in / groups], read while the operator is made; bias may be NULL. */
struct cg_xnn_conv {
    const struct cg_window *window;
    int groups;
    const float *weight, *bias;
    struct cg_xnn_range clamp;
};
void cg_xnn_emit_conv(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out,
                      const struct cg_xnn_conv *conv);
/* Weights [out][in], without window and groups. */
void cg_xnn_emit_fc(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out,
                    const struct cg_xnn_conv *fc);

/* A clamp's numbers are its bounds; leaky ReLU and ELU have one, `min`. */
enum cg_xnn_unary { CG_XNN_CLAMP, CG_XNN_SIGMOID, CG_XNN_HARDSWISH, CG_XNN_LEAKY_RELU, CG_XNN_ELU };
void cg_xnn_emit_unary(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out,
                       enum cg_xnn_unary kind, struct cg_xnn_range numbers);

/* CG_ADD or CG_MUL of dense tensors; y may be one number a channel, or a pixel. */
void cg_xnn_emit_binary(struct cg_xnn_builder *b, enum cg_op op, struct cg_xnn_view x, struct cg_xnn_view y,
                        struct cg_xnn_view out, struct cg_xnn_range clamp);
void cg_xnn_emit_prelu(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out,
                       const float *slopes);
void cg_xnn_emit_max_pool(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out,
                          const struct cg_window *w);
/* Pads must be given as those of XNNPACK: with any of them it divides by the valid part of the window. Names
 * the step, as global pooling does. */
void cg_xnn_emit_avg_pool(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out,
                          const struct cg_window *w);
void cg_xnn_emit_global_pool(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out);
void cg_xnn_emit_shuffle(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out, int groups);
/* Zeros before and after, by axis, of dense tensors. */
void cg_xnn_emit_constant_pad(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out,
                              const size_t before[4], const size_t after[4]);
void cg_xnn_emit_softmax(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out);

/* ---- composed.c: made of them ---- */

/* The temporary of the node at hand. */
struct cg_xnn_view cg_xnn_scratch_of(const struct cg_xnn_builder *b);

/* What an operator's own clamp does for an activation; the others need a pass of their own. */
struct cg_xnn_range cg_xnn_clamp_of(enum cg_act act);

/* The node's activation by itself; and one that no clamp could do: a pass over the node's output, in place.
 */
void cg_xnn_emit_act(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out);
void cg_xnn_emit_rest_of_act(struct cg_xnn_builder *b);

/* x * scale[c] + shift[c] */
void cg_xnn_emit_affine(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out,
                        const float *scale, const float *shift, struct cg_xnn_range clamp);

void cg_xnn_emit_copy_view(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out);

/* The kind of micro-kernel that XNNPACK picks for a convolution, by its own rule. */
const char *cg_xnn_conv_kernel(const struct cg_window *w, int groups, int c_in, int c_out);

/* Pads of dense tensors above 0; and the opposite: rows of pixels copied out of the middle of each image. */
void cg_xnn_emit_pad(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out,
                     const struct cg_window *w);
void cg_xnn_emit_crop(struct cg_xnn_builder *b, struct cg_xnn_view in, struct cg_xnn_view out,
                      const struct cg_window *w);

/* ---- nodes in files of their own ---- */

void cg_xnn_build_max_pool(struct cg_xnn_builder *b);
void cg_xnn_build_avg_pool(struct cg_xnn_builder *b);
void cg_xnn_build_global_pool(struct cg_xnn_builder *b);
void cg_xnn_build_concat(struct cg_xnn_builder *b);
void cg_xnn_build_split(struct cg_xnn_builder *b);
void cg_xnn_build_shuffle(struct cg_xnn_builder *b);
void cg_xnn_build_permute(struct cg_xnn_builder *b);

#endif
