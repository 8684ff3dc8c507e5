/* Sliding windows over single channels: depthwise convolutions, pools, and padding (a 1x1 window that hangs
 * over the edges). They take the channels in the order in which they lie, and pass that order on. */
#include "kernels/native/plan.h"
#include "kernels/native/view.h"

#include <stdlib.h>
#include <string.h>

/* Long runs are cut, so that threads can share the channels of small maps. */
#define CUT_VECTORS 4

/* Cuts runs longer than `most` channels; `runs` has room for all. Returns their new number. */
static int cut_runs(struct nv_run *runs, int n, int most)
{
    int total = 0;
    for (int i = 0; i < n; i++)
        total += (runs[i].len + most - 1) / most;
    int to = total;
    for (int i = n - 1; i >= 0; i--) {
        const struct nv_run run = runs[i];
        for (int from = (run.len - 1) / most * most; from >= 0; from -= most) {
            const int len = run.len - from < most ? run.len - from : most;
            runs[--to] = (struct nv_run){run.buffer, run.column + from, len, run.position + from, 0};
        }
    }
    return total;
}

static int64_t round_up(int64_t n, int64_t to)
{
    return (n + to - 1) / to * to;
}

/* Weights of each run by blocks of lanes, the biases after all of them. Position p of the biases is where the
 * blocks of its run start. */
static enum cg_status pack_depthwise(struct nv_plan *plan, struct nv_op *op, int id, const int *order,
                                     const struct cg_weights *weights)
{
    const struct cg_node *node = &plan->graph->nodes[id];
    const int taps = op->window.kernel_h * op->window.kernel_w, lanes = op->window_kernel->lanes;
    int64_t padded = 0;
    for (int r = 0; r < op->n_runs; r++)
        padded += round_up(op->runs[r].len, lanes);
    float *weight = malloc(weights->params[node->params].n_weight * sizeof *weight);
    float *bias = malloc((size_t)node->shape.c * sizeof *bias);
    enum cg_status status = weight && bias ? nv_add_params(plan, op, padded * (taps + 1)) : CG_NO_MEMORY;
    if (status == CG_OK) {
        cg_weights_fold(plan->graph, weights, id, weight, bias);
        op->bias = padded * taps;
        int64_t block_start = 0;
        for (int r = 0; r < op->n_runs; r++) {
            for (int i = 0; i < op->runs[r].len; i++) {
                const int64_t channel = order[op->runs[r].position + i],
                              block = block_start + i / lanes * lanes;
                for (int t = 0; t < taps; t++)
                    op->params[block * taps + t * lanes + i % lanes] = weight[channel * taps + t];
                op->params[op->bias + block_start + i] = bias[channel];
            }
            op->runs[r].params = block_start;
            block_start += round_up(op->runs[r].len, lanes);
        }
    }
    free(weight);
    free(bias);
    return status;
}

static const struct cg_window_kernel *pick(const struct nv_plan *plan, const struct cg_node *node,
                                           const struct cg_window *w)
{
    const struct cg_native_kernels *k = plan->kernels;
    const struct cg_window_kernel *rows = node->op == CG_CONV       ? k->depthwise
                                          : node->op == CG_MAX_POOL ? k->max_pool
                                                                    : k->avg_pool;
    const int n = node->op == CG_CONV       ? k->n_depthwise
                  : node->op == CG_MAX_POOL ? k->n_max_pool
                                            : k->n_avg_pool;
    return cg_window_kernel_for(rows, n, w->kernel_h, w->kernel_w, w->stride_h, w->stride_w, w->dilation_h,
                                w->dilation_w, w->pad_left);
}

struct nv_op *nv_lower_window(struct nv_plan *plan, int id, const struct nv_view *in,
                              const struct cg_weights *weights, bool apart, struct nv_view *out)
{
    const struct cg_node *node = &plan->graph->nodes[id];
    const struct cg_shape in_shape = cg_input_shape(plan->graph, id, 0);
    struct nv_op *op = nv_add_op(plan, NV_WINDOW, cg_node_category(plan->graph, id), node->shape);
    if (!op)
        return NULL;
    op->window = node->window;
    op->in_h = in_shape.h;
    op->in_w = in_shape.w;
    op->count_padding = node->count_padding;
    if (node->op == CG_PAD) {
        struct cg_window w = cg_node_of(CG_PAD).window;
        w.pad_top = node->window.pad_top;
        w.pad_left = node->window.pad_left;
        op->window = w;
        op->count_padding = true;
    }
    op->window_kernel = pick(plan, node, &op->window);
    const int taps = op->window.kernel_h * op->window.kernel_w;
    op->cost =
        (int64_t)op->rows * node->shape.w * (node->shape.c / op->window_kernel->lanes + 1) * (taps + 3);
    if (node->op == CG_CONV)
        nv_set_act(op, node->act);

    int *order = malloc((size_t)in_shape.c * sizeof *order);
    op->runs = malloc((size_t)in_shape.c * sizeof *op->runs);
    enum cg_status status = order && op->runs ? CG_OK : CG_NO_MEMORY;
    if (status == CG_OK) {
        op->n_runs = nv_view_runs(in, 0, in_shape.c, order, op->runs);
        if (op->n_runs < 0)
            status = CG_NO_MEMORY;
    }
    if (status == CG_OK) {
        op->n_runs = cut_runs(op->runs, op->n_runs, CUT_VECTORS * op->window_kernel->lanes);
        op->parts = op->n_runs;
        if (node->op == CG_CONV)
            status = pack_depthwise(plan, op, id, order, weights);
    }
    if (status == CG_OK) {
        *out = nv_view_of_buffer(op->out, in_shape.c, order);
        status = out->at ? nv_op_add_node(op, id) : CG_NO_MEMORY;
    }
    if (status == CG_OK && apart) {
        for (int i = 0; i < in_shape.c; i++)
            order[i] = i;
        status = nv_keep_runs_apart(plan, op, order);
        nv_view_move(out, order);
    }
    free(order);
    return status == CG_OK ? op : NULL;
}
