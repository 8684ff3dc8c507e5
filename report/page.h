/* A report: index.html (self-contained), report.md, tables and figures in folders, from one or many results
 * files. */
#ifndef CONVGAUGE_REPORT_PAGE_H
#define CONVGAUGE_REPORT_PAGE_H

#include "report/inputs.h"

struct cg_report_options {
    unsigned forms; /* of pictures, as cg_figures_draw() takes them; SVG, which the page shows, always */
    void (*progress)(const char *what, void *context); /* NULL: none */
    void *progress_context;
};

/* Writes the report of `inputs` into the folder `path`, nothing elsewhere. The same inputs give the same
 * bytes. Without gnuplot everything but the pictures is made; *pictures tells whether they were. */
enum cg_status cg_report_write(const struct cg_inputs *inputs, const char *path,
                               const struct cg_report_options *options, bool *pictures, struct cg_error *err);

#endif
