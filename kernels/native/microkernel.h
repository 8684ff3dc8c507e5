/* The micro-kernels of engine native: one signature per operator, one table per instruction set. Everything
 * is f32 NHWC: a map is rows of pixels, a pixel is a run of channels, and every distance ("stride") is in
 * floats.
 *
 * A micro-kernel knows nothing of graphs, threads or memory planning: it computes a block from pointers and
 * strides. Bodies are written once in template/ over the vector primitives of an instruction set's vec.h, and
 * instantiated in the folder of that instruction set, which is compiled with its own flags. Names say
 * operator, type, tile and instruction set (gemm_f32_14x32__avx512); results carry them. Tests and benches
 * walk the tables.
 *
 * Rules for all of them: nothing outside the outputs is written (but see written_next); inputs are read only
 * where the arguments say (no over-read), except packed weights and bias, which are read in whole vectors;
 * inputs and outputs need no alignment beyond that of a float, packed weights are 64-byte aligned; sizes are
 * at least 1 unless said. */
#ifndef CONVGAUGE_KERNELS_NATIVE_MICROKERNEL_H
#define CONVGAUGE_KERNELS_NATIVE_MICROKERNEL_H

#include "kernels/isa.h"

#include <stdbool.h>
#include <stddef.h>

/* The alignment in bytes of packed weights and of every buffer of a plan. */
#define CG_NATIVE_ALIGN 64

/* ---- gemm: every convolution that is not depthwise, and fully connected layers ---- */

/* A part of the summed dimension that lies contiguous in memory for each row: a run of channels (1x1 on a
 * tensor whose channels lie in several places), or one kernel row of a k x k window. Row i of the block reads
 * a[i * stride] ... a[i * stride + len - 1], against rows k ... k + len - 1 of the packed panel. */
struct cg_gemm_segment {
    const float *a;
    ptrdiff_t stride;
    int len; /* >= 1 */
    int k;
};

/* What keeps a core from taking lines that another one writes, and takes its own back in time. */
struct cg_gemm_shared {
    ptrdiff_t ahead_last; /* the furthest from args->ahead that a tile starts to fetch */
    /* Rows behind the block's last that the same thread writes next: their lines are fetched before, but none
     * further on. */
    int rows_below;
    /* How many bytes behind c the same block of another map lies, or 0. This thread writes that map next and
     * nobody needs what is in it: a zero is written to each of its lines, to take them back from other cores.
     */
    ptrdiff_t written_next;
};

/* c[i][j] = clamp(bias[j] + sum over segments of a * b + residual[i][j]) for i < m, j < n. */
struct cg_gemm_args {
    int m;          /* rows (output pixels): any number >= 1 */
    int n;          /* columns (output channels) of this panel: 1 ... tile_n */
    int n_segments; /* >= 0; with none the result is the clamped bias */
    const struct cg_gemm_segment *segments;
    const float *b;    /* packed panel [k][tile_n]; columns n ... tile_n - 1 are zeros */
    const float *bias; /* tile_n floats */
    /* Further panels, for kernels that take them; then all are of tile_n columns and whole tiles of rows,
     * with a segment. Each has weights and biases panel_step floats further, its columns behind those of the
     * panel before, and fetches from ahead_panel bytes further on. */
    int more;
    ptrdiff_t panel_step, ahead_panel;
    const float *residual; /* added before the clamp, or NULL; may be c itself (in place) */
    ptrdiff_t residual_stride;
    float *c;
    ptrdiff_t c_stride;
    float lo, hi; /* clamp: (-INFINITY, INFINITY) for none, (0, INFINITY) ReLU, (0, 6) ReLU6 */
    /* What the next call reads first, or NULL: fetched into the second-level cache meanwhile, a cache line a
     * step of k. A tile starts ahead_row bytes further for each row above it. */
    const char *ahead;
    ptrdiff_t ahead_row;
    /* CG_NATIVE_ALIGN: two lines a step, in tiles whose step reads more than a line of weights itself; else
     * 0. */
    ptrdiff_t ahead_more;
    const struct cg_gemm_shared *shared; /* where other threads work on the same maps, or NULL */
    unsigned sum_lanes;                  /* group kernels: see there */
    float scale;                         /* kernels of lines: see there */
};

typedef void cg_gemm_fn(const struct cg_gemm_args *args);

/* How the core runs a vector of the instruction set: some have pipes of half its width, on which half a
 * vector costs half. Which tile is the cheapest depends on it. */
enum cg_pipes { CG_PIPES_HALF, CG_PIPES_WHOLE, CG_PIPES_COUNT };

/* Relative cost of a full register tile: the plan picks the cheapest cover of N. */
struct cg_tile_cost {
    float k;    /* one step of k; group kernels: a vector of channels */
    float tile; /* starting and storing it */
};

struct cg_gemm_kernel {
    const char *name;
    cg_gemm_fn *run;
    int tile_m;   /* the register tile's rows; m may be any number, the tail runs in a smaller tile */
    bool along_k; /* lanes are values of k: b is [tile_n][k], and fewer rows take as long */
    int k_step;   /* values of k that a multiply-add takes of a row, which parts of k fill; 0: one */
    bool panels;  /* takes several in a call */
    union {
        int tile_n;  /* its columns */
        int outputs; /* of a group kernel: accumulators a pixel */
    };
    struct cg_tile_cost cost[CG_PIPES_COUNT];
};

/* ---- groups: convolutions whose groups have few outputs each ----
 *
 * They take gemm's arguments with other meanings. Lanes of a vector are input channels: every segment's `len`
 * and `k` are multiples of the table's `lanes`. `outputs` accumulators a pixel take up one vector of weights
 * each: b is [k / lanes][outputs][lanes], so that a lane may belong to any group. Then lanes whose numbers
 * differ only in the bits of `sum_lanes` are summed; the lowest of these bits, as many as the logarithm of
 * `outputs`, say in the end which accumulator's sum a lane holds, and sums that are left double by the others
 * are dropped. So the columns of c are, with p = min(log2(outputs), bits of sum_lanes): vector by vector v of
 * outputs >> p, lane by lane l of those without the bits that are left: accumulator (v << p) + the first p of
 * sum_lanes' bits in l, summed over the lanes that agree with l elsewhere. `ahead` is not used. */

/* ---- Winograd: dense 3x3 convolutions by fewer multiplications ----
 *
 * A tile of edge x edge outputs sees the inputs of a square. These become as many points (`in`), at each of
 * which a gemm kernel multiplies the tiles' channels by the weights of that point; the sums at the points
 * become the outputs (`out`). F(2x2) is at the points 0, +-1 and infinity, F(4x4) at 0, +-A, +-B and
 * infinity, whose powers stay near 1: of the usual 0, +-1, +-2 the errors are larger. A line of points is the
 * input times, for each point, the polynomial that is 0 at all others (template/winograd.h); what that is at
 * the point itself is divided by in the weights (winograd.c).
 *
 * At stride 2 the even inputs of a line meet the outer taps, two outputs at 0, 1 and infinity, its odd ones
 * the middle tap, an output each: 5 points, the last two of the same weights.
 *
 * A short line, of at most half of the edge's outputs, does without some points (CG_WINOGRAD_SPARE): what
 * lies there is nothing's, and is not read for such a tile of 4x4, or only for outputs that are not stored.
 */

#define CG_WINOGRAD_A 0.70710678118654752
#define CG_WINOGRAD_B 1.41421356237309505

/* Weights in lines are at the points one way only: a line is three values, each a multiple of a tap's, whose
 * sums are, up to a factor, the weights at its points. */
enum cg_line_sum {
    CG_LINE_FIRST,
    CG_LINE_FIRST_PLUS,  /* 2 first + last + middle */
    CG_LINE_FIRST_MINUS, /* 2 first + last - middle */
    CG_LINE_LAST_PLUS,   /* 2 last + first + middle */
    CG_LINE_LAST_MINUS,  /* 2 last + first - middle */
    CG_LINE_LAST,
    CG_LINE_BOTH, /* 2 first + last */
    CG_LINE_MIDDLE,
    CG_LINE_SUMS
};

/* The most inputs, and so points, of a tile. */
#define CG_WINOGRAD_POINTS 36

/* Inputs, and so points, of a line; a bit for each point that a short one does without. */
#define CG_WINOGRAD_SIDE(edge, stride) (((edge)-1) * (stride) + 3)
#define CG_WINOGRAD_SPARE(edge, stride)                                                                      \
    ((stride) == 2 ? 1 << 2 | 1 << 4 : (edge) == 4 ? 1 << 3 | 1 << 4 : 1 << 3)

/* Of a tile of `rows` x `columns` outputs, 1 ... edge. */
struct cg_winograd_in_args {
    int channels, rows, columns;
    const float *const *pixels; /* those of the tile's inputs, row by row: of zeros where there is padding */
    float *out;                 /* the channels at each point, out_stride apart */
    ptrdiff_t out_stride;
};

/* out = clamp(bias + outputs + residual) of the first `rows` rows and `columns` columns of a tile, 1 ...
 * edge. */
struct cg_winograd_out_args {
    int channels, rows, columns;
    const float *in; /* the channels at each point, in_stride apart */
    ptrdiff_t in_stride;
    const float *bias;
    const float *const *residual; /* its rows, pixels residual_stride apart; or NULL; may be those of out */
    ptrdiff_t residual_stride;
    float *const *out; /* rows, pixels out_stride apart */
    ptrdiff_t out_stride;
    float lo, hi; /* clamp as in gemm */
};

/* A gemm kernel a sum, which adds the values while it runs: b is [k][3][tile_n], three values in place of
 * weights at up to six points. One segment; c receives all tile_n columns of sums, times `scale`, without
 * bias, residual and clamp; `n`, `ahead_more` and `shared` are not used. */
struct cg_line_kernel {
    struct cg_gemm_kernel tile; /* name, size and cost; no `run` */
    cg_gemm_fn *run[CG_LINE_SUMS];
};

struct cg_winograd_kernel {
    int edge, stride;
    void (*in)(const struct cg_winograd_in_args *args);
    void (*out)(const struct cg_winograd_out_args *args);
    struct {
        float in, out; /* cycles of a vector of a tile's channels */
    } cost[CG_PIPES_COUNT];
};

/* ---- sliding windows over single channels: depthwise convolution, pools ---- */

/* An output block of `out_rows` x `out_w` pixels, `channels` wide. Output row y, kernel row i reads input row
 * rows[y * stride_h + i * dilation_h]; a NULL there is a row of padding. Column x, kernel column j reads
 * pixel x * stride_w + j * dilation_w - pad_left, which is padding unless it lies in 0 ... in_w - 1. */
struct cg_window_args {
    int out_rows, out_w, in_w, channels;
    int kernel_h, kernel_w, stride_h, stride_w, dilation_h, dilation_w, pad_left;
    const float *const *rows;
    ptrdiff_t in_stride; /* between pixels */
    float *out;
    ptrdiff_t out_stride, out_row_stride; /* between pixels, between rows */
    const float
        *weights;       /* depthwise: [channel block][kernel_h][kernel_w][lanes], zeros beyond the channels */
    const float *bias;  /* depthwise: channels rounded up to whole blocks of `lanes` */
    float lo, hi;       /* depthwise: clamp as in gemm */
    bool count_padding; /* average: divide by the whole window, else by its part inside the map */
};

typedef void cg_window_fn(const struct cg_window_args *args);

struct cg_window_kernel {
    const char *name;
    cg_window_fn *run;
    int lanes;                  /* channels in a block of the packed weights */
    int kernel_h, kernel_w;     /* the one window that it takes, or 0, 0: any */
    int stride_h, stride_w;     /* likewise */
    cg_window_fn *run_in_order; /* as run, scheduled for cores that issue in order; NULL: run */
    /* A kernel that takes one window asks for dilation 1 and pad_left < kernel_w. The first row of a table
     * that takes a window is used; the last row takes any. */
};

/* ---- passes over m pixels of `channels` contiguous channels ---- */

/* Where a gathered channel comes from: its float of the first pixel, and how far apart pixels are. */
struct cg_pass_source {
    const float *a;
    ptrdiff_t stride;
};

struct cg_pass_args {
    int m, channels;
    const float *a, *b;           /* b: second operand of add and mul; NULL otherwise */
    ptrdiff_t a_stride, b_stride; /* b_stride 0: one vector of channels for all pixels */
    float *out;                   /* may be a or b themselves (in place) */
    ptrdiff_t out_stride;
    const float *scale, *shift; /* affine, layer_norm: `channels` floats each */
    const struct cg_pass_source
        *sources; /* gather, affine (there it may be NULL): one a channel, in the place of a (not in place) */
    float lo,
        hi; /* add, mul, affine, clamp; mean: lo is the factor of the sum (1 / m); layer_norm: epsilon */
    int in_h, in_w; /* plain C over whole maps: of the map that is read */
};

typedef void cg_pass_fn(const struct cg_pass_args *args);

/* X: identifier, name, what it computes for each pixel and channel. */
#define CG_PASSES(X)                                                                                         \
    X(CG_PASS_COPY, copy)                 /* a */                                                            \
    X(CG_PASS_GATHER, gather)             /* sources[j] */                                                   \
    X(CG_PASS_CLAMP, clamp)               /* clamp(a): relu, relu6 */                                        \
    X(CG_PASS_ADD, add)                   /* clamp(a + b) */                                                 \
    X(CG_PASS_MUL, mul)                   /* clamp(a * b) */                                                 \
    X(CG_PASS_AFFINE, affine)             /* clamp(a * scale + shift), of sources[j] where there are */      \
    X(CG_PASS_SIGMOID, sigmoid)           /* 1 / (1 + exp(-a)) */                                            \
    X(CG_PASS_HARD_SIGMOID, hard_sigmoid) /* clamp(a / 6 + 1/2, 0, 1) */                                     \
    X(CG_PASS_HARD_SWISH, hard_swish)     /* a * hard_sigmoid(a) */                                          \
    X(CG_PASS_SWISH, swish)               /* a * sigmoid(a) */                                               \
    X(CG_PASS_GELU, gelu)                 /* a * erfc(-a / sqrt(2)) / 2 */                                   \
    X(CG_PASS_GELU_TANH, gelu_tanh)       /* a * sigmoid(2 sqrt(2 / pi) (a + 0.044715 a^3)) */               \
    X(CG_PASS_LAYER_NORM,                                                                                    \
      layer_norm)         /* (a - mean) / sqrt(variance + lo) * scale + shift, of all channels */            \
    X(CG_PASS_MEAN, mean) /* out[j] = lo * sum over the m pixels of a: one pixel of output */
CG_ENUM(cg_pass, CG_PASSES, CG_PASS_COUNT)

struct cg_pass_kernel {
    const char *name;
    cg_pass_fn *run;
};

/* ---- the table ---- */

/* All kernels of one instruction set; every operator is there. Gemm rows are sorted as one likes; among them
 * must be one with the smallest useful tile_n, since a panel covers at most tile_n columns. */
struct cg_native_kernels {
    enum cg_isa isa;
    int lanes;        /* floats in a vector */
    int steps_a_line; /* steps of k in which a gemm tile fetches one line of what lies ahead */
    /* Or NULL, for whole pipes: tells those of this core. To be called where the instruction set is
     * available; thread-safe. */
    enum cg_pipes (*pipes)(void);
    const struct cg_gemm_kernel *gemm;
    int n_gemm;
    /* Or NULL: a row for each of gemm's, scheduled for cores that issue in order. It takes the same packed
     * weights (tile_n); tile_m may differ. */
    const struct cg_gemm_kernel *gemm_in_order;
    /* Or none; of fewer and fewer outputs, the last of 1. */
    const struct cg_gemm_kernel *group;
    int n_group;
    const struct cg_winograd_kernel *winograd;
    int n_winograd;
    const struct cg_line_kernel *line; /* or NULL; of `lanes` columns, for half pipes */
    const struct cg_window_kernel *depthwise;
    int n_depthwise;
    const struct cg_window_kernel *max_pool;
    int n_max_pool;
    const struct cg_window_kernel *avg_pool;
    int n_avg_pool;
    struct cg_pass_kernel pass[CG_PASS_COUNT];
};

/* ---- isa_table.c: the instruction sets that there are micro-kernels for, a row each ---- */

/* Those that were built for this architecture, the lowest first, NULL-terminated. */
extern const struct cg_native_kernels *const cg_native_isas[];

/* The kernels of `isa`, or those of the highest row below it; never NULL (scalar is always there). Whether
 * the processor can run them is cg_isa_available()'s answer, to be asked first. */
const struct cg_native_kernels *cg_native_kernels_for(enum cg_isa isa);

/* Each in its folder's kernels.c. */
extern const struct cg_native_kernels cg_native_scalar, cg_native_avx2, cg_native_avx512, cg_native_neon;

#endif
