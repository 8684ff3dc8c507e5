/* Tables of guidelines: slope suites, factorial suites, plain ones. */
#include "report/tables.h"

#include "report/escape.h"
#include "report/format.h"
#include "report/paper.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DAGGER "\xe2\x80\xa0"

void cg_view_slug(const struct cg_suite_view *view, const char *kind, char *slug, size_t size)
{
    char text[256];
    snprintf(text, sizeof text, "%.60s %.20s %.40s %dt %.20s %.10s %.10s b%d", view->suite->name, kind,
             view->setting.engine ? view->setting.engine : "", view->setting.threads,
             cg_isa_name(view->setting.isa), cg_cache_state_name(view->setting.cache),
             cg_fusion_name(view->setting.fusion), view->setting.batch);
    cg_slug(text, slug, size);
}

void cg_case_label(const struct cg_case_record *c, char *text, size_t size)
{
    snprintf(text, size, "%.200s%s%s", c->label ? c->label : c->name,
             c->reconstruction == 1 ? " " DAGGER : "", c->inferred == 1 ? "*" : "");
}

static bool has_note(const struct cg_case_view *c, const char *note)
{
    for (int k = 0; c->record && k < c->c->n_notes; k++)
        if (c->c->notes[k] && strcmp(c->c->notes[k], note) == 0)
            return true;
    return false;
}

/* "A, B: note" of all cases that have it. */
static void add_case_note(struct cg_table *table, const struct cg_suite_view *view, const char *note)
{
    char text[2048], last[256] = "";
    size_t used = 0;
    for (int g = 0; g < view->n_groups; g++)
        for (int i = 0; i < view->groups[g].n_cases && used < sizeof text / 2; i++) {
            char label[256];
            if (!has_note(&view->groups[g].cases[i], note))
                continue;
            cg_case_label(view->groups[g].cases[i].c, label, sizeof label);
            if (strcmp(label, last) !=
                0) /* the same case of other groups follows at once, or is the only one */
                used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", used ? "; " : "", label);
            snprintf(last, sizeof last, "%s", label);
        }
    if (used < sizeof text)
        snprintf(text + used, sizeof text - used, ": %s", note);
    cg_table_add_note(table, text);
}

void cg_add_case_notes(struct cg_table *table, const struct cg_suite_view *view)
{
    const char *seen[64];
    int n = 0;
    for (int g = 0; g < view->n_groups; g++)
        for (int i = 0; i < view->groups[g].n_cases; i++) {
            const struct cg_case_view *c = &view->groups[g].cases[i];
            for (int k = 0; c->record && k < c->c->n_notes; k++) {
                const char *note = c->c->notes[k];
                int s = 0;
                while (note && s < n && strcmp(seen[s], note) != 0)
                    s++;
                if (!note || s < n)
                    continue;
                if (n < (int)(sizeof seen / sizeof seen[0]))
                    seen[n++] = note;
                add_case_note(table, view, note);
            }
        }
}

/* Case of the paper's value: time per madd relative to the baseline in the same column of the paper. */
double cg_case_paper_ratio(const struct cg_suite_view *view, const struct cg_group_view *group, int index,
                           const char *device)
{
    const struct cg_case_view *c = &group->cases[index];
    if (group->group->baseline == CG_UNKNOWN)
        return NAN;
    const struct cg_case_view *base = &group->cases[group->group->baseline];
    double own = NAN, reference = NAN;
    for (int i = 0; i < c->c->n_paper; i++)
        if (c->c->paper[i].device && strcmp(c->c->paper[i].device, device) == 0)
            own = c->c->paper[i].value;
    for (int i = 0; i < base->c->n_paper; i++)
        if (base->c->paper[i].device && strcmp(base->c->paper[i].device, device) == 0)
            reference = base->c->paper[i].value;
    double ratio = reference / own;
    if (view->suite->kind == CG_KIND_SLOPE && c->counts && base->counts && c->counts->madds > 0)
        ratio *= (double)base->counts->madds / (double)c->counts->madds;
    return ratio;
}

/* Notes that the suite and its measured cases carry. */
static void add_notes(struct cg_table *table, const struct cg_suite_view *view)
{
    bool inferred = false, reconstruction = false, unpaired = false;
    for (int i = 0; i < view->suite->n_notes; i++)
        if (view->suite->notes[i])
            cg_table_add_note(table, view->suite->notes[i]);
    for (int g = 0; g < view->n_groups; g++)
        for (int i = 0; i < view->groups[g].n_cases; i++) {
            const struct cg_case_view *c = &view->groups[g].cases[i];
            if (!c->record)
                continue;
            inferred = inferred || c->c->inferred == 1;
            reconstruction = reconstruction || c->c->reconstruction == 1;
            unpaired = unpaired || (!c->baseline && !c->paired && !isnan(c->time_ratio.mean) &&
                                    view->suite->kind != CG_KIND_RANKING);
        }
    cg_add_case_notes(table, view);
    if (inferred)
        cg_table_add_note(table, "* INFERRED: the structure is not printed in the paper.");
    if (reconstruction)
        cg_table_add_note(table, DAGGER
                          " A reconstruction: the structure is not published in full; not the paper's own "
                          "network.");
    if (unpaired)
        cg_table_add_note(
            table,
            "Some ratios are not formed inside rounds: the case and its baseline were not interleaved.");
}

static void add_sentences(struct cg_table *table, const struct cg_suite_view *view)
{
    char text[2048];
    if (cg_say_guideline(view, text, sizeof text) > 0)
        cg_table_add_sentence(table, text);
    if (cg_say_groups(view, text, sizeof text) > 0)
        cg_table_add_sentence(table, text);
    if (cg_say_rule(view, text, sizeof text) > 0)
        cg_table_add_sentence(table, text);
}

static struct cg_table *begin_table(const struct cg_suite_view *view, const char *kind, const char *what)
{
    char slug[160], setting[256];
    cg_view_slug(view, kind, slug, sizeof slug);
    cg_setting_text(&view->setting, setting, sizeof setting);
    struct cg_table *table =
        cg_table_create(slug, view->suite->title ? view->suite->title : view->suite->name);
    if (!table)
        return NULL;
    table->setting = cg_table_format(table, "%s%s%s", setting, what[0] ? "; " : "", what);
    table->caption = cg_table_format(
        table, "%s%s%s%s%s; %s", what, what[0] ? "; " : "", view->suite->source ? view->suite->source : "",
        view->suite->source ? "; " : "",
        view->results->device.cpu_model ? view->results->device.cpu_model : "device unknown", setting);
    return table;
}

static bool group_measured(const struct cg_group_view *group)
{
    for (int i = 0; i < group->n_cases; i++)
        if (group->cases[i].record)
            return true;
    return false;
}

static void set_significant(struct cg_table *table, int column, double value, double scale, int digits)
{
    char text[64];
    cg_format_significant(value / scale, digits, text, sizeof text);
    cg_table_set_number(table, column, value, text);
}

static double count_or_nan(int64_t count)
{
    return count >= 0 ? (double)count : NAN;
}

static void set_paper(struct cg_table *table, int column, double ratio)
{
    char text[32];
    snprintf(text, sizeof text, "%.2f", ratio);
    cg_table_set_number(table, column, ratio, text);
}

static bool any_bound(const struct cg_suite_view *view)
{
    for (int g = 0; g < view->n_groups; g++)
        for (int i = 0; i < view->groups[g].n_cases; i++)
            if (!isnan(view->groups[g].cases[i].mem_ratio))
                return true;
    return false;
}

static bool any_paper(const struct cg_suite_view *view, const char *device)
{
    for (int g = 0; g < view->n_groups; g++)
        for (int i = 0; i < view->groups[g].n_cases; i++)
            if (view->groups[g].cases[i].record &&
                !isnan(cg_case_paper_ratio(view, &view->groups[g], i, device)))
                return true;
    return false;
}

static void set_ratio_and_verdict(struct cg_table *table, int column, const struct cg_case_view *c,
                                  struct cg_estimate estimate)
{
    char text[96];
    const struct cg_interval one = {1, NAN, NAN}, ratio = cg_ratio_of(estimate);
    cg_format_ratio(ratio, text, sizeof text);
    if (c->baseline)
        cg_table_set_interval(table, column, one, "1");
    else
        cg_table_set_interval(table, column, ratio, text);
    cg_table_set_text(table, column + 1, c->baseline ? "baseline" : cg_verdict_name(c->verdict));
}

static void slope_row(struct cg_table *table, const struct cg_suite_view *view, int g, int i,
                      const char *section, bool bound, bool arm, bool gpu)
{
    const struct cg_group_view *group = &view->groups[g];
    const struct cg_case_view *c = &group->cases[i];
    char label[256], text[96];
    cg_table_add_row(table, section);
    cg_case_label(c->c, label, sizeof label);
    int column = 0;
    cg_table_set_text(table, column++, label);
    cg_table_set_text(table, column++, c->c->widths);
    set_significant(table, column++, count_or_nan(c->record->madds), 1e6, 4);
    set_significant(table, column++, c->record->images_per_s, 1, 4);
    cg_format_ms(
        (struct cg_interval){c->record->time.median, c->record->time.ci_low, c->record->time.ci_high}, text,
        sizeof text);
    cg_table_set_interval(
        table, column++,
        (struct cg_interval){c->record->time.median, c->record->time.ci_low, c->record->time.ci_high}, text);
    set_ratio_and_verdict(table, column, c, c->ratio);
    column += 2;
    set_significant(table, column++, count_or_nan(c->record->mem_access_elements), 1e6, 3);
    if (bound) {
        set_significant(table, column++, isnan(c->mem_ratio) ? NAN : c->c->mem_access_bound, 1e6, 3);
        set_paper(table, column++, c->mem_ratio);
    }
    if (arm)
        set_paper(table, column++, cg_case_paper_ratio(view, group, i, cg_paper_name(CG_PAPER_ARM)));
    if (gpu)
        set_paper(table, column++, cg_case_paper_ratio(view, group, i, cg_paper_name(CG_PAPER_GPU)));
}

/* "x1, ARM set: HOLDS, slope 0.13 [0.12, 0.14]; series ..." */
static void slope_section(const struct cg_suite_view *view, const struct cg_group_view *group, char *text,
                          size_t size)
{
    char where[256];
    cg_say_group(group->group, where, sizeof where);
    size_t used = (size_t)snprintf(text, size, "%s:", where);
    for (int t = 0; t < group->n_trends && used < size; t++) {
        const struct cg_trend *trend = &group->trends[t];
        used +=
            (size_t)snprintf(text + used, size - used, "%s%s%.60s %s", t ? ";" : "", trend->series ? " " : "",
                             trend->series ? trend->series : "", cg_finding_name(trend->finding));
        if (used < size && !isnan(trend->slope.mean))
            used += (size_t)snprintf(text + used, size - used, ", slope %.3f", trend->slope.mean);
        if (used < size && !isnan(trend->slope.low))
            used += (size_t)snprintf(text + used, size - used, " [%.3f, %.3f]", trend->slope.low,
                                     trend->slope.high);
        if (used < size && t == group->n_trends - 1 && view->suite->axis)
            used += (size_t)snprintf(text + used, size - used, " over %.40s", view->suite->axis);
    }
}

struct cg_table *cg_table_of_slope(const struct cg_suite_view *view)
{
    struct cg_table *table = begin_table(view, "", "");
    if (!table)
        return NULL;
    const bool bound = any_bound(view), arm = any_paper(view, cg_paper_name(CG_PAPER_ARM)),
               gpu = any_paper(view, cg_paper_name(CG_PAPER_GPU));
    cg_table_add_column(table, "case", "case", CG_COLUMN_TEXT, 0);
    cg_table_add_column(table, "widths", "widths", CG_COLUMN_TEXT, 4);
    cg_table_add_column(table, "madds", "MFLOPs\n(madds)", CG_COLUMN_NUMBER, 3);
    cg_table_add_column(table, "images_per_s", "images/s", CG_COLUMN_NUMBER, 0);
    cg_table_add_column(table, "time_ns", "ms [95 % interval]", CG_COLUMN_INTERVAL, 9);
    cg_table_add_column(table, "time_per_madd_ratio", "time per madd\n[95 % interval]", CG_COLUMN_INTERVAL,
                        0);
    cg_table_add_column(table, "verdict", "verdict", CG_COLUMN_TEXT, 0);
    cg_table_add_column(table, "mem_access_elements", "mem. access\nM elements", CG_COLUMN_NUMBER, 2);
    if (bound) {
        cg_table_add_column(table, "mem_access_bound_elements", "eq. (1)\nbound M", CG_COLUMN_NUMBER, 8);
        cg_table_add_column(table, "mem_access_to_bound", "to\nbound", CG_COLUMN_NUMBER, 1);
    }
    if (arm)
        cg_table_add_column(table, "paper_arm_ratio", "paper\nARM", CG_COLUMN_NUMBER, 0);
    if (gpu)
        cg_table_add_column(table, "paper_gpu_ratio", "paper\nGPU", CG_COLUMN_NUMBER, 0);
    for (int g = 0; g < view->n_groups; g++) {
        if (!group_measured(&view->groups[g]))
            continue;
        char section[512];
        slope_section(view, &view->groups[g], section, sizeof section);
        bool first = true;
        for (int i = 0; i < view->groups[g].n_cases; i++)
            if (view->groups[g].cases[i].record) {
                slope_row(table, view, g, i, first ? section : NULL, bound, arm, gpu);
                first = false;
            }
    }
    add_sentences(table, view);
    add_notes(table, view);
    return table;
}

static bool any_widths(const struct cg_suite_view *view)
{
    for (int g = 0; g < view->n_groups; g++)
        for (int i = 0; i < view->groups[g].n_cases; i++)
            if (view->groups[g].cases[i].record && view->groups[g].cases[i].c->widths)
                return true;
    return false;
}

/* Cells of a factorial suite, or the cases of a plain one: time relative to the baseline. A plain suite's
 * cases need not have equal multiply-adds: their rate stands beside. */
static struct cg_table *table_of_times(const struct cg_suite_view *view, const char *kind, const char *what)
{
    struct cg_table *table = begin_table(view, kind, what);
    if (!table)
        return NULL;
    const bool arm = any_paper(view, cg_paper_name(CG_PAPER_ARM)),
               gpu = any_paper(view, cg_paper_name(CG_PAPER_GPU)), plain = view->suite->kind == CG_KIND_PLAIN,
               widths = plain && any_widths(view);
    cg_table_add_column(table, "case", "case", CG_COLUMN_TEXT, 0);
    if (widths)
        cg_table_add_column(table, "widths", "widths", CG_COLUMN_TEXT, 4);
    cg_table_add_column(table, "madds", "MFLOPs\n(madds)", CG_COLUMN_NUMBER, 2);
    cg_table_add_column(table, "images_per_s", "images/s", CG_COLUMN_NUMBER, 0);
    cg_table_add_column(table, "time_ns", "ms [95 % interval]", CG_COLUMN_INTERVAL, 1);
    cg_table_add_column(table, "time_ratio", "time\n[95 % interval]", CG_COLUMN_INTERVAL, 0);
    cg_table_add_column(table, "verdict", "verdict", CG_COLUMN_TEXT, 0);
    if (plain)
        cg_table_add_column(table, "madds_per_s", "Gmadds/s", CG_COLUMN_NUMBER, 5);
    cg_table_add_column(table, "mem_access_elements", "mem. access\nM elements", CG_COLUMN_NUMBER, 3);
    if (arm)
        cg_table_add_column(table, "paper_arm_ratio", "paper\nARM", CG_COLUMN_NUMBER, 0);
    if (gpu)
        cg_table_add_column(table, "paper_gpu_ratio", "paper\nGPU", CG_COLUMN_NUMBER, 0);
    for (int g = 0; g < view->n_groups; g++) {
        const struct cg_group_view *group = &view->groups[g];
        char section[256];
        cg_say_group(group->group, section, sizeof section);
        bool first = true;
        for (int i = 0; i < group->n_cases; i++) {
            const struct cg_case_view *c = &group->cases[i];
            if (!c->record)
                continue;
            char label[256], text[96];
            cg_table_add_row(table, first ? section : NULL);
            first = false;
            cg_case_label(c->c, label, sizeof label);
            int column = 0;
            cg_table_set_text(table, column++, label);
            if (widths)
                cg_table_set_text(table, column++, c->c->widths);
            set_significant(table, column++, count_or_nan(c->record->madds), 1e6, 4);
            set_significant(table, column++, c->record->images_per_s, 1, 4);
            const struct cg_interval time = {c->record->time.median, c->record->time.ci_low,
                                             c->record->time.ci_high};
            cg_format_ms(time, text, sizeof text);
            cg_table_set_interval(table, column++, time, text);
            set_ratio_and_verdict(table, column, c, c->time_ratio);
            column += 2;
            if (plain)
                set_significant(table, column++, count_or_nan(c->record->madds) / time.value * 1e9, 1e9, 3);
            set_significant(table, column++, count_or_nan(c->record->mem_access_elements), 1e6, 3);
            if (arm)
                set_paper(table, column++, cg_case_paper_ratio(view, group, i, cg_paper_name(CG_PAPER_ARM)));
            if (gpu)
                set_paper(table, column++, cg_case_paper_ratio(view, group, i, cg_paper_name(CG_PAPER_GPU)));
        }
    }
    return table;
}

struct cg_table *cg_table_of_plain(const struct cg_suite_view *view)
{
    struct cg_table *table = table_of_times(view, "", "");
    if (table) {
        char text[512];
        if (cg_say_rule(view, text, sizeof text) > 0)
            cg_table_add_sentence(table, text);
        add_notes(table, view);
    }
    return table;
}

struct cg_table *cg_table_of_factorial(const struct cg_suite_view *view)
{
    struct cg_table *table = table_of_times(view, "", "units");
    if (table) {
        add_sentences(table, view);
        add_notes(table, view);
    }
    return table;
}

static void set_effect(struct cg_table *table, int column, struct cg_estimate effect, enum cg_verdict verdict,
                       bool judged)
{
    char change[96], text[160];
    cg_format_change(cg_ratio_of(effect), change, sizeof change);
    snprintf(text, sizeof text, "%s%s%s", change, judged ? " " : "", judged ? cg_verdict_name(verdict) : "");
    cg_table_set_interval(table, column, cg_ratio_of(effect), text);
}

struct cg_table *cg_table_of_effects(const struct cg_suite_view *view)
{
    const char *a = view->suite->factors[0] ? view->suite->factors[0] : "factor A";
    const char *b = view->suite->factors[1] ? view->suite->factors[1] : "factor B";
    struct cg_table *table = begin_table(view, "effects", "effects on time");
    if (!table)
        return NULL;
    cg_table_add_column(table, "group", "group", CG_COLUMN_TEXT, 0);
    cg_table_add_column(table, "effect_a", a, CG_COLUMN_INTERVAL, 0);
    cg_table_add_column(table, "effect_b", b, CG_COLUMN_INTERVAL, 0);
    cg_table_add_column(table, "interaction", "interaction", CG_COLUMN_INTERVAL, 2);
    cg_table_add_column(table, "both", "both", CG_COLUMN_INTERVAL, 1);
    cg_table_add_column(table, "finding", "finding", CG_COLUMN_TEXT, 0);
    for (int g = 0; g < view->n_groups; g++) {
        const struct cg_group_view *group = &view->groups[g];
        if (!group->has_effects)
            continue;
        char where[256];
        cg_say_group(group->group, where, sizeof where);
        cg_table_add_row(table, NULL);
        cg_table_set_text(table, 0, where);
        set_effect(table, 1, group->effects.a, group->effect_verdicts[0], true);
        set_effect(table, 2, group->effects.b, group->effect_verdicts[1], true);
        set_effect(table, 3, group->effects.interaction, CG_NO_VERDICT, false);
        set_effect(table, 4, group->effects.both, group->effect_verdicts[2], true);
        cg_table_set_text(table, 5, cg_finding_name(group->finding));
    }
    return table;
}
