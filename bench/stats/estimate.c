/* Estimates over processes, the top level of the statistics, and the stop rule. */
#include "bench/stats/stats.h"

#include <math.h>

const struct cg_estimate cg_unknown_estimate = {NAN, NAN, 0, 0, NAN, NAN, 0};

struct cg_estimate cg_estimate_of(const double *process_values, size_t n)
{
    const struct cg_interval t = cg_t_interval(process_values, n, CG_CONFIDENCE);
    return (struct cg_estimate){
        .mean = t.value,
        .se = n >= 2 ? cg_sd(process_values, n) / sqrt((double)n) : NAN,
        .df = n >= 2 ? (double)(n - 1) : 0,
        .processes = (int)n,
        .low = t.low,
        .high = t.high,
    };
}

/* Gathers the usable values of one process; returns how many. */
static size_t gather(const double *values, const int64_t *process, size_t n, int64_t wanted, double *out)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        if (process[i] == wanted && !isnan(values[i]))
            out[count++] = values[i];
    return count;
}

/* The smallest process number above `last` (or any, at the start) that has a usable value. */
static bool next_process(const double *values, const int64_t *process, size_t n, bool first, int64_t last,
                         int64_t *next)
{
    bool found = false;
    for (size_t i = 0; i < n; i++)
        if (!isnan(values[i]) && (first || process[i] > last) && (!found || process[i] < *next)) {
            *next = process[i];
            found = true;
        }
    return found;
}

struct cg_estimate cg_estimate_over_processes(const double *values, const int64_t *process, size_t n,
                                              double *scratch)
{
    double *gathered = scratch, *medians = scratch + n;
    size_t n_processes = 0, count = 0;
    int64_t current = 0;
    while (next_process(values, process, n, n_processes == 0, current, &current)) {
        count = gather(values, process, n, current, gathered);
        medians[n_processes++] = cg_median(gathered, count);
    }
    struct cg_estimate estimate = cg_estimate_of(medians, n_processes);
    if (n_processes == 1) {
        const struct cg_interval within = cg_median_interval(gathered, count, CG_CONFIDENCE);
        estimate.low = within.low;
        estimate.high = within.high;
    }
    return estimate;
}

/* Welch's t of a difference of means, from their squared standard errors; NAN: no interval. */
static struct cg_estimate welch(double mean, int processes, double var_a, double df_a, double var_b,
                                double df_b)
{
    struct cg_estimate d = {mean, NAN, 0, processes, NAN, NAN, 0};
    if (isnan(var_a + var_b))
        return d;
    d.se = sqrt(var_a + var_b);
    d.df = d.se > 0 ? pow(var_a + var_b, 2) / (var_a * var_a / df_a + var_b * var_b / df_b) : df_a + df_b;
    const double half = cg_student_quantile(0.5 + CG_CONFIDENCE / 2, d.df) * d.se;
    d.low = d.mean - half;
    d.high = d.mean + half;
    return d;
}

struct cg_estimate cg_estimate_difference(const double *a, size_t na, const double *b, size_t nb)
{
    return welch(cg_mean(a, na) - cg_mean(b, nb), (int)(na < nb ? na : nb), pow(cg_sd(a, na), 2) / (double)na,
                 (double)na - 1, pow(cg_sd(b, nb), 2) / (double)nb, (double)nb - 1);
}

struct cg_estimate cg_estimate_change(struct cg_estimate a, struct cg_estimate b)
{
    const struct cg_estimate change =
        welch(b.mean - a.mean, a.processes < b.processes ? a.processes : b.processes, a.se * a.se, a.df,
              b.se * b.se, b.df);
    return cg_estimate_resolved(change, hypot(a.floor, b.floor));
}

struct cg_estimate cg_estimate_resolved(struct cg_estimate estimate, double floor)
{
    if (!(floor > 0) || estimate.se == 0)
        return estimate;
    estimate.low = estimate.mean - hypot(estimate.mean - estimate.low, floor);
    estimate.high = estimate.mean + hypot(estimate.high - estimate.mean, floor);
    estimate.floor = hypot(estimate.floor, floor);
    return estimate;
}

struct cg_estimate cg_estimate_shifted(struct cg_estimate estimate, double by)
{
    estimate.mean += by;
    estimate.low += by;
    estimate.high += by;
    return estimate;
}

struct cg_estimate cg_estimate_among(struct cg_estimate estimate, size_t choices)
{
    const double p = 1 - (1 - CG_CONFIDENCE) / (2.0 * (double)(choices > 0 ? choices : 1));
    const double sampled = estimate.df > 0 ? cg_student_quantile(p, estimate.df) * estimate.se : NAN,
                 half = hypot(sampled, estimate.floor);
    estimate.low = estimate.mean - half;
    estimate.high = estimate.mean + half;
    return estimate;
}

struct cg_interval cg_ratio_of(struct cg_estimate estimate)
{
    return (struct cg_interval){exp(estimate.mean), exp(estimate.low), exp(estimate.high)};
}

double cg_half_width(struct cg_estimate estimate)
{
    const double up = exp(estimate.high - estimate.mean) - 1, down = 1 - exp(estimate.low - estimate.mean);
    return isnan(up) || isnan(down) ? NAN : fmax(up, down);
}

struct cg_estimate cg_slope_estimate(const double *x, const double *y, size_t n_steps, size_t n_processes,
                                     double *scratch)
{
    for (size_t p = 0; p < n_processes; p++)
        scratch[p] = cg_slope(x, y + p * n_steps, n_steps);
    return cg_estimate_of(scratch, n_processes);
}

int cg_stop_first_look(int max_processes)
{
    const int look = max_processes <= 8 ? 6 : 10;
    return look < max_processes ? look : max_processes;
}

bool cg_stop_reached(const double *half_widths, size_t n_ratios, int n_processes, int max_processes,
                     double precision)
{
    if (n_processes >= max_processes)
        return true;
    if (n_processes < cg_stop_first_look(max_processes))
        return false;
    for (size_t i = 0; i < n_ratios; i++)
        if (!(half_widths[i] <= precision))
            return false;
    return true;
}
