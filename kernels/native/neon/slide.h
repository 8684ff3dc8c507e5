/* The steady columns of a depthwise 3x3 window with stride 1: every instruction stands where it is to be
 * issued. Included before template/depthwise.h (SLIDE_STEADY) and after vec.h. For cores that issue in order
 * (IN_ORDER) vectors are loaded in halves, as in in_order_steps.h, and sums start with a move of the bias;
 * for the others whole, and sums start with a load, since moves take the multipliers' slots and loads do not.
 */
#ifndef CONVGAUGE_KERNELS_NATIVE_NEON_SLIDE_H
#define CONVGAUGE_KERNELS_NATIVE_NEON_SLIDE_H

#include <stddef.h>
#include <stdint.h>

#ifdef IN_ORDER
enum { SLIDE_HALVES = 1 };
#else
enum { SLIDE_HALVES = 0 };
#endif

enum { SLIDE_K = 3, SLIDE_IN_ROWS = SLIDE_K + 2 };

#define SLIDE_UNROLL _Pragma("GCC unroll 16")

/* Which rows there are (constants). */
struct slide_shape {
    int n_out, no_top, no_bottom;
};

/* What the loop holds. Sums of the outputs that a column ends, of those it is the middle of, of those it
 * begins: their places in acc[] go round. */
struct slide {
    vf acc[SLIDE_K][SLIDE_K]; /* [which][output row] */
    vf done[SLIDE_K];         /* the sums that the column before ended, on their way through the clamp */
    vf w[SLIDE_K * SLIDE_K];
    vf in[SLIDE_IN_ROWS]; /* this column of the input; each row is loaded anew when it has been used */
    uint64_t high[SLIDE_IN_ROWS];
    vf bias, lo, hi;
    const float *bias_at;
    const float *row[SLIDE_IN_ROWS];
    uint64_t offset, offset_high; /* of the column behind this one, bytes; of its upper half */
    uint64_t advance, out_step;   /* from column to column, bytes */
    float *out[SLIDE_K];
    uint64_t out_offset, done_offset; /* of what this column ends, of what the one before ended */
};

VEC_INLINE int slide_has(const struct slide_shape h, const int r)
{
    return !(h.no_top && r == 0) && !(h.no_bottom && r == h.n_out + 1) && r >= 0 && r < h.n_out + 2;
}

/* Row r has been used: it is loaded from the column behind. Halves of the row before are put together beside
 * that load, which cores that issue in order do in the same cycle. */
VEC_INLINE void slide_load(struct slide *s, const struct slide_shape h, const int r)
{
    const int before = r == 0 ? h.n_out + 1 : r - 1; /* the last row's halves wait for the next column */
    if (!SLIDE_HALVES) {
        if (slide_has(h, r))
            __asm__ volatile("ldr %q0, [%1, %2]"
                             : "=w"(s->in[r])
                             : "r"(s->row[r]), "r"(s->offset)
                             : "memory");
        return;
    }
    if (slide_has(h, r))
        __asm__ volatile("ldr %d0, [%1, %2]" : "=w"(s->in[r]) : "r"(s->row[r]), "r"(s->offset) : "memory");
    if (slide_has(h, before))
        __asm__ volatile("ins %0.d[1], %1" : "+w"(s->in[before]) : "r"(s->high[before]));
    if (slide_has(h, r))
        __asm__ volatile("ldr %0, [%1, %2]"
                         : "=r"(s->high[r])
                         : "r"(s->row[r]), "r"(s->offset_high)
                         : "memory");
}

/* Step 0, 1, 2 of what is left to do for output row y of the column before: max, min, store. Its sum's place
 * is taken by one that begins with the bias. */
VEC_INLINE void slide_finish(struct slide *s, const struct slide_shape h, const int ended, const int y,
                             const int step)
{
    if (y < 0 || y >= h.n_out)
        return;
    if (step == 0) {
        __asm__ volatile("fmax %0.4s, %1.4s, %2.4s" : "=w"(s->done[y]) : "w"(s->acc[ended][y]), "w"(s->lo));
        if (SLIDE_HALVES)
            __asm__ volatile("mov %0.16b, %1.16b" : "=w"(s->acc[ended][y]) : "w"(s->bias));
        else
            __asm__ volatile("ldr %q0, [%1]" : "=w"(s->acc[ended][y]) : "r"(s->bias_at) : "memory");
    } else if (step == 1) {
        __asm__ volatile("fmin %0.4s, %1.4s, %2.4s" : "=w"(s->done[y]) : "w"(s->done[y]), "w"(s->hi));
    } else {
        __asm__ volatile("str %q0, [%1, %2]" ::"w"(s->done[y]), "r"(s->out[y]), "r"(s->done_offset)
                         : "memory");
    }
}

#define SLIDE_FMLA(sum, weight, row)                                                                         \
    __asm__ volatile("fmla %0.4s, %1.4s, %2.4s" : "+w"(sum) : "w"(weight), "w"(row))

/* Row r of the input into output row y; `turn` as below. */
VEC_INLINE void slide_row(struct slide *s, const struct slide_shape h, const int turn, const int r,
                          const int y)
{
    if (y >= h.n_out || r < y || r - y >= SLIDE_K || !slide_has(h, r))
        return;
    const int ends = turn % SLIDE_K, middle = (turn + 1) % SLIDE_K, begins = (turn + 2) % SLIDE_K;
    const int w = (r - y) * SLIDE_K;
    SLIDE_FMLA(s->acc[ends][y], s->w[w + 2], s->in[r]);
    SLIDE_FMLA(s->acc[middle][y], s->w[w + 1], s->in[r]);
    SLIDE_FMLA(s->acc[begins][y], s->w[w], s->in[r]);
}

/* Row r of the input into all outputs that it touches, and what stands beside that. (No loops: the compiler
 * would unroll some after it has decided what stays in registers.) */
VEC_INLINE void slide_input(struct slide *s, const struct slide_shape h, const int turn, const int r)
{
    if (r >= h.n_out + 2)
        return;
    slide_row(s, h, turn, r, 2);
    slide_row(s, h, turn, r, 1);
    slide_row(s, h, turn, r, 0);
    if (SLIDE_HALVES && r == 0)
        __asm__ volatile("add %0, %1, #8" : "=r"(s->offset_high) : "r"(s->offset));
    /* The places of the sums begun here still hold, below row r, those that the column before ended. */
    slide_finish(s, h, (turn + 2) % SLIDE_K, r + 1, 0);
    slide_finish(s, h, (turn + 2) % SLIDE_K, r, 1);
    slide_load(s, h, r);
    slide_finish(s, h, (turn + 2) % SLIDE_K, r - 1, 2);
}

/* A column; `turn` (constant) says where the sums are. Row by row, so that a sum is needed again several
 * instructions after it was written, and a row's register is free long before its next value is needed. The
 * sums that a column ends pass the clamp in the next one; their places are taken again there by those that it
 * begins, a moment after the max has read them. */
VEC_INLINE void slide_column(struct slide *s, const struct slide_shape h, const int turn)
{
    __asm__ volatile("add %0, %0, %1" : "+r"(s->offset) : "r"(s->advance));
    slide_input(s, h, turn, 0);
    slide_input(s, h, turn, 1);
    slide_input(s, h, turn, 2);
    slide_input(s, h, turn, 3);
    slide_input(s, h, turn, 4);
    slide_finish(s, h, turn % SLIDE_K, 0, 0);
    s->done_offset = s->out_offset;
    s->out_offset += s->out_step;
}

/* Columns from c on, three at a time as long as they lie before `last` (all of them inside the map); the sums
 * of the outputs that column c ends, and of those it is the middle of, come in acc0 and acc1; those of the
 * column behind the last one done leave there. Returns how many columns it did. `out` is what column c ends.
 */
VEC_INLINE int slide_steady(const struct cg_window_args *a, const float *const *in, float *out,
                            const float *weights, const float *bias_at, const struct slide_shape h, vf *acc0,
                            vf *acc1, int c, int last)
{
    const int rounds = (last - c) / SLIDE_K;
    if (rounds <= 0)
        return 0;
    struct slide s = {.bias = v_load(bias_at), .lo = v_set1(a->lo), .hi = v_set1(a->hi), .bias_at = bias_at};
    const uint64_t step = (uint64_t)a->in_stride * sizeof(float);
    s.out_step = (uint64_t)a->out_stride * sizeof(float);
    s.offset = (uint64_t)c * step;
    SLIDE_UNROLL
    for (int i = 0; i < SLIDE_K * SLIDE_K; i++)
        s.w[i] = v_load(weights + i * VL);
    SLIDE_UNROLL
    for (int r = 0; r < h.n_out + 2; r++) {
        if (!slide_has(h, r))
            continue;
        s.row[r] = in[r];
        s.in[r] = v_load(in[r] + c * a->in_stride);
        s.high[r] = vgetq_lane_u64(vreinterpretq_u64_f32(s.in[r]), 1);
    }
    SLIDE_UNROLL
    for (int y = 0; y < h.n_out; y++) {
        s.acc[0][y] = acc0[y];
        s.acc[1][y] = acc1[y];
        /* Before the first column nothing has ended: what is stored for it is written over by the next. */
        s.acc[2][y] = s.done[y] = s.bias;
        s.out[y] = out + y * a->out_row_stride;
    }
    for (int64_t round = rounds; round > 0; round--) {
        /* There is no column behind the last: it is read once more. No branch for that, and early. */
        uint64_t last_step = step & ~(uint64_t)((round - 2) >> 63);
        __asm__ volatile("" : "+r"(last_step));
        s.advance = step;
        slide_column(&s, h, 0);
        slide_column(&s, h, 1);
        s.advance = last_step;
        slide_column(&s, h, 2);
    }
    SLIDE_UNROLL
    for (int y = 0; y < h.n_out; y++) {
        SLIDE_UNROLL
        for (int left = y == 0 ? 1 : 0; left < 3; left++)
            slide_finish(&s, h, SLIDE_K - 1, y, left);
        acc0[y] = s.acc[0][y];
        acc1[y] = s.acc[1][y];
    }
    return rounds * SLIDE_K;
}

#define SLIDE_STEADY slide_steady

#endif
