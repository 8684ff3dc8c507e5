/* A table with its sentences: built once, printed as text, Markdown, CSV, JSON or HTML. Cells hold figures in
 * full precision beside the text that people read. */
#ifndef CONVGAUGE_REPORT_TABLE_H
#define CONVGAUGE_REPORT_TABLE_H

#include "bench/stats/stats.h"
#include "report/report.h"

#include <stdbool.h>
#include <stdio.h>

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
    const char *text; /* what people read; NULL: nothing */
    double value;     /* NUMBER, INTERVAL; NAN unknown */
    double low, high; /* INTERVAL */
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
    int n_rows, rows_room;
    struct cg_row *rows;
    int n_sentences; /* the verdict first: shown above the table in pages, below it on a terminal */
    const char **sentences;
    int n_notes;
    const char **notes;
    bool failed;
    struct cg_arena *arena;
};

struct cg_table *cg_table_create(const char *id, const char *title);
void cg_table_destroy(struct cg_table **table);

/* A formatted text that belongs to the table; "" after a lack of memory. */
const char *cg_table_format(struct cg_table *table, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Keys, heads and sections are copied. Columns first, then rows: the first row fixes the columns. */
void cg_table_add_column(struct cg_table *table, const char *key, const char *head, enum cg_column_kind kind,
                         int rank);
void cg_table_add_row(struct cg_table *table, const char *section);

/* Cells of the last row, by column. Texts are copied. */
void cg_table_set_text(struct cg_table *table, int column, const char *text);
void cg_table_set_number(struct cg_table *table, int column, double value, const char *text);
void cg_table_set_interval(struct cg_table *table, int column, struct cg_interval interval, const char *text);

void cg_table_add_sentence(struct cg_table *table, const char *sentence);
void cg_table_add_note(struct cg_table *table,
                       const char *note); /* once: a note that is there is not repeated */

/* Prints it. `width`: columns of the terminal, for CG_FORMAT_TEXT. CG_FORMAT_JSON prints one object. */
enum cg_status cg_table_print(const struct cg_table *table, enum cg_format format, int width, FILE *out,
                              struct cg_error *err);
enum cg_status cg_table_print_html(const struct cg_table *table, FILE *out, struct cg_error *err);

/* A growing list of tables, in the order in which they are shown. */
struct cg_tables {
    int n, room;
    struct cg_table **items;
};

/* Takes the table; destroys it when there is no memory (then false). A NULL table gives false. */
bool cg_tables_add(struct cg_tables *tables, struct cg_table *table);
void cg_tables_free(struct cg_tables *tables);

#endif
