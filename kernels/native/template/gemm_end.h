/* How a tile ends where stores may be masked: the last steps of k run for some rows after the others, and
 * each row is clamped and stored as soon as it is summed. With all clamps and stores behind all sums, the
 * next tile's multiply-adds stand too far behind this one's for the core to see both. Called as gemm_steps.h;
 * included by gemm.h. */
#ifndef CONVGAUGE_KERNELS_NATIVE_TEMPLATE_GEMM_END_H
#define CONVGAUGE_KERNELS_NATIVE_TEMPLATE_GEMM_END_H

/* The steps in which a tile ends, and the rows that end together: enough sums that none waits for its last
 * multiply-add. */
#define GEMM_END_STEPS 4
#define GEMM_END_ROWS  5 /* loops over them have this number: compilers unroll none whose ends move */

/* Which columns of a row are stored. */
struct gemm_tails {
    vtail whole[GEMM_MAX_VECTORS];
    htail half;
};

VEC_INLINE struct gemm_tails gemm_tails_of(int n, const int vectors)
{
    struct gemm_tails tails = {{0}, 0};
    if (vectors * VL + HL >= 64) {
        GEMM_UNROLL
        for (int j = 0; j < vectors; j++) {
            const int columns = n - j * VL;
            tails.whole[j] = v_tail(columns < 0 ? 0 : columns < VL ? columns : VL);
        }
        return tails;
    }
    /* One shift: compilers take least and greatest in vector registers, behind all multiply-adds. */
    const uint64_t columns = ((uint64_t)1 << n) - 1;
    GEMM_UNROLL
    for (int j = 0; j < vectors; j++)
        tails.whole[j] = (vtail)(columns >> j * VL);
    tails.half = (htail)(columns >> vectors * VL);
    return tails;
}

/* Whether rows `first` ... `end` - 1 are reached from a pointer. */
VEC_INLINE bool gemm_uses(const int pointer, const int first, const int end)
{
    bool uses = false;
    GEMM_UNROLL
    for (int r = 0; r < GEMM_END_ROWS; r++)
        uses |= first + r < end && GEMM_POINTER(first + r) == pointer;
    return uses;
}

/* `steps` steps of rows `first` ... `end` - 1 only. */
VEC_INLINE void gemm_end_steps(struct gemm_sums *sums, const float *const *p, ptrdiff_t stride,
                               const float *b, const int steps, const int first, const int end,
                               const int vectors, const int half)
{
    const int tile_n = vectors * VL + (half ? HL : 0);
    const float *at[GEMM_POINTERS] = {p[0], p[1], p[2], p[3]};
    GEMM_UNROLL
    for (int s = 0; s < steps; s++, b += tile_n) {
        vf bv[GEMM_MAX_VECTORS];
        GEMM_UNROLL
        for (int j = 0; j < vectors; j++)
            bv[j] = v_load(b + j * VL);
        const hf hb = h_load(b + (half ? vectors * VL : 0));
        GEMM_UNROLL
        for (int r = 0; r < GEMM_END_ROWS; r++)
            if (first + r < end)
                gemm_row_step(sums, at, stride, bv, hb, first + r, first, end, vectors, half);
        GEMM_UNROLL
        for (int i = 0; i < GEMM_POINTERS; i++)
            if (s + 1 < steps && gemm_uses(i, first, end)) {
                at[i]++;
                __asm__ volatile(
                    ""
                    : "+r"(at[i])); /* else compilers keep a pointer a step for the rows that follow */
            }
    }
}

/* Clamps and stores row i. */
VEC_INLINE void gemm_end_row(struct gemm_sums *sums, const struct gemm_target *to,
                             const struct gemm_tails *tails, vf lo, vf hi, const int i, const int vectors,
                             const int half)
{
    GEMM_UNROLL
    for (int j = 0; j < vectors; j++)
        v_store_tail(to->c + j * VL, v_min(v_max(sums->whole[i][j], lo), hi), tails->whole[j]);
    if (half)
        h_store_tail(to->c + vectors * VL, h_min(h_max(sums->half[i], h_low(lo)), h_low(hi)), tails->half);
}

/* The last `steps` steps, clamps and stores; no residual. */
VEC_INLINE void gemm_end_in(struct gemm_sums *sums, struct gemm_target to, const float *const *p,
                            ptrdiff_t stride, const float *b, const int steps, const int rows,
                            const int vectors, const int half)
{
    const int together = steps > 1 ? GEMM_END_ROWS : 1;
    const vf lo = v_set1(to.lo), hi = v_set1(to.hi);
    const struct gemm_tails tails = gemm_tails_of(to.n, vectors);
    GEMM_UNROLL
    for (int first = 0; first < rows; first += together) {
        const int end = first + together < rows ? first + together : rows;
        gemm_end_steps(sums, p, stride, b, steps, first, end, vectors, half);
        GEMM_UNROLL
        for (int r = 0; r < GEMM_END_ROWS; r++) {
            if (first + r >= end)
                continue;
            gemm_end_row(sums, &to, &tails, lo, hi, first + r, vectors, half);
            to.c += to.c_stride;
            __asm__ volatile("" : "+r"(to.c)); /* one pointer, not one a row */
        }
    }
}

/* The end of the tile at row i0, in 1 or GEMM_END_STEPS steps, which start to fetch at `ahead`. */
VEC_INLINE void gemm_end(struct gemm_sums *sums, const struct cg_gemm_args *g, int i0, const float *const *p,
                         ptrdiff_t stride, const float *b, uintptr_t ahead, int steps, const int rows,
                         const int vectors, const int half)
{
    const struct gemm_target to = gemm_target_of(g, i0);
    const ptrdiff_t more = g->ahead_more;
    const int tile_n = vectors * VL + (half ? HL : 0);
    if (steps == 1) {
        if (GEMM_FETCHES(rows))
            gemm_fetch_ahead(ahead, more, tile_n);
        gemm_end_in(sums, to, p, stride, b, 1, rows, vectors, half);
        return;
    }
    GEMM_UNROLL
    for (int s = 0; s < GEMM_END_STEPS; s++)
        if (GEMM_FETCHES(rows))
            ahead = gemm_fetch_ahead(ahead, more, tile_n);
    gemm_end_in(sums, to, p, stride, b, GEMM_END_STEPS, rows, vectors, half);
}

#endif
