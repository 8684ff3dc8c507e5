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

/* `n` output pixels whose windows lie inside the map; the first begins at `at`. */
VEC_INLINE void B(pool_slide)(const struct cg_window_args *a, const float *const *rows, ptrdiff_t at, int n,
                              float *out, const int mean, const int partial, TT tail)
{
    const float *const top[3] = {rows[0], rows[1], rows[2]}; /* here no store can change them */
    const ptrdiff_t step = a->in_stride, out_step = a->out_stride;
    const T factor = V(set1)(1.0f / 9);
    T shared = B(pool_column)(top, at, mean, partial, tail);
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
