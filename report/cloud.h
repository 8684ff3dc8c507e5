/* Whole networks as points of plots: one series a family, styles that stay the same over figures. */
#ifndef CONVGAUGE_REPORT_CLOUD_H
#define CONVGAUGE_REPORT_CLOUD_H

#include "report/axes.h"
#include "report/paper.h"
#include "report/view.h"

#define CG_CLOUD_POINTS   256
#define CG_CLOUD_FAMILIES 24

/* What is known of a network: of one image, with its interval where it has one; NAN: unknown. */
enum cg_quantity {
    CG_POINT_MADDS,    /* millions */
    CG_POINT_SPEED,    /* images/s */
    CG_POINT_ERROR,    /* published top-1 error, per cent */
    CG_POINT_MEMORY,   /* memory access cost, MB */
    CG_POINT_ROOFLINE, /* predicted time, ms */
    CG_POINT_TIME,     /* ms */
    CG_POINT_QUANTITIES,
};

struct cg_point {
    int family;     /* into the cloud's families */
    char label[96]; /* the network's name */
    char width[32]; /* what tells it from its family: "0.5x"; "" unknown */
    struct cg_interval values[CG_POINT_QUANTITIES];
    int rank_madds, rank_speed; /* from 0 */
};

struct cg_cloud_family {
    char name[64];
    int style;
};

struct cg_cloud {
    int n, n_families;
    struct cg_point points[CG_CLOUD_POINTS]; /* by madds */
    struct cg_cloud_family families[CG_CLOUD_FAMILIES];
};

/* The measured networks of a view. */
void cg_cloud_of_view(const struct cg_suite_view *view, struct cg_cloud *cloud);

/* The networks of the paper's Table 8 that have a speed on a device and an error. */
void cg_cloud_of_paper(enum cg_paper_device device, struct cg_cloud *cloud);

/* A plot of a cloud: a line of points a family, bars where a coordinate has an interval, widths beside the
 * points where there is room. */
struct cg_scatter {
    struct cg_figure *figure;
    const struct cg_cloud *cloud;
    enum cg_quantity x, y;
    struct cg_axis x_axis, y_axis; /* settled and padded before the plot is written */
    struct cg_area area;
    double label_px; /* size of the labels' font; 0: none */
    bool legend;
    int first;                     /* index of the first data block; set by cg_scatter_data() */
    int counts[CG_CLOUD_FAMILIES]; /* points of each family */
};

/* Widens the axes by the cloud's values. Bars do not widen them. */
void cg_scatter_include(struct cg_scatter *scatter);

/* Writes the data blocks. */
void cg_scatter_data(struct cg_scatter *scatter);

/* Writes area, axes, labels and the command "plot" with `before` (curves, commas between them; "" for none)
 * and the families. */
void cg_scatter_plot(const struct cg_scatter *scatter, const char *before);

/* Draws a legend over several clouds into an area of a multiplot: every family once. The height in pixels
 * that it needs in an area of `width` pixels is _height()'s. */
int cg_cloud_legend_height(const struct cg_cloud *const *clouds, int n, double width);
void cg_cloud_legend(const struct cg_cloud *const *clouds, int n, const struct cg_figure *figure,
                     const struct cg_area *area);

#endif
