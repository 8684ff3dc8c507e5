#include "report/printed.h"

#include "base/text.h"
#include "bench/paper/tables.h"
#include "report/escape.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *cell(const struct cg_printed *printed, int row, const char *column)
{
    return cg_csv_cell(&printed->csv, row, cg_csv_column(&printed->csv, column));
}

static bool is_of_suite(const struct cg_printed *printed, int row)
{
    return cg_same_text(cell(printed, row, "guideline"), printed->view->suite->name);
}

/* The time of a case as it is printed, "" where it is not. */
static const char *time_of(const struct cg_printed *printed, int column, const struct cg_case_view *c)
{
    for (int row = 0; row < printed->csv.n_rows; row++)
        if (is_of_suite(printed, row) &&
            strcmp(cell(printed, row, "column"), printed->columns[column].name) == 0 &&
            cg_same_text(cell(printed, row, "group"), printed->view->groups[c->group].group->name) &&
            cg_same_text(cell(printed, row, "label"), c->c->label))
            return cell(printed, row, "value");
    return "";
}

static double ms_of(const struct cg_printed *printed, int column, const struct cg_case_view *c)
{
    const char *text = time_of(printed, column, c);
    return text[0] ? strtod(text, NULL) : NAN;
}

static double ratio_of(const struct cg_printed *printed, int column, const struct cg_case_view *c)
{
    const struct cg_group_view *group = &printed->view->groups[c->group];
    if (group->group->baseline == CG_UNKNOWN)
        return NAN;
    const struct cg_case_view *base = &group->cases[group->group->baseline];
    double ratio = ms_of(printed, column, c) / ms_of(printed, column, base);
    if (cg_is_per_madd(printed->view->suite) && c->counts && base->counts && c->counts->madds > 0)
        ratio *= (double)base->counts->madds / (double)c->counts->madds;
    return ratio;
}

static void add_device(struct cg_printed *printed, int row)
{
    const char *name = cell(printed, row, "column");
    int k = 0;
    while (k < printed->n && strcmp(printed->columns[k].name, name) != 0)
        k++;
    if (!name[0] || k < printed->n || k == CG_PRINTED_MAX)
        return;
    printed->columns[k].name = name;
    printed->columns[k].second_hand = strcmp(cell(printed, row, "standing"), "printed") != 0;
    printed->n++;
    for (int i = 0; i < printed->view->n_cases; i++) {
        const struct cg_case_view *c = &printed->view->cases[i];
        if (!c->record)
            continue;
        printed->columns[k].has |= time_of(printed, k, c)[0] != '\0';
        printed->columns[k].has_ratio |= !c->baseline && !isnan(ratio_of(printed, k, c));
    }
}

void cg_printed_open(const struct cg_suite_view *view, struct cg_printed *printed)
{
    *printed = (struct cg_printed){.view = view};
    if (cg_csv_parse(cg_paper_table("guidelines"), "guidelines.csv", &printed->csv, NULL) != CG_OK)
        return;
    for (int row = 0; row < printed->csv.n_rows; row++)
        if (is_of_suite(printed, row))
            add_device(printed, row);
}

void cg_printed_close(struct cg_printed *printed)
{
    cg_csv_release(&printed->csv);
}

#define TIME_RANK 6 /* beside a ratio */

void cg_printed_add_columns(const struct cg_printed *printed, struct cg_table *table)
{
    for (int k = 0; k < printed->n; k++) {
        const char *name = printed->columns[k].name;
        const char *how = printed->columns[k].second_hand ? "second-hand" : "printed";
        const bool ratio = printed->columns[k].has_ratio;
        if (ratio)
            cg_table_add_column(table, cg_table_format(table, "printed_%s_ratio", cg_slug(name).text),
                                cg_table_format(table, "%s\n%s", how, name), CG_COLUMN_NUMBER, 0);
        if (printed->columns[k].has)
            cg_table_add_column(table, cg_table_format(table, "printed_%s_ms", cg_slug(name).text),
                                cg_table_format(table, "%s ms\n%s", how, name), CG_COLUMN_NUMBER,
                                ratio ? TIME_RANK : 0);
    }
}

void cg_printed_add_cells(const struct cg_printed *printed, struct cg_table *table,
                          const struct cg_case_view *c)
{
    for (int k = 0; k < printed->n; k++) {
        const char *time = time_of(printed, k, c);
        if (printed->columns[k].has_ratio)
            cg_cell_fixed(table, ratio_of(printed, k, c), "%.2f");
        if (printed->columns[k].has)
            cg_cell_number(table, ms_of(printed, k, c), time[0] ? time : "-");
    }
}
