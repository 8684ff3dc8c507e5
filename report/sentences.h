/* Every sentence that the program says about results, made from figures. None says more than its interval
 * supports: a difference is stated only where its verdict is FASTER or SLOWER, equality only where it is
 * SAME, and one process alone gives no verdict. "" when there is nothing to say. */
#ifndef CONVGAUGE_REPORT_SENTENCES_H
#define CONVGAUGE_REPORT_SENTENCES_H

#include "report/view.h"

#include <stddef.h>

/* "G1", or the suite's title for suites that are no guideline. */
struct cg_phrase cg_subject(const struct cg_suite_record *suite);

/* A group in words: "x1, ARM set", or its title. */
struct cg_phrase cg_group_words(const struct cg_group_record *group);

/* "SLOWER"; "about 2 %" of a row whose interval is narrow and lies at the margin: not the data are undecided
 * but the threshold. */
struct cg_phrase cg_verdict_words(const struct cg_judged *row);

/* "quiet rounds give 1.28 [1.27, 1.29], the others 1.41 [1.38, 1.44], paired +10.2 % [+7.1, +13.4]" */
struct cg_phrase cg_state_words(const struct cg_judged *row);

/* "HOLDS"; "HOLDS in 5 of 8" where the others are undecided. */
struct cg_phrase cg_finding_words(const struct cg_suite_view *view);

/* The group and trend whose figure stands for a guideline's suite, of those that decide: the first with the
 * suite's finding, else the first that is decided, else the first measured. NULL: none. */
const struct cg_group_view *cg_headline(const struct cg_suite_view *view, const struct cg_trend **trend);

/* "k=3 is FASTER than the step before": what a trend has against it, "" nothing; why a guideline is UNCLEAR
 * though its steps differ, "" where it is not, or intervals alone are the reason. */
struct cg_phrase cg_step_back(const struct cg_group_view *group, const struct cg_trend *trend);
struct cg_phrase cg_why_unclear(const struct cg_suite_view *view);

/* "G1 holds here: per madd, 1:12 takes 1.39 [1.37, 1.41] times the time of 1:1 at x1, ARM set; in the paper,
 * x1, 1.39 on ARM and 2.08 on GPU." */
struct cg_sentence cg_say_guideline(const struct cg_suite_view *view);

/* Which groups hold, which do not, which are open, when the suite is MIXED or IN PART. */
struct cg_sentence cg_say_groups(const struct cg_suite_view *view);

/* How a verdict was formed: margin, processes. `apart`: some of the table's ratios are not formed inside
 * rounds. */
struct cg_sentence cg_say_rule(const struct cg_suite_view *view, bool apart);

/* What intervals and verdicts of plans at once allow for: their ratios are of separate starts. "" where the
 * floor is not known. */
struct cg_sentence cg_say_starts(const struct cg_results *results);

/* Engines side by side in one table; more are left out. */
#define CG_MAX_ENGINES 8

/* What each of n engines shows. */
struct cg_shown {
    size_t n;
    const char *engines[CG_MAX_ENGINES];
    enum cg_finding findings[CG_MAX_ENGINES];
    struct cg_phrase words[CG_MAX_ENGINES]; /* cg_finding_words(); empty: the finding's name */
};

/* Over engines: "G2 is a property of the hardware here: native, onednn and xnnpack show it." */
struct cg_sentence cg_say_attribution(const struct cg_suite_record *suite, const struct cg_shown *shown);

/* The same for one group, as the end of a line: "shown by native and onednn, not by xnnpack". */
struct cg_sentence cg_say_shown_by(const struct cg_shown *shown);

/* What is said of each of n places, those of which the same is said together: "At x1, ARM set; x2, ARM set:
 * property of the hardware. At x4, ARM set: no effect." */
struct cg_said {
    struct cg_phrase where, what;
};
struct cg_sentence cg_say_places(const struct cg_said *places, size_t n);

/* A suite by fusion; none[i] is what engine i shows without: "G4 is a matter of fusion with native and
 * onednn:
 * ...". An engine that is NULL, the only one, is not named: "... here: ...". */
struct cg_sentence cg_say_fusion(const struct cg_suite_record *suite, const struct cg_shown *full,
                                 const struct cg_shown *none);

struct cg_order {
    int networks, pairs;
    int agree;                /* pairs where the one with fewer madds is faster, significantly */
    int flipped;              /* pairs where it is slower, significantly */
    double spearman, kendall; /* NAN below CG_RANKED_MIN networks */
    const char *slow, *fast;  /* the clearest flipped pair: `slow` has fewer madds and takes more time */
    double slow_madds, fast_madds;
    struct cg_estimate ratio; /* log time(slow) / time(fast), with an interval for one picked of all pairs */
};
struct cg_sentence cg_say_order(const struct cg_order *order);

/* A profiled network beside the paper's Figure 2: "shufflenet_v1:1x_g3 (native, 1 thread): convolutions take
 * 84 % of the layers' time, depthwise included 92 %; in the paper, Conv is 87 % on ARM and 50 % on GPU." */
struct cg_sentence cg_say_split(const struct cg_record *record);

/* What the records of a suite under one setting carry, in one sentence: virtual machine, processor quota,
 * noise, no counters, flags with how many cases have them. */
struct cg_sentence cg_say_suite_caveats(const struct cg_suite_view *view);

/* Whether worker processes ended before their time. */
bool cg_lost_workers(const struct cg_results *results);

/* What a reader must know of a results file as a whole: interrupted, one process, virtual machine, processor
 * quota, noise floor above 2 %, flags of records, emulated, skipped cases, lost
 * workers. */
#define CG_MAX_CAVEATS 28
struct cg_caveats {
    int n;
    struct cg_phrase items[CG_MAX_CAVEATS];
};
struct cg_caveats cg_caveats_of(const struct cg_results *results);

/* The same, merged: how exact the figures are, what was beside them, and what to do about it. A figure that
 * several flags speak of counts once. None where nothing was timed. */
#define CG_MAX_TRUST 4
struct cg_trust {
    int n;
    struct cg_sentence items[CG_MAX_TRUST];
};
struct cg_trust cg_trust_of(const struct cg_results *results);

#endif
