/* The micro-kernels of engine native in AArch64 Advanced SIMD: tiles, and the table. */
#define SLIDE_ROWS         3
#define DEPTHWISE_IN_ORDER cg_neon_depthwise_3x3s1_in_order
#include "kernels/native/neon/vec.h"
#include "kernels/native/neon/in_order.h"
#include "kernels/native/template/gemm.h"
#include "kernels/native/template/group.h"
#include "kernels/native/neon/slide.h"
#include "kernels/native/template/table.h"

GEMM_KERNEL(8, 2, 0)
GEMM_KERNEL(6, 3, 0)
GEMM_KERNEL(12, 1, 0)
GEMM_KERNEL(1, 8, 0)

/* Costs in multiply-add slots of one vector, one a cycle on Cortex-A57; what a tile adds is its loads of bias
 * and its stores. */
static const struct cg_gemm_kernel gemm[] = {
    GEMM_ROW(8, 8, 2, 0, 16.2f, 24),
    GEMM_ROW(6, 12, 3, 0, 18.4f, 27),
    GEMM_ROW(12, 4, 1, 0, 13.0f, 20),
    GEMM_ROW(1, 32, 8, 0, 9, 12),
};
_Static_assert(ROWS(gemm) == CG_NEON_GEMM_ROWS, "in_order.c has a row for each row here");

GROUP_KERNEL(6, 4, 2)
GROUP_KERNEL(12, 2, 1)
GROUP_KERNEL(14, 1, 0)

static const struct cg_gemm_kernel group[] = {
    GROUP_ROW(6, 4, 12, 20),
    GROUP_ROW(12, 2, 12, 30),
    GROUP_ROW(14, 1, 14, 40),
};

static const struct cg_winograd_kernel winograd[] = {
    WINOGRAD_ROW_2(50, 36, 50, 36), WINOGRAD_ROW_4(200, 150, 200, 150), WINOGRAD_ROW_2_APART(70, 50, 70, 50)};

KERNEL_TABLE(neon, CG_ISA_NEON, .gemm_in_order = cg_neon_gemm_in_order, .group = group,
             .n_group = ROWS(group))
