/* Tables and sentences, from results whose truth is known. */
#include "report/answers.h"
#include "report/compare.h"
#include "report/escape.h"
#include "report/format.h"
#include "report/paper.h"
#include "report/report.h"
#include "report/tables.h"
#include "tests/synthetic.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct cg_suite_views views_of(const struct cg_results *results, const char *suite)
{
    struct cg_suite_views views;
    const struct cg_suite_record *record = find_suite(results, suite);
    cr_assert(record);
    cr_assert(cg_suite_views_create(results, record, &views, NULL) == CG_OK && views.n > 0);
    return views;
}

static char *printed(const struct cg_results *results, const char *suite, enum cg_format format)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    cr_assert(out);
    struct cg_error err = {0};
    cr_expect(cg_report_print(results, suite, format, out, &err) == CG_OK, "%s", err.text);
    fclose(out);
    return text;
}

static bool has(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

Test(report, the_papers_own_figures)
{
    cr_expect(fabs(cg_paper_slope_ratio("g1", CG_PAPER_ARM, 1, "1:12") - 1.3937) < 5e-4);
    cr_expect(fabs(cg_paper_slope_ratio("g1", CG_PAPER_GPU, 1, "1:12") - 2.0845) < 5e-4);
    cr_expect(fabs(cg_paper_slope_ratio("g3", CG_PAPER_ARM, 4, "4-fragment-parallel") - 2.3 / 2.1) < 1e-9);
    static const int both[] = {1, 1}, neither[] = {0, 0};
    cr_expect(fabs(cg_paper_factorial_ratio(CG_PAPER_ARM, 4, both, neither) - 5.4 / 5.0) < 1e-9);
    cr_expect(fabs(cg_paper_factorial_ratio(CG_PAPER_ARM, 4, neither, both) - 5.0 / 5.4) < 1e-9);
    cr_expect(cg_paper_factorial_ratio(CG_PAPER_GPU, 1, both, both) == 1);
    cr_expect(isnan(cg_paper_slope_ratio("g1", CG_PAPER_ARM, 3, "1:12")) &&
              isnan(cg_paper_slope_ratio("g9", CG_PAPER_ARM, 1, "1:12")));
    struct cg_paper_network rows[CG_PAPER_NETWORKS];
    const int n = cg_paper_networks(rows, CG_PAPER_NETWORKS);
    cr_expect(n == 39, "%d rows", n);
    cr_expect_str_eq(rows[0].id, "shufflenet_v2:0.5x");
    cr_expect(rows[0].images_per_s[CG_PAPER_GPU] == 417 * 8 && rows[0].top1_error == 39.7);
    int known = 0;
    for (int i = 0; i < n; i++)
        known += rows[i].id[0] != '\0';
    cr_expect(known == 34, "%d of 39 have a structure here", known);
    cr_expect(cg_paper_share("mobilenet_v2:1.0", CG_PAPER_ARM, "Conv") == 89);
    cr_expect(cg_paper_share("shufflenet_v1:1x_g3", CG_PAPER_GPU, "Other") == 10);
}

/* The true costs are found, said, and inside their intervals. */
Test(report, a_guideline_that_holds)
{
    const struct synthetic options = synthetic_default();
    struct cg_results *results = synthetic_results(&options);
    static const double slopes[] = {0.13, 0.12, 0.09};
    for (int i = 0; i < 3; i++) {
        const char name[] = {'g', (char)('1' + i), '\0'};
        struct cg_suite_views views = views_of(results, name);
        const struct cg_suite_view *view = views.items[0];
        cr_expect(view->finding == CG_HOLDS && view->processes == 4);
        for (int g = 0; g < view->n_groups; g++)
            for (int t = 0; t < view->groups[g].n_trends; t++)
                cr_expect(fabs(view->groups[g].trends[t].slope.mean - slopes[i]) < 0.01);
        cr_expect(view->groups[0].n_trends == (i == 2 ? 2 : 1));
        const struct cg_sentence said = cg_say_guideline(view);
        cr_expect(has(said.text, "holds here: per madd, "), "%s", said.text);
        cg_suite_views_free(&views);
    }
    struct cg_suite_views views = views_of(results, "g1");
    const struct cg_suite_view *view = views.items[0];
    const struct cg_sentence said = cg_say_guideline(view);
    cr_expect(
        has(said.text, "G1 holds here: per madd, 1:12 takes 1.3") &&
            has(said.text,
                " times the time of 1:1 at x1, ARM set; in the paper, x1, 1.39 on ARM and 2.08 on GPU."),
        "%s", said.text);
    cr_expect_str_empty(cg_say_groups(view).text);
    cg_suite_views_free(&views);
    views = views_of(results, "g4");
    view = views.items[0];
    cr_expect(view->groups[0].has_effects && fabs(view->groups[0].effects.a.mean - 0.072) < 0.01);
    cr_expect(fabs(view->groups[0].effects.b.mean - 0.048) < 0.01 &&
              fabs(view->groups[0].effects.interaction.mean) < 0.01);
    cg_suite_views_free(&views);
    cg_results_destroy(&results);
}

Test(report, no_effect_reversed_mixed_unclear_and_one_process)
{
    static const struct {
        double cost, noise;
        int processes;
        enum cg_finding finding;
        const char *says, *never;
    } rows[] = {
        {0, 0.004, 4, CG_NO_EFFECT, "G2 has no effect here (every step is within 2 %)", "holds"},
        {-0.1, 0.004, 4, CG_REVERSED, "G2 is reversed here", "holds"},
        {0.02, 0.6, 4, CG_FINDING_UNCLEAR, "G2 is unclear here: the intervals do not decide", "holds"},
        {0.13, 0.004, 1, CG_NO_FINDING, "G2 gets no verdict (one process: intervals are within process)",
         "holds"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct synthetic options = synthetic_default();
        options.guideline_cost[1] = rows[i].cost;
        options.noise = rows[i].noise;
        options.processes = rows[i].processes;
        struct cg_results *results = synthetic_results(&options);
        struct cg_suite_views views = views_of(results, "g2");
        const struct cg_suite_view *view = views.items[0];
        const struct cg_sentence said = cg_say_guideline(view);
        cr_expect(view->finding == rows[i].finding, "row %zu: %s", i, cg_finding_name(view->finding));
        cr_expect(has(said.text, rows[i].says) && !has(said.text, rows[i].never), "row %zu: %s", i,
                  said.text);
        cg_suite_views_free(&views);
        cg_results_destroy(&results);
    }
}

Test(report, engines_are_told_apart)
{
    struct synthetic options = synthetic_default();
    options.engines[1] = "onednn";
    options.engines[2] = "xnnpack";
    options.engine_cost[2] = 0;
    struct cg_results *results = synthetic_results(&options);
    char *text = printed(results, "g1", CG_FORMAT_TEXT);
    cr_expect(has(text, "G1 is shown by native and onednn, not by xnnpack."), "%s", text);
    free(text);
    cg_results_destroy(&results);
    options.engine_cost[1] = 0;
    results = synthetic_results(&options);
    text = printed(results, "g1", CG_FORMAT_TEXT);
    cr_expect(has(text, "G1 is a property of engine native here: onednn and xnnpack do not show it."), "%s",
              text);
    free(text);
    cg_results_destroy(&results);

    const struct cg_suite_record suite = {.name = "g2"};
    struct cg_shown shown = {3, {"native", "onednn", "xnnpack"}, {CG_HOLDS, CG_HOLDS, CG_HOLDS}};
    cr_expect_str_eq(cg_say_attribution(&suite, &shown).text,
                     "G2 is a property of the hardware here: native, onednn and xnnpack all show it.");
    shown.findings[1] = CG_MIXED;
    shown.findings[2] = CG_NO_EFFECT;
    cr_expect_str_eq(cg_say_attribution(&suite, &shown).text,
                     "G2 is shown by native, not by xnnpack; contradictory with onednn.");
    shown.n = 1;
    cr_expect_str_empty(cg_say_attribution(&suite, &shown).text);
}

/* Several engines: each against the first, case by case, and where it is faster. */
Test(report, engines_stand_against_the_first)
{
    struct synthetic options = synthetic_default();
    options.engines[1] = "onednn";
    options.engines[2] = "xnnpack";
    options.engine_cost[2] = 0;
    struct cg_results *results = synthetic_results(&options);
    struct cg_suite_record *suite = find_suite(results, "g1");
    char *text = printed(results, "g1", CG_FORMAT_TEXT);
    cr_expect(has(text, "engine against engine"), "%s", text);
    free(text);
    suite->kind = CG_KIND_PLAIN;
    suite->title = "Peers";
    int cases = 0;
    for (int g = 0; g < suite->n_groups; g++)
        cases += suite->groups[g]->n_cases;
    text = printed(results, "g1", CG_FORMAT_TEXT);
    cr_expect(has(text, "Peers (engine against engine)") && has(text, "ratios of time to native"), "%s",
              text);
    char same[160];
    snprintf(same, sizeof same, "onednn against native: FASTER at 0, SAME at %d, SLOWER at 0, UNCLEAR at 0",
             cases);
    cr_expect(has(text, same), "%s", text);
    cr_expect(has(text, "xnnpack against native: FASTER at ") &&
                  !has(text, "xnnpack against native: FASTER at 0,"),
              "%s", text);
    cr_expect(has(text, "xnnpack is faster than native at ") && !has(text, "onednn is faster than"), "%s",
              text);
    free(text);
    cg_results_destroy(&results);
}

/* Engines stand side by side under one instruction set only, and each that was measured has its tables. */
Test(report, instruction_sets_are_not_mixed)
{
    struct synthetic options = synthetic_default();
    options.engines[1] = "onednn";
    options.threads[1] = 2;
    struct cg_results *results = synthetic_results(&options);
    for (int i = 0; i < results->n_records; i++) {
        struct cg_setting *setting = &results->records[i]->setting;
        if (setting->threads == 2)
            setting->isa = CG_ISA_AVX2;
        setting->threads = 1;
    }
    char *text = printed(results, "g1", CG_FORMAT_TEXT);
    cr_expect(has(text, "1 thread, fusion full, avx512;") && has(text, "1 thread, fusion full, avx2;"), "%s",
              text);
    free(text);
    for (int i = 0; i < results->n_records; i++) {
        struct cg_setting *setting = &results->records[i]->setting;
        setting->isa = strcmp(setting->engine, "native") == 0 ? CG_ISA_AVX512 : CG_ISA_AVX2;
    }
    text = printed(results, "g1", CG_FORMAT_TEXT);
    cr_expect_not(has(text, "engine against engine"), "%s", text);
    free(text);
    cg_results_destroy(&results);
}

Test(report, engines_are_told_apart_in_words)
{
    static const struct {
        enum cg_finding findings[3];
        const char *sentence, *short_form;
    } rows[] = {
        {{CG_NO_EFFECT, CG_NO_EFFECT, CG_NO_EFFECT},
         "G2 has no effect here with any of native, onednn and xnnpack.",
         "no effect"},
        {{CG_HOLDS, CG_HOLDS, CG_REVERSED},
         "G2 is shown by native and onednn; reversed with xnnpack.",
         "shown by native and onednn; reversed with xnnpack"},
        {{CG_NO_EFFECT, CG_HOLDS, CG_REVERSED},
         "G2 is a property of engine onednn here: native and xnnpack do not show it, it is reversed with "
         "xnnpack.",
         "property of onednn; reversed with xnnpack"},
        {{CG_NO_EFFECT, CG_REVERSED, CG_NO_EFFECT},
         "G2 is shown throughout by no engine: no effect with native and xnnpack; reversed with onednn.",
         "no effect with native and xnnpack; reversed with onednn"},
        {{CG_MIXED, CG_FINDING_UNCLEAR, CG_HOLDS},
         "G2 is shown by xnnpack; contradictory with native; unclear with onednn.",
         "shown by xnnpack; contradictory with native; unclear with onednn"},
        {{CG_FINDING_UNCLEAR, CG_FINDING_UNCLEAR, CG_NO_FINDING},
         "G2 is shown throughout by no engine: unclear with native and onednn.",
         "unclear"},
        {{CG_HOLDS, CG_HOLDS, CG_NO_FINDING},
         "G2 is a property of the hardware here: native and onednn both show it.",
         "property of the hardware"},
    };
    const struct cg_suite_record suite = {.name = "g2"};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct cg_shown shown = {3, {"native", "onednn", "xnnpack"}, {0}};
        memcpy(shown.findings, rows[i].findings, sizeof rows[i].findings);
        cr_expect_str_eq(cg_say_attribution(&suite, &shown).text, rows[i].sentence);
        cr_expect_str_eq(cg_say_shown_by(&shown).text, rows[i].short_form);
    }
    static const struct cg_said places[] = {{{"x1"}, {"property of the hardware"}},
                                            {{"x2"}, {"no effect"}},
                                            {{"x4"}, {"property of the hardware"}}};
    cr_expect_str_eq(cg_say_places(places, 3).text, "At x1; x4: property of the hardware. At x2: no effect.");
}

Test(report, fusion_is_told_engine_by_engine)
{
    struct synthetic options = synthetic_default();
    options.engines[1] = "onednn";
    options.engine_cost[1] = 0;
    struct cg_results *results = synthetic_results(&options);
    char *text = printed(results, "g4", CG_FORMAT_TEXT);
    cr_expect(has(text, "G4 over fusion") && has(text, "lessens the cost") &&
                  has(text, "nothing to take away"),
              "%s", text);
    cr_expect(has(text, "G4 holds with native, with and without fusion of operations."), "%s", text);
    const char *first = strstr(text, "G4 holds here with and without fusion of operations.");
    cr_expect(first && !has(first + 1, "G4 holds here with"), "said once, where there is no fusion: %s",
              text);
    free(text);
    cg_results_destroy(&results);

    const struct cg_suite_record suite = {.name = "g4"};
    static const struct cg_shown none = {3,
                                         {"native", "onednn", "xnnpack"},
                                         {CG_HOLDS, CG_HOLDS, CG_IN_PART},
                                         {{""}, {""}, {"HOLDS in 5 of 8"}}};
    static const struct cg_shown shown = {
        3, {"native", "onednn", "xnnpack"}, {CG_NO_EFFECT, CG_NO_EFFECT, CG_MIXED}, {{""}}};
    cr_expect_str_eq(
        cg_say_fusion(&suite, &shown, &none).text,
        "G4 is a matter of fusion with native and onednn: it holds where every operation runs by itself, "
        "and has no effect where the engine fuses. G4 with xnnpack: MIXED with fusion, HOLDS in 5 of 8 "
        "where every operation runs by itself.");
}

Test(report, tables_fit_a_terminal)
{
    struct synthetic options = synthetic_default();
    options.engines[1] = "onednn";
    options.threads[1] = 2;
    struct cg_results *results = synthetic_results(&options);
    struct cg_tables tables = {0};
    for (int s = 0; s < results->n_suites; s++)
        cg_tables_of_suite(results, results->suites[s], &tables);
    cr_expect(!tables.failed && tables.n > 20);
    for (int width = 80; width <= 120; width += 20)
        for (int i = 0; i < tables.n; i++) {
            char *text = NULL;
            size_t size;
            FILE *out = open_memstream(&text, &size);
            cr_assert(cg_table_print(tables.items[i], CG_FORMAT_TEXT, width, out, NULL) == CG_OK);
            fclose(out);
            for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
                cr_expect(cg_text_width(line) <= width && line[strlen(line) - 1] != ' ', "%s at %d: '%s'",
                          tables.items[i]->id, width, line);
            free(text);
        }
    cg_tables_free(&tables);
    cg_results_destroy(&results);
}

Test(report, forms_of_tables)
{
    const struct synthetic options = synthetic_default();
    struct cg_results *results = synthetic_results(&options);
    char *json = printed(results, NULL, CG_FORMAT_JSON);
    json_t *root = json_loads(json, 0, NULL);
    cr_assert(root, "JSON parses");
    const json_t *row =
        json_array_get(json_object_get(json_array_get(json_object_get(root, "tables"), 2), "rows"), 3);
    const double value =
        json_number_value(json_object_get(json_object_get(row, "time_per_madd_ratio"), "value"));
    cr_expect(fabs(log(value) - 0.13 * log(12)) < 0.02, "%g", value);
    cr_expect(json_number_value(json_object_get(row, "paper_arm_ratio")) > 1.3);
    json_decref(root);
    free(json);
    char *csv = printed(results, "networks", CG_FORMAT_CSV);
    cr_expect(
        strncmp(csv, "table,section,network,madds,params,time_ns,time_ns_ci_low,time_ns_ci_high,", 70) == 0);
    cr_expect(has(csv, ",40480000,"));
    free(csv);
    char *markdown = printed(results, "networks", CG_FORMAT_MARKDOWN);
    cr_expect(has(markdown, "| DenseNet (stand-in) 1x \xe2\x80\xa0 |") &&
              has(markdown, "- \xe2\x80\xa0 A reconstruction"));
    cr_expect(has(markdown, "**Of ") && has(markdown, "pairs of networks"));
    free(markdown);
    cg_results_destroy(&results);
}

/* What was not measured has no column among the answers; each answer is emphasised, its causes are not. */
Test(report, answers_show_what_was_measured)
{
    const struct synthetic options = synthetic_default();
    struct cg_results *results = synthetic_results(&options);
    struct cg_table *table = cg_table_of_answers(results);
    bool lanes = false, papers = false;
    for (int c = 0; c < table->n_columns; c++) {
        lanes = lanes || strcmp(table->columns[c].key, "lanes") == 0;
        papers = papers || strcmp(table->columns[c].key, "paper_widths") == 0;
    }
    cr_expect(!lanes && papers && table->n_sentences == 4);
    char *html = NULL;
    size_t size;
    FILE *out = open_memstream(&html, &size);
    cg_table_put_sentences(table, out);
    fclose(out);
    int answers = 0;
    for (const char *at = html; (at = strstr(at, "<p><span class=\"verdict\">G")); at++)
        answers++;
    cr_expect_eq(answers, 4, "%s", html);
    cr_expect(has(html, ".</span> In the paper"), "%s", html);
    free(html);
    struct cg_verdict_count count;
    cr_assert(cg_count_verdicts(results, &count));
    cr_expect(count.all > 4 && count.undecided < count.all, "%d of %d", count.undecided, count.all);
    cg_table_destroy(&table);
    cg_results_destroy(&results);
}

/* What a person can change about the machine is said. */
Test(report, caveats_say_what_to_do)
{
    struct cg_results *results = cg_results_create();
    struct cg_schedule *schedule = cg_results_add_schedule(results);
    cr_assert(schedule && cg_schedule_alloc_rounds(results, schedule, 4));
    for (int i = 0; i < 4; i++) {
        schedule->disturbed[i] = 0;
        schedule->siblings_ppm[i] = i == 0 ? 60000 : 10000;
    }
    results->device.aslr = "full";
    results->device.numa_policy = "default";
    cr_expect_eq(cg_caveats_of(results).n, 1, "siblings alone");
    results->device.aslr = "off";
    results->device.numa_policy = "interleave";
    results->device.numa_balancing = 1;
    const struct cg_caveats caveats = cg_caveats_of(results);
    static const char *const said[] = {"start without setarch -R.", "numactl --localalloc.",
                                       "/proc/sys/kernel/numa_balancing.", "In 1 of 4 rounds"};
    cr_assert_eq(caveats.n, 4);
    for (int i = 0; i < 4; i++)
        cr_expect(has(caveats.items[i].text, said[i]), "%s", caveats.items[i].text);
    cr_expect(has(caveats.items[3].text, "/sys/devices/system/cpu/smt/control)."), "%s",
              caveats.items[3].text);
    cg_results_destroy(&results);
}

Test(report, hostile_texts_do_nothing)
{
    static const char evil[] = "<script>alert(1)</script>|`rm`\n\x1b[31m'\"=cmd\xe2\x80\xae\xff";
    static const struct {
        void (*put)(const char *, FILE *);
        const char *expected;
    } rows[] = {
        {cg_put_plain, "<script>alert(1)</script>|`rm`??[31m'\"=cmd?\xef\xbf\xbd"},
        {cg_put_markdown, "&lt;script&gt;alert(1)&lt;/script&gt;\\|\\`rm\\`  \\[31m'\"=cmd \xef\xbf\xbd"},
        {cg_put_html, "&lt;script&gt;alert(1)&lt;/script&gt;|`rm`  [31m&#39;&quot;=cmd \xef\xbf\xbd"},
        {cg_put_csv, "\"<script>alert(1)</script>|`rm`  [31m'\"\"=cmd \xef\xbf\xbd\""},
        {cg_put_gnuplot, "'<script>alert(1)</script>|.rm.  [31m''\"=cmd \xef\xbf\xbd'"},
        {cg_put_gnuplot_data, "\"<script>alert(1)</script>|.rm.  [31m'\\042=cmd \xef\xbf\xbd\""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *text = NULL;
        size_t size;
        FILE *out = open_memstream(&text, &size);
        rows[i].put(evil, out);
        fclose(out);
        cr_expect_str_eq(text, rows[i].expected);
        free(text);
    }
    char *text = NULL;
    size_t size;
    cr_expect_str_eq(cg_slug("../../etc/passwd <x>").text, "etc-passwd-x");
    cr_expect_str_eq(cg_slug("///").text, "x");
    cr_expect(cg_text_width("a\xe2\x80\xa0"
                            "e\xcc\x81\xe6\xbc\xa2") == 5);
    FILE *out = open_memstream(&text, &size);
    cg_put_csv("=1+1", out);
    cg_put_csv("-1.5", out);
    fclose(out);
    cr_expect_str_eq(text, "\"'=1+1\"-1.5");
    free(text);
    out = open_memstream(&text, &size);
    cg_put_gnuplot_data("a\\b\"c", out); /* both stay in the picture */
    fclose(out);
    cr_expect_str_eq(text, "\"a\\134b\\042c\"");
    free(text);
}

/* What does not fit is cut, never overrun. */
Test(report, sentences_end)
{
    struct {
        struct cg_sentence said;
        char behind;
    } s = {{""}, 'x'};
    for (int i = 0; i < 1000; i++)
        cg_say(&s.said, "%d and ", i);
    cr_expect(strlen(s.said.text) == sizeof s.said.text - 1 && s.behind == 'x');
}

Test(report, figures_show_what_the_interval_supports)
{
    cr_expect_str_eq(cg_format_ratio((struct cg_interval){1.38612, 1.3743, 1.3981}).text,
                     "1.386 [1.374, 1.398]");
    cr_expect_str_eq(cg_format_ratio((struct cg_interval){1.38612, 1.2, 1.6}).text, "1.39 [1.20, 1.60]");
    cr_expect_str_eq(cg_format_ratio((struct cg_interval){1.38612, NAN, NAN}).text, "1.39");
    cr_expect_str_eq(cg_format_ratio((struct cg_interval){NAN, NAN, NAN}).text, "-");
    cr_expect_str_eq(cg_format_ms_difference((struct cg_interval){1100, 20, 2180}).text,
                     "0.0011 [0.0000, 0.0022]");
    cr_expect_str_eq(cg_format_ms_difference((struct cg_interval){-1e6, -3e6, 1e6}).text, "-1.0 [-3.0, 1.0]");
    cr_expect_str_eq(cg_format_ms((struct cg_interval){12345678, 12300000, 12400000}).text,
                     "12.346 [12.300, 12.400]");
    cr_expect_str_eq(cg_format_change((struct cg_interval){1.051, 1.04, 1.062}).text, "+5.1 % [+4.0, +6.2]");
    cr_expect_str_eq(cg_format_significant(1234.5, 3).text, "1234");
    cr_expect_str_eq(cg_format_significant(0.012345, 3).text, "0.0123");
}

Test(report, counters_and_what_is_made_of_them)
{
    const struct synthetic options = synthetic_default();
    struct cg_results *results = synthetic_results(&options);
    char *without = printed(results, "g1", CG_FORMAT_MARKDOWN);
    cr_expect(!has(without, "Counted"));
    free(without);
    for (int i = 0; i < results->n_records; i++) {
        struct cg_record *record = results->records[i];
        record->counters = cg_results_array(results, 3, sizeof *record->counters);
        record->n_counters = 3;
        record->counters[0] = (struct cg_counter_record){"cycles", "cycles", (double)record->madds / 12.5, 0};
        record->counters[1] =
            (struct cg_counter_record){"l1_misses", "lines", (double)record->madds / 400, NAN};
        record->counters[2] = (struct cg_counter_record){"energy", "J", NAN, NAN};
    }
    char *with = printed(results, "g1", CG_FORMAT_MARKDOWN);
    cr_expect(has(with, "madds / cycle | L1 misses / 1000 madds |"), "%s", with);
    cr_expect(has(with, "| 12.5 | 2.50 |"), "%s", with);
    cr_expect(has(with, "Not available on this machine: energy."));
    cr_expect(!has(with, "energy (J)"));
    free(with);
    cg_results_destroy(&results);
}
