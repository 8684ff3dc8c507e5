/* Gemms by Winograd's weights in lines: each sum of a line's three values. */
#include "kernels/check/check.h"

#include <stdio.h>

static void sweep(const struct ck_kernel *kernel, ck_visit *visit, void *context)
{
    static const int k[] = {1, 2, 21, 64};
    for (size_t i = 0; i < sizeof k / sizeof *k; i++)
        for (int m = 1; m <= 2 * kernel->tile_m + 1; m++)
            visit(&(struct ck_shape){.m = m,
                                     .n = kernel->tile_n,
                                     .k = k[i],
                                     .gap = m % 2 ? 3 : 0,
                                     .specials = m % 3 ? CK_MASK(CK_AHEAD) : 0},
                  context);
}

static void bench(const struct ck_kernel *kernel, ck_visit *visit, void *context)
{
    static const int k[] = {64, 128, 256};
    for (size_t i = 0; i < sizeof k / sizeof *k; i++)
        visit(&(struct ck_shape){.m = kernel->tile_m, .n = kernel->tile_n, .k = k[i]}, context);
}

static void describe(const struct ck_shape *s, char *text, size_t size)
{
    snprintf(text, size, "m=%d n=%d k=%d", s->m, s->n, s->k);
}

static void make(struct ck_call *call, struct ck_memory *memory)
{
    const struct ck_shape *s = &call->shape;
    const int stride = s->k + s->gap, c_stride = s->n + s->gap;
    struct cg_gemm_segment *segment = ck_list(memory, sizeof *segment);
    *segment = (struct cg_gemm_segment){ck_input(memory, (size_t)s->m * (size_t)stride - (size_t)s->gap),
                                        stride, s->k, 0};
    call->out_size = (size_t)s->m * (size_t)c_stride - (size_t)s->gap;
    call->out = ck_output(memory, call->out_size);
    call->expected = ck_output(memory, call->out_size);
    call->gemm = (struct cg_gemm_args){.m = s->m,
                                       .n = s->n,
                                       .n_segments = 1,
                                       .segments = segment,
                                       .b = ck_packed(memory, (size_t)s->k * 3 * (size_t)s->n),
                                       .c = call->out,
                                       .c_stride = c_stride,
                                       .scale = -0.75f};
    if (s->specials & CK_MASK(CK_AHEAD)) {
        call->gemm.ahead = (const char *)ck_input(memory, 4096);
        call->gemm.ahead_row = 64;
    }
    call->tolerance *= 1 + s->k / 64.0; /* roundings add up */
}

/* The weight that comes of a line's three values. */
static double weight(enum cg_line_sum sum, double first, double middle, double last)
{
    switch (sum) {
    case CG_LINE_FIRST:
        return first;
    case CG_LINE_FIRST_PLUS:
        return 2 * first + last + middle;
    case CG_LINE_FIRST_MINUS:
        return 2 * first + last - middle;
    case CG_LINE_LAST_PLUS:
        return 2 * last + first + middle;
    case CG_LINE_LAST_MINUS:
        return 2 * last + first - middle;
    case CG_LINE_LAST:
        return last;
    case CG_LINE_BOTH:
        return 2 * first + last;
    default:
        return middle;
    }
}

static void expect(struct ck_call *call)
{
    const struct cg_gemm_args *g = &call->gemm;
    const struct cg_gemm_segment *s = g->segments;
    for (int i = 0; i < g->m; i++)
        for (int j = 0; j < g->n; j++) {
            double sum = 0;
            for (int k = 0; k < s->len; k++) {
                const float *b = g->b + k * 3 * g->n + j;
                sum += (double)s->a[i * s->stride + k] *
                       weight(call->kernel->line_sum, (double)b[0], (double)b[g->n], (double)b[2 * g->n]);
            }
            call->expected[i * g->c_stride + j] = (float)(sum * (double)g->scale);
        }
}

static void run(const struct ck_call *call)
{
    call->kernel->gemm(&call->gemm);
}

static struct ck_work work(const struct ck_call *call)
{
    const int64_t size = sizeof(float), m = call->gemm.m, n = call->gemm.n, k = call->shape.k;
    return (struct ck_work){m * n * k, (m + 3 * n) * k * size, m * n * size};
}

const struct ck_kind ck_line = {"line", 1e-5, sweep, bench, make, expect, run, work, describe};
