#include "report/working_sets.h"

#include "base/text.h"
#include "report/sentences.h"
#include "report/tables.h"

#include <math.h>
#include <stdlib.h>

/* ---- levels of memory ---- */

/* The smallest and the largest working set by which a level was measured with so many threads; false: none.
 */
static bool measured_sets(const struct cg_device_record *device, int level, int threads, double *low,
                          double *high)
{
    *low = INFINITY;
    *high = 0;
    for (int i = 0; i < device->n_bandwidths; i++) {
        const struct cg_bandwidth_record *b = &device->bandwidths[i];
        if (b->threads != threads || !cg_same_text(b->level, cg_memory_levels[level]) ||
            b->working_set_bytes <= 0)
            continue;
        *low = fmin(*low, (double)b->working_set_bytes);
        *high = fmax(*high, (double)b->working_set_bytes);
    }
    return *high > 0;
}

/* What the system reports of a level's caches, for one of the threads; 0 unknown. */
static double reported_size(const struct cg_device_record *device, int level, int threads)
{
    for (int i = 0; i < device->n_caches; i++) {
        const struct cg_cache_record *c = &device->caches[i];
        if (c->level == level + 1 && c->bytes > 0 && !cg_same_text(c->type, "instruction"))
            return (double)c->bytes * fmin(c->count > 0 ? c->count : 1, threads) / threads;
    }
    return 0;
}

double cg_memory_level_end(const struct cg_device_record *device, int level, int threads)
{
    double low, inside, outside, ignored;
    if (!measured_sets(device, level, threads, &low, &inside))
        return NAN;
    for (int next = level + 1; next < CG_MEMORY_LEVELS; next++) {
        if (!measured_sets(device, next, threads, &outside, &ignored))
            continue;
        const double reported = reported_size(device, level, threads);
        return reported > inside && reported < outside ? reported : sqrt(inside * outside);
    }
    return NAN;
}

int cg_memory_level(const struct cg_device_record *device, int64_t bytes, int threads)
{
    double low, high;
    int outermost = -1;
    for (int level = 0; level < CG_MEMORY_LEVELS && bytes > 0; level++) {
        if ((double)bytes / threads <= cg_memory_level_end(device, level, threads))
            return level;
        if (measured_sets(device, level, threads, &low, &high))
            outermost = level;
    }
    return outermost;
}

static const char *level_words(int level)
{
    return level < 0 ? "?" : level == CG_MEMORY_LEVELS - 1 ? "memory" : cg_memory_levels[level];
}

static struct cg_phrase size_words(int64_t bytes)
{
    const double kib = (double)bytes / 1024;
    return kib < 1024 ? cg_phrase("%s KiB", cg_format_significant(kib, 3).text)
                      : cg_phrase("%s MiB", cg_format_significant(kib / 1024, 3).text);
}

struct cg_phrase cg_working_set_words(const struct cg_working_set *set)
{
    const struct cg_phrase low = size_words(set->low), high = size_words(set->high);
    struct cg_phrase words = set->low == set->high ? low : cg_phrase("%.40s to %.40s", low.text, high.text);
    cg_append(words.text, sizeof words.text, ", %s", level_words(set->level_low));
    if (set->level_high != set->level_low)
        cg_append(words.text, sizeof words.text, " to %s", level_words(set->level_high));
    return words;
}

/* ---- groups over working sets ---- */

static bool is_over_maps(const struct cg_group_view *group)
{
    return cg_group_is(group, "memory") || cg_group_is(group, "small");
}

static const struct cg_case_record *baseline_of(const struct cg_group_view *group)
{
    return group->group->baseline == CG_UNKNOWN ? NULL : group->cases[group->group->baseline].c;
}

/* Whether the group is over maps, or the aligned one that has the widths of those. */
static bool takes_part(const struct cg_suite_view *view, const struct cg_group_view *group)
{
    const struct cg_case_record *base = baseline_of(group);
    bool same = is_over_maps(group);
    for (int g = 0; g < view->n_groups && base && !same; g++)
        same = cg_group_is(group, "aligned") && is_over_maps(&view->groups[g]) &&
               baseline_of(&view->groups[g]) &&
               cg_same_text(baseline_of(&view->groups[g])->widths, base->widths);
    return same && base;
}

/* False when the trend's last step was not measured. */
static bool measure_set(const struct cg_suite_view *view, const struct cg_group_view *group, int trend,
                        struct cg_working_set *set)
{
    const int last = group->trends[trend].last,
              threads = view->setting.threads > 0 ? view->setting.threads : 1;
    const struct cg_case_view *ends[] = {&group->cases[group->group->baseline], &group->cases[last]};
    *set = (struct cg_working_set){.group = group, .trend = trend, .low = INT64_MAX};
    if (!ends[1]->record || ends[1]->baseline || isnan(ends[1]->ratio.mean))
        return false;
    for (int i = 0; i < 2; i++) {
        const int64_t bytes = ends[i]->c->working_set_bytes;
        set->low = bytes < set->low ? bytes : set->low;
        set->high = bytes > set->high ? bytes : set->high;
    }
    set->level_low = cg_memory_level(&view->results->device, set->low, threads);
    set->level_high = cg_memory_level(&view->results->device, set->high, threads);
    return set->low > 0;
}

int cg_working_sets_of(const struct cg_suite_view *view, const char *series, struct cg_working_set *sets,
                       int max)
{
    int n = 0;
    for (int g = 0; g < view->n_groups; g++)
        for (int t = 0; t < view->groups[g].n_trends && n < max; t++) {
            struct cg_working_set set;
            if (!takes_part(view, &view->groups[g]) ||
                !cg_same_text(view->groups[g].trends[t].series, series) ||
                !measure_set(view, &view->groups[g], t, &set))
                continue;
            int at = n++;
            for (; at > 0 && sets[at - 1].high > set.high; at--)
                sets[at] = sets[at - 1];
            sets[at] = set;
        }
    return n;
}

#define MAX_SETS 16

static const struct cg_case_view *last_step(const struct cg_working_set *set)
{
    return &set->group->cases[set->group->trends[set->trend].last];
}

struct cg_working_set_change cg_working_set_change(const struct cg_suite_view *view, const char *series)
{
    struct cg_working_set sets[MAX_SETS];
    const int n = cg_working_sets_of(view, series, sets, MAX_SETS);
    if (n < 2)
        return (struct cg_working_set_change){.known = false};
    struct cg_working_set_change found = {.known = true, .near = sets[0], .far = sets[n - 1]};
    found.change = cg_estimate_change(last_step(&found.near)->ratio, last_step(&found.far)->ratio);
    struct cg_judged change = {.ratio = found.change, .delta = view->delta};
    found.known = cg_judge(&change, 1, CG_DO_THEY_DIFFER);
    found.verdict = change.verdict;
    return found;
}

/* "1:16 costs 1.13 [..] in memory (77 MiB to 156 MiB, 224x224), 1.02 [..] in L2 (...): the effect grows by
 * the factor 1.11 [..]." "" when fewer than two working sets were measured. */
static struct cg_sentence say_change(const struct cg_suite_view *view, const char *series)
{
    static const char *const words[CG_VERDICT_COUNT] = {[CG_NO_VERDICT] = "no verdict",
                                                        [CG_FASTER] = "the cost shrinks",
                                                        [CG_SLOWER] = "the cost grows",
                                                        [CG_SAME] = "the cost is the same",
                                                        [CG_UNCLEAR] = "whether it grows is unclear"};
    struct cg_sentence s = {""};
    const struct cg_working_set_change found = cg_working_set_change(view, series);
    if (!found.known)
        return s;
    cg_say(&s, "%.100s costs %s (%s), %s (%s): %s (factor %s).", cg_case_words(last_step(&found.near)->c),
           cg_format_ratio(cg_ratio_of(last_step(&found.near)->ratio)).text,
           cg_working_set_words(&found.near).text,
           cg_format_ratio(cg_ratio_of(last_step(&found.far)->ratio)).text,
           cg_working_set_words(&found.far).text, words[found.verdict],
           cg_format_ratio(cg_ratio_of(found.change)).text);
    return s;
}

static void add_sets(struct cg_table *table, const struct cg_suite_view *view, const char *series)
{
    struct cg_working_set sets[MAX_SETS];
    const int n = cg_working_sets_of(view, series, sets, MAX_SETS);
    for (int i = 0; i < n && n > 1; i++) {
        const struct cg_case_view *last = last_step(&sets[i]);
        const struct cg_trend *trend = &sets[i].group->trends[sets[i].trend];
        const struct cg_judged judged = cg_case_judged(view, last);
        cg_table_add_row(table, NULL);
        cg_cell_text(table, cg_place_name(sets[i].group, sets[i].trend).text);
        cg_cell_text(table, cg_phrase("%s%s", cg_working_set_words(&sets[i]).text,
                                      sets[i].level_low != sets[i].level_high ? " (straddles)" : "")
                                .text);
        cg_cell_text(table, cg_case_words(last->c));
        cg_cell_judged(table, &judged, false);
        cg_cell_text(table, cg_finding_name(trend->finding));
    }
    cg_table_add_sentence(table, say_change(view, series).text);
}

const struct cg_group_view *cg_group_over_maps(const struct cg_suite_view *view)
{
    for (int g = 0; g < view->n_groups; g++)
        if (is_over_maps(&view->groups[g]))
            return &view->groups[g];
    return NULL;
}

/* "A layer with nearly no work takes 0.42 us [0.41, 0.43] (native, 1 thread, ...)." */
static struct cg_sentence say_overhead(const struct cg_suite_view *view, struct cg_interval ns)
{
    struct cg_sentence s = {""};
    cg_say(&s, "A layer with nearly no work takes %s us", cg_format_significant(ns.value / 1e3, 3).text);
    if (!isnan(ns.low))
        cg_say(&s, " [%s, %s]", cg_format_significant(ns.low / 1e3, 3).text,
               cg_format_significant(ns.high / 1e3, 3).text);
    cg_say(&s, " (%s).", cg_setting_words(&view->setting).text);
    return s;
}

struct cg_table *cg_table_of_working_sets(const struct cg_suite_view *view)
{
    static const struct cg_column columns[] = {
        {"group", "group", CG_COLUMN_TEXT, 0},
        {"working_set", "working set of a layer, level", CG_COLUMN_TEXT, 0},
        {"last_step", "last step", CG_COLUMN_TEXT, 1},
        {"time_per_madd_ratio", "time per madd\n[95 % interval]", CG_COLUMN_INTERVAL, 0},
        {"finding", "finding", CG_COLUMN_TEXT, 0},
    };
    const struct cg_group_view *group = cg_group_over_maps(view);
    struct cg_table *table = cg_table_of_view(
        view, "working sets", cg_phrase("%s over working sets", cg_subject(view->suite).text).text);
    struct cg_interval overhead;
    cg_describe_view(table, view);
    cg_table_add_columns(table, CG_COLUMNS(columns));
    for (int t = 0; group && t < group->n_trends; t++)
        add_sets(table, view, group->trends[t].series);
    if (!cg_layer_overhead(view, &overhead))
        table->failed = true;
    else if (!isnan(overhead.value))
        cg_table_add_sentence(table, say_overhead(view, overhead).text);
    return table;
}

/* ---- what a layer costs by itself ---- */

bool cg_layer_overhead(const struct cg_suite_view *view, struct cg_interval *ns)
{
    *ns = (struct cg_interval){NAN, NAN, NAN};
    const struct cg_record *chains[2] = {NULL, NULL};
    for (int g = 0; g < view->n_groups; g++)
        for (int i = 0; cg_group_is(&view->groups[g], "overhead") && i < view->groups[g].n_cases; i++)
            chains[!view->groups[g].cases[i].baseline] = view->groups[g].cases[i].record;
    const int layers = chains[0] && chains[1] ? chains[1]->layer_count - chains[0]->layer_count : 0;
    if (layers <= 0)
        return true;
    const size_t room = (size_t)(chains[0]->samples.n + chains[1]->samples.n);
    double *medians = malloc(room * sizeof *medians), *others = medians + chains[0]->samples.n;
    const int n = medians ? cg_record_process_medians(chains[0], medians) : -1;
    const int m = n >= 0 ? cg_record_process_medians(chains[1], others) : -1;
    for (int p = 0; p < n && p < m; p++)
        medians[p] = (exp(others[p]) - exp(medians[p])) / layers;
    if (n > 0 && m >= n)
        *ns = cg_t_interval(medians, (size_t)n, CG_CONFIDENCE);
    free(medians);
    return n >= 0 && m >= 0;
}
