/* One counter, tried on work whose count is known. Internal to bench/device. */
#ifndef CONVGAUGE_BENCH_DEVICE_COUNTERS_TRIAL_H
#define CONVGAUGE_BENCH_DEVICE_COUNTERS_TRIAL_H

#include "bench/device/counters.h"
#include "bench/device/counters/backends.h"
#include "bench/device/sensors.h"

enum cg_backend { CG_BY_NOTHING, CG_BY_PAPI, CG_BY_KERNEL, CG_BY_SENSOR };

struct cg_trial {
    struct cg_counter counter;
    int row; /* of the default set; -1: an event by its own name */
    enum cg_backend backend;
    enum cg_soft_event soft; /* CG_BY_KERNEL */
    int fd;                  /* CG_BY_KERNEL; -1: getrusage */
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
