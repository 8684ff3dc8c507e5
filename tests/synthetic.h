/* Results made up for tests: the shape of a real run with a time model whose truth is known. */
#ifndef CONVGAUGE_TESTS_SYNTHETIC_H
#define CONVGAUGE_TESTS_SYNTHETIC_H

#include "bench/record/record.h"

struct synthetic {
    const char *device;     /* cpu model */
    const char *engines[4]; /* NULL-ended */
    int threads[4];         /* 0-ended */
    int processes, rounds;
    double guideline_cost[4]; /* G1..G3: slope of log time-per-madd over the step; G4: log time of ReLU +
                                 short-cut */
    double engine_cost[3];    /* factor on guideline_cost of each engine (1: as it is) */
    double speed;             /* madds a ns */
    double noise;             /* sd of a sample's log time; process effects are a fifth of it */
    uint64_t seed;
};

/* Native, one thread, 4 processes, every guideline holding. */
struct synthetic synthetic_default(void);

/* Suites g1 to g4 and networks, measured. Aborts the test when there is no memory. */
struct cg_results *synthetic_results(const struct synthetic *options);

/* The suite of that name, or NULL. */
struct cg_suite_record *find_suite(const struct cg_results *results, const char *name);

/* The default ones as a file's bytes: free() them. */
char *synthetic_json(size_t *size);

#endif
