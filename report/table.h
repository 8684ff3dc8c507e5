/* A table with its sentences: built once, printed as text, Markdown, CSV, JSON or HTML. Cells hold figures in
 * full precision beside the text that people read. A table is described by its columns; its rows are filled
 * from left to right. */
#ifndef CONVGAUGE_REPORT_TABLE_H
#define CONVGAUGE_REPORT_TABLE_H

#include "base/error.h"
#include "report/format.h"

#include <stdbool.h>
#include <stdio.h>

/* What tables are printed as. */
enum cg_format {
    CG_FORMAT_TEXT, /* for a terminal: 80 to 120 columns, UTF-8 */
    CG_FORMAT_MARKDOWN,
    CG_FORMAT_CSV,  /* every figure in full precision; one block a table, blank line between */
    CG_FORMAT_JSON, /* {"tables": [{"id", "title", "columns", "rows", "sentences"}]} */
};

enum cg_column_kind {
    CG_COLUMN_TEXT,     /* left */
    CG_COLUMN_NUMBER,   /* right */
    CG_COLUMN_INTERVAL, /* "1.05 [1.04, 1.06]"; CSV: key, key_ci_low, key_ci_high; JSON: an object */
};

struct cg_column {
    const char *key;  /* of CSV and JSON: "madds", "time_per_madd_ratio" */
    const char *head; /* of people's forms; a newline splits it over two lines */
    enum cg_column_kind kind;
    int rank; /* 0: always shown; columns of the highest rank are left out first where the width does not do
               */
};

struct cg_cell {
    const char *text;    /* what people read; NULL: nothing */
    double value;        /* NUMBER, INTERVAL; NAN unknown */
    double low, high;    /* INTERVAL */
    const char *verdict; /* of a judged INTERVAL, for JSON (its text says it, too); NULL: none */
};

struct cg_row {
    const char *section; /* not NULL: a heading over the table's whole width stands before this row */
    struct cg_cell *cells;
};

/* Made by cg_table_create(); everything in it belongs to it. A lack of memory is remembered in `failed`: the
 * adding functions then do nothing, and printing gives CG_NO_MEMORY. */
struct cg_table {
    const char *id; /* of file names and anchors: letters, digits, "-" */
    const char *title, *caption;
    const char *setting; /* engine, threads, ...: tells tables of one title apart; NULL: none */
    int n_columns;
    struct cg_column *columns;
    int n_rows;
    struct cg_row *rows;
    int n_sentences; /* the verdict first: shown above the table in pages, below it on a terminal */
    const char **sentences;
    bool shortened; /* it is a selection: on a terminal nothing is said of columns that are left out */
    bool answers;   /* each sentence answers a question of its own, in what it says up to the first ". " */
    int n_notes;
    const char **notes;
    bool failed;
    int next; /* column of the next cell */
    struct cg_arena *arena;
};

/* The id is made of the text `id` as cg_slug() does. Never NULL: without memory it is one that has failed. */
struct cg_table *cg_table_create(const char *id, const char *title);
void cg_table_destroy(struct cg_table **table);

/* A formatted text that belongs to the table; "" after a lack of memory. */
const char *cg_table_format(struct cg_table *table, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Columns first, then rows: the first row fixes the columns. Keys, heads and sections are copied. */
void cg_table_add_columns(struct cg_table *table, const struct cg_column *columns, size_t n);
#define CG_COLUMNS(columns) (columns), sizeof(columns) / sizeof(columns)[0] /* the arguments for an array */
void cg_table_add_column(struct cg_table *table, const char *key, const char *head, enum cg_column_kind kind,
                         int rank);
void cg_table_add_row(struct cg_table *table, const char *section);

/* Takes out what may be left out (rank above 0) and no row has: columns of what was not measured. */
void cg_table_drop_empty(struct cg_table *table);

/* The next cell of the last row. Texts are copied; a number or interval without a value is shown as "-", a
 * text that is NULL as nothing.
 * _figure: in units of `scale`, with significant digits; _fixed: as printf's `format` writes a double;
 * _count: a whole number, unknown below 0. */
void cg_cell_text(struct cg_table *table, const char *text);
#define CG_CELL_TEXTS(table, ...)                                                                            \
    cg_cell_texts((table), (const char *const[]){__VA_ARGS__},                                               \
                  sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))
void cg_cell_texts(struct cg_table *table, const char *const *texts, size_t n);
void cg_cell_number(struct cg_table *table, double value, const char *text);
void cg_cell_figure(struct cg_table *table, double value, double scale, int digits);
void cg_cell_fixed(struct cg_table *table, double value, const char *format);
void cg_cell_count(struct cg_table *table, long count);
void cg_cell_interval(struct cg_table *table, struct cg_interval interval, const char *text);
/* Says of the cell before, an interval, what was judged. */
void cg_cell_verdict(struct cg_table *table, const char *verdict);
void cg_cell_ratio(struct cg_table *table, struct cg_interval ratio);
void cg_cell_ms(struct cg_table *table, struct cg_interval time_ns);

/* A sentence ("": none); a note, unless it is there already. */
void cg_table_add_sentence(struct cg_table *table, const char *sentence);
void cg_table_add_note(struct cg_table *table, const char *note);

/* What people read of a cell, never NULL; part `line` of a head that newlines split, "" beyond the last. */
const char *cg_cell_shown(const struct cg_cell *cell);
struct cg_phrase cg_head_line(const char *head, int line);

#define CG_TABLE_MAX_COLUMNS 32 /* that can be printed */

/* Prints it. `width`: columns of the terminal, for CG_FORMAT_TEXT. CG_FORMAT_JSON prints one object. */
enum cg_status cg_table_print(const struct cg_table *table, enum cg_format format, int width, FILE *out,
                              struct cg_error *err);
void cg_table_print_text(const struct cg_table *table, int width, FILE *out);

/* Prints it as a part of a page: its sentences; its rows and notes, with a link to its CSV file tables/FILE,
 * whose name up to the dot is its anchor. */
void cg_table_put_sentences(const struct cg_table *table, FILE *out);
enum cg_status cg_table_print_html(const struct cg_table *table, const char *file, FILE *out,
                                   struct cg_error *err);

/* A growing list of tables, in the order in which they are shown. Zero-initialise. A lack of memory, also of
 * a table in it, is remembered in `failed`. */
struct cg_tables {
    int n, room;
    struct cg_table **items;
    bool failed;
};

/* Takes the table; one without rows is destroyed and does not count. */
void cg_tables_add(struct cg_tables *tables, struct cg_table *table);
void cg_tables_free(struct cg_tables *tables);

#endif
