/* What a run ends with, from results whose truth is known. */
#include "report/escape.h"
#include "report/sentences.h"
#include "report/summary.h"
#include "report/terminal.h"
#include "tests/reported.h"
#include "tests/synthetic.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *summary_by(const char *program, const char *file, const struct cg_results *results,
                        const char *columns)
{
    char *text = NULL;
    size_t size;
    struct cg_error err = {0};
    FILE *out = open_memstream(&text, &size);
    cr_assert(out);
    setenv("COLUMNS", columns, 1);
    cr_expect_eq(cg_summary_print(results, file, program, true, out, &err), CG_OK, "%s", err.text);
    fclose(out);
    return text;
}

static char *summary_of(const struct cg_results *results, const char *columns)
{
    return summary_by("bin/convgauge", "results/a/b.json", results, columns);
}

/* Lines; the widest of them in columns. */
static int measure(const char *text, int *widest)
{
    int lines = 0;
    char line[4096];
    *widest = 0;
    for (; *text; lines++) {
        const size_t length = strcspn(text, "\n");
        snprintf(line, sizeof line, "%.*s", (int)length, text);
        *widest = cg_text_width(line) > *widest ? cg_text_width(line) : *widest;
        text += length + (text[length] == '\n');
    }
    return lines;
}

Test(summary, says_all_in_some_forty_lines)
{
    static const char *const columns[] = {"80", "100", "120"};
    const struct synthetic options = synthetic_default();
    struct cg_results *results = synthetic_results(&options);
    for (int i = 0; i < 3; i++) {
        char *text = summary_of(results, columns[i]);
        int widest;
        const int lines = measure(text, &widest);
        cr_expect(lines <= (i == 0 ? 50 : 40), "%d lines:\n%s", lines, text);
        cr_expect(widest <= atoi(columns[i]), "%d columns of %s:\n%s", widest, columns[i], text);
        cr_expect(!strchr(text, '\033') && !has(text, "not shown at this width"), "%s", text);
        static const char *const parts[] = {
            "Do FLOPs predict speed?",
            "images/s",
            "\xe2\x96\x88",
            "G1 widths 1:12",
            "G2 groups g=8",
            "G4 ReLU and short-cut",
            "HOLDS",
            "1.39, 2.08",
            "How far to trust this",
            "  plots    bin/convgauge report results/a/b.json -o page  # page/index.html",
            "bin/convgauge compare results/a/b.json paper:snapdragon810"};
        for (size_t k = 0; k < sizeof parts / sizeof parts[0]; k++)
            cr_expect(has(text, parts[k]), "no '%s' in\n%s", parts[k], text);
        free(text);
    }
    cg_results_destroy(&results);
}

/* A run of one suite has no other parts. */
Test(summary, leaves_out_what_was_not_measured)
{
    const struct synthetic options = synthetic_default();
    struct cg_results *results = synthetic_results(&options);
    results->n_suites = 1;
    char *text = summary_of(results, "100");
    cr_expect(has(text, "G1 widths") && !has(text, "G2") && !has(text, "FLOPs") && !has(text, "images/s") &&
                  !has(text, "families") && !has(text, "paper:snapdragon810"),
              "%s", text);
    free(text);
    results->n_suites = 0;
    text = summary_of(results, "100");
    cr_expect_str_empty(text);
    free(text);
    cg_results_destroy(&results);
}

/* Of one that was cut short the commands that go on begin with what measures the rest, where that can be. */
Test(summary, an_interrupted_run_says_what_measures_the_rest)
{
    const struct synthetic options = synthetic_default();
    struct cg_results *results = synthetic_results(&options);
    static const char rest[] = "What next\n  the rest bin/convgauge run --continue results/a/b.json\n";
    results->run.complete = 0;
    results->run.command = "run g1 g2 --quick";
    results->run.budget_s = NAN;
    char *text = summary_of(results, "100");
    cr_expect(has(text, rest), "%s", text);
    free(text);
    results->run.command = "run g1; run g2";
    text = summary_of(results, "100");
    cr_expect(!has(text, "--continue"), "%s", text);
    free(text);
    results->run.complete = 1;
    results->run.command = "run g1 g2 --quick";
    text = summary_of(results, "100");
    cr_expect(!has(text, "--continue"), "%s", text);
    free(text);
    cg_results_destroy(&results);
}

/* Names that a shell would take apart are quoted. */
Test(summary, commands_can_be_copied)
{
    const struct synthetic options = synthetic_default();
    struct cg_results *results = synthetic_results(&options);
    char *text = summary_by("/my tools/convgauge", "it's/$b.json", results, "100");
    cr_expect(has(text, "  tables   '/my tools/convgauge' report 'it'\\''s/$b.json'\n"), "%s", text);
    free(text);
    cg_results_destroy(&results);
}

/* Several numbers of threads stand side by side, before the summary of the fewest. */
Test(summary, threads_side_by_side)
{
    struct synthetic options = synthetic_default();
    options.threads[0] = 1;
    options.threads[1] = 2;
    struct cg_results *results = synthetic_results(&options);
    char *text = summary_of(results, "100");
    const char *table = strstr(text, "Over numbers of threads"),
               *head = strstr(text, "(of 2 settings measured)");
    cr_expect(table && head && table < head && has(text, "1 thread") && has(text, "2 threads") &&
                  has(text, "speed-up"),
              "%s", text);
    cr_expect(has(text, "G1: with 2 threads HOLDS, 1.3"), "%s", text);
    free(text);
    cg_results_destroy(&results);
}

/* A figure that several flags speak of counts once. */
Test(summary, trust_counts_figures)
{
    static const char *both[] = {"preempted", "disturbed", "precision"};
    const struct synthetic options = synthetic_default();
    struct cg_results *results = synthetic_results(&options);
    const int n = results->n_records;
    for (int i = 0; i < n; i++)
        results->records[i]->n_flags = 0;
    results->run.precision = 0.01;
    results->device.virtualised = 0;
    struct cg_trust trust = cg_trust_of(results);
    char all[80];
    snprintf(all, sizeof all, "All %d figures are as exact as asked (+-1 %%).", n);
    cr_expect(trust.n >= 1 && has(trust.items[0].text, all), "%s", trust.items[0].text);
    results->records[0]->flags = both;
    results->records[0]->n_flags = 3;
    results->run.quick = 1;
    trust = cg_trust_of(results);
    snprintf(all, sizeof all,
             "1 of %d figures is less exact than the +-1 %% asked for: a run without --quick", n);
    cr_expect(has(trust.items[0].text, all), "%s", trust.items[0].text);
    snprintf(all, sizeof all, "Other work reached into 1 of %d figures: close other programs.", n);
    cr_expect(trust.n >= 2 && has(trust.items[1].text, all), "%s", trust.items[1].text);
    cg_results_destroy(&results);
}

Test(summary, verdict_so_far)
{
    const struct synthetic options = synthetic_default();
    struct cg_results *results = synthetic_results(&options);
    const struct cg_suite_record *suite = find_suite(results, "g1");
    cr_expect_str_eq(cg_say_so_far(results, "g1", suite->groups[0]->name).text, "HOLDS");
    cr_expect_str_empty(cg_say_so_far(results, "g1", "nosuch").text);
    cr_expect_str_empty(cg_say_so_far(results, "nosuch", "x").text);
    cr_expect(has(cg_say_so_far(results, "networks", "").text, "pairs decided"));
    cg_results_destroy(&results);
}

Test(summary, colours_stand_around_words)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    cr_assert(out);
    cg_put_coloured("SLOWER, NOT FASTER, FASTER; UNFASTER FASTERS HOLDS in 1", out);
    fclose(out);
    cr_expect_str_eq(
        text, "\033[31mSLOWER\033[0m, \033[31mNOT FASTER\033[0m, \033[32mFASTER\033[0m; UNFASTER FASTERS "
              "\033[1mHOLDS\033[0m in 1");
    free(text);
}

Test(summary, width_is_asked_for)
{
    FILE *file = tmpfile();
    cr_assert(file);
    unsetenv("COLUMNS");
    cr_expect_eq(cg_terminal_width(file), 120);
    setenv("COLUMNS", "100", 1);
    cr_expect_eq(cg_terminal_width(file), 100);
    setenv("COLUMNS", "20", 1);
    cr_expect_eq(cg_terminal_width(file), 80);
    setenv("COLUMNS", "wide", 1);
    cr_expect_eq(cg_terminal_width(file), 120);
    cr_expect(!cg_terminal_colours(file));
    fclose(file);
}
