#include "report/sentences.h"

#include "report/split.h"

#include <math.h>
#include <string.h>

struct cg_phrase cg_subject(const struct cg_suite_record *suite)
{
    const char *name = suite->name ? suite->name : "?";
    if (cg_guideline_number(name))
        return cg_phrase("G%.200s", name + 1);
    return cg_phrase("%.200s", suite->title ? suite->title : name);
}

struct cg_phrase cg_group_words(const struct cg_group_record *group)
{
    const int device = cg_paper_device_of_set(group->set);
    if (device >= 0 && group->scale > 0)
        return cg_phrase("x%d, %s set", group->scale, cg_paper_devices[device].word);
    return cg_phrase("%.200s", group->title ? group->title : group->name);
}

/* "; in the paper, x1, 1.39 on ARM and 2.08 on GPU"; nothing where it prints none. */
static void say_paper(struct cg_sentence *s, const char *what, const char *unit,
                      const double values[CG_PAPER_DEVICE_COUNT])
{
    int n = 0, said = 0;
    for (int d = 0; d < CG_PAPER_DEVICE_COUNT; d++)
        n += !isnan(values[d]);
    for (int d = 0; d < CG_PAPER_DEVICE_COUNT; d++)
        if (!isnan(values[d])) {
            cg_say(s, "%s%s%.*f%s on %s", said ? "" : "; in the paper, ", said ? cg_joint(said, n) : what,
                   unit[0] ? 0 : 2, values[d], unit, cg_paper_devices[d].word);
            said++;
        }
}

/* What the sentence on a suite says of a finding, of one at some groups, and the one on its groups. */
static const struct finding_words {
    const char *here, *in_part, *at;
} finding_words[CG_FINDING_COUNT] = {
    [CG_NO_FINDING] = {"gets no verdict", NULL, NULL},
    [CG_HOLDS] = {"holds here", "holds", "Holds at "},
    [CG_REVERSED] = {"is reversed here", "is reversed", "Reversed at "},
    [CG_NO_EFFECT] = {"has no effect here", "has no effect", "No effect at "},
    [CG_FINDING_UNCLEAR] = {"is unclear here: the intervals do not decide", NULL, "Unclear at "},
    [CG_FINDING_BY_MACHINE] = {"is undecided here: quiet rounds and the others give different ratios", NULL,
                               "Undecided, by the state of the machine, at "},
    [CG_MIXED] = {"is contradictory here", NULL, NULL},
    [CG_IN_PART] = {"", NULL, NULL},
};

struct cg_phrase cg_verdict_words(const struct cg_judged *row)
{
    return cg_is_at_margin(row) ? cg_phrase("about %.2g %%", row->delta * 100)
                                : cg_phrase("%s", cg_verdict_name(row->verdict));
}

struct cg_phrase cg_state_words(const struct cg_judged *row)
{
    return cg_phrase("quiet rounds give %s, the others %s, paired %s",
                     cg_format_ratio(cg_ratio_of(row->state.quiet)).text,
                     cg_format_ratio(cg_ratio_of(row->state.others)).text,
                     cg_format_change(cg_ratio_of(row->state.change)).text);
}

/* The one that is decided where the others are open. */
static enum cg_finding decided_part(const struct cg_suite_view *view)
{
    return view->counts[CG_HOLDS] ? CG_HOLDS : view->counts[CG_REVERSED] ? CG_REVERSED : CG_NO_EFFECT;
}

struct cg_phrase cg_finding_words(const struct cg_suite_view *view)
{
    const enum cg_finding part = decided_part(view);
    return view->finding == CG_IN_PART
               ? cg_phrase("%s in %d of %d", cg_finding_name(part), view->counts[part],
                           view->counts[part] + cg_count_undecided(view))
               : cg_phrase("%s", cg_finding_name(view->finding));
}

static bool is_decided(enum cg_finding finding)
{
    return finding == CG_HOLDS || finding == CG_REVERSED || finding == CG_NO_EFFECT;
}

const struct cg_group_view *cg_headline(const struct cg_suite_view *view, const struct cg_trend **trend)
{
    *trend = NULL;
    for (int pass = 0; pass < 3; pass++)
        for (int g = 0; g < view->n_groups; g++) {
            const struct cg_group_view *group = &view->groups[g];
            const bool factorial = view->suite->kind == CG_KIND_FACTORIAL;
            for (int t = 0; t < group->n_trends; t++) {
                const struct cg_case_view *last = &group->cases[group->trends[t].last];
                const enum cg_finding finding = group->trends[t].finding;
                if (!cg_group_decides(view, group))
                    continue;
                if (factorial ? !group->has_effects
                              : !last->record || last->baseline || isnan(last->ratio.mean))
                    continue;
                if (pass < 2 && finding != view->finding && !(pass == 1 && is_decided(finding)))
                    continue;
                *trend = &group->trends[t];
                return group;
            }
        }
    return NULL;
}

static void say_step(struct cg_sentence *s, const struct cg_suite_view *view,
                     const struct cg_group_view *group, const struct cg_trend *trend)
{
    const struct cg_case_view *last = &group->cases[trend->last];
    const struct cg_group_record *record = group->group;
    double paper[CG_PAPER_DEVICE_COUNT];
    cg_say(s, "%s%.100s takes %s times the time of %.100s at %s",
           cg_is_per_madd(view->suite) ? "per madd, " : "", cg_case_words(last->c),
           cg_format_ratio(cg_ratio_of(last->ratio)).text, cg_case_words(record->cases[record->baseline]),
           cg_group_words(record).text);
    for (int d = 0; d < CG_PAPER_DEVICE_COUNT; d++)
        paper[d] = cg_paper_device_of_set(record->set) >= 0 && record->scale > 0
                       ? cg_paper_slope_ratio(view->suite->name, (enum cg_paper_device)d, record->scale,
                                              cg_case_words(last->c))
                       : NAN;
    say_paper(s, cg_phrase("x%d, ", record->scale).text, "", paper);
}

static void say_effects(struct cg_sentence *s, const struct cg_suite_view *view,
                        const struct cg_group_view *group)
{
    static const int with_both[] = {1, 1}, without[] = {0, 0};
    const char *a = view->suite->factors[0] ? view->suite->factors[0] : "factor A";
    const char *b = view->suite->factors[1] ? view->suite->factors[1] : "factor B";
    const int scale = group->group->scale;
    double paper[CG_PAPER_DEVICE_COUNT];
    cg_say(s, "with %.60s and %.60s a unit takes %s times the time without both at %s (%.60s %s, %.60s %s)",
           a, b, cg_format_ratio(cg_ratio_of(group->effects.both)).text, cg_group_words(group->group).text, a,
           cg_format_change(cg_ratio_of(group->effects.a)).text, b,
           cg_format_change(cg_ratio_of(group->effects.b)).text);
    for (int d = 0; d < CG_PAPER_DEVICE_COUNT; d++)
        paper[d] = strncmp(view->suite->name, "g4", 2) == 0 && scale > 0
                       ? cg_paper_factorial_ratio((enum cg_paper_device)d, scale, with_both, without)
                       : NAN;
    say_paper(s, cg_phrase("x%d, ", scale).text, "", paper);
}

struct cg_phrase cg_step_back(const struct cg_group_view *group, const struct cg_trend *trend)
{
    return trend->against < 0
               ? cg_phrase("%s", "")
               : cg_phrase("%.100s is %s than the step before", cg_case_words(group->cases[trend->against].c),
                           trend->slope.mean > 0 ? "FASTER" : "SLOWER");
}

/* "one-shot is SLOWER, but dense, the last step, is SAME": of a trend that ends where it began; "" of others.
 */
static struct cg_phrase middle_step(const struct cg_suite_view *view, const struct cg_group_view *group,
                                    const struct cg_trend *trend)
{
    const struct cg_case_view *steps[CG_MAX_STEPS];
    const int n = cg_group_steps(group, trend->series, steps);
    for (int i = 0; i + 1 < n && cg_case_judged(view, steps[n - 1]).verdict == CG_SAME; i++) {
        const enum cg_verdict verdict = cg_case_judged(view, steps[i]).verdict;
        if (verdict == CG_SLOWER || verdict == CG_FASTER)
            return cg_phrase("%.80s is %s, but %.80s, the last step, is SAME", cg_case_words(steps[i]->c),
                             cg_verdict_name(verdict), cg_case_words(steps[n - 1]->c));
    }
    return cg_phrase("%s", "");
}

struct cg_phrase cg_why_unclear(const struct cg_suite_view *view)
{
    struct cg_phrase why = {""};
    for (int g = 0; g < view->n_groups && view->finding == CG_FINDING_UNCLEAR; g++) {
        const struct cg_group_view *group = &view->groups[g];
        for (int t = 0; t < group->n_trends && !why.text[0]; t++)
            if (cg_group_decides(view, group) && group->trends[t].finding == CG_FINDING_UNCLEAR)
                why = group->trends[t].against >= 0 ? cg_step_back(group, &group->trends[t])
                                                    : middle_step(view, group, &group->trends[t]);
    }
    return why;
}

struct cg_sentence cg_say_guideline(const struct cg_suite_view *view)
{
    struct cg_sentence s = {""};
    const bool factorial = view->suite->kind == CG_KIND_FACTORIAL;
    const enum cg_finding finding = view->finding;
    const struct cg_trend *trend;
    if (!cg_is_guideline(view->suite) || view->measured == 0)
        return s;
    cg_say(&s, "%s", cg_subject(view->suite).text);
    if (factorial)
        cg_say(&s, " (fusion %.32s)", cg_fusion_name(view->setting.fusion));
    const enum cg_finding part = decided_part(view);
    const struct cg_phrase why = cg_why_unclear(view);
    if (why.text[0])
        cg_say(&s, " is unclear here: %s", why.text);
    else if (finding == CG_IN_PART)
        cg_say(&s, " %s here in %d of %d, undecided in %d", finding_words[part].in_part, view->counts[part],
               view->counts[part] + cg_count_undecided(view), cg_count_undecided(view));
    else
        cg_say(&s, " %s", finding_words[finding].here);
    if (finding == CG_NO_FINDING)
        cg_say(&s, " (%s)",
               view->processes < 2 ? "one process: intervals are within process" : "a step was not measured");
    if (finding == CG_NO_EFFECT)
        cg_say(&s, " (every step is within %.2g %%)", view->delta * 100);
    const struct cg_group_view *group = cg_headline(view, &trend);
    if (group)
        cg_say(&s, finding == CG_NO_FINDING || cg_is_undecided(finding) ? "; measured: " : ": ");
    if (group && factorial)
        say_effects(&s, view, group);
    else if (group)
        say_step(&s, view, group, trend);
    const struct cg_judged cost =
        group ? cg_trend_cost(view, (int)(group - view->groups), (int)(trend - group->trends))
              : (struct cg_judged){.verdict = CG_NO_VERDICT};
    if (cost.verdict == CG_BY_MACHINE)
        cg_say(&s, "; %s", cg_state_words(&cost).text);
    cg_say(&s, ".");
    return s;
}

struct cg_sentence cg_say_groups(const struct cg_suite_view *view)
{
    struct cg_sentence s = {""};
    if (view->finding != CG_MIXED && view->finding != CG_IN_PART)
        return s;
    for (int finding = 0; finding < CG_FINDING_COUNT; finding++) {
        int said = 0;
        for (int g = 0; finding_words[finding].at && g < view->n_groups; g++) {
            const struct cg_group_view *group = &view->groups[g];
            if (!cg_group_decides(view, group))
                continue;
            for (int t = 0; t < group->n_trends; t++) {
                if ((int)group->trends[t].finding != finding)
                    continue;
                cg_say(&s, "%s%s%s",
                       said        ? "; "
                       : s.text[0] ? ". "
                                   : "",
                       said ? "" : finding_words[finding].at, cg_group_words(group->group).text);
                if (group->trends[t].series)
                    cg_say(&s, " (%.60s)", group->trends[t].series);
                said++;
            }
        }
    }
    cg_say(&s, ".");
    return s;
}

/* "8 processes", "8 to 15 processes" */
static struct cg_phrase say_processes(const struct cg_suite_view *view)
{
    return view->most_processes > view->processes
               ? cg_phrase("%d to %d processes", view->processes, view->most_processes)
               : cg_phrase("%d processes", view->processes);
}

/* What cg_record_log_ratio() adds to intervals. */
static struct cg_phrase say_floor(const struct cg_suite_view *view)
{
    const double floor = view->results->device.noise_paired;
    return floor > 0 ? cg_phrase(", of ratios formed inside rounds with the noise floor, too (%.2g %%)",
                                 floor * 100)
                     : cg_phrase("%s", "");
}

struct cg_sentence cg_say_rule(const struct cg_suite_view *view, bool apart)
{
    struct cg_sentence s = {""};
    const double percent = view->delta * 100;
    if (view->processes < 2) {
        cg_say(&s, "One process: intervals are within process (order statistics over rounds) and give no "
                   "verdict.");
        return s;
    }
    cg_say(
        &s,
        "95 %% intervals: Student's t over %s%s. Verdicts: one-sided tests%s, Holm over the table; FASTER, "
        "SLOWER: beyond %.2g %%; SAME: within %.2g %% by an interval of 90 %% (a printed one may reach "
        "beyond); about %.2g %%: UNCLEAR though processes agree within 1 %%; UNDECIDED: machine: quiet "
        "rounds and the others differ.",
        say_processes(view).text, say_floor(view).text,
        view->results->device.noise_paired > 0 ? " without that floor" : "", percent, percent, percent);
    if (cg_is_guideline(view->suite))
        cg_say(&s, " NO EFFECT of a group: every step within %.2g %%, each by itself.", percent);
    if (apart && view->delta_apart != view->delta)
        cg_say(&s, " Of ratios that are not formed inside rounds the margin is %.2g %%.",
               view->delta_apart * 100);
    return s;
}

struct cg_sentence cg_say_starts(const struct cg_results *results)
{
    struct cg_sentence s = {""};
    const double floor = results->device.noise_between_runs;
    if (floor > 0)
        cg_say(
            &s,
            "With plans at once each plan is a start of its own: intervals of ratios and margins allow for "
            "the noise floor between starts (%.2g %%).",
            floor * 100);
    return s;
}

struct cg_sentence cg_say_order(const struct cg_order *order)
{
    struct cg_sentence s = {""};
    const int open = order->pairs - order->agree - order->flipped;
    if (order->networks < 2)
        return s;
    cg_say(&s,
           "Of %d pairs of networks (madds at least 1 %% apart), the one with fewer madds is faster in %d, "
           "slower in %d, and %d %s undecided",
           order->pairs, order->agree, order->flipped, open, open == 1 ? "is" : "are");
    if (!isnan(order->spearman))
        cg_say(&s, "; rank correlation of madds and time over %d networks: Spearman %.2f, Kendall %.2f",
               order->networks, order->spearman, order->kendall);
    cg_say(&s, ".");
    if (order->flipped > 0)
        cg_say(&s,
               " The clearest flip: %.100s (%.0f M) takes %s times the time of %.100s (%.0f M); the interval "
               "allows for the choice among all pairs.",
               order->slow, order->slow_madds / 1e6, cg_format_ratio(cg_ratio_of(order->ratio)).text,
               order->fast, order->fast_madds / 1e6);
    return s;
}

struct cg_sentence cg_say_split(const struct cg_record *record)
{
    struct cg_sentence s = {""};
    struct cg_split split;
    double paper[CG_PAPER_DEVICE_COUNT];
    if (!cg_split_of(record, &split))
        return s;
    const double conv = split.ns[CG_CAT_CONV], depthwise = split.ns[CG_CAT_DEPTHWISE];
    cg_say(&s, "%.100s (%.32s, %s): convolutions take %.0f %% of the layers' time",
           record->case_name ? record->case_name : "?", record->setting.engine ? record->setting.engine : "?",
           cg_format_threads(record->setting.threads).text, 100 * conv / split.sum_ns);
    if (depthwise > 0)
        cg_say(&s, ", with the depthwise ones %.0f %%", 100 * (conv + depthwise) / split.sum_ns);
    const struct cg_phrase name = cg_record_network_name(record);
    for (int d = 0; d < CG_PAPER_DEVICE_COUNT; d++)
        paper[d] = cg_split_paper(name.text, (enum cg_paper_device)d, CG_CAT_CONV);
    say_paper(&s, "Conv is ", " %", paper);
    cg_say(&s, ".");
    return s;
}
