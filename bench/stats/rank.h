/* How well one quantity predicts another: rank correlation, R2, prediction error, bootstrap. */
#ifndef CONVGAUGE_BENCH_STATS_RANK_H
#define CONVGAUGE_BENCH_STATS_RANK_H

#include "bench/stats/stats.h"

/* The rank, 1..n, of an item among the values, smallest first; ties share the mean of their ranks. */
double cg_rank(const double *values, size_t n, size_t item);

/* Of fewer items no rank correlation is told: chance gives 0.9 and more too often. */
#define CG_RANKED_MIN 5

/* Spearman's rank correlation (ties by mean ranks), Kendall's tau-b, both -1..1; NAN when a side has no
 * spread or n < 2. */
double cg_spearman(const double *x, const double *y, size_t n);
double cg_kendall(const double *x, const double *y, size_t n);

/* Share of the variance of log y that a straight line in log x explains; x, y > 0. */
double cg_r2_log(const double *x, const double *y, size_t n);

/* Mean absolute percentage error of predictions as a fraction (0.19 = 19 %), and the share within
 * `tolerance`. */
double cg_mape(const double *predicted, const double *measured, size_t n);
double cg_share_within(const double *predicted, const double *measured, size_t n, double tolerance);

/* Predicts y from one column or two (z NULL or not; all > 0) for every item, each by a fit to the items of
 * the other families (leave one family out). One: log y = a + b log x by least squares; two: y = a x + b z
 * with a, b >= 0, least squares of relative errors. family[i] numbers the families. Items whose rest is too
 * small to fit get NAN. */
void cg_predict_left_out(const double *x, const double *z, const double *y, const int *family, size_t n,
                         double *predicted);

/* Percentile bootstrap over n items. Deterministic in `seed`. */
struct cg_bootstrap {
    /* Computes the figures from a resample (item numbers, repeats allowed). */
    void (*statistic)(const size_t *items, size_t n, const void *context, double *values);
    const void *context;
    size_t n_values; /* figures */
    int resamples;
    uint64_t seed;
    double confidence;
};

/* intervals[j].value is figure j of the sample itself. Resamples that give NAN are left out of a figure's
 * interval; fewer than half usable: no interval. False when there is no memory. */
bool cg_bootstrap(const struct cg_bootstrap *of, size_t n, struct cg_interval *intervals);

#endif
