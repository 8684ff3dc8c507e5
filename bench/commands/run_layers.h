/* Per-layer times of whole networks in a run: a profile of each, after its schedule was measured. */
#ifndef CONVGAUGE_BENCH_COMMANDS_RUN_LAYERS_H
#define CONVGAUGE_BENCH_COMMANDS_RUN_LAYERS_H

#include "bench/commands/run_plan.h"
#include "bench/device/device.h"
#include "bench/record/record.h"

struct cg_run_layers_options {
    bool all_networks; /* of every suite of whole networks; else of suites that ask where the time goes */
    int processes;     /* of each profile */
    double seconds;    /* of each process */
    const struct cg_device *device; /* for the bound of layers */
    const char *cores;              /* --cores, or NULL */
};

/* Seconds that cg_run_add_layers() is expected to take for schedule `index`. */
double cg_run_layers_expected_s(const struct cg_run_plan *plan, int index,
                                const struct cg_run_layers_options *options);

/* Profiles what is wanted of schedule `index`, whose measurement is in `results` already, and fills the
 * records' layers and residual. A plan that cannot be profiled keeps an empty list, and a sentence on stderr
 * says why. Errors: CG_INTERRUPTED, CG_NO_MEMORY. */
enum cg_status cg_run_add_layers(const struct cg_run_plan *plan, int index, struct cg_session *session,
                                 const struct cg_run_layers_options *options, struct cg_results *results,
                                 struct cg_error *err);

#endif
