#include "kernels/native/avx512/tall.h"

#include "kernels/native/avx512/vec.h"
#include "kernels/native/template/gemm.h"

GEMM_KERNEL(16, 1, 0)

void cg_avx512_gemm_16x16(const struct cg_gemm_args *args)
{
    gemm_f32_16_1_0(args);
}
