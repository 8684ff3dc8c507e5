/* What the tables of others say, a figure a finding. */
#include "report/plots.h"

#include "base/csv.h"
#include "base/text.h"
#include "bench/paper/tables.h"
#include "report/escape.h"

#include <stdlib.h>
#include <string.h>

/* The columns of findings.csv whose values are rows and series. */
static const struct finding {
    const char *letter, *title, *axis, *row, *series;
    bool ratio; /* a logarithmic axis, 1 says nothing */
} findings[] = {
    {"a", "Do multiply-adds order ten light networks?", "Spearman's correlation of multiply-adds and time",
     "group", "what", false},
    {"b", "What a multiply-add costs beside one of MobileNet V1", "time per multiply-add, MobileNet V1 = 1",
     "what", "group", true},
    {"c", "ShuffleNet V1 beside V2", "time per multiply-add, V1 to V2", "group", "what", true},
    {"d", "What four threads gain over one on the same cores", "times as fast", "what", "group", true},
    {"e", "What int8 gains over the default precision", "times as fast", "what", "group", true},
    {"f", "Which count orders timm's models?", "Spearman's correlation with time", "group", "what", false},
};

static const char *cell(const struct cg_csv *csv, int row, const char *column)
{
    return cg_csv_cell(csv, row, cg_csv_column(csv, column));
}

static bool is_of(const struct cg_csv *csv, int row, const struct finding *finding)
{
    return strcmp(cell(csv, row, "finding"), finding->letter) == 0;
}

/* The number of the row's value in a column among the finding's different ones, from 1. */
static int number_of(const struct cg_csv *csv, int row, const struct finding *finding, const char *column)
{
    int n = 1;
    for (int r = 0; r < csv->n_rows; r++) {
        if (!is_of(csv, r, finding))
            continue;
        if (strcmp(cell(csv, r, column), cell(csv, row, column)) == 0)
            return n;
        bool first = true;
        for (int before = 0; before < r && first; before++)
            first =
                !is_of(csv, before, finding) || strcmp(cell(csv, before, column), cell(csv, r, column)) != 0;
        n += first;
    }
    return n;
}

static void put_series(const struct cg_csv *csv, const struct finding *finding, int series,
                       struct cg_figure *figure)
{
    bool begun = false;
    for (int row = 0; row < csv->n_rows; row++) {
        if (!is_of(csv, row, finding) || number_of(csv, row, finding, finding->series) != series)
            continue;
        if (!begun)
            cg_figure_series(figure, series - 1, cell(csv, row, finding->series));
        begun = true;
        fprintf(figure->data, "%d %s %s %s ", number_of(csv, row, finding, finding->row),
                cell(csv, row, "value"), cell(csv, row, "low"), cell(csv, row, "high"));
        cg_put_gnuplot_data(cell(csv, row, finding->row), figure->data);
        putc('\n', figure->data);
    }
}

void cg_plot_findings(struct cg_figures *figures)
{
    struct cg_csv csv;
    if (cg_csv_parse(cg_paper_table("published_findings"), "findings.csv", &csv, NULL) != CG_OK)
        return;
    for (size_t f = 0; f < sizeof findings / sizeof findings[0]; f++) {
        const struct finding *finding = &findings[f];
        struct cg_figure *figure =
            cg_figure_begin(figures, "dots", cg_phrase("atlas %s", finding->letter).text, finding->title);
        if (!figure)
            break;
        cg_figure_panel(figure, "", "");
        cg_figure_text(figure, "axis", finding->axis);
        cg_figure_number(figure, "ratio", finding->ratio);
        fputs("# row; value; its interval; name of the row\n", figure->data);
        for (int series = 1; series <= CG_FIGURE_LOOKS; series++)
            put_series(&csv, finding, series, figure);
        cg_figure_say(figure, "Public tables; 95 %% intervals by bootstrap over %s.",
                      strcmp(finding->letter, "f") == 0 ? "models" : "systems on chip");
        cg_figure_end(figures, figure, true);
    }
    cg_csv_release(&csv);
}
