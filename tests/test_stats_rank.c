/* Rank statistics and prediction against values worked out by hand. */
#include "base/random.h"
#include "bench/stats/rank.h"

#include <criterion/criterion.h>
#include <math.h>

static bool near(double a, double b)
{
    return fabs(a - b) <= 1e-9;
}

Test(rank, correlations)
{
    const double x[] = {1, 2, 3, 4, 5}, y[] = {2, 1, 4, 3, 5}, tied[] = {1, 2, 2, 3, 4},
                 flat[] = {1, 1, 1, 1, 1};
    static const double ranks[] = {1, 2.5, 2.5, 4, 5};
    for (size_t i = 0; i < 5; i++)
        cr_expect_eq(cg_rank(tied, 5, i), ranks[i]);
    cr_expect(near(cg_spearman(x, y, 5), 0.8)); /* 1 - 6 * 4 / (5 * 24) */
    cr_expect(near(cg_kendall(x, y, 5), 0.6));  /* 8 agree, 2 do not */
    cr_expect(near(cg_kendall(x, tied, 5), 9 / sqrt(10 * 9)));
    cr_expect(isnan(cg_spearman(x, flat, 5)) && isnan(cg_kendall(x, flat, 5)));
    const double squares[] = {1, 4, 9, 16, 25};
    cr_expect(near(cg_r2_log(x, squares, 5), 1));
}

Test(rank, errors_of_predictions)
{
    const double predicted[] = {90, 220, 300}, measured[] = {100, 200, 300};
    cr_expect(near(cg_mape(predicted, measured, 3), 0.2 / 3));
    cr_expect(near(cg_share_within(predicted, measured, 3, 0.1), 1));
    cr_expect(near(cg_share_within(predicted, measured, 3, 0.09), 1.0 / 3));
}

Test(rank, leave_one_family_out)
{
    /* family 0 and 1 obey y = 2 x^1.5; family 2 is ten times slower and must not help its own prediction */
    double x[9], z[9], y[9], predicted[9];
    int family[9];
    for (int i = 0; i < 9; i++) {
        x[i] = i + 1;
        z[i] = 1 + (i * 7) % 5;
        family[i] = i % 3;
        y[i] = 2 * pow(x[i], 1.5) * (family[i] == 2 ? 10 : 1);
    }
    cg_predict_left_out(x, NULL, y, family, 9, predicted);
    for (int i = 0; i < 9; i++)
        if (family[i] == 2)
            cr_expect(near(predicted[i], y[i] / 10), "item %d: %g", i, predicted[i]);
    for (int i = 0; i < 9; i++)
        y[i] = 3 * x[i] + 5 * z[i];
    cg_predict_left_out(x, z, y, family, 9, predicted);
    for (int i = 0; i < 9; i++)
        cr_expect(near(predicted[i] / y[i], 1), "item %d: %g for %g", i, predicted[i], y[i]);
    /* a column that would need a negative coefficient is left out */
    for (int i = 0; i < 9; i++)
        y[i] = 100 * x[i] - z[i];
    cg_predict_left_out(x, z, y, family, 9, predicted);
    for (int i = 0; i < 9; i++)
        cr_expect(predicted[i] > 0);
    for (int i = 0; i < 9; i++)
        family[i] = 0; /* nothing left to fit to */
    cg_predict_left_out(x, NULL, y, family, 9, predicted);
    cr_expect(isnan(predicted[0]));
}

static void mean_of(const size_t *items, size_t n, const void *context, double *values)
{
    const double *data = context;
    values[0] = 0;
    for (size_t i = 0; i < n; i++)
        values[0] += data[items[i]] / (double)n;
    values[1] = NAN;
}

Test(rank, bootstrap_is_deterministic_and_sane)
{
    double data[40];
    struct cg_interval a[2], b[2];
    uint64_t seed = 3;
    for (int i = 0; i < 40; i++)
        data[i] = cg_random_uniform(&seed);
    const struct cg_bootstrap means = {mean_of, data, 2, 2000, 1, 0.95};
    cr_assert(cg_bootstrap(&means, 40, a));
    cr_assert(cg_bootstrap(&means, 40, b));
    const double half = 1.96 * cg_sd(data, 40) / sqrt(40);
    cr_expect(a[0].low == b[0].low && a[0].high == b[0].high);
    cr_expect(near(a[0].value, cg_mean(data, 40)));
    cr_expect(fabs(a[0].value - a[0].low - half) < 0.15 * half &&
              fabs(a[0].high - a[0].value - half) < 0.15 * half);
    cr_expect(isnan(a[1].value) && isnan(a[1].low));
}
