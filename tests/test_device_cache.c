/* What is remembered of a device from one run to the next. */
#include "bench/device/device_parts.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char folder[] = "/tmp/convgauge-cache-XXXXXX";

static void in_a_folder(void)
{
    cr_assert(mkdtemp(folder) && setenv("XDG_CACHE_HOME", folder, 1) == 0);
}

static void remove_folder(void)
{
    char path[128];
    snprintf(path, sizeof path, "%s/convgauge/device-test.json", folder);
    unlink(path);
    snprintf(path, sizeof path, "%s/convgauge", folder);
    rmdir(path);
    rmdir(folder);
}

Test(device_cache, keeps_the_latest_groups, .init = in_a_folder, .fini = remove_folder)
{
    struct cg_device *written = calloc(2, sizeof *written), *read = written + 1;
    cr_assert(written);
    snprintf(written->id, sizeof written->id, "test");
    snprintf(read->id, sizeof read->id, "test");
    written->measured_at = written->noise_at = -1;
    for (int i = 0; i < CG_GROUPS_SEEN_MAX + 5; i++)
        cg_groups_saw(&written->groups_seen, &(struct cg_group_seen){UINT64_MAX - (uint64_t)i, 1 + i % 3,
                                                                     0.001 * i, i % 2 ? NAN : 0.002 * i});
    struct cg_error err = {0};
    cr_assert(cg_device_cache_store(written, &err) == CG_OK, "%s", err.text);
    cg_device_cache_load(read);
    cr_assert_eq(read->groups_seen.n, CG_GROUPS_SEEN_MAX);
    for (int k = 0; k < CG_GROUPS_SEEN_MAX; k++) {
        const int i = k + 5;
        const struct cg_group_seen *group = &read->groups_seen.groups[k];
        cr_expect(group->group == UINT64_MAX - (uint64_t)i && group->threads == 1 + i % 3, "group %d", k);
        cr_expect_float_eq(group->rounds, 0.001 * i, 1e-12);
        cr_expect(i % 2 ? isnan(group->processes) : fabs(group->processes - 0.002 * i) < 1e-12, "group %d",
                  k);
    }
    free(written);
}
