/* How noisy the groups of earlier runs were on this device: what the length of later ones is predicted by. */
#ifndef CONVGAUGE_BENCH_COMMANDS_NOISE_SEEN_H
#define CONVGAUGE_BENCH_COMMANDS_NOISE_SEEN_H

#include "bench/device/device.h"
#include "bench/scheduler/measure.h"

/* Remembers how noisy a measured group was, in the device and in its cache (one that cannot be written is no
 * error). What says nothing of later runs is left out: caches that are not hot, sustained load, a group that
 * was interrupted. */
void cg_noise_remember(const struct cg_job *jobs, int n_jobs, const struct cg_protocol *protocol,
                       const struct cg_measurement *measurement, struct cg_device *device);

#endif
