#include "bench/commands/run_parts.h"
#include "bench/job/measurement.h"
#include "kernels/engine.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const all[] = {"g1", "g2", "g3", "g4", "networks"};

static void ask(struct cg_run_request *request, enum cg_setting_place at, const char *word)
{
    struct cg_error err = {0};
    cr_assert_eq(cg_asked_take(&request->asked, at, word, &err), CG_OK, "%s", err.text);
}

static struct cg_run_request request_of(int n_suites, const char *const *suites, bool quick)
{
    struct cg_run_request request = {.n_suites = n_suites, .suites = suites, .quick = quick};
    ask(&request, CG_AT_ENGINE, "native");
    return request;
}

static void set_filter(struct cg_run_request *request, const char *text)
{
    cr_assert_eq(cg_filter_set(&request->filter, text, NULL), CG_OK);
}

static struct cg_run_plan *plan_of(const struct cg_run_request *request, enum cg_status expected)
{
    struct cg_topology topology = {0};
    struct cg_run_plan *plan = NULL;
    struct cg_error err = {0};
    cr_assert_eq(cg_topology_read(NULL, &topology, &err), CG_OK, "%s", err.text);
    const enum cg_status status = cg_run_plan_make(request, &topology, &plan, &err);
    cr_expect_eq(status, expected, "%s", err.text);
    cg_topology_destroy(&topology);
    return plan;
}

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
    int engines = 0, missing = 0;
    for (int i = 0; cg_engines[i]; i++) {
        struct cg_engine_info info = {0};
        cg_engines[i]->probe(cg_engines[i], &info);
        const bool counts = strcmp(cg_engines[i]->name, "reference") != 0;
        engines += counts && info.available;
        missing += counts && !info.available;
    }
    plan = plan_of(&request, CG_OK);
    cr_expect_eq(rows_of(plan, "engines"), 4 * 2 * engines);
    cr_expect_eq(rows_of(plan, "g1"), 4 * engines);
    cr_expect((strstr(plan->suites[0]->note, "Left out: ") != NULL) == (missing > 0), "%s",
              plan->suites[0]->note);
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

/* Measures nothing: every job took `ns`, in 3 rounds of 2 processes. */
static struct cg_measurement measurement_of(const struct cg_planned_schedule *schedule, int64_t ns)
{
    struct cg_measurement measurement;
    cr_assert_eq(cg_measurement_init(&measurement, schedule->n_jobs, schedule->baseline, NULL), CG_OK);
    for (int k = 0; k < schedule->n_jobs; k++) {
        struct cg_job_result *result = &measurement.jobs[k];
        result->state = CG_JOB_MEASURED;
        cr_assert(cg_samples_reserve(&result->samples, 6));
        for (int i = 0; i < 6; i++)
            cg_samples_add(
                &result->samples,
                (struct cg_timed_sample){
                    .process = i / 3, .round = i % 3, .ns = ns + i, .iterations = 1, .placement = -1});
    }
    return measurement;
}

static bool has_flag(const struct cg_record *record, const char *name)
{
    for (int f = 0; f < record->n_flags; f++)
        if (strcmp(record->flags[f], name) == 0)
            return true;
    return false;
}

/* A cold record as fast as its hot twin, and faster than memory of this bandwidth, says both; the hot one
 * says neither. */
static void expect_cold_flags(double memory_bytes_per_s, bool flagged)
{
    static const char *const suites[] = {"g1"};
    struct cg_run_request request = request_of(1, suites, true);
    set_filter(&request, "arm/x1/1:1$");
    ask(&request, CG_AT_CACHE, "hot");
    ask(&request, CG_AT_CACHE, "cold");
    struct cg_run_plan *plan = plan_of(&request, CG_OK);
    struct cg_run run = {.plan = plan, .device = {.record.n_peaks = 1, .n_bandwidths = 2}};
    struct cg_device *device = &run.device;
    struct cg_error err = {0};
    cr_assert_eq(cg_topology_read(NULL, &device->topology, &err), CG_OK, "%s", err.text);
    struct cg_peak_record peak = {
        .isa = cg_isa_name(cg_isa_best()), .threads = 1, .cores = "all", .madds_per_s = 1e12};
    device->record.peaks = &peak;
    for (int i = 0; i < 2; i++)
        device->bandwidths[i] = (struct cg_bandwidth){
            .threads = 1, .cores = "all", .bytes_per_s = {i ? memory_bytes_per_s : 1e12, 1e12, 1e12}};
    strcpy(device->bandwidths[0].level, "L1");
    strcpy(device->bandwidths[1].level, "DRAM");
    struct cg_measurement measurement = measurement_of(&plan->schedules[0], 1000000);
    struct cg_results *results = run.results = cg_results_create();
    cr_assert_eq(cg_run_add_measurement(&run, 0, &measurement, &err), CG_OK, "%s", err.text);
    int cold = 0;
    for (int r = 0; r < results->n_records; r++) {
        const bool is_cold = results->records[r]->setting.cache == CG_CACHE_COLD;
        cold += is_cold;
        cr_expect_eq(has_flag(results->records[r], "not_cold"), is_cold && flagged);
        cr_expect_eq(has_flag(results->records[r], "like_hot"), is_cold);
    }
    cr_expect(cold > 0 && cold < results->n_records);
    cg_results_destroy(&results);
    cg_measurement_free(&measurement);
    cg_topology_destroy(&device->topology);
    cg_run_plan_destroy(&plan);
}

/* The first time a zone is unknown, the second time it is below 0 C. */
Test(run_results, temperatures_of_zones_are_kept_by_round)
{
    static const char *const suites[] = {"g1"};
    struct cg_run_request request = request_of(1, suites, true);
    set_filter(&request, "arm/x1/1:1$");
    struct cg_run_plan *plan = plan_of(&request, CG_OK);
    struct cg_run run = {.plan = plan};
    struct cg_error err = {0};
    cr_assert_eq(cg_topology_read(NULL, &run.device.topology, &err), CG_OK, "%s", err.text);
    static const int32_t rows[] = {41000, CG_ZONE_UNKNOWN, 42000, -7500};
    for (int n_zones = 0; n_zones <= 2; n_zones += 2) {
        struct cg_measurement m = measurement_of(&plan->schedules[0], 1000000);
        m.n_rounds = 2;
        m.rounds = calloc(2, sizeof *m.rounds);
        m.n_zones = n_zones;
        m.zones[0] = 7;
        m.zones[1] = 3;
        for (int i = 0; i < 4; i++)
            m.rounds[i / 2].zone_mc[i % 2] = rows[i];
        struct cg_results *results = run.results = cg_results_create();
        cr_assert_eq(cg_run_add_measurement(&run, 0, &m, &err), CG_OK, "%s", err.text);
        const struct cg_schedule *schedule = results->schedules[0];
        cr_assert_eq(schedule->n_zones, n_zones);
        if (n_zones) {
            const struct cg_zone_series *z = schedule->zones;
            cr_expect(z[0].zone == 7 && z[0].mc[0] == 41000 && z[0].mc[1] == 42000);
            cr_expect(z[1].zone == 3 && z[1].mc[0] == CG_UNKNOWN_SIGNED && z[1].mc[1] == -7500);
        }
        cg_results_destroy(&results);
        cg_measurement_free(&m);
    }
    cg_topology_destroy(&run.device.topology);
    cg_run_plan_destroy(&plan);
}

/* Of runs that begin in one second each has a file of its own; one with -o replaces its own. */
Test(run_results, every_run_has_a_file_of_its_own)
{
    char folder[] = "/tmp/convgauge-names-XXXXXX", path[64];
    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/quick-20260101-000000.json", folder);
    struct cg_run runs[3] = {0};
    struct cg_error err = {0};
    for (int i = 0; i < 3; i++) {
        runs[i].results = cg_results_create();
        runs[i].path = path;
        for (int k = 0; k < 2; k++)
            cr_assert_eq(cg_run_save(&runs[i], runs[i].results, &err), CG_OK, "%s", err.text);
    }
    cr_expect_str_eq(runs[0].path, path);
    cr_expect(strstr(runs[1].path, "/quick-20260101-000000-2.json") && strstr(runs[2].path, "-3.json"),
              "%s %s", runs[1].path, runs[2].path);
    for (int i = 0; i < 3; i++) {
        cr_expect_eq(unlink(runs[i].path), 0, "%s", runs[i].path);
        cg_results_destroy(&runs[i].results);
    }
    cr_expect_eq(rmdir(folder), 0);
}

/* A wrong output is told by the status, as is a run in which nothing came about. */
Test(run_results, the_outcome_tells_wrong_outputs_and_empty_runs)
{
    static const char *const suites[] = {"g1"};
    struct cg_run_request request = request_of(1, suites, true);
    set_filter(&request, "arm/x1/1:2$");
    struct cg_run run = {.plan = plan_of(&request, CG_OK)};
    const struct cg_error wrong = {CG_CHECK_FAILED, "not the same"}, full = {CG_NO_MEMORY, "no memory"};
    struct cg_error err = {0};
    cr_assert_eq(cg_topology_read(NULL, &run.device.topology, &err), CG_OK, "%s", err.text);
    static const enum cg_status wanted[] = {CG_OK, CG_CHECK_FAILED, CG_FAILED};
    for (int i = 0; i < 3; i++) {
        struct cg_measurement m = measurement_of(&run.plan->schedules[0], 1000000);
        for (int k = 0; k < m.n_jobs && i == 2; k++)
            cg_result_skip(&m.jobs[k], &full);
        if (i == 1)
            cg_result_skip(&m.jobs[0], &wrong);
        run.n_done = run.n_wrong = 0;
        run.results = cg_results_create();
        cr_assert_eq(cg_run_add_measurement(&run, 0, &m, &err), CG_OK, "%s", err.text);
        cr_expect_eq(cg_run_outcome(&run, &err), wanted[i], "%d: %s", i, err.text);
        cg_results_destroy(&run.results);
        cg_measurement_free(&m);
    }
    cr_expect(strstr(err.text, "nothing could be measured: no memory"), "%s", err.text);
    cg_topology_destroy(&run.device.topology);
    cg_run_plan_destroy(&run.plan);
    cg_filter_free(&request.filter);
}

/* Which case's worker ended, of which engine, how and how often. */
Test(run_results, lost_workers_are_kept_by_case)
{
    static const char *const suites[] = {"g1"};
    struct cg_run_request request = request_of(1, suites, true);
    set_filter(&request, "arm/x1/1:2$");
    struct cg_run run = {.plan = plan_of(&request, CG_OK), .results = cg_results_create()};
    struct cg_error err = {0};
    struct cg_measurement m = measurement_of(&run.plan->schedules[0], 1000000);
    cr_assert_eq(cg_topology_read(NULL, &run.device.topology, &err), CG_OK, "%s", err.text);
    static const bool alone[] = {true, false, true};
    for (int i = 0; i < 3; i++)
        cr_assert_eq(cg_measurement_lose(&m, 1, alone[i], "while measuring: ", "it crashed", &err), CG_OK);
    cr_assert_eq(cg_run_add_measurement(&run, 0, &m, &err), CG_OK, "%s", err.text);
    const struct cg_schedule *schedule = run.results->schedules[0];
    cr_assert(schedule->worker_restarts == 3 && schedule->n_lost_workers == 2);
    const struct cg_lost_record *lost = schedule->lost_workers;
    cr_expect(lost[0].times == 2 && lost[0].setting.threads == 1);
    cr_expect_str_eq(lost[0].case_name, run.plan->jobs[1].first->of->name);
    cr_expect_str_eq(lost[0].setting.engine, "native");
    cr_expect_str_eq(lost[0].how, "while measuring: it crashed");
    cr_expect(lost[1].times == 1 && !lost[1].case_name && lost[1].setting.threads == CG_UNKNOWN);
    cr_expect_str_eq(lost[1].suite, "g1");
    cg_results_destroy(&run.results);
    cg_measurement_free(&m);
    cg_topology_destroy(&run.device.topology);
    cg_run_plan_destroy(&run.plan);
    cg_filter_free(&request.filter);
}

Test(run_results, a_cold_record_faster_than_memory_says_so)
{
    expect_cold_flags(1e8, true); /* 0.5 MB: 5 ms */
    expect_cold_flags(1e12, false);
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
