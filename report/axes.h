/* Axes whose ranges and tics are settled here rather than by gnuplot, so that panels share them and labels
 * can be put where nothing else is. */
#ifndef CONVGAUGE_REPORT_AXES_H
#define CONVGAUGE_REPORT_AXES_H

#include "report/figure.h"

struct cg_axis {
    bool log;
    double low, high; /* NAN: nothing included yet */
};

/* An axis that includes nothing yet. */
struct cg_axis cg_axis_empty(bool log);

/* Widens the axis; NAN, and on a logarithmic axis what is not above 0, changes nothing. */
void cg_axis_include(struct cg_axis *axis, double value);

/* Room around what is included. An axis of nothing becomes 1 to 10. */
void cg_axis_pad(struct cg_axis *axis);

/* Where a value lies on the axis: 0 low end, 1 high end. */
double cg_axis_place(const struct cg_axis *axis, double value);

/* Writes scale, range and tics of axis `which` ('x', 'y') to a gnuplot script. */
void cg_axis_put(const struct cg_axis *axis, char which, FILE *script);

/* The plot's area inside a figure, in pixels from the left and from the bottom. */
struct cg_area {
    double left, right, bottom, top;
};

/* Writes the margins that give a plot this area. */
void cg_area_put(const struct cg_area *area, const struct cg_figure *figure);

/* A text beside a point. */
struct cg_label {
    double x, y;      /* of the point, pixels in the figure */
    const char *text; /* borrowed; "" or NULL: only the point is kept clear of other labels */
    int align;        /* result: the text begins (1), ends (-1) or is centred (0) there */
    double dx, dy;    /* result: offset of that place */
    bool shown;       /* result: false where no place is free */
};

/* Places labels inside the area so that none covers another label or a point. `font_px`: size of the font.
 * `lines`: n_lines pairs of indices into labels, joined by a line that a text had better not cross. */
void cg_labels_place(struct cg_label *labels, int n, const int (*lines)[2], int n_lines,
                     const struct cg_area *area, double font_px);

#endif
