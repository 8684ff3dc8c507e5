#include "bench/stats/verdict.h"
#include "bench/stats/suite_kind.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

CG_NAMES_DEFINE(cg_suite_kind, CG_SUITE_KINDS)
CG_NAMES_DEFINE(cg_verdict, CG_VERDICTS)
CG_NAMES_DEFINE(cg_finding, CG_FINDINGS)
CG_NAMES_DEFINE(cg_attribution, CG_ATTRIBUTIONS)

int cg_guideline_number(const char *suite)
{
    int number = 0, end = 0;
    if (sscanf(suite, "g%3d%n", &number, &end) != 1 || (suite[end] != '\0' && suite[end] != ':'))
        return 0;
    return number > 0 ? number : 0;
}

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

bool cg_is_within(struct cg_estimate log_ratio, double delta)
{
    return cg_p_above(log_ratio, 1 - delta) <= CG_ALPHA && cg_p_below(log_ratio, 1 + delta) <= CG_ALPHA;
}

/* The p-values of a row: of the two ways in which it may differ the smaller, and of being the same. */
static void test_row(const struct cg_judged *row, enum cg_question question, double *differs, double *same)
{
    const double low = 1 - row->delta, high = 1 + row->delta;
    if (question == CG_DO_THEY_DIFFER) {
        *differs = fmin(cg_p_above(row->ratio, high), cg_p_below(row->ratio, low));
        *same = fmax(cg_p_above(row->ratio, low), cg_p_below(row->ratio, high));
    } else {
        *differs = fmin(cg_p_above(row->ratio, low), cg_p_below(row->ratio, low));
        *same = NAN;
    }
}

/* Of no change between quiet rounds and the others, two-sided; NAN: not known. */
static double p_of_state(const struct cg_by_state *state)
{
    return 2 * fmin(cg_p_above(state->change, 1), cg_p_below(state->change, 1));
}

/* What a row's tests say together. */
static enum cg_verdict verdict_of(const struct cg_judged *row, enum cg_question question, bool differs,
                                  bool same)
{
    const double middle = question == CG_DO_THEY_DIFFER ? 0 : log(1 - row->delta);
    if (!differs)
        return same ? CG_SAME : CG_UNCLEAR;
    if (row->ratio.mean <= middle)
        return CG_FASTER;
    return question == CG_DO_THEY_DIFFER ? CG_SLOWER : CG_NOT_FASTER;
}

bool cg_judge(struct cg_judged *rows, size_t n, enum cg_question question)
{
    double *p = calloc(3 * n + 1, sizeof *p);
    size_t *order = calloc(n + 1, sizeof *order);
    bool *reject = calloc(3 * n + 1, sizeof *reject);
    const bool enough = p && order && reject;
    for (size_t i = 0; i < n; i++)
        rows[i].verdict = CG_NO_VERDICT;
    if (enough) {
        for (size_t i = 0; i < n; i++) {
            test_row(&rows[i], question, &p[i], &p[n + i]);
            p[2 * n + i] = p_of_state(&rows[i].state);
        }
        for (size_t family = 0; family < 3; family++)
            cg_holm(p + family * n, n, CG_ALPHA, reject + family * n, order);
    }
    for (size_t i = 0; enough && i < n; i++)
        if (!isnan(p[i]))
            rows[i].verdict =
                reject[2 * n + i] ? CG_BY_MACHINE : verdict_of(&rows[i], question, reject[i], reject[n + i]);
    free(p);
    free(order);
    free(reject);
    return enough;
}

#define NARROW 0.01

bool cg_is_at_margin(const struct cg_judged *row)
{
    const double half =
        row->ratio.df > 0 ? cg_student_quantile(0.5 + CG_CONFIDENCE / 2, row->ratio.df) * row->ratio.se : NAN;
    return row->verdict == CG_UNCLEAR && exp(half) - exp(-half) < NARROW;
}

enum cg_finding cg_slope_finding(struct cg_estimate slope, const struct cg_trend_step *steps, size_t n_steps)
{
    bool within = true, falls = false, rises = false, by_machine = false;
    for (size_t i = 0; i < n_steps; i++) {
        if (steps[i].verdict == CG_NO_VERDICT)
            return CG_NO_FINDING;
        within = within && steps[i].within;
        falls = falls || steps[i].to_previous == CG_FASTER;
        rises = rises || steps[i].to_previous == CG_SLOWER;
        by_machine = by_machine || steps[i].verdict == CG_BY_MACHINE;
    }
    if (n_steps == 0)
        return CG_NO_FINDING;
    if (by_machine)
        return CG_FINDING_BY_MACHINE;
    if (within)
        return CG_NO_EFFECT;
    if (slope.processes < 2 || isnan(slope.mean) || isnan(slope.low) || isnan(slope.high))
        return CG_NO_FINDING;
    if (slope.low > 0 && steps[n_steps - 1].verdict == CG_SLOWER && !falls)
        return CG_HOLDS;
    if (slope.high < 0 && steps[n_steps - 1].verdict == CG_FASTER && !rises)
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

enum cg_finding cg_factorial_finding(enum cg_verdict both, bool within)
{
    if (both == CG_NO_VERDICT)
        return CG_NO_FINDING;
    if (both == CG_SLOWER)
        return CG_HOLDS;
    if (both == CG_FASTER)
        return CG_REVERSED;
    if (both == CG_BY_MACHINE)
        return CG_FINDING_BY_MACHINE;
    return within ? CG_NO_EFFECT : CG_FINDING_UNCLEAR;
}

bool cg_is_undecided(enum cg_finding finding)
{
    return finding == CG_FINDING_UNCLEAR || finding == CG_FINDING_BY_MACHINE;
}

enum cg_finding cg_suite_finding(const enum cg_finding *groups, size_t n)
{
    enum cg_finding decided = CG_NO_FINDING;
    bool open = false, contradictory = false, by_machine = false;
    for (size_t i = 0; i < n; i++) {
        if (groups[i] == CG_HOLDS || groups[i] == CG_REVERSED || groups[i] == CG_NO_EFFECT) {
            contradictory = contradictory || (decided != CG_NO_FINDING && decided != groups[i]);
            decided = groups[i];
        }
        contradictory = contradictory || groups[i] == CG_MIXED;
        by_machine = by_machine || groups[i] == CG_FINDING_BY_MACHINE;
        open = open || cg_is_undecided(groups[i]) || groups[i] == CG_IN_PART;
    }
    if (contradictory)
        return CG_MIXED;
    if (decided == CG_NO_FINDING)
        return by_machine ? CG_FINDING_BY_MACHINE : open ? CG_FINDING_UNCLEAR : CG_NO_FINDING;
    return open ? CG_IN_PART : decided;
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
