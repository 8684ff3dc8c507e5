#define IN_ORDER
#define SLIDE_ROWS 3
#include "kernels/native/neon/vec.h"
#include "kernels/native/neon/in_order.h"
#include "kernels/native/template/gemm.h"
#include "kernels/native/neon/slide.h"
#include "kernels/native/template/depthwise.h"

GEMM_KERNEL(6, 2, 0)
GEMM_KERNEL(4, 3, 0)
GEMM_KERNEL(8, 1, 0)
GEMM_KERNEL(1, 8, 0)

const struct cg_gemm_kernel cg_neon_gemm_in_order[CG_NEON_GEMM_ROWS] = {
    GEMM_ROW(6, 8, 2, 0, 12.2f, 22),
    GEMM_ROW(4, 12, 3, 0, 12.4f, 21),
    GEMM_ROW(8, 4, 1, 0, 8.6f, 16),
    GEMM_ROW(1, 32, 8, 0, 16.2f, 16),
};

DEPTHWISE_FN(depthwise_3x3s1, rows_3x3s1)

void cg_neon_depthwise_3x3s1_in_order(const struct cg_window_args *args)
{
    depthwise_3x3s1(args);
}
