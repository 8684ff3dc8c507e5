/* A suite of a results file under one setting, worked out: which record belongs to which case, ratios to the
 * baseline formed inside rounds, verdicts over the printed table, a finding for each group and for the suite.
 * What tables, sentences and plots show comes from here. */
#ifndef CONVGAUGE_REPORT_VIEW_H
#define CONVGAUGE_REPORT_VIEW_H

#include "report/group_view.h"

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
    int n_twins; /* likewise */
    struct cg_case_view *twins;
    int n_networks; /* measured cases with multiply-adds, each record once (it may stand in two groups) */
    const struct cg_case_view **networks;
    enum cg_finding finding;      /* of the groups that decide */
    int counts[CG_FINDING_COUNT]; /* of the places (trends of groups) that decide */
    struct cg_arena *arena;       /* of the suite's views */
};

/* Whether the suite has findings: it is of kind slope or factorial. */
bool cg_is_guideline(const struct cg_suite_record *suite);

/* Whether its cases are compared by time per madd: suites of slopes, where they do not say otherwise, and of
 * widths. */
bool cg_is_per_madd(const struct cg_suite_record *suite);
const char *cg_cost_words(const struct cg_suite_record *suite); /* "time per madd", "time" */

/* Whether the verdict on the guideline rests on this group: the aligned sets where they were measured, else
 * (older files, filtered runs) all that do not explain; of groups with the same records the first. */
bool cg_group_decides(const struct cg_suite_view *view, const struct cg_group_view *group);

/* Of the places that decide, those that are undecided. */
int cg_count_undecided(const struct cg_suite_view *view);

/* The estimate that a case's verdict rests on: time per madd (cg_is_per_madd()) or time. */
struct cg_estimate cg_case_cost(const struct cg_suite_view *view, const struct cg_case_view *c);

/* That with its margin and verdict. */
struct cg_judged cg_case_judged(const struct cg_suite_view *view, const struct cg_case_view *c);

/* What a trend of a group costs: its last step, or both factors together. Mean NAN: not measured. */
struct cg_judged cg_trend_cost(const struct cg_suite_view *view, int group, int trend);

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
