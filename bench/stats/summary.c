#include "bench/stats/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int compare_doubles(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    if (isnan(x) || isnan(y))
        return isnan(x) - isnan(y);
    return (x > y) - (x < y);
}

void cg_sort(double *values, size_t n)
{
    if (n > 1)
        qsort(values, n, sizeof *values, compare_doubles);
}

double cg_quantile_sorted(const double *sorted, size_t n, double p)
{
    if (n == 0)
        return NAN;
    const double position = p * (double)(n - 1);
    const size_t below = (size_t)position;
    if (below + 1 >= n)
        return sorted[n - 1];
    return sorted[below] + (position - (double)below) * (sorted[below + 1] - sorted[below]);
}

double cg_median(double *values, size_t n)
{
    cg_sort(values, n);
    return cg_quantile_sorted(values, n, 0.5);
}

double cg_mean(const double *values, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += values[i];
    return n ? sum / (double)n : NAN;
}

double cg_sd(const double *values, size_t n)
{
    if (n < 2)
        return NAN;
    const double mean = cg_mean(values, n);
    double squares = 0;
    for (size_t i = 0; i < n; i++)
        squares += (values[i] - mean) * (values[i] - mean);
    return sqrt(squares / (double)(n - 1));
}

double cg_slope(const double *x, const double *y, size_t n)
{
    if (n < 2)
        return NAN;
    const double mean_x = cg_mean(x, n), mean_y = cg_mean(y, n);
    double xx = 0, xy = 0;
    for (size_t i = 0; i < n; i++) {
        xx += (x[i] - mean_x) * (x[i] - mean_x);
        xy += (x[i] - mean_x) * (y[i] - mean_y);
    }
    return xx > 0 ? xy / xx : NAN;
}

struct cg_summary cg_summarise(const double *values, size_t n, double *scratch)
{
    struct cg_summary s = {n, NAN, NAN, NAN, NAN, NAN, NAN};
    if (n == 0)
        return s;
    memcpy(scratch, values, n * sizeof *scratch);
    s.median = cg_median(scratch, n);
    s.min = scratch[0];
    s.max = scratch[n - 1];
    s.p10 = cg_quantile_sorted(scratch, n, 0.1);
    s.p90 = cg_quantile_sorted(scratch, n, 0.9);
    for (size_t i = 0; i < n; i++)
        scratch[i] = fabs(scratch[i] - s.median);
    s.mad = cg_median(scratch, n);
    return s;
}

struct cg_interval cg_t_interval(const double *values, size_t n, double confidence)
{
    struct cg_interval interval = {cg_mean(values, n), NAN, NAN};
    if (n >= 2) {
        const double half =
            cg_student_quantile(0.5 + confidence / 2, (double)(n - 1)) * cg_sd(values, n) / sqrt((double)n);
        interval.low = interval.value - half;
        interval.high = interval.value + half;
    }
    return interval;
}

struct cg_interval cg_median_interval(const double *sorted, size_t n, double confidence)
{
    struct cg_interval interval = {cg_quantile_sorted(sorted, n, 0.5), NAN, NAN};
    /* The largest k with P(Binomial(n, 1/2) < k) <= (1 - confidence) / 2; terms by logs, so that no n
     * underflows. */
    double log_term = -(double)n * log(2), below = 0;
    size_t k = 0;
    while (k < n) {
        below += exp(log_term);
        if (below > (1 - confidence) / 2)
            break;
        log_term += log((double)(n - k)) - log((double)(k + 1));
        k++;
    }
    if (k > 0 && 2 * k <= n) {
        interval.low = sorted[k - 1];
        interval.high = sorted[n - k];
    }
    return interval;
}
