/* The results file: round trip, what may be missing, what is computed. */
#include "bench/record/record.h"
#include "tests/synthetic.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Test(record, new_results_know_nothing)
{
    struct cg_results *results = cg_results_create();
    cr_assert(results);
    const struct cg_record *record = cg_results_add_record(results);
    cr_expect(isnan(results->device.noise_paired) && results->device.virtualised == CG_UNKNOWN);
    cr_expect(results->device.cpu_model == NULL && results->run.seed == CG_UNKNOWN);
    cr_expect(record->madds == CG_UNKNOWN && isnan(record->time.median) && record->samples.n == 0);
    cr_expect(record->setting.threads == CG_UNKNOWN && record->setting.engine == NULL &&
              record->n_layers == 0);
    size_t size;
    char *json = cg_results_to_json(results, &size);
    cr_assert(json && strlen(json) == size);
    cr_expect(strstr(json, "\"cpu_model\":null") && strstr(json, "\"paired\":null") && !strstr(json, "-1"));
    free(json);
    cg_results_destroy(&results);
    cg_results_destroy(&results);
}

Test(record, round_trip_is_exact)
{
    size_t size, again_size;
    char *json = synthetic_json(&size);
    struct cg_results *results;
    struct cg_error err = {0};
    cr_assert(cg_results_parse(json, size, "memory", &results, &err) == CG_OK, "%s", err.text);
    char *again = cg_results_to_json(results, &again_size);
    cr_assert(again);
    cr_expect(size == again_size && memcmp(json, again, size) == 0);
    cr_expect(size < 1000000, "a quick file stays below 1 MB: %zu", size);
    cr_expect(results->n_suites == 5 && results->suites[2]->n_groups == 3);
    cr_expect(results->suites[0]->groups[1]->cases[3]->step == log(12.0));
    const struct cg_record *record = results->records[0];
    cr_expect(record->samples.n == 32 && record->time.processes == 4 && record->time.n == 32);
    cr_expect(record->time.ci_low < record->time.median && record->time.median < record->time.ci_high);
    cr_expect(fabs(record->images_per_s * record->time.median - 1e9) < 1);
    free(json);
    free(again);
    cg_results_destroy(&results);
}

/* Samples of rounds that were run again travel apart from those that count; files from before they were kept
 * are read as having none. */
Test(record, samples_of_disturbed_rounds_are_kept_apart)
{
    const struct synthetic options = synthetic_default();
    struct cg_results *results = synthetic_results(&options), *back;
    struct cg_record *record = results->records[0];
    struct cg_error err = {0};
    const double median = record->time.median;
    size_t size;
    cr_assert(cg_record_alloc_samples(results, &record->disturbed_samples, 1, false));
    record->disturbed_samples.process[0] = 1;
    record->disturbed_samples.round[0] = 3;
    record->disturbed_samples.ns[0] = 987654321;
    record->disturbed_samples.iterations[0] = 2;
    cr_assert_eq(cg_record_summarise(record, NULL), CG_OK);
    cr_expect_eq(record->time.median, median);
    char *json = cg_results_to_json(results, &size);
    cr_assert(json);
    cr_assert(cg_results_parse(json, size, "memory", &back, &err) == CG_OK, "%s", err.text);
    cr_expect(back->records[0]->disturbed_samples.n == 1 && back->records[1]->disturbed_samples.n == 0);
    cr_expect(back->records[0]->disturbed_samples.ns[0] == 987654321 &&
              back->records[0]->disturbed_samples.cpu[0] == CG_UNKNOWN);
    cg_results_destroy(&back);
    char *bad = strstr(json, "987654321");
    memcpy(bad, "-00000000", 9); /* no number of JSON */
    cr_expect(cg_results_parse(json, size, "memory", &back, &err) == CG_INVALID);
    memcpy(bad, "        0", 9);
    cr_expect(cg_results_parse(json, size, "memory", &back, &err) == CG_INVALID);
    cr_expect(strstr(err.text, "records[0]"), "%s", err.text);
    for (char *at; (at = strstr(json, ",\"disturbed_samples\":{"));) {
        const char *end = strchr(at, '}') + 1;
        memmove(at, end, strlen(end) + 1);
    }
    cr_assert(cg_results_parse(json, strlen(json), "memory", &back, &err) == CG_OK, "%s", err.text);
    cr_expect(back->records[0]->disturbed_samples.n == 0 && back->records[0]->samples.n > 0);
    cg_results_destroy(&back);
    free(json);
    cg_results_destroy(&results);
}

/* Instruction sets of later versions are unknown here, and none of them is another's equal. */
Test(record, unknown_names_are_not_equal)
{
    const struct synthetic options = synthetic_default();
    struct cg_results *results = synthetic_results(&options), *back = NULL;
    struct cg_error err = {0};
    size_t size;
    char *json = cg_results_to_json(results, &size);
    char *at = strstr(json, "\"records\":");
    for (int i = 0; i < 3; i++) {
        at = strstr(at, "\"isa\":\"avx512\",");
        cr_assert(at);
        memcpy(at + strlen("\"isa\":\""), i == 2 ? "sve992" : "sve991", 6);
    }
    cr_assert(cg_results_parse(json, size, "memory", &back, &err) == CG_OK, "%s", err.text);
    const struct cg_setting *a = &back->records[0]->setting, *b = &back->records[1]->setting,
                            *c = &back->records[2]->setting;
    cr_expect((int)a->isa < 0 && a->isa == b->isa && a->isa != c->isa);
    cr_expect_not(cg_setting_equal(a, c));
    cg_results_destroy(&back);
    free(json);
    cg_results_destroy(&results);
}

/* Cuts `"key":...` and the comma behind it, up to `end` (which stays), from JSON text. */
static void cut_key(char *json, const char *key, const char *end)
{
    char *from = strstr(json, key);
    cr_assert(from, "%s", key);
    char *to = strstr(from, end);
    cr_assert(to, "%s", key);
    memmove(from, to, strlen(to) + 1);
}

/* The yardstick's work, and its read beyond the second-level cache, came later: they travel, and files
 * without them are read. */
Test(record, yardsticks_travel_and_may_be_missing)
{
    struct cg_results *results = cg_results_create(), *back;
    struct cg_error err = {0};
    size_t size;
    struct cg_schedule *schedule = cg_results_add_schedule(results);
    cr_assert(schedule && cg_schedule_alloc_rounds(results, schedule, 2));
    cr_expect(schedule->yardstick_far_ns[1] == CG_UNKNOWN && schedule->yardstick_far_bytes == CG_UNKNOWN);
    schedule->yardstick_fma_turns = 1234;
    schedule->yardstick_l2_bytes = 5 << 20;
    schedule->yardstick_far_bytes = 2 << 20;
    schedule->yardstick_far_ns[0] = 41000;
    char *json = cg_results_to_json(results, &size);
    cr_assert(json);
    cr_assert(cg_results_parse(json, size, "memory", &back, &err) == CG_OK, "%s", err.text);
    const struct cg_schedule *read = back->schedules[0];
    cr_expect(read->yardstick_fma_turns == 1234 && read->yardstick_l2_bytes == 5 << 20 &&
              read->yardstick_far_bytes == 2 << 20);
    cr_expect(read->yardstick_far_ns[0] == 41000 && read->yardstick_far_ns[1] == CG_UNKNOWN);
    cg_results_destroy(&back);

    cut_key(json, "\"yardstick_fma_turns\"", "\"yardstick_l2_bytes\"");
    cut_key(json, "\"yardstick_l2_bytes\"", "\"yardstick_far_bytes\"");
    cut_key(json, "\"yardstick_far_bytes\"", "\"flag_names\"");
    cut_key(json, "\"yardstick_far_ns\"", "\"frequency_hz\"");
    cr_assert(cg_results_parse(json, strlen(json), "memory", &back, &err) == CG_OK, "%s", err.text);
    read = back->schedules[0];
    cr_expect(read->n_rounds == 2 && !read->yardstick_far_ns && read->yardstick_far_bytes == CG_UNKNOWN &&
              read->yardstick_fma_turns == CG_UNKNOWN);
    cg_results_destroy(&back);
    free(json);
    cg_results_destroy(&results);
}

/* What a round tells of siblings and quotas, and the device of its layouts of memory, came later, too. */
Test(record, siblings_quotas_and_layouts_travel_and_may_be_missing)
{
    struct cg_results *results = cg_results_create(), *back;
    struct cg_error err = {0};
    struct cg_schedule *schedule = cg_results_add_schedule(results);
    cr_assert(schedule && cg_schedule_alloc_rounds(results, schedule, 2));
    cr_expect(schedule->siblings_ppm[1] == CG_UNKNOWN && schedule->throttled[1] == CG_UNKNOWN);
    schedule->siblings_ppm[0] = 70000;
    schedule->throttled[0] = 3;
    results->device.aslr = "off";
    results->device.numa_policy = "bind";
    results->device.numa_balancing = 1;
    results->device.cgroup_throttled = 12;
    char *json = cg_results_to_json(results, &(size_t){0});
    cr_assert(json);
    cr_assert(cg_results_parse(json, strlen(json), "memory", &back, &err) == CG_OK, "%s", err.text);
    const struct cg_schedule *read = back->schedules[0];
    cr_expect(read->siblings_ppm[0] == 70000 && read->siblings_ppm[1] == CG_UNKNOWN &&
              read->throttled[0] == 3);
    cr_expect_str_eq(back->device.aslr, "off");
    cr_expect_str_eq(back->device.numa_policy, "bind");
    cr_expect(back->device.numa_balancing == 1 && back->device.cgroup_throttled == 12);
    cg_results_destroy(&back);

    cut_key(json, "\"aslr\"", "\"numa_policy\"");
    cut_key(json, "\"numa_policy\"", "\"numa_balancing\"");
    cut_key(json, "\"numa_balancing\"", "\"cgroup_throttled\"");
    cut_key(json, "\"siblings_ppm\"", "\"throttled\"");
    cr_assert(cg_results_parse(json, strlen(json), "memory", &back, &err) == CG_OK, "%s", err.text);
    cr_expect(!back->device.aslr && !back->device.numa_policy && back->device.numa_balancing == CG_UNKNOWN &&
              !back->schedules[0]->siblings_ppm);
    cg_results_destroy(&back);
    free(json);
    cg_results_destroy(&results);
}

/* Temperatures of all thermal zones, below 0 C too. Machines without zones and older files have no such keys.
 */
Test(record, thermal_zones_travel_and_may_be_missing)
{
    struct cg_results *results = cg_results_create(), *back;
    struct cg_error err = {0};
    size_t size;
    struct cg_schedule *schedule = cg_results_add_schedule(results);
    cr_assert(schedule && cg_schedule_alloc_rounds(results, schedule, 3));
    cr_assert(cg_schedule_alloc_zones(results, schedule, 0));
    char *json = cg_results_to_json(results, &size);
    cr_assert(json);
    cr_expect(!strstr(json, "\"zones\"") && !strstr(json, "\"thermal_zones\":") &&
              strstr(json, "\"thermal_zones_left_out\":null"));
    cut_key(json, "\"thermal_zones_left_out\"", "\"topology\"");
    cr_assert(cg_results_parse(json, strlen(json), "memory", &back, &err) == CG_OK, "%s", err.text);
    cr_expect(back->device.thermal_zones_left_out == CG_UNKNOWN && back->device.n_thermal_zones == 0 &&
              back->schedules[0]->n_zones == 0);
    cg_results_destroy(&back);
    free(json);

    struct cg_zone_record zones[] = {{4, "cpu-thermal", 1}, {0, NULL, 0}};
    results->device.thermal_zones = zones;
    results->device.n_thermal_zones = 2;
    results->device.thermal_zones_left_out = 31;
    cr_assert(cg_schedule_alloc_zones(results, schedule, 2));
    cr_expect_eq(schedule->zones[1].mc[2], CG_UNKNOWN_SIGNED);
    schedule->zones[0].zone = 4;
    schedule->zones[1].zone = 0;
    schedule->zones[1].mc[0] = -7500;
    schedule->zones[1].mc[1] = -1;
    json = cg_results_to_json(results, &size);
    cr_assert(json);
    cr_expect(strstr(json, "{\"zone\":0,\"mc\":[-7500,-1,null]}"));
    cr_assert(cg_results_parse(json, size, "memory", &back, &err) == CG_OK, "%s", err.text);
    cr_expect(back->device.n_thermal_zones == 2 && back->device.thermal_zones[0].processor == 1 &&
              back->device.thermal_zones[1].type == NULL && back->device.thermal_zones_left_out == 31);
    cr_expect_str_eq(back->device.thermal_zones[0].type, "cpu-thermal");
    const struct cg_zone_series *read = back->schedules[0]->zones;
    cr_assert_eq(back->schedules[0]->n_zones, 2);
    cr_expect(read[0].zone == 4 && read[0].mc[0] == CG_UNKNOWN_SIGNED);
    cr_expect(read[1].zone == 0 && read[1].mc[0] == -7500 && read[1].mc[1] == -1 &&
              read[1].mc[2] == CG_UNKNOWN_SIGNED);
    cg_results_destroy(&back);

    static const char right[] = "-7500,-1,null";
    static const char *const wrong[] = {"-7500,   null", "-7500,1.5,  0", "\"7\",-1,    0"};
    char *at = strstr(json, right);
    for (size_t i = 0; at && i < sizeof wrong / sizeof wrong[0]; i++) {
        memcpy(at, wrong[i], strlen(right));
        cr_expect(cg_results_parse(json, size, "memory", &back, &err) == CG_INVALID, "%s", wrong[i]);
        cr_expect(strstr(err.text, "schedules[0]"), "%s", err.text);
    }
    free(json);
    results->device.n_thermal_zones = 0; /* they are not the results' */
    cg_results_destroy(&results);
}

/* Where other threads ran: each sample names one of the record's lists of cpus. Records with one thread and
 * older files have no such keys. */
Test(record, where_other_threads_ran_travels)
{
    const struct synthetic options = synthetic_default();
    struct cg_results *results = synthetic_results(&options), *back;
    struct cg_record *record = results->records[0];
    struct cg_error err = {0};
    size_t size;
    record->setting.threads = 3;
    record->placements = cg_results_array(results, 3, sizeof *record->placements);
    record->placements[record->n_placements++] = "1-2";
    record->placements[record->n_placements++] = "1,1";
    record->placements[record->n_placements++] = NULL; /* as older files have where no thread was seen */
    const struct cg_sample_arrays made = record->samples;
    cr_assert(cg_record_alloc_samples(results, &record->samples, made.n, true));
    record->samples = (struct cg_sample_arrays){
        made.n, made.process, made.round, made.ns, made.iterations, made.cpu, record->samples.placement};
    for (int i = 0; i < record->samples.n; i++)
        record->samples.placement[i] = i == 5 ? 1 : i == 6 ? CG_UNKNOWN : 0;
    char *json = cg_results_to_json(results, &size);
    cr_assert(json);
    cr_assert(cg_results_parse(json, size, "memory", &back, &err) == CG_OK, "%s", err.text);
    const struct cg_record *read = back->records[0];
    cr_expect_eq(read->n_placements, 3);
    cr_expect_null(read->placements[2]);
    cr_expect_str_eq(read->placements[1], "1,1");
    cr_expect(read->samples.placement[4] == 0 && read->samples.placement[5] == 1 &&
              read->samples.placement[6] == CG_UNKNOWN);
    cr_expect(!back->records[1]->samples.placement && back->records[1]->n_placements == 0);
    cg_results_destroy(&back);

    char *at = strstr(json, "\"placement\":[0,");
    cr_assert(at);
    at[13] = '3';
    cr_expect(cg_results_parse(json, size, "memory", &back, &err) == CG_INVALID);
    cr_expect(strstr(err.text, "records[0]") && strstr(err.text, "placement"), "%s", err.text);
    at[13] = '0';
    at = strstr(json, "\"1-2\"");
    cr_assert(at);
    at[2] = 'x';
    cr_expect(cg_results_parse(json, size, "memory", &back, &err) == CG_INVALID);
    free(json);
    cg_results_destroy(&results);
}

Test(record, command_without_paths)
{
    struct cg_results *results = cg_results_create();
    char *argv[] = {"/usr/bin/convgauge",    "run",     "--filter", "a b'c", "-o", "/home/someone/r.json",
                    "--config=/etc/x/y.lua", "-o/a/b/", "",         "12%"};
    cr_expect_str_eq(cg_results_command(results, 10, argv),
                     "convgauge run --filter 'a b'\\''c' -o r.json --config=y.lua -ob '' 12%");
    char *filters[] = {"convgauge",   "run",  "--filter", "/1:2",    "-f",  "/x2/",   "--filter=/a/b",
                       "--filt=/a/b", "-f/c", "--fil",    "/1:2/x4", "-qf", "/1:2/x4"};
    cr_expect_str_eq(cg_results_command(results, 13, filters),
                     "convgauge run --filter /1:2 -f /x2/ --filter=/a/b --filt=/a/b -f/c --fil /1:2/x4 -qf "
                     "/1:2/x4");
    cg_results_destroy(&results);
}

Test(record, a_text_that_is_not_utf8_costs_nothing)
{
    struct cg_results *results = cg_results_create(), *read;
    results->run.command = "run \xff";
    size_t size;
    char *json = cg_results_to_json(results, &size);
    cr_assert(json);
    cr_assert(cg_results_parse(json, size, "m", &read, NULL) == CG_OK);
    cr_expect_str_eq(read->run.command, "run ?");
    free(json);
    cg_results_destroy(&read);
    cg_results_destroy(&results);
}

Test(record, one_process_is_within_process)
{
    struct synthetic options = synthetic_default();
    options.processes = 1;
    struct cg_results *results = synthetic_results(&options);
    cr_expect(results->records[0]->time.processes == 1 && results->records[0]->time.n == 8);
    cr_expect(results->records[0]->time.ci_low <= results->records[0]->time.median);
    cg_results_destroy(&results);
}
