/* The answer on a guideline in one line: its verdict on aligned widths, and how much of the effect in the
 * paper's widths is vector lanes, memory level, threads, fusion, engine. What was not measured is said. */
#ifndef CONVGAUGE_REPORT_ANSWERS_H
#define CONVGAUGE_REPORT_ANSWERS_H

#include "bench/paper/devices.h"
#include "report/causes.h"
#include "report/sentences.h"
#include "report/table.h"
#include "report/working_sets.h"

#define CG_ANSWER_OTHERS 8

/* What the same step costs under another setting of the run. */
struct cg_other_cost {
    const struct cg_suite_view *view;
    struct cg_estimate cost;
    struct cg_estimate change; /* from the answer's own setting to this one; logs */
    enum cg_verdict verdict;   /* of the change */
};

/* Of one suite. Groups, trends and views are borrowed from its views. */
struct cg_answer {
    const struct cg_suite_view *view;  /* full fusion and fewest threads, of the first engine */
    bool aligned;                      /* the verdict rests on aligned sets */
    const struct cg_group_view *group; /* whose figure stands for the verdict; NULL: nothing measured */
    const struct cg_trend *trend;
    struct cg_estimate cost; /* of its last step, or both factors */
    /* In the paper's widths: the first group that was measured; split where twins were. */
    const struct cg_group_view *paper_group;
    const struct cg_trend *paper_trend;
    struct cg_estimate paper_cost;
    struct cg_trend_causes causes;
    struct cg_working_set_change memory;
    struct cg_other_cost threads, fusion; /* most threads; fusion none; view NULL: not measured */
    /* Most threads on the smallest working set, where what a layer costs beside its work shows, and the same
     * on fewest threads. */
    struct cg_working_set small;
    struct cg_estimate small_cost;
    struct cg_other_cost small_threads; /* view NULL: not measured under both */
    struct cg_other_cost engines[CG_ANSWER_OTHERS];
    int n_engines;                       /* other ones */
    double paper[CG_PAPER_DEVICE_COUNT]; /* the paper's own figure at x1, NAN */
};

/* The view that answers for its suite: full fusion, the smallest batch, fewest threads, the first engine.
 * NULL: nothing was measured. */
const struct cg_suite_view *cg_plainest_view(const struct cg_suite_views *views);

/* False when the suite is no guideline or nothing of it was measured, or there is no memory (*failed). */
bool cg_answer_of(const struct cg_suite_views *views, struct cg_answer *answer, bool *failed);

/* Parts of it, nothing where they were not measured: "working set: 1.05 [1.04, 1.05] (113 KiB to 260 KiB,
 * L2), 1.23 [1.18, 1.28] (49.1 MiB to 196 MiB, memory): more.", "; on the smallest working set (40.5 KiB to
 * 354 KiB, L2) 1.72 [1.51, 1.97] after 1.027 [1.023, 1.031]: more". */
void cg_say_working_sets(struct cg_sentence *s, const struct cg_answer *answer);
void cg_say_small_threads(struct cg_sentence *s, const struct cg_answer *answer);

/* The line; shortly: the verdict, with its setting if that is asked for, what it rests on and the paper's own
 * figures. */
struct cg_sentence cg_say_answer(const struct cg_answer *answer);
struct cg_sentence cg_say_answer_shortly(const struct cg_answer *answer, bool setting);

/* How many verdicts a file has under all its settings, and how many of these are undecided (UNCLEAR,
 * UNDECIDED: machine): of guidelines on each place that decides, of rankings on each pair of networks, else
 * on each row.
 */
struct cg_verdict_count {
    int all, undecided;
};

/* Adds what a guideline's view has. */
void cg_count_findings(const struct cg_suite_view *view, struct cg_verdict_count *count);

/* False without memory. */
bool cg_count_verdicts(const struct cg_results *results, struct cg_verdict_count *count);

/* A row for each guideline of a file, the lines as its sentences. Without rows when there is none. */
struct cg_table *cg_table_of_answers(const struct cg_results *results);

/* A row for each guideline of a file that makes a claim: the verdict, what breaking it costs here, the claim.
 */
struct cg_table *cg_table_of_worth(const struct cg_results *results);

#endif
