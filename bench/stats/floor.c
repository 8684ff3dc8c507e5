/* How much separate starts of one thing differ, by a scale that a few disturbed starts do not move. */
#include "bench/stats/stats.h"

#include <math.h>

/* Rousseeuw and Croux (1993): 2.2219 makes Qn consistent at the normal distribution; the factors for small n
 * make its mean right (2 to 9 as published; from 10 on the published n / (n + 1.4), n / (n + 3.8)). */
#define QN_CONSISTENT 2.2219

static double qn_small_sample(size_t n)
{
    static const double factors[] = {0, 0, 0.399, 0.994, 0.512, 0.844, 0.611, 0.857, 0.669, 0.872};
    if (n < sizeof factors / sizeof factors[0])
        return factors[n];
    return (double)n / ((double)n + (n % 2 ? 1.4 : 3.8));
}

double cg_qn(const double *values, size_t n, double *scratch)
{
    if (n < 2)
        return NAN;
    size_t pairs = 0;
    for (size_t i = 1; i < n; i++)
        for (size_t k = 0; k < i; k++)
            scratch[pairs++] = fabs(values[i] - values[k]);
    cg_sort(scratch, pairs);
    const size_t half = n / 2 + 1, rank = half * (half - 1) / 2;
    return QN_CONSISTENT * qn_small_sample(n) * scratch[rank - 1];
}

/* The median of the squared standard errors, made right for the median of a chi-squared over `df`. */
static double pooled_se(double *squares, size_t n, double df)
{
    const double median_of_unit = pow(1 - 2 / (9 * df), 3);
    return sqrt(cg_median(squares, n) / median_of_unit);
}

double cg_floor_between_starts(const struct cg_start *starts, size_t n, double *scratch)
{
    double *values = scratch, *room = scratch + n, df = 0;
    size_t usable = 0, with_se = 0;
    for (size_t i = 0; i < n; i++)
        if (!starts[i].disturbed && !isnan(starts[i].estimate.mean))
            values[usable++] = starts[i].estimate.mean;
    if (usable < CG_FLOOR_STARTS_MIN)
        return NAN;
    const double between = cg_qn(values, usable, room);
    for (size_t i = 0; i < n; i++)
        if (!starts[i].disturbed && !isnan(starts[i].estimate.se)) {
            room[with_se++] = starts[i].estimate.se * starts[i].estimate.se;
            df = starts[i].estimate.df;
        }
    /* Qn of normal values varies as the deviation of some 0.62 (n - 1) degrees of freedom does. */
    const double t = cg_student_quantile(0.5 + CG_CONFIDENCE / 2, 0.62 * (double)(usable - 1));
    double half = t * M_SQRT2 * between;
    if (with_se > 0 && df > 0) {
        const double z = cg_student_quantile(0.5 + CG_CONFIDENCE / 2, 0.5 * df * (double)with_se);
        half = fmax(half, z * M_SQRT2 * pooled_se(room, with_se, df));
    }
    return exp(half) - 1;
}
