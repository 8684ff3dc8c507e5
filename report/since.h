/* What networks since the paper need beside those before, at equal top-1 error: multiply-adds and time. Of
 * ranking suites whose cases have a year as their step and a published error. */
#ifndef CONVGAUGE_REPORT_SINCE_H
#define CONVGAUGE_REPORT_SINCE_H

#include "report/view.h"

#define CG_SINCE_YEAR 2018 /* the paper's; its networks count to those before */

/* What a network costs: multiply-adds, or nanoseconds. */
enum cg_cost_by { CG_BY_MADDS, CG_BY_TIME, CG_BY_COUNT };

struct cg_entrant {
    const struct cg_case_view *c;
    double error; /* published top-1 error, per cent */
    bool later;   /* than CG_SINCE_YEAR */
    double cost[CG_BY_COUNT];
    bool early_front[CG_BY_COUNT]; /* of those that are not later, none costs less and errs no more */
    bool front[CG_BY_COUNT];       /* of all */
    double share[CG_BY_COUNT]; /* of a later one: log of its cost over that of the early front at its error,
                                  between whose networks the log is interpolated; NAN beyond its ends */
    const struct cg_case_view *beaten_by; /* it stands on the front of multiply-adds, and this one errs no
                                             more and is clearly faster; NULL: none is */
};

struct cg_since {
    int n;
    struct cg_entrant *items;              /* by falling error: along each front costs rise */
    int compared;                          /* later ones with both shares */
    struct cg_estimate share[CG_BY_COUNT]; /* logs, over the networks */
    struct cg_estimate apart; /* share of time less share of multiply-adds: above 0, accuracy per FLOP has
                                 gained more than accuracy per millisecond */
};

/* Reconstructions have no part in it. False without memory. The caller frees it in each case. */
bool cg_since_of(const struct cg_suite_view *view, struct cg_since *since);
void cg_since_free(struct cg_since *since);

/* "accuracy per FLOP has gained more than accuracy per millisecond"; "" of fewer than three networks. */
const char *cg_since_words(const struct cg_since *since);

/* "Leaving the front when time is measured: A and B."; "" where none does. */
struct cg_sentence cg_say_leaving(const struct cg_since *since);

/* The answer with its figures, and who leaves the front for whom; "" likewise. */
struct cg_sentence cg_say_since(const struct cg_since *since);

#endif
