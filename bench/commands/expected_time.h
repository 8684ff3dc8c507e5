/* How long a measurement will take: as long as the same one took here the last time, or what its protocol
 * allows; where runs are so long that the fewest rounds take more, as long as these. */
#ifndef CONVGAUGE_BENCH_COMMANDS_EXPECTED_TIME_H
#define CONVGAUGE_BENCH_COMMANDS_EXPECTED_TIME_H

#include "bench/device/device.h"
#include "report/format.h"

enum cg_expected_from {
    CG_EXPECTED_FROM_PROTOCOL,       /* what it allows */
    CG_EXPECTED_FROM_PROTOCOL_ALONE, /* likewise, and nobody knows how long the fewest rounds take */
    CG_EXPECTED_FROM_LAST_TIME,
    CG_EXPECTED_FROM_WORK, /* what the fewest rounds take by what is to be computed */
};

struct cg_expected_time {
    double seconds; /* NAN: nothing is timed */
    enum cg_expected_from from;
};

/* `key` tells the work from other work: cg_jobs_hash() and cg_protocol_hash() of all that is measured.
 * `work_s` is what it takes where the fewest rounds take longer than is allowed; NAN unknown. */
struct cg_expected_time cg_expected_time(const struct cg_device *device, uint64_t key, double allowed_s,
                                         double work_s);

/* Remembers what the whole of the work took, in the cache folder (one that cannot be written is no error). */
void cg_expected_time_keep(const struct cg_device *device, uint64_t key, double seconds);

/* "about 91 s, as the last time on this device", "up to about 3 min 20 s, which the protocol allows", with
 * "(more where runs are long)" behind it, "about 5 min or more, by what is to be computed", or "nothing is
 * timed". */
struct cg_phrase cg_expected_time_text(struct cg_expected_time expected);

/* "last time", "protocol", "work", or NULL. */
const char *cg_expected_time_source(struct cg_expected_time expected);

#endif
