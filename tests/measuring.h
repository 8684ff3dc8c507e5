/* What tests of the measuring have in common: a short protocol, a session with the tests' worker. */
#ifndef CONVGAUGE_TESTS_MEASURING_H
#define CONVGAUGE_TESTS_MEASURING_H

#include "bench/scheduler/measure.h"

/* Two processes of three rounds. */
struct cg_protocol short_protocol(void);

/* Sessions whose workers are CG_TEST_WORKER, without a cache on disk. */
struct cg_session *open_session_with(struct cg_session_options options);
struct cg_session *open_session(void);

/* On one thread, not bound. */
struct cg_job job_of(const struct cg_graph *graph, const char *engine);

/* What comes of measuring that group, which must not fail: cg_measurement_free(). */
struct cg_measurement measured(struct cg_session *session, struct cg_job_group group,
                               const struct cg_protocol *protocol);

int count_children(void);    /* processes that name this one as their parent */
int first_child(void);       /* the id of one of them; 0: there is none */
int count_descriptors(void); /* open ones of this process */

#endif
