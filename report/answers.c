#include "report/answers.h"

#include "base/text.h"
#include "report/paper.h"
#include "report/tables.h"

#include <math.h>
#include <string.h>

/* ---- finding ---- */

/* Whether view a is rather the one that answers: full fusion, small batch, few threads. */
static bool is_plainer(const struct cg_setting *a, const struct cg_setting *b)
{
    if ((a->fusion == CG_FUSION_FULL) != (b->fusion == CG_FUSION_FULL))
        return a->fusion == CG_FUSION_FULL;
    return a->batch != b->batch ? a->batch < b->batch : a->threads < b->threads;
}

const struct cg_suite_view *cg_plainest_view(const struct cg_suite_views *views)
{
    const struct cg_suite_view *best = NULL;
    for (int i = 0; i < views->n; i++) {
        const struct cg_suite_view *view = views->items[i];
        if (view->measured > 0 && (!best || is_plainer(&view->setting, &best->setting)))
            best = view;
    }
    return best;
}

static void find_paper_group(struct cg_answer *a)
{
    const struct cg_suite_view *view = a->view;
    for (int g = 0; g < view->n_groups && !a->paper_group; g++) {
        const struct cg_group_view *group = &view->groups[g];
        const bool papers =
            view->suite->kind == CG_KIND_FACTORIAL
                ? !group->group->set
                : cg_paper_device_of_set(group->group->set) >= 0 || cg_group_is(group, "paper");
        for (int t = 0; papers && t < group->n_trends && !a->paper_group; t++) {
            a->paper_cost = cg_trend_cost(view, g, t).ratio;
            if (isnan(a->paper_cost.mean))
                continue;
            a->paper_group = group;
            a->paper_trend = &group->trends[t];
        }
    }
}

static const char *paper_step(const struct cg_answer *a)
{
    return cg_case_words(a->paper_group->cases[a->paper_trend->last].c);
}

static void find_papers_own(struct cg_answer *a)
{
    static const int with_both[] = {1, 1}, without[] = {0, 0};
    const char *suite = a->view->suite->name;
    for (int d = 0; d < CG_PAPER_DEVICE_COUNT; d++) {
        const enum cg_paper_device device = (enum cg_paper_device)d;
        a->paper[d] =
            a->view->suite->kind == CG_KIND_FACTORIAL
                ? (strncmp(suite, "g4", 2) == 0 ? cg_paper_factorial_ratio(device, 1, with_both, without)
                                                : NAN)
            : a->paper_group ? cg_paper_slope_ratio(suite, device, 1, paper_step(a))
                             : NAN;
    }
}

/* What the last step of a trend costs under another setting than the answer's; view NULL where it was not
 * measured. */
static struct cg_other_cost cost_at(const struct cg_answer *a, const struct cg_suite_view *other, int group,
                                    int trend)
{
    struct cg_other_cost found = {.view = NULL};
    if (!other || trend >= other->groups[group].n_trends)
        return found;
    const struct cg_estimate own = cg_trend_cost(a->view, group, trend).ratio;
    found.cost = cg_trend_cost(other, group, trend).ratio;
    if (isnan(own.mean) || isnan(found.cost.mean))
        return found;
    found.view = other;
    found.change = cg_estimate_change(own, found.cost);
    struct cg_judged change = {.ratio = found.change, .delta = a->view->delta};
    if (!cg_judge(&change, 1, CG_DO_THEY_DIFFER))
        found.view = NULL;
    found.verdict = change.verdict;
    return found;
}

/* The same of the answer's own step. */
static struct cg_other_cost cost_under(const struct cg_answer *a, const struct cg_suite_view *other)
{
    return cost_at(a, other, (int)(a->group - a->view->groups), (int)(a->trend - a->group->trends));
}

static void find_small_threads(struct cg_answer *a)
{
    const struct cg_working_set_change sets = cg_working_set_change(a->view, a->trend->series);
    if (!sets.known || sets.near.group == a->group)
        return;
    const int group = (int)(sets.near.group - a->view->groups);
    a->small = sets.near;
    a->small_cost = cg_trend_cost(a->view, group, sets.near.trend).ratio;
    a->small_threads = cost_at(a, a->threads.view, group, sets.near.trend);
}

/* Views whose setting differs from the answer's in one option alone. */
static void find_others(struct cg_answer *a, const struct cg_suite_views *views)
{
    const struct cg_suite_view *threads = NULL, *fusion = NULL;
    const struct cg_setting *own = &a->view->setting;
    for (int i = 0; i < views->n; i++) {
        const struct cg_suite_view *view = views->items[i];
        const struct cg_setting *other = &view->setting;
        const unsigned difference = cg_setting_difference(own, other);
        if (difference == CG_FIELD_THREADS && (!threads || other->threads > threads->setting.threads))
            threads = view;
        if (difference == CG_FIELD_FUSION && (!fusion || other->fusion == CG_FUSION_NONE))
            fusion = view;
        bool known = difference != CG_FIELD_ENGINE || a->n_engines == CG_ANSWER_OTHERS;
        for (int k = 0; k < a->n_engines && !known; k++)
            known = cg_same_text(a->engines[k].view->setting.engine, other->engine);
        if (known)
            continue;
        a->engines[a->n_engines] = cost_under(a, view);
        a->n_engines += a->engines[a->n_engines].view != NULL;
    }
    a->threads = cost_under(a, threads);
    a->fusion = cost_under(a, fusion);
    find_small_threads(a);
}

bool cg_answer_of(const struct cg_suite_views *views, struct cg_answer *a, bool *failed)
{
    *a = (struct cg_answer){.view = cg_plainest_view(views)};
    if (!a->view || !cg_is_guideline(views->suite))
        return false;
    a->group = cg_headline(a->view, &a->trend);
    if (a->group) {
        a->aligned = cg_group_is(a->group, "aligned");
        a->cost =
            cg_trend_cost(a->view, (int)(a->group - a->view->groups), (int)(a->trend - a->group->trends))
                .ratio;
        a->memory = cg_working_set_change(a->view, a->trend->series);
        find_others(a, views);
    }
    find_paper_group(a);
    find_papers_own(a);
    if (a->paper_group && !cg_causes_of_trend(a->view, a->paper_group, a->paper_trend, &a->causes))
        *failed = true;
    return a->group || a->paper_group;
}

/* ---- saying ---- */

static struct cg_phrase ratio_of(struct cg_estimate log)
{
    return cg_format_ratio(cg_ratio_of(log));
}

/* "1:16", "ReLU and short-cut" */
static struct cg_phrase step_words(const struct cg_answer *a, const struct cg_group_view *group,
                                   const struct cg_trend *trend)
{
    const struct cg_suite_record *suite = a->view->suite;
    if (suite->kind == CG_KIND_FACTORIAL)
        return cg_phrase("%.60s and %.60s", suite->factors[0] ? suite->factors[0] : "A",
                         suite->factors[1] ? suite->factors[1] : "B");
    return cg_phrase("%.100s", cg_case_words(group->cases[trend->last].c));
}

/* "1:16 costs", "ReLU and short-cut cost" */
static const char *costs_word(const struct cg_answer *a)
{
    return a->view->suite->kind == CG_KIND_FACTORIAL ? " cost" : " costs";
}

/* What the steps of the answer's group cost under a setting, one of each series: "16-fragment-series costs
 * 1.04 [1.03, 1.05], 16-fragment-parallel 1.02 [1.01, 1.03]". */
static void say_costs(struct cg_sentence *s, const struct cg_answer *a, const struct cg_suite_view *view)
{
    const int g = (int)(a->group - a->view->groups);
    bool said = false;
    for (int t = 0; t < a->group->n_trends; t++) {
        const struct cg_judged row = cg_trend_cost(view, g, t);
        if (isnan(row.ratio.mean))
            continue;
        cg_say(s, "%s%s%s %s", said ? ", " : "", step_words(a, a->group, &a->group->trends[t]).text,
               said ? "" : costs_word(a), ratio_of(row.ratio).text);
        if (row.verdict == CG_BY_MACHINE)
            cg_say(s, " (%s)", cg_state_words(&row).text);
        said = true;
    }
}

static void say_paper_widths(struct cg_sentence *s, const struct cg_answer *a)
{
    if (!a->paper_group)
        return;
    cg_say(s, " In the paper's widths (%s) %s%s ", cg_group_words(a->paper_group->group).text,
           step_words(a, a->paper_group, a->paper_trend).text, costs_word(a));
    if (a->causes.known)
        cg_say(s, "%s = lanes %s x rest %s.", ratio_of(a->causes.causes.total).text,
               ratio_of(a->causes.causes.rounding).text, ratio_of(a->causes.causes.rest).text);
    else
        cg_say(s, "%s.", ratio_of(a->paper_cost).text);
}

/* What a change amounts to. */
static const char *change_words(enum cg_verdict verdict)
{
    static const char *const words[CG_VERDICT_COUNT] = {[CG_NO_VERDICT] = "no verdict",
                                                        [CG_FASTER] = "less",
                                                        [CG_SLOWER] = "more",
                                                        [CG_SAME] = "the same",
                                                        [CG_UNCLEAR] = "unclear whether more"};
    return words[verdict];
}

void cg_say_working_sets(struct cg_sentence *s, const struct cg_answer *a)
{
    const struct cg_working_set_change *m = &a->memory;
    if (!m->known)
        return;
    const struct cg_case_view *near = &m->near.group->cases[m->near.group->trends[m->near.trend].last],
                              *far = &m->far.group->cases[m->far.group->trends[m->far.trend].last];
    cg_say(s, "working set: %s (%s), %s (%s): %s.", ratio_of(near->ratio).text,
           cg_working_set_words(&m->near).text, ratio_of(far->ratio).text, cg_working_set_words(&m->far).text,
           change_words(m->verdict));
}

void cg_say_small_threads(struct cg_sentence *s, const struct cg_answer *a)
{
    if (a->small_threads.view)
        cg_say(s, "; on the smallest working set (%s) %s after %s: %s", cg_working_set_words(&a->small).text,
               ratio_of(a->small_threads.cost).text, ratio_of(a->small_cost).text,
               change_words(a->small_threads.verdict));
}

/* " An empty layer costs 0.153 us, with 2 threads 0.9, of which they wait for each other 0.747." */
static void say_overhead(struct cg_sentence *s, const struct cg_answer *a)
{
    struct cg_interval one, more = {NAN, NAN, NAN};
    if (!cg_layer_overhead(a->view, &one) || isnan(one.value) ||
        (a->threads.view && !cg_layer_overhead(a->threads.view, &more)))
        return;
    cg_say(s, " An empty layer costs %s us", cg_format_significant(one.value / 1e3, 3).text);
    if (!isnan(more.value))
        cg_say(s, ", with %d threads %s", a->threads.view->setting.threads,
               cg_format_significant(more.value / 1e3, 3).text);
    if (more.value > one.value)
        cg_say(s, ", of which they wait for each other %s",
               cg_format_significant((more.value - one.value) / 1e3, 3).text);
    cg_say(s, ".");
}

static void say_threads(struct cg_sentence *s, const struct cg_answer *a)
{
    cg_say(s, " With %d threads ", a->threads.view->setting.threads);
    say_costs(s, a, a->threads.view);
    cg_say(s, ": %s", change_words(a->threads.verdict));
    cg_say_small_threads(s, a);
    cg_say(s, ".");
}

static void say_others(struct cg_sentence *s, const struct cg_answer *a)
{
    if (a->threads.view)
        say_threads(s, a);
    say_overhead(s, a);
    if (a->fusion.view)
        cg_say(s, " Fusion %s: %s, %s: %s.", cg_fusion_name(a->fusion.view->setting.fusion),
               ratio_of(a->fusion.cost).text, cg_finding_words(a->fusion.view).text,
               change_words(a->fusion.verdict));
    for (int i = 0; i < a->n_engines; i++)
        cg_say(s, "%s%.40s %s, %s%s", i ? "; " : " Engines: ", a->engines[i].view->setting.engine,
               cg_finding_words(a->engines[i].view).text, ratio_of(a->engines[i].cost).text,
               i == a->n_engines - 1 ? "." : "");
}

/* Which causes this run says nothing of, and what would. */
static void say_what_lacks(struct cg_sentence *s, const struct cg_answer *a)
{
    const bool factorial = a->view->suite->kind == CG_KIND_FACTORIAL;
    const struct {
        bool lacks;
        const char *words;
    } causes[] = {
        {a->paper_group && !a->causes.known, "lanes (full runs have twins)"},
        {!factorial && !a->memory.known && a->view->results->run.quick, "memory level (full runs)"},
        {!a->threads.view, "threads (--threads)"},
        {!a->fusion.view, "fusion (--fusion)"},
        {a->n_engines == 0, "other engines (--engine)"},
    };
    int n = 0, said = 0;
    for (size_t i = 0; i < sizeof causes / sizeof causes[0]; i++)
        n += causes[i].lacks;
    for (size_t i = 0; i < sizeof causes / sizeof causes[0]; i++)
        if (causes[i].lacks) {
            cg_say(s, "%s%s", said ? cg_joint(said, n) : " Not measured: ", causes[i].words);
            said++;
        }
    if (said)
        cg_say(s, ".");
}

static void say_papers_own(struct cg_sentence *s, const struct cg_answer *a, const char *step)
{
    const int n = !isnan(a->paper[CG_PAPER_ARM]) + !isnan(a->paper[CG_PAPER_GPU]);
    int said = 0;
    for (int d = 0; d < CG_PAPER_DEVICE_COUNT; d++)
        if (!isnan(a->paper[d])) {
            const char *before = said ? cg_joint(said, n) : step[0] ? " The paper, " : " The paper";
            cg_say(s, "%s%s%s%.2f on %s", before, said ? "" : step, said ? "" : ": ", a->paper[d],
                   cg_paper_devices[d].word);
            said++;
        }
    if (said)
        cg_say(s, ".");
}

/* The group whose figure is said, without what is said already. */
static struct cg_phrase place_of(const struct cg_answer *a)
{
    static const char head[] = "aligned widths, ";
    const struct cg_phrase words = cg_group_words(a->group->group);
    const bool repeats = a->aligned && strncmp(words.text, head, sizeof head - 1) == 0;
    return cg_phrase("%s", words.text + (repeats ? sizeof head - 1 : 0));
}

/* The verdict and the steps of the group that stands for it, to the full stop. */
static void say_headline(struct cg_sentence *s, const struct cg_answer *a, bool setting, const char *other)
{
    cg_say(s, setting ? "%s (%s): %s" : "%s%.0s: %s", cg_subject(a->view->suite).text,
           cg_setting_words(&a->view->setting).text, cg_finding_words(a->view).text);
    if (a->group) {
        cg_say(s, "%s: ", a->aligned ? " on aligned widths" : other);
        say_costs(s, a, a->view);
        cg_say(s, " (%s)", place_of(a).text);
    }
    cg_say(s, ".");
}

struct cg_sentence cg_say_answer_shortly(const struct cg_answer *a, bool setting)
{
    struct cg_sentence s = {""};
    say_headline(&s, a, setting, "");
    say_papers_own(&s, a, a->paper_group ? step_words(a, a->paper_group, a->paper_trend).text : "");
    return s;
}

struct cg_sentence cg_say_answer(const struct cg_answer *a)
{
    struct cg_sentence s = {""};
    say_headline(&s, a, true, ", lanes included (no aligned widths were measured)");
    say_paper_widths(&s, a);
    if (a->memory.known)
        cg_say(&s, " By ");
    cg_say_working_sets(&s, a);
    if (a->group)
        say_others(&s, a);
    say_what_lacks(&s, a);
    say_papers_own(&s, a, "");
    return s;
}

/* ---- counting ---- */

static void add_verdict(struct cg_verdict_count *count, int n, bool undecided)
{
    count->all += n;
    count->undecided += undecided ? n : 0;
}

void cg_count_findings(const struct cg_suite_view *view, struct cg_verdict_count *count)
{
    for (int finding = 0; finding < CG_FINDING_COUNT; finding++)
        if (finding != CG_NO_FINDING)
            add_verdict(count, view->counts[finding], cg_is_undecided((enum cg_finding)finding));
}

static bool count_view(const struct cg_suite_view *view, struct cg_verdict_count *count)
{
    struct cg_order order;
    if (cg_is_guideline(view->suite)) {
        cg_count_findings(view, count);
    } else if (view->suite->kind == CG_KIND_RANKING) {
        if (!cg_order_of(view, &order))
            return false;
        add_verdict(count, order.agree + order.flipped, false);
        add_verdict(count, order.pairs - order.agree - order.flipped, true);
    } else {
        for (int i = 0; i < view->n_cases; i++) {
            const enum cg_verdict verdict = view->cases[i].verdict;
            if (!view->cases[i].baseline && view->cases[i].same == i && verdict != CG_NO_VERDICT)
                add_verdict(count, 1, verdict == CG_UNCLEAR || verdict == CG_BY_MACHINE);
        }
    }
    return true;
}

bool cg_count_verdicts(const struct cg_results *results, struct cg_verdict_count *count)
{
    bool enough = true;
    *count = (struct cg_verdict_count){0};
    for (int s = 0; s < results->n_suites && enough; s++) {
        struct cg_suite_views views;
        enough = cg_suite_views_create(results, results->suites[s], &views, NULL) == CG_OK;
        for (int v = 0; v < views.n && enough; v++)
            enough = count_view(views.items[v], count);
        cg_suite_views_free(&views);
    }
    return enough;
}
