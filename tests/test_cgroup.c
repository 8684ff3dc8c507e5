#include "bench/device/cgroup.h"
#include "bench/device/topology.h"
#include "tests/fake_root.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

static struct cg_limits limits_of(char *root)
{
    struct cg_limits limits;
    cg_limits_read(root, &limits);
    fake_root_remove(root);
    return limits;
}

#define MOUNT_V2 "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"

Test(cgroup, none)
{
    const struct cg_limits limits = limits_of(fake_root_make());
    cr_expect(isnan(limits.cpu_quota));
    cr_expect_eq(limits.memory_bytes, -1);
    cr_expect_str_empty(limits.cpuset);
    cr_expect_eq(limits.version, 0);
}

Test(cgroup, version_2_takes_the_tightest_on_the_way_up)
{
    char *root = fake_root_make();
    fake_file(root, MOUNT_V2, "/proc/self/mountinfo");
    fake_file(root, "0::/user.slice/box\n", "/proc/self/cgroup");
    fake_file(root, "max 100000\n", "/sys/fs/cgroup/user.slice/box/cpu.max");
    fake_file(root, "150000 100000\n", "/sys/fs/cgroup/user.slice/cpu.max");
    fake_file(root, "2147483648\n", "/sys/fs/cgroup/user.slice/box/memory.max");
    fake_file(root, "max\n", "/sys/fs/cgroup/user.slice/memory.max");
    fake_file(root, "1073741824\n", "/sys/fs/cgroup/user.slice/memory.high");
    fake_file(root, "0-1\n", "/sys/fs/cgroup/user.slice/box/cpuset.cpus.effective");
    fake_file(root, "0-3\n", "/sys/fs/cgroup/user.slice/cpuset.cpus.effective");
    const struct cg_limits limits = limits_of(root);
    cr_expect_eq(limits.version, 2);
    cr_expect_float_eq(limits.cpu_quota, 1.5, 1e-9);
    cr_expect_eq(limits.memory_bytes, INT64_C(1) << 30);
    cr_expect_str_eq(limits.cpuset, "0-1");
}

Test(cgroup, version_1_in_a_container_that_sees_the_host_path)
{
    char *root = fake_root_make();
    fake_file(root,
              "40 30 0:30 /docker/abc /sys/fs/cgroup/cpu,cpuacct ro - cgroup cgroup rw,cpu,cpuacct\n"
              "41 30 0:31 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n"
              "42 30 0:32 /docker/abc /sys/fs/cgroup/cpuset ro - cgroup cgroup rw,cpuset\n",
              "/proc/self/mountinfo");
    fake_file(root, "5:cpuset:/docker/abc\n4:memory:/docker/abc\n3:cpu,cpuacct:/docker/abc\n",
              "/proc/self/cgroup");
    fake_file(root, "50000\n", "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us");
    fake_file(root, "100000\n", "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us");
    fake_file(root, "268435456\n", "/sys/fs/cgroup/memory/memory.limit_in_bytes");
    fake_file(root, "1\n", "/sys/fs/cgroup/cpuset/cpuset.cpus");
    const struct cg_limits limits = limits_of(root);
    cr_expect_eq(limits.version, 1);
    cr_expect_float_eq(limits.cpu_quota, 0.5, 1e-9);
    cr_expect_eq(limits.memory_bytes, 268435456);
    cr_expect_str_eq(limits.cpuset, "1");
}

/* How often quotas stopped threads: of all cgroups on the way up that have the cpu controller. */
Test(cgroup, throttling_is_added_up)
{
    char *root = fake_root_make();
    struct cg_limits limits;
    fake_file(root, MOUNT_V2, "/proc/self/mountinfo");
    fake_file(root, "0::/user.slice/box\n", "/proc/self/cgroup");
    fake_file(root, "usage_usec 9\nnr_periods 40\nnr_throttled 3\nthrottled_usec 77\n",
              "/sys/fs/cgroup/user.slice/box/cpu.stat");
    fake_file(root, "usage_usec 9\nnr_periods 50\nnr_throttled 4\nthrottled_usec 77\n",
              "/sys/fs/cgroup/user.slice/cpu.stat");
    fake_file(root, "usage_usec 9\nuser_usec 5\n", "/sys/fs/cgroup/cpu.stat");
    cg_limits_read(root, &limits);
    cr_expect_eq(limits.n_cpu_stats, 2);
    cr_expect_eq(cg_limits_throttled(root, &limits), 7);
    fake_file(root, "", "/sys/fs/cgroup/user.slice/cpu.stat");
    cr_expect_eq(cg_limits_throttled(root, &limits), -1, "one that stops answering is unknown");
    fake_root_remove(root);
    root = fake_root_make();
    cg_limits_read(root, &limits);
    cr_expect_eq(limits.n_cpu_stats, 0);
    cr_expect_eq(cg_limits_throttled(root, &limits), -1, "no cpu controller");
    fake_root_remove(root);
}

Test(cgroup, version_1_without_limits)
{
    char *root = fake_root_make();
    fake_file(root,
              "40 30 0:30 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n"
              "41 30 0:31 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n",
              "/proc/self/mountinfo");
    fake_file(root, "4:memory:/a/b\n3:cpu:/\n", "/proc/self/cgroup");
    fake_file(root, "-1\n", "/sys/fs/cgroup/cpu/cpu.cfs_quota_us");
    fake_file(root, "100000\n", "/sys/fs/cgroup/cpu/cpu.cfs_period_us");
    fake_file(root, "9223372036854771712\n", "/sys/fs/cgroup/memory/a/b/memory.limit_in_bytes");
    const struct cg_limits limits = limits_of(root);
    cr_expect(isnan(limits.cpu_quota));
    cr_expect_eq(limits.memory_bytes, -1);
}

Test(cgroup, cut_and_strange_files)
{
    static const char *const texts[] = {"",     "\n", "garbage", "1 2 3", "30 23 0:26 / /x - cgroup2",
                                        "::::", "0::"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        for (size_t j = 0; j < sizeof texts / sizeof texts[0]; j++) {
            char *root = fake_root_make();
            fake_file(root, texts[i], "/proc/self/mountinfo");
            fake_file(root, texts[j], "/proc/self/cgroup");
            const struct cg_limits limits = limits_of(root);
            cr_expect(isnan(limits.cpu_quota) && limits.memory_bytes == -1);
        }
}

Test(cgroup, cpuset_limits_the_topology)
{
    char *root = fake_root_make();
    for (int cpu = 0; cpu < 4; cpu++)
        fake_file(root, "1", "/sys/devices/system/cpu/cpu%d/online", cpu);
    fake_file(root, MOUNT_V2, "/proc/self/mountinfo");
    fake_file(root, "0::/\n", "/proc/self/cgroup");
    fake_file(root, "3\n", "/sys/fs/cgroup/cpuset.cpus.effective");
    struct cg_topology t;
    cr_assert_eq(cg_topology_read(&(struct cg_topology_options){.root = root}, &t, NULL), CG_OK);
    cr_expect_eq(t.n_cpus, 4);
    cr_expect_eq(t.n_allowed, 1);
    cr_expect(t.cpus[3].allowed);
    cg_topology_destroy(&t);
    fake_root_remove(root);
}
