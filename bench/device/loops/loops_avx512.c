#include "bench/device/loops/loops.h"

#define VECTOR_BYTES 64
#include "bench/device/loops/x86_memory.h"

#define FMA(n)  "vfmadd231ps %%zmm0, %%zmm1, %%zmm" #n "\n\t"
#define ZERO(n) "vpxord %%zmm" #n ", %%zmm" #n ", %%zmm" #n "\n\t"
#define ALL(OP) CG_REGISTERS_8_TO_15(OP) CG_REGISTERS_16_TO_23(OP) CG_REGISTERS_24_TO_31(OP)

/* 24 chains: two pipes of latency 4 need 8. */
static void fma_turns(int64_t turns)
{
    const float a = 0.7654321f, b = 1.2345e-6f;
    __asm__ volatile("vbroadcastss %[a], %%zmm0\n\t"
                     "vbroadcastss %[b], %%zmm1\n\t" ALL(ZERO) ".p2align 5\n"
                                                               "1:\n\t" ALL(FMA) "dec %[turns]\n\t"
                                                                                 "jnz 1b\n\t"
                                                                                 "vzeroupper"
                     : [turns] "+&r"(turns)
                     : [a] "m"(a), [b] "m"(b)
                     : "cc", "xmm0", "xmm1", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14",
                       "xmm15", "xmm16", "xmm17", "xmm18", "xmm19", "xmm20", "xmm21", "xmm22", "xmm23",
                       "xmm24", "xmm25", "xmm26", "xmm27", "xmm28", "xmm29", "xmm30", "xmm31");
}

const struct cg_loops cg_loops_avx512 = LOOPS(CG_ISA_AVX512, 24 * 16);
