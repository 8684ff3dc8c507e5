/* Engines against the first of them, case by case: what a user of the first would gain by another. */
#include "report/format.h"
#include "report/escape.h"
#include "report/setting_views.h"
#include "report/tables.h"

#include <math.h>
#include <stdlib.h>

/* Log-ratios of engine e (from 1) to the first, case by case through all groups; NAN where one is missing.
 * False without memory. */
static bool ratios_of(const struct cg_suite_view *first, const struct cg_suite_view *other,
                      struct cg_estimate *ratios)
{
    size_t at = 0;
    for (int g = 0; g < first->n_groups; g++)
        for (int i = 0; i < first->groups[g].n_cases; i++, at++) {
            const struct cg_record *a = other->groups[g].cases[i].record,
                                   *b = first->groups[g].cases[i].record;
            bool paired;
            ratios[at] = (struct cg_estimate){NAN, NAN, NAN, 0, NAN, NAN};
            if (a && b && !cg_record_log_ratio(a, b, &ratios[at], &paired))
                return false;
        }
    return true;
}

static size_t count_cases(const struct cg_suite_view *view)
{
    size_t n = 0;
    for (int g = 0; g < view->n_groups; g++)
        n += (size_t)view->groups[g].n_cases;
    return n;
}

static void set_ratio(struct cg_table *table, int column, const struct cg_estimate *ratio,
                      enum cg_verdict verdict)
{
    char text[160], number[96];
    if (isnan(ratio->mean))
        return;
    cg_format_ratio(cg_ratio_of(*ratio), number, sizeof number);
    snprintf(text, sizeof text, "%s %s", number, cg_verdict_name(verdict));
    cg_table_set_interval(table, column, cg_ratio_of(*ratio), text);
}

/* "x1, ARM set 1:12" where a group's cases have labels of their own, else the case's name. */
static void name_case(const struct cg_suite_view *view, int group, int index, char *text, size_t size)
{
    char label[256], where[256] = "";
    cg_case_label(view->groups[group].cases[index].c, label, sizeof label);
    if (view->suite->kind != CG_KIND_RANKING && view->groups[group].n_cases > 1)
        cg_say_group(view->groups[group].group, where, sizeof where);
    snprintf(text, size, "%.200s%s%.200s", where, *where ? " " : "", label);
}

/* At which cases `other` is FASTER than the first, with the ratio: "xnnpack is faster at x1 1:12 (0.95)". */
static void say_faster(struct cg_table *table, const struct cg_suite_view *first, const char *other,
                       const struct cg_estimate *ratios, const enum cg_verdict *verdicts)
{
    const char *list = NULL;
    size_t at = 0;
    for (int g = 0; g < first->n_groups; g++)
        for (int i = 0; i < first->groups[g].n_cases; i++, at++) {
            char name[512];
            if (verdicts[at] != CG_FASTER)
                continue;
            name_case(first, g, i, name, sizeof name);
            list = cg_table_format(table, "%s%s%s (%.2f)", list ? list : "", list ? ", " : "", name,
                                   exp(ratios[at].mean));
        }
    if (list)
        cg_table_add_sentence(
            table, cg_table_format(table, "%s is faster than %s at %s.", other, first->setting.engine, list));
}

/* Rows and, for each other engine, how often and where it is FASTER. `ratios` and `verdicts`:
 * (engines - 1) x cases. */
static void fill(struct cg_table *table, const struct cg_suite_view *const *views, int n,
                 const struct cg_estimate *ratios, const enum cg_verdict *verdicts, size_t cases)
{
    size_t at = 0;
    for (int g = 0; g < views[0]->n_groups; g++)
        for (int i = 0; i < views[0]->groups[g].n_cases; i++, at++) {
            const struct cg_case_view *c = &views[0]->groups[g].cases[i];
            char label[512], time[96];
            if (!c->record)
                continue;
            cg_table_add_row(table, NULL);
            name_case(views[0], g, i, label, sizeof label);
            cg_table_set_text(table, 0, label);
            const struct cg_interval ms = {c->record->time.median, c->record->time.ci_low,
                                           c->record->time.ci_high};
            cg_format_ms(ms, time, sizeof time);
            cg_table_set_interval(table, 1, ms, time);
            for (int e = 1; e < n; e++)
                set_ratio(table, 1 + e, &ratios[(size_t)(e - 1) * cases + at],
                          verdicts[(size_t)(e - 1) * cases + at]);
        }
    for (int e = 1; e < n; e++) {
        int counts[CG_VERDICT_COUNT] = {0};
        for (size_t k = 0; k < cases; k++)
            counts[verdicts[(size_t)(e - 1) * cases + k]]++;
        cg_table_add_sentence(
            table, cg_table_format(table,
                                   "%s against %s: FASTER at %d, SAME at %d, SLOWER at %d, UNCLEAR at "
                                   "%d cases.",
                                   views[e]->setting.engine, views[0]->setting.engine, counts[CG_FASTER],
                                   counts[CG_SAME], counts[CG_SLOWER], counts[CG_UNCLEAR]));
        say_faster(table, views[0], views[e]->setting.engine, ratios + (size_t)(e - 1) * cases,
                   verdicts + (size_t)(e - 1) * cases);
    }
}

struct cg_table *cg_table_of_peers(const struct cg_suite_views *all, int threads, enum cg_fusion fusion,
                                   bool *failed)
{
    const struct cg_suite_view *views[CG_MAX_ENGINES];
    const int n = cg_views_of_engines(all, threads, fusion, views);
    *failed = false;
    if (n < 2)
        return NULL;
    const size_t cases = count_cases(views[0]);
    char text[256], slug[160];
    snprintf(text, sizeof text, "%.60s peers %dt %.20s", all->suite->name, threads, cg_fusion_name(fusion));
    cg_slug(text, slug, sizeof slug);
    snprintf(text, sizeof text, "%.160s (engine against engine)", all->suite->title ? all->suite->title : "");
    struct cg_table *table = cg_table_create(slug, text);
    struct cg_estimate *ratios = calloc(cases * (size_t)n + 1, sizeof *ratios);
    enum cg_verdict *verdicts = calloc(cases * (size_t)n + 1, sizeof *verdicts);
    *failed = !table || !ratios || !verdicts;
    for (int e = 1; e < n && !*failed; e++)
        *failed = !ratios_of(views[0], views[e], ratios + (size_t)(e - 1) * cases);
    if (!*failed)
        *failed = !cg_verdicts(ratios, cases * (size_t)(n - 1), views[0]->delta, verdicts);
    if (!*failed) {
        table->caption = cg_table_format(
            table, "%s; %d thread%s, fusion %s; ratios of time to %s, above 1: slower than it",
            views[0]->results->device.cpu_model ? views[0]->results->device.cpu_model : "device unknown",
            threads, threads == 1 ? "" : "s", cg_fusion_name(fusion), views[0]->setting.engine);
        cg_table_add_column(table, "case", "case", CG_COLUMN_TEXT, 0);
        cg_table_add_column(table, "ms", cg_table_format(table, "%s\nms", views[0]->setting.engine),
                            CG_COLUMN_INTERVAL, 0);
        for (int e = 1; e < n; e++) {
            cg_slug(views[e]->setting.engine, text, sizeof text);
            cg_table_add_column(table, text, views[e]->setting.engine, CG_COLUMN_INTERVAL, 0);
        }
        fill(table, views, n, ratios, verdicts, cases);
        if (cg_say_rule(views[0], text, sizeof text) > 0)
            cg_table_add_sentence(table, text);
    }
    free(ratios);
    free(verdicts);
    if (*failed)
        cg_table_destroy(&table);
    return table;
}
