/* Seeded random numbers, the same on every machine: splitmix64 (Steele, Lea, Flood, OOPSLA 2014). */
#ifndef CONVGAUGE_BASE_RANDOM_H
#define CONVGAUGE_BASE_RANDOM_H

#include <stdint.h>

/* The next of 64 bits; *state is the seed at first. */
static inline uint64_t cg_random_next(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* Uniform in [0, 1), 53 bits. */
static inline double cg_random_uniform(uint64_t *state)
{
    return (double)(cg_random_next(state) >> 11) * 0x1p-53;
}

#endif
