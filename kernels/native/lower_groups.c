#include "kernels/native/lower_groups.h"

#include "kernels/native/cost.h"

#include <string.h>

#define MAX_LANES 64

/* Cycles of a segment in a tile, beside its arithmetic. */
#define SEGMENT_CYCLES 10

/* The lane bits that say nothing about the group, or -1 where groups cannot be told by the others. */
static int sum_lanes_of(const int *group, int lanes)
{
    int sum = 0;
    for (int bit = 1; bit < lanes; bit <<= 1) {
        bool same = true;
        for (int l = 0; l < lanes; l++)
            same &= group[l] == group[l ^ bit];
        sum |= same ? bit : 0;
    }
    for (int l = 0; l < lanes; l++)
        for (int m = 0; m < l; m++)
            if ((group[l] == group[m]) != ((l | sum) == (m | sum)))
                return -1;
    return sum;
}

struct search {
    const struct nv_plan *plan;
    const struct nv_group_conv *conv;
    int lanes;
    int *order, *group,
        *bundle; /* [cin]: channel and its group at each position; of each vector, its bundle */
    struct nv_run *runs;
    int n_runs;
    int sum_lanes, n_bundles;
};

/* Numbers the bundles of all vectors; false where the channels do not lie as group kernels ask. */
static bool find_bundles(struct search *s)
{
    const int lanes = s->lanes, vectors = s->conv->cin / lanes;
    for (int r = 0; r < s->n_runs; r++)
        if (s->runs[r].len % lanes)
            return false;
    for (int i = 0; i < s->conv->cin; i++)
        s->group[i] = s->order[i] / s->conv->cpg;
    int first[MAX_LANES]; /* the first vector of each bundle */
    s->sum_lanes = sum_lanes_of(s->group, lanes);
    s->n_bundles = 0;
    for (int v = 0; v < vectors && s->sum_lanes >= 0; v++) {
        const int *groups = s->group + v * lanes;
        int b = 0;
        while (b < s->n_bundles &&
               memcmp(groups, s->group + first[b] * lanes, (size_t)lanes * sizeof *groups))
            b++;
        if (b == s->n_bundles) {
            if (b == MAX_LANES || sum_lanes_of(groups, lanes) != s->sum_lanes)
                return false;
            first[s->n_bundles++] = v;
        }
        s->bundle[v] = b;
    }
    if (s->sum_lanes < 0 || vectors % s->n_bundles)
        return false;
    /* Each group in one bundle, all bundles of one size. */
    const int per_bundle = lanes >> __builtin_popcount((unsigned)s->sum_lanes);
    if (s->n_bundles * per_bundle != s->conv->groups)
        return false;
    int size[MAX_LANES] = {0};
    for (int v = 0; v < vectors; v++)
        size[s->bundle[v]]++;
    for (int b = 0; b < s->n_bundles; b++)
        if (size[b] != vectors / s->n_bundles)
            return false;
    return true;
}

/* The operation's runs, bundle after bundle; conv->channels likewise. */
static void lay_out_runs(struct nv_op *op, const struct search *s)
{
    const int lanes = s->lanes, vectors = s->conv->cin / lanes;
    int at = 0;
    op->n_runs = 0;
    for (int b = 0; b < s->n_bundles; b++) {
        op->gemm.group_runs[b] = op->n_runs;
        const int start = at;
        for (int r = 0; r < s->n_runs; r++)
            for (int i = 0; i < s->runs[r].len; i += lanes) {
                const int position = s->runs[r].position + i;
                if (s->bundle[position / lanes] != b)
                    continue;
                struct nv_run *last = op->n_runs > op->gemm.group_runs[b] ? &op->runs[op->n_runs - 1] : NULL;
                const struct nv_run next = {s->runs[r].buffer, s->runs[r].column + i, lanes, at - start, 0};
                if (last && last->buffer == next.buffer && last->column + last->len == next.column)
                    last->len += lanes;
                else
                    op->runs[op->n_runs++] = next;
                memcpy(s->conv->channels + at, s->order + position, (size_t)lanes * sizeof *s->order);
                at += lanes;
            }
    }
    op->gemm.group_runs[s->n_bundles] = op->n_runs;
    op->gemm.groups = s->n_bundles;
    op->gemm.group_k = vectors / s->n_bundles * lanes;
    op->gemm.sum_lanes = (unsigned)s->sum_lanes;
    op->gemm.by_groups = true;
}

/* Panels of one bundle: its groups' outputs by as many as a kernel takes, each in the order in which sums
 * come to lie (microkernel.h). Returns the next free float of the weights. */
static int64_t lay_out_panels(struct nv_op *op, const struct search *s, int bundle, int64_t at)
{
    const struct cg_native_kernels *isa = s->plan->kernels;
    const struct nv_group_conv *conv = s->conv;
    const int lanes = s->lanes, vectors = conv->taps * op->gemm.group_k / lanes;
    const int n_sums = __builtin_popcount(op->gemm.sum_lanes);
    const int *group = NULL; /* of each lane */
    for (int v = 0; !group; v++)
        group = s->bundle[v] == bundle ? s->group + v * lanes : NULL;
    int column = conv->npg * (lanes >> n_sums) * bundle;
    for (int first = 0; first < conv->npg;) {
        const struct cg_gemm_kernel *kernel = isa->group;
        while (kernel->outputs > conv->npg - first)
            kernel++;
        int side_by_side = 0, levels = 0; /* sums of several accumulators, told by these bits of the lane */
        for (int bit = 1; bit < lanes && 1 << levels < kernel->outputs; bit <<= 1)
            if ((int)op->gemm.sum_lanes & bit) {
                side_by_side |= bit;
                levels++;
            }
        struct nv_panel *panel = &op->gemm.panels[op->parts++];
        *panel = (struct nv_panel){.kernel = kernel,
                                   .group = bundle,
                                   .column = column,
                                   .first_output = first,
                                   .residual = -1,
                                   .weights = at,
                                   .bias = at + (int64_t)vectors * kernel->outputs * lanes};
        for (int v = 0; v < kernel->outputs >> levels; v++)
            for (int l = 0; l < lanes; l++) {
                if (l & (int)op->gemm.sum_lanes & ~side_by_side)
                    continue;
                int output = v << levels, level = 0;
                for (int bit = 1; bit < lanes; bit <<= 1)
                    if (side_by_side & bit)
                        output |= (l & bit ? 1 : 0) << level++;
                conv->out_order[column++] = group[l] * conv->npg + first + output;
                panel->n++;
            }
        at = nv_round_up(panel->bias + nv_round_up(panel->n, lanes), CG_NATIVE_ALIGN / sizeof(float));
        first += kernel->outputs;
    }
    return at;
}

static int segments_of(const struct nv_plan *plan, const struct nv_op *op, const struct nv_run *runs, int n)
{
    const struct cg_window *w = &op->window;
    const bool whole = n == 1 && runs->len == plan->buffers[runs->buffer].ld && w->dilation_w == 1;
    return w->kernel_h * (whole ? 1 : w->kernel_w * n);
}

/* About the cycles of `m` pixels by these panels. */
static float cost_of(const struct nv_plan *plan, const struct nv_op *op, int m)
{
    float cost = 0;
    for (int p = 0; p < op->parts; p++) {
        const struct cg_gemm_kernel *kernel = op->gemm.panels[p].kernel;
        const int b = op->gemm.panels[p].group, taps = op->window.kernel_h * op->window.kernel_w;
        const int segments = segments_of(plan, op, op->runs + op->gemm.group_runs[b],
                                         op->gemm.group_runs[b + 1] - op->gemm.group_runs[b]);
        cost += nv_tiles_cost(plan, kernel, m, taps * op->gemm.group_k / plan->kernels->lanes) +
                (float)((m + kernel->tile_m - 1) / kernel->tile_m) * (float)segments * SEGMENT_CYCLES;
    }
    return cost;
}

/* The same by gemm tiles, group by group. */
static float gemm_cost(const struct nv_plan *plan, const struct nv_op *op, const struct nv_view *in,
                       struct search *s, int m)
{
    const struct nv_group_conv *conv = s->conv;
    const int n = nv_view_runs(in, 0, conv->cpg, s->order, s->runs);
    float best = -1;
    for (int i = 0; i < plan->kernels->n_gemm && n > 0; i++) {
        const struct cg_gemm_kernel *kernel = &plan->kernels->gemm[i];
        if (kernel->along_k) /* not for windows (lower_gemm.c) */
            continue;
        const int panels = (conv->npg + kernel->tile_n - 1) / kernel->tile_n;
        const int tiles = (m + kernel->tile_m - 1) / kernel->tile_m;
        const float cost =
            (float)panels * (nv_panel_cost(plan, kernel, m, conv->taps * conv->cpg) +
                             (float)tiles * (float)segments_of(plan, op, s->runs, n) * SEGMENT_CYCLES);
        best = best < 0 || cost < best ? cost : best;
    }
    return best * (float)conv->groups;
}

int nv_lay_out_groups(struct nv_plan *plan, struct nv_op *op, const struct nv_view *in,
                      const struct nv_group_conv *conv, int64_t *n_params)
{
    const int lanes = plan->kernels->lanes;
    if (!plan->kernels->n_group || op->pixels || conv->groups == 1 || conv->cin % lanes || lanes > MAX_LANES)
        return 0;
    struct search s = {.plan = plan,
                       .conv = conv,
                       .lanes = lanes,
                       .order = nv_scratch(plan, conv->cin, sizeof *s.order),
                       .group = nv_scratch(plan, conv->cin, sizeof *s.group),
                       .bundle = nv_scratch(plan, conv->cin, sizeof *s.bundle),
                       .runs = nv_scratch(plan, conv->cin, sizeof *s.runs)};
    if (!s.order || !s.group || !s.bundle || !s.runs ||
        (s.n_runs = nv_view_runs(in, 0, conv->cin, s.order, s.runs)) < 0)
        return -1;
    if (!find_bundles(&s))
        return 0;
    const struct nv_op before = *op;
    int64_t at = 0;
    lay_out_runs(op, &s);
    for (int b = 0; b < s.n_bundles; b++)
        at = lay_out_panels(op, &s, b, at);
    const float cost = cost_of(plan, op, conv->m);
    if (cost >= gemm_cost(plan, op, in, &s, conv->m)) {
        *op = before;
        return 0;
    }
    op->cost = (int64_t)cost;
    *n_params = at;
    return 1;
}

void nv_pack_groups(const struct nv_plan *plan, const struct nv_op *op, const struct nv_group_conv *conv,
                    const float *weight, const float *bias)
{
    const int lanes = plan->kernels->lanes;
    for (int p = 0; p < op->parts; p++) {
        const struct nv_panel *panel = &op->gemm.panels[p];
        const int *channels = conv->channels + (ptrdiff_t)panel->group * op->gemm.group_k;
        const int outputs = panel->kernel->outputs;
        float *to = op->params + panel->weights;
        for (int tap = 0; tap < conv->taps; tap++)
            for (int i = 0; i < op->gemm.group_k; i += lanes)
                for (int o = 0; o < outputs; o++)
                    for (int l = 0; l < lanes; l++) {
                        const int channel = channels[i + l], group = channel / conv->cpg;
                        const int64_t out = (int64_t)group * conv->npg + panel->first_output + o;
                        *to++ = weight[(out * conv->taps + tap) * conv->cpg + channel % conv->cpg];
                    }
        for (int j = 0; j < panel->n; j++)
            op->params[panel->bias + j] = bias[conv->out_order[panel->column + j]];
    }
}
