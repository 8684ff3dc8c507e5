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

/* Whether "a; b; c" has the item. */
static bool is_listed(const char *list, const char *item)
{
    const size_t n = strlen(item);
    for (const char *at = list; (at = strstr(at, item)); at++)
        if ((at == list || at[-1] == ' ') && (at[n] == '\0' || at[n] == ';'))
            return true;
    return false;
}

/* The row that is printed of a case, -1 where there is none. */
static int row_of(const struct cg_printed *printed, int column, const struct cg_case_view *c)
{
    const struct cg_phrase name =
        cg_phrase("%s/%s", printed->view->groups[c->group].group->name, c->c->label);
    for (int row = 0; row < printed->csv.n_rows; row++)
        if (is_of_suite(printed, row) &&
            strcmp(cell(printed, row, "column"), printed->columns[column].name) == 0 &&
            is_listed(cell(printed, row, "at"), name.text))
            return row;
    return -1;
}

static double number(const struct cg_printed *printed, int row, const char *column)
{
    const char *text = row >= 0 ? cell(printed, row, column) : "";
    return text[0] ? strtod(text, NULL) : NAN;
}

/* GFLOPS: images a second x FLOPs of an image. */
static double density(const struct cg_printed *printed, int row)
{
    return number(printed, row, "value") * number(printed, row, "gflops");
}

static double ratio_of(const struct cg_printed *printed, int column, const struct cg_case_view *c)
{
    const struct cg_group_view *group = &printed->view->groups[c->group];
    if (group->group->baseline == CG_UNKNOWN)
        return NAN;
    const struct cg_case_view *base = &group->cases[group->group->baseline];
    const int row = row_of(printed, column, c), base_row = row_of(printed, column, base);
    if (printed->columns[column].of_density)
        return density(printed, base_row) / density(printed, row);
    double ratio = number(printed, row, "value") / number(printed, base_row, "value");
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
    printed->columns[k].of_density = cell(printed, row, "gflops")[0] != '\0';
    printed->n++;
    for (int i = 0; i < printed->view->n_cases; i++) {
        const struct cg_case_view *c = &printed->view->cases[i];
        if (!c->record)
            continue;
        printed->columns[k].has |= row_of(printed, k, c) >= 0;
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

#define TIME_RANK    6 /* beside a ratio */
#define DENSITY_RANK 10

void cg_printed_add_columns(const struct cg_printed *printed, struct cg_table *table)
{
    for (int k = 0; k < printed->n; k++) {
        const char *name = printed->columns[k].name;
        const char *how = printed->columns[k].second_hand ? "second-hand" : "printed";
        const bool ratio = printed->columns[k].has_ratio, of_density = printed->columns[k].of_density;
        const char *unit = of_density ? "GFLOPS" : "ms";
        if (ratio)
            cg_table_add_column(table, cg_table_format(table, "printed_%s_ratio", cg_slug(name).text),
                                cg_table_format(table, "%s\n%s", how, name), CG_COLUMN_NUMBER, 0);
        if (printed->columns[k].has)
            cg_table_add_column(
                table, cg_table_format(table, "printed_%s_%s", cg_slug(name).text, cg_slug(unit).text),
                cg_table_format(table, "%s %s\n%s", how, unit, name), CG_COLUMN_NUMBER,
                of_density ? DENSITY_RANK
                : ratio    ? TIME_RANK
                           : 0);
        if (ratio && of_density)
            cg_table_add_note(table,
                              cg_phrase("%s, %s: the time of a FLOP of whole networks of unequal work, those "
                                        "two that differ in what stands at the row's maps.",
                                        name, how)
                                  .text);
    }
}

void cg_printed_add_cells(const struct cg_printed *printed, struct cg_table *table,
                          const struct cg_case_view *c)
{
    for (int k = 0; k < printed->n; k++) {
        const int row = row_of(printed, k, c);
        if (printed->columns[k].has_ratio)
            cg_cell_fixed(table, ratio_of(printed, k, c), "%.2f");
        if (printed->columns[k].has && printed->columns[k].of_density)
            cg_cell_fixed(table, density(printed, row), "%.0f");
        else if (printed->columns[k].has)
            cg_cell_number(table, number(printed, row, "value"),
                           row >= 0 ? cell(printed, row, "value") : "-");
    }
}
