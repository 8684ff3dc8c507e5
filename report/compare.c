#include "report/compare.h"

#include "base/array.h"
#include "base/names.h"
#include "base/text.h"
#include "bench/stats/rank.h"
#include "report/family.h"
#include "report/rounds.h"
#include "report/split.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_timed(const struct cg_record *record)
{
    return record->time.median > 0;
}

/* The engine, if a file holds timed records of one only. */
static const char *only_engine(const struct cg_results *results)
{
    const char *engine = NULL;
    for (int r = 0; r < results->n_records; r++) {
        if (!is_timed(results->records[r]))
            continue;
        if (engine && !cg_same_text(engine, results->records[r]->setting.engine))
            return NULL;
        engine = results->records[r]->setting.engine;
    }
    return engine;
}

static bool with_published(const struct cg_comparison *comparison)
{
    return comparison->a->published || comparison->b->published;
}

/* Why two records of the same computation are not compared; NULL when they are. */
static const char *difference(const struct cg_comparison *comparison, const struct cg_record *a,
                              const struct cg_record *b)
{
    if (with_published(comparison))
        return !(cg_setting_difference(&a->setting, &b->setting) & (CG_FIELD_FUSION | CG_FIELD_CACHE))
                   ? NULL
                   : "published figures: fusion full, hot";
    const unsigned differ = cg_setting_difference(&a->setting, &b->setting) &
                            ~(comparison->across_engines ? CG_FIELD_ENGINE : 0u);
    for (enum cg_setting_place at = 0; at < CG_SETTING_N; at++)
        if ((differ & 1u << at) && cg_setting_options[at].another)
            return cg_setting_options[at].another;
    return NULL; /* another ISA may be what is asked about: another device has it */
}

static bool same_computation(const struct cg_comparison *comparison, const struct cg_record *a,
                             const struct cg_record *b)
{
    if (!with_published(comparison))
        return cg_same_text(a->graph, b->graph);
    return cg_records_likeness(a, b) >= CG_LIKE_BY_MADDS;
}

/* The threads of published figures are what they are; equal ones first, then the network of the same name. */
static int preference(const struct cg_record *record, const struct cg_record *other)
{
    return 8 * (other->setting.threads == record->setting.threads) +
           2 * (int)cg_records_likeness(record, other) + (other->setting.isa == record->setting.isa);
}

/* Equal case names with unequal graphs: the suites differ between the files. */
static bool same_name(const struct cg_record *a, const struct cg_record *b)
{
    return cg_same_text(a->suite, b->suite) && cg_same_text(a->case_name, b->case_name);
}

/* The record of `results` that matches, the most alike preferred; else NULL with the nearest reason in *why.
 */
static const struct cg_record *find_match(const struct cg_comparison *comparison,
                                          const struct cg_record *record, const struct cg_results *results,
                                          const bool *used, int *index, const char **why)
{
    const struct cg_record *best = NULL;
    *why = "the case is not in the other file";
    for (int r = 0; r < results->n_records; r++) {
        const struct cg_record *other = results->records[r];
        if (used[r] || !is_timed(other))
            continue;
        if (!same_computation(comparison, record, other)) {
            if (!with_published(comparison) && same_name(record, other))
                *why = "the graph differs";
            if (with_published(comparison) && cg_records_likeness(record, other) == CG_LIKE_IN_FAMILY)
                *why = CG_ANOTHER_VARIANT;
            continue;
        }
        const char *reason = difference(comparison, record, other);
        if (reason) {
            *why = reason;
            continue;
        }
        if (!best || preference(record, other) > preference(record, best)) {
            best = other;
            *index = r;
        }
    }
    return best;
}

/* Of times that were not interleaved: whether b's change from quiet rounds to the others as a's do. */
static bool estimate_by_state(const struct cg_comparison *comparison, struct cg_match *match)
{
    struct cg_by_state a, b;
    if (!cg_record_by_state(comparison->a->results, match->a, NULL, &a) ||
        !cg_record_by_state(comparison->b->results, match->b, NULL, &b))
        return false;
    match->state = cg_by_state_change(&a, &b);
    return true;
}

/* log time(b) / time(a). Batches differ only where a side is published: then it is the time of an image. */
static bool estimate_ratio(const struct cg_record *a, const struct cg_record *b, struct cg_estimate *ratio)
{
    const double batch_a = a->setting.batch > 0 ? a->setting.batch : 1,
                 batch_b = b->setting.batch > 0 ? b->setting.batch : 1;
    *ratio = (struct cg_estimate){
        log(b->time.median / batch_b) - log(a->time.median / batch_a), NAN, 0, 0, NAN, NAN};
    return a->samples.n == 0 || b->samples.n == 0 || cg_record_unpaired_log_ratio(b, a, ratio);
}

static bool add_unmatched(struct cg_comparison *comparison, const struct cg_record *record, bool in_b,
                          const char *why)
{
    if (!cg_array_fit(comparison->unmatched, comparison->unmatched_room, comparison->n_unmatched + 1))
        return false;
    comparison->unmatched[comparison->n_unmatched++] = (struct cg_unmatched){record, in_b, why};
    return true;
}

static bool match_records(struct cg_comparison *comparison)
{
    const struct cg_results *a = comparison->a->results, *b = comparison->b->results;
    bool *used = calloc((size_t)b->n_records + 1, sizeof *used),
         *none = calloc((size_t)a->n_records + 1, sizeof *none);
    comparison->matches = calloc((size_t)a->n_records + 1, sizeof *comparison->matches);
    bool enough = used && none && comparison->matches;
    const char *why;
    int index = 0;
    for (int r = 0; enough && r < a->n_records; r++) {
        const struct cg_record *record = a->records[r];
        if (!is_timed(record))
            continue;
        const struct cg_record *other = find_match(comparison, record, b, used, &index, &why);
        if (!other) {
            enough = add_unmatched(comparison, record, false, why);
            continue;
        }
        used[index] = true;
        struct cg_match *match = &comparison->matches[comparison->n_matches++];
        *match = (struct cg_match){.a = record,
                                   .b = other,
                                   .ratio = {.mean = NAN},
                                   .shift = {NAN, NAN, NAN, NAN},
                                   .verdict = CG_NO_VERDICT};
        enough = estimate_ratio(record, other, &match->ratio) && estimate_by_state(comparison, match) &&
                 cg_machine_shift_find(a, record, b, other, &match->shift);
    }
    for (int r = 0; enough && r < b->n_records; r++) {
        if (used[r] || !is_timed(b->records[r]))
            continue;
        if (find_match(comparison, b->records[r], a, none, &index, &why))
            why = "matched another record already";
        enough = add_unmatched(comparison, b->records[r], true, why);
    }
    free(used);
    free(none);
    return enough;
}

/* Adds its part of `matches` to *means, log times of a process each; of the fewest processes of those added:
 * *n, below 0 before the first. False without memory. */
static bool add_process_medians(const struct cg_record *record, int matches, double **means, int *n)
{
    double *medians = malloc((size_t)(record->samples.n + 1) * sizeof *medians);
    const int own = medians ? cg_record_process_medians(record, medians) : -1;
    if (own >= 0 && *n < 0)
        *means = calloc((size_t)(*n = own) + 1, sizeof **means);
    *n = own < *n ? own : *n;
    for (int p = 0; *means && p < *n; p++)
        (*means)[p] += medians[p] / matches;
    free(medians);
    return own >= 0 && *means;
}

static bool find_geometric_mean(struct cg_comparison *comparison)
{
    double sum = 0, *means_a = NULL, *means_b = NULL;
    int na = -1, nb = -1;
    bool enough = true;
    comparison->geometric_mean = cg_unknown_estimate;
    for (int m = 0; enough && m < comparison->n_matches; m++) {
        const struct cg_match *match = &comparison->matches[m];
        sum += match->ratio.mean;
        enough = add_process_medians(match->a, comparison->n_matches, &means_a, &na) &&
                 add_process_medians(match->b, comparison->n_matches, &means_b, &nb);
    }
    if (na > 0 && nb > 0)
        comparison->geometric_mean = cg_estimate_difference(means_b, (size_t)nb, means_a, (size_t)na);
    else if (comparison->n_matches > 0)
        comparison->geometric_mean.mean = sum / comparison->n_matches;
    free(means_a);
    free(means_b);
    return enough;
}

/* By the flags of rounds that a noise floor is not measured with. */
static bool is_disturbed(const struct cg_record *record)
{
    static const char *const names[] = {"disturbed", "preempted", "throttled", "stolen", "quota", "migrated"};
    for (int f = 0; f < record->n_flags; f++)
        if (cg_name_find(names, sizeof names / sizeof names[0], record->flags[f]) >= 0)
            return true;
    return false;
}

/* Fixed work took longer (less) in b as well, and what is left of the difference without that is no claim any
 * more: it may be the machine. Not where the time of fixed work is unknown, nor where it moved the other way.
 */
static bool explained_by_machine(const struct cg_match *match, enum cg_verdict verdict, double delta)
{
    const double slower = match->shift.explains_slower, faster = match->shift.explains_faster;
    return verdict == CG_SLOWER ? slower > 1 && match->ratio.low <= log(slower * (1 + delta))
                                : faster < 1 && match->ratio.high >= log(faster / (1 + delta));
}

struct cg_judged cg_match_judged(const struct cg_comparison *comparison, const struct cg_match *match)
{
    return (struct cg_judged){
        .ratio = match->ratio, .delta = comparison->delta, .verdict = match->verdict, .state = match->state};
}

/* UNCLEAR, though it lies beyond the margin: its interval is too wide. */
static bool lies_beyond_margin(const struct cg_judged *row)
{
    return row->verdict == CG_UNCLEAR && !cg_is_at_margin(row) &&
           (row->ratio.mean > log(1 + row->delta) || row->ratio.mean < log(1 - row->delta));
}

/* What is said of a match, by its figures, by those of its quiet rounds where it has disturbed ones, and by
 * the machine. Disturbed rounds claim nothing; nor is it left open without their being named. */
static void settle(struct cg_comparison *comparison, struct cg_match *match, const struct cg_judged *figures,
                   enum cg_verdict by_quiet, bool by_machine)
{
    const bool claims = figures->verdict == CG_FASTER || figures->verdict == CG_SLOWER,
               disturbed = is_disturbed(match->a) || is_disturbed(match->b),
               withheld = disturbed && (claims ? by_quiet != figures->verdict : lies_beyond_margin(figures)),
               shifted =
                   claims && !withheld && explained_by_machine(match, figures->verdict, comparison->delta);
    comparison->n_withheld += withheld;
    comparison->n_shifted += shifted;
    match->withheld = withheld ? "disturbed" : shifted ? "machine" : NULL;
    match->verdict = match->withheld ? CG_WITHHELD : figures->verdict;
    if (by_machine && !match->withheld)
        match->verdict = CG_BY_MACHINE;
    comparison->counts[match->verdict]++;
}

/* The noise floor between starts is that of an undisturbed machine, so it does not cover a record whose
 * rounds were disturbed: that is judged by its quiet rounds, too. False without memory. */
static bool in_quiet(const struct cg_comparison *comparison, const struct cg_match *match,
                     struct cg_judged *row)
{
    return (!is_disturbed(match->a) && !is_disturbed(match->b)) ||
           cg_quiet_log_ratio(comparison->b->results, match->b, comparison->a->results, match->a,
                              &row->ratio);
}

static bool judge(struct cg_comparison *comparison)
{
    struct cg_family figures = {0}, quiet = {0}, with_state = {0};
    bool enough = true;
    for (int m = 0; enough && m < comparison->n_matches; m++) {
        struct cg_judged row = cg_match_judged(comparison, &comparison->matches[m]);
        cg_family_add(&with_state, row);
        row.state = (struct cg_by_state){0};
        cg_family_add(&figures, row);
        enough = in_quiet(comparison, &comparison->matches[m], &row);
        cg_family_add(&quiet, row);
    }
    enough = enough && cg_family_judge(&figures, CG_DO_THEY_DIFFER) &&
             cg_family_judge(&quiet, CG_DO_THEY_DIFFER) && cg_family_judge(&with_state, CG_DO_THEY_DIFFER);
    for (int m = 0; enough && m < figures.n; m++)
        settle(comparison, &comparison->matches[m], &figures.rows[m], quiet.rows[m].verdict,
               with_state.rows[m].verdict == CG_BY_MACHINE);
    cg_family_free(&figures);
    cg_family_free(&quiet);
    cg_family_free(&with_state);
    return enough;
}

/* ---- orders of networks ---- */

static bool is_network(const struct cg_match *match)
{
    return match->a->network && match->a->network[0];
}

/* Two networks are ordered against each other under one setting only. */
static bool one_setting(const struct cg_match *x, const struct cg_match *y)
{
    return cg_setting_equal(&x->a->setting, &y->a->setting);
}

/* The category of layers whose part of the difference between the two networks changes most from a to b, each
 * side in units of its own mean time. NULL without profiles. */
static const char *cause_of(const struct cg_match *x, const struct cg_match *y)
{
    const char *cause = NULL;
    double most = 0;
    struct cg_split xa, xb, ya, yb;
    if (!cg_split_of(x->a, &xa) || !cg_split_of(x->b, &xb) || !cg_split_of(y->a, &ya) ||
        !cg_split_of(y->b, &yb))
        return NULL;
    const double unit_a = x->a->time.median + y->a->time.median,
                 unit_b = x->b->time.median + y->b->time.median;
    for (int k = 0; k < CG_CATEGORY_COUNT; k++) {
        const double before = (xa.ns[k] - ya.ns[k]) / unit_a, after = (xb.ns[k] - yb.ns[k]) / unit_b;
        if (fabs(after - before) > most) {
            most = fabs(after - before);
            cause = cg_category_name((enum cg_category)k);
        }
    }
    return cause;
}

/* log time(x) / time(y) on one side, with its margin; published: a point value. */
static bool order_ratio(const struct cg_comparison *comparison, bool of_b, const struct cg_match *x,
                        const struct cg_match *y, struct cg_judged *row)
{
    const struct cg_record *rx = of_b ? x->b : x->a, *ry = of_b ? y->b : y->a;
    const struct cg_input *input = of_b ? comparison->b : comparison->a;
    *row = (struct cg_judged){.delta = comparison->delta};
    if (!input->published)
        return cg_record_log_ratio(input->results, rx, ry, &row->ratio, NULL) &&
               cg_record_by_state(input->results, rx, ry, &row->state);
    row->ratio = (struct cg_estimate){
        .mean = log(rx->time.median) - log(ry->time.median), .se = NAN, .low = NAN, .high = NAN};
    return true;
}

/* Point values are judged by the margin alone. */
static bool judge_order(const struct cg_input *input, struct cg_family *orders)
{
    const bool enough = cg_family_judge(orders, CG_DO_THEY_DIFFER);
    for (int p = 0; enough && input->published && p < orders->n; p++)
        orders->rows[p].verdict = orders->rows[p].ratio.mean > log(1 + orders->rows[p].delta)   ? CG_SLOWER
                                  : orders->rows[p].ratio.mean < log(1 - orders->rows[p].delta) ? CG_FASTER
                                                                                                : CG_UNCLEAR;
    return enough;
}

static struct cg_interval inverse(struct cg_interval ratio)
{
    return (struct cg_interval){1 / ratio.value, 1 / ratio.high, 1 / ratio.low};
}

/* The pairs of networks under one setting whose orders differ, both beyond the margin. */
static bool find_flips(struct cg_comparison *comparison)
{
    struct cg_family in_a = {0}, in_b = {0};
    bool enough = true;
    for (int i = 0; i < comparison->n_matches; i++)
        for (int j = i + 1; enough && j < comparison->n_matches; j++) {
            const struct cg_match *x = &comparison->matches[i], *y = &comparison->matches[j];
            struct cg_judged a, b;
            if (!is_network(x) || !is_network(y) || !one_setting(x, y))
                continue;
            enough = order_ratio(comparison, false, x, y, &a) && order_ratio(comparison, true, x, y, &b);
            a.key[0] = b.key[0] = i;
            a.key[1] = b.key[1] = j;
            cg_family_add(&in_a, a);
            cg_family_add(&in_b, b);
        }
    enough = enough && judge_order(comparison->a, &in_a) && judge_order(comparison->b, &in_b);
    comparison->flips = enough ? calloc((size_t)in_a.n + 1, sizeof *comparison->flips) : NULL;
    for (int p = 0; comparison->flips && p < in_a.n; p++) {
        const int *keys = in_a.rows[p].key;
        const bool up = in_a.rows[p].verdict == CG_FASTER && in_b.rows[p].verdict == CG_SLOWER;
        const bool down = in_a.rows[p].verdict == CG_SLOWER && in_b.rows[p].verdict == CG_FASTER;
        const struct cg_match *x = &comparison->matches[keys[down]], *y = &comparison->matches[keys[!down]];
        const struct cg_interval a = cg_ratio_of(in_a.rows[p].ratio), b = cg_ratio_of(in_b.rows[p].ratio);
        if (up || down)
            comparison->flips[comparison->n_flips++] =
                (struct cg_flip){x->a->case_name, y->a->case_name, down ? inverse(a) : a,
                                 down ? inverse(b) : b, cause_of(x, y)};
    }
    cg_family_free(&in_a);
    cg_family_free(&in_b);
    return comparison->flips != NULL;
}

/* Over the networks of the setting that has most of them. */
static bool correlate(struct cg_comparison *comparison)
{
    comparison->spearman = comparison->kendall = NAN;
    const int n = comparison->n_matches;
    double *times = malloc(2 * (size_t)(n + 1) * sizeof *times);
    bool enough = times != NULL;
    for (int first = 0; enough && first < n; first++) {
        int count = 0;
        if (!is_network(&comparison->matches[first]))
            continue;
        for (int m = 0; m < n; m++)
            if (is_network(&comparison->matches[m]) &&
                one_setting(&comparison->matches[first], &comparison->matches[m])) {
                times[count] = comparison->matches[m].a->time.median;
                times[n + count++] = comparison->matches[m].b->time.median;
            }
        if (count <= comparison->n_networks || count < CG_RANKED_MIN)
            continue;
        comparison->n_networks = count;
        comparison->spearman = cg_spearman(times, times + n, (size_t)count);
        comparison->kendall = cg_kendall(times, times + n, (size_t)count);
    }
    free(times);
    return enough;
}

enum cg_status cg_compare(const struct cg_input *a, const struct cg_input *b,
                          struct cg_comparison *comparison, struct cg_error *err)
{
    *comparison = (struct cg_comparison){.a = a, .b = b};
    const char *engine_a = only_engine(a->results), *engine_b = only_engine(b->results);
    comparison->across_engines =
        !a->published && !b->published && engine_a && engine_b && strcmp(engine_a, engine_b) != 0;
    comparison->delta = fmax(cg_delta(a->results->device.noise_between_runs),
                             cg_delta(b->results->device.noise_between_runs));
    if (!match_records(comparison) || !judge(comparison) || !find_geometric_mean(comparison) ||
        !correlate(comparison) || !find_flips(comparison)) {
        cg_comparison_free(comparison);
        return cg_fail(err, CG_NO_MEMORY, "no memory to compare '%s' and '%s'", a->name, b->name);
    }
    return CG_OK;
}

void cg_comparison_free(struct cg_comparison *comparison)
{
    free(comparison->matches);
    free(comparison->flips);
    free(comparison->unmatched);
    *comparison = (struct cg_comparison){0};
}
