/* Operations: what runs over a range of output rows of one buffer. Convolutions and fully connected layers
 * (gemm), windows over single channels (sliding), passes over pixels. */
#ifndef CONVGAUGE_KERNELS_NATIVE_OP_H
#define CONVGAUGE_KERNELS_NATIVE_OP_H

#include "bench/graph/cost.h"
#include "bench/graph/graph.h"
#include "kernels/native/microkernel.h"
#include "kernels/native/range.h"
#include "kernels/native/view.h"

enum nv_kind { NV_GEMM, NV_WINDOW, NV_PASS };

/* Columns of a gemm that run in one kernel call. */
struct nv_panel {
    const struct cg_gemm_kernel *kernel;
    int first_output;              /* group kernels: within each group */
    int group, n, column;          /* column: where they start in the output buffer's pixels */
    int residual, residual_column; /* buffer that is added, or -1 */
    int64_t weights, bias;         /* floats from the operation's parameters */
    int64_t slice_step;            /* Winograd's algorithm: floats from a point's weights, or a line's, to the
                                    * next's ... */
    int set;                       /* ... and panels of one number run together, one of these by one */
    int together;                  /* 1x1: panels from this one on that one call can take */
};

/* out += of `len` channels from a (and b) by a pass kernel. */
struct nv_piece {
    int a, a_column, b, b_column; /* buffers, -1: none */
    int column, len;              /* in the output */
};

/* A 3x3 convolution by Winograd's algorithm: its gemms are one a point, over tiles in the place of pixels. */
struct nv_winograd {
    int edge;   /* outputs of a tile, each way; 0: it runs as any convolution does */
    int stride; /* of the window */
    int tiles;  /* that run together at most */
    int ld;     /* floats from tile to tile of inputs at a point */
    bool lines; /* weights are at the points one way only, a line of three values each (cg_line_kernel) */
};

struct nv_gemm {
    struct nv_winograd winograd;
    bool by_groups; /* by group kernels, whose `groups` are bundles of groups (lower_groups.c) */
    int groups;
    int *group_runs;    /* groups + 1 indices into runs: those of all groups follow each other */
    int group_k;        /* channels of a group's input */
    int written_next;   /* buffer of the same form that is written next, by the same threads each; or -1 */
    unsigned sum_lanes; /* group kernels */
    struct nv_panel *panels;
};

struct nv_sliding {
    const struct cg_window_kernel *kernel;
    bool count_padding;
};

struct nv_pass {
    enum cg_pass pass;
    const struct cg_node *plain; /* of the plan's graph: runs in plain C (plain.h); or NULL */
    bool broadcast_b;            /* b is one pixel an image */
    bool maps;                   /* plain: over whole maps, so rows counts images, as of a mean */
    struct nv_piece *pieces;
    int *
        index; /* gather, affine (or NULL): for each column of the output, the column in its piece's buffer */
};

struct nv_op {
    enum nv_kind kind;
    enum cg_category category;
    int first_node, n_nodes; /* in the plan's nodes */

    int out;     /* buffer */
    int out_c;   /* columns that it writes of each pixel */
    int out_h;   /* rows of one image */
    int rows;    /* work units: output rows, or pixels */
    bool pixels; /* rows counts pixels: outputs depend on the same pixel of the input only */
    int parts;   /* gemm: panels; window: runs; pass: pieces */
    float lo, hi;
    enum cg_pass post; /* activation that runs over what was written, or CG_PASS_COPY for none */

    int in_w, in_h; /* of the input map */
    struct cg_window window;
    struct nv_run *runs; /* gemm, window: input channels; a pass has none */
    int n_runs;
    float *params; /* packed weights, then bias; or scale, shift: 64-byte aligned, in the plan's weights */
    int64_t n_params;
    int64_t bias; /* window and affine: floats from params to the second array */
    int64_t cost; /* rough cycles of everything, to split work */

    union {
        struct nv_gemm gemm;
        struct nv_sliding sliding;
        struct nv_pass pass;
    };
};

/* Lets a convolution or window write to columns `column` ... of `buffer` what it wrote to 0 ... of its own.
 */
void nv_write_to(struct nv_op *op, int buffer, int column);

/* Sets the clamp, or the pass that runs afterwards, for an activation. */
void nv_set_act(struct nv_op *op, enum cg_act act);

/* The buffers that an operation reads, one after the other, some of them several times or -1 (none): i from 0
 * to nv_n_operands() - 1. */
static inline int nv_n_operands(const struct nv_op *op)
{
    return op->n_runs + (op->kind == NV_GEMM ? op->parts : op->kind == NV_PASS ? 2 * op->parts : 0);
}

static inline int nv_operand(const struct nv_op *op, int i)
{
    const int part = i - op->n_runs;
    if (part < 0)
        return op->runs[i].buffer;
    if (op->kind == NV_GEMM)
        return op->gemm.panels[part].residual;
    const struct nv_piece *piece = &op->pass.pieces[part / 2];
    return part % 2 ? piece->b : piece->a;
}

/* Whether `op` reads anything of `buffer`. */
bool nv_reads(const struct nv_op *op, int buffer);

/* Rows of `buffer` that `op` reads to write `rows` of its output; empty (first >= end) if none. */
struct nv_rows nv_reach(const struct nv_op *op, int buffer, struct nv_rows rows);

/* Output rows that are cheapest together: a row of Winograd's tiles. */
static inline int nv_row_unit(const struct nv_op *op)
{
    return op->kind == NV_GEMM && op->gemm.winograd.edge ? op->gemm.winograd.edge : 1;
}

static inline int64_t nv_weight_bytes(const struct nv_op *op)
{
    return op->n_params * (int64_t)sizeof(float);
}

static inline int64_t nv_panel_bytes(const struct nv_panel *panel)
{
    return (panel->bias - panel->weights) * (int64_t)sizeof(float);
}

#endif
