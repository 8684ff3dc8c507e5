/* Whether threads compute, and where they did: read from /proc/PID/task/TID/stat and the threads' own clocks,
 * without allocation. */
#ifndef CONVGAUGE_BENCH_WORKER_ASLEEP_H
#define CONVGAUGE_BENCH_WORKER_ASLEEP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct cg_watched_thread {
    int tid, fd;    /* of its stat file */
    int64_t ran_ns; /* cpu time at the last mark; -1 unknown */
};

/* Open stat files of a process's threads. Zero-initialise. */
struct cg_thread_watch {
    int n, capacity;
    struct cg_watched_thread *threads;
};

/* Opens the files of all threads that process `pid` (0: the caller's) has now, the calling thread excepted.
 * What was open before is closed. Threads that cannot be watched are left out. */
void cg_thread_watch_open(struct cg_thread_watch *watch, pid_t pid);
/* The same for threads of this process by their ids; cheap when they are watched already. */
void cg_thread_watch_follow(struct cg_thread_watch *watch, const int *tids, int n);

/* Whether both watch the same threads. */
bool cg_thread_watch_same(const struct cg_thread_watch *a, const struct cg_thread_watch *b);

void cg_thread_watch_close(struct cg_thread_watch *watch);

/* Waits until no watched thread is running or runnable, at most `limit_ns`. False: some were still awake
 * then. */
bool cg_thread_watch_wait(const struct cg_thread_watch *watch, int64_t limit_ns);

/* Notes how long each watched thread has run: threads of this process only. */
void cg_thread_watch_mark(struct cg_thread_watch *watch);

/* The cpus of the threads that have run since the mark, at most `max`: returns how many. What the kernel
 * tells is the cpu that a thread ran on last. Threads of which nothing is known are left out. */
int cg_thread_watch_ran(const struct cg_thread_watch *watch, int *cpus, int max);

#endif
