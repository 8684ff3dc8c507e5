/* Maximum and average pooling over any window, by blocks of VL channels. Included after vec.h. */
#ifndef CONVGAUGE_KERNELS_NATIVE_TEMPLATE_POOL_H
#define CONVGAUGE_KERNELS_NATIVE_TEMPLATE_POOL_H

#include "kernels/native/microkernel.h"

#include <math.h>

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

VEC_INLINE void pool_any(const struct cg_window_args *a, const int mean)
{
    for (int y = 0; y < a->out_rows; y++) {
        const float *const *rows = a->rows + (ptrdiff_t)y * a->stride_h;
        int n_rows = 0;
        for (int i = 0; i < a->kernel_h; i++)
            n_rows += rows[i * a->dilation_h] != NULL;
        for (int x = 0; x < a->out_w; x++) {
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
}

static void max_pool_any(const struct cg_window_args *a)
{
    pool_any(a, 0);
}

static void avg_pool_any(const struct cg_window_args *a)
{
    pool_any(a, 1);
}

#endif
