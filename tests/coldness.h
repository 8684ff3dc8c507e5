/* Whether eviction makes data cold on this machine. */
#ifndef CONVGAUGE_TESTS_COLDNESS_H
#define CONVGAUGE_TESTS_COLDNESS_H

#include "base/error.h"

#include <stdbool.h>

struct coldness {
    double hot_bytes_per_s;   /* reading a buffer of half an L2 that was just read */
    double cold_bytes_per_s;  /* the same after cg_evict */
    double cache_bytes_per_s; /* reading a buffer that only the last-level cache holds */
    double dram_bytes_per_s;  /* reading parts of a buffer larger than every cache, or long stretches of it,
                                 whichever is faster; NAN if it could not be made */
    bool cold; /* the flushed buffer came at DRAM's speed: nearer to it, in ratio, than to the slowest
                  cache's. Not at most DRAM's: just flushed lines find their memory rows still open,
                  which makes them up to 1.4 times faster than lines not touched for long */
};

/* Tries eviction on this machine: about 50 ms. CG_UNAVAILABLE without a method. */
enum cg_status coldness_measure(struct coldness *coldness, struct cg_error *err);

#endif
