#include "report/summary.h"

#include "base/text.h"
#include "report/answers.h"
#include "report/escape.h"
#include "report/records.h"
#include "report/report.h"
#include "report/summary_networks.h"
#include "report/tables.h"
#include "report/terminal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Lines longer than that are no easier to read. */
#define WIDEST 120

/* The table of guidelines has its column on the paper's widths from here on. */
#define WITH_WIDTHS 100

/* ---- guidelines ---- */

static struct cg_phrase step_of(const struct cg_answer *a)
{
    const struct cg_suite_record *suite = a->view->suite;
    const struct cg_group_view *group = a->group ? a->group : a->paper_group;
    const struct cg_trend *trend = a->group ? a->trend : a->paper_trend;
    const struct cg_phrase subject = cg_subject(suite);
    if (suite->kind == CG_KIND_FACTORIAL)
        return cg_phrase("%.40s %.60s and %.60s", subject.text, suite->factors[0] ? suite->factors[0] : "A",
                         suite->factors[1] ? suite->factors[1] : "B");
    return cg_phrase("%.40s%s %.100s", subject.text,
                     strcmp(subject.text, "G1") == 0   ? " widths"
                     : strcmp(subject.text, "G2") == 0 ? " groups"
                                                       : "",
                     cg_case_words(group->cases[trend->last].c));
}

/* "1.23 x 1.03", "1.26" where it was not split, "" where it is not known: the cost in the paper's widths
 * here. */
static struct cg_phrase paper_widths_of(const struct cg_answer *a)
{
    if (a->causes.known)
        return cg_phrase("%.2f x %.2f", exp(a->causes.causes.rounding.mean), exp(a->causes.causes.rest.mean));
    return a->paper_group ? cg_phrase("%.2f", exp(a->paper_cost.mean)) : cg_phrase("%s", "");
}

static void add_answer(struct cg_table *table, const struct cg_answer *a)
{
    struct cg_sentence paper = {""};
    for (int d = 0; d < CG_PAPER_DEVICE_COUNT; d++)
        if (!isnan(a->paper[d]))
            cg_say(&paper, "%s%.2f", paper.text[0] ? ", " : "", a->paper[d]);
    cg_table_add_row(table, NULL);
    cg_cell_text(table, step_of(a).text);
    cg_cell_text(table, cg_finding_words(a->view).text);
    cg_cell_ratio(table, cg_ratio_of(a->group ? a->cost : a->paper_cost));
    const struct cg_phrase widths = paper_widths_of(a);
    cg_cell_text(table, widths.text[0] ? widths.text : NULL);
    cg_cell_text(table, paper.text[0] ? paper.text : NULL);
}

/* Whether there are others than the paper's four, whose steps need their claims to be understood. */
static bool has_other_claims(const struct cg_results *results)
{
    for (int i = 0; i < results->n_suites; i++) {
        const int number = cg_guideline_number(results->suites[i]->name);
        if (results->suites[i]->claim && (number == 0 || number > 4))
            return true;
    }
    return false;
}

/* " with onednn HOLDS, 1.07 [1.06, 1.08]" */
static void say_other(struct cg_sentence *s, const char *how, const struct cg_other_cost *other)
{
    if (other->view)
        cg_say(s, "%s %.60s %s, %s", s->text[0] ? ";" : "", how, cg_finding_words(other->view).text,
               cg_format_ratio(cg_ratio_of(other->cost)).text);
}

/* What the guideline is by working set, and under the other settings that were measured. */
static void note_others(struct cg_table *table, const struct cg_answer *a)
{
    struct cg_sentence s = {""};
    say_other(&s, "without fusion", &a->fusion);
    if (a->threads.view) {
        say_other(&s, cg_phrase("with %d threads", a->threads.view->setting.threads).text, &a->threads);
        cg_say_small_threads(&s, a);
    }
    for (int e = 0; e < a->n_engines; e++)
        say_other(&s, cg_phrase("with %.40s", a->engines[e].view->setting.engine).text, &a->engines[e]);
    if (s.text[0])
        cg_table_add_note(table, cg_table_format(table, "%s:%s.", cg_subject(a->view->suite).text, s.text));
    s = (struct cg_sentence){""};
    cg_say_working_sets(&s, a);
    if (s.text[0])
        cg_table_add_note(table, cg_table_format(table, "%s by %s", cg_subject(a->view->suite).text, s.text));
}

static void put_guidelines(struct cg_summary_text *s, const struct cg_suite_views *views)
{
    static const struct cg_column columns[] = {
        {"guideline", "guideline, last step", CG_COLUMN_TEXT, 0},
        {"verdict", "verdict", CG_COLUMN_TEXT, 0},
        {"cost", "time", CG_COLUMN_INTERVAL, 0},
        {"widths", "paper's widths", CG_COLUMN_TEXT, 2},
        {"paper", "paper ARM, GPU", CG_COLUMN_TEXT, 1},
    };
    struct cg_table *table = cg_table_create(
        "summary-guidelines",
        "Is it slow to break the guidelines? Time per multiply-add (G4: time), the first step's being 1");
    bool lanes = false;
    cg_table_add_columns(table, CG_COLUMNS(columns));
    for (int i = 0; i < s->results->n_suites; i++) {
        struct cg_answer a;
        if (!cg_answer_of(&views[i], &a, &s->failed))
            continue;
        add_answer(table, &a);
        lanes = lanes || a.causes.known;
        note_others(table, &a);
    }
    if (lanes && s->width >= WITH_WIDTHS)
        cg_table_add_note(table,
                          "Paper's widths: lanes (channels that do not fill vectors) x rest (the guideline "
                          "itself).");
    cg_table_drop_empty(table);
    cg_summary_put_table(s, table);
}

struct cg_phrase cg_say_so_far(const struct cg_results *results, const char *suite, const char *group)
{
    struct cg_suite_views views;
    struct cg_phrase said = {""};
    int i = 0;
    while (i < results->n_suites && !cg_same_text(results->suites[i]->name, suite))
        i++;
    if (i == results->n_suites || cg_suite_views_create(results, results->suites[i], &views, NULL) != CG_OK)
        return said;
    const struct cg_suite_view *view = cg_plainest_view(&views);
    struct cg_order order;
    for (int g = 0; view && g < view->n_groups && cg_is_guideline(views.suite); g++)
        if (cg_same_text(view->groups[g].group->name, group) && view->groups[g].finding != CG_NO_FINDING)
            said = cg_phrase("%s", cg_finding_name(view->groups[g].finding));
    if (view && views.suite->kind == CG_KIND_RANKING && cg_order_of(view, &order) && order.pairs > 0)
        said = cg_phrase("%d of %d pairs decided", order.agree + order.flipped, order.pairs);
    cg_suite_views_free(&views);
    return said;
}

/* ---- the frame ---- */

static void put_list(struct cg_summary_text *s, struct cg_tables *tables)
{
    for (int t = 0; t < tables->n; t++)
        cg_table_print_text(tables->items[t], s->width, s->out);
    s->failed = s->failed || tables->failed;
    cg_tables_free(tables);
}

/* What cannot be put shorter; the breakdown of times only where it is alone. */
static void put_tables(struct cg_summary_text *s, const struct cg_suite_views *views, bool alone)
{
    struct cg_tables tables = {0};
    for (int i = 0; i < s->results->n_suites; i++) {
        const struct cg_suite_record *suite = s->results->suites[i];
        if (suite->kind == CG_KIND_RANKING)
            cg_tables_over_settings(&views[i], &tables);
        else if (suite->kind == CG_KIND_WIDTHS)
            cg_tables_add(&tables, cg_table_of_quanta(&views[i]));
        else if (!cg_is_guideline(suite) && !cg_is_of_engines(suite) &&
                 (suite->kind != CG_KIND_BREAKDOWN || alone))
            cg_tables_of_suite(s->results, suite, &tables);
    }
    cg_tables_of_batches(s->results, &tables);
    cg_tables_add(&tables, cg_table_of_latency(s->results));
    cg_tables_add(&tables, cg_table_of_instances(s->results));
    for (int i = 0; i < s->results->n_suites; i++)
        for (int v = 0; v < views[i].n; v++)
            cg_tables_add(&tables, cg_table_of_load(views[i].items[v]));
    put_list(s, &tables);
}

/* Engines side by side, each with its sentence: what `run engines` ends with. */
static void put_engines(struct cg_summary_text *s, const struct cg_suite_views *views)
{
    struct cg_tables tables = {0};
    for (int i = 0; i < s->results->n_suites; i++)
        if (cg_is_of_engines(s->results->suites[i]))
            cg_tables_of_sides(&views[i], &tables);
    put_list(s, &tables);
}

static void put_head(const struct cg_summary_text *s, const struct cg_suite_view *first, int settings)
{
    const struct cg_run_record *run = &s->results->run;
    struct cg_sentence line = {""};
    cg_say(&line, "%.120s: %s", cg_device_words(s->results), cg_setting_words(&first->setting).text);
    if (settings > 1)
        cg_say(&line, " (of %d settings measured)", settings);
    if (!isnan(run->seconds))
        cg_say(&line, "; %s run of %s", run->quick == 1 ? "quick" : "full", cg_duration(run->seconds).text);
    cg_summary_put(s, line.text, 0);
    putc('\n', s->out);
}

static void put_trust(struct cg_summary_text *s, const struct cg_suite_view *view)
{
    const struct cg_trust trust = cg_trust_of(s->results);
    struct cg_verdict_count count;
    struct cg_sentence head = {"How far to trust this"};
    s->failed = s->failed || !cg_count_verdicts(s->results, &count);
    if (s->failed || trust.n == 0)
        return;
    const char *joint = ": ";
    if (view->processes > 1) {
        cg_say(&head, "%s95 %% intervals over %d+ processes; verdicts beyond %.2g %%", joint, view->processes,
               100 * view->delta);
        joint = "; ";
    }
    if (count.all == 1)
        cg_say(&head, "%sthe only verdict is %s", joint, count.undecided ? "undecided" : "decided");
    else if (count.all > 1)
        cg_say(&head, "%s%s of %d undecided", joint,
               count.undecided ? cg_phrase("%d", count.undecided).text : "none", count.all);
    cg_say(&head, ".");
    cg_summary_put(s, head.text, 0);
    for (int i = 0; i < trust.n; i++)
        cg_summary_put(s, trust.items[i].text, 2);
    putc('\n', s->out);
}

/* "  tables   convgauge report FILE": commands, which are not broken over lines. */
static void put_command(struct cg_summary_text *s, const char *what, const char *command, const char *behind)
{
    struct cg_text text = {0};
    cg_text_add_word(&text, s->program);
    cg_text_add(&text, "%s", command);
    cg_text_add_word(&text, s->file);
    fprintf(s->out, "  %-8s ", what);
    if (!text.failed)
        cg_put_between("", text.bytes, behind, cg_put_plain, s->out);
    s->failed = s->failed || text.failed;
    cg_text_release(&text);
}

/* Whether `convgauge run --continue` takes the file: of one run, in rounds, that was cut short. */
static bool can_go_on(const struct cg_run_record *run)
{
    return run->complete == 0 && run->command && !strstr(run->command, "; ") && !strstr(run->command, " --s");
}

/* Whether there is a network that the paper timed, too. */
static bool has_papers_network(const struct cg_results *results)
{
    for (int i = 0; i < results->n_suites; i++)
        for (int g = 0; g < results->suites[i]->n_groups; g++) {
            const struct cg_group_record *group = results->suites[i]->groups[g];
            for (int c = 0; c < group->n_cases; c++)
                if (group->cases[c]->network &&
                    !isnan(cg_case_published(group->cases[c], cg_paper_devices[CG_PAPER_ARM].name, true)))
                    return true;
        }
    return false;
}

static void put_next(struct cg_summary_text *s)
{
    if (!s->file)
        return;
    fputs("What next\n", s->out);
    if (can_go_on(&s->results->run))
        put_command(s, "the rest", " run --continue ",
                    s->results->run.budget_s > 0 ? "  # with a larger --budget\n" : "\n");
    put_command(s, "tables", " report ", "\n");
    put_command(s, "plots", " report ", " -o page  # page/index.html\n");
    if (has_papers_network(s->results))
        put_command(s, "a phone", " compare ", " paper:snapdragon810\n");
    if (s->results->run.quick == 1)
        fputs("  more     the same run without --quick: every case, and what costs are made of\n", s->out);
}

/* With their titles where there are several. */
static void put_rankings(struct cg_summary_text *s, const struct cg_suite_views *views)
{
    int rankings = 0;
    for (int i = 0; i < s->results->n_suites; i++)
        rankings += s->results->suites[i]->kind == CG_KIND_RANKING && !cg_is_at_further_batch(s->results, i);
    for (int i = 0; i < s->results->n_suites; i++) {
        const struct cg_suite_record *suite = s->results->suites[i];
        if (suite->kind != CG_KIND_RANKING || cg_is_at_further_batch(s->results, i) ||
            !cg_plainest_view(&views[i]))
            continue;
        if (rankings > 1)
            cg_summary_put(s, suite->title ? suite->title : suite->name, 0);
        cg_summary_put_networks(s, cg_plainest_view(&views[i]));
    }
}

static void put_all(struct cg_summary_text *s, const struct cg_suite_views *views)
{
    const struct cg_suite_view *first = NULL;
    int settings = 0;
    for (int i = 0; i < s->results->n_suites; i++) {
        int fused = 0; /* G4 is measured without, too, for its answer */
        first = first ? first : cg_plainest_view(&views[i]);
        for (int v = 0; v < views[i].n; v++)
            fused += views[i].items[v]->setting.fusion == CG_FUSION_FULL;
        settings = fused > settings ? fused : settings;
    }
    if (s->tables)
        put_tables(s, views, first == NULL);
    if (!first)
        return;
    put_head(s, first, settings);
    put_rankings(s, views);
    if (has_other_claims(s->results))
        cg_summary_put_table(s, cg_table_of_worth(s->results));
    else
        put_guidelines(s, views);
    if (s->tables)
        put_engines(s, views);
    put_trust(s, first);
    put_next(s);
}

/* Writes it into a text of its own, so that it can be coloured. */
static bool write_text(struct cg_summary_text *s, char **text)
{
    const int n = s->results->n_suites;
    struct cg_suite_views *views = calloc((size_t)n + 1, sizeof *views);
    size_t size;
    *text = NULL;
    s->out = open_memstream(text, &size);
    s->failed = !views || !s->out;
    for (int i = 0; i < n && !s->failed; i++)
        if (s->results->suites[i]->kind != CG_KIND_REUSE && s->results->suites[i]->kind != CG_KIND_BREAKDOWN)
            s->failed = cg_suite_views_create(s->results, s->results->suites[i], &views[i], NULL) != CG_OK;
    if (!s->failed)
        put_all(s, views);
    for (int i = 0; views && i < n; i++)
        cg_suite_views_free(&views[i]);
    free(views);
    return (!s->out || fclose(s->out) == 0) && !s->failed;
}

enum cg_status cg_summary_print(const struct cg_results *results, const char *file, const char *program,
                                bool tables, FILE *out, struct cg_error *err)
{
    const int columns = cg_terminal_width(out);
    struct cg_summary_text s = {.results = results,
                                .file = file,
                                .program = program,
                                .width = columns > WIDEST ? WIDEST : columns,
                                .tables = tables};
    char *text;
    const bool written = write_text(&s, &text);
    if (written && cg_terminal_colours(out))
        cg_put_coloured(text, out);
    else if (written)
        fputs(text, out);
    free(text);
    if (!written)
        return cg_fail(err, CG_NO_MEMORY, "no memory for the summary");
    return ferror(out) ? cg_fail(err, CG_IO, "cannot write the summary") : CG_OK;
}
