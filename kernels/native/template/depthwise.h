/* The depthwise micro-kernels over blocks of VL channels, the last block in a half vector where it fits.
 * Included after vec.h and gemm.h. SLIDE_ROWS, set by the instruction set before, is how many output rows
 * slide together; it may set SLIDE_STEADY, a function of its own for the columns of 3x3 windows with stride 1
 * that lie inside the map (neon/slide.h). */
#ifndef CONVGAUGE_KERNELS_NATIVE_TEMPLATE_DEPTHWISE_H
#define CONVGAUGE_KERNELS_NATIVE_TEMPLATE_DEPTHWISE_H

#include "kernels/native/microkernel.h"
#include "kernels/native/template/part.h"

#include <stdbool.h>
#include <stdint.h>

/* Columns of a tile of any window, which has three rows of sums. With an input and three weights 25
 * registers, or 16; the maps of most networks are as wide as a multiple of 7. */
#ifndef ANY_COLUMNS
#define ANY_COLUMNS 7
#endif

/* Loaded once: else compilers load it again in each multiply-add, and loads become the limit. */
#ifndef IN_REGISTER
#define IN_REGISTER(v)
#endif

#define B(name) whole_##name
#define V(name) v_##name
#define T       vf
#define TT      vtail
#define LANES   VL
#include "kernels/native/template/depthwise_block.h"
#undef B
#undef V
#undef T
#undef TT
#undef LANES

#if HL
#define B(name) half_##name
#define V(name) h_##name
#define T       hf
#define TT      htail
#define LANES   HL
#include "kernels/native/template/depthwise_block.h"
#undef B
#undef V
#undef T
#undef TT
#undef LANES
#define RUN_HALF(kind, a, rows, w, b, o, left)                                                               \
    else if (left == HL) half_##kind##_full(a, rows, w, b, o);                                               \
    else if (left < HL) half_##kind##_part(a, rows, w, b, o, left);
#else
#define RUN_HALF(kind, a, rows, w, b, o, left)
#endif

#define DEPTHWISE_MAX_ROWS 64

/* Runs `kind` over all blocks of channels. Row pointers are shifted to the block in groups that fit on the
 * stack. */
#define DEPTHWISE_FN(name, kind)                                                                             \
    static void name(const struct cg_window_args *args)                                                      \
    {                                                                                                        \
        const int taps = args->kernel_h * args->kernel_w;                                                    \
        const int reach = (args->kernel_h - 1) * args->dilation_h + 1;                                       \
        struct cg_window_args a = *args;                                                                     \
        const int room = reach < DEPTHWISE_MAX_ROWS ? (DEPTHWISE_MAX_ROWS - reach) / args->stride_h + 1 : 1; \
        for (int y = 0; y < args->out_rows; y += a.out_rows) {                                               \
            a.out_rows = args->out_rows - y < room ? args->out_rows - y : room;                              \
            const float *const *from = args->rows + (ptrdiff_t)y * args->stride_h;                           \
            const int n_rows = (a.out_rows - 1) * args->stride_h + reach;                                    \
            for (int c = 0; c < args->channels; c += VL) {                                                   \
                const float *rows[DEPTHWISE_MAX_ROWS];                                                       \
                for (int r = 0; r < n_rows; r++)                                                             \
                    rows[r] = from[r] ? from[r] + c : NULL;                                                  \
                const int left = args->channels - c;                                                         \
                const float *w = args->weights + (size_t)c * taps, *b = args->bias + c;                      \
                float *o = args->out + y * args->out_row_stride + c;                                         \
                if (left >= VL)                                                                              \
                    whole_##kind##_full(&a, rows, w, b, o);                                                  \
                RUN_HALF(kind, &a, rows, w, b, o, left)                                                      \
                else whole_##kind##_part(&a, rows, w, b, o, left);                                           \
            }                                                                                                \
        }                                                                                                    \
    }

#endif
