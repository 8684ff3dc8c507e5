/* A job's samples into its record. */
#ifndef CONVGAUGE_BENCH_COMMANDS_RUN_SAMPLES_H
#define CONVGAUGE_BENCH_COMMANDS_RUN_SAMPLES_H

#include "bench/job/measurement.h"
#include "bench/record/record.h"

/* Copies the samples, those of disturbed rounds and where other threads ran, and summarises them. Nothing
 * when nothing was timed. CG_NO_MEMORY or CG_OK. */
enum cg_status cg_run_add_samples(struct cg_results *results, struct cg_record *record,
                                  const struct cg_job_result *result, struct cg_error *err);

#endif
