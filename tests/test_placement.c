/* Where threads ran, and how records tell it. */
#include "bench/device/pin.h"
#include "bench/worker/asleep.h"
#include "bench/job/placement.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct walker {
    atomic_int go, done;
    int cpu;
};

static void *walk(void *context)
{
    struct walker *walker = context;
    volatile double sum = 0;
    cg_pin_self(walker->cpu, NULL);
    atomic_store(&walker->done, 1);
    while (!atomic_load(&walker->go))
        usleep(500);
    for (int i = 0; i < 1000000; i++)
        sum = sum + i;
    atomic_store(&walker->done, 2);
    while (atomic_load(&walker->go) < 2)
        usleep(100000);
    return NULL;
}

/* A thread bound to `cpu` runs between mark and look; another one sleeps all the while. */
Test(threads, the_cpu_that_each_ran_on_is_read_back)
{
    int allowed[2] = {-1, -1};
    const int n = cg_affinity(0, allowed, 2);
    struct walker walker = {.cpu = allowed[n > 1]};
    struct cg_thread_watch watch = {0};
    pthread_t thread;
    cr_assert_eq(pthread_create(&thread, NULL, walk, &walker), 0);
    while (atomic_load(&walker.done) < 1)
        usleep(500);
    cg_thread_watch_open(&watch, 0);
    cr_assert_geq(watch.n, 1);
    cg_thread_watch_mark(&watch);
    atomic_store(&walker.go, 1);
    while (atomic_load(&walker.done) < 2)
        usleep(500);
    const int other = walker.cpu + 1, both[] = {other, walker.cpu}, wrong[] = {other, other + 1};
    int ran[8];
    const int n_ran = cg_thread_watch_ran(&watch, ran, 8);
    cr_assert_eq(n_ran, 1);
    cr_expect_eq(ran[0], walker.cpu);
    cr_expect(cg_placement_is_right(other, ran, 1, both, 2));
    cr_expect(!cg_placement_is_right(other, ran, 1, wrong, 2), "it ran on another cpu");
    cr_expect(!cg_placement_is_right(walker.cpu, ran, 1, both, 2), "two ran on one cpu");
    cr_expect(!cg_placement_is_right(other + 7, ran, 1, both, 2), "the caller is elsewhere");
    cr_expect(cg_placement_is_right(-1, ran, 1, both, 2), "what is not known is not blamed");
    atomic_store(&walker.go, 2);
    pthread_join(thread, NULL);
    cg_thread_watch_close(&watch);
}

Test(placement, texts_are_short_and_show_a_shared_cpu)
{
    static const struct {
        int n, cpus[5];
        const char *text;
    } rows[] = {{0, {0}, ""},          {1, {7}, "7"},
                {3, {3, 1, 2}, "1-3"}, {5, {9, 1, 5, 4, 2}, "1-2,4-5,9"},
                {2, {1, 1}, "1,1"},    {3, {2, 1, 1}, "1,1-2"}};
    char text[CG_PLACEMENT_TEXT];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int cpus[5];
        memcpy(cpus, rows[i].cpus, sizeof cpus);
        const int length = cg_placement_format(cpus, rows[i].n, text, sizeof text);
        cr_expect_str_eq(text, rows[i].text);
        cr_expect_eq(length, (int)strlen(rows[i].text));
    }
    int cpus[] = {100, 200, 300};
    cr_expect_eq(cg_placement_format(cpus, 3, text, 6), 11, "the length that is needed");
    cr_expect_str_eq(text, "100,2");
}

Test(placement, a_list_keeps_each_text_once_and_has_an_end)
{
    struct cg_placements list = {0};
    char text[CG_PLACEMENT_TEXT + 1];
    cr_expect_eq(cg_placements_find(&list, "1"), 0);
    cr_expect_eq(cg_placements_find(&list, "1-3"), 1);
    cr_expect_eq(cg_placements_find(&list, "1"), 0);
    cr_expect_eq(cg_placements_find(&list, ""), -1, "no thread was seen");
    cr_expect_eq(list.n, 2);
    memset(text, '1', CG_PLACEMENT_TEXT);
    text[CG_PLACEMENT_TEXT] = 0;
    cr_expect_eq(cg_placements_find(&list, text), -1, "too long");
    for (int i = 2; i < CG_PLACEMENTS_MAX; i++) {
        snprintf(text, sizeof text, "%d", i);
        cr_expect_eq(cg_placements_find(&list, text), i);
    }
    cr_expect_eq(cg_placements_find(&list, "more"), -1);
    cr_expect_eq(list.n, CG_PLACEMENTS_MAX);
}
