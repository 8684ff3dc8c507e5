/* Tables over settings: engines side by side with what they show, growth of costs over threads. */
#include "report/setting_views.h"
#include "report/tables.h"

#include "report/escape.h"
#include "report/format.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The estimate that a suite's verdict rests on. */
static struct cg_estimate cost_of(const struct cg_suite_view *view, const struct cg_case_view *c)
{
    return view->suite->kind == CG_KIND_SLOPE ? c->ratio : c->time_ratio;
}

static void set_cost(struct cg_table *table, int column, const struct cg_suite_view *view,
                     const struct cg_case_view *c)
{
    char text[160], ratio[96];
    if (!c->record) {
        cg_table_set_interval(table, column, (struct cg_interval){NAN, NAN, NAN}, NULL);
        return;
    }
    if (c->baseline) {
        cg_table_set_interval(table, column, (struct cg_interval){1, NAN, NAN}, "1");
        return;
    }
    cg_format_ratio(cg_ratio_of(cost_of(view, c)), ratio, sizeof ratio);
    snprintf(text, sizeof text, "%s %s", ratio, cg_verdict_name(c->verdict));
    cg_table_set_interval(table, column, cg_ratio_of(cost_of(view, c)), text);
}

/* What the engines together say of each place; the caller's, *n of them. NULL without memory. */
static struct cg_said *said_of_places(const struct cg_suite_view *const *views, int n_views, size_t *n)
{
    const struct cg_suite_record *suite = views[0]->suite;
    const char *engines[CG_MAX_ENGINES];
    enum cg_finding findings[CG_MAX_ENGINES];
    struct cg_said *said = calloc((size_t)suite->n_groups * CG_MAX_TRENDS + 1, sizeof *said);
    *n = 0;
    for (int g = 0; said && g < suite->n_groups; g++)
        for (int p = 0; p < cg_n_places(suite, &views[0]->groups[g]); p++) {
            struct cg_said *place = &said[(*n)++];
            for (int e = 0; e < n_views; e++) {
                engines[e] = views[e]->setting.engine;
                findings[e] = cg_place_finding(views[e], g, p);
            }
            cg_place_name(suite, &views[0]->groups[g], p, place->where, sizeof place->where);
            cg_say_shown_by(engines, findings, (size_t)n_views, place->what, sizeof place->what);
        }
    return said;
}

struct cg_table *cg_table_of_engines(const struct cg_suite_views *all, int threads, enum cg_fusion fusion,
                                     bool *failed)
{
    const struct cg_suite_view *views[CG_MAX_ENGINES];
    const int n = cg_views_of_engines(all, threads, fusion, views);
    *failed = false;
    if (n < 2 || !cg_is_guideline(all->suite))
        return NULL;
    char slug[160], text[1024], subject[256];
    snprintf(text, sizeof text, "%.60s engines %dt %.20s", all->suite->name, threads, cg_fusion_name(fusion));
    cg_slug(text, slug, sizeof slug);
    cg_say_subject(all->suite, subject, sizeof subject);
    snprintf(text, sizeof text, "%s over engines", subject);
    struct cg_table *table = cg_table_create(slug, text);
    *failed = table == NULL;
    if (!table)
        return NULL;
    table->caption = cg_table_format(table, "%s relative to the baseline; %s; %d thread%s, fusion %s",
                                     all->suite->kind == CG_KIND_SLOPE ? "time per madd" : "time",
                                     views[0]->results->device.cpu_model ? views[0]->results->device.cpu_model
                                                                         : "device unknown",
                                     threads, threads == 1 ? "" : "s", cg_fusion_name(fusion));
    cg_table_add_column(table, "case", "case", CG_COLUMN_TEXT, 0);
    for (int e = 0; e < n; e++) {
        char key[96];
        cg_slug(views[e]->setting.engine, key, sizeof key);
        cg_table_add_column(table, key, views[e]->setting.engine, CG_COLUMN_INTERVAL, 0);
    }
    size_t n_said, at = 0;
    struct cg_said *said = said_of_places(views, n, &n_said);
    for (int g = 0; said && g < all->suite->n_groups; g++) {
        const struct cg_group_view *group = &views[0]->groups[g];
        char where[256], section[768];
        cg_say_group(group->group, where, sizeof where);
        size_t used = (size_t)snprintf(section, sizeof section, "%.180s:", where);
        const int places = cg_n_places(all->suite, group);
        for (int p = 0; p < places; p++, at++) {
            const char *series = places > 1 ? group->trends[p].series : NULL;
            if (used < sizeof section)
                used += (size_t)snprintf(section + used, sizeof section - used, "%s %.60s%s%s", p ? ";" : "",
                                         series ? series : "", series ? " " : "", said[at].what);
        }
        bool first = true;
        for (int i = 0; i < group->n_cases; i++) {
            bool measured = false;
            for (int e = 0; e < n; e++)
                measured = measured || views[e]->groups[g].cases[i].record;
            if (!measured)
                continue;
            char label[256];
            cg_table_add_row(table, first ? section : NULL);
            first = false;
            cg_case_label(group->group->cases[i], label, sizeof label);
            cg_table_set_text(table, 0, label);
            for (int e = 0; e < n; e++)
                set_cost(table, 1 + e, views[e], &views[e]->groups[g].cases[i]);
        }
    }
    const char *engines[CG_MAX_ENGINES];
    enum cg_finding findings[CG_MAX_ENGINES];
    bool mixed = false;
    for (int e = 0; e < n; e++) {
        engines[e] = views[e]->setting.engine;
        findings[e] = views[e]->finding;
        mixed = mixed || findings[e] == CG_MIXED;
    }
    if (cg_say_attribution(all->suite, engines, findings, (size_t)n, text, sizeof text) > 0)
        cg_table_add_sentence(table, text);
    if (said && mixed && cg_say_places(said, n_said, text, sizeof text) > 0)
        cg_table_add_sentence(table, text);
    if (cg_say_rule(views[0], text, sizeof text) > 0)
        cg_table_add_sentence(table, text);
    *failed = !said;
    free(said);
    if (*failed)
        cg_table_destroy(&table);
    return table;
}

static bool is_last_step(const struct cg_group_view *group, int index)
{
    for (int t = 0; t < group->n_trends; t++)
        if (group->trends[t].last == index)
            return true;
    return false;
}

struct growth_row {
    int group, index;
    struct cg_estimate change;
};

struct cg_table *cg_table_of_growth(const struct cg_suite_views *all, const char *engine,
                                    enum cg_fusion fusion, bool *failed)
{
    const struct cg_suite_view *fewest = NULL, *most = NULL;
    *failed = false;
    for (int i = 0; i < all->n; i++) {
        const struct cg_suite_view *view = all->items[i];
        if (!cg_same_text(view->setting.engine, engine) || view->setting.fusion != fusion)
            continue;
        if (!fewest || view->setting.threads < fewest->setting.threads)
            fewest = view;
        if (!most || view->setting.threads > most->setting.threads)
            most = view;
    }
    if (!fewest || fewest->setting.threads == most->setting.threads || !cg_is_guideline(all->suite))
        return NULL;
    char slug[160], text[1024], subject[256];
    snprintf(text, sizeof text, "%.60s growth %.40s %.20s", all->suite->name, engine ? engine : "",
             cg_fusion_name(fusion));
    cg_slug(text, slug, sizeof slug);
    cg_say_subject(all->suite, subject, sizeof subject);
    snprintf(text, sizeof text, "%s: growth of the cost over threads", subject);
    struct cg_table *table = cg_table_create(slug, text);
    struct growth_row *rows = NULL;
    struct cg_estimate *changes = NULL;
    enum cg_verdict *verdicts = NULL;
    int n = 0, room = 1;
    for (int g = 0; g < all->suite->n_groups; g++)
        room += all->suite->groups[g]->n_cases;
    rows = malloc((size_t)room * sizeof *rows);
    changes = malloc((size_t)room * sizeof *changes);
    verdicts = malloc((size_t)room * sizeof *verdicts);
    *failed = !table || !rows || !changes || !verdicts;
    for (int g = 0; !*failed && g < all->suite->n_groups; g++)
        for (int i = 0; i < fewest->groups[g].n_cases; i++) {
            const struct cg_case_view *a = &fewest->groups[g].cases[i], *b = &most->groups[g].cases[i];
            if (a->baseline || !a->record || !b->record || isnan(cost_of(fewest, a).mean) ||
                isnan(cost_of(most, b).mean))
                continue;
            changes[n] = cg_change_between(cost_of(fewest, a), cost_of(most, b));
            rows[n] = (struct growth_row){g, i, changes[n]};
            n++;
        }
    *failed = *failed || !cg_verdicts(changes, (size_t)n, fewest->delta, verdicts);
    if (!*failed) {
        table->caption = cg_table_format(
            table, "%s relative to the baseline; engine %s, %s",
            all->suite->kind == CG_KIND_SLOPE ? "time per madd" : "time", engine ? engine : "?",
            fewest->results->device.cpu_model ? fewest->results->device.cpu_model : "device unknown");
        cg_table_add_column(table, "case", "case", CG_COLUMN_TEXT, 0);
        cg_table_add_column(table, "fewest_threads",
                            cg_table_format(table, "%d thread%s", fewest->setting.threads,
                                            fewest->setting.threads == 1 ? "" : "s"),
                            CG_COLUMN_INTERVAL, 1);
        cg_table_add_column(table, "most_threads",
                            cg_table_format(table, "%d threads", most->setting.threads), CG_COLUMN_INTERVAL,
                            0);
        cg_table_add_column(table, "change", "factor\n[95 % interval]", CG_COLUMN_INTERVAL, 1);
        cg_table_add_column(table, "verdict", "verdict", CG_COLUMN_TEXT, 0);
        bool said = false;
        for (int k = 0; k < n; k++) {
            const struct cg_group_view *group = &fewest->groups[rows[k].group];
            const struct cg_case_record *c = group->group->cases[rows[k].index];
            char where[256], label[256];
            cg_say_group(group->group, where, sizeof where);
            cg_case_label(c, label, sizeof label);
            cg_table_add_row(table, k == 0 || rows[k].group != rows[k - 1].group ? where : NULL);
            cg_table_set_text(table, 0, label);
            set_cost(table, 1, fewest, &group->cases[rows[k].index]);
            set_cost(table, 2, most, &most->groups[rows[k].group].cases[rows[k].index]);
            cg_format_ratio(cg_ratio_of(changes[k]), text, sizeof text);
            cg_table_set_interval(table, 3, cg_ratio_of(changes[k]), text);
            cg_table_set_text(table, 4, cg_verdict_name(verdicts[k]));
            if (!said && (is_last_step(group, rows[k].index) || all->suite->kind == CG_KIND_FACTORIAL)) {
                char step[600];
                snprintf(step, sizeof step, "%.200s at %.200s", label, where);
                said = cg_say_growth(subject, step, fewest->setting.threads, most->setting.threads,
                                     changes[k], verdicts[k], text, sizeof text) > 0;
                if (said)
                    cg_table_add_sentence(table, text);
            }
        }
    }
    free(rows);
    free(changes);
    free(verdicts);
    if (*failed || n == 0)
        cg_table_destroy(&table);
    return table;
}
