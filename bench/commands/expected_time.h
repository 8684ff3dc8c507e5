/* How long a measurement will take: as long as the same one took here the last time, or what its protocol
 * allows. */
#ifndef CONVGAUGE_BENCH_COMMANDS_EXPECTED_TIME_H
#define CONVGAUGE_BENCH_COMMANDS_EXPECTED_TIME_H

#include "bench/device/device.h"
#include "report/format.h"

struct cg_expected_time {
    double seconds; /* NAN: nothing is timed */
    bool as_before; /* what the last one took; else what the protocol allows */
};

/* `key` tells the work from other work: cg_jobs_hash() and cg_protocol_hash() of all that is measured. */
struct cg_expected_time cg_expected_time(const struct cg_device *device, uint64_t key, double allowed_s);

/* Remembers what the whole of the work took, in the cache folder (one that cannot be written is no error). */
void cg_expected_time_keep(const struct cg_device *device, uint64_t key, double seconds);

/* "about 91 s, as the last time on this device", "up to about 3 min 20 s, which the protocol allows", or
 * "nothing is timed". */
struct cg_phrase cg_expected_time_text(struct cg_expected_time expected);

/* "last time", "protocol", or NULL. */
const char *cg_expected_time_source(struct cg_expected_time expected);

#endif
