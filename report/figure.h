/* A figure: a gnuplot script and its data file, both kept, so that it can be restyled. Scripts take the
 * variable `form` ("svg", "png", "pdf"). Colours are Okabe and Ito's, told apart without colour as well:
 * every series has its own point style and dash. */
#ifndef CONVGAUGE_REPORT_FIGURE_H
#define CONVGAUGE_REPORT_FIGURE_H

#include "base/names.h"
#include "report/folder.h"
#include "report/format.h"

#include <stdbool.h>

struct cg_figure {
    char slug[96];
    char title[200];   /* what it shows */
    char caption[512]; /* device, engine, threads, n */
    int width, height; /* pixels */
    FILE *script, *data;
    int blocks; /* of the data file, separated by two blank lines: "index" of gnuplot */
};

/* The figures of a report, in their order. */
struct cg_figures {
    const struct cg_folder *folder; /* that they are written into */
    int n, room;
    struct cg_figure *items;
    enum cg_status status; /* of the first that could not be made; then no more is begun */
    struct cg_error *err;  /* says why; may be NULL */
};

/* Begins a figure: opens its files, named by the text `slug` as cg_slug() does. The reference stays valid
 * until the next begin. NULL: see figures->status. */
struct cg_figure *cg_figure_begin(struct cg_figures *figures, const char *slug, const char *title);

/* `size` zeroed bytes to plan a figure in; NULL as above. The caller frees them. */
void *cg_figures_memory(struct cg_figures *figures, size_t size);

/* Adds to the caption; what does not fit is cut off. */
void cg_figure_say(struct cg_figure *figure, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Writes the head of the script (terminals, fonts, grid), once width and height are settled, and the title
 * over a single plot or over several panels; the latter end with cg_figure_panels_end(). */
void cg_figure_head(const struct cg_figure *figure);
void cg_figure_panels(const struct cg_figure *figure);
void cg_figure_panels_end(const struct cg_figure *figure);

/* Ends the block of data that was just written; returns its index. */
int cg_figure_end_block(struct cg_figure *figure);

/* Closes the files. */
void cg_figure_end(struct cg_figures *figures, struct cg_figure *figure);
void cg_figures_free(struct cg_figures *figures);

/* Line and point style of series i, for a plot command: "lc rgb '#0072B2' pt 7 dt 1 ps 1". */
struct cg_phrase cg_figure_style(int i);

/* The same colour for the bars of intervals: solid and thin, without points. */
struct cg_phrase cg_figure_bar_style(int i);

/* A line of points of the data block `block` (x, y, y low, y high), each moved aside by `aside`. */
struct cg_figure_line {
    int block, style;
    double aside;
    bool bars;        /* of the intervals, before the line */
    const char *name; /* in the legend */
};

/* Writes it as a further part of a plot command. `again`: the line names the data file of its bars by "''".
 */
void cg_figure_put_line(const struct cg_figure *figure, const struct cg_figure_line *line, bool again);

/* Styles repeat after so many. */
#define CG_FIGURE_STYLES 12

/* What a picture is written as. */
#define CG_FORMS_LIST(X) X(CG_FORM_SVG, "svg") X(CG_FORM_PNG, "png") X(CG_FORM_PDF, "pdf")
CG_ENUM(cg_form, CG_FORMS_LIST, CG_FORMS)
CG_NAMES_DECLARE(cg_form) /* a file's ending, too */

/* Runs gnuplot once over all figures, for each form whose bit (1 << form) stands in `forms`. Pictures of
 * other forms that lie there from before are removed: they would be of other data. *missing receives how many
 * pictures were not made. CG_UNAVAILABLE when there is no gnuplot. */
enum cg_status cg_figures_draw(const struct cg_figures *figures, unsigned forms, int *missing,
                               struct cg_error *err);

#endif
