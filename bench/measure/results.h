/* Storage of a measurement while it grows. */
#ifndef CONVGAUGE_BENCH_MEASURE_RESULTS_H
#define CONVGAUGE_BENCH_MEASURE_RESULTS_H

#include "bench/measure/measure.h"

/* Room for `more` further samples, so that cg_samples_add() need not allocate. False when there is no memory.
 */
bool cg_samples_reserve(struct cg_samples *samples, int more);

/* Adds to reserved room; beyond it the sample is dropped and false returned. */
bool cg_samples_add(struct cg_samples *samples, int process, int round, int64_t ns, int iterations, int cpu,
                    int placement);
bool cg_samples_copy(struct cg_samples *to, const struct cg_samples *from);
void cg_samples_free(struct cg_samples *samples);

/* Zeroes `measurement` and makes n pending results. */
enum cg_status cg_measurement_init(struct cg_measurement *measurement, int n_jobs, int baseline,
                                   struct cg_error *err);

/* Makes a result skipped: its samples go, the reason stays (the first one, if it is skipped already). */
void cg_result_skip(struct cg_job_result *result, const struct cg_error *why);

#endif
