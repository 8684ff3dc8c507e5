/* Which of the paper's guidelines a network breaks where, and what that costs: each place is taken out of the
 * network and set beside a replacement that keeps the guideline, at (nearly) the same multiply-adds. Finding
 * is a pure function of the graph; the costs are measured, original and replacement paired in one run. */
#ifndef CONVGAUGE_BENCH_AUDIT_AUDIT_H
#define CONVGAUGE_BENCH_AUDIT_AUDIT_H

#include "base/names.h"
#include "bench/graph/graph.h"

/* X: identifier, name, what keeps it. */
#define CG_GUIDELINES(X)                                                                                     \
    X(CG_G1, "G1", "equal channel widths")                                                                   \
    X(CG_G2, "G2", "no group convolution")                                                                   \
    X(CG_G3, "G3", "no parallel branches")                                                                   \
    X(CG_G4, "G4", "no element-wise operation")

CG_ENUM(cg_guideline, CG_GUIDELINES, CG_GUIDELINE_COUNT)
CG_NAMES_DECLARE(cg_guideline)

/* G1: a 1x1 convolution whose memory access cost is more than this share above eq. (1)'s lower bound for its
 * multiply-adds. Ratio 1:2 on a large map is 6 %; where weights dominate, widths matter little. */
#define CG_AUDIT_EXCESS 0.05

/* One place that breaks one guideline.
 * G1: both widths of the convolution become sqrt(c1 c2). G2: groups become 1 at widths / sqrt(groups). G3:
 * the block's convolutions, two or more of which stand side by side, become one 1x1 convolution of the
 * block's multiply-adds. G4: adds of the block's own input, and activations on maps wider than the block's
 * input and output, are left out. Widths go to the next multiple of 8. Depthwise convolutions are no group
 * convolutions here, as in the paper. */
struct cg_breach {
    enum cg_guideline guideline;
    char block[CG_NAME_MAX];                 /* "" when the layer is in none */
    char what[192];                          /* "conv12 24->144 becomes 64->64" */
    char why_not[160];                       /* why no replacement can be measured, or "" */
    struct cg_graph *original, *replacement; /* owned; NULL when why_not says so */
    int64_t original_madds, replacement_madds;
};

struct cg_audit {
    bool has_blocks; /* false: the network names none (an ONNX file), so G3 and G4 were not looked for */
    int n_breaches, breaches_capacity;
    struct cg_breach *breaches; /* in the order of the blocks, then of guidelines */
};

/* Finds what the network breaks. Blocks are those of graph->blocks; G3 and G4 are looked for inside blocks
 * only. The result is the caller's (cg_audit_release(), also after a failure). CG_NO_MEMORY. */
enum cg_status cg_audit_find(const struct cg_graph *graph, struct cg_audit *audit, struct cg_error *err);
void cg_audit_release(struct cg_audit *audit);

/* Frees what a breach owns, which was taken out of the list. */
void cg_breach_release(struct cg_breach *breach);

#endif
