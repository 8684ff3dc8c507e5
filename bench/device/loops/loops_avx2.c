#include "bench/device/loops/loops.h"

#define VECTOR_BYTES 32
#include "bench/device/loops/x86_memory.h"

#define FMA(n)  "vfmadd231ps %%ymm0, %%ymm1, %%ymm" #n "\n\t"
#define ZERO(n) "vxorps %%xmm" #n ", %%xmm" #n ", %%xmm" #n "\n\t"
#define ALL(OP) CG_REGISTERS_2_TO_7(OP) CG_REGISTERS_8_TO_15(OP)

/* 14 chains: two pipes of latency 4 or 5 need 8 to 10. Operands small, so the sums stay finite for hours. */
static void fma_turns(int64_t turns)
{
    const float a = 0.7654321f, b = 1.2345e-6f;
    __asm__ volatile("vbroadcastss %[a], %%ymm0\n\t"
                     "vbroadcastss %[b], %%ymm1\n\t" ALL(ZERO) ".p2align 5\n"
                                                               "1:\n\t" ALL(FMA) ALL(FMA) "dec %[turns]\n\t"
                                                                                          "jnz 1b\n\t"
                                                                                          "vzeroupper"
                     : [turns] "+&r"(turns)
                     : [a] "m"(a), [b] "m"(b)
                     : "cc", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9",
                       "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
}

const struct cg_loops cg_loops_avx2 = LOOPS(CG_ISA_AVX2, 28 * 8);
