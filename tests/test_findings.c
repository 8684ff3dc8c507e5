/* What may be said of guidelines, engines and networks: results whose times are changed by hand. */
#include "report/tables.h"
#include "tests/reported.h"
#include "tests/synthetic.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Multiplies the times of the records whose case's name holds `part`, of one engine (NULL: every). */
static void scale_times(struct cg_results *results, const char *part, const char *engine, double factor)
{
    int found = 0;
    for (int r = 0; r < results->n_records; r++) {
        struct cg_record *record = results->records[r];
        if (!strstr(record->case_name, part) || (engine && strcmp(record->setting.engine, engine) != 0))
            continue;
        for (int i = 0; i < record->samples.n; i++)
            record->samples.ns[i] = (int64_t)((double)record->samples.ns[i] * factor);
        cr_assert(cg_record_summarise(record, NULL) == CG_OK);
        found++;
    }
    cr_assert(found > 0, "no case of '%s'", part);
}

static void expect_text(const struct cg_results *results, const char *suite, const char *part, bool there)
{
    char *text = printed(results, suite, CG_FORMAT_MARKDOWN);
    cr_expect(has(text, part) == there, "'%s' in %s", part, text);
    free(text);
}

/* Two fragments far above four: the slope and the last step alone would say that it holds. */
Test(findings, a_step_back_does_not_hold)
{
    const struct synthetic options = synthetic_default();
    struct cg_results *results = synthetic_results(&options);
    struct cg_suite_views views = views_of(results, "g2");
    cr_expect_eq(views.items[0]->finding, CG_HOLDS);
    cg_suite_views_free(&views);
    scale_times(results, "g2/arm/x1/g=2", NULL, 1.25);
    views = views_of(results, "g2");
    const struct cg_suite_view *view = views.items[0];
    const struct cg_trend *trend = &view->groups[0].trends[0];
    cr_expect(trend->slope.low > 0 && view->groups[0].cases[3].verdict == CG_SLOWER);
    cr_expect_eq(trend->finding, CG_FINDING_UNCLEAR);
    cr_expect_eq(trend->against, 2);
    cr_expect_eq(view->finding, CG_IN_PART);
    cr_expect_str_eq(cg_finding_words(view).text, "HOLDS in 2 of 3");
    const struct cg_sentence said = cg_say_guideline(view);
    cr_expect(strstr(said.text, "G2 holds here in 2 of 3, undecided in 1: per madd, "), "%s", said.text);
    cr_expect(strstr(cg_say_groups(view).text, "Unclear at x1, ARM set."), "%s", cg_say_groups(view).text);
    cg_suite_views_free(&views);
    expect_text(results, "g2", "x1, ARM set: UNCLEAR (g=4 is FASTER than the step before)", true);
    cg_results_destroy(&results);
}

Test(findings, only_contradictions_are_mixed)
{
    const struct synthetic options = synthetic_default();
    struct cg_results *results = synthetic_results(&options);
    static const char *const cases[] = {"g2/arm/x1/g=2", "g2/arm/x1/g=4", "g2/arm/x1/g=8"};
    for (int i = 0; i < 3; i++)
        scale_times(results, cases[i], NULL, exp(-0.24 * (i + 1)));
    struct cg_suite_views views = views_of(results, "g2");
    cr_expect_eq(views.items[0]->groups[0].trends[0].finding, CG_REVERSED);
    cr_expect_eq(views.items[0]->finding, CG_MIXED);
    cg_suite_views_free(&views);
    cg_results_destroy(&results);
}

/* An engine that is 25 times slower says nothing of the hardware. */
Test(findings, slow_engines_have_no_part_in_the_hardware)
{
    struct synthetic options = synthetic_default();
    options.engines[1] = "onednn";
    options.engines[2] = "reference";
    struct cg_results *results = synthetic_results(&options);
    expect_text(results, "g2", "native, onednn and reference all show it.", true);
    scale_times(results, "g2/", "reference", 25);
    expect_text(results, "g2", "G2 is a property of the hardware here: native and onednn both show it.",
                true);
    expect_text(results, "g2", "reference has no part in this: its baseline takes 25 times the time", true);
    cg_results_destroy(&results);
}

/* The second group has the first one's cases under another name. */
Test(findings, what_stands_in_several_groups_counts_once)
{
    const struct synthetic options = synthetic_default();
    struct cg_results *results = synthetic_results(&options);
    struct cg_suite_record *suite = find_suite(results, "g2");
    struct cg_group_record *first = suite->groups[0], *second = suite->groups[1];
    for (int i = 0; i < first->n_cases; i++)
        second->cases[i]->graph = first->cases[i]->graph;
    struct cg_suite_views views = views_of(results, "g2");
    const struct cg_suite_view *view = views.items[0];
    cr_expect(view->groups[1].same == 0 && view->groups[2].same == 2);
    cr_expect_eq(view->counts[CG_HOLDS], 2);
    for (int i = 0; i < first->n_cases; i++) {
        const struct cg_case_view *copy = &view->groups[1].cases[i];
        cr_expect(copy->same == i && copy->verdict == view->cases[i].verdict);
    }
    cg_suite_views_free(&views);
    cg_results_destroy(&results);
}

Test(findings, the_range_of_processes_is_told)
{
    const struct synthetic options = synthetic_default();
    struct cg_results *results = synthetic_results(&options);
    expect_text(
        results, "g1",
        "Student's t over 4 processes, of ratios formed inside rounds with the noise floor, too (0.4 %).",
        true);
    for (int r = 0; r < results->n_records; r++)
        if (strstr(results->records[r]->case_name, "g1/arm/x4"))
            results->records[r]->time.processes = 15;
    expect_text(results, "g1", "Student's t over 4 to 15 processes, of ratios", true);
    cg_results_destroy(&results);
}

/* Which interval is printed, and which decides: the noise floor is in the one alone. */
Test(findings, the_interval_that_decides_is_told_from_the_printed_one)
{
    const struct synthetic options = synthetic_default();
    struct cg_results *results = synthetic_results(&options);
    expect_text(results, "g1", "Verdicts: one-sided tests without that floor, Holm over the table;", true);
    expect_text(results, "g1", "by an interval of 90 % (a printed one may reach beyond)", true);
    results->device.noise_paired = NAN;
    expect_text(results, "g1", "Verdicts: one-sided tests, Holm over the table;", true);
    expect_text(results, "g1", " floor", false);
    cg_results_destroy(&results);
}

/* Networks of one schedule are 4 % apart: a claim where the floor is that inside rounds, none between starts.
 */
Test(findings, pairs_of_other_schedules_have_the_margin_between_starts)
{
    const struct synthetic options = synthetic_default();
    struct cg_results *results = synthetic_results(&options);
    results->device.noise_paired = 0.004;
    results->device.noise_between_runs = 0.6;
    struct cg_suite_views views = views_of(results, "networks");
    struct cg_order together, apart;
    cr_assert(cg_order_of(views.items[0], &together));
    for (int r = 0; r < results->n_records; r++)
        results->records[r]->schedule += r;
    cr_assert(cg_order_of(views.items[0], &apart));
    cr_expect_eq(together.pairs, apart.pairs);
    cr_expect_gt(together.agree + together.flipped, apart.agree + apart.flipped);
    cg_suite_views_free(&views);
    cg_results_destroy(&results);
}
