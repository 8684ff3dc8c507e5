/* What a run will measure. */
#include "bench/commands/run_parts.h"
#include "base/text.h"
#include "bench/graph/cost.h"
#include "kernels/engine.h"
#include "tests/planning.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *const all[] = {"g1", "g2", "g3", "g4", "networks"};

static int rows_of(const struct cg_run_plan *plan, const char *suite)
{
    int rows = 0;
    for (int c = 0; c < plan->n_cases; c++)
        if (!suite || strcmp(plan->cases[c].suite->name, suite) == 0)
            rows += plan->cases[c].n_jobs;
    return rows;
}

Test(run_plan, the_quick_selection_is_95_cases)
{
    const struct cg_run_request request = request_of(5, all, true);
    struct cg_run_plan *plan = plan_of(&request, CG_OK);
    cr_expect_eq(rows_of(plan, NULL), 95);
    cr_expect_eq(rows_of(plan, "g1"), 12 + 4);
    cr_expect_eq(rows_of(plan, "g2"), 12 + 3);
    cr_expect_eq(rows_of(plan, "g3"), 15 + 5);
    cr_expect_eq(rows_of(plan, "g4"), 24 + 8);
    cr_expect_eq(rows_of(plan, "networks"), 12);
    cg_run_plan_destroy(&plan);
    cr_expect_null(plan);
}

/* All engines that are found, interleaved; --engine overrules it. */
Test(run_plan, engines_takes_what_is_found)
{
    static const char *const suites[] = {"engines"};
    struct cg_run_request request = request_of(1, suites, true);
    struct cg_run_plan *plan = plan_of(&request, CG_OK);
    cr_expect_eq(rows_of(plan, "engines"), 4 * 2, "with and without fusion");
    cg_run_plan_destroy(&plan);

    request.asked.of[CG_AT_ENGINE].n = 0;
    int engines = 0, missing = 0, refused = 0;
    for (int i = 0; cg_engines[i]; i++) {
        struct cg_engine_info info = {0};
        cg_engines[i]->probe(cg_engines[i], &info);
        const bool counts = strcmp(cg_engines[i]->name, "reference") != 0;
        engines += counts && info.available;
        missing += counts && info.missing;
        refused += counts && !info.available && !info.missing;
    }
    plan = plan_of(&request, CG_OK);
    cr_expect_eq(rows_of(plan, "engines"), 4 * 2 * engines);
    cr_expect_eq(rows_of(plan, "g1"), 4 * engines);
    const char *note = plan->suites[0]->note;
    cr_expect((strstr(note, "Left out: ") != NULL) == (refused > 0), "%s", note);
    cr_expect((strstr(note, "Not installed: engines ") != NULL) == (missing > 0), "%s", note);
    cr_expect_null(strstr(plan->suites[1]->note, "Not installed"), "once, not with each suite beside it");
    cg_run_plan_destroy(&plan);
}

/* A note that has the names in it already hides no sentence. */
Test(run_plan, a_note_that_names_engines_hides_nothing)
{
    char path[] = "/tmp/convgauge-note-XXXXXX.lua", missing[128] = "";
    const char *suites[] = {path};
    const int fd = mkstemps(path, 4);
    struct cg_run_request request = request_of(1, suites, false);
    request.asked.of[CG_AT_ENGINE].n = 0;
    for (int i = 0; cg_engines[i]; i++) {
        struct cg_engine_info info = {0};
        cg_engines[i]->probe(cg_engines[i], &info);
        if (info.missing)
            cg_append(missing, sizeof missing, "%s%s", missing[0] ? ", " : "", cg_engines[i]->name);
    }
    cr_assert_geq(fd, 0);
    cr_assert_gt(dprintf(fd,
                         "suite { name = 'own', title = 'Own', kind = 'plain', engines = 'found',\n"
                         "  note = 'As %s do.', groups = { { name = 'a', cases = {\n"
                         "  { 'own', network = 'mobilenet_v1:0.25@64' } } } } }\n",
                         missing),
                 0);
    close(fd);
    struct cg_run_plan *plan = plan_of(&request, CG_OK);
    unlink(path);
    cr_assert_not_null(plan);
    const char *note = plan->suites[0]->note;
    cr_expect_eq(strstr(note, "Not installed: engines ") != NULL, missing[0] != '\0', "%s", note);
    cg_run_plan_destroy(&plan);
}

/* The suites that another one names: their quick selection, of guidelines the aligned sets. A filter need not
 * match them, and what was asked for by itself is not taken twice. */
Test(run_plan, suites_beside_another)
{
    static const char *const suites[] = {"engines", "g2"};
    struct cg_run_request request = request_of(1, suites, false);
    struct cg_run_plan *plan = plan_of(&request, CG_OK);
    cr_expect_eq(rows_of(plan, "g1"), 4);
    cr_expect_eq(rows_of(plan, "g4"), 8);
    cr_expect_eq(rows_of(plan, "widths"), 48);
    for (int c = 0; c < plan->n_cases; c++)
        if (plan->cases[c].suite->name[0] == 'g')
            cr_expect_str_eq(plan->cases[c].group->set, "aligned");
    cg_run_plan_destroy(&plan);
    set_filter(&request, "shufflenet_v2:1.0x$");
    plan = plan_of(&request, CG_OK);
    cr_expect_eq(rows_of(plan, NULL), 2 * 2, "the case and its baseline");
    cg_run_plan_destroy(&plan);
    cg_filter_free(&request.filter);
    request = request_of(2, suites, true);
    plan = plan_of(&request, CG_OK);
    cr_expect_eq(plan->n_suites, 6);
    cr_expect_eq(rows_of(plan, "g2"), 12 + 3);
    cg_run_plan_destroy(&plan);
}

Test(run_plan, equal_graphs_are_measured_once_and_with_both_groups)
{
    static const char *const suites[] = {"g2", "g3"};
    const struct cg_run_request request = request_of(2, suites, true);
    struct cg_run_plan *plan = plan_of(&request, CG_OK);
    cr_expect_lt(plan->n_jobs, rows_of(plan, NULL));
    for (int i = 0; i < plan->n_jobs; i++)
        for (int j = 0; j < i; j++)
            cr_expect(plan->jobs[i].graph != plan->jobs[j].graph, "jobs %d and %d", i, j);
    /* Whatever a case is compared with stands in the same schedule: ratios are formed inside rounds. */
    for (int c = 0; c < plan->n_cases; c++) {
        const struct cg_planned_case *x = &plan->cases[c];
        for (int d = 0; d < plan->n_cases; d++) {
            const struct cg_planned_case *y = &plan->cases[d];
            if (x->group == y->group)
                cr_expect_eq(plan->jobs[x->jobs[0]].schedule, plan->jobs[y->jobs[0]].schedule);
        }
    }
    int counted = 0;
    for (int s = 0; s < plan->n_schedules; s++) {
        cr_expect(plan->schedules[s].baseline >= 0 &&
                  plan->schedules[s].baseline < plan->schedules[s].n_jobs);
        counted += plan->schedules[s].n_jobs;
    }
    cr_expect_eq(counted, plan->n_jobs);
    cg_run_plan_destroy(&plan);
}

Test(run_plan, the_axes_multiply)
{
    static const char *const suites[] = {"g1"};
    struct cg_run_request request = request_of(1, suites, true);
    struct cg_run_plan *one = plan_of(&request, CG_OK);
    ask(&request, CG_AT_ENGINE, "reference");
    ask(&request, CG_AT_FUSION, "full");
    ask(&request, CG_AT_FUSION, "none");
    struct cg_run_plan *four = plan_of(&request, CG_OK);
    cr_expect_eq(rows_of(four, NULL), 4 * rows_of(one, NULL));
    cr_expect_eq(four->n_schedules, one->n_schedules, "engines and fusions are interleaved with each other");
    cg_run_plan_destroy(&one);
    cg_run_plan_destroy(&four);
}

Test(run_plan, a_filter_keeps_the_baselines)
{
    static const char *const suites[] = {"g1"};
    struct cg_run_request request = request_of(1, suites, true);
    set_filter(&request, "arm/x2/1:6$");
    struct cg_run_plan *plan = plan_of(&request, CG_OK);
    cr_expect_eq(plan->n_cases, 2);
    cr_expect_eq(plan->n_schedules, 1);
    cg_run_plan_destroy(&plan);
    set_filter(&request, "no such case");
    cr_expect_null(plan_of(&request, CG_INVALID));
    cg_filter_free(&request.filter);
}

/* Cases with a batch of their own have so many times what is asked for: sixteen images of 56x56 are what one
 * of 224x224 is. */
Test(run_plan, working_sets_grow_by_map_and_by_batch)
{
    static const char *const suites[] = {"g1", "g2"};
    struct cg_run_request request = request_of(2, suites, false);
    ask(&request, CG_AT_BATCH, "2");
    set_filter(&request, "memory/.*(1:16|g=16)$");
    struct cg_run_plan *plan = plan_of(&request, CG_OK);
    struct cg_cost by_map[2] = {0}, by_batch[2] = {0};
    for (int i = 0; i < plan->n_cases; i++) {
        const struct cg_planned_case *c = &plan->cases[i];
        const bool batch = strcmp(c->group->name, "memory/16x56x56") == 0;
        cr_expect_eq(plan->jobs[c->jobs[0]].job.setting.batch, batch ? 32 : 2, "%s", c->of->name);
        if (batch)
            by_batch[c->suite == plan->suites[1]] = cg_graph_cost(c->of->graph);
        if (strcmp(c->group->name, "memory/224x224") == 0)
            by_map[c->suite == plan->suites[1]] = cg_graph_cost(c->of->graph);
    }
    for (int s = 0; s < 2; s++)
        cr_expect(by_map[s].madds > 0 && by_batch[s].madds == by_map[s].madds &&
                  by_batch[s].mem_access == by_map[s].mem_access);
    cg_run_plan_destroy(&plan);
    cg_filter_free(&request.filter);
}

Test(run_plan, what_cannot_be_is_refused)
{
    static const char *const unknown[] = {"g12"};
    struct cg_run_request request = request_of(1, unknown, true);
    cr_expect_null(plan_of(&request, CG_INVALID));
    request = request_of(1, all, true);
    ask(&request, CG_AT_THREADS, "1000");
    cr_expect_null(plan_of(&request, CG_INVALID));
}

Test(run_plan, suites_become_metadata_that_survives_a_file)
{
    const struct cg_run_request request = request_of(5, all, true);
    struct cg_run_plan *plan = plan_of(&request, CG_OK);
    struct cg_results *results = cg_results_create();
    struct cg_error err = {0};
    struct cg_run run = {.plan = plan, .results = results};
    cr_assert_eq(cg_run_add_suites(&run, &err), CG_OK, "%s", err.text);
    cr_expect_eq(results->n_suites, 5);
    const struct cg_suite_record *g1 = results->suites[0];
    cr_expect_eq(g1->kind, CG_KIND_SLOPE);
    const struct cg_case_record *square = g1->groups[0]->cases[0];
    /* Equal widths reach eq. (1)'s lower bound: 20 convolutions of 32 -> 32 at 56x56. */
    const double bound = 20.0 * (56 * 56 * 64 + 32 * 32);
    cr_expect_float_eq(square->mem_access_bound, bound, 1e-6 * bound);
    cr_expect_eq(square->n_paper, 1);
    size_t size;
    char *json = cg_results_to_json(results, &size);
    struct cg_results *again = NULL;
    cr_expect_eq(cg_results_parse(json, size, "test", &again, &err), CG_OK, "%s", err.text);
    free(json);
    cg_results_destroy(&again);
    cg_results_destroy(&results);
    cg_run_plan_destroy(&plan);
}

/* Replay times the last layer of a stack; what is no stack is planned with no layer, to be skipped. */
Test(run_plan, replay_takes_the_last_layer_of_a_stack)
{
    static const char *const suites[] = {"g1", "g3", "networks"};
    struct cg_run_request request = request_of(3, suites, true);
    ask(&request, CG_AT_CACHE, "replay");
    struct cg_run_plan *plan = plan_of(&request, CG_OK);
    int with = 0, without = 0;
    for (int i = 0; i < plan->n_jobs; i++) {
        const struct cg_job *job = &plan->jobs[i].job;
        cr_expect_eq(job->setting.cache, CG_CACHE_REPLAY);
        with += job->replay_from > 0;
        without += job->replay_from == 0;
        if (job->replay_from > 0)
            cr_expect_eq(job->graph->nodes[job->replay_from].op, CG_CONV, "%s", job->label);
        if (strstr(job->label, "parallel") || strncmp(job->label, "g", 1) != 0)
            cr_expect_eq(job->replay_from, 0, "%s", job->label);
    }
    cr_expect(with > 10 && without > 10, "%d with, %d without", with, without);
    cg_run_plan_destroy(&plan);
}

Test(run_plan, sustained_load_is_one_schedule)
{
    struct cg_run_request request = request_of(5, all, true);
    request.sustained_min = 1;
    struct cg_run_plan *plan = plan_of(&request, CG_OK);
    cr_expect_eq(plan->n_schedules, 1);
    cr_expect_eq(plan->schedules[0].n_jobs, plan->n_jobs);
    cg_run_plan_destroy(&plan);
}

/* Profiles are counted where they will be made: of suites that ask where the time goes, of all networks with
 * --layers, and of nothing else. */
Test(run_plan, profiles_are_part_of_the_expected_time)
{
    static const char *const suites[] = {"g1", "networks", "breakdown"};
    struct cg_run run = {.request = request_of(3, suites, true)};
    struct cg_run_plan *plan = run.plan = plan_of(&run.request, CG_OK);
    for (int all_networks = 0; all_networks < 2; all_networks++) {
        run.request.layers = all_networks;
        for (int s = 0; s < plan->n_schedules; s++) {
            const double seconds = cg_run_layers_expected_s(&run, s);
            const struct cg_planned_schedule *schedule = &plan->schedules[s];
            const bool g1 = strncmp(schedule->label, "g1 ", 3) == 0;
            if (g1)
                cr_expect_eq(seconds, 0, "%s", schedule->label);
            else if (all_networks)
                cr_expect_geq(seconds, schedule->n_jobs * 3 * 0.5, "%s", schedule->label);
            else
                cr_expect_leq(seconds, 2 * 3 * 1.0, "%s: the two networks of the breakdown", schedule->label);
        }
    }
    cg_run_plan_destroy(&plan);
}
