/* What counts: PAPI, the kernel's software events, the C library's accounting. Internal to bench/device. */
#ifndef CONVGAUGE_BENCH_DEVICE_COUNTERS_BACKENDS_H
#define CONVGAUGE_BENCH_DEVICE_COUNTERS_BACKENDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- PAPI: groups of events that the processor counts together ---- */

struct cg_papi_group;

struct cg_papi {
    /* Whether the library knows an event of that name; that says nothing about counting it. */
    bool (*knows)(const char *event);
    /* An empty group: counts the calling thread, and the threads that it makes from then on where inherits()
     * says so, which the first event that is added decides. NULL when it cannot be made. */
    struct cg_papi_group *(*make)(void);
    bool (*add)(struct cg_papi_group *group, const char *event, char *why, size_t size);
    bool (*inherits)(const struct cg_papi_group *group);
    bool (*start)(struct cg_papi_group *group, char *why, size_t size);
    bool (*stop)(struct cg_papi_group *group, long long *values); /* values[i]: the i-th event added */
    void (*drop)(struct cg_papi_group **group);                   /* takes NULL, clears the pointer */
};

/* Starts the library once. NULL with a sentence in `why` when it is not built in or does not start. */
const struct cg_papi *cg_papi(char *why, size_t size);

/* ---- software events of the kernel, over the process and the threads that it makes later ---- */

enum cg_soft_event {
    CG_SOFT_TASK_CLOCK,
    CG_SOFT_PAGE_FAULTS,
    CG_SOFT_CONTEXT_SWITCHES,
    CG_SOFT_MIGRATIONS,
    CG_SOFT_COUNT
};

/* Opens an event (perf_event_open): a descriptor, or -1 with errno. It counts all the time. */
int cg_soft_open(enum cg_soft_event event);
/* The count since it was opened, or -1. fd < 0: by the C library's accounting (getrusage) where that has it.
 */
int64_t cg_soft_read(enum cg_soft_event event, int fd);

/* Opens the processor's cycle counter as the kernel offers it: 0 when it can be opened, else errno. */
int cg_cycles_errno(void);

#endif
