#include "report/table.h"

#include "base/arena.h"
#include "base/array.h"
#include "report/escape.h"
#include "report/format.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* What stands for every table that could not be made. */
static struct cg_table no_memory;

struct cg_table *cg_table_create(const char *id, const char *title)
{
    struct cg_table *table = calloc(1, sizeof *table);
    if (table)
        table->arena = cg_arena_create(0);
    if (!table || !table->arena) {
        free(table);
        no_memory = (struct cg_table){.id = "", .title = "", .failed = true};
        return &no_memory;
    }
    table->id = cg_table_format(table, "%s", cg_slug(id).text);
    table->title = cg_table_format(table, "%s", title);
    return table;
}

void cg_table_destroy(struct cg_table **table)
{
    if (!table || !*table)
        return;
    cg_arena_destroy(&(*table)->arena);
    if (*table != &no_memory)
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
    char *text = length < 0 || table->failed ? NULL : cg_arena_array(table->arena, (size_t)length + 1, 1);
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

void cg_table_add_columns(struct cg_table *table, const struct cg_column *columns, size_t n)
{
    for (size_t i = 0; i < n; i++)
        cg_table_add_column(table, columns[i].key, columns[i].head, columns[i].kind, columns[i].rank);
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
        row.cells[c] = (struct cg_cell){NULL, NAN, NAN, NAN, NULL};
    rows[table->n_rows++] = row;
    table->next = 0;
}

static bool is_empty(const struct cg_table *table, int column)
{
    for (int r = 0; r < table->n_rows; r++) {
        const struct cg_cell *cell = &table->rows[r].cells[column];
        if (table->columns[column].kind == CG_COLUMN_TEXT ? cell->text && cell->text[0] : !isnan(cell->value))
            return false;
    }
    return true;
}

void cg_table_drop_empty(struct cg_table *table)
{
    int kept = 0;
    for (int c = 0; c < table->n_columns && !table->failed; c++) {
        if (table->columns[c].rank > 0 && is_empty(table, c))
            continue;
        table->columns[kept] = table->columns[c];
        for (int r = 0; r < table->n_rows; r++)
            table->rows[r].cells[kept] = table->rows[r].cells[c];
        kept++;
    }
    table->n_columns = table->failed ? table->n_columns : kept;
}

static void set_next(struct cg_table *table, struct cg_interval x, const char *text)
{
    if (table->failed || table->n_rows == 0 || table->next >= table->n_columns)
        return;
    table->rows[table->n_rows - 1].cells[table->next++] =
        (struct cg_cell){text ? cg_table_format(table, "%s", text) : NULL, x.value, x.low, x.high, NULL};
}

static const struct cg_interval unknown = {NAN, NAN, NAN};

void cg_cell_text(struct cg_table *table, const char *text)
{
    set_next(table, unknown, text);
}

void cg_cell_texts(struct cg_table *table, const char *const *texts, size_t n)
{
    for (size_t i = 0; i < n; i++)
        cg_cell_text(table, texts[i]);
}

void cg_cell_interval(struct cg_table *table, struct cg_interval interval, const char *text)
{
    set_next(table, interval, isnan(interval.value) ? "-" : text);
}

void cg_cell_verdict(struct cg_table *table, const char *verdict)
{
    if (!table->failed && table->n_rows > 0 && table->next > 0)
        table->rows[table->n_rows - 1].cells[table->next - 1].verdict = cg_table_format(table, "%s", verdict);
}

void cg_cell_number(struct cg_table *table, double value, const char *text)
{
    cg_cell_interval(table, (struct cg_interval){value, NAN, NAN}, text);
}

void cg_cell_figure(struct cg_table *table, double value, double scale, int digits)
{
    cg_cell_number(table, value, cg_format_significant(value / scale, digits).text);
}

void cg_cell_fixed(struct cg_table *table, double value, const char *format)
{
    char text[64];
    snprintf(text, sizeof text, format, value);
    cg_cell_number(table, value, text);
}

void cg_cell_count(struct cg_table *table, long count)
{
    cg_cell_number(table, count >= 0 ? (double)count : NAN, cg_phrase("%ld", count).text);
}

void cg_cell_ratio(struct cg_table *table, struct cg_interval ratio)
{
    cg_cell_interval(table, ratio, cg_format_ratio(ratio).text);
}

void cg_cell_ms(struct cg_table *table, struct cg_interval time_ns)
{
    cg_cell_interval(table, time_ns, cg_format_ms(time_ns).text);
}

const char *cg_cell_shown(const struct cg_cell *cell)
{
    return cell->text ? cell->text : "";
}

struct cg_phrase cg_head_line(const char *head, int line)
{
    for (; line > 0 && *head; line--) {
        head += strcspn(head, "\n");
        head += *head == '\n';
    }
    return cg_phrase("%.*s", line > 0 ? 0 : (int)strcspn(head, "\n"), head);
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
    if (sentence[0])
        add_text(table, &table->sentences, &table->n_sentences, sentence);
}

void cg_table_add_note(struct cg_table *table, const char *note)
{
    for (int i = 0; i < table->n_notes; i++)
        if (strcmp(table->notes[i], note) == 0)
            return;
    add_text(table, &table->notes, &table->n_notes, note);
}

void cg_tables_add(struct cg_tables *tables, struct cg_table *table)
{
    const bool full = table->failed || table->n_rows > 0;
    tables->failed = tables->failed || table->failed ||
                     (full && !cg_array_fit(tables->items, tables->room, tables->n + 1));
    if (full && !tables->failed)
        tables->items[tables->n++] = table;
    else
        cg_table_destroy(&table);
}

void cg_tables_free(struct cg_tables *tables)
{
    for (int i = 0; i < tables->n; i++)
        cg_table_destroy(&tables->items[i]);
    free(tables->items);
    *tables = (struct cg_tables){0};
}
