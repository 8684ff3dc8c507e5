/* Memory to measure with: page-aligned, in huge pages where the system gives them, so that address
 * translation does not limit what is measured; and made cold, cache lines flushed to memory. */
#ifndef CONVGAUGE_BENCH_DEVICE_BUFFER_H
#define CONVGAUGE_BENCH_DEVICE_BUFFER_H

#include <stddef.h>

/* Memory of `bytes` bytes, aligned to 2 MiB when it is that large (else to a page), written once by the
 * calling thread so that it lies on its NUMA node; NULL if there is none. */
void *cg_buffer_make(size_t bytes);
void cg_buffer_free(void *buffer, size_t bytes);

/* Writes back and drops every cache line of [p, p + bytes) from all caches, and waits for it. x86-64:
 * CLFLUSHOPT or CLFLUSH; AArch64: DC CIVAC. About 5 to 30 ns a line. Other machines: nothing (see
 * cg_evict_method). */
void cg_evict(const void *p, size_t bytes);

/* "clflushopt", "clflush", "dc civac", or NULL when this machine has no way: then cold cannot be measured. */
const char *cg_evict_method(void);

#endif
