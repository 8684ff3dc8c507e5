/* Results side by side: the first file against each of the others. Only equal computations under equal
 * options are matched (same graph, engine, threads, batch, fusion, cache state); what differs is listed.
 * Published figures are matched by network: by its name, or in ncnn's form of it, whose multiply-adds an
 * image are then equal to within 1 %; else it is another variant. */
#ifndef CONVGAUGE_REPORT_COMPARE_H
#define CONVGAUGE_REPORT_COMPARE_H

#include "report/inputs.h"
#include "report/view.h"

struct cg_match {
    const struct cg_record *a, *b;
    struct cg_estimate
        ratio; /* log time(b) / time(a); without interval where a side is published or one process */
    struct cg_machine_shift shift; /* of the machine, b to a */
    struct cg_by_state state;      /* of the ratio: quiet rounds of both, and the other rounds of both */
    enum cg_verdict verdict;
    const char *withheld; /* "disturbed", "machine": why it is WITHHELD, though it lies beyond the margin;
                             NULL: it is not withheld */
};

/* Two networks in different order on the two sides. */
struct cg_flip {
    const char *slower_in_b, *faster_in_b; /* the other way round in a */
    struct cg_interval ratio_a, ratio_b;   /* time(slower_in_b) / time(faster_in_b) */
    const char *kind; /* category of layers that contributes most; NULL: no profiles in the files */
};

#define CG_ANOTHER_VARIANT "another variant" /* its multiply-adds differ by more than 1 % */

struct cg_unmatched {
    const struct cg_record *record;
    bool in_b;
    const char *why;
};

struct cg_comparison {
    const struct cg_input *a, *b;
    bool across_engines; /* each side has one engine, and they differ: matched all the same, and said */
    double delta;
    int n_matches;
    struct cg_match *matches;
    int counts[CG_VERDICT_COUNT]; /* matches of each verdict */
    /* WITHHELD: beyond the margin by the figures, while a side's rounds were disturbed (or migrated,
     * throttled, stolen, preempted) and its quiet rounds do not claim it; FASTER or SLOWER, but nothing is
     * claimed without what the machine itself was slower or faster. */
    int n_withheld, n_shifted;
    struct cg_estimate geometric_mean; /* over the matches, by processes */
    int n_networks;                    /* whole networks matched, for the correlations */
    double spearman, kendall;          /* of their times */
    int n_flips;
    struct cg_flip *flips;
    int n_unmatched, unmatched_room;
    struct cg_unmatched *unmatched;
};

enum cg_status cg_compare(const struct cg_input *a, const struct cg_input *b,
                          struct cg_comparison *comparison, struct cg_error *err);
void cg_comparison_free(struct cg_comparison *comparison);

/* A match with its margin and verdict. */
struct cg_judged cg_match_judged(const struct cg_comparison *comparison, const struct cg_match *match);

/* The verdict on a match as tables and JSON print it: WITHHELD, "about 2 %", ... */
struct cg_phrase cg_match_words(const struct cg_comparison *comparison, const struct cg_match *match);

/* The tables of comparisons with one first file: inputs, a row each; of the first `detailed` of them cases,
 * flips and what does not match. `detailed` below 0: of all, but cases of six at most. */
void cg_comparison_tables(const struct cg_comparison *comparisons, int n, int detailed,
                          struct cg_tables *tables);

/* {"files": [...], "cases": [{"case", "engine", ..., "file", "ratio": {"value", "ci_low", "ci_high"},
 * "verdict" (the words of the tables), "withheld", "yardstick": {"slowest", "fastest"}}], "summaries": [...],
 * "flips": [...], "unmatched": [...]}
 */
enum cg_status cg_comparison_json(const struct cg_comparison *comparisons, int n, FILE *out,
                                  struct cg_error *err);

#endif
