/* Making data cold: cache lines flushed to memory, and a check that this works here. */
#ifndef CONVGAUGE_BENCH_DEVICE_EVICT_H
#define CONVGAUGE_BENCH_DEVICE_EVICT_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* Writes back and drops every cache line of [p, p + bytes) from all caches, and waits for it. x86-64:
 * CLFLUSHOPT or CLFLUSH; AArch64: DC CIVAC. About 5 to 30 ns a line. Other machines: nothing (see
 * cg_evict_method). */
void cg_evict(const void *p, size_t bytes);

/* "clflushopt", "clflush", "dc civac", or NULL when this machine has no way: then cold cannot be measured. */
const char *cg_evict_method(void);

struct cg_coldness {
    double hot_bytes_per_s;   /* reading a buffer of half an L2 that was just read */
    double cold_bytes_per_s;  /* the same after cg_evict */
    double cache_bytes_per_s; /* reading a buffer that only the last-level cache holds */
    double dram_bytes_per_s;  /* reading parts of a buffer larger than every cache, or long stretches of it,
                                 whichever is  faster; NAN if it could not be made */
    bool cold; /* the flushed buffer came at DRAM's speed: nearer to it, in ratio, than to the slowest
                  cache's. Not at most DRAM's: just flushed lines find their memory rows still open,
                  which makes them up to 1.4 times faster than lines not touched for long */
};

/* Tries eviction on this machine: about 50 ms. CG_UNAVAILABLE without a method. */
enum cg_status cg_evict_verify(struct cg_coldness *coldness, struct cg_error *err);

#endif
