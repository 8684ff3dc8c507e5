/* The noise floors of this device: differences that are measured where there are none. */
#ifndef CONVGAUGE_BENCH_SCHEDULER_NOISE_FLOOR_H
#define CONVGAUGE_BENCH_SCHEDULER_NOISE_FLOOR_H

#include "bench/scheduler/session.h"

/* Two A/A floors in relative units (0.01 = 1 %): no verdict claims less. NAN: not measured. */
struct cg_noise_floors {
    double paired;       /* the same plan twice, as two cases of one run */
    double between_runs; /* what two of several separate starts may differ by: cg_floor_between_starts() */
    int starts;          /* undisturbed ones, that between_runs comes from */
    int disturbed; /* measurements that were disturbed: starts that do not count, pairs measured again */
    bool sound;    /* both are figures of an undisturbed machine, worth to be kept */
    char why[256]; /* else a sentence */
};

/* Measures both floors with a small network of the engine on one thread: about 12 s. `cpus` as in cg_job. A
 * pair of cases whose rounds were disturbed (by the flags of a run) is measured once more and its floor kept
 * as it is; a start that was disturbed, or ran at a lower frequency than the others, is replaced by another,
 * half as many as there are starts at most; with fewer than CG_FLOOR_STARTS_MIN undisturbed ones between_runs
 * is NAN. The caller keeps them with the device (bench/device/device.h). */
enum cg_status cg_noise_floors_measure(struct cg_session *session, const char *engine, enum cg_isa isa,
                                       const int *cpus, struct cg_noise_floors *floors, struct cg_error *err);

#endif
