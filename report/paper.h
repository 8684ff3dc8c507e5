/* What the paper prints (arXiv 1807.11164), from the CSV files in results/paper, which are built into the
 * program. */
#ifndef CONVGAUGE_REPORT_PAPER_H
#define CONVGAUGE_REPORT_PAPER_H

#include "base/error.h"
#include "bench/paper/devices.h"
#include "bench/record/record.h"

#include <stdbool.h>

/* The device whose channel set this is ("arm", "gpu"), or -1. */
int cg_paper_device_of_set(const char *set);

/* The paper's own time per madd relative to the baseline: suite "g1" to "g4", scale 1, 2, 4, the case's label
 * as printed in the tables here ("1:12", "g=8", "4-fragment-parallel"); for g4 the levels (0 or 1) of ReLU
 * and short-cut, relative to the case with those of `base`. The widths differ by device, and their madds are
 * taken into account. NAN when there is none. */
double cg_paper_slope_ratio(const char *suite, enum cg_paper_device device, int scale, const char *label);
double cg_paper_factorial_ratio(enum cg_paper_device device, int scale, const int levels[2],
                                const int base[2]);

/* A row of Table 8. */
struct cg_paper_network {
    char id[40];        /* "shufflenet_v2:1.0x"; "": its structure is not published in full */
    char model[64];     /* as printed, with the note: "1.0 MobileNet v2 (the authors')" */
    const char *family; /* series of plots: "ShuffleNet v2" */
    double madds;       /* printed complexity */
    double top1_error;  /* per cent, NAN when none */
    double images_per_s[CG_PAPER_DEVICE_COUNT]; /* NAN when none; GPU batches of 8 */
};

/* Table 8's rows into `rows`, at most `max`; returns how many. */
#define CG_PAPER_NETWORKS 48
int cg_paper_networks(struct cg_paper_network *rows, int max);

/* Figure 2's share of a category in per cent; network "shufflenet_v1:1x_g3" or "mobilenet_v2:1.0", category
 * as printed
 * ("Conv", "Data", "Shuffle", "Elemwise", "Other"). NAN when none. */
double cg_paper_share(const char *network, enum cg_paper_device device, const char *category);

#endif
