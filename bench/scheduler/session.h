/* What a run of the program remembers from one group to the next. */
#ifndef CONVGAUGE_BENCH_SCHEDULER_SESSION_H
#define CONVGAUGE_BENCH_SCHEDULER_SESSION_H

#include "base/error.h"
#include "bench/job/job.h"
#include "bench/job/measurement.h"

#include <signal.h>

/* A snapshot for a progress line. */
struct cg_progress {
    const char *phase; /* "compile", "check", "warm-up", "pilot", "rounds" */
    const char *label; /* of the current job, or "" */
    int process, max_processes;
    int round, n_rounds; /* of this process; 0 while unknown */
    double elapsed_s;    /* of this call */
    double left_s;       /* estimate for this call; NAN while unknown */
    double half_width;   /* the precision so far; NAN while unknown */
};

struct cg_session_options {
    const char *program; /* to execute as worker: NULL is this program itself (/proc/self/exe); called with
                            the arguments "worker VERSION PARENT_PID" */
    void (*progress)(const struct cg_progress *progress,
                     void *context); /* NULL: none; called between rounds */
    void *context;                   /* of progress */
    const volatile sig_atomic_t
        *interrupted;   /* NULL, or set by a signal handler: stop and keep what there is */
    bool no_disk_cache; /* checks and reference values are not remembered under XDG_CACHE_HOME/convgauge */
};

/* Reference values of one graph with its weights and input, as cg_check_case() packs them. */
struct cg_known_reference {
    uint64_t key;
    void *data;
    size_t size;
};

/* Weights of one graph and seed, in a memory file. */
struct cg_drawn_weights {
    uint64_t key;
    int fd;
};

/* What lasts over several calls: the workers' program, what has been checked, reference values, weights. Used
 * by one thread. */
struct cg_session {
    struct cg_session_options options;
    uint64_t build_key; /* of the program file: what another build has computed is not believed */
    struct cg_known_reference *references;
    int n_references, references_capacity;
    struct cg_drawn_weights *drawn;
    int n_drawn, drawn_capacity;
    int64_t drawn_bytes;
};

enum cg_status cg_session_create(const struct cg_session_options *options, struct cg_session **session,
                                 struct cg_error *err);
void cg_session_destroy(struct cg_session **session);

/* The remembered values (from this run or, for seeded weights, an earlier one on disk), or NULL. Owned by the
 * session. */
const struct cg_known_reference *cg_session_reference(struct cg_session *session, const struct cg_job *job);

/* Remembers a copy. Lack of memory or of disk space only costs time later. */
void cg_session_keep_reference(struct cg_session *session, const struct cg_job *job, const void *data,
                               size_t size);

#endif
