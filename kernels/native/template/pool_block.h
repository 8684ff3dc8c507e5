/* A 3x3 pool at stride 2 over one block of channels: pool.h includes this for whole vectors and, where they
 * pay, for halves, with T (vector), TT (tail), V (primitives by name) and B (these functions by name)
 * defined. */

VEC_INLINE T B(pool_both)(T a, T b, const int mean)
{
    return mean ? V(add)(a, b) : V(max)(a, b);
}

/* A column of three rows. */
VEC_INLINE T B(pool_column)(const float *const *rows, ptrdiff_t at, const int mean, const int partial,
                            TT tail)
{
    T v[3];
    for (int i = 0; i < 3; i++)
        v[i] = V(load_part)(rows[i] + at, partial, tail);
    return B(pool_both)(B(pool_both)(v[0], v[1], mean), v[2], mean);
}

/* `n` output pixels whose windows lie inside the map; the first begins at `at`. A maximum's may begin a
 * column before the map, for which the next one stands. */
VEC_INLINE void B(pool_slide)(const struct cg_window_args *a, const float *const *rows, ptrdiff_t at, int n,
                              float *out, const int mean, const int partial, TT tail)
{
    const float *const top[3] = {rows[0], rows[1], rows[2]}; /* here no store can change them */
    const ptrdiff_t step = a->in_stride, out_step = a->out_stride;
    const T factor = V(set1)(1.0f / 9);
    T shared = B(pool_column)(top, at < 0 ? at + step : at, mean, partial, tail);
    for (int x = 0; x < n; x++, at += 2 * step, out += out_step) {
        const T middle = B(pool_column)(top, at + step, mean, partial, tail);
        const T right = B(pool_column)(top, at + 2 * step, mean, partial, tail);
        T both = B(pool_both)(B(pool_both)(shared, middle, mean), right, mean);
        if (mean)
            both = V(mul)(both, factor);
        V(store_part)(out, both, partial, tail);
        shared = right;
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
