/* Event counters through PAPI, in passes of their own. What can be counted is found by adding each event and
 * counting a loop whose count is known, never by what a library reports. */
#ifndef CONVGAUGE_BENCH_DEVICE_COUNTERS_H
#define CONVGAUGE_BENCH_DEVICE_COUNTERS_H

#include "base/error.h"
#include "base/names.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CG_COUNTERS_MAX 48 /* in one set */

/* X: identifier, name. */
#define CG_COUNTER_SOURCES(X)                                                                                \
    X(CG_COUNTER_HARDWARE, "hardware")                                                                       \
    X(CG_COUNTER_SOFTWARE, "software") /* the kernel counts */                                               \
    X(CG_COUNTER_ENERGY, "energy")

CG_ENUM(cg_counter_source, CG_COUNTER_SOURCES, CG_COUNTER_SOURCE_COUNT)
CG_NAMES_DECLARE(cg_counter_source)

struct cg_counter {
    char name[64];  /* our name ("cycles", "l2_misses", "task_clock") or the native event as asked for */
    char event[96]; /* what counts it: "PAPI_TOT_CYC", "perf::PAGE-FAULTS", "getrusage"; empty: nothing */
    char unit[16];  /* "cycles", "events", "ns", "J" */
    enum cg_counter_source source;
    bool available;        /* added, started, and counted the known loop */
    double expected;       /* of the known loop; NAN when no count is known */
    double counted;        /* NAN when not available */
    double relative_error; /* counted / expected - 1; NAN when no count is known */
    char why_not[256];     /* a sentence, also what would enable it; empty when available */
};

struct cg_counter_set;

/* Opens counters by name: NULL or "default" is the default set, else a list
 * "cycles,PAPI_L2_DCM,perf::MIGRATIONS". Each is tried on its known loop. Those that do not work stay in the
 * set as unavailable (value NAN); an unknown name is CG_INVALID with the nearest names. Multiplexing is off:
 * what does not fit into the processor's counters together is counted in further passes. Counts the calling
 * process with all its threads (inherit), so open it before plans make their threads or threads
 * are pinned elsewhere. Takes some milliseconds. */
enum cg_status cg_counters_open(const char *list, struct cg_counter_set **set, struct cg_error *err);
void cg_counters_close(struct cg_counter_set **set);

/* One sentence about hardware counters as a whole: why there are none and what would enable them, or that
 * they work and with what error. */
void cg_counters_describe(const struct cg_counter_set *set, char *text, size_t size);

int cg_counters_count(const struct cg_counter_set *set);
const struct cg_counter *cg_counters_get(const struct cg_counter_set *set, int i);

/* How often the same work must be run to count everything: pass 0 .. passes-1, each start .. work .. stop. */
int cg_counters_passes(const struct cg_counter_set *set);
enum cg_status cg_counters_start(struct cg_counter_set *set, int pass, struct cg_error *err);

/* Stops and writes this pass's counters into values[] (cg_counters_count entries); others are left as they
 * are, so fill values with NAN first. */
enum cg_status cg_counters_stop(struct cg_counter_set *set, double *values, struct cg_error *err);

#endif
