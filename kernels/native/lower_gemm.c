#include "kernels/native/lower_node.h"

#include "kernels/native/apart.h"
#include "kernels/native/cost.h"
#include "kernels/native/lower_groups.h"
#include "kernels/native/winograd.h"

#include <math.h>

/* Winograd's algorithm runs where it is expected to take at most this share of the time. */
#define WINOGRAD_PAYS 0.9

/* Input channels that are packed together: what is read and written stays in the first-level cache. */
#define PACKED_CHANNELS 16

/* Few columns take several values of k at once: shorter parts of it than this, on average, are not for them.
 */
#define COLUMN_RUN 16

/* Working arrays of one lowering. */
struct gemm_build {
    struct nv_plan *plan;
    struct nv_op *op;
    struct nv_group_conv conv;
    struct nv_run *runs;     /* [cin] */
    struct nv_panel *panels; /* [cout] */
    bool columns;            /* kernels that take several values of k are taken */
    int64_t n_params;
    struct nv_run *residual_runs; /* [cout] */
    float *best;                  /* [cout + 1]: cost of that many columns */
    const struct cg_gemm_kernel **pick, **kernels;
    struct nv_winograd_gemms gemms[NV_WINOGRAD_GEMMS]; /* where it runs so */
    double winograd_cost;                              /* of everything, then */
};

/* A panel over the pixels of one call; by Winograd's algorithm over a block of tiles, point by point. */
static float panel_cost(const struct gemm_build *b, const struct cg_gemm_kernel *kernel)
{
    if (!b->op->gemm.winograd.edge)
        return nv_panel_cost(b->plan, kernel, b->conv.m, b->conv.taps * b->conv.cpg);
    float cost = 0;
    for (int i = 0; i < NV_WINOGRAD_GEMMS; i++)
        cost += (float)b->gemms[i].n * nv_panel_cost(b->plan, kernel, b->gemms[i].m, b->conv.cpg);
    return cost;
}

/* The cheapest sequence of kernels whose panels cover `n` columns: kernels[i] for the i-th panel. Returns how
 * many. */
static int cover(struct gemm_build *b, int n)
{
    const struct cg_native_kernels *isa = b->plan->kernels;
    const bool lines = b->op->gemm.winograd.lines;
    const struct cg_gemm_kernel *tiles = lines ? &isa->line->tile : isa->gemm;
    b->best[0] = 0;
    for (int left = 1; left <= n; left++) {
        b->best[left] = INFINITY;
        for (int i = 0; i < (lines ? 1 : isa->n_gemm); i++) {
            const struct cg_gemm_kernel *kernel = &tiles[i];
            if (!b->columns && (kernel->along_k || kernel->k_step))
                continue;
            const int rest = left > kernel->tile_n ? left - kernel->tile_n : 0;
            const float cost = panel_cost(b, kernel) + b->best[rest];
            if (cost < b->best[left]) {
                b->best[left] = cost;
                b->pick[left] = kernel;
            }
        }
    }
    int covered = 0, count = 0;
    for (int left = n; left > 0; left -= b->pick[left]->tile_n)
        covered += b->pick[left]->tile_n;
    /* Single columns last, unless a tile hangs over the end: wider panels then start where lines do. */
    for (int single = 0; single < 2; single++)
        for (int left = n; left > 0; left -= b->pick[left]->tile_n)
            if (single == (covered == n && b->pick[left]->along_k))
                b->kernels[count++] = b->pick[left];
    return count;
}

/* Panels for the outputs of `group` that lie in one run of the residual (its buffer -1: there is none). */
static void add_panels(struct gemm_build *b, int group, const struct nv_run *part)
{
    const int k = b->conv.taps * b->conv.cpg, n = cover(b, part->len);
    int column = 0;
    for (int i = 0; i < n; i++) {
        const struct cg_gemm_kernel *kernel = b->kernels[i];
        b->panels[b->op->parts++] = (struct nv_panel){
            .kernel = kernel,
            .group = group,
            .n = (int)nv_smaller(part->len - column, kernel->tile_n),
            .column = group * b->conv.npg + part->position + column,
            .residual = part->buffer,
            .residual_column = part->column + column,
            .weights = b->n_params,
            .bias = b->n_params + (int64_t)k * kernel->tile_n,
        };
        b->n_params =
            nv_round_up(b->n_params + (int64_t)(k + 1) * kernel->tile_n, CG_NATIVE_ALIGN / sizeof(float));
        b->op->cost += (int64_t)panel_cost(b, kernel);
        column += kernel->tile_n;
    }
}

/* Input runs, output order and panels of a group. A panel lies in one group, and in one run of the residual.
 */
static enum cg_status lay_out_group(struct gemm_build *b, const struct nv_gemm_node *node, int group)
{
    struct nv_op *op = b->op;
    const int cpg = b->conv.cpg, npg = b->conv.npg;
    const int n =
        nv_view_runs(node->in, group * cpg, cpg, b->conv.channels + group * cpg, b->runs + op->n_runs);
    if (n < 0)
        return CG_NO_MEMORY;
    op->n_runs += n;
    op->gemm.group_runs[group + 1] = op->n_runs;
    b->columns = b->conv.taps == 1 && cpg >= COLUMN_RUN * n;

    int *order = b->conv.out_order + group * npg, n_parts = 1;
    b->residual_runs[0] = (struct nv_run){-1, 0, npg, 0, 0};
    for (int i = 0; i < npg; i++)
        order[i] = i;
    if (node->residual)
        n_parts = nv_view_runs(node->residual, group * npg, npg, order, b->residual_runs);
    for (int i = 0; i < npg; i++)
        order[i] += group * npg;
    for (int part = 0; part < n_parts; part++)
        add_panels(b, group, &b->residual_runs[part]);
    return n_parts < 0 ? CG_NO_MEMORY : CG_OK;
}

static enum cg_status allocate(struct gemm_build *b)
{
    const struct nv_plan *plan = b->plan;
    const int cin = b->conv.cin, cout = b->op->gemm.groups * b->conv.npg;
    b->runs = nv_scratch(plan, cin, sizeof *b->runs);
    b->panels = nv_scratch(plan, cout, sizeof *b->panels);
    b->residual_runs = nv_scratch(plan, cout, sizeof *b->residual_runs);
    b->best = nv_scratch(plan, cout + 1, sizeof *b->best);
    b->pick = nv_scratch(plan, cout + 1, sizeof *b->pick);
    b->kernels = nv_scratch(plan, cout, sizeof *b->kernels);
    b->conv.channels = nv_scratch(plan, (int)nv_larger(cin, cout), sizeof *b->conv.channels);
    b->conv.out_order = nv_scratch(plan, cout, sizeof *b->conv.out_order);
    b->op->gemm.group_runs =
        cg_arena_array(plan->kept, (size_t)b->op->gemm.groups + 1, sizeof *b->op->gemm.group_runs);
    return b->runs && b->panels && b->residual_runs && b->best && b->pick && b->kernels && b->conv.channels &&
                   b->conv.out_order && b->op->gemm.group_runs
               ? CG_OK
               : CG_NO_MEMORY;
}

/* The same operation by Winograd's algorithm with the kernel's tiles: cycles of everything. */
static double try_winograd(struct gemm_build *b, const struct cg_winograd_kernel *kernel)
{
    struct nv_winograd *winograd = &b->op->gemm.winograd;
    *winograd = nv_winograd_tiles(b->plan, b->op, kernel);
    b->conv.taps = nv_winograd_slices(winograd) * nv_winograd_slice_values(winograd);
    nv_winograd_gemms(b->plan, b->op, b->gemms);
    cover(b, b->conv.npg);
    return nv_winograd_cost(b->plan, b->op, kernel, (double)b->best[b->conv.npg]);
}

/* Cycles of the operation as it runs without Winograd's algorithm; -1: no memory. */
static double direct_cost(struct gemm_build *b, const struct nv_gemm_node *node)
{
    struct nv_op trial = *b->op;
    trial.runs = b->runs;
    trial.gemm.panels = b->panels;
    int64_t n_params = 0;
    const int by_groups =
        node->residual ? 0 : nv_lay_out_groups(b->plan, &trial, node->in, &b->conv, &n_params);
    if (by_groups < 0)
        return -1;
    cover(b, b->conv.npg);
    const double rows = by_groups ? (double)trial.cost : (double)b->best[b->conv.npg] * b->conv.groups;
    return rows * b->op->rows;
}

/* Sets whether the operation runs by Winograd's algorithm, by which tiles, and then its cost. */
static enum cg_status choose_winograd(struct gemm_build *b, const struct nv_gemm_node *node)
{
    const struct nv_plan *plan = b->plan;
    const enum nv_winograd_use use = plan->core.winograd;
    if (use == NV_WINOGRAD_OFF || !nv_winograd_takes(plan->graph, node->id))
        return CG_OK;
    const struct nv_group_conv direct = b->conv;
    const double cost = direct_cost(b, node);
    if (cost < 0)
        return CG_NO_MEMORY;
    double least = use == NV_WINOGRAD_PAYING ? WINOGRAD_PAYS * cost : INFINITY;
    const struct cg_winograd_kernel *best = NULL;
    for (int i = 0; i < plan->kernels->n_winograd; i++) {
        const struct cg_winograd_kernel *kernel = &plan->kernels->winograd[i];
        if (kernel->stride != b->op->window.stride_h ||
            (use != NV_WINOGRAD_PAYING && kernel->edge != (int)use))
            continue;
        const double takes = try_winograd(b, kernel);
        if (takes < least) {
            least = takes;
            best = kernel;
        }
    }
    b->conv = direct;
    b->op->gemm.winograd = (struct nv_winograd){0};
    if (best)
        b->winograd_cost = try_winograd(b, best);
    return CG_OK;
}

/* By group kernels, where the channels lie so and that is faster; else by gemm panels. */
static enum cg_status lay_out(struct gemm_build *b, const struct nv_gemm_node *node)
{
    struct nv_op *op = b->op;
    op->runs = b->runs;
    op->gemm.panels = b->panels;
    const int by_groups = node->residual || op->gemm.winograd.edge
                              ? 0
                              : nv_lay_out_groups(b->plan, op, node->in, &b->conv, &b->n_params);
    enum cg_status status = by_groups < 0 ? CG_NO_MEMORY : CG_OK;
    for (int g = 0; !by_groups && status == CG_OK && g < op->gemm.groups; g++)
        status = lay_out_group(b, node, g);
    if (op->gemm.winograd.edge)
        b->n_params = nv_winograd_lay_out(b->plan, op);
    op->runs = nv_keep(b->plan, b->runs, op->n_runs, sizeof *b->runs);
    op->gemm.panels = nv_keep(b->plan, b->panels, op->parts, sizeof *b->panels);
    if (!op->runs || !op->gemm.panels || status != CG_OK)
        return CG_NO_MEMORY;
    return nv_add_params(b->plan, op, b->n_params);
}

/* Weights of one panel: [tap][channel in lying order][tile_n], or column by column. The source is
 * [column][tap][channel]. */
static void pack_panel(const struct nv_op *op, const struct nv_group_conv *conv, const struct nv_panel *panel,
                       const float *weight)
{
    const int cpg = conv->cpg, k = conv->taps * cpg;
    const bool along_k = panel->kernel->along_k;
    const ptrdiff_t column = along_k ? k : 1, step = along_k ? 1 : panel->kernel->tile_n;
    const int *order = conv->channels + panel->group * cpg;
    for (int first = 0, end; first < k; first = end) {
        const int tap = first / cpg;
        end = (int)nv_smaller(first + PACKED_CHANNELS, (tap + 1) * cpg);
        for (int j = 0; j < panel->n; j++) {
            const float *from = weight + (size_t)j * k + tap * cpg;
            float *to = op->params + panel->weights + j * column;
            for (int i = first; i < end; i++)
                to[i * step] = from[order[i - tap * cpg]];
        }
    }
}

/* The same at the points of Winograd's tiles, or in lines. */
static void pack_points(const struct nv_op *op, const struct nv_group_conv *conv,
                        const struct nv_panel *panel, const float *weight)
{
    const struct nv_winograd *winograd = &op->gemm.winograd;
    const int tile_n = panel->kernel->tile_n, cpg = conv->cpg,
              step = tile_n * nv_winograd_slice_values(winograd);
    const ptrdiff_t slice = (ptrdiff_t)panel->slice_step,
                    down = winograd->lines ? slice : slice * nv_winograd_weight_side(winograd);
    const int *order = conv->channels + panel->group * cpg;
    float taps[PACKED_CHANNELS][9 * NV_WINOGRAD_COLUMNS];
    for (int column = 0, columns; column < panel->n; column += columns) {
        columns = (int)nv_smaller(panel->n - column, NV_WINOGRAD_COLUMNS);
        for (int first = 0, n; first < cpg; first += n) {
            n = (int)nv_smaller(cpg - first, PACKED_CHANNELS);
            for (int j = 0; j < columns; j++) {
                const float *from = weight + (size_t)(column + j) * 9 * cpg;
                for (int tap = 0; tap < 9; tap++)
                    for (int i = 0; i < n; i++)
                        taps[i][tap * columns + j] = from[tap * cpg + order[first + i]];
            }
            float *to = op->params + panel->weights + (size_t)first * step + column;
            for (int i = 0; i < n; i++)
                nv_winograd_weights(winograd, taps[i], columns, to + (size_t)i * step, down,
                                    winograd->lines ? tile_n : slice);
        }
    }
}

/* The folded weights of `n` outputs, which stand in `order`, or of the first ones: [output][tap][channel]. */
static void fold(const struct nv_plan *plan, const struct nv_gemm_node *node, const int *order, int n,
                 float *weight, float *bias)
{
    const int64_t fan_in = cg_node_weights(plan->graph, node->id) / plan->graph->nodes[node->id].shape.c;
    for (int i = 0; i < n; i++)
        nv_weights_fold(plan->graph, node->weights, node->id, order ? order[i] : i, weight + i * fan_in,
                        &bias[i]);
}

/* Panel by panel, so that what was folded is in the caches still, and takes little memory. */
static enum cg_status pack(struct nv_plan *plan, const struct nv_op *op, const struct nv_group_conv *conv,
                           const struct nv_gemm_node *node)
{
    const int outputs = plan->graph->nodes[node->id].shape.c;
    int most = op->gemm.by_groups ? outputs : 0;
    for (int i = 0; i < op->parts; i++)
        most = (int)nv_larger(most, op->gemm.panels[i].n);
    const size_t n_weight = (size_t)(cg_node_weights(plan->graph, node->id) / outputs * most);
    float *weight = node->weights->given ? malloc((n_weight + (size_t)most) * sizeof *weight) : NULL;
    if (!weight)
        return node->weights->given ? CG_NO_MEMORY : CG_OK;
    if (op->gemm.by_groups) {
        fold(plan, node, NULL, outputs, weight, weight + n_weight);
        nv_pack_groups(plan, op, conv, weight, weight + n_weight);
    }
    for (int i = 0; !op->gemm.by_groups && i < op->parts; i++) {
        const struct nv_panel *panel = &op->gemm.panels[i];
        fold(plan, node, conv->out_order + panel->column, panel->n, weight, op->params + panel->bias);
        (op->gemm.winograd.edge ? pack_points : pack_panel)(op, conv, panel, weight);
    }
    free(weight);
    return CG_OK;
}

static struct nv_op *add_gemm(struct nv_plan *plan, int id)
{
    const struct cg_node *node = &plan->graph->nodes[id];
    struct nv_op *op = nv_add_node_op(plan, NV_GEMM, id);
    if (!op)
        return NULL;
    op->window = node->op == CG_CONV ? node->window : cg_node_of(CG_CONV).window;
    const struct cg_window *w = &op->window;
    op->pixels = w->kernel_h == 1 && w->kernel_w == 1 && w->stride_h == 1 && w->stride_w == 1 &&
                 !w->pad_top && !w->pad_left && !w->pad_bottom && !w->pad_right;
    if (op->pixels)
        op->rows *= node->shape.w;
    op->gemm.groups = node->op == CG_CONV ? node->groups : 1;
    op->gemm.group_k = cg_input_shape(plan->graph, id, 0).c / op->gemm.groups;
    op->gemm.written_next = -1;
    nv_set_act(op, node->act);
    return op;
}

/* Whether one call can take `next` behind `panel`. */
static bool follows(const struct nv_panel *panel, const struct nv_panel *next)
{
    const struct cg_gemm_kernel *kernel = panel->kernel;
    return kernel->panels && next->kernel == kernel && next->group == panel->group &&
           panel->n == kernel->tile_n && next->n == kernel->tile_n &&
           next->column == panel->column + panel->n && next->residual == panel->residual &&
           (panel->residual < 0 || next->residual_column == panel->residual_column + panel->n);
}

static void join_panels(struct nv_op *op)
{
    for (int p = op->parts - 1; p >= 0; p--) {
        struct nv_panel *panel = &op->gemm.panels[p];
        panel->together = 1;
        if (op->pixels && p + 1 < op->parts && follows(panel, panel + 1))
            panel->together += panel[1].together;
    }
}

struct nv_op *nv_lower_gemm(struct nv_plan *plan, const struct nv_gemm_node *node, struct nv_view *out)
{
    const struct cg_shape shape = plan->graph->nodes[node->id].shape;
    struct nv_op *op = add_gemm(plan, node->id);
    if (!op)
        return NULL;
    struct gemm_build b = {.plan = plan,
                           .op = op,
                           .conv = {.cin = cg_input_shape(plan->graph, node->id, 0).c,
                                    .groups = op->gemm.groups,
                                    .cpg = op->gemm.group_k,
                                    .npg = shape.c / op->gemm.groups,
                                    .taps = op->window.kernel_h * op->window.kernel_w,
                                    .m = op->pixels ? op->rows : shape.w}};
    if (allocate(&b) != CG_OK)
        return NULL;
    if (choose_winograd(&b, node) != CG_OK || lay_out(&b, node) != CG_OK ||
        pack(plan, op, &b.conv, node) != CG_OK)
        return NULL;
    if (op->gemm.winograd.edge)
        op->cost = (int64_t)b.winograd_cost;
    else if (!op->pixels)
        op->cost *= op->rows;
    *out = nv_view_of_buffer(plan->views, op->out, shape.c, b.conv.out_order);
    if (out->at && node->apart && !node->residual && !op->gemm.by_groups && nv_keeps_apart(plan, shape)) {
        if (nv_keep_panels_apart(plan, op, b.conv.channels) != CG_OK)
            return NULL;
        *out = nv_view_moved(plan->views, out, b.conv.channels);
    }
    join_panels(op);
    return out->at ? op : NULL;
}
