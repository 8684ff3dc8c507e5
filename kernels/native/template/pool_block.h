/* A 3x3 pool at stride 2 over one block of channels: pool.h includes this for whole vectors and, where they
 * pay, for halves, with T (vector), TT (tail), V (primitives by name) and B (these functions by name)
 * defined. */

VEC_INLINE T B(pool_both)(T a, T b, const int mean)
{
    return mean ? V(add)(a, b) : V(max)(a, b);
}

/* A column of `n_rows` (two or three) rows. */
VEC_INLINE T B(pool_column)(const float *const *rows, ptrdiff_t at, const int n_rows, const int mean,
                            const int partial, TT tail)
{
    const T first = V(load_part)(rows[0] + at, partial, tail);
    const T both = B(pool_both)(first, V(load_part)(rows[1] + at, partial, tail), mean);
    return n_rows == 3 ? B(pool_both)(both, V(load_part)(rows[2] + at, partial, tail), mean) : both;
}

/* `n` output pixels whose windows lie under `n_rows` (constant) rows of the map; the first begins at `at`,
 * which may be a column before the map: for a maximum the next one stands there, a mean does without. */
VEC_INLINE void B(pool_slide)(const struct cg_window_args *a, const float *const *rows, ptrdiff_t at, int n,
                              float *out, const int n_rows, const int mean, const int partial, TT tail)
{
    const float *const top[3] = {rows[0], rows[1], rows[n_rows - 1]}; /* here no store can change them */
    const ptrdiff_t step = a->in_stride, out_step = a->out_stride;
    const T inside = V(set1)(pool_factor(a, n_rows * 3));
    T factor = at < 0 ? V(set1)(pool_factor(a, n_rows * 2)) : inside;
    T shared = B(pool_column)(top, at < 0 ? at + step : at, n_rows, mean, partial, tail);
    if (mean && at < 0)
        shared = V(set1)(0);
    for (int x = 0; x < n; x++, at += 2 * step, out += out_step) {
        const T middle = B(pool_column)(top, at + step, n_rows, mean, partial, tail);
        const T right = B(pool_column)(top, at + 2 * step, n_rows, mean, partial, tail);
        T both = B(pool_both)(B(pool_both)(shared, middle, mean), right, mean);
        if (mean)
            both = V(mul)(both, factor);
        V(store_part)(out, both, partial, tail);
        shared = right;
        factor = inside;
    }
}

/* POOL_BLOCKS columns side by side, of the first three of five rows and of the last three. */
VEC_INLINE void B(pool_columns)(T (*column)[2], const float *const *rows, ptrdiff_t at, const int mean)
{
    POOL_UNROLL
    for (int b = 0; b < POOL_BLOCKS; b++, at += (ptrdiff_t)(sizeof(T) / sizeof(float))) {
        const T above = B(pool_both)(V(load)(rows[0] + at), V(load)(rows[1] + at), mean);
        const T shared = V(load)(rows[2] + at), below = V(load)(rows[3] + at);
        column[b][0] = B(pool_both)(above, shared, mean);
        column[b][1] = B(pool_both)(B(pool_both)(shared, below, mean), V(load)(rows[4] + at), mean);
    }
}

/* As pool_slide, of two rows of the output and of all POOL_BLOCKS blocks that there are. */
VEC_INLINE void B(pool_slide_pair)(const struct cg_window_args *a, const float *const *rows, ptrdiff_t at,
                                   int n, float *out, const int mean)
{
    const float *const top[5] = {rows[0], rows[1], rows[2], rows[3], rows[4]};
    const ptrdiff_t step = a->in_stride, out_step = a->out_stride, out_row = a->out_row_stride;
    const T factor = V(set1)(1.0f / 9);
    T shared[POOL_BLOCKS][2], middle[POOL_BLOCKS][2], right[POOL_BLOCKS][2];
    B(pool_columns)(shared, top, at < 0 ? at + step : at, mean);
    for (int x = 0; x < n; x++, at += 2 * step, out += out_step) {
        B(pool_columns)(middle, top, at + step, mean);
        B(pool_columns)(right, top, at + 2 * step, mean);
        POOL_UNROLL
        for (int i = 0; i < 2 * POOL_BLOCKS; i++) {
            const int b = i / 2, y = i % 2;
            T both = B(pool_both)(B(pool_both)(shared[b][y], middle[b][y], mean), right[b][y], mean);
            if (mean)
                both = V(mul)(both, factor);
            V(store)(out + y * out_row + b * (ptrdiff_t)(sizeof(T) / sizeof(float)), both);
            shared[b][y] = right[b][y];
        }
    }
}
