/* The memory and multiply-add loops of AArch64 with Advanced SIMD, which every processor of the architecture
 * has: for the instruction sets `neon` and `scalar` (portable code, which the compiler may vectorise). */
#define TEXT(x)                    #x
#define EXPAND(x)                  TEXT(x)
#define PAIR(op, a, b, at, offset) op " q" #a ", q" #b ", [%[" #at "], #" EXPAND(offset) "]\n\t"
#define FOUR(op, at, offset)                                                                                 \
    PAIR(op, 0, 1, at, offset)                                                                               \
    PAIR(op, 2, 3, at, offset + 32) PAIR(op, 4, 5, at, offset + 64) PAIR(op, 6, 7, at, offset + 96)
#define LOAD(offset)   PAIR("ldp", 0, 1, from, offset)
#define STORE(offset)  PAIR("stp", 0, 1, to, offset)
#define STREAM(offset) PAIR("stnp", 0, 1, to, offset)
/* Four loads before four stores: an in-order core would wait for each load otherwise. */
#define MOVE(offset)  FOUR("ldp", from, offset) FOUR("stp", to, offset)
#define PASS(offset)  FOUR("ldp", from, offset) FOUR("stnp", to, offset)
#define BLOCK_128(OP) OP(0) OP(128) OP(256) OP(384) OP(512) OP(640) OP(768) OP(896)
#define BLOCK(OP)     CG_REPEAT_16(OP, 32, 0) CG_REPEAT_16(OP, 32, 512)

static inline void read_once(const void *from, size_t bytes)
{
    const char *p = from, *end = p + bytes;
    __asm__ volatile("1:\n\t" BLOCK(LOAD) "add %[from], %[from], #1024\n\t"
                                          "cmp %[from], %[end]\n\t"
                                          "b.lo 1b"
                     : [from] "+&r"(p)
                     : [end] "r"(end)
                     : "cc", "memory", "v0", "v1");
}

/* Stores of one kind, then what completes them. */
#define WRITE_ONCE(name, OP, FENCE)                                                                          \
    static inline void name(void *to, size_t bytes)                                                          \
    {                                                                                                        \
        char *p = to, *end = p + bytes;                                                                      \
        __asm__ volatile("fmov v0.4s, #1.5\n\t"                                                              \
                         "fmov v1.4s, #2.5\n"                                                                \
                         "1:\n\t" BLOCK(OP) TURN(to) "b.lo 1b" FENCE                                         \
                         : [to] "+&r"(p)                                                                     \
                         : [end] "r"(end)                                                                    \
                         : "cc", "memory", "v0", "v1");                                                      \
    }

#define COPY_ONCE(name, OP, FENCE)                                                                           \
    static inline void name(void *to, const void *from, size_t bytes)                                        \
    {                                                                                                        \
        char *t = to, *end = t + bytes;                                                                      \
        const char *f = from;                                                                                \
        __asm__ volatile("1:\n\t" BLOCK_128(OP) "add %[from], %[from], #1024\n\t" TURN(to) "b.lo 1b" FENCE   \
                         : [to] "+&r"(t), [from] "+&r"(f)                                                    \
                         : [end] "r"(end)                                                                    \
                         : "cc", "memory", "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7");                  \
    }
#define TURN(at) "add %[" #at "], %[" #at "], #1024\n\tcmp %[" #at "], %[end]\n\t"

WRITE_ONCE(write_once, STORE, "")
COPY_ONCE(copy_once, MOVE, "")
WRITE_ONCE(write_stream_once, STREAM, "\n\tdmb ishst")
COPY_ONCE(copy_stream_once, PASS, "\n\tdmb ishst")

#define FMA(n)    "fmla v" #n ".4s, v0.4s, v1.4s\n\t"
#define ZERO(n)   "movi v" #n ".4s, #0\n\t"
#define ALL(OP)   CG_REGISTERS_2_TO_7(OP) CG_REGISTERS_8_TO_15(OP) UPPER(OP)
#define UPPER(OP) CG_REGISTERS_16_TO_23(OP) CG_REGISTERS_24_TO_31(OP)

/* 30 chains: a Cortex-A57 needs 10 (latency 10, one Q form a cycle), four pipes of latency 4 need 16.
 * Operands are small: the sums stay finite for hours. */
static void fma_turns(int64_t turns)
{
    const float a = 0.7654321f, b = 1.2345e-6f;
    __asm__ volatile("ld1r {v0.4s}, [%[a]]\n\t"
                     "ld1r {v1.4s}, [%[b]]\n\t" ALL(ZERO) ".p2align 5\n"
                                                          "1:\n\t" ALL(FMA) "subs %[turns], %[turns], #1\n\t"
                                                                            "b.ne 1b"
                     : [turns] "+&r"(turns)
                     : [a] "r"(&a), [b] "r"(&b), "m"(a), "m"(b)
                     : "cc", "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11", "v12",
                       "v13", "v14", "v15", "v16", "v17", "v18", "v19", "v20", "v21", "v22", "v23", "v24",
                       "v25", "v26", "v27", "v28", "v29", "v30", "v31");
}

#define MADDS_PER_TURN (30 * 4)

#define HAVE_STREAMS 1
#include "bench/device/loops/passes.h"
