#include "bench/commands/run_plan.h"

#include "base/arena.h"
#include "base/array.h"
#include "bench/onnx/network_arg.h"
#include "bench/commands/setting_arg.h"
#include "bench/graph/text.h"

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum cg_status no_memory(struct cg_error *err)
{
    return cg_fail(err, CG_NO_MEMORY, "no memory to plan the run");
}

/* ---- suites and cases ---- */

static enum cg_status load_suite(struct cg_run_plan *plan, const struct cg_config *config, const char *name,
                                 int batch, bool quick, struct cg_error *err)
{
    struct cg_config_options options = cg_network_options(batch);
    options.quick = quick;
    struct cg_suite *suite = cg_config_load_suite(config, name, &options, err);
    if (!suite)
        return err->status;
    if (plan->n_suites == CG_PLAN_SUITES) {
        cg_suite_destroy(&suite);
        return cg_fail(err, CG_INVALID, "more than %d suites and batches in one run", CG_PLAN_SUITES);
    }
    plan->suites[plan->n_suites] = suite;
    plan->suite_batch[plan->n_suites++] = batch;
    return CG_OK;
}

/* A suite at every asked batch; batch 0 asks for the suite's own list, which only its file knows. */
static enum cg_status load_suite_batches(struct cg_run_plan *plan, const struct cg_config *config,
                                         const char *name, const struct cg_run_request *request,
                                         struct cg_error *err)
{
    enum cg_status status = CG_OK;
    for (int b = 0; status == CG_OK && b < request->axes.n_batches; b++) {
        const int batch = request->axes.batches[b];
        status = load_suite(plan, config, name, batch, request->quick, err);
        if (status != CG_OK || batch > 0)
            continue;
        const struct cg_suite *suite = plan->suites[plan->n_suites - 1];
        const int n_batches = suite->n_batches;
        int batches[CG_SUITE_BATCHES];
        memcpy(batches, suite->batches, sizeof batches);
        plan->suite_batch[plan->n_suites - 1] = n_batches > 0 ? batches[0] : 1;
        for (int k = 1; status == CG_OK && k < n_batches; k++)
            status = load_suite(plan, config, name, batches[k], request->quick, err);
    }
    return status;
}

static bool case_matches(const struct cg_case *c, const regex_t *regex)
{
    return regexec(regex, c->name, 0, NULL, 0) == 0 || regexec(regex, c->label, 0, NULL, 0) == 0 ||
           (c->network && regexec(regex, c->network->name, 0, NULL, 0) == 0);
}

/* A baseline stays when any case of its group does: without it there is no ratio. */
static bool is_wanted(const struct cg_suite *suite, int group, int index, const regex_t *regex)
{
    const struct cg_group *g = &suite->groups[group];
    if (!regex || case_matches(&g->cases[index], regex))
        return true;
    bool any = false;
    for (int i = 0; i < g->n_cases; i++)
        any = any || case_matches(&g->cases[i], regex);
    return any && index == g->baseline && suite->kind != CG_KIND_RANKING;
}

static enum cg_status add_cases(struct cg_run_plan *plan, const regex_t *regex, struct cg_error *err)
{
    for (int s = 0; s < plan->n_suites; s++) {
        for (int g = 0; g < plan->suites[s]->n_groups; g++) {
            for (int i = 0; i < plan->suites[s]->groups[g].n_cases; i++) {
                if (!is_wanted(plan->suites[s], g, i, regex))
                    continue;
                if (!cg_array_fit(plan->cases, plan->cases_capacity, plan->n_cases + 1))
                    return no_memory(err);
                plan->cases[plan->n_cases++] = (struct cg_planned_case){
                    .suite = s,
                    .group = g,
                    .index = i,
                    .graph = cg_graph_hash(plan->suites[s]->groups[g].cases[i].graph),
                };
            }
        }
    }
    return CG_OK;
}

/* ---- jobs ---- */

static bool same_job(const struct cg_planned_job *planned, uint64_t graph, const struct cg_setting *setting,
                     const struct cg_weights *weights)
{
    const struct cg_job *job = &planned->job;
    return planned->graph == graph && cg_setting_equal(&job->setting, setting) &&
           job->setting.cpus == setting->cpus && job->setting.edges == setting->edges &&
           job->weights == weights;
}

/* Where the last layer begins (a convolution or FC with what follows it), when the graph ends in a chain of
 * it behind other layers: what replay times. 0: there is none. */
static int last_layer(const struct cg_graph *graph)
{
    int last = 0, layers = 0;
    for (int id = 0; id < graph->n_nodes; id++) {
        if (graph->nodes[id].op != CG_CONV && graph->nodes[id].op != CG_FC)
            continue;
        last = id;
        layers++;
    }
    for (int id = last + 1; id < graph->n_nodes; id++)
        if (graph->nodes[id].n_inputs != 1 || graph->nodes[id].inputs[0] < last)
            return 0;
    return layers > 1 ? last : 0;
}

/* The job of a case under a setting, whose edges and batch are filled in from the case; -1 without memory. */
static int find_or_add_job(struct cg_run_plan *plan, int case_index, struct cg_setting setting)
{
    const struct cg_planned_case *planned = &plan->cases[case_index];
    const struct cg_suite *suite = plan->suites[planned->suite];
    const struct cg_case *cse = &suite->groups[planned->group].cases[planned->index];
    const struct cg_weights *weights = cse->network ? cse->network->weights : NULL;
    setting.edges = cse->network ? CG_EDGES_NHWC : CG_EDGES_PLAN;
    setting.batch = cse->graph->nodes[cse->graph->input].shape.n;
    for (int i = 0; i < plan->n_jobs; i++)
        if (same_job(&plan->jobs[i], planned->graph, &setting, weights))
            return i;
    if (!cg_array_fit(plan->jobs, plan->jobs_capacity, plan->n_jobs + 1))
        return -1;
    plan->jobs[plan->n_jobs] = (struct cg_planned_job){
        .job = {.label = cse->name,
                .setting = setting,
                .graph = cse->graph,
                .weights = weights,
                .weight_seed = CG_DEFAULT_SEED,
                .replay_from =
                    setting.cache == CG_CACHE_REPLAY && !cse->network ? last_layer(cse->graph) : 0},
        .graph = planned->graph,
        .first_case = case_index,
    };
    return plan->n_jobs++;
}

/* An engine that a suite names and that is not built or does not run here is no error: it is told, once. */
static void note_left_out(struct cg_suite *suite, const struct cg_error *why)
{
    const size_t used = strlen(suite->note);
    if (!strstr(suite->note, why->text))
        snprintf(suite->note + used, sizeof suite->note - used, "%sLeft out: %s.", used ? " " : "",
                 why->text);
}

/* Calls add_job for every combination of the axes that holds for the case's suite. */
static enum cg_status add_jobs_of_case(struct cg_run_plan *plan, int case_index,
                                       const struct cg_run_axes *axes, struct cg_error *err)
{
    struct cg_planned_case *planned = &plan->cases[case_index];
    const struct cg_suite *suite = plan->suites[planned->suite];
    if (suite->kind == CG_KIND_REUSE)
        return CG_OK; /* computed, not timed */
    enum cg_fusion fusions[CG_FUSION_COUNT];
    int n_fusions = axes->n_fusions;
    memcpy(fusions, axes->fusions, sizeof fusions);
    if (n_fusions == 0) {
        if (suite->fusion_full || !(suite->fusion_layers || suite->fusion_none))
            fusions[n_fusions++] = CG_FUSION_FULL;
        if (suite->fusion_layers)
            fusions[n_fusions++] = CG_FUSION_LAYERS;
        if (suite->fusion_none)
            fusions[n_fusions++] = CG_FUSION_NONE;
    }
    const struct cg_engine *engines[CG_AXIS_MAX];
    int n_engines = 0;
    for (int i = 0; axes->suite_engines && i < suite->n_engines; i++) {
        struct cg_error why = {0};
        const struct cg_engine *engine = cg_engine_arg(suite->engines[i], &why);
        if (engine)
            engines[n_engines++] = engine;
        else
            note_left_out(plan->suites[planned->suite], &why);
    }
    if (n_engines == 0) {
        n_engines = axes->n_engines;
        memcpy(engines, axes->engines, sizeof engines);
    }
    const size_t most = (size_t)n_engines * (size_t)axes->n_threads * (size_t)axes->n_isas *
                        (size_t)n_fusions * (size_t)axes->n_caches;
    planned->jobs = cg_arena_array(plan->arena, most, sizeof *planned->jobs);
    if (!planned->jobs)
        return no_memory(err);
    for (size_t k = 0; k < most; k++) {
        size_t rest = k;
        struct cg_setting setting = {.engine = engines[rest % (size_t)n_engines]->name};
        rest /= (size_t)n_engines;
        setting.fusion = fusions[rest % (size_t)n_fusions];
        rest /= (size_t)n_fusions;
        const size_t t = rest % (size_t)axes->n_threads;
        setting.threads = axes->threads[t];
        setting.cpus = plan->cpus[t];
        rest /= (size_t)axes->n_threads;
        setting.isa = axes->isas[rest % (size_t)axes->n_isas];
        rest /= (size_t)axes->n_isas;
        setting.cache = axes->caches[rest];
        const int job = find_or_add_job(plan, case_index, setting);
        if (job < 0)
            return no_memory(err);
        planned->jobs[planned->n_jobs++] = job;
    }
    return CG_OK;
}

/* ---- schedules ---- */

static int root_of(int *parent, int i)
{
    while (parent[i] != i)
        i = parent[i] = parent[parent[i]];
    return i;
}

/* Jobs of one group belong together; a job that two groups share joins them. Whole suites of networks are
 * joined by their groups only. parent[] ends as each job's lowest companion. */
static void join_jobs(const struct cg_run_plan *plan, bool all, int *parent)
{
    for (int i = 0; i < plan->n_jobs; i++)
        parent[i] = all ? 0 : i;
    for (int c = 0; c < plan->n_cases; c++) {
        const struct cg_planned_case *x = &plan->cases[c];
        /* The group's first planned case stands for the group. */
        int lead = c;
        while (lead > 0 && plan->cases[lead - 1].suite == x->suite && plan->cases[lead - 1].group == x->group)
            lead--;
        for (int k = 0; k < x->n_jobs; k++) {
            const int a = root_of(parent, plan->cases[lead].jobs[0]), b = root_of(parent, x->jobs[k]);
            parent[a < b ? b : a] = a < b ? a : b;
        }
    }
}

static int baseline_job(const struct cg_run_plan *plan, const struct cg_planned_job *job)
{
    const struct cg_planned_case *first = &plan->cases[job->first_case];
    const struct cg_suite *suite = plan->suites[first->suite];
    if (suite->kind == CG_KIND_RANKING || suite->kind == CG_KIND_BREAKDOWN)
        return -1;
    for (int c = 0; c < plan->n_cases; c++)
        if (plan->cases[c].suite == first->suite && plan->cases[c].group == first->group &&
            plan->cases[c].index == suite->groups[first->group].baseline)
            return plan->cases[c].jobs[0];
    return -1;
}

static enum cg_status make_schedules(struct cg_run_plan *plan, bool one, struct cg_error *err)
{
    int *parent = malloc((size_t)(plan->n_jobs + 1) * sizeof *parent);
    plan->schedules = cg_arena_array(plan->arena, (size_t)plan->n_jobs, sizeof *plan->schedules);
    if (!parent || !plan->schedules) {
        free(parent);
        return no_memory(err);
    }
    join_jobs(plan, one, parent);
    enum cg_status status = CG_OK;
    for (int i = 0; i < plan->n_jobs && status == CG_OK; i++) {
        const int root = root_of(parent, i);
        if (root == i) {
            struct cg_planned_schedule *s = &plan->schedules[plan->n_schedules];
            s->jobs = cg_arena_array(plan->arena, (size_t)plan->n_jobs, sizeof *s->jobs);
            if (!s->jobs)
                status = no_memory(err);
            const struct cg_planned_case *first = &plan->cases[plan->jobs[i].first_case];
            snprintf(s->label, sizeof s->label, "%.40s %.50s", plan->suites[first->suite]->name,
                     plan->suites[first->suite]->groups[first->group].name);
            plan->jobs[i].schedule = plan->n_schedules++;
        } else {
            plan->jobs[i].schedule = plan->jobs[root].schedule;
        }
        if (status == CG_OK) {
            struct cg_planned_schedule *s = &plan->schedules[plan->jobs[i].schedule];
            s->jobs[s->n_jobs++] = i;
        }
    }
    for (int i = 0; i < plan->n_schedules && status == CG_OK; i++) {
        struct cg_planned_schedule *s = &plan->schedules[i];
        const int job = baseline_job(plan, &plan->jobs[s->jobs[0]]);
        s->baseline = -1;
        for (int k = 0; k < s->n_jobs; k++)
            if (s->jobs[k] == job)
                s->baseline = k;
    }
    free(parent);
    return status;
}

/* ---- the whole ---- */

static enum cg_status choose_cpus(struct cg_run_plan *plan, const struct cg_run_request *request,
                                  const struct cg_topology *topology, struct cg_error *err)
{
    enum cg_status status = CG_OK;
    for (int t = 0; status == CG_OK && t < request->axes.n_threads; t++) {
        plan->cpus[t] = cg_arena_array(plan->arena, (size_t)request->axes.threads[t], sizeof(int));
        if (!plan->cpus[t])
            return no_memory(err);
        status = cg_topology_choose(topology, request->cores, request->axes.threads[t], plan->cpus[t], err);
    }
    return status;
}

static enum cg_status fill_plan(struct cg_run_plan *plan, const struct cg_run_request *request,
                                const struct cg_config *config, const regex_t *regex, struct cg_error *err)
{
    enum cg_status status = CG_OK;
    for (int i = 0; status == CG_OK && i < request->n_suites; i++) {
        status = load_suite_batches(plan, config, request->suites[i], request, err);
        if (status == CG_INVALID && request->suites[i] == request->behind_counters) {
            const struct cg_error told = *err;
            cg_fail(err, status, "%s; a list of counters is given as --counters=LIST", told.text);
        }
    }
    if (status == CG_OK)
        status = add_cases(plan, regex, err);
    if (status == CG_OK && plan->n_cases == 0)
        return request->filter
                   ? cg_fail(err, CG_INVALID,
                             "--filter '%s' matches no case; 'convgauge run --dry-run' lists them",
                             request->filter)
                   : cg_fail(err, CG_INVALID, "there is nothing to measure in the suites named");
    for (int c = 0; status == CG_OK && c < plan->n_cases; c++)
        status = add_jobs_of_case(plan, c, &request->axes, err);
    if (status == CG_OK)
        status = make_schedules(plan, request->one_schedule, err);
    return status;
}

enum cg_status cg_run_plan_make(const struct cg_run_request *request, const struct cg_topology *topology,
                                struct cg_run_plan **plan, struct cg_error *err)
{
    regex_t regex;
    *plan = calloc(1, sizeof **plan);
    struct cg_arena *arena = *plan ? cg_arena_create(0) : NULL;
    if (!arena) {
        free(*plan);
        *plan = NULL;
        return no_memory(err);
    }
    (*plan)->arena = arena;
    enum cg_status status = choose_cpus(*plan, request, topology, err);
    struct cg_config *config = status == CG_OK ? cg_config_open(err) : NULL;
    if (status == CG_OK && !config)
        status = err->status;
    const int bad =
        status == CG_OK && request->filter ? regcomp(&regex, request->filter, REG_EXTENDED | REG_NOSUB) : 0;
    if (bad) {
        char reason[128];
        regerror(bad, &regex, reason, sizeof reason);
        status = cg_fail(err, CG_INVALID, "--filter '%s' is not a regular expression: %s", request->filter,
                         reason);
    } else if (status == CG_OK) {
        status = fill_plan(*plan, request, config, request->filter ? &regex : NULL, err);
        if (request->filter)
            regfree(&regex);
    }
    cg_config_close(&config);
    if (status != CG_OK)
        cg_run_plan_destroy(plan);
    return status;
}

void cg_run_plan_destroy(struct cg_run_plan **plan)
{
    struct cg_run_plan *p = *plan;
    if (!p)
        return;
    for (int i = 0; i < p->n_suites; i++)
        cg_suite_destroy(&p->suites[i]);
    cg_arena_destroy(&p->arena);
    free(p->cases);
    free(p->jobs);
    free(p);
    *plan = NULL;
}
