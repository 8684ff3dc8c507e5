/* What is said of the machine and of a run's troubles. */
#include "report/report.h"
#include "report/sentences.h"
#include "tests/reported.h"
#include "tests/synthetic.h"

#include <criterion/criterion.h>
#include <stdlib.h>

/* What a person can change about the machine is said. */
Test(caveats, caveats_say_what_to_do)
{
    struct cg_results *results = cg_results_create();
    struct cg_schedule *schedule = cg_results_add_schedule(results);
    cr_assert(schedule && cg_schedule_alloc_rounds(results, schedule, 4));
    for (int i = 0; i < 4; i++) {
        schedule->disturbed[i] = 0;
        schedule->siblings_ppm[i] = i == 0 ? 60000 : 10000;
    }
    results->device.aslr = "full";
    results->device.numa_policy = "default";
    cr_expect_eq(cg_caveats_of(results).n, 1, "siblings alone");
    results->device.aslr = "off";
    results->device.numa_policy = "interleave";
    results->device.numa_balancing = 1;
    const struct cg_caveats caveats = cg_caveats_of(results);
    static const char *const said[] = {"start without setarch -R.", "numactl --localalloc.",
                                       "/proc/sys/kernel/numa_balancing.", "In 1 of 4 rounds"};
    cr_assert_eq(caveats.n, 4);
    for (int i = 0; i < 4; i++)
        cr_expect(has(caveats.items[i].text, said[i]), "%s", caveats.items[i].text);
    cr_expect(has(caveats.items[3].text, "/sys/devices/system/cpu/smt/control)."), "%s",
              caveats.items[3].text);
    cg_results_destroy(&results);
}

Test(caveats, caveats_say_what_the_records_carry)
{
    const struct synthetic options = synthetic_default();
    struct cg_results *results = synthetic_results(&options);
    const struct cg_suite_record *suite = find_suite(results, "g2");
    struct cg_suite_views views;
    static const char *flags[] = {"throttled", "from the future"};
    results->records[12]->flags = flags;
    results->records[12]->n_flags = 2;
    results->device.counters = "none";
    results->device.noise_paired = 0.031;
    results->device.cpu_limit = 0.5;
    cr_assert(cg_suite_views_create(results, suite, &views, NULL) == CG_OK);
    cr_expect_str_eq(cg_say_suite_caveats(views.items[0]).text,
                     "a virtual machine; limited to 0.5 processors' worth of time; noisy: equal plans differ "
                     "by up to 3.1 %; no hardware counters; in 1 "
                     "of 12 cases the processor was slow in a tenth of the rounds or more; in 1 of 12 cases "
                     "from the future.");
    cg_suite_views_free(&views);
    const struct cg_caveats all = cg_caveats_of(results);
    bool quota = false;
    for (int i = 0; i < all.n; i++)
        quota =
            quota || strstr(all.items[i].text, "A cgroup left the process 0.5 processors' worth of time:");
    cr_expect(quota);
    results->device.cpu_limit = results->device.logical_cpus; /* as much as there is: no limit */
    results->records[12]->n_flags = 0;
    results->device.virtualised = 0;
    results->device.counters = "hardware";
    results->device.noise_paired = 0.004;
    cr_assert(cg_suite_views_create(results, suite, &views, NULL) == CG_OK);
    cr_expect_str_empty(cg_say_suite_caveats(views.items[0]).text);
    cg_suite_views_free(&views);
    cg_results_destroy(&results);
}

Test(caveats, lost_workers_are_named)
{
    const struct synthetic options = synthetic_default();
    struct cg_results *results = synthetic_results(&options);
    struct cg_lost_record lost[] = {
        {"g1", "arm/x1/1:2", {.engine = "native", .threads = 2}, "while measuring: the worker crashed", 3},
        {"g2", NULL, {.engine = "onednn", .threads = CG_UNKNOWN}, "the worker was killed", 1}};
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    cr_expect_not(cg_lost_workers(results));
    struct cg_schedule *schedule = cg_results_add_schedule(results);
    cr_assert(schedule);
    schedule->lost_workers = lost;
    schedule->n_lost_workers = 2;
    cr_assert(out && cg_report_print(results, NULL, CG_FORMAT_CSV, out, NULL) == CG_OK);
    fclose(out);
    cr_expect(strstr(text, "arm/x1/1:2,native,2,3,while measuring: the worker crashed"), "%s", text);
    cr_expect(strstr(text, "(one of several of g2),onednn,,1,the worker was killed"), "%s", text);
    const struct cg_caveats all = cg_caveats_of(results);
    cr_expect(strstr(all.items[all.n - 1].text, "Worker processes ended before their time"), "%s",
              all.items[all.n - 1].text);
    free(text);
    cg_results_destroy(&results);
}
