/* Suite `kernels` of the command run: engine native's micro-kernels by themselves. */
#ifndef CONVGAUGE_BENCH_COMMANDS_RUN_KERNELS_H
#define CONVGAUGE_BENCH_COMMANDS_RUN_KERNELS_H

#include "bench/commands/run_options.h"

#include <signal.h>

#define CG_KERNELS_SUITE  "kernels"
#define CG_KERNELS_TITLE  "Micro-kernels of engine native at the shapes of all networks"
#define CG_KERNELS_SOURCE "kernels/native/README.md"

/* Whether `kernels` is among the suites asked for. */
bool cg_run_is_kernels(const struct cg_run_request *request);

/* Checks and times every micro-kernel of the instruction sets asked for (all that this processor has) on one
 * core; prints a table, writes a results file. CG_INVALID for other suites beside it and for options that say
 * nothing here; CG_INTERRUPTED when *interrupted becomes true: what was measured is saved; CG_CHECK when a
 * kernel computes wrongly. */
enum cg_status cg_run_kernels(const struct cg_run_options *options, const struct cg_run_request *request,
                              struct cg_device *device, volatile sig_atomic_t *interrupted, int argc,
                              char **argv, struct cg_error *err);

#endif
