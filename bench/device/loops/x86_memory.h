/* The memory loops of x86-64 for one vector width: the including file defines VECTOR_BYTES. A load in every
 * slot, no arithmetic, 1 KiB a turn. */
#define TEXT(x)        #x
#define EXPAND(x)      TEXT(x)
#define LOAD(offset)   V "movaps " EXPAND(offset) "(%[at]), " REG "\n\t"
#define FETCH(offset)  V "movaps " EXPAND(offset) "(%[from]), " REG "\n\t"
#define STORE(offset)  V "movaps " REG ", " EXPAND(offset) "(%[to])\n\t"
#define STREAM(offset) V "movntps " REG ", " EXPAND(offset) "(%[to])\n\t"
#define MOVE(offset)   FETCH(offset) STORE(offset)
#define PASS(offset)   FETCH(offset) STREAM(offset)

#if VECTOR_BYTES == 64
#define REG       "%%zmm0"
#define BLOCK(OP) CG_REPEAT_16(OP, 64, 0)
#elif VECTOR_BYTES == 32
#define REG       "%%ymm0"
#define BLOCK(OP) CG_REPEAT_16(OP, 32, 0) CG_REPEAT_16(OP, 32, 512)
#else
#define REG "%%xmm0"
#define BLOCK(OP)                                                                                            \
    CG_REPEAT_16(OP, 16, 0) CG_REPEAT_16(OP, 16, 256) CG_REPEAT_16(OP, 16, 512) CG_REPEAT_16(OP, 16, 768)
#endif
#if VECTOR_BYTES == 16
#define V     ""
#define LEAVE ""
#else
#define V     "v"
#define LEAVE "vzeroupper" /* ends the use of wide registers */
#endif

/* One loop over all passes: the end of a loop a pass is mispredicted, which costs a first-level cache of 24
 * turns seven percent on a core of two loads a cycle. */
#define HAVE_READ_PASS 1
static void read_pass(const void *from, size_t bytes, int64_t passes)
{
    const char *p = from, *end = p + bytes;
    int64_t turns = passes * (int64_t)(bytes / 1024);
    if (turns <= 0)
        return;
    __asm__ volatile("1:\n\t" BLOCK(LOAD) "add $1024, %[at]\n\t"
                                          "cmp %[end], %[at]\n\t"
                                          "cmovae %[from], %[at]\n\t"
                                          "dec %[turns]\n\t"
                                          "jnz 1b\n\t" LEAVE
                     : [at] "+&r"(p), [turns] "+&r"(turns)
                     : [end] "r"(end), [from] "r"(from)
                     : "cc", "memory", "xmm0");
}

/* Stores of one kind, then what completes them. */
#define WRITE_ONCE(name, OP, FENCE)                                                                          \
    static inline void name(void *to, size_t bytes)                                                          \
    {                                                                                                        \
        char *p = to, *end = p + bytes;                                                                      \
        const float value[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};                     \
        __asm__ volatile(V "movups %[value], " REG "\n1:\n\t" BLOCK(OP) TURN(to) "jb 1b\n\t" FENCE LEAVE     \
                         : [to] "+&r"(p)                                                                     \
                         : [end] "r"(end), [value] "m"(value)                                                \
                         : "cc", "memory", "xmm0");                                                          \
    }

#define COPY_ONCE(name, OP, FENCE)                                                                           \
    static inline void name(void *to, const void *from, size_t bytes)                                        \
    {                                                                                                        \
        char *t = to, *end = t + bytes;                                                                      \
        const char *f = from;                                                                                \
        __asm__ volatile("1:\n\t" BLOCK(OP) "add $1024, %[from]\n\t" TURN(to) "jb 1b\n\t" FENCE LEAVE        \
                         : [to] "+&r"(t), [from] "+&r"(f)                                                    \
                         : [end] "r"(end)                                                                    \
                         : "cc", "memory", "xmm0");                                                          \
    }
#define TURN(at) "add $1024, %[" #at "]\n\tcmp %[end], %[" #at "]\n\t"

WRITE_ONCE(write_once, STORE, "")
COPY_ONCE(copy_once, MOVE, "")
WRITE_ONCE(write_stream_once, STREAM, "sfence\n\t")
COPY_ONCE(copy_stream_once, PASS, "sfence\n\t")

#define HAVE_STREAMS 1
#include "bench/device/loops/passes.h"
