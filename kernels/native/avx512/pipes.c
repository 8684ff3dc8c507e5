#include "kernels/native/avx512/pipes.h"

#include "base/clock.h"

#include <immintrin.h>
#include <pthread.h>

#define TURNS   400
#define REPEATS 30

/* The independent chains, 12 of them: two pipes, four or five cycles each. Variables by themselves and not an
 * array, which compilers keep in memory here: the chains would then run through loads and stores, and whole
 * and half vectors would seem to take nearly the same. */
#define CHAINS(X)        X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11)
#define CHAIN_DECLARE(i) vector acc##i = x;
#define CHAIN_STEP(i)    __asm__ volatile("vfmadd231ps %1, %1, %0" : "+v"(acc##i) : "v"(x));

/* A whole vector costs as much as a half on whole pipes, and twice as much on half ones. */
#define WHOLE_BELOW 1.5

/* Nanoseconds of the same number of multiply-adds, in whole or in half vectors. */
#define TIME_FN(name, type, zero)                                                                            \
    static int64_t name(void)                                                                                \
    {                                                                                                        \
        typedef type vector;                                                                                 \
        const vector x = zero();                                                                             \
        CHAINS(CHAIN_DECLARE)                                                                                \
        const int64_t start = cg_now_ns();                                                                   \
        for (int turn = 0; turn < TURNS; turn++) {                                                           \
            CHAINS(CHAIN_STEP)                                                                               \
        }                                                                                                    \
        return cg_now_ns() - start;                                                                          \
    }
TIME_FN(time_whole, __m512, _mm512_setzero_ps)
TIME_FN(time_half, __m256, _mm256_setzero_ps)

static enum cg_pipes pipes = CG_PIPES_HALF;

/* The least of many short ones: whatever disturbs makes them longer. The first ones wake the upper halves. */
static void find_pipes(void)
{
    int64_t whole = INT64_MAX, half = INT64_MAX;
    for (int i = 0; i < REPEATS; i++) {
        const int64_t w = time_whole(), h = time_half();
        whole = w < whole ? w : whole;
        half = h < half ? h : half;
    }
    pipes = (double)whole < WHOLE_BELOW * (double)half ? CG_PIPES_WHOLE : CG_PIPES_HALF;
}

enum cg_pipes cg_avx512_pipes(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, find_pipes);
    return pipes;
}
