/* The micro-kernels of engine native in AVX2+FMA: tiles, and the table. */
#define SLIDE_ROWS 3
#include "kernels/native/avx2/vec.h"
#include "kernels/native/avx2/table.h"
#include "kernels/native/template/gemm.h"
#include "kernels/native/template/column.h"
#include "kernels/native/template/group.h"
#include "kernels/native/template/depthwise.h"
#include "kernels/native/template/pool.h"
#include "kernels/native/template/pass.h"

GEMM_KERNEL_TOGETHER(6, 2)
GEMM_KERNEL_TOGETHER(12, 1)
GEMM_KERNEL_TOGETHER(4, 3)
GEMM_KERNEL_TOGETHER(1, 8)

static const struct cg_gemm_kernel gemm[] = {
    GEMM_ROW(6, 16, 2, 0, 6.0f, 22), GEMM_ROW(12, 8, 1, 0, 6.8f, 47), GEMM_ROW(4, 24, 3, 0, 6.0f, 26),
    GEMM_ROW(1, 64, 8, 0, 9, 10),    COLUMN_ROW(1.15f, 30),
};

GROUP_KERNEL(3, 4, 2)
GROUP_KERNEL(6, 2, 1)
GROUP_KERNEL(12, 1, 0)

static const struct cg_group_kernel group[] = {
    GROUP_ROW(3, 4, 6.5f, 12),
    GROUP_ROW(6, 2, 6.5f, 20),
    GROUP_ROW(12, 1, 7, 30),
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

const struct cg_native_kernels cg_native_avx2 = {
    .isa = CG_ISA_AVX2,
    .lanes = VL,
    .steps_a_line = 1,
    .gemm = gemm,
    .n_gemm = COUNT(gemm),
    .group = group,
    .n_group = COUNT(group),
    .depthwise = depthwise,
    .n_depthwise = COUNT(depthwise),
    .max_pool = max_pool,
    .n_max_pool = COUNT(max_pool),
    .avg_pool = avg_pool,
    .n_avg_pool = COUNT(avg_pool),
    .pass = PASS_TABLE,
};
