/* A suite of a results file under one setting, worked out: which record belongs to which case, ratios to the
 * baseline formed inside rounds, verdicts over the printed table, a finding for each group and for the suite.
 * What tables, sentences and plots show comes from here. */
#ifndef CONVGAUGE_REPORT_VIEW_H
#define CONVGAUGE_REPORT_VIEW_H

#include "bench/record/record.h"
#include "bench/stats/verdict.h"

/* The settings under which cases of `suite` were measured, in the order of the records; malloc'd, *n of them.
 * NULL with *n = 0 when there are none, with *n = -1 when there is no memory. */
struct cg_setting *cg_suite_settings(const struct cg_results *results, const struct cg_suite_record *suite,
                                     int *n);

/* The record that holds a case's measurement under a setting: of the same suite and group if there is one,
 * else any of the same graph. NULL: not measured. Records without samples count only when `untimed` is set.
 */
const struct cg_record *cg_find_record(const struct cg_results *results, const char *suite, const char *group,
                                       const struct cg_case_record *c, const struct cg_setting *setting,
                                       bool untimed);

/* Log of time(a) / time(b): inside rounds when both were interleaved (*paired true), else the difference of
 * the processes' medians (Welch). Mean NAN when one has no samples. False when there is no memory. */
bool cg_record_log_ratio(const struct cg_record *a, const struct cg_record *b, struct cg_estimate *ratio,
                         bool *paired);

/* One median log time (of one run, nanoseconds) a process, in the order of the processes' numbers; room for
 * samples.n. Returns how many, -1 without memory. */
int cg_record_process_medians(const struct cg_record *record, double *medians);

struct cg_case_view {
    const struct cg_case_record *c;
    const struct cg_record *record; /* NULL: not measured */
    const struct cg_record
        *counts; /* a record of the graph under any setting, for madds and memory access; or NULL */
    bool baseline;
    bool paired;
    struct cg_estimate ratio;      /* log of time per madd relative to the baseline */
    struct cg_estimate time_ratio; /* log of time relative to the baseline */
    enum cg_verdict verdict;
    double mem_ratio; /* memory access relative to its lower bound (G1), NAN */
};

/* A guideline's line through the steps of a group; G3 has one for each series. */
struct cg_trend {
    const char *series; /* NULL: the group has none */
    int last;           /* index of the last step's case */
    int first_in_table; /* of its cases: for the order of tables */
    struct cg_estimate slope;
    enum cg_finding finding;
};

#define CG_MAX_TRENDS 4

struct cg_group_view {
    const struct cg_group_record *group;
    int n_cases;
    struct cg_case_view *cases;
    int n_trends;
    struct cg_trend trends[CG_MAX_TRENDS];
    bool has_effects; /* factorial suites with all four cells measured */
    struct cg_factorial effects;
    enum cg_verdict effect_verdicts[3]; /* a, b, both */
    enum cg_finding finding;            /* of the group: its trends' common finding, or its effects' */
};

struct cg_suite_view {
    const struct cg_results *results;
    const struct cg_suite_record *suite;
    struct cg_setting setting;
    double delta;  /* of its verdicts */
    int processes; /* fewest of a measured case; 0: nothing measured */
    int measured;  /* cases */
    int n_groups;
    struct cg_group_view *groups;
    enum cg_finding finding;
};

/* Works out a suite under a setting. CG_NO_MEMORY or CG_OK; on CG_OK the caller frees it. */
enum cg_status cg_suite_view_create(const struct cg_results *results, const struct cg_suite_record *suite,
                                    const struct cg_setting *setting, struct cg_suite_view **view,
                                    struct cg_error *err);
void cg_suite_view_destroy(struct cg_suite_view **view);

/* Of all groups' trends or groups: the findings one after another, at most `max`; returns how many. */
int cg_suite_view_findings(const struct cg_suite_view *view, enum cg_finding *findings, int max);

/* The measured peak for a setting's ISA and threads, madds/s; NAN unknown. */
double cg_device_peak(const struct cg_device_record *device, const struct cg_setting *setting);

#endif
