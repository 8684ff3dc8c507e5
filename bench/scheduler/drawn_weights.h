/* Weights that are drawn from a seed, once for all processes of a run. */
#ifndef CONVGAUGE_BENCH_SCHEDULER_DRAWN_WEIGHTS_H
#define CONVGAUGE_BENCH_SCHEDULER_DRAWN_WEIGHTS_H

#include "bench/scheduler/session.h"

/* A memory file with the seeded weights of the job, the session's, or -1: each worker draws its own. So it is
 * for small sets, and for those that would take much of the memory there is. */
int cg_session_drawn_weights(struct cg_session *session, const struct cg_job *job);

#endif
