/* The micro-kernels of engine native in AVX2+FMA: tiles, and the table. */
#define SLIDE_ROWS  3
#define ANY_COLUMNS 4
#include "kernels/native/avx2/vec.h"
#include "kernels/native/template/gemm.h"
#include "kernels/native/template/column.h"
#include "kernels/native/template/group.h"
#include "kernels/native/template/table.h"

GEMM_KERNEL_TOGETHER(6, 2)
GEMM_KERNEL_TOGETHER(12, 1)
GEMM_KERNEL_TOGETHER(4, 3)
GEMM_KERNEL_TOGETHER(1, 8)
COLUMN_KERNEL(8, 1)
COLUMN_KERNEL(6, 2)

/* 6x2's costs are above the measured ones (1.1 and 50): of four columns it gains nothing over half a tile. */
static const struct cg_gemm_kernel gemm[] = {
    GEMM_ROW(6, 16, 2, 0, 6.0f, 22), GEMM_ROW(12, 8, 1, 0, 6.8f, 47), GEMM_ROW(4, 24, 3, 0, 6.0f, 26),
    GEMM_ROW(1, 64, 8, 0, 9, 10),    COLUMN_ROW(8, 1, 1.15f, 30),     COLUMN_ROW(6, 2, 1.6f, 40),
};

GROUP_KERNEL(3, 4, 2)
GROUP_KERNEL(6, 2, 1)
GROUP_KERNEL(12, 1, 0)

static const struct cg_gemm_kernel group[] = {
    GROUP_ROW(3, 4, 6.5f, 12),
    GROUP_ROW(6, 2, 6.5f, 20),
    GROUP_ROW(12, 1, 7, 30),
};

static const struct cg_winograd_kernel winograd[] = {
    WINOGRAD_ROW_2(28, 32, 28, 32), WINOGRAD_ROW_4(90, 87, 90, 87), WINOGRAD_ROW_2_APART(47, 36, 47, 36)};

KERNEL_TABLE(avx2, CG_ISA_AVX2, .group = group, .n_group = ROWS(group))
