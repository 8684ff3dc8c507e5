/* One counter, tried on work whose count is known. Internal to bench/device. */
#ifndef CONVGAUGE_BENCH_DEVICE_COUNTERS_TRIAL_H
#define CONVGAUGE_BENCH_DEVICE_COUNTERS_TRIAL_H

#include "bench/device/counters.h"
#include "bench/device/counters/backends.h"
#include "bench/device/sensors.h"

enum cg_backend { CG_BY_NOTHING, CG_BY_PAPI, CG_BY_KERNEL, CG_BY_SENSOR };

/* A sensors' sample with its reader. */
struct cg_energy {
    struct cg_sensors *sensors;
    double *values;
};

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

/* Counts known work: sets what counts it, whether it is available, and why not. `energy` is filled by the
 * counter that needs it: the caller's to release. */
void cg_trial_run(struct cg_trial *trial, struct cg_energy *energy);

/* Joules by the machine's sensors; NAN without them. */
double cg_energy_now(struct cg_energy *energy);
void cg_energy_release(struct cg_energy *energy);

#endif
