/* What a width costs beyond its multiply-adds. */
#include "report/widths.h"

#include "report/tables.h"

#include <math.h>
#include <stdlib.h>

#define TOLD_APART 0.1 /* by how much more the best quantum must explain than the next */
#define EXAMPLE                                                                                              \
    58 /* half of ShuffleNet V2's 116 channels: what a designer's sentence speaks of, or its nearest */

/* The measured case of a width; NULL. */
static const struct cg_case_view *case_of(const struct cg_group_view *group, int width)
{
    for (int i = 0; i < group->n_cases; i++)
        if (group->cases[i].record && (int)group->cases[i].c->step == width)
            return &group->cases[i];
    return NULL;
}

bool cg_widths_quantum(const struct cg_group_view *group, struct cg_quantum *fit)
{
    const size_t most = (size_t)group->n_cases;
    double *width = calloc(3 * most, sizeof *width), *cost = width + most, *error = cost + most;
    struct cg_widths at = {width, cost, error, 0};
    for (size_t i = 0; width && i < most; i++) {
        const struct cg_case_view *c = &group->cases[i];
        if (!c->record || c->c->step < CG_WIDTHS_FROM || (!c->baseline && isnan(c->ratio.mean)))
            continue;
        width[at.n] = c->c->step;
        cost[at.n] = c->baseline ? 1 : exp(c->ratio.mean);
        error[at.n++] = c->baseline ? 0 : c->ratio.se;
    }
    const bool fitted = width && cg_quantum_fit(&at, fit);
    free(width);
    return fitted;
}

/* How tensors lie between the layers of the group's cases, as far as the engine says so; NULL. */
static const char *layout_of(const struct cg_group_view *group)
{
    for (int i = 0; i < group->n_cases; i++)
        if (group->cases[i].record)
            return group->cases[i].record->layout;
    return NULL;
}

/* How the time of a width compares with that of the next measured multiple of the quantum: the log-ratio,
 * and that width; 0 where it is one itself or none was measured. False without memory. */
static bool to_next(const struct cg_suite_view *view, const struct cg_group_view *group,
                    const struct cg_case_view *c, int quantum, struct cg_estimate *ratio, int *next)
{
    const int width = (int)c->c->step, up = cg_rounded_up(width, quantum);
    const struct cg_case_view *whole = up > width ? case_of(group, up) : NULL;
    *ratio = cg_unknown_estimate;
    *next = whole ? up : 0;
    return !whole || cg_record_log_ratio(view->results, c->record, whole->record, ratio, NULL);
}

/* The measured width nearest to the example that is no multiple of the quantum; NULL. */
static const struct cg_case_view *example_of(const struct cg_group_view *group, int quantum)
{
    const struct cg_case_view *best = NULL;
    for (int i = 0; i < group->n_cases; i++) {
        const struct cg_case_view *c = &group->cases[i];
        const int width = (int)c->c->step;
        if (c->record && width % quantum != 0 && case_of(group, cg_rounded_up(width, quantum)) &&
            (!best || abs(width - EXAMPLE) < abs((int)best->c->step - EXAMPLE)))
            best = c;
    }
    return best;
}

/* "; 58 channels cost as much as 64 (0.98 [0.97, 0.99] of the time, 0.82 of the multiply-adds)" */
static void say_example(struct cg_sentence *s, const struct cg_suite_view *view,
                        const struct cg_group_view *group, const struct cg_quantum *fit)
{
    struct cg_estimate ratio;
    int next;
    const struct cg_case_view *c = example_of(group, fit->quantum);
    if (!c || !to_next(view, group, c, fit->quantum, &ratio, &next) || next == 0)
        return;
    const struct cg_record *whole = case_of(group, next)->record;
    struct cg_judged judged = {.ratio = ratio, .delta = view->delta};
    if (!cg_judge(&judged, 1, CG_DO_THEY_DIFFER))
        return;
    cg_say(s, "; %d channels %s %d (%s of the time, %.2f of the multiply-adds)", (int)c->c->step,
           judged.verdict == CG_SAME     ? "cost as much as"
           : judged.verdict == CG_SLOWER ? "cost more than"
                                         : "against",
           next, cg_format_ratio(cg_ratio_of(ratio)).text, (double)c->record->madds / (double)whole->madds);
}

struct cg_sentence cg_say_widths(const struct cg_suite_view *view, const struct cg_group_view *group)
{
    struct cg_sentence s = {""};
    struct cg_quantum fit;
    if (!cg_widths_quantum(group, &fit))
        return s;
    const char *layout = layout_of(group);
    cg_say(&s, "%s, %s%s%s: ", cg_group_words(group->group).text, cg_setting_words(&view->setting).text,
           layout ? ", " : "", layout ? layout : "");
    if (fit.quantum == 1) {
        cg_say(&s, "no quantum of widths shows (that of %d explains %.0f %% of what is not smooth).",
               fit.explained > 0 ? fit.other : 16, 100 * fmax(fit.explained, 0));
        return s;
    }
    cg_say(&s, "take multiples of %d", fit.quantum);
    if (fit.explained - fit.other_explained < TOLD_APART)
        cg_say(&s, " (or %d: the two are not told apart)", fit.other);
    say_example(&s, view, group, &fit);
    cg_say(&s,
           ". A sawtooth of %d explains %.0f %% of what is not smooth in the time a madd (next best: %d, "
           "%.0f %%)",
           fit.quantum, 100 * fit.explained, fit.other, 100 * fit.other_explained);
    cg_say(&s,
           fit.share > 0.9 ? "; a part of a quantum costs as much as a whole one."
                           : "; with tails: %.0f %% of the time goes by whole quanta.",
           100 * fit.share);
    return s;
}

/* Of a long sweep those widths that show most: up to 64 all multiples of 4 and those behind a multiple of 8,
 * beyond it every multiple of 32 and what follows it. */
static bool is_shown(int width, bool long_sweep)
{
    const int behind = width % 32;
    return !long_sweep || width == EXAMPLE ||
           (width <= 64 ? width % 4 == 0 || width % 8 == 1 : behind == 0 || behind == (width <= 96 ? 1 : 8));
}

struct cg_table *cg_table_of_widths(const struct cg_suite_view *view)
{
    static const struct cg_column columns[] = {
        {"channels", "channels", CG_COLUMN_NUMBER, 0},
        {"time_ns", "ms [95 % interval]", CG_COLUMN_INTERVAL, 2},
        {"time_per_madd_ratio", "time per madd\n[95 % interval]", CG_COLUMN_INTERVAL, 0},
        {"next_multiple", "next multiple\nof the quantum", CG_COLUMN_NUMBER, 0},
        {"time_to_next", "time to that of\nthe multiple", CG_COLUMN_INTERVAL, 0},
        {"madds_to_next", "madds to\nits madds", CG_COLUMN_NUMBER, 1},
    };
    struct cg_table *table = cg_table_of_view(view, "", NULL);
    cg_describe_view(table, view);
    cg_table_add_columns(table, CG_COLUMNS(columns));
    for (int g = 0; g < view->n_groups; g++) {
        const struct cg_group_view *group = &view->groups[g];
        struct cg_quantum fit;
        const bool fitted = cg_widths_quantum(group, &fit);
        const struct cg_phrase words = cg_group_words(group->group);
        const char *section = words.text;
        for (int i = 0; i < group->n_cases; i++) {
            const struct cg_case_view *c = &group->cases[i];
            struct cg_estimate ratio;
            int next;
            if (!c->record || !is_shown((int)c->c->step, group->n_cases > 64))
                continue;
            cg_table_add_row(table, section);
            section = NULL;
            if (!to_next(view, group, c, fitted ? fit.quantum : 1, &ratio, &next))
                table->failed = true;
            cg_cell_count(table, (long)c->c->step);
            cg_cell_ms(table, cg_record_time(c->record));
            if (c->baseline)
                cg_cell_interval(table, (struct cg_interval){1, NAN, NAN}, "1");
            else
                cg_cell_ratio(table, cg_ratio_of(c->ratio));
            cg_cell_count(table, next > 0 ? next : CG_UNKNOWN);
            cg_cell_ratio(table, cg_ratio_of(ratio));
            cg_cell_fixed(table,
                          next > 0 ? (double)c->record->madds / (double)case_of(group, next)->record->madds
                                   : NAN,
                          "%.2f");
        }
        cg_table_add_sentence(table, cg_say_widths(view, group).text);
    }
    cg_table_add_sentence(table, cg_say_rule(view, false).text);
    return table;
}

/* A row: which quantum, what shows it, and what the example costs. */
static void add_quantum(struct cg_table *table, const struct cg_suite_view *view,
                        const struct cg_group_view *group, const char *section)
{
    struct cg_quantum fit;
    struct cg_estimate ratio = cg_unknown_estimate;
    int next = 0;
    if (!cg_widths_quantum(group, &fit))
        return;
    const struct cg_case_view *example = example_of(group, fit.quantum);
    if (example && !to_next(view, group, example, fit.quantum, &ratio, &next))
        table->failed = true;
    cg_table_add_row(table, section);
    cg_cell_text(table, cg_setting_words(&view->setting).text);
    cg_cell_text(table, layout_of(group));
    cg_cell_number(table, fit.quantum, fit.quantum > 1 ? cg_phrase("%d", fit.quantum).text : "none");
    cg_cell_fixed(table, 100 * fit.explained, "%.0f %%");
    cg_cell_number(table, fit.other, cg_phrase("%d: %.0f %%", fit.other, 100 * fit.other_explained).text);
    cg_cell_fixed(table, fit.quantum > 1 ? 100 * fit.share : NAN, "%.0f %%");
    cg_cell_text(table, next > 0 ? cg_phrase("%d to %d", (int)example->c->step, next).text : NULL);
    cg_cell_ratio(table, cg_ratio_of(ratio));
}

struct cg_table *cg_table_of_quanta(const struct cg_suite_views *views)
{
    static const struct cg_column columns[] = {
        {"setting", "setting", CG_COLUMN_TEXT, 0},
        {"layout", "layout", CG_COLUMN_TEXT, 1},
        {"quantum", "quantum", CG_COLUMN_NUMBER, 0},
        {"explained_percent", "explains", CG_COLUMN_NUMBER, 0},
        {"next_best", "next best", CG_COLUMN_NUMBER, 2},
        {"whole_quanta_percent", "time by\nwhole quanta", CG_COLUMN_NUMBER, 1},
        {"example", "channels", CG_COLUMN_TEXT, 1},
        {"example_time", "time [95 % interval]", CG_COLUMN_INTERVAL, 1},
    };
    struct cg_table *table = cg_table_create(cg_phrase("%.60s quanta", views->suite->name).text,
                                             "The quantum by which channels are rounded up");
    if (views->suite->kind != CG_KIND_WIDTHS || views->n == 0)
        return table;
    table->caption = cg_table_format(table, "%s", cg_device_words(views->items[0]->results));
    cg_table_add_columns(table, CG_COLUMNS(columns));
    for (int g = 0; g < views->suite->n_groups; g++)
        for (int v = 0; v < views->n; v++)
            add_quantum(table, views->items[v], &views->items[v]->groups[g],
                        v == 0 ? cg_group_words(views->suite->groups[g]).text : NULL);
    cg_table_add_note(table,
                      "Layout: of the tensors between layers; none is shown where a library chooses it.");
    cg_table_add_note(table, "Explains: of what is not smooth in the time a madd over widths, by a sawtooth "
                             "of this quantum. Time by "
                             "whole quanta: less than all where the engine has tails.");
    return table;
}
