/* What `run` was asked for. */
#ifndef CONVGAUGE_BENCH_COMMANDS_RUN_OPTIONS_H
#define CONVGAUGE_BENCH_COMMANDS_RUN_OPTIONS_H

#include "bench/commands/options.h"
#include "bench/commands/run_plan.h"
#include "bench/device/device.h"
#include "report/report.h"

struct cg_run_options {
    struct cg_list engines, isas, fusions, caches;
    struct cg_ints threads, batches;
    const char *cores, *filter, *output, *counters;
    double precision, budget_s, sustained_min;
    int processes;
    bool quick, layers, check_only, dry_run;
    enum cg_format format;
};

/* Reads the command line. *request points into argv and `options`; without a suite after --help. Fails for
 * what makes no sense together, an engine, ISA or counter that there is not, and for timing under emulation.
 */
enum cg_status cg_run_options_read(int argc, char **argv, const struct cg_device *device,
                                   struct cg_run_options *options, struct cg_run_request *request,
                                   struct cg_error *err);

#endif
