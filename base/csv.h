/* Reading comma-separated text with a head row (RFC 4180: quoted cells, doubled quotes, no line breaks in
 * cells). */
#ifndef CONVGAUGE_BASE_CSV_H
#define CONVGAUGE_BASE_CSV_H

#include "base/error.h"

/* Cells are strings owned by the table. Row 0 is the first after the head. */
struct cg_csv {
    int n_columns, n_rows;
    char **head;  /* n_columns */
    char **cells; /* n_rows * n_columns, by row */
    char *text;   /* what the cells point into */
};

/* Reads a copy of `text`; `name` stands for it in messages. CG_INVALID (with the line) when a row has another
 * number of cells than the head. On success the caller releases *csv. */
enum cg_status cg_csv_parse(const char *text, const char *name, struct cg_csv *csv, struct cg_error *err);
void cg_csv_release(struct cg_csv *csv);

/* The number of a column, or -1. */
int cg_csv_column(const struct cg_csv *csv, const char *name);
/* The cell, or "" when the column is -1. */
const char *cg_csv_cell(const struct cg_csv *csv, int row, int column);

#endif
