/* A figure: data and a few variables in SLUG.dat and SLUG.gp, which loads the gnuplot script of its kind,
 * draw_KIND.gp (here in report/, built into the program, written beside the figures): all are kept, so that
 * it can be restyled and drawn again. */
#ifndef CONVGAUGE_REPORT_FIGURE_H
#define CONVGAUGE_REPORT_FIGURE_H

#include "base/names.h"
#include "report/folder.h"
#include "report/format.h"

#include <stdbool.h>

struct cg_figure {
    const char *kind;
    char slug[96];
    char title[256];     /* what it shows */
    char caption[768];   /* device, engine, threads, n */
    FILE *script, *data; /* until cg_figure_end(): of these files */
    struct cg_new_file script_file, data_file;
    int panels, series; /* begun */
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
 * until the next begin. `kind` is borrowed. NULL: see figures->status. */
struct cg_figure *cg_figure_begin(struct cg_figures *figures, const char *kind, const char *slug,
                                  const char *title);

/* Adds to the caption; what does not fit is cut off. */
#define cg_figure_say(figure, ...) cg_append((figure)->caption, sizeof(figure)->caption, __VA_ARGS__)

/* A variable of the script; NAN: unknown. The name may be an element of an array. */
void cg_figure_number(const struct cg_figure *figure, const char *name, double value);
void cg_figure_text(const struct cg_figure *figure, const char *name, const char *text);

/* The series from here on stand in a panel of their own: head[p], under[p] (a second line), first[p],
 * last[p]. */
void cg_figure_panel(struct cg_figure *figure, const char *head, const char *under);

/* The rows of data from here on are a series: a block of the data file ("index"), name[s] in the legend ("":
 * in none), look[s] one of the CG_FIGURE_LOOKS styles of lines and points. */
void cg_figure_series(struct cg_figure *figure, int look, const char *name);
#define CG_FIGURE_LOOKS 24

/* A row of data: x, a value with its interval (the value where there is none) and a name, if it is not NULL.
 */
void cg_figure_dot(const struct cg_figure *figure, double x, struct cg_interval at, const char *name);

/* Closes the files; a figure without series is none. `enough`: memory was, for all that it shows. */
void cg_figure_end(struct cg_figures *figures, struct cg_figure *figure, bool enough);
void cg_figures_free(struct cg_figures *figures);

/* What a picture is written as. */
#define CG_FORMS_LIST(X) X(CG_FORM_SVG, "svg") X(CG_FORM_PNG, "png") X(CG_FORM_PDF, "pdf")
CG_ENUM(cg_form, CG_FORMS_LIST, CG_FORMS)
CG_NAMES_DECLARE(cg_form) /* a file's ending, too */

/* Runs gnuplot once over all figures, for each form whose bit (1 << form) stands in `forms`. Pictures of
 * other forms that lie there from before are removed: they would be of other data. *missing receives how many
 * pictures were not made. CG_UNAVAILABLE when there is no gnuplot. */
enum cg_status cg_figures_draw(const struct cg_figures *figures, unsigned forms, int *missing,
                               struct cg_error *err);

/* The scripts draw_*.gp by name and text, made by the build. */
struct cg_figure_script {
    const char *name, *text;
};
extern const struct cg_figure_script cg_figure_scripts[];
extern const int cg_figure_script_count;

#endif
