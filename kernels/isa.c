#include "kernels/isa.h"

bool cg_isa_available(enum cg_isa isa)
{
    switch (isa) {
    case CG_ISA_SCALAR:
        return true;
#if defined(__x86_64__)
    /* The compiler's builtin asks CPUID and XGETBV: it knows whether the system saves the wide registers. */
    case CG_ISA_AVX2:
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case CG_ISA_AVX512:
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#endif
#if defined(__aarch64__)
    case CG_ISA_NEON: /* part of every AArch64 processor */
        return true;
#endif
    default:
        return false;
    }
}

enum cg_isa cg_isa_best(void)
{
    enum cg_isa best = CG_ISA_SCALAR;
    for (int i = 0; i < CG_ISA_COUNT; i++)
        if (cg_isa_available((enum cg_isa)i))
            best = (enum cg_isa)i;
    return best;
}
