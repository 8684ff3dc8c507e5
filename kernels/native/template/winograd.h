/* Winograd's F(2x2, 3x3) and F(4x4, 3x3): the transforms of the input and of the sums of a tile. Included
 * after vec.h. Each runs over columns, then over rows of the tile, a vector of channels at a time. */
#ifndef CONVGAUGE_KERNELS_NATIVE_TEMPLATE_WINOGRAD_H
#define CONVGAUGE_KERNELS_NATIVE_TEMPLATE_WINOGRAD_H

#include "kernels/native/microkernel.h"
#include "kernels/native/template/part.h"

#define WINOGRAD_SIDE   6 /* of the larger tile's input */
#define WINOGRAD_UNROLL _Pragma("GCC unroll 6")

/* F(4x4) at 0, +-A, +-B and infinity. */
#define WINOGRAD_A ((float)CG_WINOGRAD_A)
#define WINOGRAD_B ((float)CG_WINOGRAD_B)

/* A line of the input, of edge + 2 values, at the points; `edge` is a constant. */
VEC_INLINE void winograd_points(const vf *d, vf *p, const int edge)
{
    if (edge == 2) {
        p[0] = d[2] - d[0];
        p[1] = d[2] + d[1];
        p[2] = d[2] - d[1];
        p[3] = d[3] - d[1];
        return;
    }
    /* A^2 is 1/2, B^2 is 2. */
    const vf even_a = v_fma(d[2], v_set1(-2.0f), d[4]), odd_a = v_fma(d[1], v_set1(-2.0f), d[3]);
    const vf even_b = v_fma(d[2], v_set1(-0.5f), d[4]), odd_b = v_fma(d[1], v_set1(-0.5f), d[3]);
    p[0] = v_fma(d[2], v_set1(-2.5f), d[0] + d[4]);
    p[1] = v_fma(odd_a, v_set1(WINOGRAD_A), even_a);
    p[2] = v_fma(odd_a, v_set1(-WINOGRAD_A), even_a);
    p[3] = v_fma(odd_b, v_set1(WINOGRAD_B), even_b);
    p[4] = v_fma(odd_b, v_set1(-WINOGRAD_B), even_b);
    p[5] = v_fma(d[3], v_set1(-2.5f), d[1] + d[5]);
}

/* A line of sums at the points: its `edge` outputs. */
VEC_INLINE void winograd_outputs(const vf *p, vf *y, const int edge)
{
    const vf sum_a = p[1] + p[2], difference_a = p[1] - p[2];
    if (edge == 2) {
        y[0] = p[0] + sum_a;
        y[1] = difference_a + p[3];
        return;
    }
    const vf sum_b = p[3] + p[4], difference_b = p[3] - p[4];
    y[0] = p[0] + sum_a + sum_b;
    y[1] = v_fma(difference_b, v_set1(WINOGRAD_B), v_mul(difference_a, v_set1(WINOGRAD_A)));
    y[2] = v_fma(sum_b, v_set1(2.0f), v_mul(sum_a, v_set1(0.5f)));
    y[3] = v_fma(difference_b, v_set1(2 * WINOGRAD_B), v_fma(difference_a, v_set1(WINOGRAD_A / 2), p[5]));
}

VEC_INLINE void winograd_in_block(const struct cg_winograd_in_args *args, int c, const int edge,
                                  const int partial, vtail tail)
{
    const int side = edge + 2;
    vf lines[WINOGRAD_SIDE * WINOGRAD_SIDE], line[WINOGRAD_SIDE], points[WINOGRAD_SIDE];
    WINOGRAD_UNROLL
    for (int j = 0; j < side; j++) {
        WINOGRAD_UNROLL
        for (int i = 0; i < side; i++)
            line[i] = v_load_part(args->pixels[i * side + j] + c, partial, tail);
        winograd_points(line, points, edge);
        WINOGRAD_UNROLL
        for (int i = 0; i < side; i++)
            lines[i * side + j] = points[i];
    }
    float *out = args->out + c;
    WINOGRAD_UNROLL
    for (int i = 0; i < side; i++) {
        winograd_points(lines + i * side, points, edge);
        WINOGRAD_UNROLL
        for (int j = 0; j < side; j++, out += args->out_stride)
            v_store_part(out, points[j], partial, tail);
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

VEC_INLINE void winograd_out_block(const struct cg_winograd_out_args *args, int c, const int edge,
                                   const int partial, vtail tail)
{
    const int side = edge + 2;
    vf lines[WINOGRAD_SIDE * WINOGRAD_SIDE], line[WINOGRAD_SIDE], y[WINOGRAD_SIDE];
    WINOGRAD_UNROLL
    for (int j = 0; j < side; j++) {
        const float *in = args->in + j * args->in_stride + c;
        WINOGRAD_UNROLL
        for (int i = 0; i < side; i++, in += side * args->in_stride)
            line[i] = v_load_part(in, partial, tail);
        winograd_outputs(line, y, edge);
        WINOGRAD_UNROLL
        for (int i = 0; i < edge; i++)
            lines[i * side + j] = y[i];
    }
    for (int i = 0; i < args->rows; i++) {
        winograd_outputs(lines + i * side, y, edge);
        if (args->columns == edge)
            winograd_store_row(args, i, c, y, edge, partial, tail);
        else
            winograd_store_row(args, i, c, y, args->columns, partial, tail);
    }
}

/* Over whole vectors of channels, then what is left of them. */
#define WINOGRAD_FN(name, edge)                                                                              \
    static void winograd_##name##_##edge(const struct cg_winograd_##name##_args *args)                       \
    {                                                                                                        \
        const vtail whole = v_tail(VL);                                                                      \
        int c = 0;                                                                                           \
        for (; c + VL <= args->channels; c += VL)                                                            \
            winograd_##name##_block(args, c, edge, 0, whole);                                                \
        if (c < args->channels)                                                                              \
            winograd_##name##_block(args, c, edge, 1, v_tail(args->channels - c));                           \
    }

WINOGRAD_FN(in, 2)
WINOGRAD_FN(out, 2)
WINOGRAD_FN(in, 4)
WINOGRAD_FN(out, 4)

/* A row of the table: cycles of a vector of channels of a tile, in and out, on half and on whole pipes. */
#define WINOGRAD_ROW(e, in_half, out_half, in_whole, out_whole)                                              \
    {                                                                                                        \
        .edge = e, .in = winograd_in_##e, .out = winograd_out_##e, .cost = {                                 \
            [CG_PIPES_HALF] = {in_half, out_half},                                                           \
            [CG_PIPES_WHOLE] = {in_whole, out_whole}                                                         \
        }                                                                                                    \
    }

#endif
