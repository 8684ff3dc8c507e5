#include "bench/commands/run_parts.h"

#include "base/file.h"
#include "base/folder.h"
#include "base/hash.h"
#include "bench/commit.h"
#include "bench/graph/cost.h"
#include "config.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* ---- the run itself ---- */

/* The time now in UTC, as strftime() writes it. */
static void stamp(const char *format, char text[32])
{
    const time_t now = time(NULL);
    struct tm utc;
    gmtime_r(&now, &utc);
    strftime(text, 32, format, &utc);
}

/* A path as results show it, which may be given away: the user's home is `~`. */
static const char *shown_path(struct cg_results *results, const char *path)
{
    const char *home = getenv("HOME");
    const size_t length = home ? strlen(home) : 0;
    return length > 1 && strncmp(path, home, length) == 0 && path[length] == '/'
               ? cg_results_format(results, "~%s", path + length)
               : cg_results_text(results, path);
}

/* The path of a library that is loaded, and its bytes' hash: two builds of one version differ in it. */
static void add_library(struct cg_results *results, const char *path, struct cg_engine_version *version)
{
    char bytes[65536];
    uint64_t hash = CG_HASH_START;
    FILE *file = fopen(path, "rbe");
    for (size_t n; file && (n = fread(bytes, 1, sizeof bytes, file)) > 0;)
        hash = cg_hash_bytes(hash, bytes, n);
    version->library = shown_path(results, path);
    version->library_hash = file ? cg_results_format(results, "%016" PRIx64, hash) : NULL;
    if (file)
        fclose(file);
}

/* Version, commit, compiler, flags, and the version of every engine that is available here. */
static bool fill_build(struct cg_results *results)
{
    struct cg_build_record *b = &results->build;
    int n = 0;
    while (cg_engines[n])
        n++;
    b->version = CG_VERSION;
    b->commit = CG_COMMIT[0] ? CG_COMMIT : NULL;
    b->compiler = CG_COMPILER;
    b->flags = CG_FLAGS_TEXT;
    b->buildtype = CG_BUILDTYPE;
    b->engines = cg_results_array(results, (size_t)n, sizeof *b->engines);
    for (int i = 0; b->engines && i < n; i++) {
        struct cg_engine_info info = {0};
        cg_engines[i]->probe(cg_engines[i], &info);
        if (!info.available)
            continue;
        struct cg_engine_version *version = &b->engines[b->n_engines++];
        *version = (struct cg_engine_version){cg_engines[i]->name, cg_results_text(results, info.version),
                                              NULL, NULL};
        if (info.library[0])
            add_library(results, info.library, version);
    }
    return b->engines;
}

enum cg_status cg_run_begin_record(struct cg_run *run, int argc, char **argv, struct cg_error *err)
{
    run->results = cg_results_create();
    if (!run->results || !fill_build(run->results))
        return cg_fail(err, CG_NO_MEMORY, "no memory for the run");
    struct cg_run_record *r = &run->results->run;
    char now[32];
    stamp("%Y-%m-%dT%H:%M:%SZ", now);
    r->command = cg_results_command(run->results, argc, argv);
    r->start = cg_results_text(run->results, now);
    r->seed = (int64_t)run->protocol.seed;
    r->processes = run->protocol.max_processes;
    r->precision = run->protocol.precision;
    r->budget_s = run->request.budget_s > 0 ? run->request.budget_s : NAN;
    r->quick = run->request.quick;
    r->complete = 0;
    return cg_device_record_fill(&run->device, run->results, err);
}

enum cg_status cg_run_choose_path(struct cg_run *run, struct cg_error *err)
{
    enum cg_status status = CG_OK;
    char now[32];
    run->path = run->request.output;
    if (!run->path) {
        stamp("%Y%m%d-%H%M%S", now);
        run->path = cg_results_format(run->results, "results/%s/%s%s.json", run->results->device.name,
                                      run->request.quick ? "quick-" : "", now);
        if (!run->path)
            return cg_fail(err, CG_NO_MEMORY, "no memory for the run");
        status = cg_folder_make_for(run->path, 0777, err);
    }
    status = status ?: cg_results_check_path(run->path, err);
    if (status == CG_OK || run->request.output)
        return status;
    const struct cg_error told = *err;
    return cg_fail(err, CG_INVALID, "%s; name another file with -o", told.text);
}

/* The path, or one with a number, of a file that no other run has. */
static enum cg_status claim_name(struct cg_run *run, struct cg_error *err)
{
    const char *stem = run->path;
    const int length = (int)(strlen(stem) - strlen(".json"));
    enum cg_status status = cg_file_claim(stem, err);
    for (int i = 2; status == CG_INVALID; i++) {
        run->path = cg_results_format(run->results, "%.*s-%d.json", length, stem, i);
        status = run->path ? cg_file_claim(run->path, err)
                           : cg_fail(err, CG_NO_MEMORY, "no memory for the name of the results file");
    }
    return status;
}

enum cg_status cg_run_save(struct cg_run *run, const struct cg_results *results, struct cg_error *err)
{
    const bool claimed = !run->has_file && !run->request.output;
    enum cg_status status = claimed ? claim_name(run, err) : CG_OK;
    if (status != CG_OK)
        return status;
    struct cg_results *whole = NULL;
    if (run->before)
        status = cg_run_continue_join(run, results, &whole, err);
    status = status ?: cg_results_save(whole ? whole : results, run->path, err);
    cg_results_destroy(&whole);
    run->saved_s = cg_run_time_gone_s(run);
    run->has_file = run->has_file || status == CG_OK;
    if (claimed && status != CG_OK)
        unlink(run->path); /* empty */
    return status;
}

/* ---- its suites ---- */

/* One note for each text that is there. False without memory. */
static bool add_notes(struct cg_results *results, const char ***notes, int *n_notes, const char *const *texts,
                      int n)
{
    *notes = cg_results_array(results, (size_t)n, sizeof **notes);
    if (!*notes)
        return false;
    for (int i = 0; i < n; i++)
        if (texts[i] && texts[i][0])
            (*notes)[(*n_notes)++] = cg_results_text(results, texts[i]);
    return true;
}

static bool add_paper_figures(struct cg_results *results, struct cg_case_record *record,
                              const struct cg_case *c)
{
    record->paper = cg_results_array(results, CG_PAPER_DEVICE_COUNT, sizeof *record->paper);
    record->shares =
        cg_results_array(results, (size_t)CG_PAPER_DEVICE_COUNT * CG_CATEGORY_COUNT, sizeof *record->shares);
    if (!record->paper || !record->shares)
        return false;
    for (int d = 0; d < CG_PAPER_DEVICE_COUNT; d++)
        if (!isnan(c->paper[d].value))
            record->paper[record->n_paper++] = (struct cg_paper_value){
                .device = cg_paper_device_name((enum cg_paper_device)d),
                .value = c->paper[d].value,
                .unit = cg_paper_devices[d].unit,
                .batch = c->paper[d].batch,
            };
    for (int d = 0; d < CG_PAPER_DEVICE_COUNT; d++)
        for (int k = 0; k < CG_CATEGORY_COUNT; k++)
            if (!isnan(c->paper_share_percent[d][k]))
                record->shares[record->n_shares++] = (struct cg_paper_share){
                    .device = cg_paper_device_name((enum cg_paper_device)d),
                    .category = cg_category_name((enum cg_category)k),
                    .percent = c->paper_share_percent[d][k],
                };
    return true;
}

/* Sum of eq. (1)'s lower bounds over the convolutions, where the equation speaks of them: dense and 1x1; the
 * pixels of all images count. */
static double memory_bound(const struct cg_graph *graph)
{
    double sum = 0;
    for (int id = 0; id < graph->n_nodes; id++) {
        const struct cg_node *node = &graph->nodes[id];
        if (node->op != CG_CONV)
            continue;
        if (node->groups != 1 || node->window.kernel_h != 1 || node->window.kernel_w != 1)
            return NAN;
        sum += cg_mem_access_lower_bound(node->shape.n * node->shape.h, node->shape.w,
                                         (double)cg_node_cost(graph, id).madds);
    }
    return sum;
}

/* What the largest layer reads and writes: of convolutions and fully connected layers. */
static int64_t largest_layer_bytes(const struct cg_graph *graph)
{
    int64_t largest = 0;
    for (int id = 0; id < graph->n_nodes; id++) {
        const int64_t elements = cg_node_cost(graph, id).mem_access;
        largest = elements > largest ? elements : largest;
    }
    return 4 * largest;
}

static bool fill_case(struct cg_results *results, struct cg_case_record *record, const struct cg_suite *suite,
                      const struct cg_case *c, uint64_t graph)
{
    const struct cg_network *network = c->network;
    record->name = cg_results_text(results, c->name);
    record->label = cg_results_text(results, c->label[0] ? c->label : c->name);
    record->series = cg_results_text(results, c->series);
    record->widths = cg_results_text(results, c->widths);
    record->twin = cg_results_text(results, c->twin);
    record->working_set_bytes = largest_layer_bytes(c->graph);
    record->inferred = c->inferred;
    record->graph = cg_results_format(results, "%016" PRIx64, graph);
    record->step = c->step;
    if (suite->kind == CG_KIND_FACTORIAL)
        for (int i = 0; i < CG_FACTORS; i++)
            record->levels[i] = c->factors[i];
    if (network) {
        record->network = cg_results_text(results, network->family);
        record->variant = cg_results_text(results, network->variant);
        record->title = cg_results_text(results, network->title);
        record->reconstruction = network->reconstruction;
        record->published_madds = !isnan(c->paper_madds) ? c->paper_madds : network->published.madds;
    }
    record->published_top1_error = c->paper_top1_error_percent;
    if (cg_guideline_number(suite->name) == 1)
        record->mem_access_bound = memory_bound(c->graph);
    const char *const notes[] = {
        c->note,
        network && network->reconstruction ? network->derivation : NULL,
        network && network->imported ? network->note : NULL,
    };
    return record->name && record->label && record->graph && add_paper_figures(results, record, c) &&
           add_notes(results, &record->notes, &record->n_notes, notes, sizeof notes / sizeof notes[0]);
}

/* One more group of the suite. NULL without memory. */
static struct cg_group_record *add_group(const struct cg_group *group, struct cg_results *results,
                                         struct cg_suite_record *suite)
{
    struct cg_group_record *record = cg_suite_add_group(results, suite);
    if (!record)
        return NULL;
    record->name = cg_results_text(results, group->name);
    record->title = cg_results_text(results, group->title);
    record->set = cg_results_text(results, group->set);
    record->scale = group->scale;
    record->level = group->level > 0 ? group->level : CG_UNKNOWN;
    return record;
}

/* The planned cases of the suite, which stand group by group. */
static bool add_cases(const struct cg_run_plan *plan, const struct cg_suite *suite,
                      struct cg_results *results, struct cg_suite_record *suite_record)
{
    const struct cg_group *group = NULL;
    struct cg_group_record *record = NULL;
    for (int i = 0; i < plan->n_cases; i++) {
        const struct cg_planned_case *planned = &plan->cases[i];
        if (planned->suite != suite)
            continue;
        if (planned->group != group)
            record = add_group(planned->group, results, suite_record);
        group = planned->group;
        struct cg_case_record *case_record = record ? cg_group_add_case(results, record) : NULL;
        if (!case_record || !fill_case(results, case_record, suite, planned->of, planned->graph))
            return false;
        if (cg_suite_has_baseline(suite) && planned->of == &group->cases[group->baseline])
            record->baseline = record->n_cases - 1;
    }
    return true;
}

static bool add_suite(const struct cg_run_plan *plan, int index, struct cg_results *results)
{
    const struct cg_suite *suite = plan->suites[index];
    struct cg_suite_record *record = cg_results_add_suite(results);
    if (!record)
        return false;
    record->name = cg_results_text(results, suite->name);
    record->title = plan->suite_batch[index] > 1
                        ? cg_results_format(results, "%s, batch %d", suite->title, plan->suite_batch[index])
                        : cg_results_text(results, suite->title);
    record->source = cg_results_text(results, suite->source);
    record->claim = cg_results_text(results, suite->claim);
    record->kind = suite->kind;
    record->per = suite->per_time ? "time" : NULL;
    record->axis = cg_results_text(results, suite->axis);
    record->whole_networks = suite->whole_networks;
    for (int i = 0; i < CG_FACTORS && suite->kind == CG_KIND_FACTORIAL; i++)
        record->factors[i] = cg_results_text(results, suite->factor_names[i]);
    const char *const notes[] = {suite->note};
    return add_notes(results, &record->notes, &record->n_notes, notes, 1) &&
           add_cases(plan, suite, results, record);
}

enum cg_status cg_run_add_suites(struct cg_run *run, struct cg_error *err)
{
    for (int i = 0; i < run->plan->n_suites; i++)
        if (run->plan->suites[i]->kind != CG_KIND_REUSE && !add_suite(run->plan, i, run->results))
            return cg_fail(err, CG_NO_MEMORY, "no memory for the results");
    return CG_OK;
}
