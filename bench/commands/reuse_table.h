/* Feature reuse (the paper's Figure 4) as a table: computed from the graphs, nothing is timed. */
#ifndef CONVGAUGE_BENCH_COMMANDS_REUSE_TABLE_H
#define CONVGAUGE_BENCH_COMMANDS_REUSE_TABLE_H

#include "bench/commands/run_plan.h"
#include "report/table.h"

/* The share of a block's output channels that reaches the block j later unchanged, as the mean over all pairs
 * of blocks so far apart, for the planned cases of a suite of kind reuse. CG_NO_MEMORY. The caller's. */
enum cg_status cg_reuse_table(const struct cg_run_plan *plan, int suite, struct cg_table **table,
                              struct cg_error *err);

#endif
