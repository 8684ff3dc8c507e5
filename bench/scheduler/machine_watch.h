/* Watches the machine while rounds run: a stretch of rounds counts, or is run again because something
 * disturbed it. */
#ifndef CONVGAUGE_BENCH_SCHEDULER_MACHINE_WATCH_H
#define CONVGAUGE_BENCH_SCHEDULER_MACHINE_WATCH_H

#include "bench/scheduler/scheduler.h"

#include "bench/device/state.h"

/* The state of the machine is compared over stretches of at least this long: the kernel counts time in steps
 * of 1 to 10 ms, so a short round cannot be judged by itself. */
#define CG_WATCH_WINDOW_NS 250000000

/* What the state of the machine is compared with, kept while the rounds of a process run. Zero-initialise. */
struct cg_watch {
    struct cg_state_reader *reader;
    struct cg_state before;
    int64_t before_ns;
    int n_cpus;
    int counted, reruns, max_reruns; /* rounds */
};

/* Begins to watch the workers that are alive and the cpus of the active jobs. `frequency_hz` is the last one
 * measured, 0: none. */
void cg_watch_open(struct cg_scheduler *scheduler, struct cg_watch *watch, double frequency_hz);

/* Ends a stretch of rounds: reads the state, judges, files the pending samples. Returns how many rounds have
 * to be run again. */
int cg_watch_close_window(struct cg_scheduler *scheduler, struct cg_watch *watch);

#endif
