#include "report/table.h"

#include "base/arena.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct cg_table *cg_table_create(const char *id, const char *title)
{
    struct cg_table *table = calloc(1, sizeof *table);
    if (!table)
        return NULL;
    table->arena = cg_arena_create(0);
    if (!table->arena) {
        free(table);
        return NULL;
    }
    table->id = cg_table_format(table, "%s", id);
    table->title = cg_table_format(table, "%s", title);
    return table;
}

void cg_table_destroy(struct cg_table **table)
{
    if (!table || !*table)
        return;
    cg_arena_destroy(&(*table)->arena);
    free(*table);
    *table = NULL;
}

const char *cg_table_format(struct cg_table *table, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    const int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = length < 0 ? NULL : cg_arena_array(table->arena, (size_t)length + 1, 1);
    if (text)
        vsnprintf(text, (size_t)length + 1, format, again);
    else
        table->failed = true;
    va_end(again);
    return text ? text : "";
}

/* Room for one more at the end of an array that grows to 4, 8, 16, ...; NULL (and failed) without memory. */
static void *grown(struct cg_table *table, void *items, int n, size_t size)
{
    if (table->failed)
        return NULL;
    if (n > 0 && (n < 4 || (n & (n - 1)) != 0))
        return items;
    void *larger = cg_arena_array(table->arena, n ? (size_t)n * 2 : 4, size);
    if (!larger)
        table->failed = true;
    else if (n)
        memcpy(larger, items, (size_t)n * size);
    return larger;
}

void cg_table_add_column(struct cg_table *table, const char *key, const char *head, enum cg_column_kind kind,
                         int rank)
{
    struct cg_column *columns = grown(table, table->columns, table->n_columns, sizeof *columns);
    if (!columns)
        return;
    table->columns = columns;
    columns[table->n_columns++] =
        (struct cg_column){cg_table_format(table, "%s", key), cg_table_format(table, "%s", head), kind, rank};
}

void cg_table_add_row(struct cg_table *table, const char *section)
{
    struct cg_row *rows = grown(table, table->rows, table->n_rows, sizeof *rows);
    if (!rows)
        return;
    table->rows = rows;
    struct cg_row row = {NULL, cg_arena_array(table->arena, (size_t)table->n_columns, sizeof *row.cells)};
    if (section)
        row.section = cg_table_format(table, "%s", section);
    if (!row.cells) {
        table->failed = true;
        return;
    }
    for (int c = 0; c < table->n_columns; c++)
        row.cells[c] = (struct cg_cell){NULL, NAN, NAN, NAN};
    rows[table->n_rows++] = row;
}

static void set_cell(struct cg_table *table, int column, double value, double low, double high,
                     const char *text)
{
    if (table->failed || table->n_rows == 0 || column < 0 || column >= table->n_columns)
        return;
    table->rows[table->n_rows - 1].cells[column] =
        (struct cg_cell){text ? cg_table_format(table, "%s", text) : NULL, value, low, high};
}

void cg_table_set_text(struct cg_table *table, int column, const char *text)
{
    set_cell(table, column, NAN, NAN, NAN, text);
}

void cg_table_set_number(struct cg_table *table, int column, double value, const char *text)
{
    set_cell(table, column, value, NAN, NAN, isnan(value) ? "-" : text);
}

void cg_table_set_interval(struct cg_table *table, int column, struct cg_interval interval, const char *text)
{
    set_cell(table, column, interval.value, interval.low, interval.high, isnan(interval.value) ? "-" : text);
}

static void add_text(struct cg_table *table, const char ***texts, int *n, const char *text)
{
    const char **larger = grown(table, (void *)*texts, *n, sizeof **texts);
    if (!larger)
        return;
    *texts = larger;
    larger[(*n)++] = cg_table_format(table, "%s", text);
}

void cg_table_add_sentence(struct cg_table *table, const char *sentence)
{
    add_text(table, &table->sentences, &table->n_sentences, sentence);
}

void cg_table_add_note(struct cg_table *table, const char *note)
{
    for (int i = 0; i < table->n_notes; i++)
        if (strcmp(table->notes[i], note) == 0)
            return;
    add_text(table, &table->notes, &table->n_notes, note);
}

bool cg_tables_add(struct cg_tables *tables, struct cg_table *table)
{
    if (!table)
        return false;
    if (tables->n == tables->room) {
        const int room = tables->room ? tables->room * 2 : 16;
        struct cg_table **items = realloc(tables->items, (size_t)room * sizeof *items);
        if (!items) {
            cg_table_destroy(&table);
            return false;
        }
        tables->items = items;
        tables->room = room;
    }
    tables->items[tables->n++] = table;
    return true;
}

void cg_tables_free(struct cg_tables *tables)
{
    for (int i = 0; i < tables->n; i++)
        cg_table_destroy(&tables->items[i]);
    free(tables->items);
    *tables = (struct cg_tables){0};
}
