/* A worker process as the scheduler sees it. */
#ifndef CONVGAUGE_BENCH_WORKER_CHILD_H
#define CONVGAUGE_BENCH_WORKER_CHILD_H

#include "bench/worker/asleep.h"
#include "bench/worker/frame.h"
#include "bench/worker/messages.h"

#include <sys/types.h>

/* Zero-initialise. */
struct cg_child {
    bool alive;
    pid_t pid;
    int fd;
    struct cg_wire out, in; /* of the last message sent and the last answer received; kept for reuse */
    struct cg_thread_watch threads;
};

/* Starts `program` (NULL: this program) as "worker VERSION PARENT_PID" in a process group of its own, with
 * the socket as descriptor 3, its standard output joined to standard error (results go to standard output
 * only), and waits for its greeting. It dies with the caller. */
enum cg_status cg_child_start(struct cg_child *child, const char *program, struct cg_error *err);

/* Sends child->out as a message of `type` and waits at most `timeout_s` for the answer, which stands in
 * child->in behind its status. The answer's own error status is returned (the worker lives on) unless the
 * worker itself failed: then child->alive is false, the process is gone, and `err` names the signal
 * (CG_FAILED), the hang (CG_FAILED) or the broken message (CG_FAILED). CG_INTERRUPTED: the worker was killed
 * because *interrupted was set. */
enum cg_status cg_child_ask(struct cg_child *child, enum cg_message type, double timeout_s,
                            const volatile sig_atomic_t *interrupted, struct cg_error *err);

/* The two halves of it, where several workers compute at once. */
enum cg_status cg_child_send(struct cg_child *child, enum cg_message type, struct cg_error *err);
enum cg_status cg_child_receive(struct cg_child *child, enum cg_message type, double timeout_s,
                                const volatile sig_atomic_t *interrupted, struct cg_error *err);

/* Asks the worker to end and waits a second, then kills it. Harmless when it is gone; frees what it holds. */
void cg_child_stop(struct cg_child *child);

/* Kills it at once. */
void cg_child_kill(struct cg_child *child);

#endif
