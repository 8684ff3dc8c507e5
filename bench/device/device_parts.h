/* What the files of struct cg_device share. Internal to bench/device, but for tests. */
#ifndef CONVGAUGE_BENCH_DEVICE_DEVICE_PARTS_H
#define CONVGAUGE_BENCH_DEVICE_DEVICE_PARTS_H

#include "bench/device/device.h"

/* Fills peaks, bandwidths and noise floors from the cache file of device->id, if there is a good one. */
void cg_device_cache_load(struct cg_device *device);

/* The build of this program, as stored with measurements. */
const char *cg_device_build_id(void);

/* ---- what was measured on some cpus ---- */

struct cg_choice {
    int *cpus; /* of `threads` entries; the owner frees them */
    int threads;
    char key[32]; /* how measurements on them are named: "all" on a machine of one class, the class when they
                     are of one, else the spec itself */
};

/* Chooses cpus as cg_topology_choose() does. Whatever it returns, choice->cpus is the caller's to free(). */
enum cg_status cg_choice_make(const struct cg_topology *topology, const char *spec, int threads,
                              struct cg_choice *choice, struct cg_error *err);
/* Whether a row of that many threads and that key was measured on such a choice. */
bool cg_choice_is(const struct cg_choice *choice, int threads, const char *key);
/* The device's peak of that ISA on such a choice, or NULL. */
struct cg_peak_record *cg_peak_find(const struct cg_device *d, enum cg_isa isa,
                                    const struct cg_choice *choice);

/* What to measure, and how. */
struct cg_measuring {
    struct cg_device *device;
    const struct cg_choice *choice;
    const struct cg_device_measuring
        *asked; /* all sizes, longer, more tries, and tell; NULL: what is needed */
    /* NULL: cg_bandwidth_measure; tests tell of other machines */
    enum cg_status (*bandwidth)(int64_t working_set_bytes, const int *cpus, int threads, int64_t budget_ns,
                                struct cg_bandwidth *bandwidth, struct cg_error *err);
};
void cg_measuring_tell(const struct cg_measuring *how, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#define CG_GOOD_ENOUGH 0.97 /* of theory: then a measurement was not disturbed */

/* Measures the bandwidth of each level, in place of what the device knew of this choice. A level far larger
 * than those inside it is measured in steps: where they show that it does not hold what the system reports,
 * its rows end with what it holds, and the working set that it should have held is one of DRAM. */
enum cg_status cg_levels_measure(const struct cg_measuring *how, struct cg_error *err);

/* Of reads of working sets that grow within one level: how many of them the level held. All but the first,
 * unless the last ones come so much slower that they must come from further out. */
int cg_steps_held(const struct cg_bandwidth *steps, int n);

#endif
