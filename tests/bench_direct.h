/* Sets an engine against a hand-written program that calls the same library directly: the same network, runs
 * of both interleaved in one process, several processes. */
#ifndef CONVGAUGE_TESTS_BENCH_DIRECT_H
#define CONVGAUGE_TESTS_BENCH_DIRECT_H

#include <stdint.h>

struct direct_program {
    const char *engine, *network; /* names in convgauge */
    void *state;
    void (*run)(void *state); /* one inference */
};

/* The rest of main: without arguments starts the program itself again for each of the networks, several
 * times, and prints the ratio of the engine's time to the program's with its 95 % interval over the
 * processes; with a network's name it is such a process; a second argument prints the time of each of the
 * engine's steps, too. Returns 0 when no engine is more than 3 % slower (the interval reaches below 1.03), 1
 * when one is, 2 on an error, which is printed. */
int bench_direct(int argc, char **argv, const struct direct_program *programs, int n_programs);

/* `n` floats, 64-byte aligned, with room to read behind them; uniform in [-scale, scale]. Never freed: the
 * program ends soon. */
float *bench_floats(int64_t n, float scale);

#endif
