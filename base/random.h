/* Seeded random numbers, the same on every machine: splitmix64 (Steele, Lea, Flood, OOPSLA 2014). */
#ifndef CONVGAUGE_BASE_RANDOM_H
#define CONVGAUGE_BASE_RANDOM_H

#include <stdint.h>

/* The next of 64 bits; *state is the seed at first. */
uint64_t cg_random_next(uint64_t *state);

/* Uniform in [0, 1), 53 bits. */
double cg_random_uniform(uint64_t *state);

#endif
