/* Sets an engine against a hand-written program that calls the same library directly: the same network, runs
 * of both interleaved in one process. */
#ifndef CONVGAUGE_TESTS_BENCH_DIRECT_H
#define CONVGAUGE_TESTS_BENCH_DIRECT_H

#include <stdint.h>

struct direct_program {
    const char *engine, *network; /* names in convgauge */
    void *state;
    void (*run)(void *state); /* one inference */
};

/* Prints the ratio of the engine's time to the program's with its 95 % interval. Returns 0 when the engine is
 * not more than 3 % slower (the interval reaches below 1.03), 1 when it is, 2 on an error, which is printed.
 */
int bench_direct(const struct direct_program *program);

/* `n` floats, 64-byte aligned, with room to read behind them; uniform in [-scale, scale]. Never freed: the
 * program ends soon. */
float *bench_floats(int64_t n, float scale);

#endif
