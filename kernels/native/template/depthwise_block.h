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

/* Every kernel column of input row r: a load for each of the tile's columns, a weight for each of its rows.
 */
#define ANY_COLUMNS(reached)                                                                                 \
    for (int j = 0; j < a->kernel_w; j++) {                                                                  \
        const int column = left + j * a->dilation_w;                                                         \
        const ptrdiff_t at = column * a->in_stride;                                                          \
        T v[4];                                                                                              \
        for (int t = 0; t < n; t++)                                                                          \
            v[t] = edge && (unsigned)(column + t * a->stride_w) >= (unsigned)a->in_w                         \
                       ? V(set1)(0)                                                                          \
                       : V(load_part)(row + (at + t * x_step), partial, tail);                               \
        for (int y = 0; y < n_rows; y++) {                                                                   \
            if (!(reached))                                                                                  \
                continue;                                                                                    \
            const T w = V(load)(weights + ((ptrdiff_t)(r - y * a->stride_h) * a->kernel_w + j) * VL);        \
            for (int t = 0; t < n; t++)                                                                      \
                acc[y * n + t] = V(fma)(w, v[t], acc[y * n + t]);                                            \
        }                                                                                                    \
    }

/* `n` neighbouring outputs of `n_rows` rows (constants), any window (with dilation of the rows, one row); the
 * rows that are not NULL are inside the map, and where not `edge` all columns. rows[r] is kernel row r of the
 * first output row. */
VEC_INLINE void B(any_tile)(const struct cg_window_args *a, const float *const *rows, float *out,
                            const float *weights, T bias, int left, const int edge, const int n,
                            const int n_rows, const int partial, TT tail)
{
    T acc[16];
    for (int k = 0; k < n_rows * n; k++)
        acc[k] = bias;
    const ptrdiff_t x_step = a->stride_w * a->in_stride;
    const int apart = (n_rows - 1) * a->stride_h; /* the last output row from the first, in input rows */
    for (int r = 0; r < apart + a->kernel_h; r++) {
        const float *row = rows[r * a->dilation_h];
        if (!row)
            continue;
        if (r >= apart && r < a->kernel_h)
            ANY_COLUMNS(true)
        else
            ANY_COLUMNS(r >= y * a->stride_h && r < y * a->stride_h + a->kernel_h)
    }
    const T lo = V(set1)(a->lo), hi = V(set1)(a->hi);
    for (int y = 0; y < n_rows; y++)
        for (int t = 0; t < n; t++) {
            const T sum = V(min)(V(max)(acc[y * n + t], lo), hi);
            V(store_part)(out + y * a->out_row_stride + t * a->out_stride, sum, partial, tail);
        }
}
#undef ANY_COLUMNS

/* `n_rows` (constant) output rows of any window by tiles of four columns, of which the last one may do again
 * what the one before did; narrower maps one by one. */
VEC_INLINE void B(any_rows)(const struct cg_window_args *a, const float *const *rows, float *out,
                            const float *weights, const float *bias_at, const int n_rows, const int partial,
                            TT tail)
{
    const T bias = V(load)(bias_at);
    const int reach = 3 * a->stride_w + (a->kernel_w - 1) * a->dilation_w;
    for (int x = 0; a->out_w < 4 && x < a->out_w; x++)
        B(any_tile)
    (a, rows, out + x * a->out_stride, weights, bias, x * a->stride_w - a->pad_left, 1, 1, n_rows, partial,
     tail);
    for (int next = 0; a->out_w >= 4 && next < a->out_w; next += 4) {
        const int x = next + 4 < a->out_w ? next : a->out_w - 4, left = x * a->stride_w - a->pad_left;
        float *o = out + x * a->out_stride;
        if (left >= 0 && left + reach < a->in_w)
            B(any_tile)(a, rows, o, weights, bias, left, 0, 4, n_rows, partial, tail);
        else
            B(any_tile)(a, rows, o, weights, bias, left, 1, 4, n_rows, partial, tail);
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
            B(any_rows)(a, rows, o, weights, bias, 1, partial, tail);
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
            B(any_rows)(a, rows, o, weights, bias, 1, partial, tail);
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
    const int most = a->dilation_h > 1 ? 1 : a->stride_h > 1 ? 2 : ANY_ROWS;
    for (int y = 0, n; y < a->out_rows; y += n) {
        const float *const *rows = shifted + y * a->stride_h;
        float *o = out + y * a->out_row_stride;
        n = a->out_rows - y < 2 ? 1 : a->out_rows - y < most ? 2 : most;
        switch (n) {
#if ANY_ROWS > 2
        case ANY_ROWS:
            B(any_rows)(a, rows, o, weights, bias, ANY_ROWS, partial, tail);
            break;
#endif
        case 2:
            B(any_rows)(a, rows, o, weights, bias, 2, partial, tail);
            break;
        default:
            B(any_rows)(a, rows, o, weights, bias, 1, partial, tail);
        }
    }
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
