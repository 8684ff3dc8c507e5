/* A suite of a results file under one setting, worked out: which record belongs to which case, ratios to the
 * baseline formed inside rounds, verdicts over the printed table, a finding for each group and for the suite.
 * What tables, sentences and plots show comes from here. */
#ifndef CONVGAUGE_REPORT_VIEW_H
#define CONVGAUGE_REPORT_VIEW_H

#include "bench/stats/verdict.h"
#include "report/records.h"

/* A row of the suite. */
struct cg_case_view {
    int group; /* index into the suite's groups */
    const struct cg_case_record *c;
    const struct cg_record *record; /* NULL: not measured */
    const struct cg_record
        *counts; /* a record of the graph under any setting, for madds and memory access; or NULL */
    int same;    /* the first case of the view with the same record and baseline: they count once; itself */
    bool baseline;
    bool paired;
    double delta; /* margin of its verdict: of ratios that are not formed inside rounds it is another */
    struct cg_estimate ratio;      /* log of time per madd relative to the baseline */
    struct cg_estimate time_ratio; /* log of time relative to the baseline */
    enum cg_verdict verdict;
    double mem_ratio; /* memory access relative to its lower bound (G1), NAN */
};

/* Where a guideline has a finding of its own: a line through the steps of a group, one for each series (G3);
 * of a factorial group its effects, with neither steps nor slope. */
struct cg_trend {
    const char *series; /* NULL: the group has none */
    int last;           /* index of the last step's case */
    int against; /* of a step that goes back behind the one before though the rest holds (is reversed); -1 */
    struct cg_estimate slope;
    enum cg_finding finding;
};

#define CG_MAX_TRENDS 4

struct cg_group_view {
    const struct cg_group_record *group;
    int same; /* the first group of the view with the same records: they count once; itself */
    int n_cases;
    struct cg_case_view *cases; /* a part of the suite view's */
    int n_trends;
    struct cg_trend trends[CG_MAX_TRENDS];
    bool has_effects; /* factorial suites with all four cells measured */
    struct cg_factorial effects;
    enum cg_verdict effect_verdicts[3]; /* a, b, both */
    enum cg_finding finding;            /* its trends' common finding */
};

struct cg_suite_view {
    const struct cg_results *results;
    const struct cg_suite_record *suite;
    struct cg_setting setting;
    double delta, delta_apart;     /* margins of its verdicts: inside rounds; between starts */
    int processes, most_processes; /* of a measured case: fewest, most; 0: nothing measured */
    int measured;                  /* cases */
    int n_groups;
    struct cg_group_view *groups;
    int n_cases; /* of all groups, one after another */
    struct cg_case_view *cases;
    int n_networks; /* measured cases with multiply-adds, each record once (it may stand in two groups) */
    const struct cg_case_view **networks;
    enum cg_finding finding;
    int counts[CG_FINDING_COUNT]; /* of the places (trends of groups) that count */
    struct cg_arena *arena;       /* of the suite's views */
};

/* Whether the suite has findings: it is of kind slope or factorial. */
bool cg_is_guideline(const struct cg_suite_record *suite);

/* The estimate that a case's verdict rests on: time per madd where the suite has a slope, else time. */
struct cg_estimate cg_case_cost(const struct cg_suite_view *view, const struct cg_case_view *c);

/* That with its margin and verdict. */
struct cg_judged cg_case_judged(const struct cg_suite_view *view, const struct cg_case_view *c);

/* All views of a suite: one a setting under which it was measured, in the order of the records. */
struct cg_suite_views {
    const struct cg_suite_record *suite;
    int n, room;
    struct cg_suite_view **items;
    struct cg_arena *arena; /* of all that hangs on them */
};

/* Works out a suite. CG_NO_MEMORY or CG_OK; on CG_OK the caller frees them. */
enum cg_status cg_suite_views_create(const struct cg_results *results, const struct cg_suite_record *suite,
                                     struct cg_suite_views *views, struct cg_error *err);
void cg_suite_views_free(struct cg_suite_views *views);

#endif
