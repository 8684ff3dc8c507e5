/* Runs that were split, joined. */
#include "bench/record/join.h"
#include "tests/synthetic.h"

#include <criterion/criterion.h>
#include <string.h>

/* With the schedules that its records speak of. */
static struct cg_results *made(uint64_t seed)
{
    struct synthetic options = synthetic_default();
    options.seed = seed;
    struct cg_results *results = synthetic_results(&options);
    results->run.seconds = 1;
    for (int i = 0; i < results->n_records; i++) {
        const int id = results->records[i]->schedule;
        if (cg_results_schedule_of(results, id))
            continue;
        struct cg_schedule *schedule = cg_results_add_schedule(results);
        cr_assert(schedule &&
                  cg_schedule_alloc_rounds(results, schedule, options.processes * options.rounds));
        schedule->id = id;
        schedule->stop = "processes";
        schedule->processes = options.processes;
        for (int r = 0; r < schedule->n_rounds; r++) {
            schedule->process[r] = r / options.rounds;
            schedule->round[r] = r % options.rounds;
        }
    }
    return results;
}

/* Leaves out record `index`. */
static void drop(struct cg_results *results, int index)
{
    memmove(results->records + index, results->records + index + 1,
            (size_t)(results->n_records - index - 1) * sizeof *results->records);
    results->n_records--;
}

static void skip(struct cg_results *results, const struct cg_record *record, const char *reason)
{
    struct cg_skipped *row = cg_results_add_skipped(results);
    cr_assert(row);
    row->suite = record->suite;
    row->group = record->group;
    row->case_name = record->case_name;
    row->graph = record->graph;
    row->setting = record->setting;
    row->reason = reason;
}

static void join(struct cg_results *whole, const struct cg_results *part)
{
    struct cg_error err = {0};
    cr_assert(cg_results_join(whole, part, &err) == CG_OK, "%s", err.text);
}

static void destroy_all(struct cg_results *a, struct cg_results *b, struct cg_results *c)
{
    cg_results_destroy(&a);
    cg_results_destroy(&b);
    cg_results_destroy(&c);
}

/* That `part` is refused behind `first`, with that in the sentence. */
static void expect_refused(const struct cg_results *first, const struct cg_results *part, const char *why)
{
    struct cg_results *whole = cg_results_create();
    struct cg_error err = {0};
    join(whole, first);
    cr_expect_eq(cg_results_join(whole, part, &err), CG_INVALID);
    cr_expect(strstr(err.text, "do not belong together") && strstr(err.text, why), "%s", err.text);
    cg_results_destroy(&whole);
}

Test(join, the_same_cases_get_the_processes_of_both)
{
    struct cg_results *a = made(1), *b = made(2), *whole = cg_results_create();
    join(whole, a);
    join(whole, b);
    cr_expect_eq(whole->n_records, a->n_records);
    cr_expect_eq(whole->n_suites, a->n_suites);
    cr_expect_eq(whole->n_schedules, a->n_schedules);
    cr_expect_eq(whole->run.complete, 1);
    cr_expect_float_eq(whole->run.seconds, 2, 1e-9);
    for (int i = 0; i < whole->n_records; i++) {
        const struct cg_record *both = whole->records[i], *one = a->records[i];
        const int n = one->samples.n;
        cr_assert_eq(both->samples.n, 2 * n);
        cr_expect_eq(both->time.processes, 2 * one->time.processes);
        cr_expect_eq(both->samples.process[n], one->samples.process[n - 1] + 1);
        cr_expect_eq(both->samples.ns[n], b->records[i]->samples.ns[0]);
    }
    destroy_all(a, b, whole);
}

Test(join, what_one_part_lacks_comes_from_the_other)
{
    struct cg_results *a = made(1), *b = made(2), *whole = cg_results_create();
    const int n = a->n_records, last = a->records[n - 1]->schedule, first = a->records[0]->schedule;
    cr_assert_neq(first, last);
    for (int i = n - 1; i >= 0; i--)
        if (a->records[i]->schedule == last)
            drop(a, i);
    for (int i = b->n_records - 1; i >= 0; i--)
        if (b->records[i]->schedule != last)
            drop(b, i);
    for (int i = 0; i < a->n_schedules; i++)
        if (a->schedules[i]->id == last)
            a->schedules[i]->stop = "interrupted";
    join(whole, a);
    cr_expect_eq(whole->run.complete, 0);
    join(whole, b);
    cr_expect_eq(whole->n_records, n);
    cr_expect_eq(whole->run.complete, 1);
    for (int i = 0; i < whole->n_records; i++)
        cr_expect(cg_results_schedule_of(whole, whole->records[i]->schedule) != NULL);
    destroy_all(a, b, whole);
}

Test(join, other_devices_builds_and_companions_are_refused)
{
    struct cg_results *a = made(1), *b = made(2), *whole = cg_results_create();
    struct cg_error err = {0};
    cr_expect_eq(cg_results_same_source(a, b, &err), CG_OK);
    b->run.quick = !a->run.quick;
    cr_expect_eq(cg_results_same_source(a, b, &err), CG_INVALID);
    cr_expect(strstr(err.text, "--quick"), "%s", err.text);
    b->run.quick = a->run.quick;
    b->build.compiler = "another";
    cr_expect_eq(cg_results_same_source(a, b, &err), CG_INVALID);
    b->build.compiler = a->build.compiler;
    b->device.id = "another";
    a->device.id = "one";
    cr_expect_eq(cg_results_same_source(a, b, &err), CG_INVALID);
    cr_expect(strstr(err.text, "device"), "%s", err.text);
    b->device.id = a->device.id;
    cr_assert_eq(b->records[1]->schedule, b->records[0]->schedule);
    drop(a, 0);
    drop(b, 1);
    join(whole, a);
    cr_expect_eq(cg_results_join(whole, b, &err), CG_INVALID);
    cr_expect(strstr(err.text, "beside other cases"), "%s", err.text);
    destroy_all(a, b, whole);
}

/* What a run did not come to is no longer missing once another part has it. */
Test(join, rows_that_were_skipped_go)
{
    struct cg_results *a = made(1), *b = made(2), *whole = cg_results_create();
    const struct cg_record *record = b->records[0];
    skip(a, record, CG_NOT_REACHED);
    for (int i = a->n_records - 1; i >= 0; i--)
        if (a->records[i]->schedule == record->schedule)
            drop(a, i);
    const int skipped = a->n_skipped;
    join(whole, a);
    cr_expect_eq(whole->n_skipped, skipped);
    cr_expect_eq(whole->run.complete, 0);
    join(whole, b);
    cr_expect_eq(whole->n_skipped, skipped - 1);
    destroy_all(a, b, whole);
}

Test(join, what_is_no_further_measurement_is_refused)
{
    struct cg_results *a = made(1), *same = made(1), *b = made(2);
    struct cg_record *record = b->records[b->n_records - 1];
    const char *cores = record->cores;
    expect_refused(a, same, "the same samples");
    record->cores = "7";
    expect_refused(a, b, "other cores");
    record->cores = cores;
    record->engine_version = "another";
    expect_refused(a, b, "version of its engine");
    destroy_all(a, b, same);
}

/* A failure in a later part; engines that only it has; a schedule that its budget did not come to. */
Test(join, what_a_later_part_says_is_kept)
{
    struct cg_results *a = made(1), *b = made(2), *whole = cg_results_create();
    struct cg_engine_version one[] = {{.engine = "native", .version = "1"}},
                             two[] = {{.engine = "ncnn", .version = "2"},
                                      {.engine = "native", .version = "1"}};
    struct cg_schedule *empty = cg_results_add_schedule(b);
    a->build.engines = one;
    a->build.n_engines = 1;
    b->build.engines = two;
    b->build.n_engines = 2;
    empty->id = 1000;
    empty->stop = "budget";
    skip(b, b->records[0], "another output");
    skip(b, b->records[1], CG_NOT_REACHED);
    drop(b, 1);
    drop(b, 0);
    join(whole, a);
    const int skipped = whole->n_skipped;
    join(whole, b);
    cr_expect_eq(whole->n_skipped, skipped + 1);
    cr_expect_str_eq(whole->skipped[skipped]->reason, "another output");
    cr_expect_eq(whole->n_schedules, a->n_schedules);
    cr_assert_eq(whole->build.n_engines, 2);
    cr_expect_str_eq(whole->build.engines[1].engine, "ncnn");
    destroy_all(a, b, whole);
}
