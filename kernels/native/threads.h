/* The threads that share one run: woken once a run, in step by barriers, asleep soon after it. */
#ifndef CONVGAUGE_KERNELS_NATIVE_THREADS_H
#define CONVGAUGE_KERNELS_NATIVE_THREADS_H

#include "base/error.h"

struct nv_threads;

/* `n` threads, the caller's (number 0) included; with `cpus` (n entries) each is bound, the caller too.
 * `work` runs in every thread at each nv_threads_run. */
enum cg_status nv_threads_create(int n, const int *cpus, void (*work)(void *context, int thread),
                                 void *context, struct nv_threads **threads, struct cg_error *err);

/* Runs `work` in all threads and returns when all are done. */
void nv_threads_run(struct nv_threads *threads);

/* Between runs: threads that still spin for the next one go to sleep. */
void nv_threads_settle(struct nv_threads *threads);

/* Called by all threads from within `work`: returns when all have arrived. */
void nv_threads_barrier(struct nv_threads *threads);

/* OS ids of all threads but the caller's: at most `max`; returns how many there are. */
int nv_threads_ids(const struct nv_threads *threads, int *tids, int max);

/* Takes NULL. */
void nv_threads_destroy(struct nv_threads *threads);

#endif
