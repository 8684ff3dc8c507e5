#include "kernels/reference/sums.h"

cg_reference_sums *cg_reference_sums_for(enum cg_isa isa)
{
#if defined(__x86_64__)
    if (isa >= CG_ISA_AVX512)
        return cg_reference_sums_avx512;
    if (isa >= CG_ISA_AVX2)
        return cg_reference_sums_avx2;
#endif
    (void)isa;
    return cg_reference_sums_scalar;
}
