/* Engines against the first of them, case by case: what a user of the first would gain by another. */
#include "report/family.h"
#include "report/rounds.h"
#include "report/tables.h"

#include "report/escape.h"

#include <math.h>

/* The views side by side, with the logs of each further one's times to the first's: engine by engine, case by
 * case; NAN where one is missing. */
struct peers {
    const struct cg_suite_view *views[CG_MAX_ENGINES];
    int n;
    struct cg_family family;
};

/* Whether no case before has the same record. */
static bool counts(const struct cg_suite_view *view, int index)
{
    for (int i = 0; i < index; i++)
        if (view->cases[i].record == view->cases[index].record)
            return false;
    return true;
}

/* Of cases that stand in several groups the first counts. False without memory. */
static bool judge(struct peers *peers)
{
    const struct cg_suite_view *first = peers->views[0];
    bool enough = true;
    for (int e = 1; e < peers->n; e++)
        for (int i = 0; i < first->n_cases && enough; i++) {
            const struct cg_record *a = peers->views[e]->cases[i].record, *b = first->cases[i].record;
            struct cg_judged row = {.ratio = cg_unknown_estimate, .key = {e, i}};
            bool paired = true;
            enough = !a || !b || !counts(first, i) ||
                     (cg_record_log_ratio(first->results, a, b, &row.ratio, &paired) &&
                      cg_record_by_state(first->results, a, b, &row.state));
            row.delta = paired ? first->delta : first->delta_apart;
            cg_family_add(&peers->family, row);
        }
    return enough && cg_family_judge(&peers->family, CG_DO_THEY_DIFFER);
}

/* "x1, ARM set 1:12" where a group's cases have labels of their own, else the case's name. */
static const char *name_case(struct cg_table *table, const struct cg_suite_view *view, int index)
{
    const struct cg_case_view *c = &view->cases[index];
    const struct cg_group_view *group = &view->groups[c->group];
    const bool in_group = view->suite->kind != CG_KIND_RANKING && group->n_cases > 1;
    return cg_table_format(table, "%.200s%s%.200s", in_group ? cg_group_words(group->group).text : "",
                           in_group ? " " : "", cg_case_label(c->c).text);
}

/* How often engine e is FASTER, and at which cases, with the ratio: "xnnpack is faster than native at x1 1:12
 * (0.95)". */
static void add_sentences(struct cg_table *table, const struct peers *peers, int e)
{
    const char *first = peers->views[0]->setting.engine, *other = peers->views[e]->setting.engine,
               *list = NULL;
    const struct cg_family *family = &peers->family;
    int found[CG_VERDICT_COUNT] = {0};
    for (int k = 0; k < family->n; k++) {
        if (family->rows[k].key[0] != e)
            continue;
        found[family->rows[k].verdict]++;
        if (family->rows[k].verdict == CG_FASTER)
            list = cg_table_format(table, "%s%s%s (%.2f)", list ? list : "", list ? ", " : "",
                                   name_case(table, peers->views[0], family->rows[k].key[1]),
                                   exp(family->rows[k].ratio.mean));
    }
    cg_table_add_sentence(
        table,
        cg_table_format(
            table, "%s against %s: FASTER at %d, SAME at %d, SLOWER at %d, UNCLEAR at %d%s cases.", other,
            first, found[CG_FASTER], found[CG_SAME], found[CG_SLOWER], found[CG_UNCLEAR],
            found[CG_BY_MACHINE] ? cg_phrase(", UNDECIDED: machine at %d", found[CG_BY_MACHINE]).text : ""));
    if (list)
        cg_table_add_sentence(table,
                              cg_table_format(table, "%s is faster than %s at %s.", other, first, list));
}

static void fill(struct cg_table *table, const struct peers *peers)
{
    const struct cg_suite_view *first = peers->views[0];
    cg_table_add_column(table, "case", "case", CG_COLUMN_TEXT, 0);
    cg_table_add_column(table, "ms", cg_table_format(table, "%s\nms", first->setting.engine),
                        CG_COLUMN_INTERVAL, 0);
    for (int e = 1; e < peers->n; e++)
        cg_table_add_column(table, cg_slug(peers->views[e]->setting.engine).text,
                            peers->views[e]->setting.engine, CG_COLUMN_INTERVAL, 0);
    for (int i = 0; i < first->n_cases; i++) {
        if (!first->cases[i].record || !counts(first, i))
            continue;
        cg_table_add_row(table, NULL);
        cg_cell_text(table, name_case(table, first, i));
        cg_cell_ms(table, cg_record_time(first->cases[i].record));
        for (int k = i; k < peers->family.n; k += first->n_cases) {
            if (isnan(peers->family.rows[k].ratio.mean))
                cg_cell_text(table, NULL);
            else
                cg_cell_judged(table, &peers->family.rows[k], false);
        }
    }
    for (int e = 1; e < peers->n; e++)
        add_sentences(table, peers, e);
    cg_table_add_sentence(table, cg_say_rule(first, true).text);
}

struct cg_table *cg_table_of_peers(const struct cg_suite_views *all, const struct cg_setting *of)
{
    const char *title = all->suite->title;
    const struct cg_phrase rest = cg_rest_of_setting(all, of);
    struct peers peers = {0};
    struct cg_table *table =
        cg_table_create(cg_phrase("%.60s peers %dt %.20s%.60s", all->suite->name, of->threads,
                                  cg_fusion_name(of->fusion), rest.text)
                            .text,
                        cg_phrase("%.160s (engine against engine)", title ? title : "").text);
    peers.n = cg_views_of_engines(all, of, peers.views);
    if (peers.n < 2)
        return table;
    table->caption =
        cg_table_format(table, "%s; %s, fusion %s%s; ratios of time to %s, above 1: slower than it",
                        cg_device_words(peers.views[0]->results), cg_format_threads(of->threads).text,
                        cg_fusion_name(of->fusion), rest.text, peers.views[0]->setting.engine);
    if (judge(&peers))
        fill(table, &peers);
    else
        table->failed = true;
    cg_family_free(&peers.family);
    return table;
}
