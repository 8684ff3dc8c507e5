#include "bench/stats/design.h"

#include "bench/stats/stats.h"

#include <math.h>

#define MEDIAN_VARIANCE 1.5708

double cg_expected_half_width(const struct cg_spread *spread, int processes, int rounds)
{
    if (processes < 2)
        return INFINITY;
    const double unit = (spread->process_share + MEDIAN_VARIANCE / rounds) / processes;
    return cg_student_quantile(0.5 + CG_CONFIDENCE / 2, processes - 1) * spread->round_sd * sqrt(unit);
}

/* Rounds a process that the budget holds with so many processes. */
static int rounds_that_fit(const struct cg_design_limits *limits, int processes)
{
    const double rounds = (limits->budget_s / processes - limits->process_s) / limits->round_s;
    return limits->round_s > 0 ? (int)fmin(fmax(floor(rounds), 0), limits->max_rounds) : limits->max_rounds;
}

/* The fewest rounds, of at most `most`, that are precise enough with so many processes; else `most`. */
static struct cg_design design_with(const struct cg_spread *spread, const struct cg_design_limits *limits,
                                    int processes, int most)
{
    struct cg_design design = {.processes = processes, .half_width = INFINITY};
    for (int rounds = limits->min_rounds; rounds <= most && !(design.half_width <= limits->precision);
         rounds++) {
        design.rounds = rounds;
        design.half_width = cg_expected_half_width(spread, processes, rounds);
    }
    return design;
}

static double seconds(const struct cg_design_limits *limits, const struct cg_design *design)
{
    return design->processes * (limits->process_s + design->rounds * limits->round_s);
}

struct cg_design cg_design_best(const struct cg_spread *spread, const struct cg_design_limits *limits)
{
    const int fewest = limits->min_processes, fit = rounds_that_fit(limits, fewest);
    struct cg_design best = {.processes = fewest,
                             .rounds = fit < limits->least_rounds ? limits->least_rounds : fit};
    if (fit < limits->min_rounds) {
        best.half_width = cg_expected_half_width(spread, best.processes, best.rounds);
        return best;
    }
    best = design_with(spread, limits, fewest, fit);
    for (int processes = fewest + 1; processes <= limits->max_processes; processes++) {
        const int most = rounds_that_fit(limits, processes);
        if (most < limits->min_rounds)
            break;
        const struct cg_design design = design_with(spread, limits, processes, most);
        const bool enough = design.half_width <= limits->precision;
        if (best.half_width <= limits->precision ? enough && seconds(limits, &design) < seconds(limits, &best)
                                                 : design.half_width < best.half_width)
            best = design;
    }
    return best;
}
