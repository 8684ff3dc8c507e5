#include "kernels/native/cost.h"

#include <unistd.h>

/* A tile of few rows is bound by the latency of its additions: it costs at least LATENCY a step. */
#define LATENCY 4.5f

/* Cycles of one kernel call beside its arithmetic: arguments, pointers, the first loads. */
#define CALL_CYCLES 60

/* Assumed where the system does not tell the size of the second-level cache. */
#define USUAL_L2 (512 * 1024)

float nv_tiles_cost(const struct nv_plan *plan, const struct cg_gemm_kernel *kernel, int m, int k)
{
    const struct cg_tile_cost *of = &kernel->cost[plan->core.pipes];
    const int tile_m = kernel->tile_m, full = m / tile_m, left = m % tile_m;
    float cost = (float)full * (of->k * (float)k + of->tile);
    if (left) {
        float step = of->k * (float)left / (float)tile_m;
        const float least = kernel->k_step ? LATENCY / (float)kernel->k_step : LATENCY;
        step = step < least ? least : step;
        cost += step * (float)k + of->tile;
    }
    return cost;
}

float nv_panel_cost(const struct nv_plan *plan, const struct cg_gemm_kernel *kernel, int m, int k)
{
    const int rows = kernel->along_k ? (int)nv_round_up(m, kernel->tile_m) : m;
    return nv_tiles_cost(plan, kernel, rows, k);
}

/* Rows that are worked on for `n` of them: whole tiles. */
static double worked_rows(const struct nv_op *op, int n)
{
    /* Two rows slide together; one by itself loads nearly as much. */
    return op->kind == NV_WINDOW ? n + 0.4 * (n % 2) : (double)nv_round_up(n, nv_row_unit(op));
}

double nv_rows_cost(const struct nv_plan *plan, const struct nv_op *op, int n)
{
    const double calls = CALL_CYCLES * (double)op->parts;
    if (op->kind != NV_GEMM || !op->pixels)
        return calls + (double)op->cost * worked_rows(op, n) /
                           (double)nv_round_up(plan->buffers[op->out].rows, nv_row_unit(op));
    double cost = calls;
    for (int p = 0; p < op->parts; p++)
        cost += (double)nv_panel_cost(plan, op->gemm.panels[p].kernel, n * plan->buffers[op->out].w,
                                      op->gemm.group_k);
    return cost;
}

double nv_rows_cost_least(const struct nv_plan *plan, const struct nv_op *op, int n)
{
    double cost = CALL_CYCLES * (double)op->parts;
    if (op->kind != NV_GEMM || !op->pixels)
        return cost +
               (double)op->cost * n / (double)nv_round_up(plan->buffers[op->out].rows, nv_row_unit(op));
    const double m = (double)n * plan->buffers[op->out].w;
    for (int p = 0; p < op->parts; p++) {
        const struct cg_gemm_kernel *kernel = op->gemm.panels[p].kernel;
        const struct cg_tile_cost *of = &kernel->cost[plan->core.pipes];
        cost += m / kernel->tile_m * (double)(of->k * (float)op->gemm.group_k + of->tile);
    }
    return cost;
}

static int64_t columns_bytes(const struct nv_plan *plan, int buffer, int columns)
{
    const struct nv_buffer *b = &plan->buffers[buffer];
    return (int64_t)columns * b->rows * b->w * (int64_t)sizeof(float);
}

int64_t nv_input_bytes(const struct nv_plan *plan, const struct nv_op *op)
{
    int64_t bytes = 0;
    for (int r = 0; r < op->n_runs; r++)
        bytes += columns_bytes(plan, op->runs[r].buffer, op->runs[r].len);
    for (int p = 0; op->kind == NV_PASS && p < op->parts; p++) {
        const struct nv_piece *piece = &op->pass.pieces[p];
        bytes += columns_bytes(plan, piece->a, piece->b >= 0 ? 2 * piece->len : piece->len);
    }
    return bytes;
}

struct nv_core nv_this_core(const struct cg_native_kernels *kernels)
{
    long bytes = -1;
#ifdef _SC_LEVEL2_CACHE_SIZE
    bytes = sysconf(_SC_LEVEL2_CACHE_SIZE);
#endif
    return (struct nv_core){.pipes = kernels->pipes ? kernels->pipes() : CG_PIPES_WHOLE,
                            .l2_bytes = bytes > 0 ? bytes : USUAL_L2};
}
