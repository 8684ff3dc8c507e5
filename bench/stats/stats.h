/* Summaries, intervals and ratios: pure functions over arrays of doubles. No I/O, no allocation (callers lend
 * scratch space where sorting needs it), no state. Verdicts that rest on them stand in verdict.h, rank
 * statistics in rank.h. */
#ifndef CONVGAUGE_BENCH_STATS_STATS_H
#define CONVGAUGE_BENCH_STATS_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CG_CONFIDENCE 0.95

/* ---- distributions ---- */

/* P(T <= t) of Student's t with df > 0 degrees of freedom (need not be whole); absolute error below 1e-12. */
double cg_student_cdf(double t, double df);

/* The t with cg_student_cdf(t, df) = p, 0 < p < 1; relative error below 1e-9. NAN outside. */
double cg_student_quantile(double p, double df);

/* ---- one sample ---- */

/* Sorts ascending (NANs last). */
void cg_sort(double *values, size_t n);

/* The p-quantile of n >= 1 sorted values by linear interpolation between order statistics (type 7); NAN for n
 * = 0. */
double cg_quantile_sorted(const double *sorted, size_t n, double p);

/* The median; `values` are put in order. NAN for n = 0. */
double cg_median(double *values, size_t n);

double cg_mean(const double *values, size_t n);

/* Sample standard deviation (n - 1); NAN for n < 2. */
double cg_sd(const double *values, size_t n);

struct cg_summary {
    size_t n;
    double median, min, max, p10, p90;
    double mad; /* median absolute deviation from the median, not scaled */
};

/* Of n values; `scratch` has room for n. All NAN for n = 0. */
struct cg_summary cg_summarise(const double *values, size_t n, double *scratch);

struct cg_interval {
    double value, low, high; /* low and high NAN: no interval can be given */
};

/* Mean with Student's t interval. n = 1: no interval. */
struct cg_interval cg_t_interval(const double *values, size_t n, double confidence);

/* Median of sorted values with the interval of order statistics [x(k), x(n+1-k)] that covers at least
 * `confidence` (binomial); no interval when n is too small (n < 6 at 95 %). */
struct cg_interval cg_median_interval(const double *sorted, size_t n, double confidence);

/* ---- processes: the top level of the statistics (rule 2) ---- */

/* An estimate on the log scale: a mean over processes with its standard error. */
struct cg_estimate {
    double mean;   /* of the processes' values; NAN: nothing was measured */
    double se;     /* standard error of the mean; NAN with one process */
    double df;     /* degrees of freedom: processes - 1 (Welch's when two sets of processes are compared) */
    int processes; /* 1: "within process", an interval without a verdict */
    double low, high; /* 95 %; with one process by order statistics over its rounds */
    double floor;     /* the half width that low and high have from cg_estimate_resolved() */
};

/* Nothing was measured. */
extern const struct cg_estimate cg_unknown_estimate;

/* From one value a process. With one value low and high are NAN. */
struct cg_estimate cg_estimate_of(const double *process_values, size_t n);

/* Values that belong to processes (samples, or log-ratios formed inside rounds): one median a process, then
 * the estimate over the medians. process[i] may be any number; values that are NAN are left out. `scratch`
 * has room for 3 n doubles. With one process the interval is that of the median by order statistics. */
struct cg_estimate cg_estimate_over_processes(const double *values, const int64_t *process, size_t n,
                                              double *scratch);

/* a - b of two independent sets of processes (two starts, two files): Welch's t. `a` and `b` hold one value a
 * process. With fewer than two processes on a side there is no interval. */
struct cg_estimate cg_estimate_difference(const double *a, size_t na, const double *b, size_t nb);

/* b - a of two independent estimates, likewise; the floors of both count. */
struct cg_estimate cg_estimate_change(struct cg_estimate a, struct cg_estimate b);

/* The estimate with an interval that allows for what a device cannot resolve, too: `floor`, the relative
 * difference up to which equal cases of one run differ (its paired noise floor; NAN: not known, 0), is added
 * to the half widths, as roots of squares. Without spread (se = 0: the same by construction) nothing is
 * added. Standard error and tests stay those of the processes: within the floor of the margin a verdict is
 * as good as the machine stays the same. */
struct cg_estimate cg_estimate_resolved(struct cg_estimate estimate, double floor);

/* The estimate plus a constant: a known factor on the ratio. */
struct cg_estimate cg_estimate_shifted(struct cg_estimate estimate, double by);

/* The estimate with an interval that holds for whichever of `choices` ratios is picked by its value
 * (Bonferroni): the largest of many is mostly larger than it should be. */
struct cg_estimate cg_estimate_among(struct cg_estimate estimate, size_t choices);

/* exp() of an estimate: value, low, high of a ratio. */
struct cg_interval cg_ratio_of(struct cg_estimate estimate);

/* Half the width of an estimate's interval, relative to the ratio: exp(high - mean) - 1 or 1 - exp(low -
 * mean), whichever is wider; NAN when there is no interval. What the stop rule compares with the asked
 * precision. */
double cg_half_width(struct cg_estimate estimate);

/* The slope of y over x by least squares, n >= 2; NAN when x has no spread. */
double cg_slope(const double *x, const double *y, size_t n);

/* The slope of log time-per-madd over the steps: one least-squares slope a process, then the estimate over
 * processes. y[p * n_steps + s] is process p's log-ratio of step s to the baseline. `scratch` has room for
 * n_processes. */
struct cg_estimate cg_slope_estimate(const double *x, const double *y, size_t n_steps, size_t n_processes,
                                     double *scratch);

/* ---- the noise floor between separate starts (rule 8) ---- */

/* The scale estimator Qn of n >= 2 values: an order statistic of their differences, in the units of a
 * standard deviation. Up to half of the values may be anything. `scratch` has room for n (n - 1) / 2. NAN for
 * n < 2. */
double cg_qn(const double *values, size_t n, double *scratch);

/* One start: its estimate of log time over its processes, and whether the machine was disturbed meanwhile. */
struct cg_start {
    struct cg_estimate estimate;
    bool disturbed;
};

#define CG_FLOOR_STARTS_MIN 7 /* undisturbed starts: of fewer, Qn is a guess */

/* The difference between two starts, relative (0.01 = 1 %), that equal things exceed once in twenty times:
 * the larger of t sqrt(2) Qn of the undisturbed starts' log times (t at 95 % with the degrees of freedom that
 * Qn's own scatter amounts to), and the same from the starts' own standard errors (the median one; by itself
 * it would miss what all processes of a start share). A start that was disturbed and not noticed moves Qn
 * little. NAN with fewer than CG_FLOOR_STARTS_MIN undisturbed starts. `scratch` has room for n (n + 3) / 2.
 */
double cg_floor_between_starts(const struct cg_start *starts, size_t n, double *scratch);

/* ---- the stop rule (rule 6) ---- */

/* Looking after every process and stopping at the first narrow interval makes intervals too narrow: with
 * looks from the 3rd of 8 processes on, a 95 % interval covers 91 %. Looks that begin at the 6th process (of
 * up to 8) or the 10th (of more) keep it at 94 % or more in the worlds of tests/simulated.c, and at 93 % at
 * the noise that hurts most (tests/test_stats_coverage.c). With 6 or fewer there is one. */
int cg_stop_first_look(int max_processes);

/* Whether a group may stop after `n_processes` finished processes of at most `max_processes`: not before the
 * first look, always at the last, in between when every half width is at or below `precision`. half_widths:
 * one a ratio (one a case for groups without a baseline), from cg_half_width() over the processes so far; a
 * NAN (no interval yet) does not stop. */
bool cg_stop_reached(const double *half_widths, size_t n_ratios, int n_processes, int max_processes,
                     double precision);

#endif
