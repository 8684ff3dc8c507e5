/* Hand-checked values of the statistics; Monte-Carlo coverage is in test_stats_coverage.c. */
#include "bench/stats/stats.h"
#include "bench/stats/verdict.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

static bool near(double a, double b, double tolerance)
{
    return fabs(a - b) <= tolerance;
}

Test(stats, student_quantiles_match_tables)
{
    static const struct {
        double p, df, t;
    } rows[] = {
        {0.975, 1, 12.706204736432095},
        {0.975, 2, 4.302652729911275},
        {0.975, 3, 3.182446305284263},
        {0.975, 4, 2.7764451051977987},
        {0.975, 7, 2.3646242510102993},
        {0.975, 30, 2.0422724563012373},
        {0.95, 3, 2.3533634348018264},
        {0.95, 7, 1.894578605061305},
        {0.995, 10, 3.1692726726169518},
        {0.9995, 3, 12.923978636687485},
        {0.975, 1e6, 1.9599663},
        {0.025, 4, -2.7764451051977987},
        {0.75, 1, 1.0},
        {0.9, 2, 1.8856180831641267},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const double t = cg_student_quantile(rows[i].p, rows[i].df);
        cr_expect(near(t, rows[i].t, 2e-7 * fabs(rows[i].t)), "p %g df %g: %.12g, not %.12g", rows[i].p,
                  rows[i].df, t, rows[i].t);
        cr_expect(near(cg_student_cdf(t, rows[i].df), rows[i].p, 1e-11), "p %g df %g goes back", rows[i].p,
                  rows[i].df);
    }
    cr_expect(cg_student_quantile(0.5, 3) == 0);
    cr_expect(isnan(cg_student_quantile(0, 3)) && isnan(cg_student_quantile(1, 3)) &&
              isnan(cg_student_quantile(0.9, 0)));
    cr_expect(near(cg_student_cdf(0, 5), 0.5, 1e-15) && cg_student_cdf(INFINITY, 5) == 1 &&
              isnan(cg_student_cdf(1, -1)));
    /* df = 1 is Cauchy's: 1/2 + atan(t)/pi; df = 2: 1/2 + t / (2 sqrt(2 + t^2)); far out in the tail as well
     */
    for (double t = -40; t <= 40; t += 0.37) {
        cr_expect(near(cg_student_cdf(t, 1), 0.5 + atan(t) / acos(-1), 1e-13));
        cr_expect(near(cg_student_cdf(t, 2), 0.5 + t / (2 * sqrt(2 + t * t)), 1e-13));
    }
}

Test(stats, summaries)
{
    double scratch[9], even[] = {4, 1, 3, 2};
    const double values[] = {5, 1, 9, 3, 7, 2, 8, 4, 6};
    const struct cg_summary s = cg_summarise(values, 9, scratch);
    cr_expect(s.n == 9 && s.median == 5 && s.min == 1 && s.max == 9 && s.mad == 2);
    cr_expect(near(s.p10, 1.8, 1e-12) && near(s.p90, 8.2, 1e-12));
    cr_expect(cg_median(even, 4) == 2.5);
    cr_expect(isnan(cg_median(even, 0)) && isnan(cg_summarise(values, 0, scratch).median) &&
              isnan(cg_mean(values, 0)));
    cr_expect(isnan(cg_sd(values, 1)) && near(cg_sd(values, 9), sqrt(7.5), 1e-12));
    const double x[] = {0, 1, 2}, y[] = {1, 3, 5}, flat[] = {2, 2, 2};
    cr_expect(near(cg_slope(x, y, 3), 2, 1e-14) && isnan(cg_slope(flat, y, 3)));
}

Test(stats, intervals_of_one_sample)
{
    const double values[] = {1, 2, 3, 4}; /* mean 2.5, sd 1.29099, t(3) 3.18245: 2.5 +- 2.05426 */
    const struct cg_interval t = cg_t_interval(values, 4, 0.95);
    cr_expect(near(t.value, 2.5, 1e-12) && near(t.low, 0.445739743239121, 1e-9) &&
              near(t.high, 4.554260256760879, 1e-9));
    cr_expect(isnan(cg_t_interval(values, 1, 0.95).low));
    double sorted[20];
    for (int i = 0; i < 20; i++)
        sorted[i] = i + 1;
    /* binomial tables: n = 5 none at 95 %, n = 6 [1, 6], n = 10 [2, 9], n = 20 [6, 15] */
    cr_expect(isnan(cg_median_interval(sorted, 5, 0.95).low));
    cr_expect(cg_median_interval(sorted, 6, 0.95).low == 1 && cg_median_interval(sorted, 6, 0.95).high == 6);
    cr_expect(cg_median_interval(sorted, 10, 0.95).low == 2 &&
              cg_median_interval(sorted, 10, 0.95).high == 9);
    cr_expect(cg_median_interval(sorted, 20, 0.95).low == 6 &&
              cg_median_interval(sorted, 20, 0.95).high == 15);
}

Test(stats, processes_are_the_top_level)
{
    /* three processes with medians 1, 2, 6; a NAN is left out */
    const double values[] = {1, 1, 50, 2, 2, -9, 6, 6, NAN};
    const int64_t process[] = {0, 0, 0, 7, 7, 7, 3, 3, 3};
    double scratch[27];
    const struct cg_estimate e = cg_estimate_over_processes(values, process, 9, scratch);
    cr_expect(e.processes == 3 && near(e.mean, 3, 1e-12) && e.df == 2 && near(e.se, sqrt(7.0 / 3), 1e-12));
    cr_expect(near(e.high - e.mean, 4.302652729911275 * e.se, 1e-9));

    const int64_t one[] = {4, 4, 4, 4, 4, 4, 4, 4, 4};
    const double rounds[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    const struct cg_estimate w = cg_estimate_over_processes(rounds, one, 9, scratch);
    cr_expect(w.processes == 1 && isnan(w.se) && w.mean == 5 && w.low == 2 && w.high == 8);
    struct cg_judged single = {.ratio = w, .delta = 0.02, .verdict = CG_SAME};
    cr_expect(cg_judge(&single, 1, CG_DO_THEY_DIFFER) && single.verdict == CG_NO_VERDICT,
              "one process gives no verdict");

    const struct cg_estimate none = cg_estimate_over_processes(values, process, 0, scratch);
    cr_expect(none.processes == 0 && isnan(none.mean) && isnan(cg_half_width(none)));
}

Test(stats, welch_difference)
{
    const double a[] = {1, 2, 3, 4}, b[] = {2, 4, 6, 8, 10};
    /* means 2.5 and 6; variances 5/3 / 4 and 10 / 5; se sqrt(0.41667 + 2); Welch's df = 5.84 / (0.17361/3 +
     * 4/4) */
    const struct cg_estimate d = cg_estimate_difference(a, 4, b, 5);
    const double va = 5.0 / 12, vb = 2.0;
    cr_expect(near(d.mean, -3.5, 1e-12) && near(d.se, sqrt(va + vb), 1e-12));
    cr_expect(near(d.df, (va + vb) * (va + vb) / (va * va / 3 + vb * vb / 4), 1e-12) && d.processes == 4);
    cr_expect(isnan(cg_estimate_difference(a, 1, b, 5).se));
}

/* A row of a ratio with a margin of 2 %. */
static struct cg_judged row_of(double ratio, double se, double df)
{
    const double half = cg_student_quantile(0.975, df) * se;
    const struct cg_estimate e = {log(ratio), se, df, (int)df + 1, log(ratio) - half, log(ratio) + half};
    return (struct cg_judged){.ratio = e, .delta = 0.02};
}

Test(stats, verdicts_with_holm)
{
    /* se 0.005, df 3. Distances beyond 2 %: p by t(3). */
    struct cg_judged e[5];
    const double ratios[] = {1.30, 0.80, 1.00, 1.035, 1.05};
    for (int i = 0; i < 5; i++)
        e[i] = row_of(ratios[i], 0.005, 3);
    cr_assert(cg_judge(e, 5, CG_DO_THEY_DIFFER));
    cr_expect(e[0].verdict == CG_SLOWER && e[1].verdict == CG_FASTER && e[2].verdict == CG_UNCLEAR);
    cr_expect(e[3].verdict == CG_UNCLEAR);
    /* alone 1.05 is SLOWER (t = 5.8, p = 0.005); so it is third in Holm's order (0.05 / 3) */
    cr_expect(e[4].verdict == CG_SLOWER);
    cr_assert(cg_judge(e + 2, 1, CG_DO_THEY_DIFFER));
    cr_expect(e[2].verdict == CG_SAME, "alone (p = 0.014) it needs no correction");
    cr_expect(
        near(cg_p_above(e[3].ratio, 1.02), 1 - cg_student_cdf((log(1.035) - log(1.02)) / 0.005, 3), 1e-12));

    const double p[] = {0.01, 0.04, 0.03, 0.005, NAN};
    bool reject[5];
    size_t order[5];
    cg_holm(p, 5, 0.05, reject, order); /* 0.005 <= 0.05/4, 0.01 <= 0.05/3, 0.03 > 0.05/2: stop */
    cr_expect(reject[3] && reject[0] && !reject[2] && !reject[1] && !reject[4]);

    /* identical processes: no spread, the side decides */
    struct cg_judged exact = row_of(1.1, 0, 3);
    cr_assert(cg_judge(&exact, 1, CG_DO_THEY_DIFFER));
    cr_expect(exact.verdict == CG_SLOWER);
    cr_expect(cg_delta(NAN) == 0.02 && cg_delta(0.01) == 0.02 && cg_delta(0.05) == 0.05 &&
              cg_delta(7) == 0.9);
}

Test(stats, guideline_findings)
{
    const struct cg_estimate up = {
        .mean = 0.1, .se = 0.01, .df = 3, .processes = 4, .low = 0.07, .high = 0.13};
    const struct cg_estimate down = {
        .mean = -0.1, .se = 0.01, .df = 3, .processes = 4, .low = -0.13, .high = -0.07};
    const struct cg_estimate flat = {
        .mean = 0, .se = 0.01, .df = 3, .processes = 4, .low = -0.03, .high = 0.03};
    const struct cg_estimate one = {.mean = 0.1, .se = NAN, .processes = 1, .low = 0.07, .high = 0.13};
    /* verdict, within the margin, against the step before */
    const struct cg_trend_step
        slower[] = {{CG_SAME, true, CG_SAME}, {CG_UNCLEAR, false, CG_UNCLEAR}, {CG_SLOWER, false, CG_SLOWER}},
        faster[] = {{CG_SAME, true, CG_SAME}, {CG_SAME, true, CG_SAME}, {CG_FASTER, false, CG_FASTER}},
        within[] = {{CG_SAME, true, CG_SAME}, {CG_UNCLEAR, true, CG_SAME}, {CG_UNCLEAR, true, CG_SAME}},
        gap[] = {
            {CG_SAME, true, CG_SAME}, {CG_NO_VERDICT, false, CG_NO_VERDICT}, {CG_SLOWER, false, CG_SLOWER}};
    cr_expect(cg_slope_finding(up, slower, 3) == CG_HOLDS);
    cr_expect(cg_slope_finding(down, faster, 3) == CG_REVERSED);
    cr_expect(cg_slope_finding(up, within, 3) == CG_NO_EFFECT, "a slope inside the margin is no effect");
    cr_expect(cg_slope_finding(flat, slower, 3) == CG_FINDING_UNCLEAR);
    cr_expect(cg_slope_finding(down, slower, 3) == CG_FINDING_UNCLEAR);
    cr_expect(cg_slope_finding(up, gap, 3) == CG_NO_FINDING);
    cr_expect(cg_slope_finding(one, slower, 3) == CG_NO_FINDING);
    cr_expect(cg_slope_finding(up, slower, 0) == CG_NO_FINDING);
    /* two steps up and one down again: the slope and the last step alone would say that it holds */
    const struct cg_trend_step back[] = {{CG_SLOWER, false, CG_SLOWER}, {CG_SLOWER, false, CG_FASTER}};
    cr_expect(cg_slope_finding(up, back, 2) == CG_FINDING_UNCLEAR);

    cr_expect(cg_factorial_finding(CG_SLOWER, false) == CG_HOLDS &&
              cg_factorial_finding(CG_UNCLEAR, true) == CG_NO_EFFECT);
    cr_expect(cg_factorial_finding(CG_FASTER, false) == CG_REVERSED &&
              cg_factorial_finding(CG_UNCLEAR, false) == CG_FINDING_UNCLEAR);
    cr_expect(cg_factorial_finding(CG_NO_VERDICT, false) == CG_NO_FINDING);
}

/* Quiet rounds give 1.00, the others 1.10: whatever the ratio over all is called, it is the machine's. */
Test(stats, quiet_rounds_and_the_others)
{
    const bool quiet[] = {true, false, true, false, true, false, false};
    const double values[] = {1, 5, 3, 7, 2, 9, 6};
    double scratch[7], a, b;
    cg_medians_by_state(values, quiet, 7, scratch, &a, &b);
    cr_expect(a == 2 && b == 6.5);
    cg_medians_by_state(values, quiet, 5, scratch, &a, &b);
    cr_expect(a == 2 && isnan(b), "two other rounds are too few");

    const double in_quiet[] = {0, 0.001, NAN, -0.001, 0.002}, in_others[] = {0.095, 0.094, 7, 0.096, 0.097};
    double room[15];
    struct cg_judged rows[] = {row_of(1.3, 0.005, 3), row_of(1.3, 0.005, 3), row_of(1, 0.001, 3)};
    rows[0].state = cg_by_state_of(in_quiet, in_others, 5, room);
    rows[2].state = cg_by_state_of(in_quiet, in_quiet, 5, room);
    cr_expect(rows[0].state.quiet.processes == 4 && near(rows[0].state.quiet.mean, 0.0005, 1e-12) &&
              near(rows[0].state.change.mean, 0.095, 1e-12) && rows[0].state.change.df == 3);
    cr_assert(cg_judge(rows, 3, CG_DO_THEY_DIFFER));
    cr_expect(rows[0].verdict == CG_BY_MACHINE && rows[1].verdict == CG_SLOWER && rows[2].verdict == CG_SAME);
    cr_assert(cg_judge(rows, 3, CG_ARE_THEY_FASTER));
    cr_expect(rows[0].verdict == CG_BY_MACHINE && rows[1].verdict == CG_NOT_FASTER);
    cr_expect(cg_by_state_of(in_quiet, in_others, 1, room).change.df == 0, "one process: not known");
    const struct cg_by_state change = cg_by_state_change(&rows[2].state, &rows[0].state);
    cr_expect(near(change.change.mean, 0.095, 1e-12) && change.change.df > 2);

    const struct cg_estimate up = {
        .mean = 0.1, .se = 0.01, .df = 3, .processes = 4, .low = 0.07, .high = 0.13};
    const struct cg_trend_step steps[] = {{CG_BY_MACHINE, true, CG_SAME}, {CG_SLOWER, false, CG_SLOWER}};
    cr_expect(cg_slope_finding(up, steps, 2) == CG_FINDING_BY_MACHINE);
    cr_expect(cg_factorial_finding(CG_BY_MACHINE, true) == CG_FINDING_BY_MACHINE);
    cr_expect(cg_is_undecided(CG_FINDING_BY_MACHINE) && !cg_is_undecided(CG_NO_EFFECT));
}

/* MIXED means contradiction; what is undecided contradicts nothing. */
Test(stats, suite_findings)
{
    static const struct {
        enum cg_finding groups[3], expected;
    } rows[] = {
        {{CG_HOLDS, CG_NO_FINDING, CG_HOLDS}, CG_HOLDS},
        {{CG_HOLDS, CG_NO_EFFECT, CG_HOLDS}, CG_MIXED},
        {{CG_REVERSED, CG_FINDING_UNCLEAR, CG_HOLDS}, CG_MIXED},
        {{CG_HOLDS, CG_FINDING_UNCLEAR, CG_HOLDS}, CG_IN_PART},
        {{CG_FINDING_UNCLEAR, CG_NO_EFFECT, CG_NO_FINDING}, CG_IN_PART},
        {{CG_FINDING_UNCLEAR, CG_FINDING_UNCLEAR, CG_NO_FINDING}, CG_FINDING_UNCLEAR},
        {{CG_NO_FINDING, CG_NO_FINDING, CG_NO_FINDING}, CG_NO_FINDING},
        {{CG_HOLDS, CG_FINDING_BY_MACHINE, CG_HOLDS}, CG_IN_PART},
        {{CG_FINDING_UNCLEAR, CG_FINDING_BY_MACHINE, CG_NO_FINDING}, CG_FINDING_BY_MACHINE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        cr_expect(cg_suite_finding(rows[i].groups, 3) == rows[i].expected, "row %zu", i);
}

/* What the paper says is faster and measures 1.029 [1.014, 1.044] is NOT FASTER, not undecided. */
Test(stats, claims_are_tested_one_sided)
{
    struct cg_judged rows[] = {row_of(1.029, 0.0047, 3), row_of(0.90, 0.005, 3), row_of(0.981, 0.005, 3)};
    cr_assert(cg_judge(rows, 3, CG_DO_THEY_DIFFER));
    cr_expect(rows[0].verdict == CG_UNCLEAR && rows[1].verdict == CG_FASTER && rows[2].verdict == CG_UNCLEAR);
    cr_assert(cg_judge(rows, 3, CG_ARE_THEY_FASTER));
    cr_expect(rows[0].verdict == CG_NOT_FASTER && rows[1].verdict == CG_FASTER &&
              rows[2].verdict == CG_UNCLEAR);
}

Test(stats, margins_of_rows_and_rows_at_the_margin)
{
    struct cg_judged rows[] = {row_of(1.04, 0.002, 7), row_of(1.04, 0.002, 7), row_of(1.021, 0.001, 7),
                               row_of(1.021, 0.004, 7)};
    rows[1].delta = 0.046;
    cr_assert(cg_judge(rows, 4, CG_DO_THEY_DIFFER));
    cr_expect(rows[0].verdict == CG_SLOWER && rows[1].verdict != CG_SLOWER);
    cr_expect(rows[2].verdict == CG_UNCLEAR && cg_is_at_margin(&rows[2]),
              "narrow: the threshold is undecided");
    cr_expect(rows[3].verdict == CG_UNCLEAR && !cg_is_at_margin(&rows[3]), "wide: the data are undecided");
    rows[2].ratio = cg_estimate_resolved(rows[2].ratio, 0.01);
    cr_expect(cg_is_at_margin(&rows[2]), "a noise floor does not make data of a threshold");
}

/* Bonferroni over the 190 pairs of 20; what it covers is simulated in test_stats_coverage.c. */
Test(stats, intervals_of_picked_ratios)
{
    const struct cg_judged row = row_of(1.02, 0.005, 7);
    const struct cg_estimate of_one = cg_estimate_among(row.ratio, 1),
                             of_many = cg_estimate_among(row.ratio, 190);
    cr_expect(near(of_one.low, row.ratio.low, 1e-12) && near(of_one.high, row.ratio.high, 1e-12));
    cr_expect(near(of_many.high - of_many.mean, cg_student_quantile(1 - 0.025 / 190, 7) * 0.005, 1e-12));
    cr_expect(isnan(cg_estimate_among(cg_unknown_estimate, 3).low));
}

/* Half widths 3 and 4 give 5; what is derived from an estimate keeps the floor. */
Test(stats, intervals_allow_for_what_a_device_cannot_resolve)
{
    struct cg_estimate e = {.mean = 1, .se = 0.01, .df = 9, .processes = 10, .low = 0.97, .high = 1.03};
    const struct cg_estimate resolved = cg_estimate_resolved(e, 0.04);
    cr_expect(near(resolved.low, 0.95, 1e-12) && near(resolved.high, 1.05, 1e-12));
    cr_expect(resolved.se == e.se && resolved.df == e.df && resolved.mean == e.mean);
    cr_expect(near(cg_p_above(resolved, 1.02), cg_p_above(e, 1.02), 1e-15), "tests have their margin");
    const double sampled = cg_student_quantile(0.975, 9) * 0.01;
    cr_expect(near(cg_estimate_among(resolved, 1).high - 1, hypot(sampled, 0.04), 1e-12));
    const struct cg_estimate change = cg_estimate_change(resolved, resolved);
    cr_expect(near(change.high, hypot(cg_student_quantile(0.975, change.df) * change.se, hypot(0.04, 0.04)),
                   1e-12));
    cr_expect(near(cg_estimate_shifted(resolved, 1).high, 2.05, 1e-12));
    cr_expect(cg_estimate_resolved(e, NAN).high == e.high && cg_estimate_resolved(e, 0).low == e.low);
    cr_expect(isnan(cg_estimate_resolved(cg_unknown_estimate, 0.04).low));
    e.se = 0;
    e.low = e.high = e.mean;
    cr_expect(cg_estimate_resolved(e, 0.04).low == e.mean, "the same by construction");
}

Test(stats, slopes_and_factorial_effects)
{
    /* two processes with exact slopes 1 and 3 over steps 0, 1, 2 */
    const double x[] = {0, 1, 2}, y[] = {0, 1, 2, 0, 3, 6};
    double scratch[2];
    const struct cg_estimate slope = cg_slope_estimate(x, y, 3, 2, scratch);
    cr_expect(near(slope.mean, 2, 1e-12) && near(slope.se, 1, 1e-12) && slope.processes == 2);

    /* cells [00 01 10 11]: a adds 1 alone and 2 beside b; b adds 3 alone and 4 beside a */
    const double cells[] = {10, 13, 11, 15, 10, 13, 11, 15};
    const struct cg_factorial f = cg_factorial_effects(cells, 2, scratch);
    cr_expect(near(f.a.mean, 1.5, 1e-12) && near(f.b.mean, 3.5, 1e-12) && near(f.interaction.mean, 1, 1e-12));
    cr_expect(near(f.both.mean, 5, 1e-12));
}

Test(stats, attribution_over_engines)
{
    static const struct {
        enum cg_finding engines[3];
        enum cg_attribution expected;
    } rows[] = {
        {{CG_HOLDS, CG_HOLDS, CG_HOLDS}, CG_ATTR_HARDWARE},
        {{CG_HOLDS, CG_HOLDS, CG_NO_EFFECT}, CG_ATTR_SOME},
        {{CG_HOLDS, CG_NO_EFFECT, CG_REVERSED}, CG_ATTR_ONE},
        {{CG_NO_EFFECT, CG_NO_EFFECT, CG_NO_EFFECT}, CG_ATTR_NO_EFFECT},
        {{CG_REVERSED, CG_REVERSED, CG_REVERSED}, CG_ATTR_REVERSED},
        {{CG_HOLDS, CG_HOLDS, CG_FINDING_UNCLEAR}, CG_ATTR_UNDECIDED},
        {{CG_HOLDS, CG_NO_EFFECT, CG_MIXED}, CG_ATTR_UNDECIDED},
        {{CG_NO_EFFECT, CG_REVERSED, CG_NO_EFFECT}, CG_ATTR_UNDECIDED},
        {{CG_HOLDS, CG_NO_FINDING, CG_NO_FINDING}, CG_ATTR_NONE},
        {{CG_HOLDS, CG_HOLDS, CG_NO_FINDING}, CG_ATTR_HARDWARE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        cr_expect(cg_attribute(rows[i].engines, 3) == rows[i].expected, "row %zu", i);
}

Test(stats, stop_rule_looks)
{
    const double narrow[] = {0.005, 0.009}, wide[] = {0.005, 0.02}, unknown[] = {0.005, NAN};
    cr_expect(cg_stop_first_look(4) == 4 && cg_stop_first_look(2) == 2 && cg_stop_first_look(8) == 6);
    cr_expect(cg_stop_first_look(9) == 9 && cg_stop_first_look(24) == 10);
    cr_expect(!cg_stop_reached(narrow, 2, 5, 8, 0.01) && cg_stop_reached(narrow, 2, 6, 8, 0.01));
    cr_expect(!cg_stop_reached(wide, 2, 7, 8, 0.01) && cg_stop_reached(wide, 2, 8, 8, 0.01));
    cr_expect(!cg_stop_reached(unknown, 2, 6, 8, 0.01));
}
