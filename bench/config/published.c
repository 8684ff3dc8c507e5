#include "bench/config/published.h"

#include "base/csv.h"
#include "bench/paper/tables.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The first number in a cell, times `unit`; NAN in an empty one. */
static double first_number(const char *cell, double unit)
{
    char *end;
    const double value = strtod(cell, &end);
    return end == cell ? NAN : value * unit;
}

struct cg_published cg_published_unknown(void)
{
    return (struct cg_published){.madds = NAN, .madds_computed = NAN, .params_computed = -1};
}

struct columns {
    int id, px, madds, params, source, madds_computed, params_computed, note;
};

static void read_row(const struct cg_csv *csv, const struct columns *at, int row,
                     struct cg_published_row *out)
{
    struct cg_published *p = &out->published;
    *p = cg_published_unknown();
    snprintf(out->id, sizeof out->id, "%s", cg_csv_cell(csv, row, at->id));
    out->px = atoi(cg_csv_cell(csv, row, at->px));
    p->madds = first_number(cg_csv_cell(csv, row, at->madds), 1e6);
    snprintf(p->madds_text, sizeof p->madds_text, "%s", cg_csv_cell(csv, row, at->madds));
    snprintf(p->params_text, sizeof p->params_text, "%s", cg_csv_cell(csv, row, at->params));
    snprintf(p->source, sizeof p->source, "%s", cg_csv_cell(csv, row, at->source));
    snprintf(p->note, sizeof p->note, "%s", cg_csv_cell(csv, row, at->note));
    p->madds_computed = first_number(cg_csv_cell(csv, row, at->madds_computed), 1e6);
    const char *params = cg_csv_cell(csv, row, at->params_computed);
    if (params[0])
        p->params_computed = atoll(params);
}

enum cg_status cg_published_read(struct cg_published_table *table, struct cg_error *err)
{
    struct cg_csv csv;
    const enum cg_status status = cg_csv_parse(cg_paper_table("networks"), "networks.csv", &csv, err);
    if (status != CG_OK)
        return status;
    const struct columns at = {
        .id = cg_csv_column(&csv, "id"),
        .px = cg_csv_column(&csv, "input_px"),
        .madds = cg_csv_column(&csv, "madds_published_m"),
        .params = cg_csv_column(&csv, "params_published"),
        .source = cg_csv_column(&csv, "source"),
        .madds_computed = cg_csv_column(&csv, "madds_computed_m"),
        .params_computed = cg_csv_column(&csv, "params_computed"),
        .note = cg_csv_column(&csv, "note"),
    };
    table->rows = calloc((size_t)csv.n_rows + 1, sizeof *table->rows);
    for (; table->rows && table->n < csv.n_rows; table->n++)
        read_row(&csv, &at, table->n, &table->rows[table->n]);
    cg_csv_release(&csv);
    return table->rows ? CG_OK : cg_fail(err, CG_NO_MEMORY, "no memory for the published counts");
}

struct cg_published cg_published_find(const struct cg_published_table *table, const char *id, int width,
                                      int height)
{
    for (int i = 0; i < table->n; i++) {
        const struct cg_published_row *row = &table->rows[i];
        if (row->px == width && row->px == height && strcmp(row->id, id) == 0)
            return row->published;
    }
    return cg_published_unknown();
}
