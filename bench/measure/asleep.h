/* Whether threads compute: read from the state in /proc/PID/task/TID/stat, without allocation. */
#ifndef CONVGAUGE_BENCH_MEASURE_ASLEEP_H
#define CONVGAUGE_BENCH_MEASURE_ASLEEP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Open stat files of a process's threads. Zero-initialise. */
struct cg_thread_watch {
    int n, capacity;
    int *fds;
};

/* Opens the files of all threads that process `pid` (0: the caller's) has now, the calling thread excepted.
 * What was open before is closed. Threads that cannot be watched are left out. */
void cg_thread_watch_open(struct cg_thread_watch *watch, pid_t pid);
void cg_thread_watch_close(struct cg_thread_watch *watch);

/* Waits until no watched thread is running or runnable, at most `limit_ns`. False: some were still awake
 * then. */
bool cg_thread_watch_wait(const struct cg_thread_watch *watch, int64_t limit_ns);

#endif
