#include "bench/device/topology.h"
#include "bench/device/topology_build.h"
#include "tests/fake_root.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define XML(name) TEST_DATA "/topology/" name

static struct cg_topology read_xml(const char *path)
{
    struct cg_topology t;
    struct cg_error err = {0};
    const struct cg_topology_options options = {.xml = path};
    const enum cg_status status = cg_topology_read(&options, &t, &err);
    if (status == CG_UNAVAILABLE)
        cr_skip_test("%s", err.text); /* a build without hwloc */
    cr_assert_eq(status, CG_OK, "%s", err.text);
    return t;
}

static struct cg_topology read_root(const char *root)
{
    struct cg_topology t;
    struct cg_error err = {0};
    const struct cg_topology_options options = {.root = root};
    cr_assert_eq(cg_topology_read(&options, &t, &err), CG_OK, "%s", err.text);
    return t;
}

/* The cpus that a spec and a number of threads give, as text; or the error's. */
static const char *chosen(const struct cg_topology *t, const char *spec, int threads)
{
    static char text[1200];
    int cpus[256];
    struct cg_error err = {0};
    size_t at = 0;
    text[0] = 0;
    if (cg_topology_choose(t, spec, threads, cpus, &err) != CG_OK) {
        snprintf(text, sizeof text, "%s: %s", cg_status_name(err.status), err.text);
        return text;
    }
    for (int i = 0; i < threads; i++)
        at += (size_t)snprintf(text + at, sizeof text - at, "%s%d", i ? " " : "", cpus[i]);
    return text;
}

Test(topology, lists_of_cpus)
{
    static const struct {
        const char *text;
        int n;
        const char *formatted;
    } rows[] = {
        {"0", 1, "0"},       {"0-3,8", 5, "0-3,8"},
        {"3,1,2", 3, "1-3"}, {"0-1,1-2", 3, "0-2"},
        {"", 0, ""},         {" 0-1\n", 2, "0-1"},
        {"2-1", -1, NULL},   {"a", -1, NULL},
        {"1,", -1, NULL},    {"-1", -1, NULL},
        {"1,,2", -1, NULL},  {"0-99999999", -1, NULL},
        {"1 2", -1, NULL},   {"99999999999999999999", -1, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int cpus[16];
        char text[64];
        const int n = cg_cpu_list_parse(rows[i].text, cpus, 16);
        cr_expect_eq(n, rows[i].n, "\"%s\": %d", rows[i].text, n);
        if (rows[i].n < 0)
            continue;
        cg_cpu_list_format(cpus, n, text, sizeof text);
        cr_expect_str_eq(text, rows[i].formatted, "\"%s\"", rows[i].text);
    }
    int two[2];
    cr_expect_eq(cg_cpu_list_parse("0-9", two, 2), 2, "no more than there is room for");
    char tiny[4];
    const int many[] = {10, 20, 30};
    cr_expect_eq(cg_cpu_list_format(many, 3, tiny, sizeof tiny), 8, "the needed length");
    cr_expect_str_eq(tiny, "10,");
}

static void check_snapdragon(const struct cg_topology *t)
{
    cr_expect_eq(t->n_cpus, 8);
    cr_expect_eq(t->n_cores, 8);
    cr_expect_eq(t->n_packages, 1);
    cr_expect_eq(t->n_allowed, 8);
    cr_assert_eq(t->n_classes, 2);
    cr_expect_str_eq(t->classes[0].name, "little");
    cr_expect_str_eq(t->classes[0].core, "Cortex-A53");
    cr_expect_eq(t->classes[0].cores, 4);
    cr_expect_str_eq(t->classes[1].name, "big");
    cr_expect_str_eq(t->classes[1].core, "Cortex-A57");
    cr_expect_eq(t->classes[1].capacity, 1024);
    cr_expect_eq(t->classes[1].max_hz, INT64_C(1958000000));
    cr_expect_eq(cg_topology_cache(t, 2, 0)->bytes, 512 * 1024);
    cr_expect_eq(cg_topology_cache(t, 2, 5)->bytes, 2048 * 1024);
    cr_expect_eq(cg_topology_cache(t, 2, 5)->shared_by, 4);
    cr_expect_null(cg_topology_cache(t, 3, 5));
    cr_expect_str_eq(chosen(t, "big", 2), "4 5");
    cr_expect_str_eq(chosen(t, "little", 4), "0 1 2 3");
    cr_expect_str_eq(chosen(t, "Cortex-A57", 1), "4", "a class by its core's name");
    cr_expect_str_eq(chosen(t, NULL, 6), "4 5 6 7 0 1", "fast cores first");
    cr_expect_str_eq(chosen(t, "6,1", 2), "6 1", "a list in its own order");
    cr_expect(strstr(chosen(t, "big", 5), "5 threads, but --cores big gives 4 cpus"), "%s",
              chosen(t, "big", 5));
}

Test(topology, big_little_from_hwloc)
{
    struct cg_topology t = read_xml(XML("snapdragon810.xml"));
    check_snapdragon(&t);
    cr_expect_str_eq(t.source, "hwloc xml");
    cr_expect_eq(t.memory_bytes, INT64_C(3) << 30);
    cg_topology_destroy(&t);
    cg_topology_destroy(&t);
}

/* The same machine as its kernel shows it. */
static void fake_snapdragon(const char *root)
{
    for (int cpu = 0; cpu < 8; cpu++) {
        const int big = cpu >= 4;
        char text[32];
        snprintf(text, sizeof text, "%d", cpu);
        fake_file(root, "1\n", "/sys/devices/system/cpu/cpu%d/online", cpu);
        fake_file(root, text, "/sys/devices/system/cpu/cpu%d/topology/core_cpus_list", cpu);
        fake_file(root, "0\n", "/sys/devices/system/cpu/cpu%d/topology/physical_package_id", cpu);
        fake_file(root, big ? "1024\n" : "448\n", "/sys/devices/system/cpu/cpu%d/cpu_capacity", cpu);
        fake_file(root, big ? "1958000\n" : "1555000\n",
                  "/sys/devices/system/cpu/cpu%d/cpufreq/cpuinfo_max_freq", cpu);
        fake_file(root, big ? "0x00000000411fd072\n" : "0x00000000410fd032\n",
                  "/sys/devices/system/cpu/cpu%d/regs/identification/midr_el1", cpu);
        fake_file(root, "2\n", "/sys/devices/system/cpu/cpu%d/cache/index2/level", cpu);
        fake_file(root, "Unified\n", "/sys/devices/system/cpu/cpu%d/cache/index2/type", cpu);
        fake_file(root, big ? "2048K\n" : "512K\n", "/sys/devices/system/cpu/cpu%d/cache/index2/size", cpu);
        fake_file(root, big ? "4-7\n" : "0-3\n", "/sys/devices/system/cpu/cpu%d/cache/index2/shared_cpu_list",
                  cpu);
    }
    fake_file(root, "MemTotal:        3145728 kB\n", "/proc/meminfo");
}

Test(topology, big_little_from_sysfs)
{
    char *root = fake_root_make();
    fake_snapdragon(root);
    struct cg_topology t = read_root(root);
    check_snapdragon(&t);
    cr_expect_str_eq(t.source, "sysfs");
    cr_expect_eq(t.memory_bytes, INT64_C(3) << 30);
    cg_topology_destroy(&t);
    fake_root_remove(root);
}

/* Virtual machines whose nodes hold less than /proc/meminfo: the larger figure is the machine's, both are
 * kept. */
Test(topology, memory_is_the_larger_of_nodes_and_system)
{
    static const struct {
        const char *system, *nodes[2];       /* kB; NULL: no such file */
        int64_t larger, of_nodes, of_system; /* KiB */
    } rows[] = {
        {"24684084", {"5347737", NULL}, 24684084, 5347737, 24684084},
        {"4000", {"3000", "2000"}, 5000, 5000, 4000},
        {"4000", {NULL, NULL}, 4000, -1, 4000},
        {NULL, {"3000", NULL}, 3000, 3000, -1},
        {"x", {"", NULL}, -1, -1, -1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *root = fake_root_make(), line[64];
        fake_file(root, "1\n", "/sys/devices/system/cpu/cpu0/online");
        for (int node = 0; node < 2; node++) {
            snprintf(line, sizeof line, "Node %d MemTotal:  %s kB\n", node, rows[i].nodes[node]);
            if (rows[i].nodes[node])
                fake_file(root, line, "/sys/devices/system/node/node%d/meminfo", node);
        }
        snprintf(line, sizeof line, "MemTotal:  %s kB\nMemFree: 1 kB\n", rows[i].system);
        if (rows[i].system)
            fake_file(root, line, "/proc/meminfo");
        struct cg_topology t = read_root(root);
        cr_expect_eq(t.memory_bytes, rows[i].larger < 0 ? -1 : rows[i].larger * 1024, "row %zu", i);
        cr_expect_eq(t.node_memory_bytes, rows[i].of_nodes < 0 ? -1 : rows[i].of_nodes * 1024, "row %zu", i);
        cr_expect_eq(t.system_memory_bytes, rows[i].of_system < 0 ? -1 : rows[i].of_system * 1024, "row %zu",
                     i);
        cg_topology_destroy(&t);
        fake_root_remove(root);
    }
}

Test(topology, phone_with_three_classes_and_a_sleeping_core)
{
    char *root = fake_root_make();
    for (int cpu = 0; cpu < 8; cpu++) {
        const char *capacity = cpu == 7 ? "1024" : cpu >= 4 ? "801" : "325";
        fake_file(root, capacity, "/sys/devices/system/cpu/cpu%d/cpu_capacity", cpu);
        fake_file(root, cpu == 6 ? "0\n" : "1\n", "/sys/devices/system/cpu/cpu%d/online", cpu);
    }
    fake_file(root, "Name:\tconvgauge\nCpus_allowed_list:\t0-3,5-7\nMems_allowed_list:\t0\n",
              "/proc/self/status");
    struct cg_topology t = read_root(root);
    cr_expect_eq(t.n_cpus, 7);
    cr_expect_eq(t.n_classes, 3);
    cr_expect_str_eq(t.classes[1].name, "mid");
    cr_expect_eq(t.n_allowed, 6, "cpu 4 is forbidden: %d", t.n_allowed);
    cr_expect_str_eq(chosen(&t, "big", 1), "7");
    cr_expect_str_eq(chosen(&t, "mid", 1), "5");
    cr_expect(strstr(chosen(&t, "0-4", 1), "may not use cpu 4 (allowed: 0-3,5,7)"), "%s",
              chosen(&t, "0-4", 1));
    cr_expect_eq(t.memory_bytes, -1, "unknown, not 0");
    cr_expect_eq(t.n_caches, 0);
    cg_topology_destroy(&t);
    fake_root_remove(root);
}

/* What is known of one core tells nothing of the other: a folder that a sleeping core lacks. */
Test(topology, a_frequency_of_some_makes_no_classes)
{
    static const struct {
        const char *file, *value;
    } rows[] = {{"cpufreq/cpuinfo_max_freq", "2000000\n"}, {"cpu_capacity", "1024\n"}};
    for (size_t i = 0; i < 2; i++) {
        char *root = fake_root_make();
        fake_file(root, "1\n", "/sys/devices/system/cpu/cpu0/online");
        fake_file(root, "1\n", "/sys/devices/system/cpu/cpu1/online");
        fake_file(root, rows[i].value, "/sys/devices/system/cpu/cpu1/%s", rows[i].file);
        struct cg_topology t = read_root(root);
        cr_expect_eq(t.n_classes, 1, "%s", rows[i].file);
        cr_expect_str_eq(t.classes[0].name, "all");
        cr_expect_eq(t.classes[0].cores, 2);
        cg_topology_destroy(&t);
        fake_root_remove(root);
    }
}

Test(topology, what_the_file_tells_of_its_machine)
{
    struct cg_topology t = read_xml(XML("two_socket.xml"));
    cr_expect_str_eq(t.told.cpu_model, "Example two-socket server");
    cr_expect_str_eq(t.told.vendor, "GenuineIntel");
    cr_expect_str_eq(t.told.architecture, "x86_64");
    cr_expect_str_eq(t.told.kernel, "Linux");
    cg_topology_destroy(&t);
}

Test(topology, two_sockets)
{
    struct cg_topology t = read_xml(XML("two_socket.xml"));
    cr_expect_eq(t.n_cpus, 64);
    cr_expect_eq(t.n_cores, 32);
    cr_expect_eq(t.n_packages, 2);
    cr_expect_eq(t.n_classes, 1);
    cr_expect_str_eq(t.classes[0].name, "all");
    cr_assert_eq(t.n_numa, 2);
    cr_expect_eq(t.numas[1].memory_bytes, INT64_C(64) << 30);
    cr_expect_eq(t.numas[1].cpus, 32);
    cr_expect_eq(cg_topology_cpu(&t, 48)->package, 1);
    cr_expect_eq(cg_topology_cpu(&t, 48)->numa, 1);
    cr_expect_eq(cg_topology_cpu(&t, 48)->smt, 1);
    cr_expect_null(cg_topology_cpu(&t, 64));
    cr_expect_eq(cg_topology_cache(&t, 3, 0)->count, 2);
    cr_expect_eq(cg_topology_cache(&t, 1, 0)->type[0], 'd');
    cr_expect_eq(cg_topology_cache(&t, 1, 0)->count, 32);
    cr_expect_str_eq(chosen(&t, "all", 3), "0 1 2");
    cr_expect_str_eq(chosen(&t, "all", 18), "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17",
                     "cores before threads");
    const char *all = chosen(&t, "big", 34);
    cr_expect(strstr(all, " 30 31 32 33"), "second threads last: %s", all);
    cr_expect(strstr(chosen(&t, "little", 1), "unavailable"), "%s", chosen(&t, "little", 1));
    cr_assert_not_null(cg_topology_cores_note(&t, "big"));
    cr_expect_str_eq(cg_topology_cores_note(&t, "big"),
                     "this machine has one class of cores: big means all of them");
    cr_expect_null(cg_topology_cores_note(&t, "all"));
    cr_expect_null(cg_topology_cores_note(&t, "0-3"));
    cr_expect_null(cg_topology_cores_note(&t, NULL));
    cr_expect(strstr(chosen(&t, "64", 1), "no cpu 64"), "%s", chosen(&t, "64", 1));
    cg_topology_destroy(&t);
}

Test(topology, hybrid_desktop)
{
    struct cg_topology t = read_xml(XML("hybrid_desktop.xml"));
    cr_assert_eq(t.n_classes, 2);
    cr_expect_eq(t.n_cores, 16);
    cr_expect_str_eq(t.classes[1].core, "IntelCore");
    cr_expect_eq(t.classes[1].cores, 8);
    cr_expect_eq(t.classes[1].threads, 16);
    cr_expect_eq(t.classes[0].cores, 8);
    cr_expect_null(cg_topology_cores_note(&t, "big"));
    cr_expect_str_eq(chosen(&t, "big", 9), "0 2 4 6 8 10 12 14 1");
    cr_expect_str_eq(chosen(&t, "all", 10), "0 2 4 6 8 10 12 14 16 17",
                     "efficient cores before second threads");
    cr_expect_eq(cg_topology_cache(&t, 1, 20)->bytes, 32 * 1024);
    cr_expect_eq(cg_topology_cache(&t, 1, 0)->bytes, 48 * 1024);
    cr_expect_eq(cg_topology_cache(&t, 3, 20)->bytes, 30 << 20, "shared by both classes");
    cg_topology_destroy(&t);
}

Test(topology, container_limited_to_one_cpu)
{
    struct cg_topology t = read_xml(XML("container_one_cpu.xml"));
    cr_expect_eq(t.n_cpus, 4);
    cr_expect_eq(t.n_allowed, 1);
    cr_expect_str_eq(chosen(&t, "all", 1), "2");
    cr_expect(strstr(chosen(&t, "all", 2), "2 threads, but this process may run on 1 cpu only"), "%s",
              chosen(&t, "all", 2));
    cr_expect_str_eq(chosen(&t, NULL, 2), chosen(&t, "all", 2));
    cr_expect(strstr(chosen(&t, "0", 1), "allowed: 2"), "%s", chosen(&t, "0", 1));
    cg_topology_destroy(&t);
}

static void allow(struct cg_topology *t, const char *list)
{
    struct cg_cpu_set set;
    cr_assert(cg_cpu_set_parse(list, &set));
    t->n_allowed = set.n;
    for (int i = 0; i < t->n_cpus; i++)
        t->cpus[i].allowed = cg_cpu_set_has(&set, t->cpus[i].os);
}

Test(topology, restricted_like_taskset)
{
    struct cg_topology t = read_xml(XML("hybrid_desktop.xml"));
    allow(&t, "1,3,16");
    cr_expect_str_eq(chosen(&t, "all", 3), "1 3 16",
                     "a core whose first thread is forbidden counts by its second");
    allow(&t, "0,1");
    cr_expect(strstr(chosen(&t, "little", 1), "may use none of them (allowed: 0-1)"), "%s",
              chosen(&t, "little", 1));
    cg_topology_destroy(&t);
}

Test(topology, bad_specs)
{
    struct cg_topology t = read_xml(XML("snapdragon810.xml"));
    static const char *const specs[] = {"huge", "0,", "-1", "0-", "", "0x1", "big,little", "0-7-9"};
    for (size_t i = 0; i < sizeof specs / sizeof specs[0]; i++) {
        int cpus[8];
        struct cg_error err = {0};
        cr_expect_eq(cg_topology_choose(&t, specs[i], 1, cpus, &err), CG_INVALID, "\"%s\"", specs[i]);
        cr_expect(strstr(err.text, "--cores"), "%s", err.text);
    }
    int cpus[8];
    cr_expect_eq(cg_topology_choose(&t, "all", 0, cpus, NULL), CG_INVALID);
    cr_expect_eq(cg_topology_choose(&t, "all", -3, cpus, NULL), CG_INVALID);
    cg_topology_destroy(&t);
}

Test(topology, unreadable_xml)
{
    struct cg_topology t;
    struct cg_error err = {0};
    cr_expect_eq(cg_topology_read(&(struct cg_topology_options){.xml = "/nonexistent.xml"}, &t, &err),
                 cg_have_hwloc() ? CG_INVALID : CG_UNAVAILABLE);
    cr_expect(strstr(err.text, "/nonexistent.xml"), "%s", err.text);
    cg_topology_destroy(&t);
}

Test(topology, nothing_known)
{
    char *root = fake_root_make();
    struct cg_topology t = read_root(root);
    cr_expect_str_eq(t.source, "counted");
    cr_expect_geq(t.n_cpus, 1);
    cr_expect_eq(t.n_classes, 1);
    cr_expect_str_eq(chosen(&t, "all", 1), "0");
    cr_expect_eq(t.memory_bytes, -1);
    cg_topology_destroy(&t);
    fake_root_remove(root);
}

/* Both readers must tell the same story of the machine that the test runs on. */
Test(topology, readers_agree_here)
{
    struct cg_topology a, b;
    cr_assert_eq(cg_topology_read(NULL, &a, NULL), CG_OK);
    cr_assert_eq(cg_topology_read(&(struct cg_topology_options){.root = "/"}, &b, NULL), CG_OK);
    if (strcmp(b.source, "sysfs") == 0 && strcmp(a.source, "hwloc") == 0) {
        cr_expect_eq(a.n_cpus, b.n_cpus);
        cr_expect_eq(a.n_cores, b.n_cores);
        cr_expect_eq(a.n_packages, b.n_packages);
        cr_expect_eq(a.n_allowed, b.n_allowed);
        for (int level = 1; level <= 3; level++) {
            const struct cg_cache_record *x = cg_topology_cache(&a, level, a.cpus[0].os);
            const struct cg_cache_record *y = cg_topology_cache(&b, level, b.cpus[0].os);
            if (y) /* some virtual machines show no caches there; hwloc then asks the processor */
                cr_expect_eq(x ? x->bytes : -1, y->bytes, "level %d", level);
        }
    }
    cr_expect_eq(a.memory_bytes, b.memory_bytes);
    cr_expect_geq(a.memory_bytes, a.system_memory_bytes);
    cr_expect_geq(a.n_allowed, 1);
    cg_topology_destroy(&a);
    cg_topology_destroy(&b);
}

/* What a results file tells of this machine can be read back, and does not name it. */
Test(topology, this_machine_as_xml)
{
    struct cg_topology here, back;
    struct cg_error err = {0};
    char *xml = cg_topology_xml(), host[256] = "", path[] = "/tmp/topology-XXXXXX";
    cr_assert_eq(cg_topology_read(NULL, &here, &err), CG_OK, "%s", err.text);
    if (!xml) {
        cr_expect(strcmp(here.source, "hwloc") != 0);
        cg_topology_destroy(&here);
        return;
    }
    static const char *const forbidden[] = {"HostName", "OSRelease", "ProcessName", "LinuxCgroup", "DMI",
                                            "UUID",     "Serial",    "/home",       "/root"};
    for (size_t i = 0; i < sizeof forbidden / sizeof forbidden[0]; i++)
        cr_expect(!strstr(xml, forbidden[i]), "%s is told", forbidden[i]);
    gethostname(host, sizeof host - 1);
    cr_expect(strlen(host) < 4 || !strstr(xml, host), "the host's name is told");
    const int fd = mkstemp(path);
    cr_assert(fd >= 0 && write(fd, xml, strlen(xml)) == (ssize_t)strlen(xml));
    close(fd);
    cr_assert_eq(cg_topology_read(&(struct cg_topology_options){.xml = path}, &back, &err), CG_OK, "%s",
                 err.text);
    cr_expect_eq(back.n_cpus, here.n_cpus);
    cr_expect_eq(back.n_cores, here.n_cores);
    cr_expect_eq(back.n_caches, here.n_caches);
    unlink(path);
    free(xml);
    cg_topology_destroy(&here);
    cg_topology_destroy(&back);
}

/* The facts by which kinds of cores are told apart travel with the topology. */
Test(topology, kinds_of_cores_are_told)
{
    setenv("HWLOC_XMLFILE", TEST_DATA "/topology/snapdragon810.xml", 1);
    char *xml = cg_topology_xml();
    unsetenv("HWLOC_XMLFILE");
    if (xml)
        cr_expect(strstr(xml, "<info name=\"LinuxCapacity\""));
    free(xml);
}
