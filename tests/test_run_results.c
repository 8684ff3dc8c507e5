/* What becomes of measurements: records, flags, files, the outcome. */
#include "bench/commands/run_parts.h"
#include "bench/job/measurement.h"
#include "tests/planning.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
    cg_filter_free(&request.filter);
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
    cg_filter_free(&request.filter);
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
