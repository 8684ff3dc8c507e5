/* Maximum and average pooling by blocks of VL channels: any window, and 3x3 at stride 2, whose windows share
 * every second column. Included after vec.h. */
#ifndef CONVGAUGE_KERNELS_NATIVE_TEMPLATE_POOL_H
#define CONVGAUGE_KERNELS_NATIVE_TEMPLATE_POOL_H

#include "kernels/native/microkernel.h"
#include "kernels/native/template/part.h"

#include <math.h>
#include <stdbool.h>

/* One output pixel over kernel columns j0 ... j1 - 1; `mean` (constant) chooses the operator. `factor` is one
 * over the divisor. */
VEC_INLINE void pool_pixel(const struct cg_window_args *a, const float *const *rows, ptrdiff_t first, int j0,
                           int j1, float factor, float *out, const int mean)
{
    const ptrdiff_t j_step = a->dilation_w * a->in_stride;
    int c = 0;
    for (; c + VL <= a->channels; c += VL) {
        vf acc = mean ? v_zero() : v_set1(-INFINITY);
        for (int i = 0; i < a->kernel_h; i++) {
            const float *row = rows[i * a->dilation_h];
            if (!row)
                continue;
            for (int j = j0; j < j1; j++) {
                const vf v = v_load(row + first + j * j_step + c);
                acc = mean ? v_add(acc, v) : v_max(acc, v);
            }
        }
        v_store(out + c, mean ? v_mul(acc, v_set1(factor)) : acc);
    }
    if (c < a->channels) {
        const vtail tail = v_tail(a->channels - c);
        vf acc = mean ? v_zero() : v_set1(-INFINITY);
        for (int i = 0; i < a->kernel_h; i++) {
            const float *row = rows[i * a->dilation_h];
            if (!row)
                continue;
            for (int j = j0; j < j1; j++) {
                const vf v = v_load_tail(row + first + j * j_step + c, tail);
                acc = mean ? v_add(acc, v) : v_max(acc, v);
            }
        }
        v_store_tail(out + c, mean ? v_mul(acc, v_set1(factor)) : acc, tail);
    }
}

/* One output row: pixels x0 ... x1 - 1. */
VEC_INLINE void pool_pixels(const struct cg_window_args *a, int y, int x0, int x1, const int mean)
{
    const float *const *rows = a->rows + (ptrdiff_t)y * a->stride_h;
    int n_rows = 0;
    for (int i = 0; i < a->kernel_h; i++)
        n_rows += rows[i * a->dilation_h] != NULL;
    for (int x = x0; x < x1; x++) {
        const ptrdiff_t left = (ptrdiff_t)x * a->stride_w - a->pad_left;
        int j0 = 0, j1 = a->kernel_w;
        while (j0 < j1 && left + (ptrdiff_t)j0 * a->dilation_w < 0)
            j0++;
        while (j1 > j0 && left + (ptrdiff_t)(j1 - 1) * a->dilation_w >= a->in_w)
            j1--;
        const int inside = n_rows * (j1 - j0);
        const int divisor = a->count_padding ? a->kernel_h * a->kernel_w : inside;
        pool_pixel(a, rows, left * a->in_stride, j0, j1, divisor ? 1.0f / (float)divisor : 0.0f,
                   a->out + y * a->out_row_stride + x * a->out_stride, mean);
    }
}

VEC_INLINE void pool_any(const struct cg_window_args *a, const int mean)
{
    for (int y = 0; y < a->out_rows; y++)
        pool_pixels(a, y, 0, a->out_w, mean);
}

/* Maps of so few channels that lie in parts of lines run all of them together, two rows at a time: what of a
 * row leaves the first-level cache comes back for each block by itself, and for each row that reads it. */
#define POOL_BLOCKS 3
#define POOL_UNROLL _Pragma("GCC unroll 6")

/* What the sum of `inside` pixels of a 3x3 window is multiplied by. */
VEC_INLINE float pool_factor(const struct cg_window_args *a, int inside)
{
    return 1.0f / (float)(a->count_padding ? 9 : inside);
}

#define B(name) whole_##name
#define V(name) v_##name
#define T       vf
#define TT      vtail
#include "kernels/native/template/pool_block.h"
#undef B
#undef V
#undef T
#undef TT

#if HL
#define B(name) half_##name
#define V(name) h_##name
#define T       hf
#define TT      htail
#include "kernels/native/template/pool_block.h"
#undef B
#undef V
#undef T
#undef TT
#endif

/* The last `left` channels, less than a vector, of pool_slide. */
VEC_INLINE void pool_slide_rest(const struct cg_window_args *a, const float *const *rows, ptrdiff_t at, int n,
                                float *out, int left, const int n_rows, const int mean)
{
#if HL
    if (left == HL)
        half_pool_slide(a, rows, at, n, out, n_rows, mean, 0, h_tail(0));
    else if (left < HL)
        half_pool_slide(a, rows, at, n, out, n_rows, mean, 1, h_tail(left));
    else
#endif
        whole_pool_slide(a, rows, at, n, out, n_rows, mean, 1, v_tail(left));
}

/* Pixels x ... x + n - 1 of output row y, under `n_rows` (constant) rows. */
VEC_INLINE void pool_row(const struct cg_window_args *a, const float *const *rows, int y, int x, int n,
                         const int n_rows, const int mean)
{
    float *out = a->out + y * a->out_row_stride + x * a->out_stride;
    const ptrdiff_t at = (x * 2 - a->pad_left) * a->in_stride;
    int c = 0;
    for (; c + VL <= a->channels; c += VL)
        whole_pool_slide(a, rows, at + c, n, out + c, n_rows, mean, 0, v_tail(1));
    if (c < a->channels)
        pool_slide_rest(a, rows, at + c, n, out + c, a->channels - c, n_rows, mean);
}

/* The same, if it can, of row y and the one below. */
VEC_INLINE bool pool_two_rows(const struct cg_window_args *a, const float *const *rows, int y, int x, int n,
                              const int mean)
{
    float *out = a->out + y * a->out_row_stride + x * a->out_stride;
    const ptrdiff_t at = (x * 2 - a->pad_left) * a->in_stride;
#if HL
    if (a->channels == POOL_BLOCKS * HL) {
        half_pool_slide_pair(a, rows, at, n, out, mean);
        return true;
    }
#else
    if (a->channels == POOL_BLOCKS * VL) {
        whole_pool_slide_pair(a, rows, at, n, out, mean);
        return true;
    }
#endif
    return false;
}

/* The rows under a row of the output that are there, two or three, else 0; for a maximum its middle one
 * stands for the outer ones. */
VEC_INLINE int pool_rows_of(const float **to, const float *const *rows, const int mean)
{
    int n = 0;
    for (int i = 0; i < 3 && rows[1]; i++)
        if (rows[i] || !mean)
            to[n++] = rows[i] ? rows[i] : rows[1];
    return n > 1 ? n : 0;
}

/* 3x3, stride 2: columns whose window lies inside, or begins a column before the map, slide, those at other
 * edges go one by one. */
VEC_INLINE void pool_3x3s2(const struct cg_window_args *a, const int mean)
{
    const int inside = (a->pad_left + 1) / 2, windows = (a->in_w - 3 + a->pad_left) / 2 + 1;
    const int end = a->in_w < 3 ? 0 : windows < a->out_w ? windows : a->out_w;
    for (int y = 0, n; y < a->out_rows; y += n) {
        const float *const *under = a->rows + (ptrdiff_t)y * 2;
        const float *rows[5];
        const int n_rows = pool_rows_of(rows, under, mean);
        int first = a->pad_left == 1 ? 0 : inside;
        n = 1;
        if (inside >= end || !n_rows) {
            pool_pixels(a, y, 0, a->out_w, mean);
            continue;
        }
        const int of_two = mean ? inside : first;
        if (n_rows == 3 && y + 1 < a->out_rows && under[2] && pool_rows_of(rows + 2, under + 2, mean) == 3 &&
            pool_two_rows(a, rows, y, of_two, end - of_two, mean)) {
            n = 2;
            first = of_two;
        } else if (n_rows == 3)
            pool_row(a, rows, y, first, end - first, 3, mean);
        else
            pool_row(a, rows, y, first, end - first, 2, mean);
        for (int i = y; i < y + n; i++) {
            pool_pixels(a, i, 0, first, mean);
            pool_pixels(a, i, end, a->out_w, mean);
        }
    }
}

static void max_pool_any(const struct cg_window_args *a)
{
    pool_any(a, 0);
}

static void avg_pool_any(const struct cg_window_args *a)
{
    pool_any(a, 1);
}

static void max_pool_3x3s2(const struct cg_window_args *a)
{
    pool_3x3s2(a, 0);
}

static void avg_pool_3x3s2(const struct cg_window_args *a)
{
    pool_3x3s2(a, 1);
}

#endif
