#include "bench/stats/by_state.h"

#include <math.h>

void cg_medians_by_state(const double *values, const bool *quiet, size_t n, double *scratch,
                         double *quiet_median, double *others_median)
{
    size_t n_quiet = 0, n_others = 0;
    for (size_t i = 0; i < n; i++)
        if (quiet[i])
            scratch[n_quiet++] = values[i];
        else
            scratch[n - ++n_others] = values[i];
    *quiet_median = n_quiet >= CG_STATE_ROUNDS_MIN ? cg_median(scratch, n_quiet) : NAN;
    *others_median = n_others >= CG_STATE_ROUNDS_MIN ? cg_median(scratch + n - n_others, n_others) : NAN;
}

struct cg_by_state cg_by_state_of(const double *quiet, const double *others, size_t n, double *scratch)
{
    double *kept_quiet = scratch, *kept_others = scratch + n, *changes = scratch + 2 * n;
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (isnan(quiet[i]) || isnan(others[i]))
            continue;
        kept_quiet[kept] = quiet[i];
        kept_others[kept] = others[i];
        changes[kept++] = others[i] - quiet[i];
    }
    if (kept < CG_STATE_PROCESSES_MIN)
        return (struct cg_by_state){0};
    return (struct cg_by_state){cg_estimate_of(kept_quiet, kept), cg_estimate_of(kept_others, kept),
                                cg_estimate_of(changes, kept)};
}

struct cg_by_state cg_by_state_change(const struct cg_by_state *a, const struct cg_by_state *b)
{
    if (!(a->change.df > 0) || !(b->change.df > 0))
        return (struct cg_by_state){0};
    return (struct cg_by_state){cg_estimate_change(a->quiet, b->quiet),
                                cg_estimate_change(a->others, b->others),
                                cg_estimate_change(a->change, b->change)};
}

void cg_by_state_shift(struct cg_by_state *state, double by)
{
    state->quiet = cg_estimate_shifted(state->quiet, by);
    state->others = cg_estimate_shifted(state->others, by);
}
