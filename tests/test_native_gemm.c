/* The gemm and group kernels of every instruction set that this processor has, against plain loops, over
 * swept shapes, with guard words around the outputs. */
#include "bench/microkernels/plain.h"
#include "tests/guarded.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

/* A kernel that takes gemm's arguments, and how its weights are packed: panels of `tile_n` columns, or, where
 * that is 0, vectors of `lanes` channels for each of `outputs`. */
struct kernel {
    const char *name;
    cg_gemm_fn *run;
    int tile_n, lanes, outputs;
};

/* Parts of k as they lie in a row. */
struct parts {
    int n, len[8];
};

static void check(const struct kernel *kernel, int m, int n, const struct parts *parts, unsigned sum_lanes,
                  bool residual)
{
    const int gap = 3, b_width = kernel->tile_n ? kernel->tile_n : kernel->outputs;
    int k = 0;
    for (int s = 0; s < parts->n; s++)
        k += parts->len[s];
    const int stride = k + gap, c_stride = n + gap, r_stride = n + 1;
    float *a = make_exact((size_t)m * stride - gap), *b = make_packed((size_t)k * b_width),
          *bias = make_packed((size_t)(kernel->tile_n ? kernel->tile_n : kernel->outputs * kernel->lanes)),
          *r = make_exact((size_t)m * r_stride - 1);
    for (int i = 0; i < k; i++)
        for (int j = n; j < kernel->tile_n; j++)
            b[i * kernel->tile_n + j] = 0;
    const size_t size = (size_t)m * c_stride - gap;
    float *c = make_guarded(size), *expected = make_guarded(size);

    /* The parts of k are taken from the end of the row backwards: order must not matter. */
    struct cg_gemm_segment segments[8];
    for (int s = 0, from = 0; s < parts->n; from += parts->len[s++])
        segments[parts->n - 1 - s] = (struct cg_gemm_segment){a + from, stride, parts->len[s], from};
    const struct cg_gemm_args args = {.m = m,
                                      .n = n,
                                      .n_segments = parts->n,
                                      .segments = segments,
                                      .b = b,
                                      .bias = bias,
                                      .residual = residual ? r : NULL,
                                      .residual_stride = r_stride,
                                      .c = c,
                                      .c_stride = c_stride,
                                      .lo = residual ? -INFINITY : 0,
                                      .hi = residual ? INFINITY : 1.5f,
                                      .sum_lanes = sum_lanes};
    kernel->run(&args);
    for (int i = 0; i < m; i++)
        for (int j = 0; j < n; j++)
            expected[i * c_stride + j] =
                (float)(kernel->tile_n ? cg_plain_gemm(&args, kernel->tile_n, i, j)
                                       : cg_plain_group(&args, kernel->lanes, kernel->outputs, i, j));
    cr_expect(differences(c, expected, size, 1e-5) == 0,
              "%s m=%d n=%d k=%d parts=%d sum_lanes=%x residual=%d", kernel->name, m, n, k, parts->n,
              sum_lanes, residual);
    free(a);
    free(b);
    free(bias);
    free(r);
    free_guarded(c);
    free_guarded(expected);
}

static void check_gemm(const struct cg_gemm_kernel *gemm, int m, int n, int k, int n_parts, bool residual)
{
    const struct kernel kernel = {.name = gemm->name, .run = gemm->run, .tile_n = gemm->tile_n};
    struct parts parts = {.n = n_parts};
    for (int s = 0; s < n_parts; s++)
        parts.len[n_parts - 1 - s] = k - k * s / n_parts - (k - k * (s + 1) / n_parts);
    check(&kernel, m, n, &parts, 0, residual);
}

Test(native_kernels, gemm)
{
    for (int i = 0; cg_native_isas[i]; i++) {
        const struct cg_native_kernels *isa = cg_native_isas[i];
        if (!cg_isa_available(isa->isa))
            continue;
        for (int row = 0; row < isa->n_gemm * (isa->gemm_in_order ? 2 : 1); row++) {
            const struct cg_gemm_kernel *kernel =
                row < isa->n_gemm ? &isa->gemm[row] : &isa->gemm_in_order[row - isa->n_gemm];
            for (int m = 1; m <= 2 * kernel->tile_m + 1; m++)
                check_gemm(kernel, m, kernel->tile_n, 7 + m % 5, 1 + m % 3, m % 2);
            for (int n = 1; n <= kernel->tile_n; n++)
                check_gemm(kernel, kernel->tile_m + 1, n, 9, 1 + n % 3, n % 2);
            check_gemm(kernel, 1, 1, 1, 1, false);
            check_gemm(kernel, 30, kernel->tile_n, 200, 8, true);
        }
    }
}

/* Parts of 1, 2, 3 ... vectors. */
static void check_group(const struct cg_group_kernel *group, int lanes, unsigned sum_lanes, int m,
                        int n_parts, bool residual)
{
    const struct kernel kernel = {
        .name = group->name, .run = group->run, .lanes = lanes, .outputs = group->outputs};
    struct parts parts = {.n = n_parts};
    int n = group->outputs * lanes; /* columns: what is left when lanes are summed */
    for (unsigned bit = 1; bit < (unsigned)lanes; bit <<= 1)
        n /= sum_lanes & bit ? 2 : 1;
    for (int s = 0; s < n_parts; s++)
        parts.len[s] = (s + 1) * lanes;
    check(&kernel, m, n, &parts, sum_lanes, residual);
}

Test(native_kernels, group)
{
    for (int i = 0; cg_native_isas[i]; i++) {
        const struct cg_native_kernels *isa = cg_native_isas[i];
        if (!cg_isa_available(isa->isa))
            continue;
        for (int row = 0; row < isa->n_group; row++) {
            const struct cg_group_kernel *kernel = &isa->group[row];
            for (unsigned sum_lanes = 0; sum_lanes < (unsigned)isa->lanes; sum_lanes++)
                for (int m = 1; m <= 2 * kernel->tile_m + 1; m++)
                    check_group(kernel, isa->lanes, sum_lanes, m, 1 + m % 3, (m + row) % 2);
            cr_expect(row == 0 || isa->group[row - 1].outputs > kernel->outputs);
        }
        cr_expect(isa->n_group == 0 || isa->group[isa->n_group - 1].outputs == 1);
    }
}

/* From the last row to the first, as threads walk towards the middle of their pixels, and with the lines
 * taken back that are written next: the same sums, and nothing written but the block and its image. */
static void check_walk(const struct cg_gemm_kernel *kernel, int m, int n, bool backwards)
{
    const int k = 21, gap = 3, stride = k + gap, c_stride = n + gap;
    float *a = make_exact((size_t)m * stride - gap), *b = make_packed((size_t)k * kernel->tile_n),
          *bias = make_packed((size_t)kernel->tile_n);
    const size_t size = (size_t)m * c_stride - gap;
    float *c = make_guarded(size), *next = make_guarded(size), *expected = make_guarded(size),
          *left = make_guarded(size);
    const struct cg_gemm_segment forward = {a, stride, k, 0}, back = {a + (m - 1) * stride, -stride, k, 0};
    struct cg_gemm_args args = {.m = m,
                                .n = n,
                                .n_segments = 1,
                                .segments = &forward,
                                .b = b,
                                .bias = bias,
                                .c = expected,
                                .c_stride = c_stride,
                                .lo = -INFINITY,
                                .hi = INFINITY};
    kernel->run(&args);
    args.c = backwards ? c + (m - 1) * c_stride : c;
    const struct cg_gemm_shared shared = {.written_next = (char *)next - (char *)c, .rows_below = 2};
    args.shared = &shared;
    if (backwards) {
        args.segments = &back;
        args.c_stride = -c_stride;
    }
    kernel->run(&args);
    cr_expect(differences(c, expected, size, 0) == 0, "%s m=%d n=%d", kernel->name, m, n);
    const int line = CG_NATIVE_ALIGN / (int)sizeof(float);
    int taken = 0;
    for (int i = 0; i < m; i++)
        for (int j = 0; j < n; j += line) {
            taken += next[i * c_stride + j] == 0;
            next[i * c_stride + j] = left[i * c_stride + j];
        }
    cr_expect(differences(next, left, size, 0) == 0, "%s m=%d n=%d writes beside the lines", kernel->name, m,
              n);
    cr_expect(taken == m * ((n + line - 1) / line), "%s m=%d n=%d takes %d lines back", kernel->name, m, n,
              taken);
    free(a);
    free(b);
    free(bias);
    free_guarded(c);
    free_guarded(next);
    free_guarded(expected);
    free_guarded(left);
}

Test(native_kernels, walks)
{
    for (int i = 0; cg_native_isas[i]; i++) {
        const struct cg_native_kernels *isa = cg_native_isas[i];
        for (int row = 0; row < isa->n_gemm && cg_isa_available(isa->isa); row++) {
            const struct cg_gemm_kernel *kernel = &isa->gemm[row];
            for (int m = 1; m <= 2 * kernel->tile_m + 1; m += kernel->tile_m > 2 ? 3 : 1)
                for (int n = 1; n <= kernel->tile_n; n += n < kernel->tile_n - 7 ? 7 : 1)
                    for (int backwards = 0; backwards < 2; backwards++)
                        check_walk(kernel, m, n, backwards);
        }
    }
}
