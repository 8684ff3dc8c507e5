/* The tables and verdicts of results, as text for a terminal, Markdown, CSV or JSON, or as a page. Reads
 * nothing but the results. */
#ifndef CONVGAUGE_REPORT_REPORT_H
#define CONVGAUGE_REPORT_REPORT_H

#include "report/inputs.h"
#include "report/view.h"

/* Prints every table of `results` that has a measurement, suite by suite, each with its verdict in a
 * sentence, its notes, and last what was skipped. `suite` restricts it to the tables of the suite of that
 * name (NULL: all). CG_NO_MEMORY or CG_IO on failure. */
enum cg_status cg_report_print(const struct cg_results *results, const char *suite, enum cg_format format,
                               FILE *out, struct cg_error *err);

/* What was skipped, and workers that were lost: behind the tables of single suites. */
enum cg_status cg_report_print_left_out(const struct cg_results *results, enum cg_format format, FILE *out,
                                        struct cg_error *err);

/* Adds the answers: on the file's guidelines, a line each; times over batches, latencies and several plans at
 * once, where they were measured; on its engines, where suites set them side by side on whole networks; and
 * what each guideline is worth. */
void cg_tables_of_answers(const struct cg_results *results, struct cg_tables *tables);

/* Whether the suite sets engines side by side on networks, of which none is compared with another; the tables
 * that answer it. */
bool cg_is_of_engines(const struct cg_suite_record *suite);
void cg_tables_of_sides(const struct cg_suite_views *views, struct cg_tables *tables);

/* Prints these. */
enum cg_status cg_report_print_answers(const struct cg_results *results, enum cg_format format, FILE *out,
                                       struct cg_error *err);

/* Adds the tables of a view that have a measurement; those over the settings of its suite; both of a file's
 * suite. */
void cg_tables_of_view(const struct cg_suite_views *views, const struct cg_suite_view *view,
                       struct cg_tables *tables);
void cg_tables_over_settings(const struct cg_suite_views *views, struct cg_tables *tables);
void cg_tables_of_suite(const struct cg_results *results, const struct cg_suite_record *suite,
                        struct cg_tables *tables);

/* Prints tables, one after another. CG_NO_MEMORY also when one could not be made. */
enum cg_status cg_tables_print(const struct cg_tables *tables, enum cg_format format, FILE *out,
                               struct cg_error *err);

struct cg_report_options {
    int detailed;   /* files that are shown whole, from the first on; 0: the first eight */
    unsigned forms; /* of pictures, as cg_figures_draw() takes them; SVG, which the page shows, always */
    void (*progress)(const char *what, void *context); /* is told what is being made; NULL: none */
    void *progress_context;
};

/* Writes a report of `inputs` into the folder `path`, nothing elsewhere: index.html and details.html
 * (each self-contained), report.md, tables and figures in folders. The same inputs give the same bytes.
 * Without gnuplot everything but the pictures is made; *pictures tells whether they were. */
enum cg_status cg_report_write(const struct cg_inputs *inputs, const char *path,
                               const struct cg_report_options *options, bool *pictures, struct cg_error *err);

#endif
