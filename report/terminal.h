/* What stands on a terminal, or in a file or pager in its place: how wide it is, lines of words, colours. */
#ifndef CONVGAUGE_REPORT_TERMINAL_H
#define CONVGAUGE_REPORT_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

/* Columns of what is behind `out`, at least 80: COLUMNS where it is set, else those of the terminal; 120
 * where it is none. */
int cg_terminal_width(FILE *out);

/* Whether verdicts are marked by colours: `out` is a terminal that has them, and NO_COLOR is not set
 * (https://no-color.org). */
bool cg_terminal_colours(FILE *out);

/* Writes text in which control characters are replaced already, with colours around its verdicts, which are
 * words in capitals: FASTER green, SLOWER and what goes against the paper red, what is undecided yellow, the
 * findings on guidelines bold. */
void cg_put_coloured(const char *text, FILE *out);

/* As cg_put_html(), with its verdicts in <b class="good">, "bad", "open" or "none": the page's style colours
 * them. */
void cg_put_html_coloured(const char *text, FILE *out);

/* Words over lines of at most `width`, as cg_put_plain() writes them: the first line after `first` blanks,
 * the others after `indent`. */
void cg_put_wrapped(const char *text, int first, int indent, int width, FILE *out);

#endif
