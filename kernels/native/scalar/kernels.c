/* The micro-kernels of engine native in plain C: tiles, and the table. */
#define SLIDE_ROWS  2
#define ANY_COLUMNS 4
#include "kernels/native/scalar/vec.h"
#include "kernels/native/template/gemm.h"
#include "kernels/native/template/table.h"

GEMM_KERNEL(4, 4, 0)
GEMM_KERNEL(4, 1, 0)

static const struct cg_gemm_kernel gemm[] = {
    GEMM_ROW(4, 4, 4, 0, 16, 16),
    GEMM_ROW(4, 1, 1, 0, 6, 6),
};

static const struct cg_winograd_kernel winograd[] = {
    WINOGRAD_ROW_2(17, 30, 17, 30), WINOGRAD_ROW_4(88, 106, 88, 106), WINOGRAD_ROW_2_APART(39, 47, 39, 47)};

KERNEL_TABLE(scalar, CG_ISA_SCALAR, .n_group = 0)
