/* Single runs and several plans at once in results files: what they come to, by numbers worked out by hand.
 */
#include "bench/record/record.h"
#include "tests/synthetic.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PROCESSES 3

/* Runs of 1, 2, ... n us, in turns over the processes; that of 299 us was interrupted, time was stolen around
 * that of 5 us. */
static void add_runs(struct cg_results *results, struct cg_record *record, int n)
{
    struct cg_latency_record *latency = &record->latency;
    latency->processes = cg_results_array(results, PROCESSES, sizeof *latency->processes);
    cr_assert(latency->processes);
    for (latency->n_processes = 0; latency->n_processes < PROCESSES; latency->n_processes++) {
        struct cg_latency_process_record *p = &latency->processes[latency->n_processes];
        *p = (struct cg_latency_process_record){
            .plan_ns = CG_UNKNOWN,
            .first_run_ns = CG_UNKNOWN,
            .peak_memory_bytes = CG_UNKNOWN,
            .ns = cg_results_array(results, (size_t)n, sizeof *p->ns),
            .switches = cg_results_array(results, (size_t)n, sizeof *p->ns),
            .stolen = cg_results_array(results, (size_t)n, sizeof *p->ns)};
        cr_assert(p->ns && p->switches && p->stolen);
        for (int k = 1; k <= n; k++) {
            if (k % PROCESSES != latency->n_processes)
                continue;
            p->switches[p->n] = k == 299 ? 2 : 0;
            p->stolen[p->n] = k == 5;
            p->ns[p->n++] = 1000 * k;
        }
    }
}

Test(latency_record, quantiles_of_all_processes_together)
{
    const struct synthetic options = synthetic_default();
    struct cg_results *results = synthetic_results(&options);
    struct cg_record *record = results->records[0];
    const struct cg_latency_record *latency = &record->latency;
    cr_expect(latency->runs == CG_UNKNOWN && isnan(latency->p50_ns));
    cr_assert(cg_latency_summarise(&record->latency, NULL) == CG_OK);
    cr_expect_eq(latency->runs, CG_UNKNOWN, "nothing was measured");
    add_runs(results, record, 300);
    latency->processes[0].plan_ns = 10;
    latency->processes[1].plan_ns = 30;
    latency->processes[2].plan_ns = 20;
    latency->processes[0].first_run_ns = 5;
    latency->processes[2].first_run_ns = 9;
    cr_assert(cg_latency_summarise(&record->latency, NULL) == CG_OK);
    cr_expect_eq(latency->runs, 300);
    cr_expect_float_eq(latency->p50_ns, 150500, 1e-6);
    cr_expect_float_eq(latency->p90_ns, 270100, 1e-6);
    cr_expect_float_eq(latency->p99_ns, 297010, 1e-6);
    cr_expect_float_eq(latency->plan_ns, 20, 0);
    cr_expect_float_eq(latency->first_run_ns, 7, 0);
    cr_expect(isnan(latency->peak_memory_bytes));
    cr_expect(latency->slow == 3 && latency->slow_disturbed == 1 && latency->disturbed == 2);
    cg_results_destroy(&results);
}

Test(latency_record, no_p99_of_fewer_runs)
{
    const struct synthetic options = synthetic_default();
    struct cg_results *results = synthetic_results(&options);
    struct cg_record *record = results->records[0];
    add_runs(results, record, CG_P99_RUNS - 1);
    cr_assert(cg_latency_summarise(&record->latency, NULL) == CG_OK);
    cr_expect_float_eq(record->latency.p50_ns, 150000, 1e-6);
    cr_expect(isnan(record->latency.p99_ns));
    cr_expect(record->latency.slow == 0 && record->latency.disturbed == 2);
    cg_results_destroy(&results);
}

Test(latency_record, travels_and_may_be_missing)
{
    const struct synthetic options = synthetic_default();
    struct cg_results *results = synthetic_results(&options), *back;
    struct cg_record *record = results->records[0];
    struct cg_error err = {0};
    struct cg_instances_repeat repeats[] = {{2, 20, 30}, {2, 22, 31}};
    add_runs(results, record, 300);
    cr_assert(cg_latency_summarise(&record->latency, NULL) == CG_OK);
    record->instances = (struct cg_instances_record){2, repeats};
    size_t size;
    char *json = cg_results_to_json(results, &size);
    cr_assert(json && cg_results_parse(json, size, "memory", &back, &err) == CG_OK, "%s", err.text);
    cr_expect_eq(back->records[0]->latency.n_processes, PROCESSES);
    cr_expect_eq(back->records[0]->latency.processes[2].ns[99], 299000);
    cr_expect_eq(back->records[0]->latency.processes[2].switches[99], 2);
    cr_expect_float_eq(back->records[0]->latency.p99_ns, 297010, 1e-6);
    cr_expect(back->records[0]->instances.n == 2 &&
              back->records[0]->instances.repeats[1].one_images_per_s == 31);
    cr_expect(back->records[1]->latency.runs == CG_UNKNOWN && back->records[1]->instances.n == 0);
    cg_results_destroy(&back);
    /* a file from before them */
    for (char *at = json; (at = strstr(at, "\"latency\":"));)
        memcpy(at, "\"letency\":", 10);
    cr_assert(cg_results_parse(json, size, "memory", &back, &err) == CG_OK, "%s", err.text);
    cr_expect(back->records[0]->latency.runs == CG_UNKNOWN && back->records[0]->latency.n_processes == 0);
    cg_results_destroy(&back);
    free(json);
    cg_results_destroy(&results);
}
