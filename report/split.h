/* Time of a network by kind of layer: the paper's Figure 2. */
#ifndef CONVGAUGE_REPORT_SPLIT_H
#define CONVGAUGE_REPORT_SPLIT_H

#include "bench/graph/cost.h"
#include "report/paper.h"

struct cg_split {
    double ns[CG_CATEGORY_COUNT];
    double sum_ns;           /* of the layers */
    double residual_percent; /* of the end-to-end time, beyond the sum; NAN unknown */
};

/* False when the record has no layers. */
bool cg_split_of(const struct cg_record *record, struct cg_split *split);

/* The paper's share of a category in per cent, by a network's name ("shufflenet_v1:1x_g3"); NAN when it has
 * none: of other networks, and of depthwise convolutions, as it does not say where it books them. */
double cg_split_paper(const char *network, enum cg_paper_device device, enum cg_category category);

#endif
