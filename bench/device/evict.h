/* Making data cold: cache lines flushed to memory. */
#ifndef CONVGAUGE_BENCH_DEVICE_EVICT_H
#define CONVGAUGE_BENCH_DEVICE_EVICT_H

#include <stddef.h>

/* Writes back and drops every cache line of [p, p + bytes) from all caches, and waits for it. x86-64:
 * CLFLUSHOPT or CLFLUSH; AArch64: DC CIVAC. About 5 to 30 ns a line. Other machines: nothing (see
 * cg_evict_method). */
void cg_evict(const void *p, size_t bytes);

/* "clflushopt", "clflush", "dc civac", or NULL when this machine has no way: then cold cannot be measured. */
const char *cg_evict_method(void);

#endif
