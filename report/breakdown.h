/* Time of a network by kind of layer: the paper's Figure 2. */
#ifndef CONVGAUGE_REPORT_BREAKDOWN_H
#define CONVGAUGE_REPORT_BREAKDOWN_H

#include "bench/record/record.h"
#include "report/paper.h"

/* Kinds of layers (X: identifier, category in records, slice in the paper's Figure 2 or NULL). The paper does
 * not say where it books depthwise convolutions. */
#define CG_SPLIT_KINDS(X)                                                                                    \
    X(CG_SPLIT_CONV, "conv", "Conv")                                                                         \
    X(CG_SPLIT_DEPTHWISE, "depthwise", NULL)                                                                 \
    X(CG_SPLIT_SHUFFLE, "shuffle", "Shuffle")                                                                \
    X(CG_SPLIT_ELEMENTWISE, "elementwise", "Elemwise")                                                       \
    X(CG_SPLIT_DATA, "data", "Data")                                                                         \
    X(CG_SPLIT_OTHER, "other", "Other")

enum cg_split_kind {
#define CG_SPLIT_ENUM(id, category, printed) id,
    CG_SPLIT_KINDS(CG_SPLIT_ENUM)
#undef CG_SPLIT_ENUM
        CG_SPLIT_KIND_COUNT
};

const char *cg_split_kind_name(enum cg_split_kind kind); /* as in records */

struct cg_split {
    double ns[CG_SPLIT_KIND_COUNT];
    double sum_ns;           /* of the layers */
    double residual_percent; /* of the end-to-end time, beyond the sum; NAN unknown */
};

/* False when the record has no layers. */
bool cg_split_of(const struct cg_record *record, struct cg_split *split);

/* The paper's share in per cent for a record's network ("shufflenet_v1:1x_g3"); NAN when it has none. */
double cg_split_paper(const struct cg_record *record, enum cg_paper_column column, enum cg_split_kind kind);

#endif
