/* From a set's tables to its kernels. */
#include "kernels/check/check.h"
#include "kernels/native/microkernel.h"

#include <stdio.h>

typedef void visit_kernel(const struct ck_kernel *kernel, void *context);

static void each_gemm(const struct cg_native_kernels *isa, visit_kernel *visit, void *context)
{
    for (int i = 0; i < isa->n_gemm * (isa->gemm_in_order ? 2 : 1); i++) {
        const struct cg_gemm_kernel *row =
            i < isa->n_gemm ? &isa->gemm[i] : &isa->gemm_in_order[i - isa->n_gemm];
        struct ck_kernel kernel = {.kind = &ck_gemm,
                                   .isa = isa,
                                   .gemm = row->run,
                                   .tile_m = row->tile_m,
                                   .tile_n = row->tile_n,
                                   .along_k = row->along_k,
                                   .panels = row->panels};
        snprintf(kernel.name, sizeof kernel.name, "%s", row->name);
        visit(&kernel, context);
    }
    for (int i = 0; i < isa->n_group; i++) {
        const struct cg_gemm_kernel *row = &isa->group[i];
        struct ck_kernel kernel = {
            .kind = &ck_group, .isa = isa, .gemm = row->run, .tile_m = row->tile_m, .outputs = row->outputs};
        snprintf(kernel.name, sizeof kernel.name, "%s", row->name);
        visit(&kernel, context);
    }
}

static void each_line(const struct cg_native_kernels *isa, visit_kernel *visit, void *context)
{
    for (int sum = 0; isa->line && sum < CG_LINE_SUMS; sum++) {
        const struct cg_gemm_kernel *tile = &isa->line->tile;
        struct ck_kernel kernel = {.kind = &ck_line,
                                   .isa = isa,
                                   .gemm = isa->line->run[sum],
                                   .tile_m = tile->tile_m,
                                   .tile_n = tile->tile_n,
                                   .line_sum = (enum cg_line_sum)sum};
        snprintf(kernel.name, sizeof kernel.name, "%s_%d", tile->name, sum);
        visit(&kernel, context);
    }
}

static void each_winograd(const struct cg_native_kernels *isa, visit_kernel *visit, void *context)
{
    for (int i = 0; i < 2 * isa->n_winograd; i++) {
        const bool out = i % 2;
        struct ck_kernel kernel = {
            .kind = out ? &ck_winograd_out : &ck_winograd_in, .isa = isa, .winograd = &isa->winograd[i / 2]};
        snprintf(kernel.name, sizeof kernel.name, "winograd_%s_%dx%d_s%d__%s", out ? "out" : "in",
                 kernel.winograd->edge, kernel.winograd->edge, kernel.winograd->stride,
                 cg_isa_name(isa->isa));
        visit(&kernel, context);
    }
}

static void each_window(const struct cg_native_kernels *isa, visit_kernel *visit, void *context)
{
    const struct {
        const struct ck_kind *kind;
        const struct cg_window_kernel *rows;
        int n;
    } tables[] = {{&ck_depthwise, isa->depthwise, isa->n_depthwise},
                  {&ck_max_pool, isa->max_pool, isa->n_max_pool},
                  {&ck_avg_pool, isa->avg_pool, isa->n_avg_pool}};
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++)
        for (int i = 0; i < tables[t].n; i++) {
            const struct cg_window_kernel *row = &tables[t].rows[i];
            struct ck_kernel kernel = {.kind = tables[t].kind,
                                       .isa = isa,
                                       .window = row,
                                       .window_fn = row->run,
                                       .any_window = i == tables[t].n - 1};
            snprintf(kernel.name, sizeof kernel.name, "%s", row->name);
            visit(&kernel, context);
            if (!row->run_in_order)
                continue;
            kernel.window_fn = row->run_in_order;
            snprintf(kernel.name, sizeof kernel.name, "%s_in_order", row->name);
            visit(&kernel, context);
        }
}

void ck_each_kernel(const struct cg_native_kernels *isa, visit_kernel *visit, void *context)
{
    each_gemm(isa, visit, context);
    each_line(isa, visit, context);
    each_winograd(isa, visit, context);
    each_window(isa, visit, context);
    for (int pass = 0; pass < CG_PASS_COUNT; pass++) {
        struct ck_kernel kernel = {
            .kind = &ck_pass, .isa = isa, .pass = (enum cg_pass)pass, .pass_fn = isa->pass[pass].run};
        snprintf(kernel.name, sizeof kernel.name, "%s", isa->pass[pass].name);
        visit(&kernel, context);
    }
}

const char *ck_table_fault(const struct cg_native_kernels *isa)
{
    if (cg_native_kernels_for(isa->isa) != isa)
        return "it is not what its instruction set gets";
    if (isa->n_gemm < 1 || isa->n_depthwise < 1 || isa->n_max_pool < 1 || isa->n_avg_pool < 1)
        return "a table has no rows";
    for (int i = 0; isa->gemm_in_order && i < isa->n_gemm; i++)
        if (isa->gemm_in_order[i].tile_n != isa->gemm[i].tile_n)
            return "a gemm kernel for cores that issue in order takes other weights than its twin";
    for (int sum = 0; isa->line && sum < CG_LINE_SUMS; sum++)
        if (!isa->line->run[sum] || isa->line->tile.tile_n != isa->lanes)
            return "a kernel of lines is missing, or of another width than a vector";
    for (int i = 1; i < isa->n_group; i++)
        if (isa->group[i].outputs >= isa->group[i - 1].outputs)
            return "group kernels do not stand in the order of their outputs";
    if (isa->n_group > 0 && isa->group[isa->n_group - 1].outputs != 1)
        return "the last group kernel has more than one output";
    if (isa->depthwise[isa->n_depthwise - 1].kernel_h || isa->max_pool[isa->n_max_pool - 1].kernel_h ||
        isa->avg_pool[isa->n_avg_pool - 1].kernel_h)
        return "a window table's last row does not take any window";
    for (int pass = 0; pass < CG_PASS_COUNT; pass++)
        if (!isa->pass[pass].run || !isa->pass[pass].name)
            return "a pass is missing";
    return NULL;
}
