#include "report/sentences.h"

#include "report/breakdown.h"
#include "report/format.h"
#include "report/paper.h"
#include "report/saying.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

int cg_say_subject(const struct cg_suite_record *suite, char *text, size_t size)
{
    const char *name = suite->name ? suite->name : "?";
    if ((name[0] == 'g' || name[0] == 'G') && isdigit((unsigned char)name[1]) &&
        !isalnum((unsigned char)name[2]))
        return snprintf(text, size, "G%.200s", name + 1);
    return snprintf(text, size, "%.200s", suite->title ? suite->title : name);
}

int cg_say_group(const struct cg_group_record *group, char *text, size_t size)
{
    const bool paper_set = group->set && (strcmp(group->set, "arm") == 0 || strcmp(group->set, "gpu") == 0);
    if (paper_set && group->scale > 0)
        return snprintf(text, size, "x%d, %s set", group->scale,
                        strcmp(group->set, "arm") == 0 ? "ARM" : "GPU");
    return snprintf(text, size, "%.200s", group->title ? group->title : group->name);
}

/* Whether the paper's Tables 1 to 4 have a group of this scale. */
static bool in_paper(const struct cg_suite_record *suite, const struct cg_group_record *group)
{
    if (!group->set || group->scale < 1)
        return false;
    return suite->kind == CG_KIND_FACTORIAL || strcmp(group->set, "arm") == 0 ||
           strcmp(group->set, "gpu") == 0;
}

/* "; in the paper, x1, 1.39 on ARM and 2.08 on GPU" */
static void say_paper(struct saying *s, int scale, const double *ratios)
{
    int n = 0, said = 0;
    for (int i = 0; i < CG_PAPER_COLUMN_COUNT; i++)
        n += !isnan(ratios[i]);
    if (n == 0)
        return;
    say(s, "; in the paper, x%d, ", scale);
    for (int i = 0; i < CG_PAPER_COLUMN_COUNT; i++)
        if (!isnan(ratios[i])) {
            say(s, "%s%.2f on %s", joint(said, n), ratios[i], cg_paper_word((enum cg_paper_column)i));
            said++;
        }
}

static const char *finding_words(enum cg_finding finding)
{
    switch (finding) {
    case CG_HOLDS:
        return "holds here";
    case CG_REVERSED:
        return "is reversed here";
    case CG_NO_EFFECT:
        return "has no effect here";
    case CG_FINDING_UNCLEAR:
        return "is unclear here: the intervals do not decide";
    case CG_MIXED:
        return "is mixed here";
    default:
        return "gets no verdict";
    }
}

static bool is_decided(enum cg_finding finding)
{
    return finding == CG_HOLDS || finding == CG_REVERSED || finding == CG_NO_EFFECT;
}

/* The group and trend whose figure stands for the suite: the first with the suite's finding, else the first
 * that is decided, else the first measured. */
static const struct cg_group_view *headline(const struct cg_suite_view *view, const struct cg_trend **trend)
{
    *trend = NULL;
    for (int pass = 0; pass < 3; pass++)
        for (int g = 0; g < view->n_groups; g++) {
            const struct cg_group_view *group = &view->groups[g];
            if (view->suite->kind == CG_KIND_FACTORIAL) {
                if (group->has_effects && (pass == 2 || group->finding == view->finding ||
                                           (pass == 1 && is_decided(group->finding))))
                    return group;
                continue;
            }
            for (int t = 0; t < group->n_trends; t++) {
                const struct cg_case_view *last = &group->cases[group->trends[t].last];
                const enum cg_finding finding = group->trends[t].finding;
                if (!last->record || last->baseline || isnan(last->ratio.mean))
                    continue;
                if (pass == 2 || finding == view->finding || (pass == 1 && is_decided(finding))) {
                    *trend = &group->trends[t];
                    return group;
                }
            }
        }
    return NULL;
}

static const char *label_of(const struct cg_case_record *c)
{
    return c->label ? c->label : c->name;
}

static void say_step(struct saying *s, const struct cg_suite_view *view, const struct cg_group_view *group,
                     const struct cg_trend *trend)
{
    const struct cg_case_view *last = &group->cases[trend->last];
    const struct cg_case_record *base = group->group->cases[group->group->baseline];
    char ratio[96], where[256];
    cg_format_ratio(cg_ratio_of(last->ratio), ratio, sizeof ratio);
    cg_say_group(group->group, where, sizeof where);
    say(s, "per madd, %.100s takes %s times the time of %.100s at %s", label_of(last->c), ratio,
        label_of(base), where);
    double paper[CG_PAPER_COLUMN_COUNT];
    for (int i = 0; i < CG_PAPER_COLUMN_COUNT; i++)
        paper[i] = in_paper(view->suite, group->group)
                       ? cg_paper_slope_ratio(view->suite->name, (enum cg_paper_column)i, group->group->scale,
                                              label_of(last->c))
                       : NAN;
    say_paper(s, group->group->scale, paper);
}

static void say_effects(struct saying *s, const struct cg_suite_view *view, const struct cg_group_view *group)
{
    const char *a = view->suite->factors[0] ? view->suite->factors[0] : "factor A";
    const char *b = view->suite->factors[1] ? view->suite->factors[1] : "factor B";
    char both[96], effect_a[96], effect_b[96], where[256];
    cg_format_ratio(cg_ratio_of(group->effects.both), both, sizeof both);
    cg_format_change(cg_ratio_of(group->effects.a), effect_a, sizeof effect_a);
    cg_format_change(cg_ratio_of(group->effects.b), effect_b, sizeof effect_b);
    cg_say_group(group->group, where, sizeof where);
    say(s, "with %.60s and %.60s a unit takes %s times the time without both at %s (%.60s %s, %.60s %s)", a,
        b, both, where, a, effect_a, b, effect_b);
    static const int with_both[] = {1, 1}, without[] = {0, 0};
    double paper[CG_PAPER_COLUMN_COUNT];
    for (int i = 0; i < CG_PAPER_COLUMN_COUNT; i++)
        paper[i] =
            strncmp(view->suite->name, "g4", 2) == 0 && group->group->scale > 0
                ? cg_paper_factorial_ratio((enum cg_paper_column)i, group->group->scale, with_both, without)
                : NAN;
    say_paper(s, group->group->scale, paper);
}

int cg_say_guideline(const struct cg_suite_view *view, char *text, size_t size)
{
    struct saying s = begin(text, size);
    const bool factorial = view->suite->kind == CG_KIND_FACTORIAL;
    if ((view->suite->kind != CG_KIND_SLOPE && !factorial) || view->measured == 0)
        return 0;
    char subject[256];
    cg_say_subject(view->suite, subject, sizeof subject);
    const struct cg_trend *trend;
    const struct cg_group_view *group = headline(view, &trend);
    say(&s, "%s", subject);
    if (factorial)
        say(&s, " (fusion %.32s)", cg_fusion_name(view->setting.fusion));
    say(&s, " %s", finding_words(view->finding));
    if (view->finding == CG_NO_FINDING)
        say(&s, view->processes < 2 ? " (one process: intervals are within process)"
                                    : " (a step was not measured)");
    if (view->finding == CG_NO_EFFECT)
        say(&s, " (every step is within %.2g %%)", view->delta * 100);
    if (group) {
        say(&s,
            view->finding == CG_NO_FINDING || view->finding == CG_FINDING_UNCLEAR ? "; measured: " : ": ");
        if (factorial)
            say_effects(&s, view, group);
        else
            say_step(&s, view, group, trend);
    }
    say(&s, ".");
    return end(&s);
}

/* The name of a trend for a list: "x1, ARM set (series)". */
static void say_trend_name(struct saying *s, const struct cg_group_view *group, const struct cg_trend *trend)
{
    char where[256];
    cg_say_group(group->group, where, sizeof where);
    say(s, "%s", where);
    if (trend && trend->series)
        say(s, " (%.60s)", trend->series);
}

int cg_say_groups(const struct cg_suite_view *view, char *text, size_t size)
{
    static const struct {
        enum cg_finding finding;
        const char *words;
    } kinds[] = {{CG_HOLDS, "Holds at "},
                 {CG_REVERSED, "reversed at "},
                 {CG_NO_EFFECT, "no effect at "},
                 {CG_FINDING_UNCLEAR, "unclear at "}};
    struct saying s = begin(text, size);
    if (view->finding != CG_MIXED)
        return 0;
    int said_kinds = 0;
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        int said = 0;
        for (int g = 0; g < view->n_groups; g++) {
            const struct cg_group_view *group = &view->groups[g];
            const int n = view->suite->kind == CG_KIND_SLOPE ? group->n_trends : 1;
            for (int t = 0; t < n; t++) {
                const struct cg_trend *trend = view->suite->kind == CG_KIND_SLOPE ? &group->trends[t] : NULL;
                if ((trend ? trend->finding : group->finding) != kinds[k].finding)
                    continue;
                say(&s, "%s", said ? "; " : said_kinds ? ". " : "");
                if (!said) {
                    say(&s, "%c%s", toupper((unsigned char)kinds[k].words[0]), kinds[k].words + 1);
                    said_kinds++;
                }
                say_trend_name(&s, group, trend);
                said++;
            }
        }
    }
    say(&s, ".");
    return end(&s);
}

int cg_say_rule(const struct cg_suite_view *view, char *text, size_t size)
{
    if (view->processes < 2)
        return snprintf(
            text, size,
            "One process: intervals are within process (order statistics over rounds) and give no "
            "verdict.");
    return snprintf(text, size,
                    "95 %% intervals: Student's t over %d processes. FASTER, SLOWER: beyond %.2g %% (Holm "
                    "over the table); "
                    "SAME: within %.2g %%.",
                    view->processes, view->delta * 100, view->delta * 100);
}

int cg_say_order(const struct cg_order *order, char *text, size_t size)
{
    struct saying s = begin(text, size);
    if (order->networks < 2)
        return 0;
    const int open = order->pairs - order->agree - order->flipped;
    say(&s,
        "Of %d pairs of networks (madds at least 1 %% apart), the one with fewer madds is faster in %d, "
        "slower in "
        "%d, and %d %s undecided",
        order->pairs, order->agree, order->flipped, open, open == 1 ? "is" : "are");
    if (!isnan(order->spearman))
        say(&s, "; rank correlation of madds and time over %d networks: Spearman %.2f, Kendall %.2f",
            order->networks, order->spearman, order->kendall);
    say(&s, ".");
    if (order->flipped > 0) {
        char ratio[96];
        cg_format_ratio(cg_ratio_of(order->ratio), ratio, sizeof ratio);
        say(&s, " The clearest flip: %.100s (%.0f M) takes %s times the time of %.100s (%.0f M).",
            order->slow, order->slow_madds / 1e6, ratio, order->fast, order->fast_madds / 1e6);
    }
    return end(&s);
}

int cg_say_split(const struct cg_record *record, char *text, size_t size)
{
    struct saying s = begin(text, size);
    struct cg_split split;
    int n = 0, said = 0;
    if (!cg_split_of(record, &split))
        return 0;
    const double conv = split.ns[CG_SPLIT_CONV], depthwise = split.ns[CG_SPLIT_DEPTHWISE];
    say(&s, "%.100s (%.32s, %d thread%s): convolutions take %.0f %% of the layers' time",
        record->case_name ? record->case_name : "?", record->setting.engine ? record->setting.engine : "?",
        record->setting.threads, record->setting.threads == 1 ? "" : "s", 100 * conv / split.sum_ns);
    if (depthwise > 0)
        say(&s, ", with the depthwise ones %.0f %%", 100 * (conv + depthwise) / split.sum_ns);
    for (int i = 0; i < CG_PAPER_COLUMN_COUNT; i++)
        n += !isnan(cg_split_paper(record, (enum cg_paper_column)i, CG_SPLIT_CONV));
    for (int i = 0; i < CG_PAPER_COLUMN_COUNT; i++) {
        const double share = cg_split_paper(record, (enum cg_paper_column)i, CG_SPLIT_CONV);
        if (isnan(share))
            continue;
        say(&s, "%s%.0f %% on %s", said ? joint(said, n) : "; in the paper, Conv is ", share,
            cg_paper_word((enum cg_paper_column)i));
        said++;
    }
    say(&s, ".");
    return end(&s);
}

int cg_say_growth(const char *subject, const char *step, int threads_a, int threads_b,
                  struct cg_estimate change, enum cg_verdict verdict, char *text, size_t size)
{
    char ratio[96];
    cg_format_ratio(cg_ratio_of(change), ratio, sizeof ratio);
    switch (verdict) {
    case CG_SLOWER:
        return snprintf(text, size, "%s: the cost of %.100s grows from %d to %d threads, by the factor %s.",
                        subject, step, threads_a, threads_b, ratio);
    case CG_FASTER:
        return snprintf(text, size, "%s: the cost of %.100s shrinks from %d to %d threads, by the factor %s.",
                        subject, step, threads_a, threads_b, ratio);
    case CG_SAME:
        return snprintf(text, size, "%s: the cost of %.100s is the same at %d and %d threads (factor %s).",
                        subject, step, threads_a, threads_b, ratio);
    case CG_UNCLEAR:
        return snprintf(
            text, size,
            "%s: whether the cost of %.100s changes from %d to %d threads is unclear (factor %s).", subject,
            step, threads_a, threads_b, ratio);
    default:
        return 0;
    }
}

int cg_say_comparison(const char *a, const char *b, struct cg_estimate geometric_mean, double delta,
                      struct cg_comparison_counts counts, char *text, size_t size)
{
    struct saying s = begin(text, size);
    if (counts.cases == 0)
        return snprintf(text, size, "No case of %.200s matches one of %.200s.", b, a);
    char ratio[96];
    cg_format_ratio(cg_ratio_of(geometric_mean), ratio, sizeof ratio);
    say(&s, "Over %d matching case%s, the time of %.200s is %s times that of %.200s (geometric mean)",
        counts.cases, counts.cases == 1 ? "" : "s", b, ratio, a);
    if (counts.none == counts.cases)
        say(&s, "; no verdicts: they need two processes or more on both sides");
    else
        say(&s, ": %d FASTER, %d SLOWER, %d SAME, %d UNCLEAR, margin %.2g %%", counts.faster, counts.slower,
            counts.same, counts.unclear, delta * 100);
    say(&s, ".");
    return end(&s);
}

/* What a flag says of a record, for readers. */
static const char *flag_words(const char *name)
{
    static const struct {
        const char *name, *words;
    } flags[] = {
        {"not_settled", "times were not stable when the warm-up ended"},
        {"disturbed", "a tenth of the rounds or more were disturbed and kept"},
        {"migrated", "a thread ran on another cpu than its own"},
        {"throttled", "the processor was slow in a tenth of the rounds or more"},
        {"stolen", "the hypervisor gave time to others in a tenth of the rounds or more"},
        {"preempted", "other work interrupted samples"},
        {"awake", "threads of another engine were still awake"},
        {"precision", "the asked precision was not reached"},
        {"budget", "the time budget ended the measurement"},
        {"partial", "interrupted before all processes or rounds were done"},
        {"unchecked", "timed without a check against the reference"},
        {"not_cold", "faster than memory can be read, so not cold"},
        {"like_hot", "cold cannot be told from hot: fetches little, hides it, or was not cold"},
    };
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
        if (strcmp(flags[i].name, name) == 0)
            return flags[i].words;
    return NULL;
}

#define MAX_FLAGS 16 /* kinds that are told apart */

struct flag_counts {
    int n, records;
    const char *names[MAX_FLAGS];
    int counts[MAX_FLAGS];
};

static void count_flags(const struct cg_record *record, struct flag_counts *counts)
{
    counts->records++;
    for (int f = 0; f < record->n_flags; f++) {
        const char *name = record->flags[f];
        int i = 0;
        while (name && i < counts->n && strcmp(counts->names[i], name) != 0)
            i++;
        if (!name || i == MAX_FLAGS)
            continue;
        if (i == counts->n)
            counts->names[counts->n++] = name;
        counts->counts[i]++;
    }
}

/* How many of the rounds that count bear a flag, over all schedules. */
static int rounds_with(const struct cg_results *results, const char *flag, int *counted)
{
    int with = 0;
    *counted = 0;
    for (int s = 0; s < results->n_schedules; s++) {
        const struct cg_schedule *schedule = results->schedules[s];
        int bit = 0;
        while (bit < schedule->n_flags &&
               !(schedule->flag_names[bit] && strcmp(schedule->flag_names[bit], flag) == 0))
            bit++;
        for (int i = 0; i < schedule->n_rounds; i++) {
            if (schedule->disturbed[i] == 1)
                continue;
            ++*counted;
            with += bit < schedule->n_flags && bit < 63 && schedule->round_flags[i] > 0 &&
                    (schedule->round_flags[i] >> bit & 1);
        }
    }
    return with;
}

static void say_flags(const struct cg_results *results, void (*say_it)(const char *, void *), void *context)
{
    struct flag_counts counts = {0};
    for (int r = 0; r < results->n_records; r++)
        count_flags(results->records[r], &counts);
    for (int i = 0; i < counts.n; i++) {
        char text[256];
        const char *words = flag_words(counts.names[i]);
        int counted;
        const int with = rounds_with(results, counts.names[i], &counted);
        char rounds[80] = "";
        if (with > 0)
            snprintf(rounds, sizeof rounds, "; %d of %d rounds of the run", with, counted);
        snprintf(text, sizeof text, "%d of %d records: %s%s%.60s%s%s.", counts.counts[i], counts.records,
                 words ? words : "flagged", words ? " (" : " ", counts.names[i], rounds, words ? ")" : "");
        say_it(text, context);
    }
}

int cg_say_suite_caveats(const struct cg_suite_view *view, char *text, size_t size)
{
    struct saying s = begin(text, size);
    const struct cg_device_record *device = &view->results->device;
    struct flag_counts counts = {0};
    const char *comma = "";
    for (int g = 0; g < view->n_groups; g++)
        for (int i = 0; i < view->groups[g].n_cases; i++)
            if (view->groups[g].cases[i].record)
                count_flags(view->groups[g].cases[i].record, &counts);
    if (device->virtualised == 1) {
        say(&s, "a virtual machine");
        comma = "; ";
    }
    if (isnan(device->noise_paired)) {
        say(&s, "%sthe noise floor is not known", comma);
        comma = "; ";
    } else if (device->noise_paired > CG_MIN_DELTA) {
        say(&s, "%snoisy: equal plans differ by up to %.1f %%", comma, device->noise_paired * 100);
        comma = "; ";
    }
    if (device->counters && strcmp(device->counters, "hardware") != 0) {
        say(&s, "%sno hardware counters", comma);
        comma = "; ";
    }
    for (int i = 0; i < counts.n; i++) {
        const char *words = flag_words(counts.names[i]);
        say(&s, "%sin %d of %d cases %.100s", comma, counts.counts[i], counts.records,
            words ? words : counts.names[i]);
        comma = "; ";
    }
    say(&s, ".");
    if (!comma[0]) {
        text[0] = '\0';
        return 0;
    }
    return end(&s);
}

void cg_say_caveats(const struct cg_results *results, void (*say_it)(const char *sentence, void *context),
                    void *context)
{
    const struct cg_device_record *device = &results->device;
    char text[512];
    if (results->run.complete == 0)
        say_it("The run was interrupted: not everything asked for was measured.", context);
    if (device->emulated == 1)
        say_it("This is an emulated machine: nothing was timed.", context);
    else if (device->virtualised == 1)
        say_it("A virtual machine: other tenants of the host can disturb times, and hardware counters may be "
               "missing.",
               context);
    if (device->noise_paired > CG_MIN_DELTA) {
        snprintf(text, sizeof text,
                 "A noisy machine: two measurements of the same plan differ by up to %.1f %%, so no verdict "
                 "claims less.",
                 device->noise_paired * 100);
        say_it(text, context);
    }
    if (device->noise_between_runs > CG_MIN_DELTA) {
        snprintf(
            text, sizeof text,
            "Separate starts of the same plan differ by up to %.1f %% here (95 of 100 pairs); comparisons "
            "of files claim no less.",
            device->noise_between_runs * 100);
        say_it(text, context);
    }
    int single = 0, timed = 0;
    for (int r = 0; r < results->n_records; r++) {
        timed += results->records[r]->samples.n > 0;
        single += results->records[r]->time.processes == 1;
    }
    if (single > 0) {
        snprintf(text, sizeof text,
                 "%d of %d records come from one process only: their intervals give no verdict.", single,
                 timed);
        say_it(text, context);
    }
    say_flags(results, say_it, context);
    if (results->n_skipped > 0) {
        snprintf(text, sizeof text, "%d case%s skipped; the reasons are listed.", results->n_skipped,
                 results->n_skipped == 1 ? " was" : "s were");
        say_it(text, context);
    }
}
