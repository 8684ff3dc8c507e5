/* What question a suite answers: it decides which estimates are made of its groups and how its tables end. */
#ifndef CONVGAUGE_BENCH_STATS_SUITE_KIND_H
#define CONVGAUGE_BENCH_STATS_SUITE_KIND_H

#include "base/names.h"

/* X: identifier, name in configs (Lua) and results files. */
#define CG_SUITE_KINDS(X)                                                                                    \
    X(CG_KIND_PLAIN, "plain")         /* times, ratios to the baseline; no verdict on a guideline */         \
    X(CG_KIND_SLOPE, "slope")         /* G1, G2, G3: log time per madd over `step` */                        \
    X(CG_KIND_WIDTHS, "widths")       /* time per madd over numbers of channels: the quantum of vectors */   \
    X(CG_KIND_FACTORIAL, "factorial") /* G4: effects of the factors and their interaction, by fusion */      \
    X(CG_KIND_RANKING, "ranking")     /* networks: rank by madds beside rank by speed */                     \
    X(CG_KIND_BREAKDOWN, "breakdown") /* Figure 2: time of a network by category, from its profile */        \
    X(CG_KIND_REUSE, "reuse")         /* Figure 4: computed from the graph, nothing is timed */

CG_ENUM(cg_suite_kind, CG_SUITE_KINDS, CG_KIND_COUNT)
CG_NAMES_DECLARE(cg_suite_kind)

/* The number of the guideline that a suite's name stands for: 10 of "g10" and of "g10:other", 0 of others. */
int cg_guideline_number(const char *suite);

#endif
