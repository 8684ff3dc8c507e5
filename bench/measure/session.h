/* What a run of the program remembers from one group to the next. */
#ifndef CONVGAUGE_BENCH_MEASURE_SESSION_H
#define CONVGAUGE_BENCH_MEASURE_SESSION_H

#include "bench/measure/measure.h"
#include "bench/measure/time_model.h"

/* Reference values of one graph with its weights and input, as cg_check_case() packs them. */
struct cg_known_reference {
    uint64_t key;
    void *data;
    size_t size;
};

/* The time of one run of one job, as last measured. */
struct cg_known_time {
    uint64_t key;
    double run_ns;
};
/* How fast an engine with its options is, for predictions. */
struct cg_known_model {
    uint64_t key;
    struct cg_time_model model;
};

struct cg_session {
    struct cg_session_options options;
    uint64_t build_key; /* of the program file: what another build has computed is not believed */
    struct cg_known_reference *references;
    int n_references;
    struct cg_known_time *times;
    int n_times;
    struct cg_known_model *models;
    int n_models;
};

/* Key of what a job's output should be: graph, weights, input. */
uint64_t cg_reference_key(const struct cg_job *job);

/* Key of what a job's time depends on: all that cg_job_same_as() compares. */
uint64_t cg_job_key(const struct cg_job *job);

/* Key of the engine and the options that its speed depends on, whatever the graph. */
uint64_t cg_engine_key(const struct cg_job *job);

/* The remembered values (from this run or, for seeded weights, an earlier one on disk), or NULL. Owned by the
 * session. */
const struct cg_known_reference *cg_session_reference(struct cg_session *session, const struct cg_job *job);

/* Remembers a copy. Lack of memory or of disk space only costs time later. */
void cg_session_keep_reference(struct cg_session *session, const struct cg_job *job, const void *data,
                               size_t size);

/* 0: not known. */
double cg_session_time(const struct cg_session *session, const struct cg_job *job);
void cg_session_keep_time(struct cg_session *session, const struct cg_job *job, double run_ns);

#endif
