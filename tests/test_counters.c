#include "bench/device/counters.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static const struct cg_counter *find(const struct cg_counter_set *set, const char *name)
{
    for (int i = 0; i < cg_counters_count(set); i++)
        if (strcmp(cg_counters_get(set, i)->name, name) == 0)
            return cg_counters_get(set, i);
    return NULL;
}

Test(counters, every_row_counts_or_says_why_not)
{
    struct cg_counter_set *set = NULL;
    cr_assert_eq(cg_counters_open(NULL, &set, NULL), CG_OK);
    cr_assert_gt(cg_counters_count(set), 8);
    for (int i = 0; i < cg_counters_count(set); i++) {
        const struct cg_counter *c = cg_counters_get(set, i);
        if (c->available) {
            cr_expect(c->event[0] && !c->why_not[0], "%s", c->name);
            cr_expect(c->counted >= 0, "%s counted %g", c->name, c->counted);
            cr_expect(isnan(c->relative_error) || fabs(c->relative_error) <= 0.9, "%s", c->name);
        } else {
            cr_expect(isnan(c->counted) && isnan(c->relative_error), "%s: unknown, not 0", c->name);
            cr_expect(strlen(c->why_not) > 10, "%s: \"%s\"", c->name, c->why_not);
        }
    }
    const struct cg_counter *faults = find(set, "page_faults");
    cr_assert_not_null(faults);
    cr_expect(faults->available, "%s", faults->why_not);
    char text[400];
    cg_counters_describe(set, text, sizeof text);
    cr_expect(strstr(text, "hardware counters"), "%s", text);
    cg_counters_close(&set);
}

Test(counters, page_faults_of_a_pass)
{
    struct cg_counter_set *set = NULL;
    struct cg_error err = {0};
    double values[2] = {NAN, NAN};
    cr_assert_eq(cg_counters_open("page_faults,task_clock", &set, &err), CG_OK, "%s", err.text);
    cr_assert_eq(cg_counters_count(set), 2);
    cr_assert_eq(cg_counters_passes(set), 1);
    cr_expect_eq(cg_counters_stop(set, values, &err), CG_INVALID, "not started");
    cr_expect_eq(cg_counters_start(set, 1, &err), CG_INVALID, "no such pass");
    cr_assert_eq(cg_counters_start(set, 0, &err), CG_OK, "%s", err.text);
    char *pages = mmap(NULL, 100 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (int i = 0; i < 100; i++)
        ((volatile char *)pages)[i * 4096] = 1;
    cr_assert_eq(cg_counters_stop(set, values, &err), CG_OK, "%s", err.text);
    munmap(pages, 100 * 4096);
    cr_expect(values[0] >= 100 && values[0] < 200, "%g faults", values[0]);
    cr_expect(values[1] > 1000 && values[1] < 1e9, "%g ns", values[1]);
    cg_counters_close(&set);
    cg_counters_close(&set);
}

Test(counters, unknown_names)
{
    static const struct {
        const char *list, *expect;
    } rows[] = {{"cycels", "did you mean 'cycles'"}, {"cycles,xyzzy", "unknown counter 'xyzzy'"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct cg_counter_set *set = NULL;
        struct cg_error err = {0};
        cr_expect_eq(cg_counters_open(rows[i].list, &set, &err), CG_INVALID, "%s", rows[i].list);
        cr_expect(strstr(err.text, rows[i].expect), "%s", err.text);
        cr_expect_null(set);
    }
}

Test(counters, what_cannot_be_counted_is_null)
{
    struct cg_counter_set *set = NULL;
    struct cg_error err = {0};
    double values[64];
    cr_assert_eq(cg_counters_open("default", &set, &err), CG_OK, "%s", err.text);
    const int n = cg_counters_count(set);
    for (int i = 0; i < n; i++)
        values[i] = NAN;
    for (int pass = 0; pass < cg_counters_passes(set); pass++) {
        cr_assert_eq(cg_counters_start(set, pass, &err), CG_OK, "%s", err.text);
        cr_assert_eq(cg_counters_stop(set, values, &err), CG_OK, "%s", err.text);
    }
    for (int i = 0; i < n; i++)
        cr_expect_eq(!isnan(values[i]), cg_counters_get(set, i)->available, "%s",
                     cg_counters_get(set, i)->name);
    cg_counters_close(&set);
}
