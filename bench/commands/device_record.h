/* The device and the build, as a results file has them. */
#ifndef CONVGAUGE_BENCH_COMMANDS_DEVICE_RECORD_H
#define CONVGAUGE_BENCH_COMMANDS_DEVICE_RECORD_H

#include "bench/device/device_record.h"

/* Adds what cg_device_record_fill() leaves out because it takes its time: the whole topology (hwloc XML,
 * names of this machine removed), whether there are hardware counters, and why not; and what is to be said of
 * `cores`, the spec of --cores or NULL. CG_NO_MEMORY or CG_OK. */
enum cg_status cg_device_record_probe(const struct cg_device *device, const char *cores,
                                      struct cg_results *results, struct cg_error *err);

/* Version, commit, compiler, flags, and the version of every engine that is available here. */
enum cg_status cg_build_record_fill(struct cg_results *results, struct cg_error *err);

#endif
