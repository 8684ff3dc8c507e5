/* Convolutions and fully connected layers: which panels cover the output channels, and the packing of the
 * weights in the order in which the input channels lie. */
#include "kernels/native/lower_groups.h"
#include "kernels/native/plan.h"
#include "kernels/native/view.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A tile of few rows is bound by the latency of its additions: it costs at least LATENCY a step. */
#define LATENCY 4.5f

float nv_tiles_cost(const struct cg_tile_cost *of, int tile_m, int m, int k)
{
    const int full = m / tile_m, left = m % tile_m;
    float cost = (float)full * (of->k * (float)k + of->tile);
    if (left) {
        float step = of->k * (float)left / (float)tile_m;
        step = step < LATENCY ? LATENCY : step;
        cost += step * (float)k + of->tile;
    }
    return cost;
}

float nv_panel_cost(const struct nv_plan *plan, const struct cg_gemm_kernel *kernel, int m, int k)
{
    /* A tile of one column takes as long with fewer rows. */
    const int rows = kernel->tile_n == 1 ? (m + kernel->tile_m - 1) / kernel->tile_m * kernel->tile_m : m;
    return nv_tiles_cost(&kernel->cost[plan->pipes], kernel->tile_m, rows, k);
}

/* Wider panels then start where lines do. */
static void single_columns_last(const struct cg_gemm_kernel **kernels, int n)
{
    for (int i = 0, last = n - 1; i < last;) {
        const struct cg_gemm_kernel *kernel = kernels[i];
        if (kernel->tile_n > 1) {
            i++;
            continue;
        }
        memmove(kernels + i, kernels + i + 1, (size_t)(n - 1 - i) * sizeof(struct cg_gemm_kernel *));
        kernels[n - 1] = kernel;
        last--;
    }
}

/* Single columns run along k: shorter parts of it than this, on average, are not for them. */
#define COLUMN_RUN 16

/* The cheapest sequence of kernels whose panels cover `n` columns: kernels[i] for the i-th panel (room for
 * n). `columns`: kernels of one column are among them. Returns how many, or -1 when there is no memory. */
static int cover(const struct nv_plan *plan, int m, int k, int n, bool columns,
                 const struct cg_gemm_kernel **kernels)
{
    const struct cg_native_kernels *isa = plan->kernels;
    float *best = malloc((size_t)(n + 1) * sizeof *best);
    int *pick = malloc((size_t)(n + 1) * sizeof *pick);
    int count = best && pick ? 0 : -1;
    if (count == 0) {
        best[0] = 0;
        for (int left = 1; left <= n; left++) {
            best[left] = INFINITY;
            for (int i = 0; i < isa->n_gemm; i++) {
                if (isa->gemm[i].tile_n == 1 && !columns)
                    continue;
                const int rest = left > isa->gemm[i].tile_n ? left - isa->gemm[i].tile_n : 0;
                const float cost = nv_panel_cost(plan, &isa->gemm[i], m, k) + best[rest];
                if (cost < best[left]) {
                    best[left] = cost;
                    pick[left] = i;
                }
            }
        }
        int covered = 0;
        for (int left = n; left > 0; left -= isa->gemm[pick[left]].tile_n) {
            kernels[count++] = &isa->gemm[pick[left]];
            covered += isa->gemm[pick[left]].tile_n;
        }
        if (covered == n)
            single_columns_last(kernels, count);
    }
    free(best);
    free(pick);
    return count;
}

/* Working arrays of one lowering. */
struct gemm_build {
    const struct cg_node *node;
    int cin, cout, groups, cpg, npg, taps, m;
    int *in_order;                         /* [cin]: within its group, the channel at each position */
    int *out_order;                        /* [cout]: the output channel in each column */
    struct nv_run *residual_runs;          /* [cout] */
    const struct cg_gemm_kernel **kernels; /* [cout] */
    float *weight, *bias;                  /* folded, in the graph's order */
};

static void build_free(struct gemm_build *b)
{
    free(b->in_order);
    free(b->out_order);
    free(b->residual_runs);
    free(b->kernels);
    free(b->weight);
    free(b->bias);
}

static enum cg_status build_alloc(struct gemm_build *b, size_t n_weight)
{
    b->in_order = malloc((size_t)(b->cin > b->cout ? b->cin : b->cout) * sizeof *b->in_order);
    b->out_order = malloc((size_t)b->cout * sizeof *b->out_order);
    b->residual_runs = malloc((size_t)b->cout * sizeof *b->residual_runs);
    b->kernels = malloc((size_t)b->cout * sizeof *b->kernels);
    b->weight = malloc(n_weight * sizeof *b->weight);
    b->bias = malloc((size_t)b->cout * sizeof *b->bias);
    return b->in_order && b->out_order && b->residual_runs && b->kernels && b->weight && b->bias
               ? CG_OK
               : CG_NO_MEMORY;
}

static struct nv_group_conv group_conv(const struct gemm_build *b)
{
    return (struct nv_group_conv){.cin = b->cin,
                                  .groups = b->groups,
                                  .cpg = b->cpg,
                                  .npg = b->npg,
                                  .taps = b->taps,
                                  .m = b->m,
                                  .channels = b->in_order,
                                  .out_order = b->out_order};
}

/* Input runs of all groups, output order, and panels. A panel lies in one group, and in one run of the
 * residual. */
static enum cg_status lay_out(struct nv_plan *plan, struct nv_op *op, struct gemm_build *b,
                              const struct nv_view *in, const struct nv_view *residual)
{
    op->runs = malloc((size_t)b->cin * sizeof *op->runs);
    op->group_runs = malloc((size_t)(b->groups + 1) * sizeof *op->group_runs);
    op->panels = malloc((size_t)b->cout * sizeof *op->panels);
    if (!op->runs || !op->group_runs || !op->panels)
        return CG_NO_MEMORY;
    int64_t at = 0;
    const struct nv_group_conv conv = group_conv(b);
    const int by_groups = residual ? 0 : nv_lay_out_groups(plan, op, in, &conv, &at);
    if (by_groups)
        return by_groups < 0 ? CG_NO_MEMORY : nv_add_params(plan, op, at);
    op->group_runs[0] = 0;
    for (int g = 0; g < b->groups; g++) {
        const int n = nv_view_runs(in, g * b->cpg, b->cpg, b->in_order + g * b->cpg, op->runs + op->n_runs);
        if (n < 0)
            return CG_NO_MEMORY;
        op->n_runs += n;
        op->group_runs[g + 1] = op->n_runs;
        const bool columns = b->taps == 1 && b->cpg >= COLUMN_RUN * n;

        int *order = b->out_order + g * b->npg, n_parts = 1;
        struct nv_run *parts = b->residual_runs;
        if (residual) {
            n_parts = nv_view_runs(residual, g * b->npg, b->npg, order, parts);
            if (n_parts < 0)
                return CG_NO_MEMORY;
        } else {
            parts[0] = (struct nv_run){-1, 0, b->npg, 0, 0};
            for (int i = 0; i < b->npg; i++)
                order[i] = i;
        }
        for (int i = 0; i < b->npg; i++)
            order[i] += g * b->npg;
        for (int part = 0; part < n_parts; part++) {
            const int k = b->taps * b->cpg;
            const int n_panels = cover(plan, b->m, k, parts[part].len, columns, b->kernels);
            if (n_panels < 0)
                return CG_NO_MEMORY;
            int column = 0;
            for (int i = 0; i < n_panels; i++) {
                const struct cg_gemm_kernel *kernel = b->kernels[i];
                const int left = parts[part].len - column;
                op->panels[op->parts++] = (struct nv_panel){
                    .kernel = kernel,
                    .group = g,
                    .n = left < kernel->tile_n ? left : kernel->tile_n,
                    .column = g * b->npg + parts[part].position + column,
                    .residual = parts[part].buffer,
                    .residual_column = parts[part].column + column,
                    .weights = at,
                    .bias = at + (int64_t)k * kernel->tile_n,
                };
                at += (int64_t)(k + 1) * kernel->tile_n;
                at = (at + CG_NATIVE_ALIGN / 4 - 1) / (CG_NATIVE_ALIGN / 4) * (CG_NATIVE_ALIGN / 4);
                op->cost += (int64_t)nv_panel_cost(plan, kernel, b->m, k);
                column += kernel->tile_n;
            }
        }
    }
    return nv_add_params(plan, op, at);
}

/* Weights of one panel: [tap][channel in lying order][tile_n], then the bias. The source is
 * [out][tap][channel]. */
static void pack_panel(const struct nv_op *op, const struct gemm_build *b, const struct nv_panel *panel)
{
    const int tile_n = panel->kernel->tile_n;
    const int *order = b->in_order + panel->group * b->cpg;
    float *to = op->params + panel->weights;
    for (int j = 0; j < panel->n; j++) {
        const int out = b->out_order[panel->column + j];
        const float *from = b->weight + (size_t)out * b->taps * b->cpg;
        for (int tap = 0; tap < b->taps; tap++, from += b->cpg)
            for (int i = 0; i < b->cpg; i++)
                to[((size_t)tap * b->cpg + i) * tile_n + j] = from[order[i]];
        op->params[panel->bias + j] = b->bias[out];
    }
}

static enum cg_status lower(struct nv_plan *plan, struct nv_op *op, struct gemm_build *b,
                            const struct nv_view *in, const struct nv_view *residual,
                            const struct cg_weights *weights, int node)
{
    if (build_alloc(b, weights->params[b->node->params].n_weight) != CG_OK ||
        lay_out(plan, op, b, in, residual) != CG_OK)
        return CG_NO_MEMORY;
    cg_weights_fold(plan->graph, weights, node, b->weight, b->bias);
    if (op->panels[0].group_kernel) {
        const struct nv_group_conv conv = group_conv(b);
        nv_pack_groups(plan, op, &conv, b->weight, b->bias);
    }
    for (int i = 0; !op->panels[0].group_kernel && i < op->parts; i++)
        pack_panel(op, b, &op->panels[i]);
    return CG_OK;
}

struct nv_op *nv_lower_gemm(struct nv_plan *plan, int id, const struct nv_view *in,
                            const struct nv_view *residual, const struct cg_weights *weights, bool apart,
                            struct nv_view *out)
{
    const struct cg_node *node = &plan->graph->nodes[id];
    const struct cg_shape in_shape = cg_input_shape(plan->graph, id, 0);
    struct nv_op *op = nv_add_op(plan, NV_GEMM, cg_node_category(plan->graph, id), node->shape);
    if (!op)
        return NULL;
    op->window = node->op == CG_CONV ? node->window : cg_node_of(CG_CONV).window;
    op->groups = node->op == CG_CONV ? node->groups : 1;
    op->in_h = in_shape.h;
    op->in_w = in_shape.w;
    const struct cg_window *w = &op->window;
    op->pixels = w->kernel_h == 1 && w->kernel_w == 1 && w->stride_h == 1 && w->stride_w == 1 &&
                 !w->pad_top && !w->pad_left && !w->pad_bottom && !w->pad_right;
    if (op->pixels)
        op->rows = node->shape.n * node->shape.h * node->shape.w;
    nv_set_act(op, node->act);

    struct gemm_build b = {.node = node,
                           .cin = in_shape.c,
                           .cout = node->shape.c,
                           .groups = op->groups,
                           .cpg = in_shape.c / op->groups,
                           .npg = node->shape.c / op->groups,
                           .taps = w->kernel_h * w->kernel_w,
                           .m = op->pixels ? op->rows : node->shape.w};
    op->group_k = b.cpg;
    enum cg_status status = lower(plan, op, &b, in, residual, weights, id);
    if (!op->pixels)
        op->cost *= op->rows;
    if (status == CG_OK) {
        *out = nv_view_of_buffer(op->out, b.cout, b.out_order);
        status = out->at ? nv_op_add_node(op, id) : CG_NO_MEMORY;
    }
    if (status == CG_OK && apart && !residual && !op->panels[0].group_kernel &&
        nv_keeps_apart(plan, node->shape)) {
        status = nv_keep_panels_apart(plan, op, b.in_order);
        nv_view_move(out, b.in_order);
    }
    build_free(&b);
    return status == CG_OK ? op : NULL;
}
