#include "bench/stats/verdict.h"
#include "bench/stats/suite_kind.h"

#include <math.h>
#include <stdlib.h>

CG_NAMES_DEFINE(cg_suite_kind, CG_SUITE_KINDS)
CG_NAMES_DEFINE(cg_verdict, CG_VERDICTS)
CG_NAMES_DEFINE(cg_finding, CG_FINDINGS)
CG_NAMES_DEFINE(cg_attribution, CG_ATTRIBUTIONS)

double cg_delta(double noise_floor)
{
    return isnan(noise_floor) ? CG_MIN_DELTA : fmin(fmax(noise_floor, CG_MIN_DELTA), CG_MAX_DELTA);
}

/* P(T >= distance / se): without spread (identical processes) the sign decides. */
static double p_of(struct cg_estimate log_ratio, double distance)
{
    if (isnan(distance) || isnan(log_ratio.se) || !(log_ratio.df > 0))
        return NAN;
    if (log_ratio.se == 0)
        return distance > 0 ? 0 : 1;
    return cg_student_cdf(-distance / log_ratio.se, log_ratio.df);
}

double cg_p_above(struct cg_estimate log_ratio, double threshold)
{
    return p_of(log_ratio, log_ratio.mean - log(threshold));
}

double cg_p_below(struct cg_estimate log_ratio, double threshold)
{
    return p_of(log_ratio, log(threshold) - log_ratio.mean);
}

void cg_holm(const double *p, size_t n, double alpha, bool *reject, size_t *order)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        reject[i] = false;
        if (isnan(p[i]))
            continue;
        size_t at = count++;
        while (at > 0 && p[order[at - 1]] > p[i]) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = i;
    }
    for (size_t i = 0; i < count && p[order[i]] <= alpha / (double)(count - i); i++)
        reject[order[i]] = true;
}

bool cg_verdicts(const struct cg_estimate *log_ratios, size_t n, double delta, enum cg_verdict *verdicts)
{
    for (size_t i = 0; i < n; i++)
        verdicts[i] = CG_NO_VERDICT;
    if (n == 0)
        return true;
    double *p = malloc(n * sizeof *p);
    size_t *order = malloc(n * sizeof *order);
    bool *reject = malloc(n * sizeof *reject);
    const bool enough = p && order && reject;
    if (enough) {
        for (size_t i = 0; i < n; i++)
            p[i] = fmin(cg_p_above(log_ratios[i], 1 + delta), cg_p_below(log_ratios[i], 1 - delta));
        cg_holm(p, n, CG_ALPHA, reject, order);
        for (size_t i = 0; i < n; i++) {
            if (isnan(p[i]))
                continue;
            const bool same = cg_p_above(log_ratios[i], 1 - delta) <= CG_ALPHA &&
                              cg_p_below(log_ratios[i], 1 + delta) <= CG_ALPHA;
            verdicts[i] = reject[i] ? (log_ratios[i].mean > 0 ? CG_SLOWER : CG_FASTER)
                          : same    ? CG_SAME
                                    : CG_UNCLEAR;
        }
    }
    free(p);
    free(order);
    free(reject);
    return enough;
}

enum cg_finding cg_slope_finding(struct cg_estimate slope, const enum cg_verdict *steps, size_t n_steps)
{
    if (n_steps == 0)
        return CG_NO_FINDING;
    bool all_same = true;
    for (size_t i = 0; i < n_steps; i++) {
        if (steps[i] == CG_NO_VERDICT)
            return CG_NO_FINDING;
        all_same = all_same && steps[i] == CG_SAME;
    }
    if (all_same)
        return CG_NO_EFFECT;
    if (slope.processes < 2 || isnan(slope.mean) || isnan(slope.low) || isnan(slope.high))
        return CG_NO_FINDING;
    if (slope.low > 0 && steps[n_steps - 1] == CG_SLOWER)
        return CG_HOLDS;
    if (slope.high < 0 && steps[n_steps - 1] == CG_FASTER)
        return CG_REVERSED;
    return CG_FINDING_UNCLEAR;
}

struct cg_factorial cg_factorial_effects(const double *log_time, size_t n_processes, double *scratch)
{
    /* Contrast weights over the cells [a=0 b=0], [0 1], [1 0], [1 1]. */
    static const double contrasts[4][4] = {
        {-0.5, -0.5, 0.5, 0.5},
        {-0.5, 0.5, -0.5, 0.5},
        {1, -1, -1, 1},
        {-1, 0, 0, 1},
    };
    struct cg_estimate effects[4];
    for (int e = 0; e < 4; e++) {
        for (size_t p = 0; p < n_processes; p++) {
            scratch[p] = 0;
            for (int cell = 0; cell < 4; cell++)
                scratch[p] += contrasts[e][cell] * log_time[p * 4 + (size_t)cell];
        }
        effects[e] = cg_estimate_of(scratch, n_processes);
    }
    return (struct cg_factorial){effects[0], effects[1], effects[2], effects[3]};
}

enum cg_finding cg_factorial_finding(const enum cg_verdict effects[3])
{
    for (int i = 0; i < 3; i++)
        if (effects[i] == CG_NO_VERDICT)
            return CG_NO_FINDING;
    if (effects[2] == CG_SLOWER)
        return CG_HOLDS;
    if (effects[2] == CG_FASTER)
        return CG_REVERSED;
    if (effects[0] == CG_SAME && effects[1] == CG_SAME && effects[2] == CG_SAME)
        return CG_NO_EFFECT;
    return CG_FINDING_UNCLEAR;
}

enum cg_finding cg_suite_finding(const enum cg_finding *groups, size_t n)
{
    enum cg_finding common = CG_NO_FINDING;
    for (size_t i = 0; i < n; i++) {
        if (groups[i] == CG_NO_FINDING)
            continue;
        if (common == CG_NO_FINDING)
            common = groups[i];
        else if (common != groups[i])
            return CG_MIXED;
    }
    return common;
}

enum cg_attribution cg_attribute(const enum cg_finding *engines, size_t n)
{
    size_t counts[CG_FINDING_COUNT] = {0}, known = 0;
    for (size_t i = 0; i < n; i++) {
        counts[engines[i]]++;
        known += engines[i] != CG_NO_FINDING;
    }
    const size_t against = counts[CG_NO_EFFECT] + counts[CG_REVERSED];
    if (known < 2)
        return CG_ATTR_NONE;
    if (counts[CG_HOLDS] == known)
        return CG_ATTR_HARDWARE;
    if (counts[CG_NO_EFFECT] == known)
        return CG_ATTR_NO_EFFECT;
    if (counts[CG_REVERSED] == known)
        return CG_ATTR_REVERSED;
    if (counts[CG_HOLDS] + against != known || counts[CG_HOLDS] == 0)
        return CG_ATTR_UNDECIDED;
    return counts[CG_HOLDS] == 1 ? CG_ATTR_ONE : CG_ATTR_SOME;
}
