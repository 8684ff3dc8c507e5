/* The windows and passes that every instruction set has, and its table. Included last; the file then holds
 * its gemm[], winograd[] (and group[]) and KERNEL_TABLE. */
#ifndef CONVGAUGE_KERNELS_NATIVE_TEMPLATE_TABLE_H
#define CONVGAUGE_KERNELS_NATIVE_TEMPLATE_TABLE_H

#include "kernels/native/template/depthwise.h"
#include "kernels/native/template/pool.h"
#include "kernels/native/template/pass.h"
#include "kernels/native/template/winograd.h"

/* depthwise_3x3s1 for cores that issue in order, or NULL. */
#ifndef DEPTHWISE_IN_ORDER
#define DEPTHWISE_IN_ORDER NULL
#endif

DEPTHWISE_FN(depthwise_3x3s1, rows_3x3s1)
DEPTHWISE_FN(depthwise_3x3s2, rows_3x3s2)
DEPTHWISE_FN(depthwise_any, rows_any)

#define WINDOW_3X3(kind, stride, in_order)                                                                   \
    {                                                                                                        \
#kind "_f32_3x3s" #stride "__" ISA_NAME, kind##_3x3s##stride, VL, 3, 3, stride, stride, in_order     \
    }
#define WINDOW_ANY(kind)                                                                                     \
    {                                                                                                        \
#kind "_f32_any__" ISA_NAME, kind##_any, VL                                                          \
    }

static const struct cg_window_kernel depthwise[] = {
    WINDOW_3X3(depthwise, 1, DEPTHWISE_IN_ORDER),
    WINDOW_3X3(depthwise, 2, NULL),
    WINDOW_ANY(depthwise),
};
static const struct cg_window_kernel max_pool[] = {WINDOW_3X3(max_pool, 2, NULL), WINDOW_ANY(max_pool)};
static const struct cg_window_kernel avg_pool[] = {WINDOW_3X3(avg_pool, 2, NULL), WINDOW_ANY(avg_pool)};

#define ROWS(table) (int)(sizeof(table) / sizeof *(table))

/* The row of isa_table.c: `name` and `id` of the instruction set; further members behind them. */
#define KERNEL_TABLE(name, id, ...)                                                                          \
    const struct cg_native_kernels cg_native_##name = {.isa = id,                                            \
                                                       .lanes = VL,                                          \
                                                       .steps_a_line = LANE_FMA ? VL : 1,                    \
                                                       .gemm = gemm,                                         \
                                                       .n_gemm = ROWS(gemm),                                 \
                                                       .winograd = winograd,                                 \
                                                       .n_winograd = ROWS(winograd),                         \
                                                       .depthwise = depthwise,                               \
                                                       .n_depthwise = ROWS(depthwise),                       \
                                                       .max_pool = max_pool,                                 \
                                                       .n_max_pool = ROWS(max_pool),                         \
                                                       .avg_pool = avg_pool,                                 \
                                                       .n_avg_pool = ROWS(avg_pool),                         \
                                                       .pass = {CG_PASSES(PASS_ROW)},                        \
                                                       __VA_ARGS__};

#endif
