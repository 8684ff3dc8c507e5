/* Tables of guidelines: slope suites, factorial suites, plain ones. */
#include "report/tables.h"

#include "report/paper.h"
#include "report/printed.h"

#include <math.h>

static struct cg_table *begin_table(const struct cg_suite_view *view, const char *kind, const char *what)
{
    const char *source = view->suite->source, *semicolon = what[0] ? "; " : "";
    const struct cg_phrase setting = cg_setting_words(&view->setting);
    struct cg_table *table = cg_table_of_view(view, kind, NULL);
    table->setting = cg_table_format(table, "%s%s%s", setting.text, semicolon, what);
    table->caption = cg_table_format(table, "%s%s%s%s%s; %s", what, semicolon, source ? source : "",
                                     source ? "; " : "", cg_device_words(view->results), setting.text);
    return table;
}

/* The published time of a case, per madd where the suite has a slope, relative to the baseline. */
static double published_ratio(const struct cg_suite_view *view, const struct cg_case_view *c, int device)
{
    const struct cg_group_view *group = &view->groups[c->group];
    if (group->group->baseline == CG_UNKNOWN)
        return NAN;
    const struct cg_case_view *base = &group->cases[group->group->baseline];
    double ratio = cg_case_published(base->c, cg_paper_devices[device].name, false) /
                   cg_case_published(c->c, cg_paper_devices[device].name, false);
    if (view->suite->kind == CG_KIND_SLOPE && c->counts && base->counts && c->counts->madds > 0)
        ratio *= (double)base->counts->madds / (double)c->counts->madds;
    return ratio;
}

/* What a table of this suite tells: not what no case has, madds per second only of a plain suite, whose cases
 * need not have equal multiply-adds, and beside the time per madd the time itself where that says something
 * else. */
#define MADDS_APART 0.1 /* log */

struct shown {
    bool widths, rate, bound, time, by_state, paper[CG_PAPER_DEVICE_COUNT];
    struct cg_printed printed;
};

static struct shown find_shown(const struct cg_suite_view *view)
{
    const bool slope = view->suite->kind == CG_KIND_SLOPE, plain = view->suite->kind == CG_KIND_PLAIN;
    struct shown shown = {.widths = slope, .rate = plain};
    cg_printed_open(view, &shown.printed);
    for (int i = 0; i < view->n_cases; i++) {
        const struct cg_case_view *c = &view->cases[i];
        shown.bound = shown.bound || (slope && !isnan(c->mem_ratio));
        shown.time =
            shown.time || (slope && c->record && fabs(c->ratio.mean - c->time_ratio.mean) > MADDS_APART);
        shown.by_state = shown.by_state || c->verdict == CG_BY_MACHINE;
        shown.widths = shown.widths || (plain && c->record && c->c->widths);
        for (int d = 0; d < CG_PAPER_DEVICE_COUNT; d++)
            shown.paper[d] = shown.paper[d] || (c->record && !isnan(published_ratio(view, c, d)));
    }
    return shown;
}

static void add_columns(struct cg_table *table, const struct cg_suite_view *view, const struct shown *shown)
{
    const bool slope = view->suite->kind == CG_KIND_SLOPE;
    cg_table_add_column(table, "case", "case", CG_COLUMN_TEXT, 0);
    if (shown->widths)
        cg_table_add_column(table, "widths", "widths", CG_COLUMN_TEXT, 4);
    cg_table_add_column(table, "madds", "MFLOPs\n(madds)", CG_COLUMN_NUMBER, slope ? 3 : 2);
    cg_table_add_column(table, "images_per_s", "images/s", CG_COLUMN_NUMBER, 0);
    cg_table_add_column(table, "time_ns", "ms [95 % interval]", CG_COLUMN_INTERVAL, slope ? 9 : 1);
    cg_table_add_column(table, cg_is_per_madd(view->suite) ? "time_per_madd_ratio" : "time_ratio",
                        cg_phrase("%s\n[95 %% interval]", cg_cost_words(view->suite)).text,
                        CG_COLUMN_INTERVAL, 0);
    cg_table_add_column(table, "verdict", "verdict", CG_COLUMN_TEXT, 0);
    if (shown->time)
        cg_table_add_column(table, "time_ratio", "time\n[95 % interval]", CG_COLUMN_INTERVAL, 1);
    if (shown->by_state) {
        cg_table_add_column(table, "quiet_rounds_ratio", "in quiet\nrounds", CG_COLUMN_INTERVAL, 4);
        cg_table_add_column(table, "other_rounds_ratio", "in the\nothers", CG_COLUMN_INTERVAL, 4);
    }
    if (shown->rate)
        cg_table_add_column(table, "madds_per_s", "Gmadds/s", CG_COLUMN_NUMBER, 5);
    cg_table_add_column(table, "mem_access_elements", "mem. access\nM elements", CG_COLUMN_NUMBER,
                        slope ? 2 : 3);
    if (shown->bound) {
        cg_table_add_column(table, "mem_access_bound_elements", "eq. (1)\nbound M", CG_COLUMN_NUMBER, 8);
        cg_table_add_column(table, "mem_access_to_bound", "to\nbound", CG_COLUMN_NUMBER, 1);
    }
    for (int d = 0; d < CG_PAPER_DEVICE_COUNT; d++)
        if (shown->paper[d])
            cg_add_paper_column(table, d, "paper_%s_ratio", "paper\n%s", 0);
    cg_printed_add_columns(&shown->printed, table);
}

static double count_or_nan(int64_t count)
{
    return count >= 0 ? (double)count : NAN;
}

/* Both ratios of a row that they leave undecided. */
static void add_by_state(struct cg_table *table, const struct cg_judged *row)
{
    const struct cg_estimate *const both[] = {&row->state.quiet, &row->state.others};
    for (int i = 0; i < 2; i++)
        if (row->verdict == CG_BY_MACHINE)
            cg_cell_ratio(table, cg_ratio_of(*both[i]));
        else
            cg_cell_text(table, NULL);
}

static void add_ratio(struct cg_table *table, const struct cg_case_view *c, struct cg_estimate ratio)
{
    if (c->baseline)
        cg_cell_interval(table, (struct cg_interval){1, NAN, NAN}, "1");
    else
        cg_cell_ratio(table, cg_ratio_of(ratio));
}

static void add_case(struct cg_table *table, const struct cg_suite_view *view, const struct shown *shown,
                     const struct cg_case_view *c, const char *section)
{
    const struct cg_interval time = cg_record_time(c->record);
    const double madds = count_or_nan(c->record->madds);
    cg_table_add_row(table, section);
    cg_cell_text(table, cg_case_label(c->c).text);
    if (shown->widths)
        cg_cell_text(table, c->c->widths);
    cg_cell_figure(table, madds, 1e6, 4);
    cg_cell_figure(table, c->record->images_per_s, 1, 4);
    cg_cell_ms(table, time);
    add_ratio(table, c, cg_case_cost(view, c));
    const struct cg_judged judged = cg_case_judged(view, c);
    cg_cell_text(table, c->baseline ? "baseline" : cg_verdict_words(&judged).text);
    if (shown->time)
        add_ratio(table, c, c->time_ratio);
    if (shown->by_state)
        add_by_state(table, &judged);
    if (shown->rate)
        cg_cell_figure(table, madds / time.value * 1e9, 1e9, 3);
    cg_cell_figure(table, count_or_nan(c->record->mem_access_elements), 1e6, 3);
    if (shown->bound) {
        cg_cell_figure(table, isnan(c->mem_ratio) ? NAN : c->c->mem_access_bound, 1e6, 3);
        cg_cell_fixed(table, c->mem_ratio, "%.2f");
    }
    for (int d = 0; d < CG_PAPER_DEVICE_COUNT; d++)
        if (shown->paper[d])
            cg_cell_fixed(table, published_ratio(view, c, d), "%.2f");
    cg_printed_add_cells(&shown->printed, table, c);
}

/* "x1, ARM set"; of a slope suite "x1, ARM set: HOLDS, slope 0.13 [0.12, 0.14]; series ..." */
static struct cg_sentence say_section(const struct cg_suite_view *view, const struct cg_group_view *group)
{
    struct cg_sentence s = {""};
    const bool slope = view->suite->kind == CG_KIND_SLOPE;
    cg_say(&s, "%s%s", cg_group_words(group->group).text, group->n_trends > 0 && slope ? ":" : "");
    for (int t = 0; slope && t < group->n_trends; t++) {
        const struct cg_trend *trend = &group->trends[t];
        cg_say(&s, "%s%s%.60s %s", t ? ";" : "", trend->series ? " " : "", trend->series ? trend->series : "",
               cg_finding_name(trend->finding));
        if (trend->against >= 0)
            cg_say(&s, " (%s)", cg_step_back(group, trend).text);
        if (!isnan(trend->slope.mean))
            cg_say(&s, ", slope %.3f", trend->slope.mean);
        if (!isnan(trend->slope.low))
            cg_say(&s, " [%.3f, %.3f]", trend->slope.low, trend->slope.high);
        if (t == group->n_trends - 1 && view->suite->axis)
            cg_say(&s, " over %.40s", view->suite->axis);
    }
    return s;
}

#define ON_ACTIVATIONS 10 /* the guideline */

struct cg_table *cg_table_of_cases(const struct cg_suite_view *view)
{
    const bool factorial = view->suite->kind == CG_KIND_FACTORIAL;
    struct cg_table *table = begin_table(view, "", factorial ? "units" : "");
    struct shown shown = find_shown(view);
    int group = -1;
    bool apart = false;
    add_columns(table, view, &shown);
    for (int i = 0; i < view->n_cases; i++) {
        const struct cg_case_view *c = &view->cases[i];
        if (!c->record)
            continue;
        add_case(table, view, &shown, c,
                 c->group != group ? say_section(view, &view->groups[c->group]).text : NULL);
        const struct cg_judged judged = cg_case_judged(view, c);
        cg_add_state_note(table,
                          cg_phrase("%.100s, %.100s", cg_group_words(view->groups[c->group].group).text,
                                    cg_case_words(c->c))
                              .text,
                          &judged);
        group = c->group;
        apart = apart || (!isnan(c->time_ratio.mean) && !c->paired);
    }
    cg_printed_close(&shown.printed);
    cg_table_add_sentence(table, cg_say_guideline(view).text);
    cg_table_add_sentence(table, cg_say_groups(view).text);
    if (cg_guideline_number(view->suite->name) == ON_ACTIVATIONS)
        cg_add_activations(table, view);
    cg_table_add_sentence(table, cg_say_rule(view, apart).text);
    cg_add_notes(table, view);
    return table;
}

struct cg_table *cg_table_of_effects(const struct cg_suite_view *view)
{
    const char *a = view->suite->factors[0], *b = view->suite->factors[1];
    const struct cg_column columns[] = {
        {"group", "group", CG_COLUMN_TEXT, 0},
        {"effect_a", a ? a : "factor A", CG_COLUMN_INTERVAL, 0},
        {"effect_b", b ? b : "factor B", CG_COLUMN_INTERVAL, 0},
        {"interaction", "interaction", CG_COLUMN_INTERVAL, 2},
        {"both", "both", CG_COLUMN_INTERVAL, 1},
        {"finding", "finding", CG_COLUMN_TEXT, 0},
    };
    struct cg_table *table = begin_table(view, "effects", "effects on time");
    cg_table_add_columns(table, CG_COLUMNS(columns));
    for (int g = 0; g < view->n_groups; g++) {
        const struct cg_group_view *group = &view->groups[g];
        if (!group->has_effects)
            continue;
        const struct cg_interval interaction = cg_ratio_of(group->effects.interaction);
        cg_table_add_row(table, NULL);
        cg_cell_text(table, cg_group_words(group->group).text);
        cg_cell_judged(table, &group->judged_effects[0], true);
        cg_cell_judged(table, &group->judged_effects[1], true);
        cg_cell_interval(table, interaction, cg_format_change(interaction).text);
        cg_cell_judged(table, &group->judged_effects[2], true);
        cg_cell_text(table, cg_finding_name(group->finding));
        for (int e = 0; e < 3; e++)
            cg_add_state_note(table,
                              cg_phrase("%.100s, %.100s", cg_group_words(group->group).text,
                                        columns[e == 2 ? 4 : e + 1].head)
                                  .text,
                              &group->judged_effects[e]);
    }
    return table;
}
