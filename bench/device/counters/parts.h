/* Work whose events are known, what counts events, and a counter tried on such work. Internal to
 * bench/device. */
#ifndef CONVGAUGE_BENCH_DEVICE_COUNTERS_PARTS_H
#define CONVGAUGE_BENCH_DEVICE_COUNTERS_PARTS_H

#include "bench/device/counters.h"
#include "bench/device/sensors.h"

/* ---- work whose events are known beforehand ---- */

enum cg_known_loop {
    CG_LOOP_ADDS,     /* a chain of dependent additions: one cycle each */
    CG_LOOP_ADDS_ALL, /* the same: how many instructions it is */
    CG_LOOP_FMAS,     /* independent multiply-adds: two floating-point operations each */
    CG_LOOP_BRANCHES, /* branches on random bits: every second one is mispredicted */
    CG_LOOP_CHASE_L1, /* random walks over more than the first-, second-, last-level cache holds */
    CG_LOOP_CHASE_L2,
    CG_LOOP_CHASE_L3,
    CG_LOOP_SPIN,    /* a thread that spins */
    CG_LOOP_TOUCH,   /* first touches of memory pages */
    CG_LOOP_SLEEP,   /* short sleeps */
    CG_LOOP_MIGRATE, /* a thread that is bound to one cpu after another */
    CG_LOOP_COUNT
};

/* What the loop needs (tables, memory), made before counting starts; NULL without memory. Freed by
 * cg_known_loop_release, which takes NULL and clears the pointer. */
struct cg_known_work;
struct cg_known_work *cg_known_loop_prepare(enum cg_known_loop loop);
void cg_known_loop_release(struct cg_known_work **work);

/* Does the work; returns how many events it has caused, or NAN when that cannot be known here. Without work
 * (NULL) nothing is done. */
double cg_known_loop_run(const struct cg_known_work *work);

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

/* ---- a counter ---- */

enum cg_backend { CG_BY_NOTHING, CG_BY_PAPI, CG_BY_KERNEL, CG_BY_SENSOR };

struct cg_trial {
    struct cg_counter counter;
    int row; /* of the default set; -1: an event by its own name */
    enum cg_backend backend;
    enum cg_soft_event soft; /* CG_BY_KERNEL */
    int fd;                  /* CG_BY_KERNEL; -1: getrusage */
    int64_t start;           /* CG_BY_KERNEL */
    int pass, place;         /* CG_BY_PAPI: -1 until it has one; among the pass's events */
};

/* The default set: the names of its rows, which are numbered from 0; NULL beyond the last. */
const char *cg_trial_row(int row);

/* Fills a counter of that name: one of a row of the default set, or (row -1) an event by its own name. */
void cg_trial_init(struct cg_trial *trial, const char *name, int row);

/* Counts known work: sets what counts it, whether it is available, and why not. `sensors` is opened by the
 * counter that needs it and finds it NULL: the caller's to close. */
void cg_trial_run(struct cg_trial *trial, struct cg_sensors **sensors);

/* Joules by the sensors; NAN without them (NULL). */
double cg_energy_now(struct cg_sensors *sensors);

#endif
