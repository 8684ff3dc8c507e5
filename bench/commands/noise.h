/* The noise floors of a device: remembered, or measured now. */
#ifndef CONVGAUGE_BENCH_COMMANDS_NOISE_H
#define CONVGAUGE_BENCH_COMMANDS_NOISE_H

#include "bench/commands/progress.h"
#include "bench/device/device.h"
#include "bench/scheduler/noise_floor.h"

/* Measures both floors on `cpu` (OS number) with the engine native, about 12 s, and puts them into the device
 * and its cache (a cache that cannot be written is no error); those of a disturbed machine are told on
 * stderr. Clears the line. On a failure the device's floors are unknown. */
enum cg_status cg_noise_floors_renew(struct cg_session *session, int cpu, struct cg_progress_line *line,
                                     struct cg_device *device, struct cg_error *err);

/* What a command does before it times: nothing when the floors are known and not too old;
 * else they are measured. Where that
 * fails verdicts rest on the margin of 2 % and stderr says so. Only an interruption and a lack of memory are
 * errors. */
enum cg_status cg_noise_floors_ensure(struct cg_session *session, int cpu, struct cg_progress_line *line,
                                      struct cg_device *device, struct cg_error *err);

#endif
