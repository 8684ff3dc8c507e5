/* A guideline with and without fusion of operations, engine by engine. */
#include "report/family.h"
#include "report/tables.h"

#include "base/text.h"

#include <math.h>

struct fusion_row {
    int group, place;
    struct cg_judged costs[2]; /* full, none */
    enum cg_finding findings[2];
};

/* `change` is that of the cost from none to full. */
static const char *what_fusion_does(const struct fusion_row *row, enum cg_verdict change)
{
    const enum cg_finding full = row->findings[0], none = row->findings[1];
    if (full == CG_NO_EFFECT && none == CG_HOLDS)
        return "takes the cost away";
    if (full == CG_NO_EFFECT && none == CG_NO_EFFECT)
        return "nothing to take away";
    static const char *const words[CG_VERDICT_COUNT] = {[CG_NO_VERDICT] = "-",
                                                        [CG_FASTER] = "lessens the cost",
                                                        [CG_SLOWER] = "adds to the cost",
                                                        [CG_SAME] = "changes nothing",
                                                        [CG_UNCLEAR] = "unclear"};
    return words[change];
}

static void add_fusion_row(struct cg_table *table, const struct cg_suite_view *view,
                           const struct fusion_row *row, bool first, enum cg_verdict change)
{
    cg_table_add_row(table, first ? cg_place_name(&view->groups[row->group], row->place).text : NULL);
    cg_cell_text(table, view->setting.engine);
    for (int f = 0; f < 2; f++)
        cg_cell_judged(table, &row->costs[f], true);
    cg_cell_text(table, what_fusion_does(row, change));
}

/* False when one of both was not measured. */
static bool find_fusion_row(const struct cg_suite_view *const views[2][CG_MAX_ENGINES], int group, int place,
                            int engine, struct fusion_row *row)
{
    *row = (struct fusion_row){.group = group, .place = place};
    for (int f = 0; f < 2; f++) {
        row->costs[f] = cg_trend_cost(views[f][engine], group, place);
        row->findings[f] = views[f][engine]->groups[group].trends[place].finding;
    }
    return !isnan(row->costs[0].ratio.mean) && !isnan(row->costs[1].ratio.mean);
}

/* The engines that were measured with and without fusion. */
static int pair_views(const struct cg_suite_views *all, const struct cg_setting *of,
                      const struct cg_suite_view *views[2][CG_MAX_ENGINES])
{
    const struct cg_suite_view *full[CG_MAX_ENGINES], *none[CG_MAX_ENGINES];
    struct cg_setting fused = *of, unfused = *of;
    fused.fusion = CG_FUSION_FULL;
    unfused.fusion = CG_FUSION_NONE;
    const int n_full = cg_views_of_engines(all, &fused, full);
    const int n_none = cg_views_of_engines(all, &unfused, none);
    int n = 0;
    for (int i = 0; i < n_full; i++)
        for (int k = 0; k < n_none; k++)
            if (cg_same_text(full[i]->setting.engine, none[k]->setting.engine)) {
                views[0][n] = full[i];
                views[1][n++] = none[k];
            }
    return n;
}

/* A place's number in the family: its trend, of a group. */
#define PLACE(group, place) ((group)*CG_MAX_TRENDS + (place))

static void fill_fusion_table(struct cg_table *table,
                              const struct cg_suite_view *const views[2][CG_MAX_ENGINES], int n_engines)
{
    const struct cg_suite_view *view = views[0][0];
    struct cg_family changes = {0};
    struct fusion_row row;
    for (int g = 0; g < view->n_groups; g++)
        for (int p = 0; p < view->groups[g].n_trends && view->groups[g].same == g; p++)
            for (int e = 0; e < n_engines; e++)
                if (find_fusion_row(views, g, p, e, &row))
                    cg_family_add(&changes, (struct cg_judged){.ratio = cg_estimate_change(
                                                                   row.costs[1].ratio, row.costs[0].ratio),
                                                               .delta = view->delta_apart,
                                                               .key = {PLACE(g, p), e}});
    table->failed = table->failed || !cg_family_judge(&changes, CG_DO_THEY_DIFFER);
    for (int k = 0; !table->failed && k < changes.n; k++) {
        const int at = changes.rows[k].key[0], engine = changes.rows[k].key[1];
        find_fusion_row(views, at / CG_MAX_TRENDS, at % CG_MAX_TRENDS, engine, &row);
        add_fusion_row(table, views[0][engine], &row, k == 0 || at != changes.rows[k - 1].key[0],
                       changes.rows[k].verdict);
    }
    cg_family_free(&changes);
}

static void add_fusion_sentences(struct cg_table *table,
                                 const struct cg_suite_view *const views[2][CG_MAX_ENGINES], int n)
{
    struct cg_shown shown[2] = {{.n = (size_t)n}, {.n = (size_t)n}};
    for (int f = 0; f < 2; f++)
        for (int e = 0; e < n; e++) {
            shown[f].engines[e] = views[f][e]->setting.engine;
            shown[f].findings[e] = views[f][e]->finding;
            shown[f].words[e] = cg_finding_words(views[f][e]);
        }
    cg_table_add_sentence(table, cg_say_fusion(views[0][0]->suite, &shown[0], &shown[1]).text);
    cg_table_add_sentence(table, cg_say_rule(views[0][0], true).text);
}

struct cg_table *cg_table_of_fusion(const struct cg_suite_views *all, const struct cg_setting *of)
{
    static const struct cg_column columns[] = {
        {"engine", "engine", CG_COLUMN_TEXT, 0},
        {"full", "fused", CG_COLUMN_INTERVAL, 0},
        {"none", "each operation by itself", CG_COLUMN_INTERVAL, 0},
        {"fusion", "fusion", CG_COLUMN_TEXT, 0},
    };
    const struct cg_suite_view *views[2][CG_MAX_ENGINES];
    const int n = pair_views(all, of, views);
    const struct cg_phrase rest = cg_rest_of_setting(all, of);
    struct cg_table *table =
        cg_table_create(cg_phrase("%.60s fusion %dt%.60s", all->suite->name, of->threads, rest.text).text,
                        cg_phrase("%s over fusion", cg_subject(all->suite).text).text);
    if (n == 0 || !cg_is_guideline(all->suite))
        return table;
    table->caption = cg_table_format(
        table, "%s; %s; %s%s",
        all->suite->kind == CG_KIND_SLOPE ? "what the last step costs a madd" : "what both together cost",
        cg_device_words(views[0][0]->results), cg_format_threads(of->threads).text, rest.text);
    cg_table_add_columns(table, CG_COLUMNS(columns));
    fill_fusion_table(table, views, n);
    add_fusion_sentences(table, views, n);
    return table;
}
