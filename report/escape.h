/* Texts from results files are other people's: what they hold must not act as markup, as terminal control, as
 * a path or as a command where they are shown. */
#ifndef CONVGAUGE_REPORT_ESCAPE_H
#define CONVGAUGE_REPORT_ESCAPE_H

#include "report/format.h"

#include <stdio.h>

/* Cells of a terminal that a UTF-8 text takes (combining marks 0, wide signs 2, control characters 1, as they
 * are shown). */
int cg_text_width(const char *text);

/* Writes text for a terminal: control characters (C0, C1, DEL) and bidirectional overrides as "?". */
void cg_put_plain(const char *text, FILE *out);

/* For a cell or line of Markdown: control characters as blanks, markup escaped. */
void cg_put_markdown(const char *text, FILE *out);

/* For HTML text and attribute values in double quotes. */
void cg_put_html(const char *text, FILE *out);

/* A CSV field (RFC 4180), quoted where needed; a leading = + - @ that is no number is set off with an
 * apostrophe, so that spreadsheets take no text for a formula. */
void cg_put_csv(const char *text, FILE *out);

/* A JSON string with its quotes. */

/* A gnuplot string in single quotes: no escapes, no substitution; control characters as blanks. */
void cg_put_gnuplot(const char *text, FILE *out);

/* A quoted string of a gnuplot data file. */
void cg_put_gnuplot_data(const char *text, FILE *out);

/* `text` as one of the above writes it, between two texts as they are. */
void cg_put_between(const char *before, const char *text, const char *after,
                    void (*put)(const char *text, FILE *out), FILE *out);

/* A file name or anchor from a text: [a-z0-9-], never empty, at most 159 long. */
struct cg_phrase cg_slug(const char *text);

#endif
