/* Tables over settings: engines side by side with what they show, growth of costs over threads. */
#include "report/family.h"
#include "report/tables.h"

#include "report/escape.h"

#include <math.h>
#include <stdlib.h>

static void add_cost(struct cg_table *table, const struct cg_suite_view *view, const struct cg_case_view *c)
{
    const struct cg_judged judged = cg_case_judged(view, c);
    if (!c->record)
        cg_cell_fixed(table, NAN, "%f");
    else if (c->baseline)
        cg_cell_interval(table, (struct cg_interval){1, NAN, NAN}, "1");
    else
        cg_cell_judged(table, &judged, false);
}

/* An engine whose baseline takes more than this times the fastest engine's has no part in what is said of the
 * hardware: what it does not show, or shows, is its own slowness. */
#define FAIR_FACTOR 2

/* Engine e's time for the baseline over the fastest engine's: of a group, or (below 0) of all, their
 * geometric mean. NAN when it was not measured. */
static double baseline_factor(const struct cg_suite_view *const *views, int n, int e, int group)
{
    double sum = 0;
    int groups = 0;
    for (int g = group < 0 ? 0 : group; g < (group < 0 ? views[0]->n_groups : group + 1); g++) {
        const int baseline = views[0]->groups[g].group->baseline;
        double fastest = INFINITY, own = NAN;
        for (int k = 0; k < n && baseline != CG_UNKNOWN; k++) {
            const struct cg_record *record = views[k]->groups[g].cases[baseline].record;
            fastest = record ? fmin(fastest, record->time.median) : fastest;
            own = record && k == e ? record->time.median : own;
        }
        sum += own > 0 ? log(own / fastest) : 0;
        groups += own > 0;
    }
    return groups ? exp(sum / groups) : NAN;
}

/* What the engines that have a part in it show of a place, or (group below 0) of the suite. */
static struct cg_shown shown_of(const struct cg_suite_view *const *views, int n, int group, int place)
{
    struct cg_shown shown = {.n = (size_t)n};
    for (int e = 0; e < n; e++) {
        shown.engines[e] = views[e]->setting.engine;
        shown.findings[e] = group < 0 ? views[e]->finding : views[e]->groups[group].trends[place].finding;
        if (baseline_factor(views, n, e, group) > FAIR_FACTOR)
            shown.findings[e] = CG_NO_FINDING;
    }
    return shown;
}

/* "x1, ARM set: series shown by native; parallel no effect" */
static struct cg_sentence say_section(const struct cg_suite_view *const *views, int n, int g)
{
    const struct cg_group_view *group = &views[0]->groups[g];
    struct cg_sentence s = {""};
    cg_say(&s, "%.180s:", cg_group_words(group->group).text);
    for (int p = 0; p < group->n_trends; p++) {
        const struct cg_shown shown = shown_of(views, n, g, p);
        const char *series = group->n_trends > 1 ? group->trends[p].series : NULL;
        cg_say(&s, "%s %.60s%s%.255s", p ? ";" : "", series ? series : "", series ? " " : "",
               cg_say_shown_by(&shown).text);
    }
    return s;
}

static void add_engine_rows(struct cg_table *table, const struct cg_suite_view *const *views, int n)
{
    const struct cg_suite_view *first = views[0];
    for (int i = 0, group = -1; i < first->n_cases; i++) {
        bool measured = false;
        for (int e = 0; e < n; e++)
            measured = measured || views[e]->cases[i].record;
        if (!measured)
            continue;
        cg_table_add_row(
            table, first->cases[i].group != group ? say_section(views, n, first->cases[i].group).text : NULL);
        group = first->cases[i].group;
        cg_cell_text(table, cg_case_label(first->cases[i].c).text);
        for (int e = 0; e < n; e++)
            add_cost(table, views[e], &views[e]->cases[i]);
    }
}

/* What the engines together say of each place. */
static void add_places(struct cg_table *table, const struct cg_suite_view *const *views, int n)
{
    struct cg_said *said = calloc((size_t)views[0]->n_groups * CG_MAX_TRENDS + 1, sizeof *said);
    size_t n_said = 0;
    table->failed = table->failed || !said;
    for (int g = 0; said && g < views[0]->n_groups; g++)
        for (int p = 0; p < views[0]->groups[g].n_trends && views[0]->groups[g].same == g; p++) {
            const struct cg_shown shown = shown_of(views, n, g, p);
            said[n_said++] = (struct cg_said){cg_place_name(&views[0]->groups[g], p),
                                              cg_phrase("%s", cg_say_shown_by(&shown).text)};
        }
    if (said)
        cg_table_add_sentence(table, cg_say_places(said, n_said).text);
    free(said);
}

static void add_engine_sentences(struct cg_table *table, const struct cg_suite_view *const *views, int n)
{
    const struct cg_shown shown = shown_of(views, n, -1, 0);
    bool mixed = false;
    for (int e = 0; e < n; e++)
        mixed = mixed || shown.findings[e] == CG_MIXED || shown.findings[e] == CG_IN_PART;
    cg_table_add_sentence(table, cg_say_attribution(views[0]->suite, &shown).text);
    if (mixed)
        add_places(table, views, n);
    for (int e = 0; e < n; e++) {
        const double factor = baseline_factor(views, n, e, -1);
        if (factor > FAIR_FACTOR)
            cg_table_add_sentence(
                table, cg_table_format(table,
                                       "%s has no part in this: its baseline takes %s times the time of the "
                                       "fastest engine's.",
                                       views[e]->setting.engine, cg_format_significant(factor, 2).text));
    }
    cg_table_add_sentence(table, cg_say_rule(views[0], false).text);
}

struct cg_table *cg_table_of_engines(const struct cg_suite_views *all, const struct cg_setting *of)
{
    const struct cg_phrase rest = cg_rest_of_setting(all, of);
    const struct cg_suite_view *views[CG_MAX_ENGINES];
    const int n = cg_views_of_engines(all, of, views);
    struct cg_table *table = cg_table_create(cg_phrase("%.60s engines %dt %.20s%.60s", all->suite->name,
                                                       of->threads, cg_fusion_name(of->fusion), rest.text)
                                                 .text,
                                             cg_phrase("%s over engines", cg_subject(all->suite).text).text);
    if (n < 2 || !cg_is_guideline(all->suite))
        return table;
    table->caption =
        cg_table_format(table, "%s relative to the baseline; %s; %s, fusion %s%s", cg_cost_words(all->suite),
                        cg_device_words(views[0]->results), cg_format_threads(of->threads).text,
                        cg_fusion_name(of->fusion), rest.text);
    cg_table_add_column(table, "case", "case", CG_COLUMN_TEXT, 0);
    for (int e = 0; e < n; e++)
        cg_table_add_column(table, cg_slug(views[e]->setting.engine).text, views[e]->setting.engine,
                            CG_COLUMN_INTERVAL, 0);
    add_engine_rows(table, views, n);
    add_engine_sentences(table, views, n);
    return table;
}

/* ---- growth over threads, and with plans at once ---- */

/* From a view of few to one of many, of what is counted: "threads", "plans at once". */
struct growth {
    const struct cg_suite_view *few, *many;
    int from, to;
    const char *counted, *keys[2]; /* of the columns */
};

static bool is_last_step(const struct cg_suite_view *view, int index)
{
    const struct cg_group_view *group = &view->groups[view->cases[index].group];
    for (int t = 0; t < group->n_trends; t++)
        if (&group->cases[group->trends[t].last] == &view->cases[index])
            return true;
    return view->suite->kind == CG_KIND_FACTORIAL;
}

/* How the costs of the cases measured in both change; their indices are the first keys. False without memory.
 */
static bool find_growth(const struct growth *growth, struct cg_family *changes)
{
    for (int i = 0; i < growth->few->n_cases; i++) {
        const struct cg_case_view *a = &growth->few->cases[i], *b = &growth->many->cases[i];
        const struct cg_estimate cost_a = cg_case_cost(growth->few, a),
                                 cost_b = cg_case_cost(growth->many, b);
        if (!a->baseline && a->same == i && a->record && b->record && !isnan(cost_a.mean) &&
            !isnan(cost_b.mean))
            cg_family_add(changes, (struct cg_judged){.ratio = cg_estimate_change(cost_a, cost_b),
                                                      .delta = growth->few->delta_apart,
                                                      .key = {i, 0}});
    }
    return cg_family_judge(changes, CG_DO_THEY_DIFFER);
}

/* Whether the cost of the case changes from one number to the other, by which factor. */
static void say_growth(struct cg_table *table, const struct growth *growth, const struct cg_family *changes,
                       int k)
{
    /* what stands before and after the step; between the numbers; before the factor */
    static const struct {
        const char *before, *after, *between, *factor, *end;
    } words[CG_VERDICT_COUNT] = {
        [CG_SLOWER] = {"the cost of", "grows from", "to", ", by the factor ", ""},
        [CG_FASTER] = {"the cost of", "shrinks from", "to", ", by the factor ", ""},
        [CG_SAME] = {"the cost of", "is the same at", "and", " (factor ", ")"},
        [CG_UNCLEAR] = {"whether the cost of", "changes from", "to", " is unclear (factor ", ")"},
    };
    const struct cg_suite_view *few = growth->few;
    const struct cg_case_view *c = &few->cases[changes->rows[k].key[0]];
    const enum cg_verdict said = changes->rows[k].verdict;
    if (words[said].before)
        cg_table_add_sentence(table,
                              cg_table_format(table, "%s: %s %.100s %s %d %s %d %s%s%s%s.",
                                              cg_subject(few->suite).text, words[said].before,
                                              cg_phrase("%.200s at %.200s", cg_case_label(c->c).text,
                                                        cg_group_words(few->groups[c->group].group).text)
                                                  .text,
                                              words[said].after, growth->from, words[said].between,
                                              growth->to, growth->counted, words[said].factor,
                                              cg_format_ratio(cg_ratio_of(changes->rows[k].ratio)).text,
                                              words[said].end));
}

static void add_growth(struct cg_table *table, const struct growth *growth, const struct cg_family *changes)
{
    for (int k = 0, group = -1; k < changes->n; k++) {
        const int index = changes->rows[k].key[0];
        const struct cg_case_view *c = &growth->few->cases[index];
        cg_table_add_row(table,
                         c->group != group ? cg_group_words(growth->few->groups[c->group].group).text : NULL);
        group = c->group;
        cg_cell_text(table, cg_case_label(c->c).text);
        add_cost(table, growth->few, c);
        add_cost(table, growth->many, &growth->many->cases[index]);
        cg_cell_ratio(table, cg_ratio_of(changes->rows[k].ratio));
        cg_cell_text(table, cg_verdict_words(&changes->rows[k]).text);
        if (table->n_sentences == 0 && is_last_step(growth->few, index))
            say_growth(table, growth, changes, k);
    }
}

/* The columns, under the heads of few and many, and the rows. */
static void fill_growth(struct cg_table *table, const struct growth *growth, const char *few,
                        const char *many)
{
    const struct cg_column columns[] = {{"case", "case", CG_COLUMN_TEXT, 0},
                                        {growth->keys[0], few, CG_COLUMN_INTERVAL, 1},
                                        {growth->keys[1], many, CG_COLUMN_INTERVAL, 0},
                                        {"change", "factor\n[95 % interval]", CG_COLUMN_INTERVAL, 1},
                                        {"verdict", "verdict", CG_COLUMN_TEXT, 0}};
    struct cg_family changes = {0};
    cg_table_add_columns(table, CG_COLUMNS(columns));
    if (find_growth(growth, &changes))
        add_growth(table, growth, &changes);
    else
        table->failed = true;
    cg_family_free(&changes);
}

struct cg_table *cg_table_of_growth(const struct cg_suite_views *all, const struct cg_setting *of)
{
    const struct cg_phrase rest = cg_rest_of_setting(all, of);
    const struct cg_suite_view *fewest = NULL, *most = NULL;
    for (int i = 0; i < all->n; i++) {
        const struct cg_suite_view *view = all->items[i];
        if (cg_setting_difference(&view->setting, of) & ~CG_FIELD_THREADS)
            continue;
        if (!fewest || view->setting.threads < fewest->setting.threads)
            fewest = view;
        if (!most || view->setting.threads > most->setting.threads)
            most = view;
    }
    struct cg_table *table =
        cg_table_create(cg_phrase("%.60s growth %.40s %.20s%.60s", all->suite->name,
                                  of->engine ? of->engine : "", cg_fusion_name(of->fusion), rest.text)
                            .text,
                        cg_phrase("%s: growth of the cost over threads", cg_subject(all->suite).text).text);
    if (!fewest || fewest->setting.threads == most->setting.threads || !cg_is_guideline(all->suite))
        return table;
    table->caption = cg_table_format(table, "%s relative to the baseline; engine %s, fusion %s%s, %s",
                                     cg_cost_words(all->suite), of->engine ? of->engine : "?",
                                     cg_fusion_name(of->fusion), rest.text, cg_device_words(fewest->results));
    const struct growth growth = {fewest,
                                  most,
                                  fewest->setting.threads,
                                  most->setting.threads,
                                  "threads",
                                  {"fewest_threads", "most_threads"}};
    fill_growth(table, &growth, cg_format_threads(growth.from).text, cg_format_threads(growth.to).text);
    return table;
}

/* ---- under the load of other plans ---- */

/* What its plans at once took as a record's samples: a process a repetition, a sample a process. */
static bool take_repeats(const struct cg_record *from, struct cg_arena *arena, struct cg_record *to)
{
    const struct cg_instances_record *instances = &from->instances;
    const size_t n = (size_t)instances->n;
    int64_t *values = cg_arena_array(arena, 5 * n, sizeof *values);
    if (!values)
        return false;
    *to = *from;
    to->samples = (struct cg_sample_arrays){
        0, values, values + n, values + 2 * n, values + 3 * n, values + 4 * n, NULL};
    for (int i = 0; i < instances->n; i++) {
        const struct cg_instances_repeat *repeat = &instances->repeats[i];
        const double s = repeat->plans * fmax(1, from->setting.batch) / repeat->images_per_s;
        const int at = to->samples.n;
        if (!(s > 0 && s < 1e6)) /* no run ended in the time */
            continue;
        to->samples.process[at] = i;
        to->samples.iterations[at] = 1;
        to->samples.ns[at] = (int64_t)(1e9 * s);
        to->samples.n++;
    }
    return cg_record_summarise(to, NULL) == CG_OK;
}

/* Those records of a file that tell of plans at once, with these as their samples. Each has processes of its
 * own, so the margin, and what intervals allow for, are those of starts. False without memory. */
static bool take_loaded(const struct cg_results *results, struct cg_arena *arena, struct cg_results *loaded)
{
    const size_t n = (size_t)results->n_records;
    struct cg_record *copies = cg_arena_array(arena, n, sizeof *copies);
    *loaded = *results;
    loaded->n_records = loaded->n_schedules = 0;
    loaded->records = cg_arena_array(arena, n, sizeof *loaded->records);
    loaded->device.noise_paired = results->device.noise_between_runs;
    bool enough = copies && loaded->records;
    for (int r = 0; enough && r < results->n_records; r++)
        if (results->records[r]->instances.n > 0) {
            loaded->records[loaded->n_records] = &copies[loaded->n_records];
            enough = take_repeats(results->records[r], arena, &copies[loaded->n_records++]);
        }
    return enough;
}

static void fill_load(struct cg_table *table, const struct cg_suite_view *alone,
                      const struct cg_suite_view *loaded)
{
    int plans = 0;
    for (int i = 0; i < loaded->n_cases; i++)
        if (loaded->cases[i].record)
            plans = loaded->cases[i].record->instances.repeats[0].plans;
    const struct growth growth = {alone, loaded, 1, plans, "plans at once", {"alone", "at_once"}};
    cg_describe_view(table, alone);
    fill_growth(table, &growth, "alone", cg_phrase("%d plans\nat once", plans).text);
    if (loaded->finding != CG_NO_FINDING && alone->finding != CG_NO_FINDING)
        cg_table_add_sentence(table,
                              cg_table_format(table, "%s with %d plans at once: %s; alone: %s.",
                                              cg_subject(alone->suite).text, plans,
                                              cg_finding_words(loaded).text, cg_finding_words(alone).text));
    cg_table_add_note(table,
                      "Plans at once are on cpus of their own and share the caches between cores and the "
                      "memory; a repetition goes through all cases, ratios are formed inside it.");
    cg_table_add_note(table, cg_say_starts(alone->results).text);
}

struct cg_table *cg_table_of_load(const struct cg_suite_view *alone)
{
    struct cg_table *table = cg_table_of_view(
        alone, "load",
        cg_phrase("%s: growth of the cost with several plans at once", cg_subject(alone->suite).text).text);
    struct cg_results loaded = {.n_records = 0};
    struct cg_suite_views views = {0};
    if (!cg_is_guideline(alone->suite))
        return table;
    struct cg_arena *arena = cg_arena_create(0);
    table->failed = !arena || !take_loaded(alone->results, arena, &loaded) ||
                    cg_suite_views_create(&loaded, alone->suite, &views, NULL) != CG_OK;
    for (int i = 0; i < views.n; i++)
        if (cg_setting_equal(&views.items[i]->setting, &alone->setting))
            fill_load(table, alone, views.items[i]);
    cg_suite_views_free(&views);
    cg_arena_destroy(&arena);
    return table;
}
