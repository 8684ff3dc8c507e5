/* When a job is warm: its warm-up begins with the check's run and ends with what is discarded before the
 * first sample. What makes the first runs slower (pages, caches, clocks, threads that start) only ever makes
 * later ones faster, so a warm-up ends when the times no longer fall: they need not agree, and noise does not
 * keep it going. Where an earlier process has found what the job settles at, it ends there, too. */
#ifndef CONVGAUGE_BENCH_WORKER_WARM_UP_H
#define CONVGAUGE_BENCH_WORKER_WARM_UP_H

#include <stdbool.h>

/* A fall of the time of a run that counts. */
#define CG_WARM_UP_FALL 0.005
/* From what is known: settled times of processes differ by so much. */
#define CG_WARM_UP_BESIDE 0.01

/* Times of a run in windows that follow each other. Zero-initialise. */
struct cg_warm_up {
    int n;
    double last[2]; /* the latest first; as far as there are any */
    double before;  /* the shortest before these */
    double known;   /* that it settled at in an earlier process; 0: unknown */
};

/* Takes in the time of a run in one more window, > 0. */
void cg_warm_up_add(struct cg_warm_up *warm_up, double run_ns);

/* Whether neither of the last two windows was faster than all before them by more than CG_WARM_UP_FALL; or
 * the last one, of two or more, differs from what is known by no more than CG_WARM_UP_BESIDE. */
bool cg_warm_up_settled(const struct cg_warm_up *warm_up);

/* The time of a run at the end: the shorter of the last two windows; after a single one, which begins cold,
 * what is known, or else its own. */
double cg_warm_up_run_ns(const struct cg_warm_up *warm_up);

#endif
