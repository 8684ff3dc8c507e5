#include "bench/commands/run_plan.h"

#include "base/arena.h"
#include "base/array.h"
#include "base/text.h"
#include "bench/commands/run_suites.h"
#include "bench/graph/text.h"
#include "kernels/engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum cg_status no_memory(struct cg_error *err)
{
    return cg_fail(err, CG_NO_MEMORY, "no memory to plan the run");
}

/* ---- cases ---- */

static bool case_matches(const struct cg_case *c, const struct cg_filter *filter)
{
    return cg_filter_matches(filter, c->name) || cg_filter_matches(filter, c->label) ||
           (c->network && cg_filter_matches(filter, c->network->name));
}

/* A baseline stays when any case of its group does: without it there is no ratio. */
static bool is_wanted(const struct cg_suite *suite, const struct cg_group *group, int index,
                      const struct cg_filter *filter)
{
    if (case_matches(&group->cases[index], filter))
        return true;
    bool any = false;
    for (int i = 0; i < group->n_cases; i++)
        any = any || case_matches(&group->cases[i], filter);
    return any && index == group->baseline && (suite->kind != CG_KIND_RANKING || suite->against);
}

static bool has_aligned(const struct cg_suite *suite)
{
    for (int g = 0; g < suite->n_groups; g++)
        if (strcmp(suite->groups[g].set, "aligned") == 0)
            return true;
    return false;
}

static enum cg_status add_cases(struct cg_run_plan *plan, int index, const struct cg_filter *filter,
                                struct cg_error *err)
{
    struct cg_suite *suite = plan->suites[index];
    const bool aligned_only = plan->beside[index] && has_aligned(suite);
    for (int g = 0; g < suite->n_groups; g++) {
        const struct cg_group *group = &suite->groups[g];
        const bool left_out = aligned_only && strcmp(group->set, "aligned") != 0;
        for (int i = 0; i < group->n_cases && !left_out; i++) {
            if (!is_wanted(suite, group, i, filter))
                continue;
            if (!cg_array_fit(plan->cases, plan->cases_capacity, plan->n_cases + 1))
                return no_memory(err);
            plan->cases[plan->n_cases++] =
                (struct cg_planned_case){.suite = suite,
                                         .group = group,
                                         .of = &group->cases[i],
                                         .graph = cg_graph_hash(group->cases[i].graph)};
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
static int find_or_add_job(struct cg_run_plan *plan, const struct cg_planned_case *planned,
                           struct cg_setting setting)
{
    const struct cg_case *of = planned->of;
    const struct cg_weights *weights = of->network ? of->network->weights : NULL;
    setting.edges = of->network ? CG_EDGES_NHWC : CG_EDGES_PLAN;
    setting.batch = of->graph->nodes[of->graph->input].shape.n;
    for (int i = 0; i < plan->n_jobs; i++)
        if (same_job(&plan->jobs[i], planned->graph, &setting, weights))
            return i;
    if (!cg_array_fit(plan->jobs, plan->jobs_capacity, plan->n_jobs + 1))
        return -1;
    plan->jobs[plan->n_jobs] = (struct cg_planned_job){
        .job = {.label = of->name,
                .setting = setting,
                .graph = of->graph,
                .weights = weights,
                .weight_seed = CG_DEFAULT_SEED,
                .replay_from = setting.cache == CG_CACHE_REPLAY && !of->network ? last_layer(of->graph) : 0},
        .graph = planned->graph,
        .first = planned,
    };
    return plan->n_jobs++;
}

/* An engine that a suite names and that is not built or does not run here is no error: it is told, once. */
static void note(struct cg_suite *suite, const char *before, const char *what, const char *after)
{
    char sentence[sizeof suite->note] = "";
    cg_append(sentence, sizeof sentence, "%s%s%s%s", suite->note[0] ? " " : "", before, what, after);
    if (!strstr(suite->note, sentence + (sentence[0] == ' ')))
        cg_append(suite->note, sizeof suite->note, "%s", sentence);
}

static void ask_engine(struct cg_suite *suite, bool told, const char *name, struct cg_asked *asked)
{
    struct cg_error why = {0};
    if (cg_asked_take(asked, CG_AT_ENGINE, name, &why) != CG_OK && told)
        note(suite, "Left out: ", why.text, ".");
}

/* Those of which no library is there are told in one sentence. */
static void ask_found_engines(struct cg_suite *suite, bool told, struct cg_asked *asked)
{
    char missing[128] = "";
    for (int i = 0; cg_engines[i]; i++) {
        struct cg_engine_info info = {0};
        if (strcmp(cg_engines[i]->name, "reference") == 0 || strpbrk(cg_engines[i]->name, "@:"))
            continue;
        cg_engines[i]->probe(cg_engines[i], &info);
        if (info.missing)
            cg_append(missing, sizeof missing, "%s%s", missing[0] ? ", " : "", cg_engines[i]->name);
        else
            ask_engine(suite, told, cg_engines[i]->name, asked);
    }
    if (missing[0] && told)
        note(suite, "Not installed: engines ", missing, "; 'bench/engines.sh NAME' gets one.");
}

/* Suites beside another one measure its engines; that tells which are left out. */
static bool is_beside(const struct cg_run_plan *plan, const struct cg_suite *suite)
{
    int k = 0;
    while (plan->suites[k] != suite)
        k++;
    return plan->beside[k];
}

/* Fills in what was not asked for and the suite says; without either the defaults hold. */
static void ask_as_suite(struct cg_suite *suite, bool told, struct cg_asked *asked)
{
    struct cg_asked_values *fusions = &asked->of[CG_AT_FUSION];
    const bool any_engine = asked->of[CG_AT_ENGINE].n > 0;
    for (int i = 0; i < suite->n_engines && !any_engine; i++)
        ask_engine(suite, told, suite->engines[i], asked);
    if (suite->found_engines && !any_engine)
        ask_found_engines(suite, told, asked);
    for (int i = CG_FUSION_COUNT - 1, any = fusions->n; !any && i >= 0; i--)
        if (suite->fusions[i])
            fusions->values[fusions->n++].number = i;
    asked->of[CG_AT_BATCH].n = 0; /* it is the suite's, loaded at each */
}

static const int *cpus_for(const struct cg_run_plan *plan, const struct cg_asked *asked, int threads)
{
    int t = 0;
    while (cg_asked_value(asked, CG_AT_THREADS, t).number != threads)
        t++;
    return plan->cpus[t];
}

/* A job for every combination of the axes that holds for the case's suite. */
static enum cg_status add_jobs_of_case(struct cg_run_plan *plan, struct cg_planned_case *planned,
                                       const struct cg_run_request *r, struct cg_error *err)
{
    if (planned->suite->kind == CG_KIND_REUSE)
        return CG_OK; /* computed, not timed */
    struct cg_asked asked = r->asked;
    ask_as_suite(planned->suite, !is_beside(plan, planned->suite), &asked);
    const int most = cg_asked_count(&asked);
    planned->jobs = cg_arena_array(plan->arena, (size_t)most, sizeof *planned->jobs);
    if (!planned->jobs)
        return no_memory(err);
    for (int k = 0; k < most; k++) {
        struct cg_setting setting = cg_asked_setting(&asked, k);
        setting.cpus = cpus_for(plan, &asked, setting.threads);
        const int job = find_or_add_job(plan, planned, setting);
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
        const struct cg_planned_case *lead = x;
        while (lead > plan->cases && lead[-1].group == x->group)
            lead--;
        for (int k = 0; k < x->n_jobs; k++) {
            const int a = root_of(parent, lead->jobs[0]), b = root_of(parent, x->jobs[k]);
            parent[a < b ? b : a] = a < b ? a : b;
        }
    }
}

/* The place among the schedule's jobs of its first group's baseline; -1: there is none. */
static int baseline_of(const struct cg_run_plan *plan, const struct cg_planned_schedule *schedule)
{
    const struct cg_planned_case *first = plan->jobs[schedule->jobs[0]].first;
    int job = -1, place = -1;
    if (!cg_suite_has_baseline(first->suite))
        return -1;
    for (int c = 0; job < 0 && c < plan->n_cases; c++)
        if (plan->cases[c].of == &first->group->cases[first->group->baseline])
            job = plan->cases[c].jobs[0];
    for (int k = 0; k < schedule->n_jobs; k++)
        if (schedule->jobs[k] == job)
            place = k;
    return place;
}

/* An empty one for `job`; false without memory. */
static bool add_schedule(struct cg_run_plan *plan, struct cg_planned_job *job)
{
    struct cg_planned_schedule *s = &plan->schedules[plan->n_schedules];
    job->schedule = plan->n_schedules++;
    snprintf(s->label, sizeof s->label, "%.40s %.50s", job->first->suite->name, job->first->group->name);
    s->jobs = cg_arena_array(plan->arena, (size_t)plan->n_jobs, sizeof *s->jobs);
    return s->jobs;
}

static enum cg_status make_schedules(struct cg_run_plan *plan, bool one, struct cg_error *err)
{
    int *parent = cg_arena_array(plan->arena, (size_t)plan->n_jobs, sizeof *parent);
    plan->schedules = cg_arena_array(plan->arena, (size_t)plan->n_jobs, sizeof *plan->schedules);
    if (!parent || !plan->schedules)
        return no_memory(err);
    join_jobs(plan, one, parent);
    for (int i = 0; i < plan->n_jobs; i++) {
        const int root = root_of(parent, i);
        if (root == i && !add_schedule(plan, &plan->jobs[i]))
            return no_memory(err);
        struct cg_planned_schedule *s = &plan->schedules[plan->jobs[root].schedule];
        plan->jobs[i].schedule = plan->jobs[root].schedule;
        s->jobs[s->n_jobs++] = i;
    }
    for (int i = 0; i < plan->n_schedules; i++)
        plan->schedules[i].baseline = baseline_of(plan, &plan->schedules[i]);
    return CG_OK;
}

/* ---- the whole ---- */

static enum cg_status choose_cpus(struct cg_run_plan *plan, const struct cg_run_request *request,
                                  const struct cg_topology *topology, struct cg_error *err)
{
    enum cg_status status = CG_OK;
    for (int t = 0; status == CG_OK && t < cg_asked_n(&request->asked, CG_AT_THREADS); t++) {
        const int threads = cg_asked_value(&request->asked, CG_AT_THREADS, t).number;
        const int instances = request->instances > 1 ? request->instances : 1;
        plan->cpus[t] = cg_arena_array(plan->arena, (size_t)threads * (size_t)instances, sizeof(int));
        if (!plan->cpus[t])
            return no_memory(err);
        status = cg_topology_choose(topology, request->cores, threads * instances, plan->cpus[t], err);
        if (status != CG_OK && instances > 1)
            cg_context(err, "--instances %d of %d thread%s each", instances, threads, threads > 1 ? "s" : "");
    }
    return status;
}

static enum cg_status fill_plan(struct cg_run_plan *plan, const struct cg_run_request *request,
                                const struct cg_topology *topology, struct cg_error *err)
{
    enum cg_status status = choose_cpus(plan, request, topology, err);
    status = status ?: cg_run_load_suites(plan, request, err);
    for (int s = 0; status == CG_OK && s < plan->n_suites; s++) {
        const int before = plan->n_cases;
        status = add_cases(plan, s, &request->filter, err);
        if (status == CG_OK && request->named && request->filter.text && plan->n_cases == before &&
            !plan->beside[s])
            return cg_fail(
                err, CG_INVALID,
                "--filter '%s' matches no case of suite %s; with --dry-run in place of --filter they are "
                "listed",
                request->filter.text, plan->suites[s]->name);
    }
    if (status == CG_OK && plan->n_cases == 0)
        return request->filter.text
                   ? cg_fail(
                         err, CG_INVALID,
                         "--filter '%s' matches no case; with --dry-run in place of --filter they are listed",
                         request->filter.text)
                   : cg_fail(err, CG_INVALID, "there is nothing to measure in the suites named");
    for (int c = 0; status == CG_OK && c < plan->n_cases; c++)
        status = add_jobs_of_case(plan, &plan->cases[c], request, err);
    return status ?: make_schedules(plan, request->sustained_min > 0, err);
}

enum cg_status cg_run_plan_make(const struct cg_run_request *request, const struct cg_topology *topology,
                                struct cg_run_plan **plan, struct cg_error *err)
{
    *plan = calloc(1, sizeof **plan);
    if (!*plan)
        return no_memory(err);
    (*plan)->arena = cg_arena_create(0);
    const enum cg_status status = (*plan)->arena ? fill_plan(*plan, request, topology, err) : no_memory(err);
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
