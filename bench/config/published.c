#include "bench/config/published.h"

#include "base/csv.h"
#include "bench/paper/tables.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *cell(const struct cg_csv *csv, int row, const char *column)
{
    return cg_csv_cell(csv, row, cg_csv_column(csv, column));
}

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

static void read_row(const struct cg_csv *csv, int row, struct cg_published_row *out)
{
    struct cg_published *p = &out->published;
    *p = cg_published_unknown();
    const struct {
        const char *column;
        char *text;
        size_t size;
    } texts[] = {
        {"id", out->id, sizeof out->id},
        {"madds_published_m", p->madds_text, sizeof p->madds_text},
        {"source", p->source, sizeof p->source},
        {"note", p->note, sizeof p->note},
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        snprintf(texts[i].text, texts[i].size, "%s", cell(csv, row, texts[i].column));
    out->px = atoi(cell(csv, row, "input_px"));
    p->madds = first_number(p->madds_text, 1e6);
    p->madds_computed = first_number(cell(csv, row, "madds_computed_m"), 1e6);
    const char *params = cell(csv, row, "params_computed");
    if (params[0])
        p->params_computed = atoll(params);
}

enum cg_status cg_published_read(struct cg_published_table *table, struct cg_error *err)
{
    struct cg_csv csv;
    const enum cg_status status = cg_csv_parse(cg_paper_table("networks"), "networks.csv", &csv, err);
    if (status != CG_OK)
        return status;
    table->rows = calloc((size_t)csv.n_rows + 1, sizeof *table->rows);
    for (; table->rows && table->n < csv.n_rows; table->n++)
        read_row(&csv, table->n, &table->rows[table->n]);
    cg_csv_release(&csv);
    return table->rows ? CG_OK : cg_fail(err, CG_NO_MEMORY, "no memory for the published counts");
}

struct cg_published cg_published_find(const struct cg_published_table *table,
                                      const struct cg_network *network)
{
    const size_t length = strcspn(network->name, "@"); /* what follows is the size */
    for (int i = 0; i < table->n; i++) {
        const struct cg_published_row *row = &table->rows[i];
        if (row->px == network->width && row->px == network->height && strlen(row->id) == length &&
            memcmp(row->id, network->name, length) == 0)
            return row->published;
    }
    return cg_published_unknown();
}
