/* A group of a suite under one setting: its cases, twins and trends, and what is asked of it by itself. */
#ifndef CONVGAUGE_REPORT_GROUP_VIEW_H
#define CONVGAUGE_REPORT_GROUP_VIEW_H

#include "base/arena.h"
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
    struct cg_estimate ratio;      /* log of time per madd relative to the baseline; of time where a suite of
                                      slopes says so (cg_is_per_madd()) */
    struct cg_estimate time_ratio; /* log of time relative to the baseline */
    enum cg_verdict verdict;
    struct cg_by_state state; /* of time_ratio: quiet rounds and the others */
    double mem_ratio;         /* memory access relative to its lower bound (G1), NAN */
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
    int same;    /* the first group of the view with the same records: they count once; itself */
    int n_cases; /* without twins */
    struct cg_case_view *cases; /* a part of the suite view's */
    int n_twins;
    struct cg_case_view *twins; /* without verdicts: they explain what the cases show */
    int n_trends;
    struct cg_trend trends[CG_MAX_TRENDS];
    bool has_effects; /* factorial suites with all four cells measured */
    struct cg_factorial effects;
    struct cg_judged judged_effects[3]; /* a, b, both */
    enum cg_finding finding;            /* its trends' common finding */
};

/* Whether the group is of a set: "arm", "gpu", "paper", "aligned", "memory", "small", "overhead", "beside".
 */
bool cg_group_is(const struct cg_group_view *group, const char *set);

/* The steps of one series of a group: the baseline and every case of the series, in the order of the steps;
 * how many. */
#define CG_MAX_STEPS 64
int cg_group_steps(const struct cg_group_view *group, const char *series, const struct cg_case_view **steps);

/* The four cells of a factorial group among n cases, [00 01 10 11]; false when one is missing. */
bool cg_group_cells(const struct cg_case_view *cases, int n, const struct cg_case_view *cells[4]);

/* The log-ratios of n cases of the group (or twins) to its baseline, one a process: (*matrix)[p * n + s],
 * memory of the arena, with room for a double more a process behind. Only when all are interleaved with the
 * baseline; processes that some case lacks are left out. Returns how many processes, -1 without memory. */
int cg_group_processes(const struct cg_group_view *group, struct cg_arena *arena,
                       const struct cg_case_view *const *cases, int n, double **matrix);

/* Fills the effects of a factorial group, with what quiet rounds and the others say of them; their margin is
 * `delta`, their verdicts are to come. Leaves it without where a cell was not measured. False without memory.
 */
bool cg_group_find_effects(const struct cg_results *results, struct cg_arena *arena, double delta,
                           struct cg_group_view *group);

#endif
