/* Page-aligned memory, in huge pages where the system gives them, so that address translation does not limit
 * what is measured. Internal to bench/device. */
#ifndef CONVGAUGE_BENCH_DEVICE_BUFFER_H
#define CONVGAUGE_BENCH_DEVICE_BUFFER_H

#include <stddef.h>

/* Memory of `bytes` bytes, aligned to 2 MiB when it is that large (else to a page), written once by the
 * calling thread so that it lies on its NUMA node; NULL if there is none. */
void *cg_buffer_make(size_t bytes);
void cg_buffer_free(void *buffer, size_t bytes);

#endif
