/* The machine that results come from: everything known about it, and what was measured of it. */
#ifndef CONVGAUGE_BENCH_DEVICE_DEVICE_H
#define CONVGAUGE_BENCH_DEVICE_DEVICE_H

#include "bench/device/emulation.h"
#include "bench/device/peak.h"
#include "bench/device/roofline.h"
#include "bench/device/timer.h"
#include "bench/device/topology.h"
#include "base/arena.h"
#include "bench/record/record.h"

#define CG_PEAKS_MAX      24 /* room in the record */
#define CG_BANDWIDTHS_MAX 48

struct cg_device {
    bool elsewhere;         /* another machine's, as a file tells: nothing of this one's */
    struct cg_arena *arena; /* of the record's texts and rows */
    /* As results files have it, but for bandwidths. What was measured comes from the cache when
     * `measured_at` is older than this process. */
    struct cg_device_record record;
    struct cg_topology topology; /* its rows are the record's */
    struct cg_emulation emulation;
    struct cg_timer timer;
    int n_bandwidths;
    struct cg_bandwidth bandwidths[CG_BANDWIDTHS_MAX];
    char not_kept[256]; /* why the cache could not be written the last time; "" when it was */
};

/* Reads what can be read without measuring (about 0.1 s) and the cached measurements of this device; `xml`
 * (NULL: this machine's) is the topology of another machine, of which is known what the file tells and
 * nothing else. Fails only on a bad xml or without memory. */
enum cg_status cg_device_read(const char *xml, struct cg_device *device, struct cg_error *err);
void cg_device_destroy(struct cg_device *device);

/* Measures peaks of every ISA and bandwidths of every level on the cores of `cores` ("all" when NULL) for 1
 * and `threads` threads (0: one a core), about 8 s, and stores them in the cache (a cache that cannot be
 * written is no error). CG_UNAVAILABLE under emulation. `progress` (may be NULL) is told what is measured
 * now. */
struct cg_device_measuring {
    const char *cores;
    int threads;
    void (*progress)(const char *what, void *context);
    void *context;
};
enum cg_status cg_device_measure(struct cg_device *device, const struct cg_device_measuring *what,
                                 struct cg_error *err);

/* Whether all that cg_device_measure() measures for this choice is there, measured by this build in the last
 * 30 days. */
bool cg_device_is_measured(const struct cg_device *device, const char *spec, int threads);

/* Makes sure that there are peaks and bandwidths for `isa` and `threads`: from the cache when they were
 * measured by this build in the last 30 days, else measured now. */
enum cg_status cg_device_ensure(struct cg_device *device, enum cg_isa isa, const char *spec, int threads,
                                struct cg_error *err);

/* Writes the device's measurements (noise floors too) into the cache; device->not_kept tells why not. */
enum cg_status cg_device_cache_store(struct cg_device *device, struct cg_error *err);

/* The roofline for an ISA and a number of threads on the cores of `spec` (NULL: "all") from what was
 * measured; false when that is missing (then its figures are NAN). */
bool cg_device_roofline(const struct cg_device *device, enum cg_isa isa, const char *spec, int threads,
                        struct cg_roofline *roofline);

/* Where reads contradict the size that the system reports of a cache (some virtual machines tell of caches
 * that they do not have): a sentence about it, and true. Nothing is planned by such a size: the roofline's
 * level ends with what reads show it to hold. */
bool cg_device_cache_note(const struct cg_device *device, char *text, size_t size);

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
