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

/* The columns of a tile of any window: `left` is the first kernel column's of the first one. */
struct B(any_columns) {
    int left, width; /* the tile's outputs from `width` on are not there */
    ptrdiff_t x_step;
};

/* One input row for output rows y0 ... y1 - 1 of a tile (constants): each pixel is loaded once. `weights` is
 * the kernel row of the last of them, and w_step floats further that of the one before. */
VEC_INLINE void B(any_row)(const struct cg_window_args *a, T *acc, const float *row, const float *weights,
                           const struct B(any_columns) columns, const int edge, const int y0, const int y1,
                           const int partial, TT tail)
{
    const ptrdiff_t x_step = columns.x_step, j_step = a->dilation_w * a->in_stride,
                    w_step = (ptrdiff_t)a->stride_h * a->kernel_w * VL;
    const float *p[GEMM_POINTERS] = {NULL};
    int column = columns.left;
    GEMM_UNROLL
    for (int i = 0; i < GEMM_POINTERS; i++)
        if (GEMM_HAS_POINTER(i, ANY_COLUMNS))
            p[i] = row + (column * a->in_stride + GEMM_FIRST_ROW(i) * x_step);
    for (int j = 0; j < a->kernel_w; j++) {
        T w[3];
        GEMM_UNROLL
        for (int y = y0; y < y1; y++)
            w[y] = V(load)(weights + (y1 - 1 - y) * w_step);
        GEMM_UNROLL
        for (int t = 0; t < ANY_COLUMNS; t++) {
            if (edge && (t >= columns.width || (unsigned)(column + t * a->stride_w) >= (unsigned)a->in_w))
                continue;
            T v = V(load_part)(p[GEMM_POINTER(t)] + GEMM_STEP(t) * x_step, partial, tail);
            IN_REGISTER(v);
            GEMM_UNROLL
            for (int y = y0; y < y1; y++)
                acc[y * ANY_COLUMNS + t] = V(fma)(w[y], v, acc[y * ANY_COLUMNS + t]);
        }
        weights += VL;
        column += a->dilation_w;
        GEMM_UNROLL
        for (int i = 0; i < GEMM_POINTERS; i++)
            if (GEMM_HAS_POINTER(i, ANY_COLUMNS))
                p[i] += j_step;
    }
}

#define ANY_ROW(y0, y1)                                                                                      \
    case (y0)*4 + (y1):                                                                                      \
        if ((y1) <= n_rows)                                                                                  \
            B(any_row)(a, acc, row, w, columns, edge, y0, y1, partial, tail);                                \
        break;

/* Neighbouring outputs of `n_rows` rows (constant), any window (with dilation of the rows, one row); the rows
 * that are not NULL are inside the map, and where not `edge` all columns. rows[r] is kernel row r of the
 * first output row. */
VEC_INLINE void B(any_tile)(const struct cg_window_args *a, const float *const *rows, float *out,
                            const float *weights, T bias, const struct B(any_columns) columns, const int edge,
                            const int n_rows, const int partial, TT tail)
{
    T acc[3 * ANY_COLUMNS];
    GEMM_UNROLL
    for (int y = 0; y < n_rows; y++) {
        GEMM_UNROLL
        for (int t = 0; t < ANY_COLUMNS; t++)
            acc[y * ANY_COLUMNS + t] = bias;
    }
    for (int r = 0, y0 = 0, y1 = 0; r < (n_rows - 1) * a->stride_h + a->kernel_h; r++) {
        const float *row = rows[r * a->dilation_h];
        /* It lies under the windows of output rows y0 ... y1 - 1. */
        y1 += y1 < n_rows && r == y1 * a->stride_h;
        y0 += r == y0 * a->stride_h + a->kernel_h;
        const float *w = weights + (ptrdiff_t)(r - (y1 - 1) * a->stride_h) * a->kernel_w * VL;
        if (row)
            switch (y0 * 4 + y1) {
                ANY_ROW(0, 1)
                ANY_ROW(0, 2)
                ANY_ROW(1, 2)
                ANY_ROW(0, 3)
                ANY_ROW(1, 3)
                ANY_ROW(2, 3)
            }
    }
    const T lo = V(set1)(a->lo), hi = V(set1)(a->hi);
    GEMM_UNROLL
    for (int y = 0; y < n_rows; y++) {
        GEMM_UNROLL
        for (int t = 0; t < ANY_COLUMNS; t++)
            if (!edge || t < columns.width) {
                const T sum = V(min)(V(max)(acc[y * ANY_COLUMNS + t], lo), hi);
                V(store_part)(out + y * a->out_row_stride + t * a->out_stride, sum, partial, tail);
            }
    }
}
#undef ANY_ROW

/* `n_rows` (constant) output rows of any window by tiles, as few as there can be and of about one width. */
VEC_INLINE void B(any_rows)(const struct cg_window_args *a, const float *const *rows, float *out,
                            const float *weights, const float *bias_at, const int n_rows, const int partial,
                            TT tail)
{
    const T bias = V(load)(bias_at);
    const int reach = (ANY_COLUMNS - 1) * a->stride_w + (a->kernel_w - 1) * a->dilation_w;
    struct B(any_columns) columns = {.x_step = a->stride_w * a->in_stride};
    for (int x = 0, tiles = (a->out_w + ANY_COLUMNS - 1) / ANY_COLUMNS; tiles > 0; tiles--) {
        float *o = out + x * a->out_stride;
        columns.width = (a->out_w - x + tiles - 1) / tiles;
        columns.left = x * a->stride_w - a->pad_left;
        if (columns.width == ANY_COLUMNS && columns.left >= 0 && columns.left + reach < a->in_w)
            B(any_tile)(a, rows, o, weights, bias, columns, 0, n_rows, partial, tail);
        else
            B(any_tile)(a, rows, o, weights, bias, columns, 1, n_rows, partial, tail);
        x += columns.width;
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
    const int most = a->dilation_h > 1 ? 1 : 3;
    for (int y = 0, n; y < a->out_rows; y += n) {
        const float *const *rows = shifted + y * a->stride_h;
        float *o = out + y * a->out_row_stride;
        const int left = a->out_rows - y;
        n = left < most ? left : left == 4 && most > 1 ? 2 : most; /* four are two and two */
        switch (n) {
        case 3:
            B(any_rows)(a, rows, o, weights, bias, 3, partial, tail);
            break;
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
