/* One block of channels of a depthwise convolution, in whole or half vectors. Included by depthwise.h once
 * for each, with B(name) naming the functions, V(name) the primitives, and T, TT, LANES the vectors. No
 * include guard. */

/* For each input row r, of which v is the column at `offset`, and each output row y whose window of 3x3 it
 * lies under: `add`. */
#define EACH_REACHED(stride, add)                                                                            \
    for (int r = no_top; r < (stride) * (n_out - 1) + 3 - no_bottom; r++) {                                  \
        const T v = V(load_part)(in[r] + offset, partial, tail);                                             \
        for (int y = 0; y < n_out; y++) {                                                                    \
            if (!(r - (stride)*y >= 0 && r - (stride)*y < 3))                                                \
                continue;                                                                                    \
            add                                                                                              \
        }                                                                                                    \
    }

/* 3x3, stride 1, `n_out` output rows at once (constant): the window slides over the columns, each input
 * vector is loaded once and goes into up to three outputs of each row that it touches. rows[] has n_out + 2
 * entries; the first is padding when no_top, the last when no_bottom (constants). in_w >= 3. */
VEC_INLINE void B(slide_3x3s1)(const struct cg_window_args *a, const float *const *rows, float *out,
                               const float *weights, const float *bias_at, const int n_out, const int no_top,
                               const int no_bottom, const int partial, TT tail)
{
    T w[9], acc0[3], acc1[3];
    for (int i = 0; i < 9; i++)
        w[i] = V(load)(weights + i * VL);
    const T bias = V(load)(bias_at), lo = V(set1)(a->lo), hi = V(set1)(a->hi);
    const float *in[5];
    for (int r = 0; r < n_out + 2; r++)
        in[r] = (no_top && r == 0) || (no_bottom && r == n_out + 1) ? NULL : rows[r];
    for (int y = 0; y < n_out; y++)
        acc0[y] = acc1[y] = bias;
    const ptrdiff_t step = a->in_stride;
    const int pad = a->pad_left, out_w = a->out_w;

    /* Columns before the first whole window: kernel columns fall off the left edge. */
    ptrdiff_t offset = 0;
    int c = 0;
    for (; c < 2 - pad; c++, offset += step) {
        EACH_REACHED(
            1,
            if (c + pad == 1) {
                acc0[y] = V(fma)(w[(r - y) * 3 + 1], v, acc0[y]);
                acc1[y] = V(fma)(w[(r - y) * 3 + 0], v, acc1[y]);
            } else { acc0[y] = V(fma)(w[(r - y) * 3 + 0], v, acc0[y]); })
    }
    /* Column c ends output c + pad - 2. */
    float *o = out;
    int x = 0;
    const int last = a->in_w < out_w + 2 - pad ? a->in_w : out_w + 2 - pad;
#ifdef SLIDE_STEADY
    if (!partial) {
        const struct slide_shape shape = {n_out, no_top, no_bottom};
        const int done = SLIDE_STEADY(a, in, out, weights, bias_at, shape, acc0, acc1, c, last);
        c += done, x += done, offset += done * step, o += done * a->out_stride;
    }
#endif
    for (; c < last; c++, x++, offset += step, o += a->out_stride) {
        T acc2[3];
        for (int y = 0; y < n_out; y++)
            acc2[y] = bias;
        EACH_REACHED(1, acc0[y] = V(fma)(w[(r - y) * 3 + 2], v, acc0[y]);
                     acc1[y] = V(fma)(w[(r - y) * 3 + 1], v, acc1[y]);
                     acc2[y] = V(fma)(w[(r - y) * 3 + 0], v, acc2[y]);)
        for (int y = 0; y < n_out; y++) {
            V(store_part)(o + y * a->out_row_stride, V(min)(V(max)(acc0[y], lo), hi), partial, tail);
            acc0[y] = acc1[y];
            acc1[y] = acc2[y];
        }
    }
    /* Outputs whose window hangs over the right edge. */
    for (; x < out_w; x++, o += a->out_stride) {
        for (int y = 0; y < n_out; y++) {
            V(store_part)(o + y * a->out_row_stride, V(min)(V(max)(acc0[y], lo), hi), partial, tail);
            acc0[y] = acc1[y];
            acc1[y] = bias;
        }
    }
}

/* 3x3, stride 2, `n_out` (1 or 2) output rows: the column shared by two windows is loaded once. rows[] has
 * 2 * n_out + 1 entries; no_top and no_bottom as above. in_w >= 3, pad <= 1. */
VEC_INLINE void B(slide_3x3s2)(const struct cg_window_args *a, const float *const *rows, float *out,
                               const float *weights, const float *bias_at, const int n_out, const int no_top,
                               const int no_bottom, const int partial, TT tail)
{
    T w[9], acc[2], next[2];
    for (int i = 0; i < 9; i++)
        w[i] = V(load)(weights + i * VL);
    const T bias = V(load)(bias_at), lo = V(set1)(a->lo), hi = V(set1)(a->hi);
    const float *in[5];
    for (int r = 0; r < 2 * n_out + 1; r++)
        in[r] = (no_top && r == 0) || (no_bottom && r == 2 * n_out) ? NULL : rows[r];
    for (int y = 0; y < n_out; y++)
        acc[y] = bias;
    const ptrdiff_t step = a->in_stride;
    ptrdiff_t offset = 0;
    int c = 0;
    if (a->pad_left == 0) {
        EACH_REACHED(2, acc[y] = V(fma)(w[(r - 2 * y) * 3 + 0], v, acc[y]);)
        c++, offset += step;
    }
    float *o = out;
    int x = 0;
    const int inside = (a->in_w - c) / 2, n_inside = inside < a->out_w ? inside : a->out_w;
    for (; x < n_inside; x++, c += 2, o += a->out_stride) {
        EACH_REACHED(2, acc[y] = V(fma)(w[(r - 2 * y) * 3 + 1], v, acc[y]);)
        offset += step;
        for (int y = 0; y < n_out; y++)
            next[y] = bias;
        EACH_REACHED(2, acc[y] = V(fma)(w[(r - 2 * y) * 3 + 2], v, acc[y]);
                     next[y] = V(fma)(w[(r - 2 * y) * 3 + 0], v, next[y]);)
        offset += step;
        for (int y = 0; y < n_out; y++) {
            V(store_part)(o + y * a->out_row_stride, V(min)(V(max)(acc[y], lo), hi), partial, tail);
            acc[y] = next[y];
        }
    }
    for (; x < a->out_w; x++, c += 2, o += a->out_stride) {
        if (c < a->in_w) {
            EACH_REACHED(2, acc[y] = V(fma)(w[(r - 2 * y) * 3 + 1], v, acc[y]);)
            offset += step;
        }
        for (int y = 0; y < n_out; y++) {
            V(store_part)(o + y * a->out_row_stride, V(min)(V(max)(acc[y], lo), hi), partial, tail);
            acc[y] = bias;
        }
    }
}
#undef EACH_REACHED

/* `n` (constant) neighbouring outputs of one row, any window; kernel columns j0 ... j1 - 1 and the rows that
 * are not NULL are inside the map. rows[i] is kernel row i. */
VEC_INLINE void B(any_tile)(const struct cg_window_args *a, const float *const *rows, float *out,
                            const float *weights, T bias, int x, int j0, int j1, const int n,
                            const int partial, TT tail)
{
    T acc[8];
    for (int t = 0; t < n; t++)
        acc[t] = bias;
    const ptrdiff_t x_step = a->stride_w * a->in_stride, j_step = a->dilation_w * a->in_stride;
    const ptrdiff_t first =
        ((ptrdiff_t)x * a->stride_w - a->pad_left + (ptrdiff_t)j0 * a->dilation_w) * a->in_stride;
    for (int i = 0; i < a->kernel_h; i++) {
        const float *row = rows[i * a->dilation_h];
        if (!row)
            continue;
        const float *p = row + first, *w = weights + (size_t)(i * a->kernel_w + j0) * VL;
        for (int j = j0; j < j1; j++, p += j_step, w += VL) {
            const T wv = V(load)(w);
            for (int t = 0; t < n; t++)
                acc[t] = V(fma)(wv, V(load_part)(p + t * x_step, partial, tail), acc[t]);
        }
    }
    const T lo = V(set1)(a->lo), hi = V(set1)(a->hi);
    for (int t = 0; t < n; t++)
        V(store_part)(out + t * a->out_stride, V(min)(V(max)(acc[t], lo), hi), partial, tail);
}

/* One output row of any window: columns with all kernel columns inside by tiles, the others one by one. */
VEC_INLINE void B(any_row)(const struct cg_window_args *a, const float *const *rows, float *out,
                           const float *weights, const float *bias_at, const int partial, TT tail)
{
    const T bias = V(load)(bias_at);
    const int reach = (a->kernel_w - 1) * a->dilation_w;
    int x = 0;
    while (x < a->out_w) {
        const int left = x * a->stride_w - a->pad_left;
        float *o = out + x * a->out_stride;
        if (left >= 0 && left + 3 * a->stride_w + reach < a->in_w && x + 4 <= a->out_w) {
            B(any_tile)(a, rows, o, weights, bias, x, 0, a->kernel_w, 4, partial, tail);
            x += 4;
            continue;
        }
        int j0 = 0, j1 = a->kernel_w;
        while (j0 < j1 && left + j0 * a->dilation_w < 0)
            j0++;
        while (j1 > j0 && left + (j1 - 1) * a->dilation_w >= a->in_w)
            j1--;
        B(any_tile)(a, rows, o, weights, bias, x, j0, j1, 1, partial, tail);
        x++;
    }
}

/* All output rows of one block of channels starting at channel c, one table entry per way to run a row group.
 */
#define SLIDE_CASES(kind, n_out, a, rows, out, w, b, top, bottom)                                            \
    switch ((top) + 2 * (bottom)) {                                                                          \
    case 0:                                                                                                  \
        B(kind)(a, rows, out, w, b, n_out, 0, 0, partial, tail);                                             \
        break;                                                                                               \
    case 1:                                                                                                  \
        B(kind)(a, rows, out, w, b, n_out, 1, 0, partial, tail);                                             \
        break;                                                                                               \
    case 2:                                                                                                  \
        B(kind)(a, rows, out, w, b, n_out, 0, 1, partial, tail);                                             \
        break;                                                                                               \
    default:                                                                                                 \
        B(kind)(a, rows, out, w, b, n_out, 1, 1, partial, tail);                                             \
        break;                                                                                               \
    }

/* How many of the next output rows slide together: 0 if the sliding kernels do not take the next one. Padding
 * rows may stand first and last only. */
VEC_INLINE void B(rows_3x3s1)(const struct cg_window_args *a, const float *const *shifted,
                              const float *weights, const float *bias, float *out, const int partial, TT tail)
{
    for (int y = 0; y < a->out_rows;) {
        const float *const *rows = shifted + y;
        int n = a->out_rows - y; /* four are two and two: one by itself loads nearly as much as two */
        n = n == 3 ? 3 : n == 4 ? 2 : n > SLIDE_ROWS ? SLIDE_ROWS : n;
        bool inside = a->in_w >= 3;
        for (int r = 1; r <= n; r++)
            inside &= rows[r] != NULL;
        float *o = out + y * a->out_row_stride;
        const int top = !rows[0], bottom = !rows[n + 1];
        if (!inside) {
            B(any_row)(a, rows, o, weights, bias, partial, tail);
            n = 1;
        } else if (n == 1) {
            SLIDE_CASES(slide_3x3s1, 1, a, rows, o, weights, bias, top, bottom)
        } else if (n == 2) {
            SLIDE_CASES(slide_3x3s1, 2, a, rows, o, weights, bias, top, bottom)
        } else {
            SLIDE_CASES(slide_3x3s1, 3, a, rows, o, weights, bias, top, bottom)
        }
        y += n;
    }
}

VEC_INLINE void B(rows_3x3s2)(const struct cg_window_args *a, const float *const *shifted,
                              const float *weights, const float *bias, float *out, const int partial, TT tail)
{
    for (int y = 0; y < a->out_rows;) {
        const float *const *rows = shifted + 2 * y;
        int n = a->out_rows - y >= 2 ? 2 : 1;
        bool inside = a->in_w >= 3 && a->pad_left <= 1;
        for (int r = 1; r < 2 * n; r++)
            inside &= rows[r] != NULL;
        float *o = out + y * a->out_row_stride;
        const int top = !rows[0], bottom = !rows[2 * n];
        if (!inside) {
            B(any_row)(a, rows, o, weights, bias, partial, tail);
            n = 1;
        } else if (n == 1) {
            SLIDE_CASES(slide_3x3s2, 1, a, rows, o, weights, bias, top, bottom)
        } else {
            SLIDE_CASES(slide_3x3s2, 2, a, rows, o, weights, bias, top, bottom)
        }
        y += n;
    }
}

VEC_INLINE void B(rows_any)(const struct cg_window_args *a, const float *const *shifted, const float *weights,
                            const float *bias, float *out, const int partial, TT tail)
{
    for (int y = 0; y < a->out_rows; y++)
        B(any_row)(a, shifted + y * a->stride_h, out + y * a->out_row_stride, weights, bias, partial, tail);
}

#define BLOCK_FN(kind)                                                                                       \
    static __attribute__((noinline, unused)) void B(kind##_full)(                                            \
        const struct cg_window_args *a, const float *const *rows, const float *weights, const float *bias,   \
        float *out)                                                                                          \
    {                                                                                                        \
        B(kind)(a, rows, weights, bias, out, 0, V(tail)(LANES));                                             \
    }                                                                                                        \
    static __attribute__((noinline, unused)) void B(kind##_part)(                                            \
        const struct cg_window_args *a, const float *const *rows, const float *weights, const float *bias,   \
        float *out, int n)                                                                                   \
    {                                                                                                        \
        B(kind)(a, rows, weights, bias, out, 1, V(tail)(n));                                                 \
    }
BLOCK_FN(rows_3x3s1)
BLOCK_FN(rows_3x3s2)
BLOCK_FN(rows_any)
#undef BLOCK_FN
#undef SLIDE_CASES
