#include "kernels/native/lower_node.h"

#include "kernels/native/apart.h"

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

/* Keeps vectors of the maps that a depthwise convolution of stride 2 reads from lying in two lines: it
 * computes half as much with each as one of stride 1. */
static void keep_in_lines(struct nv_plan *plan, const struct nv_op *op)
{
    for (int r = 0; r < op->n_runs && op->window.stride_w > 1; r++)
        if (op->runs[r].buffer != plan->input)
            nv_keep_in_lines(&plan->buffers[op->runs[r].buffer], op->sliding.kernel->lanes);
}

/* Weights of each run by blocks of lanes, the biases after all of them. Position p of the biases is where the
 * blocks of its run start. */
static void pack(struct nv_op *op, const int *order, const float *weight, const float *bias)
{
    const int taps = op->window.kernel_h * op->window.kernel_w, lanes = op->sliding.kernel->lanes;
    for (int r = 0; r < op->n_runs; r++) {
        const struct nv_run *run = &op->runs[r];
        for (int i = 0; i < run->len; i++) {
            const int64_t channel = order[run->position + i], block = run->params + i / lanes * lanes;
            for (int t = 0; t < taps; t++)
                op->params[block * taps + t * lanes + i % lanes] = weight[channel * taps + t];
            op->params[op->bias + run->params + i] = bias[channel];
        }
    }
}

static enum cg_status add_weights(struct nv_plan *plan, struct nv_op *op, int id, const int *order,
                                  const struct nv_weights *weights)
{
    const struct cg_node *node = &plan->graph->nodes[id];
    const int taps = op->window.kernel_h * op->window.kernel_w;
    int64_t padded = 0;
    for (int r = 0; r < op->n_runs; r++) {
        op->runs[r].params = padded;
        padded += nv_round_up(op->runs[r].len, op->sliding.kernel->lanes);
    }
    float *weight = nv_scratch(plan, node->shape.c * taps, sizeof *weight),
          *bias = nv_scratch(plan, node->shape.c, sizeof *bias);
    if (!weight || !bias || nv_add_params(plan, op, padded * (taps + 1)) != CG_OK)
        return CG_NO_MEMORY;
    op->bias = padded * taps;
    keep_in_lines(plan, op);
    for (int o = 0; weights->given && o < node->shape.c; o++)
        nv_weights_fold(plan->graph, weights, id, o, weight + (ptrdiff_t)o * taps, &bias[o]);
    if (weights->given)
        pack(op, order, weight, bias);
    return CG_OK;
}

/* The first row of a table that takes a window; the last takes any. */
static const struct cg_window_kernel *first_for(const struct cg_window_kernel *rows, int n,
                                                const struct cg_window *w)
{
    for (int i = 0; i + 1 < n; i++)
        if (rows[i].kernel_h == w->kernel_h && rows[i].kernel_w == w->kernel_w &&
            rows[i].stride_h == w->stride_h && rows[i].stride_w == w->stride_w && w->dilation_h == 1 &&
            w->dilation_w == 1 && w->pad_left < w->kernel_w)
            return &rows[i];
    return &rows[n - 1];
}

static const struct cg_window_kernel *kernel_of(const struct cg_native_kernels *k, enum cg_op op,
                                                const struct cg_window *window)
{
    if (op == CG_CONV)
        return first_for(k->depthwise, k->n_depthwise, window);
    return op == CG_MAX_POOL ? first_for(k->max_pool, k->n_max_pool, window)
                             : first_for(k->avg_pool, k->n_avg_pool, window);
}

static struct nv_op *add_window(struct nv_plan *plan, int id)
{
    const struct cg_node *node = &plan->graph->nodes[id];
    struct nv_op *op = nv_add_node_op(plan, NV_WINDOW, id);
    if (!op)
        return NULL;
    op->window = node->window;
    if (node->op == CG_PAD) {
        op->window = cg_node_of(CG_PAD).window;
        op->window.pad_top = node->window.pad_top;
        op->window.pad_left = node->window.pad_left;
    }
    op->sliding.count_padding = node->count_padding || node->op == CG_PAD;
    op->sliding.kernel = kernel_of(plan->kernels, node->op, &op->window);
    op->cost = (int64_t)op->rows * node->shape.w * (node->shape.c / op->sliding.kernel->lanes + 1) *
               ((int64_t)op->window.kernel_h * op->window.kernel_w + 3);
    if (node->op == CG_CONV)
        nv_set_act(op, node->act);
    return op;
}

struct nv_op *nv_lower_window(struct nv_plan *plan, int id, const struct nv_view *in,
                              const struct nv_weights *weights, bool apart, struct nv_view *out)
{
    struct nv_op *op = add_window(plan, id);
    int *order = nv_scratch(plan, in->c, sizeof *order);
    struct nv_run *runs = nv_scratch(plan, in->c, sizeof *runs);
    const int n = op && order && runs ? nv_view_runs(in, 0, in->c, order, runs) : -1;
    if (n < 0)
        return NULL;
    op->parts = op->n_runs = cut_runs(runs, n, CUT_VECTORS * op->sliding.kernel->lanes);
    op->runs = nv_keep(plan, runs, op->n_runs, sizeof *runs);
    if (!op->runs ||
        (plan->graph->nodes[id].op == CG_CONV && add_weights(plan, op, id, order, weights) != CG_OK))
        return NULL;
    *out = nv_view_of_buffer(plan->views, op->out, in->c, order);
    if (out->at && apart) {
        for (int i = 0; i < in->c; i++)
            order[i] = i;
        if (nv_keep_runs_apart(plan, op, order) != CG_OK)
            return NULL;
        *out = nv_view_moved(plan->views, out, order);
    }
    return out->at ? op : NULL;
}
