/* Winograd's F(2x2, 3x3) and F(4x4, 3x3), and 2x2 outputs at stride 2: the transforms of the input and of the
 * sums of a tile. Included after vec.h. Each runs over columns, then over rows of the tile, a vector of
 * channels at a time. */
#ifndef CONVGAUGE_KERNELS_NATIVE_TEMPLATE_WINOGRAD_H
#define CONVGAUGE_KERNELS_NATIVE_TEMPLATE_WINOGRAD_H

#include "kernels/native/microkernel.h"
#include "kernels/native/template/part.h"

#define WINOGRAD_SIDE   6 /* of the largest tile's input */
#define WINOGRAD_UNROLL _Pragma("GCC unroll 6")

/* F(4x4) at 0, +-A, +-B and infinity. */
#define WINOGRAD_A ((float)CG_WINOGRAD_A)
#define WINOGRAD_B ((float)CG_WINOGRAD_B)

/* Kinds of lines, constants wherever they are passed: F(2), F(4), two outputs at F(4)'s points but +-B, two
 * outputs at stride 2. */
enum { WINOGRAD_2, WINOGRAD_4, WINOGRAD_4_SHORT, WINOGRAD_2_APART };
#define WINOGRAD_INPUTS(line)  ((line) == WINOGRAD_4 ? 6 : (line) == WINOGRAD_2_APART ? 5 : 4)
#define WINOGRAD_OUTPUTS(line) ((line) == WINOGRAD_4 ? 4 : 2)
/* From line to line, of pixels and of points. */
#define WINOGRAD_LD(line)         ((line) == WINOGRAD_4_SHORT ? 6 : WINOGRAD_INPUTS(line))
#define WINOGRAD_HAS(line, point) ((line) != WINOGRAD_4_SHORT || ((point) != 3 && (point) != 4))

/* A line of the input at its points. */
VEC_INLINE void winograd_points(const vf *d, vf *p, const int line)
{
    /* A^2 is 1/2, B^2 is 2. */
    if (line == WINOGRAD_2) {
        p[0] = d[2] - d[0];
        p[1] = d[2] + d[1];
        p[2] = d[2] - d[1];
        p[3] = d[3] - d[1];
    } else if (line == WINOGRAD_2_APART) {
        p[0] = d[0] - d[2];
        p[1] = d[2];
        p[2] = d[4] - d[2];
        p[3] = d[1];
        p[4] = d[3];
    } else if (line == WINOGRAD_4_SHORT) { /* times what the weights are divided by for +-B */
        const vf even = v_mul(d[2], v_set1(-1.5f));
        p[0] = v_fma(d[2], v_set1(-2.0f), d[0]);
        p[1] = v_fma(d[1], v_set1(-1.5f * WINOGRAD_A), even);
        p[2] = v_fma(d[1], v_set1(1.5f * WINOGRAD_A), even);
        p[5] = v_fma(d[1], v_set1(-0.5f), d[3]);
    } else {
        const vf even_a = v_fma(d[2], v_set1(-2.0f), d[4]), odd_a = v_fma(d[1], v_set1(-2.0f), d[3]);
        const vf even_b = v_fma(d[2], v_set1(-0.5f), d[4]), odd_b = v_fma(d[1], v_set1(-0.5f), d[3]);
        p[0] = v_fma(d[2], v_set1(-2.5f), d[0] + d[4]);
        p[1] = v_fma(odd_a, v_set1(WINOGRAD_A), even_a);
        p[2] = v_fma(odd_a, v_set1(-WINOGRAD_A), even_a);
        p[3] = v_fma(odd_b, v_set1(WINOGRAD_B), even_b);
        p[4] = v_fma(odd_b, v_set1(-WINOGRAD_B), even_b);
        p[5] = v_fma(d[3], v_set1(-2.5f), d[1] + d[5]);
    }
}

/* A line of sums at the points: its outputs. */
VEC_INLINE void winograd_outputs(const vf *p, vf *y, const int line)
{
    if (line == WINOGRAD_2_APART) {
        y[0] = p[0] + p[1] + p[3];
        y[1] = p[1] + p[2] + p[4];
        return;
    }
    const vf sum_a = p[1] + p[2], difference_a = p[1] - p[2];
    if (line == WINOGRAD_2) {
        y[0] = p[0] + sum_a;
        y[1] = difference_a + p[3];
        return;
    }
    if (line == WINOGRAD_4_SHORT) {
        y[0] = p[0] + sum_a;
        y[1] = v_fma(difference_a, v_set1(WINOGRAD_A), p[5]);
        return;
    }
    const vf sum_b = p[3] + p[4], difference_b = p[3] - p[4];
    y[0] = p[0] + sum_a + sum_b;
    y[1] = v_fma(difference_b, v_set1(WINOGRAD_B), v_mul(difference_a, v_set1(WINOGRAD_A)));
    y[2] = v_fma(sum_b, v_set1(2.0f), v_mul(sum_a, v_set1(0.5f)));
    y[3] = v_fma(difference_b, v_set1(2 * WINOGRAD_B), v_fma(difference_a, v_set1(WINOGRAD_A / 2), p[5]));
}

/* A tile whose columns (which run from row to row) and rows are lines of these kinds. */
VEC_INLINE void winograd_in_block(const struct cg_winograd_in_args *args, int c, const int down,
                                  const int across, const int partial, vtail tail)
{
    const int ld = WINOGRAD_LD(down), rows = WINOGRAD_INPUTS(down), columns = WINOGRAD_INPUTS(across);
    vf lines[WINOGRAD_SIDE * WINOGRAD_SIDE], line[WINOGRAD_SIDE], points[WINOGRAD_SIDE];
    WINOGRAD_UNROLL
    for (int j = 0; j < columns; j++) {
        WINOGRAD_UNROLL
        for (int i = 0; i < rows; i++)
            line[i] = v_load_part(args->pixels[i * ld + j] + c, partial, tail);
        winograd_points(line, points, down);
        WINOGRAD_UNROLL
        for (int i = 0; i < ld; i++)
            if (WINOGRAD_HAS(down, i))
                lines[i * ld + j] = points[i];
    }
    float *out = args->out + c;
    WINOGRAD_UNROLL
    for (int i = 0; i < ld; i++, out += ld * args->out_stride) {
        if (!WINOGRAD_HAS(down, i))
            continue;
        winograd_points(lines + i * ld, points, across);
        WINOGRAD_UNROLL
        for (int j = 0; j < ld; j++)
            if (WINOGRAD_HAS(across, j))
                v_store_part(out + j * args->out_stride, points[j], partial, tail);
    }
}

/* Row `i` of a tile's outputs, `columns` of them. */
VEC_INLINE void winograd_store_row(const struct cg_winograd_out_args *args, int i, int c, const vf *y,
                                   const int columns, const int partial, vtail tail)
{
    const vf bias = v_load_part(args->bias + c, partial, tail);
    const vf lo = v_set1(args->lo), hi = v_set1(args->hi);
    float *out = args->out[i] + c;
    WINOGRAD_UNROLL
    for (int j = 0; j < columns; j++) {
        vf sum = y[j] + bias;
        if (args->residual)
            sum = sum + v_load_part(args->residual[i] + j * args->residual_stride + c, partial, tail);
        v_store_part(out + j * args->out_stride, v_min(v_max(sum, lo), hi), partial, tail);
    }
}

VEC_INLINE void winograd_out_block(const struct cg_winograd_out_args *args, int c, const int down,
                                   const int across, const int partial, vtail tail)
{
    const int ld = WINOGRAD_LD(down), rows = WINOGRAD_OUTPUTS(down), columns = WINOGRAD_OUTPUTS(across);
    vf lines[WINOGRAD_SIDE * WINOGRAD_SIDE], line[WINOGRAD_SIDE], y[WINOGRAD_SIDE];
    WINOGRAD_UNROLL
    for (int j = 0; j < ld; j++) {
        const float *in = args->in + j * args->in_stride + c;
        if (!WINOGRAD_HAS(across, j))
            continue;
        WINOGRAD_UNROLL
        for (int i = 0; i < ld; i++, in += ld * args->in_stride)
            if (WINOGRAD_HAS(down, i))
                line[i] = v_load_part(in, partial, tail);
        winograd_outputs(line, y, down);
        WINOGRAD_UNROLL
        for (int i = 0; i < rows; i++)
            lines[i * ld + j] = y[i];
    }
    for (int i = 0; i < args->rows; i++) {
        winograd_outputs(lines + i * ld, y, across);
        if (args->columns == columns)
            winograd_store_row(args, i, c, y, columns, partial, tail);
        else
            winograd_store_row(args, i, c, y, args->columns, partial, tail);
    }
}

/* Over whole vectors of channels, then what is left of them. */
#define WINOGRAD_FN(name, down, across)                                                                      \
    static void winograd_##name##_##down##_##across(const struct cg_winograd_##name##_args *args)            \
    {                                                                                                        \
        const vtail whole = v_tail(VL);                                                                      \
        int c = 0;                                                                                           \
        for (; c + VL <= args->channels; c += VL)                                                            \
            winograd_##name##_block(args, c, WINOGRAD_##down, WINOGRAD_##across, 0, whole);                  \
        if (c < args->channels)                                                                              \
            winograd_##name##_block(args, c, WINOGRAD_##down, WINOGRAD_##across, 1,                          \
                                    v_tail(args->channels - c));                                             \
    }

/* Of 4x4 outputs, short ones where at most two are wanted. */
#define WINOGRAD_FN_4(name)                                                                                  \
    WINOGRAD_FN(name, 4, 4)                                                                                  \
    WINOGRAD_FN(name, 4, 4_SHORT)                                                                            \
    WINOGRAD_FN(name, 4_SHORT, 4)                                                                            \
    WINOGRAD_FN(name, 4_SHORT, 4_SHORT)                                                                      \
    static void winograd_##name##_any_4(const struct cg_winograd_##name##_args *args)                        \
    {                                                                                                        \
        static void (*const fns[2][2])(const struct cg_winograd_##name##_args *) = {                         \
            {winograd_##name##_4_4, winograd_##name##_4_4_SHORT},                                            \
            {winograd_##name##_4_SHORT_4, winograd_##name##_4_SHORT_4_SHORT}};                               \
        fns[args->rows <= 2][args->columns <= 2](args);                                                      \
    }

WINOGRAD_FN(in, 2, 2)
WINOGRAD_FN(out, 2, 2)
WINOGRAD_FN(in, 2_APART, 2_APART)
WINOGRAD_FN(out, 2_APART, 2_APART)
WINOGRAD_FN_4(in)
WINOGRAD_FN_4(out)

/* A row of the table, edge `e`, window's stride `s`: cycles of a vector of channels of a tile, in and out, on
 * half and on whole pipes. */
#define WINOGRAD_ROW(e, s, lines, in_half, out_half, in_whole, out_whole)                                    \
    {                                                                                                        \
        .edge = e, .stride = s, .in = winograd_in_##lines, .out = winograd_out_##lines, .cost = {            \
            [CG_PIPES_HALF] = {in_half, out_half},                                                           \
            [CG_PIPES_WHOLE] = {in_whole, out_whole}                                                         \
        }                                                                                                    \
    }
#define WINOGRAD_ROW_2(...)       WINOGRAD_ROW(2, 1, 2_2, __VA_ARGS__)
#define WINOGRAD_ROW_4(...)       WINOGRAD_ROW(4, 1, any_4, __VA_ARGS__)
#define WINOGRAD_ROW_2_APART(...) WINOGRAD_ROW(2, 2, 2_APART_2_APART, __VA_ARGS__)

#endif
