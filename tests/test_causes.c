/* What effects are made of, and quanta of widths. */
#include "bench/stats/causes.h"

#include <criterion/criterion.h>
#include <math.h>

Test(causes, total_is_rounding_times_rest)
{
    const double total[] = {0.30, 0.32, 0.31}, twins[] = {0.05, 0.06, 0.04}, size[] = {-0.02, -0.01, -0.03};
    double scratch[3];
    const struct cg_causes with = cg_causes_of(total, twins, size, 3, scratch);
    cr_expect_float_eq(with.rest.mean, 0.07, 1e-12, "%g", with.rest.mean);
    cr_expect_float_eq(with.rest.mean + with.rounding.mean, with.total.mean, 1e-12);
    cr_expect_eq(with.rounding.processes, 3);
    const struct cg_causes without = cg_causes_of(total, twins, NULL, 3, scratch);
    cr_expect_float_eq(without.rest.mean, 0.05, 1e-12);
    cr_expect(isnan(without.size.mean));
}

/* Widths 8 to 96; what a madd costs where `quantum` channels are charged for `share` of the time. */
#define WIDTHS 89
static struct cg_quantum fit_of(int quantum, double share, double overhead)
{
    double width[WIDTHS], cost[WIDTHS];
    for (int i = 0; i < WIDTHS; i++) {
        width[i] = 8 + i;
        cost[i] = 1 - share + share * cg_rounded_up(8 + i, quantum) / width[i] + overhead / width[i];
        cost[i] *= 1 + 0.01 * sin(37.0 * i); /* noise */
    }
    struct cg_quantum fit;
    cr_assert(cg_quantum_fit(&(struct cg_widths){width, cost, NULL, WIDTHS}, &fit));
    return fit;
}

Test(causes, quanta_are_found)
{
    static const int quanta[] = {4, 8, 16, 32};
    for (size_t i = 0; i < sizeof quanta / sizeof quanta[0]; i++) {
        const struct cg_quantum whole = fit_of(quanta[i], 1, 4), tails = fit_of(quanta[i], 0.6, 4);
        cr_expect_eq(whole.quantum, quanta[i], "%d", whole.quantum);
        cr_expect_float_eq(whole.share, 1, 0.1, "%g", whole.share);
        cr_expect_gt(whole.explained, whole.other_explained);
        cr_expect_eq(tails.quantum, quanta[i], "%d", tails.quantum);
        cr_expect_float_eq(tails.share, 0.6, 0.15, "%g", tails.share);
    }
    cr_expect_eq(fit_of(1, 1, 4).quantum, 1, "where nothing is rounded there is no quantum");
}

Test(causes, few_widths_are_not_fitted)
{
    const double width[] = {8, 16, 24}, cost[] = {1, 1, 1};
    struct cg_quantum fit;
    cr_expect_not(cg_quantum_fit(&(struct cg_widths){width, cost, NULL, 3}, &fit));
}
