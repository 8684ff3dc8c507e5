/* This program, as a results file has it. */
#ifndef CONVGAUGE_BENCH_COMMANDS_BUILD_RECORD_H
#define CONVGAUGE_BENCH_COMMANDS_BUILD_RECORD_H

#include "bench/record/record.h"

/* Version, commit, compiler, flags, and the version of every engine that is available here. CG_NO_MEMORY or
 * CG_OK. */
enum cg_status cg_build_record_fill(struct cg_results *results, struct cg_error *err);

#endif
