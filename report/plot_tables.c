/* Figures of tables: intervals of a column as dots. */
#include "report/plots.h"

#include "base/text.h"
#include "report/tables.h"

#include <math.h>
#include <string.h>

static bool same_name(const struct cg_table *table, int a, int b)
{
    return cg_same_text(table->rows[a].cells[0].text, table->rows[b].cells[0].text);
}

/* The number of the row's name among the table's different ones, from 1. */
static int place_of(const struct cg_table *table, int row)
{
    int place = 0;
    for (int r = 0; r <= row; r++) {
        int first = 0;
        while (!same_name(table, first, r))
            first++;
        place += first == r;
        if (same_name(table, r, row))
            break;
    }
    return place;
}

/* The row behind the section that begins with a row. */
static int end_of(const struct cg_table *table, int row)
{
    while (++row < table->n_rows && !table->rows[row].section)
        ;
    return row;
}

/* A column's values in a section as a series; none where there are none. */
static void put_column(struct cg_figure *figure, const struct cg_table *table, int section, int column,
                       int look, const char *name)
{
    bool begun = false;
    for (int r = section; r < end_of(table, section); r++) {
        const struct cg_cell *cells = table->rows[r].cells, *at = &cells[column];
        if (isnan(at->value))
            continue;
        if (!begun)
            cg_figure_series(figure, look, name ? name : "");
        begun = true;
        cg_figure_dot(figure, place_of(table, r), (struct cg_interval){at->value, at->low, at->high},
                      cells[0].text);
    }
}

/* Its first columns are the network and the fastest one's time; sections without that are of other questions.
 */
void cg_plot_engines(struct cg_figures *figures, const struct cg_panel *panel)
{
    if (panel->views.n == 0)
        return;
    const struct cg_suite_record *suite = panel->views.suite;
    struct cg_table *table = cg_table_of_sides(&panel->views, &panel->views.items[0]->setting);
    struct cg_figure *figure =
        table->n_rows > 0
            ? cg_figure_begin(figures, "dots",
                              cg_phrase("%d engines %.40s", panel->input_index + 1, suite->name).text,
                              "Engines side by side on whole networks")
            : NULL;
    if (figure) {
        cg_figure_text(figure, "axis", "time relative to the fastest engine's");
        cg_figure_number(figure, "ratio", 1);
        fputs("# row; time relative to the fastest engine's; low; high; network\n", figure->data);
        for (int r = 0; r < table->n_rows; r = end_of(table, r)) {
            if (isnan(table->rows[r].cells[1].value))
                continue;
            /* what the values are stands at the axis */
            const char *section = table->rows[r].section;
            cg_figure_panel(figure, cg_phrase("%.*s", (int)strcspn(section, ":"), section).text, "");
            for (int c = 2; c < table->n_columns; c++)
                put_column(figure, table, r, c, c - 2, table->columns[c].head);
        }
        cg_figure_say(figure, "%.300s. 95 %% intervals that allow for the choice of the fastest.",
                      table->caption);
        cg_figure_end(figures, figure, !table->failed);
    }
    cg_table_destroy(&table);
}

void cg_plot_proxies(struct cg_figures *figures, const struct cg_panel *panel, const struct cg_table *table)
{
    struct cg_figure *figure =
        table->n_rows > 0
            ? cg_figure_begin(figures, "dots", cg_phrase("%d %.80s", panel->input_index + 1, table->id).text,
                              "What orders networks by time?")
            : NULL;
    if (!figure)
        return;
    cg_figure_text(figure, "axis", "Spearman's correlation with time");
    cg_figure_number(figure, "ratio", 0);
    fputs("# row; Spearman's correlation with time; low; high; proxy\n", figure->data);
    cg_figure_panel(figure, "", "");
    for (int r = 0, look = 0; r < table->n_rows; r = end_of(table, r), look++)
        put_column(figure, table, r, 2, look, table->rows[r].section);
    cg_figure_say(figure, "%.300s. 95 %% intervals by bootstrap over networks.", table->caption);
    cg_figure_end(figures, figure, !table->failed);
}
