/* The progress line of a long command: on stderr, on a terminal only, erased when results are printed. */
#ifndef CONVGAUGE_BENCH_COMMANDS_PROGRESS_H
#define CONVGAUGE_BENCH_COMMANDS_PROGRESS_H

#include "report/format.h"

#include <stdbool.h>

struct cg_progress_line {
    bool terminal;
    bool shown;
};

/* Looks whether stderr is a terminal. */
struct cg_progress_line cg_progress_start(void);

/* Replaces the line, cut to the terminal's width; nothing without a terminal. */
void cg_progress_show(struct cg_progress_line *line, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Erases the line: to be called before anything else is written. */
void cg_progress_clear(struct cg_progress_line *line);

#endif
