/* Verdicts: what may be said of ratios, guidelines, suites and engines (rules 8 and 9). Pure functions. */
#ifndef CONVGAUGE_BENCH_STATS_VERDICT_H
#define CONVGAUGE_BENCH_STATS_VERDICT_H

#include "base/names.h"
#include "bench/stats/by_state.h"

#define CG_ALPHA     0.05
#define CG_MIN_DELTA 0.02
#define CG_MAX_DELTA 0.9

/* Of one ratio of times, case over baseline or B over A (X: identifier, name). */
#define CG_VERDICTS(X)                                                                                       \
    X(CG_NO_VERDICT, "-")  /* one process, or not measured */                                                \
    X(CG_FASTER, "FASTER") /* the ratio is below 1 - delta */                                                \
    X(CG_SLOWER, "SLOWER") /* above 1 + delta */                                                             \
    X(CG_SAME, "SAME")     /* within 1 +- delta */                                                           \
    X(CG_UNCLEAR, "UNCLEAR")                                                                                 \
    X(CG_NOT_FASTER, "NOT FASTER")         /* of what is said to be faster: not below 1 - delta */           \
    X(CG_WITHHELD, "WITHHELD")             /* of two files: beyond the margin, but by the machine, maybe */  \
    X(CG_BY_MACHINE, "UNDECIDED: machine") /* quiet rounds and the others differ */

CG_ENUM(cg_verdict, CG_VERDICTS, CG_VERDICT_COUNT)
CG_NAMES_DECLARE(cg_verdict)

/* max(2 %, noise floor); the floor may be NAN (unknown). At most CG_MAX_DELTA: 1 - delta stays above 0. */
double cg_delta(double noise_floor);

/* One-sided p-values of an estimate of a log-ratio against a threshold ratio. NAN without a standard error.
 */
double cg_p_above(struct cg_estimate log_ratio, double threshold); /* small: the ratio is above */
double cg_p_below(struct cg_estimate log_ratio, double threshold); /* small: the ratio is below */

/* Holm's step-down: reject[i] for the p-values of one family at level alpha; NANs are never rejected and do
 * not count. `order` is scratch for n. */
void cg_holm(const double *p, size_t n, double alpha, bool *reject, size_t *order);

/* A row of a table that is judged as a whole. */
struct cg_judged {
    struct cg_estimate ratio; /* a log-ratio */
    double delta;             /* its margin */
    enum cg_verdict verdict;
    int key[2];               /* what it is the ratio of, as the caller numbers it */
    struct cg_by_state state; /* its quiet rounds and the others, where that is known */
};

/* What the table asks: which way its rows differ, or whether they are faster, as somebody says. */
enum cg_question { CG_DO_THEY_DIFFER, CG_ARE_THEY_FASTER };

/* The verdicts of one printed table. FASTER and SLOWER by one-sided t against 1 -+ delta, SAME when both
 * one-sided tests against 1 - delta and 1 + delta reject (TOST), each with Holm over the table's rows; else
 * UNCLEAR. Of what is said to be faster: FASTER and NOT FASTER by one-sided t against 1 - delta, Holm over
 * the rows (of a row's two null hypotheses one is true, so a row counts once). Whatever these say,
 * CG_BY_MACHINE where quiet rounds and the others give different ratios (two-sided paired t over processes,
 * Holm over the rows of which that is known). CG_NO_VERDICT for rows with fewer than two processes. False
 * when there is no memory (all CG_NO_VERDICT then). */
bool cg_judge(struct cg_judged *rows, size_t n, enum cg_question question);

/* Whether an estimate by itself lies within 1 +- delta: SAME without correction. Where a finding asks it of
 * each of several, each is tested at the full level (an intersection-union test). */
bool cg_is_within(struct cg_estimate log_ratio, double delta);

/* Whether a row is UNCLEAR though its interval is narrower than 1 % (without the noise floor): it lies about
 * at the margin, and not the data are undecided but the threshold. */
bool cg_is_at_margin(const struct cg_judged *row);

/* Of a guideline in one group, one suite, or one engine (X: identifier, name). */
#define CG_FINDINGS(X)                                                                                       \
    X(CG_NO_FINDING, "-") /* one process, or too little measured */                                          \
    X(CG_HOLDS, "HOLDS")                                                                                     \
    X(CG_REVERSED, "REVERSED")                                                                               \
    X(CG_NO_EFFECT, "NO EFFECT")                                                                             \
    X(CG_FINDING_UNCLEAR, "UNCLEAR")                                                                         \
    X(CG_FINDING_BY_MACHINE, "UNDECIDED: machine") /* a step or an effect is */                              \
    X(CG_MIXED, "MIXED")                           /* of suites: groups contradict each other */             \
    X(CG_IN_PART, "UNDECIDED IN PART")             /* of suites: one finding at some groups, none at others */

CG_ENUM(cg_finding, CG_FINDINGS, CG_FINDING_COUNT)
CG_NAMES_DECLARE(cg_finding)

/* A step of a group, the baseline (SAME, within) among them: its verdict, whether it is within the margin by
 * itself, and its verdict against the step before it. */
struct cg_trend_step {
    enum cg_verdict verdict;
    bool within;
    enum cg_verdict to_previous;
};

/* Of a group whose steps are ordered: HOLDS when the slope's interval lies above 0, the
 * last step is SLOWER and none is FASTER than the one before; REVERSED the mirror; NO EFFECT when every step
 * is within the margin; BY_MACHINE, whatever the rest, when a step is; else UNCLEAR. No finding with fewer
 * than two processes or when a step was not measured. */
enum cg_finding cg_slope_finding(struct cg_estimate slope, const struct cg_trend_step *steps, size_t n_steps);

/* Effects on log time of two factors with levels 0 and 1, each averaged over the other, and the interaction:
 * how much factor a's effect grows when b is at 1. */
struct cg_factorial {
    struct cg_estimate a, b, interaction;
    struct cg_estimate both; /* both at 1 against both at 0 */
};

/* log_time[p * 4 + 2 * a + b]: process p, levels a and b. `scratch` has room for n_processes. */
struct cg_factorial cg_factorial_effects(const double *log_time, size_t n_processes, double *scratch);

/* G4 in one group: `both` is the verdict of that effect, `within` whether all three effects are by themselves
 * within the margin. HOLDS when `both` is SLOWER (the element-wise operations cost time), REVERSED when it is
 * FASTER, BY_MACHINE when it is, NO EFFECT when all are within, else UNCLEAR. */
enum cg_finding cg_factorial_finding(enum cg_verdict both, bool within);

/* Whether a finding of a group says neither yes nor no: UNCLEAR, BY_MACHINE. */
bool cg_is_undecided(enum cg_finding finding);

/* Of a suite from its groups: the common finding; MIXED where some contradict each other (of HOLDS, REVERSED
 * and NO EFFECT there are two); IN PART where some have one of these and others are undecided; where all are,
 * BY_MACHINE if one is, else UNCLEAR. Groups without a
 * finding are left out; none left: none. */
enum cg_finding cg_suite_finding(const enum cg_finding *groups, size_t n);

/* Over engines (X: identifier, form of words; the sentence names the engines). */
#define CG_ATTRIBUTIONS(X)                                                                                   \
    X(CG_ATTR_NONE, "-")                            /* fewer than two engines with a finding */              \
    X(CG_ATTR_HARDWARE, "property of the hardware") /* every engine shows it */                              \
    X(CG_ATTR_SOME, "shown by some")                /* two or more show it, at least one shows that it */    \
                                                    /* does not hold: "shown by X and Y, not by Z" */        \
    X(CG_ATTR_ONE, "property of the engine")        /* one shows it, all others show that it does not */     \
    X(CG_ATTR_NO_EFFECT, "no effect")               /* every engine shows that there is none */              \
    X(CG_ATTR_REVERSED, "reversed")                 /* every engine shows the opposite */                    \
    X(CG_ATTR_UNDECIDED, "undecided")               /* an undecided or MIXED engine keeps it open */

CG_ENUM(cg_attribution, CG_ATTRIBUTIONS, CG_ATTR_COUNT)
CG_NAMES_DECLARE(cg_attribution)

enum cg_attribution cg_attribute(const enum cg_finding *engines, size_t n);

#endif
