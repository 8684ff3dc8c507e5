/* The micro-kernels of engine native in AVX-512: tiles, and the table. */
#define SLIDE_ROWS 3
#include "kernels/native/avx512/vec.h"
#include "kernels/native/avx512/pipes.h"
#include "kernels/native/avx512/lines.h"
#include "kernels/native/avx512/tall.h"
#include "kernels/native/template/gemm.h"
#include "kernels/native/avx512/few.h"
#include "kernels/native/template/column.h"
#include "kernels/native/template/group.h"
#include "kernels/native/template/table.h"

GEMM_KERNEL(14, 0, 1)
GEMM_KERNEL_BEHIND(14)
GEMM_KERNEL(14, 1, 1)
GEMM_KERNEL(14, 2, 0)
GEMM_KERNEL(9, 2, 1)
GEMM_KERNEL(14, 1, 2)
GEMM_KERNEL(10, 2, 2)
GEMM_KERNEL(1, 8, 0)
FEW_KERNEL(14, 4)
FEW_KERNEL(14, 2)
COLUMN_KERNEL(8, 1)

/* Cycles measured on Zen 4 (half pipes) and Zen 5 (whole ones), where half a vector by itself saves nothing
 * and a tile of one vector waits for its loads; 1x128's there from m = 1 only. On half pipes paired halves
 * (24p, 40p) gain nothing, and the second figure keeps them out at any m. */
static const struct cg_gemm_kernel gemm[] = {
    GEMM_ROW_BEHIND_BY_PIPES(14, 16, 14.1f, 20, 8.0f, 38),
    KERNEL_ROW("gemm_f32_16x16", cg_avx512_gemm_16x16, 16, 16, 16.1f, 25, 9.1f, 40),
    GEMM_ROW_BY_PIPES(14, 32, 2, 0, 28.2f, 110, 13.9f, 46),
    GEMM_ROW_BY_PIPES(9, 40, 2, 1, 23.0f, 75, 13.7f, 40),
    GEMM_ROW_BY_PIPES(14, 24, 1, 1, 21.1f, 80, 14.2f, 40),
    GEMM_ROW_BY_PIPES(14, 8, 0, 1, 7.7f, 75, 8.0f, 32),
    GEMM_ROW_BY_PIPES(14, 24p, 1, 2, 26.2f, 200, 10.9f, 43),
    GEMM_ROW_BY_PIPES(10, 40p, 2, 2, 26.2f, 200, 12.7f, 36),
    GEMM_ROW_BY_PIPES(1, 128, 8, 0, 17, 10, 9, 10),
    FEW_ROW(14, 4, 3.6f, 55),
    FEW_ROW(14, 2, 1.95f, 80),
    COLUMN_ROW(8, 1, 1.2f, 45),
};

GROUP_KERNEL(3, 8, 3)
GROUP_KERNEL(6, 4, 2)
GROUP_KERNEL(14, 2, 1)
GROUP_KERNEL(14, 1, 0)

static const struct cg_gemm_kernel group[] = {
    GROUP_ROW_BY_PIPES(3, 8, 24, 24, 12, 24),
    GROUP_ROW_BY_PIPES(6, 4, 24, 30, 12, 30),
    GROUP_ROW_BY_PIPES(14, 2, 28, 40, 14, 40),
    GROUP_ROW_BY_PIPES(14, 1, 15, 40, 8, 40),
};

static const struct cg_winograd_kernel winograd[] = {
    WINOGRAD_ROW_2(39, 53, 25, 35), WINOGRAD_ROW_4(171, 136, 110, 90), WINOGRAD_ROW_2_APART(63, 59, 42, 42)};

KERNEL_TABLE(avx512, CG_ISA_AVX512, .pipes = cg_avx512_pipes, .line = &cg_avx512_lines, .group = group,
             .n_group = ROWS(group))
