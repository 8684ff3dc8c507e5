/* How long a run is expected to take, and on whose word. */
#include "bench/commands/expected_time.h"
#include "bench/commands/run_parts.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char folder[] = "/tmp/convgauge-took-XXXXXX";

static void in_a_folder(void)
{
    cr_assert(mkdtemp(folder) && setenv("XDG_CACHE_HOME", folder, 1) == 0);
}

static void remove_folder(void)
{
    char command[64];
    snprintf(command, sizeof command, "rm -r %s", folder);
    cr_expect(system(command) == 0);
}

static void expect_text(const struct cg_device *device, uint64_t key, double allowed_s, const char *wanted)
{
    cr_expect_str_eq(cg_expected_time_text(cg_expected_time(device, key, allowed_s, 0.5 * allowed_s)).text,
                     wanted);
}

Test(expected_time, is_what_is_allowed_until_the_same_was_measured_here, .init = in_a_folder,
     .fini = remove_folder)
{
    struct cg_device *here = calloc(2, sizeof *here), *there = here + 1;
    cr_assert(here);
    here->record.id = "here";
    there->record.id = "there";
    expect_text(here, 7, 200, "up to about 3 min 20 s, which the protocol allows");
    cg_expected_time_keep(here, 7, 90.9);
    expect_text(here, 7, 200, "about 91 s, as the last time on this device");
    cg_expected_time_keep(here, 7, 60.2);
    expect_text(here, 7, 200, "about 60 s, as the last time on this device");
    expect_text(here, 8, 20, "up to about 20 s, which the protocol allows");
    expect_text(there, 7, 200, "up to about 3 min 20 s, which the protocol allows");
    expect_text(here, 7, NAN, "nothing is timed");
    free(here);
}

Test(expected_time, is_what_the_work_takes_where_that_is_more_than_allowed)
{
    static const struct {
        double allowed_s, work_s;
        const char *text, *source;
    } rows[] = {
        {60, 59, "up to about 60 s, which the protocol allows", "protocol"},
        {60, NAN, "up to about 60 s, which the protocol allows (more where runs are long)", "protocol"},
        {60, 200, "about 3 min 20 s or more, by what is to be computed", "work"},
        {NAN, NAN, "nothing is timed", NULL},
    };
    struct cg_device *device = calloc(1, sizeof *device);
    cr_assert(device && setenv("XDG_CACHE_HOME", "nowhere", 1) == 0 && unsetenv("HOME") == 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct cg_expected_time expected =
            cg_expected_time(device, 7, rows[i].allowed_s, rows[i].work_s);
        const char *source = cg_expected_time_source(expected);
        cr_expect_str_eq(cg_expected_time_text(expected).text, rows[i].text);
        cr_expect(rows[i].source ? source && strcmp(source, rows[i].source) == 0 : !source, "row %zu", i);
    }
    free(device);
}

Test(expected_time, does_without_a_place_to_remember)
{
    struct cg_device *device = calloc(1, sizeof *device);
    cr_assert(device && setenv("XDG_CACHE_HOME", "nowhere", 1) == 0 && unsetenv("HOME") == 0);
    cg_expected_time_keep(device, 7, 90);
    expect_text(device, 7, 20, "up to about 20 s, which the protocol allows");
    free(device);
}

Test(expected_time, where_the_time_went_adds_up)
{
    struct cg_run run = {.current = 0};
    cr_expect_str_empty(cg_time_use_text(&run.used).text, "nothing was timed");
    const struct cg_measurement part = {
        .elapsed_s = 10, .prepare_s = 4, .stage_s = {0.2, 1, 0.5, 2.2}, .sampled_s = 3, .discarded_s = 2.5};
    cg_run_time_use(&run, &part);
    cg_run_time_use(&run, &part);
    cr_expect_str_eq(
        cg_time_use_text(&run.used).text,
        "30 % samples, 25 % discarded runs before them, 40 % preparation (2 start, 10 compile, 5 "
        "check, 22 warm-up), 5 % the rest");
}
