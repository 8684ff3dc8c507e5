/* What tables of suites share. */
#include "report/tables.h"

#include "base/text.h"
#include "report/escape.h"
#include "report/paper.h"

#include <math.h>
#include <string.h>

struct cg_phrase cg_view_slug(const struct cg_suite_view *view, const char *kind)
{
    struct cg_phrase setting;
    cg_setting_say(&view->setting, -1u, CG_SAY_SHORT, setting.text, sizeof setting.text);
    return cg_slug(cg_phrase("%.60s %.20s %.120s", view->suite->name, kind, setting.text).text);
}

struct cg_table *cg_table_of_view(const struct cg_suite_view *view, const char *kind, const char *title)
{
    return cg_table_create(cg_view_slug(view, kind).text, title                ? title
                                                          : view->suite->title ? view->suite->title
                                                                               : view->suite->name);
}

void cg_describe_view(struct cg_table *table, const struct cg_suite_view *view)
{
    table->setting = cg_table_format(table, "%s", cg_setting_words(&view->setting).text);
    table->caption = cg_table_format(table, "%s; %s", cg_device_words(view->results), table->setting);
}

int cg_views_of_engines(const struct cg_suite_views *all, const struct cg_setting *of,
                        const struct cg_suite_view *views[CG_MAX_ENGINES])
{
    int n = 0;
    for (int i = 0; i < all->n && n < CG_MAX_ENGINES; i++) {
        const struct cg_suite_view *view = all->items[i];
        bool known = cg_setting_difference(&view->setting, of) & ~CG_FIELD_ENGINE;
        for (int k = 0; k < n && !known; k++)
            known = cg_same_text(views[k]->setting.engine, view->setting.engine);
        if (!known)
            views[n++] = view;
    }
    return n;
}

struct cg_phrase cg_rest_of_setting(const struct cg_suite_views *all, const struct cg_setting *of)
{
    unsigned difference = 0;
    struct cg_phrase rest;
    for (int i = 0; i < all->n; i++)
        difference |= cg_setting_difference(&all->items[i]->setting, of);
    difference &= ~(unsigned)(CG_FIELD_ENGINE | CG_FIELD_THREADS | CG_FIELD_FUSION);
    cg_setting_say(of, difference, CG_SAY_ALL, rest.text, sizeof rest.text);
    return cg_phrase("%s%.100s", rest.text[0] ? ", " : "", rest.text);
}

struct cg_phrase cg_place_name(const struct cg_group_view *group, int trend)
{
    const struct cg_phrase where = cg_group_words(group->group);
    return group->n_trends > 1 && group->trends[trend].series
               ? cg_phrase("%.180s (%.60s)", where.text, group->trends[trend].series)
               : cg_phrase("%.180s", where.text);
}

void cg_add_paper_column(struct cg_table *table, int device, const char *key, const char *head, int rank)
{
    cg_table_add_column(table, cg_table_format(table, key, cg_paper_devices[device].key),
                        cg_table_format(table, head, cg_paper_devices[device].word), CG_COLUMN_NUMBER, rank);
}

void cg_cell_judged(struct cg_table *table, const struct cg_judged *row, bool as_change)
{
    const struct cg_interval ratio = cg_ratio_of(row->ratio);
    const struct cg_phrase shown = as_change ? cg_format_change(ratio) : cg_format_ratio(ratio);
    cg_cell_interval(table, ratio, cg_phrase("%s %s", shown.text, cg_verdict_words(row).text).text);
    cg_cell_verdict(table, cg_verdict_words(row).text);
}

void cg_add_state_note(struct cg_table *table, const char *what, const struct cg_judged *row)
{
    if (row->verdict == CG_BY_MACHINE)
        cg_table_add_note(
            table, cg_table_format(table, "%s: UNDECIDED: machine: %s.", what, cg_state_words(row).text));
}

static bool has_note(const struct cg_case_view *c, const char *note)
{
    for (int k = 0; c->record && k < c->c->n_notes; k++)
        if (cg_same_text(c->c->notes[k], note))
            return true;
    return false;
}

/* "A, B: note" of all cases that have it. */
static void add_case_note(struct cg_table *table, const struct cg_suite_view *view, const char *note)
{
    struct cg_sentence s = {""};
    struct cg_phrase last = {""};
    for (int i = 0; i < view->n_cases && strlen(s.text) < sizeof s.text / 2; i++) {
        if (!has_note(&view->cases[i], note))
            continue;
        const struct cg_phrase label = cg_case_label(view->cases[i].c);
        if (strcmp(label.text, last.text) != 0) /* the same case of other groups follows at once */
            cg_say(&s, "%s%s", s.text[0] ? "; " : "", label.text);
        last = label;
    }
    cg_say(&s, ": %s", note);
    cg_table_add_note(table, s.text);
}

void cg_add_notes(struct cg_table *table, const struct cg_suite_view *view)
{
    bool inferred = false, reconstruction = false, unpaired = false;
    const bool ranking = view->suite->kind == CG_KIND_RANKING;
    for (int i = 0; i < view->suite->n_notes; i++)
        if (view->suite->notes[i])
            cg_table_add_note(table, view->suite->notes[i]);
    for (int i = 0; i < view->n_cases; i++) {
        const struct cg_case_view *c = &view->cases[i];
        if (!c->record)
            continue;
        inferred = inferred || (!ranking && c->c->inferred == 1);
        reconstruction = reconstruction || c->c->reconstruction == 1;
        unpaired = unpaired || (!ranking && !c->baseline && !c->paired && !isnan(c->time_ratio.mean));
    }
    for (int i = 0; i < view->n_cases; i++)
        for (int k = 0; view->cases[i].record && k < view->cases[i].c->n_notes; k++)
            if (view->cases[i].c->notes[k])
                add_case_note(table, view, view->cases[i].c->notes[k]);
    if (inferred)
        cg_table_add_note(table, "* INFERRED: the structure is not printed in the paper.");
    if (reconstruction)
        cg_table_add_note(table, CG_RECONSTRUCTION_NOTE);
    if (unpaired)
        cg_table_add_note(table, "Some ratios are not formed inside rounds: the case and its baseline were "
                                 "not interleaved.");
}
