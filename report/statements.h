/* What the paper says of the networks of its Table 8 (section 4), each statement held against a measurement:
 * ratios of times at each complexity level, and how well madds order speed inside a level. Reconstructions
 * have no part in it. */
#ifndef CONVGAUGE_REPORT_STATEMENTS_H
#define CONVGAUGE_REPORT_STATEMENTS_H

#include "report/paper.h"
#include "report/view.h"

#define CG_LEVEL_COUNT 4 /* complexity levels */

/* The statements (X: identifier, family that is said to be faster, family that is said to be slower, the
 * paper's reason or limit). Families as in names of networks. */
/* clang-format off */
#define CG_STATEMENTS(X) \
    X(CG_SAID_V2_V1, "shufflenet_v2", "shufflenet_v1", "group convolutions and an add break G2 and G4") \
    X(CG_SAID_V2_MOBILENET_V2, "shufflenet_v2", "mobilenet_v2", "inverted bottlenecks and ReLU on wide maps break G1 and G4") \
    X(CG_SAID_MOBILENET_V1, "mobilenet_v1", "shufflenet_v2", "few fragments keep G3; said of the GPU") \
    X(CG_SAID_IGCV3, "shufflenet_v2", "igcv3", "many groups break G2") \
    X(CG_SAID_NASNET, "shufflenet_v2", "nasnet_a", "many fragments break G3") \
    X(CG_SAID_PNASNET, "shufflenet_v2", "pnasnet_5", "many fragments break G3")
/* clang-format on */

CG_ENUM(cg_statement_id, CG_STATEMENTS, CG_STATEMENT_COUNT)

/* One statement at one level. */
struct cg_statement_level {
    int level;                              /* M madds; 0: nothing measured here */
    const struct cg_case_view *fast, *slow; /* as the paper says */
    struct cg_judged measured;              /* log of time(fast) / time(slow); FASTER: as the paper says */
    double paper[CG_PAPER_DEVICE_COUNT];    /* the paper's own ratio of times, NAN */
};

struct cg_statement {
    enum cg_statement_id id;
    int n_levels; /* measured */
    struct cg_statement_level levels[CG_LEVEL_COUNT];
    enum cg_finding finding; /* HOLDS: faster at every level measured; NO EFFECT: at none */
};

/* The networks of one level, reconstructions left out. */
struct cg_level_order {
    int level, networks;
    double madds_spread; /* largest / smallest madds */
    double spearman;     /* of madds and time, NAN below CG_RANKED_MIN networks */
    const struct cg_case_view *fastest, *slowest;
    struct cg_estimate ratio; /* log of time(slowest) / time(fastest); its interval allows for the choice */
    double paper[CG_PAPER_DEVICE_COUNT]; /* spread of the same kind in the paper, among these networks */
    double paper_spearman[CG_PAPER_DEVICE_COUNT];
};

struct cg_statements {
    const struct cg_results *results;
    struct cg_statement items[CG_STATEMENT_COUNT];
    int n_levels;
    struct cg_level_order levels[CG_LEVEL_COUNT];
    struct cg_level_order all; /* over the networks of all levels and of none */
    double delta, delta_apart; /* margins of the verdicts: inside rounds; between starts */
};

/* Of a view of a ranking suite. A group's level counts; networks of a group without one stand at the level
 * that their madds are within a fifth of, or at none. Verdicts are of one-sided tests for what the paper
 * says, Holm corrected over all statements and levels. False without memory. */
bool cg_statements_of(const struct cg_suite_view *view, struct cg_statements *statements);

/* "ShuffleNet V2 faster than MobileNet V2" */
struct cg_phrase cg_claim(const struct cg_statement *statement);

/* Sentences as those of sentences.h. "ShuffleNet V2 faster than MobileNet V2: holds here: ..."; "" when
 * nothing of it was measured. */
struct cg_sentence cg_say_statement(const struct cg_statement *statement);

/* How far madds order speed, over all and inside each level; "" below CG_RANKED_MIN networks. */
struct cg_sentence cg_say_levels(const struct cg_statements *statements);

#endif
