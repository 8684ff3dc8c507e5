/* What counts: PAPI, the kernel's software events, the C library's accounting, energy sensors. Internal to
 * bench/device. */
#ifndef CONVGAUGE_BENCH_DEVICE_COUNTERS_BACKENDS_H
#define CONVGAUGE_BENCH_DEVICE_COUNTERS_BACKENDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- PAPI: groups of events that the processor counts together ---- */

/* Starts the library once. False with a sentence in `why` when it is not built in or does not start. */
bool cg_papi_ready(char *why, size_t size);

/* Whether the library knows an event of that name; that says nothing about counting it. */
bool cg_papi_knows(const char *event);

struct cg_papi_group;

/* An empty group: counts the calling thread, and the threads that it makes from then on where *inherit comes
 * back true. NULL when it cannot be made. */
struct cg_papi_group *cg_papi_group_make(void);
bool cg_papi_group_add(struct cg_papi_group *group, const char *event, char *why, size_t size);
/* Whether threads made later are counted too; set by the first event that is added. */
bool cg_papi_group_inherits(const struct cg_papi_group *group);
bool cg_papi_group_start(struct cg_papi_group *group, char *why, size_t size);
/* values[i]: the i-th event added. */
bool cg_papi_group_stop(struct cg_papi_group *group, long long *values);
void cg_papi_group_free(struct cg_papi_group **group);

/* ---- software events of the kernel, over the process and the threads that it makes later ---- */

#define CG_SOFT_EVENTS(X)                                                                                    \
    X(CG_SOFT_TASK_CLOCK, "perf::TASK-CLOCK")                                                                \
    X(CG_SOFT_PAGE_FAULTS, "perf::PAGE-FAULTS")                                                              \
    X(CG_SOFT_CONTEXT_SWITCHES, "perf::CONTEXT-SWITCHES")                                                    \
    X(CG_SOFT_MIGRATIONS, "perf::CPU-MIGRATIONS")

enum cg_soft_event {
#define CG_SOFT_ENUM(id, name) id,
    CG_SOFT_EVENTS(CG_SOFT_ENUM)
#undef CG_SOFT_ENUM
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
