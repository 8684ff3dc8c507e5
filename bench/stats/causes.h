/* What an effect is made of: total = rounding x rest. Pure functions. */
#ifndef CONVGAUGE_BENCH_STATS_CAUSES_H
#define CONVGAUGE_BENCH_STATS_CAUSES_H

#include "bench/stats/stats.h"

/* Logs of ratios, so that they add up. */
struct cg_causes {
    struct cg_estimate total;    /* in the widths as they are */
    struct cg_estimate rounding; /* of widths up to vector lanes: total - rest, formed inside each process */
    struct cg_estimate rest; /* of the twins, whose widths are rounded up, without what their size gives */
    struct cg_estimate size; /* what the twins' multiply-adds alone give: taken out of the rest */
};

/* From one effect a process each: of the cases, of their twins, of the baseline's shape at the twins'
 * multiply-adds (NULL: not measured; then nothing is taken out). `scratch` has room for n. */
struct cg_causes cg_causes_of(const double *total, const double *twins, const double *size, size_t n,
                              double *scratch);

/* How widths are rounded by an engine, found from times at many widths. */
struct cg_quantum {
    int quantum;      /* 4, 8, 16 or 32; 1: no sawtooth explains the times */
    double share;     /* of the time a madd at whole quanta: what is charged by whole quanta. 1: a part of a
                         quantum costs as much as a whole; less: engines have tails */
    double explained; /* share of the variance beside the smooth part that the sawtooth explains */
    int other;        /* the next best quantum, and what it explains */
    double other_explained;
};

/* Times a madd at n widths, with their relative standard errors (NULL: alike). */
struct cg_widths {
    const double *width, *cost, *error;
    size_t n;
};

#define CG_QUANTUM_WIDTHS_MIN 12 /* fewer are not fitted */

/* Fits cost = a + b / width + c / width^2 + d up(width, q) / width by least squares of relative errors, and
 * takes the q that leaves least. A sawtooth that explains less than half of what the smooth part leaves, or
 * charges less than a tenth, is none. False: too few widths. */
bool cg_quantum_fit(const struct cg_widths *at, struct cg_quantum *fit);

/* `width` rounded up to a multiple of `quantum`. */
int cg_rounded_up(int width, int quantum);

#endif
