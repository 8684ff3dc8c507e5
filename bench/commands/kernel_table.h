/* The tables of suite `kernels`. */
#ifndef CONVGAUGE_BENCH_COMMANDS_KERNEL_TABLE_H
#define CONVGAUGE_BENCH_COMMANDS_KERNEL_TABLE_H

#include "bench/commands/run_options.h"
#include "bench/record/record.h"

/* Prints what was measured to stdout: a line a kernel, with its share of the roofline bound over all shapes;
 * with --csv a line a kernel and shape, with --json the whole results file. CG_IO, CG_NO_MEMORY or CG_OK. */
enum cg_status cg_kernel_table_print(const struct cg_results *results, const struct cg_run_options *options,
                                     struct cg_error *err);

#endif
