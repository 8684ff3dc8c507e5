#include "bench/device/loops/loops.h"

static const struct cg_loops *const table[CG_ISA_COUNT] = {
    [CG_ISA_SCALAR] = &cg_loops_scalar,
#if defined(__x86_64__)
    [CG_ISA_AVX2] = &cg_loops_avx2,
    [CG_ISA_AVX512] = &cg_loops_avx512,
#elif defined(__aarch64__)
    [CG_ISA_NEON] = &cg_loops_neon,
#endif
};

const struct cg_loops *cg_loops_get(enum cg_isa isa)
{
    return (unsigned)isa < CG_ISA_COUNT && cg_isa_available(isa) ? table[isa] : 0;
}
