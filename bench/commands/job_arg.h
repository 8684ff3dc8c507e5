/* Options that say how one graph is run, as a job. */
#ifndef CONVGAUGE_BENCH_COMMANDS_JOB_ARG_H
#define CONVGAUGE_BENCH_COMMANDS_JOB_ARG_H

#include "bench/config/config.h"
#include "bench/job/job.h"

struct cg_job_words {
    const char *engine, *isa, *fusion; /* isa NULL: the best there is */
    int threads;
};

/* A job of the whole network: it starts from NHWC, so any reorder counts. `cpus` as in cg_job. CG_INVALID or
 * CG_UNAVAILABLE says which word is wrong. */
enum cg_status cg_job_arg(const struct cg_job_words *words, const struct cg_network *network, const int *cpus,
                          struct cg_job *job, struct cg_error *err);

#endif
