/* A device as a results file describes it: `info`, the cache of measurements and results files have this one
 * description. */
#ifndef CONVGAUGE_BENCH_DEVICE_DEVICE_RECORD_H
#define CONVGAUGE_BENCH_DEVICE_DEVICE_RECORD_H

#include "bench/device/device.h"
#include "bench/record/record.h"

/* Gives what is known of the device to results->device, which holds as long as the device does. CG_NO_MEMORY
 * or CG_OK. */
enum cg_status cg_device_record_fill(const struct cg_device *device, struct cg_results *results,
                                     struct cg_error *err);

/* Adds what takes its time to find out to device->record: the whole topology (hwloc XML, names of this
 * machine removed), thermal zones, whether there are hardware counters, and why not; and what is to be said
 * of `cores`, the spec of --cores or NULL. CG_NO_MEMORY or CG_OK. */
enum cg_status cg_device_record_probe(struct cg_device *device, const char *cores, struct cg_error *err);

/* The way back for what was measured: peaks, bandwidths and noise floors take the place of the device's own.
 * Rows that cannot be from this program are left out. The record's texts must live as long as the device. */
void cg_device_take_measured(struct cg_device *device, const struct cg_device_record *record);

#endif
