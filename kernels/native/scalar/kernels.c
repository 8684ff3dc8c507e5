/* The micro-kernels of engine native in plain C: tiles, and the table. */
#define SLIDE_ROWS 2
#include "kernels/native/scalar/vec.h"
#include "kernels/native/scalar/table.h"
#include "kernels/native/template/gemm.h"
#include "kernels/native/template/depthwise.h"
#include "kernels/native/template/pool.h"
#include "kernels/native/template/pass.h"

GEMM_KERNEL(4, 4, 0)
GEMM_KERNEL(4, 1, 0)

static const struct cg_gemm_kernel gemm[] = {
    GEMM_ROW(4, 4, 4, 0, 16, 16),
    GEMM_ROW(4, 1, 1, 0, 6, 6),
};

DEPTHWISE_FN(depthwise_3x3s1, rows_3x3s1)
DEPTHWISE_FN(depthwise_3x3s2, rows_3x3s2)
DEPTHWISE_FN(depthwise_any, rows_any)

static const struct cg_window_kernel depthwise[] = {
    {"depthwise_f32_3x3s1__" ISA_NAME, depthwise_3x3s1, VL, 3, 3, 1, 1},
    {"depthwise_f32_3x3s2__" ISA_NAME, depthwise_3x3s2, VL, 3, 3, 2, 2},
    {"depthwise_f32_any__" ISA_NAME, depthwise_any, VL, 0, 0, 0, 0},
};

static const struct cg_window_kernel max_pool[] = {
    {"max_pool_f32_3x3s2__" ISA_NAME, max_pool_3x3s2, VL, 3, 3, 2, 2},
    {"max_pool_f32_any__" ISA_NAME, max_pool_any, VL, 0, 0, 0, 0},
};

static const struct cg_window_kernel avg_pool[] = {
    {"avg_pool_f32_3x3s2__" ISA_NAME, avg_pool_3x3s2, VL, 3, 3, 2, 2},
    {"avg_pool_f32_any__" ISA_NAME, avg_pool_any, VL, 0, 0, 0, 0},
};

#define COUNT(table) (int)(sizeof(table) / sizeof *(table))

const struct cg_native_kernels cg_native_scalar = {
    .isa = CG_ISA_SCALAR,
    .lanes = VL,
    .steps_a_line = 1,
    .gemm = gemm,
    .n_gemm = COUNT(gemm),
    .depthwise = depthwise,
    .n_depthwise = COUNT(depthwise),
    .max_pool = max_pool,
    .n_max_pool = COUNT(max_pool),
    .avg_pool = avg_pool,
    .n_avg_pool = COUNT(avg_pool),
    .pass = PASS_TABLE,
};
