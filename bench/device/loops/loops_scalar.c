/* What portable C can reach at best. A compiler may use the vectors that belong to the architecture's base:
 * SSE2 on x86-64 (no fused multiply-add: a multiplication and an addition), Advanced SIMD on AArch64. */
#include "bench/device/loops/loops.h"

#if defined(__x86_64__)

#define VECTOR_BYTES 16
#include "bench/device/loops/x86_memory.h"

/* Seven pairs: t *= 1 keeps the multiplier busy without a move, acc += t is the addition. */
#define MADD(t, acc)                                                                                         \
    "mulps %%xmm15, %%xmm" #t "\n\t"                                                                         \
    "addps %%xmm" #t ", %%xmm" #acc "\n\t"
#define MADDS MADD(0, 7) MADD(1, 8) MADD(2, 9) MADD(3, 10) MADD(4, 11) MADD(5, 12) MADD(6, 13)
#define SET(t, acc)                                                                                          \
    "movaps %%xmm14, %%xmm" #t "\n\t"                                                                        \
    "xorps %%xmm" #acc ", %%xmm" #acc "\n\t"
#define SETS SET(0, 7) SET(1, 8) SET(2, 9) SET(3, 10) SET(4, 11) SET(5, 12) SET(6, 13)

static void fma_turns(int64_t turns)
{
    const float small[4] __attribute__((aligned(16))) = {1.2345e-6f, 1.2345e-6f, 1.2345e-6f, 1.2345e-6f};
    const float one[4] __attribute__((aligned(16))) = {1, 1, 1, 1};
    __asm__ volatile("movaps %[small], %%xmm14\n\t"
                     "movaps %[one], %%xmm15\n\t" SETS ".p2align 5\n"
                     "1:\n\t" MADDS MADDS MADDS MADDS "dec %[turns]\n\t"
                     "jnz 1b"
                     : [turns] "+&r"(turns)
                     : [small] "m"(small), [one] "m"(one)
                     : "cc", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9",
                       "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
}

#define MADDS_PER_TURN (28 * 4)

#elif defined(__aarch64__)

#include "bench/device/loops/arm64.h"

#else

#include <string.h>

#define CHAINS         32
#define MADDS_PER_TURN (CHAINS * 16)
#define HAVE_STREAMS   0

static void fma_turns(int64_t turns)
{
    float sums[CHAINS] = {0}, a = 0.7654321f, b = 1.2345e-6f;
    while (turns-- > 0)
        for (int k = 0; k < MADDS_PER_TURN / CHAINS; k++) {
            __asm__ volatile("" : "+m"(a), "+m"(b));
            for (int i = 0; i < CHAINS; i++)
                sums[i] += a * b;
        }
    __asm__ volatile("" : : "r"(sums) : "memory");
}

static inline void read_once(const void *from, size_t bytes)
{
    uint64_t any[8] = {0};
    for (size_t at = 0; at < bytes; at += sizeof any) {
        uint64_t words[8];
        memcpy(words, (const char *)from + at, sizeof words);
        for (int i = 0; i < 8; i++)
            any[i] |= words[i];
    }
    __asm__ volatile("" : : "r"(any) : "memory");
}

static inline void write_once(void *to, size_t bytes)
{
    memset(to, 1, bytes);
    __asm__ volatile("" : : "r"(to) : "memory");
}

static inline void copy_once(void *to, const void *from, size_t bytes)
{
    memcpy(to, from, bytes);
    __asm__ volatile("" : : "r"(to) : "memory");
}

#include "bench/device/loops/passes.h"

#endif

const struct cg_loops cg_loops_scalar = LOOPS(CG_ISA_SCALAR, MADDS_PER_TURN);
