/* What the files of struct cg_device share. Internal to bench/device, but for tests. */
#ifndef CONVGAUGE_BENCH_DEVICE_DEVICE_PARTS_H
#define CONVGAUGE_BENCH_DEVICE_DEVICE_PARTS_H

#include "bench/device/device.h"

/* Fills peaks, bandwidths and noise floors from the cache file of device->id, if there is a good one. */
void cg_device_cache_load(struct cg_device *device);

/* The build of this program, as stored with measurements. */
const char *cg_device_build_id(void);

/* Measurements as JSON arrays, and back (what is malformed is left out). New references. */
json_t *cg_peaks_to_json(const struct cg_device *device);
json_t *cg_bandwidths_to_json(const struct cg_device *device);
void cg_peaks_from_json(const json_t *array, struct cg_device *device);
void cg_bandwidths_from_json(const json_t *array, struct cg_device *device);

/* A number, or null when it is NAN; an integer, or null when negative; a text, or null when empty. */
json_t *cg_json_real(double value);
json_t *cg_json_count(int64_t value);
json_t *cg_json_text(const char *text);

/* How measurements of a choice of cpus are named: "all" on a machine of one class, the class when they are of
 * one, else the spec itself. */
void cg_device_cores_key(const struct cg_topology *topology, const char *spec, const int *cpus, int threads,
                         char *key, size_t size);

/* Cores (not hardware threads) that share one instance of a cache. */
int cg_cache_cores(const struct cg_topology *topology, const struct cg_cache *cache);

#endif
