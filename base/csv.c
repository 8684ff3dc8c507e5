#include "base/csv.h"

#include "base/array.h"

#include <string.h>

/* Cuts the next cell out of *cursor, in place; *ends_row tells what stood behind it. */
static char *cut_cell(char **cursor, bool *ends_row)
{
    char *from = *cursor, *to = from, *cell = from;
    bool quoted = false;
    for (; *from; from++) {
        if (*from == '"') {
            if (quoted && from[1] == '"')
                *to++ = *from++;
            else
                quoted = !quoted;
        } else if (!quoted && (*from == ',' || *from == '\n')) {
            break;
        } else if (*from != '\r') {
            *to++ = *from;
        }
    }
    *ends_row = *from != ',';
    *cursor = *from ? from + 1 : from;
    *to = '\0';
    return cell;
}

static bool push(char ***list, int *n, int *capacity, char *cell)
{
    const bool fits = cg_array_fit(*list, *capacity, *n + 1);
    if (fits)
        (*list)[(*n)++] = cell;
    return fits;
}

/* Cuts the text into head and cells. */
static enum cg_status cut(struct cg_csv *csv, const char *name, struct cg_error *err)
{
    int n = 0, capacity = 0, line = 1;
    bool ends_row = false;
    char *cursor = csv->text;
    while (*cursor && !ends_row)
        if (!push(&csv->head, &csv->n_columns, &capacity, cut_cell(&cursor, &ends_row)))
            return cg_fail(err, CG_NO_MEMORY, "no memory to read %s", name);
    capacity = 0;
    while (*cursor) {
        int width = 0;
        line++;
        do {
            if (!push(&csv->cells, &n, &capacity, cut_cell(&cursor, &ends_row)))
                return cg_fail(err, CG_NO_MEMORY, "no memory to read %s", name);
            width++;
        } while (!ends_row);
        if (width != csv->n_columns)
            return cg_fail(err, CG_INVALID, "%s:%d: %d cells in a table of %d columns", name, line, width,
                           csv->n_columns);
        csv->n_rows++;
    }
    return CG_OK;
}

enum cg_status cg_csv_parse(const char *text, const char *name, struct cg_csv *csv, struct cg_error *err)
{
    *csv = (struct cg_csv){.text = strdup(text)};
    if (!csv->text)
        return cg_fail(err, CG_NO_MEMORY, "no memory to read %s", name);
    const enum cg_status status = cut(csv, name, err);
    if (status != CG_OK)
        cg_csv_release(csv);
    return status;
}

void cg_csv_release(struct cg_csv *csv)
{
    free(csv->head);
    free(csv->cells);
    free(csv->text);
    *csv = (struct cg_csv){0};
}

int cg_csv_column(const struct cg_csv *csv, const char *name)
{
    for (int i = 0; i < csv->n_columns; i++)
        if (strcmp(csv->head[i], name) == 0)
            return i;
    return -1;
}

const char *cg_csv_cell(const struct cg_csv *csv, int row, int column)
{
    return column < 0 ? "" : csv->cells[row * csv->n_columns + column];
}
