#include "bench/device/emulation.h"
#include "bench/device/sensors.h"
#include "bench/device/state.h"
#include "tests/fake_root.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void fake_board(const char *root)
{
    fake_file(root, "cpu-thermal\n", "/sys/class/thermal/thermal_zone0/type");
    fake_file(root, "61500\n", "/sys/class/thermal/thermal_zone0/temp");
    fake_file(root, "48000\n", "/sys/class/thermal/thermal_zone1/temp");
    fake_file(root, "cpufreq-cpu0\n", "/sys/class/thermal/cooling_device0/type");
    fake_file(root, "2\n", "/sys/class/thermal/cooling_device0/cur_state");
    fake_file(root, "Fan\n", "/sys/class/thermal/cooling_device1/type");
    fake_file(root, "9\n", "/sys/class/thermal/cooling_device1/cur_state");
    fake_file(root, "1500000\n", "/sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq");
    fake_file(root, "1400000\n", "/sys/devices/system/cpu/cpu1/cpufreq/scaling_cur_freq");
    fake_file(root, "ondemand\n", "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
    fake_file(root, "ondemand\n", "/sys/devices/system/cpu/cpu1/cpufreq/scaling_governor");
    fake_file(root, "package-0\n", "/sys/class/powercap/intel-rapl:0/name");
    fake_file(root, "900\n", "/sys/class/powercap/intel-rapl:0/energy_uj");
    fake_file(root, "1000\n", "/sys/class/powercap/intel-rapl:0/max_energy_range_uj");
    fake_file(root, "core\n", "/sys/class/powercap/intel-rapl:0:0/name");
    fake_file(root, "7\n", "/sys/class/powercap/intel-rapl:0:0/energy_uj");
    fake_file(root, "always [madvise] never\n", "/sys/kernel/mm/transparent_hugepage/enabled");
    fake_file(
        root,
        "cpu  9 9 9 9 9 9 9 9 0 0\ncpu0 100 0 50 900 1 2 3 4 0 0\ncpu1 10 0 5 90 0 0 0 6 0 0\nintr 1 2\n",
        "/proc/stat");
}

Test(sensors, a_board)
{
    char *root = fake_root_make();
    fake_board(root);
    struct cg_sensors *sensors = cg_sensors_open(root, NULL, 0);
    cr_assert_not_null(sensors);
    cg_sensors_read(sensors);
    cr_expect_float_eq(cg_sensors_summary(sensors, CG_SENSOR_TEMPERATURE), 61.5, 1e-9);
    cr_expect_float_eq(cg_sensors_summary(sensors, CG_SENSOR_FREQUENCY), 1.45e9, 1);
    cr_expect_float_eq(cg_sensors_summary(sensors, CG_SENSOR_ENERGY), 900e-6, 1e-12);
    cr_expect_float_eq(cg_sensors_summary(sensors, CG_SENSOR_THROTTLE), 2, 0);
    cr_expect(isnan(cg_sensors_summary(sensors, CG_SENSOR_POWER)));
    struct cg_zone zones[CG_ZONES_MAX];
    cr_assert_eq(cg_zones_list(sensors, zones), 2);
    cr_expect_str_eq(zones[0].type, "cpu-thermal");
    cr_expect_null(zones[1].type, "it does not say");
    fake_file(root, "100\n", "/sys/class/powercap/intel-rapl:0/energy_uj"); /* wrapped at 1000 */
    fake_file(root, "", "/sys/class/thermal/thermal_zone0/temp");
    cg_sensors_read(sensors);
    cr_expect_float_eq(cg_sensors_summary(sensors, CG_SENSOR_ENERGY), 1100e-6, 1e-12);
    cg_zones_list(sensors, zones);
    cr_expect(zones[0].mc == CG_ZONE_UNKNOWN && zones[1].mc == 48000, "one that stops answering is unknown");
    char text[200];
    cg_sensors_describe(sensors, text, sizeof text);
    cr_expect_str_eq(text, "2 temperature sensors, 2 frequency sensors, 1 energy sensor, no power sensor, "
                           "1 throttle sensor");
    cg_sensors_close(&sensors);
    cr_expect_null(sensors);
    cg_sensors_close(&sensors);
    fake_root_remove(root);
}

static void fake_zone(const char *root, int zone, const char *type, const char *temp)
{
    fake_file(root, type, "/sys/class/thermal/thermal_zone%d/type", zone);
    fake_file(root, temp, "/sys/class/thermal/thermal_zone%d/temp", zone);
}

static double hottest(const char *root)
{
    struct cg_sensors *sensors = cg_sensors_open(root, NULL, 0);
    cr_assert_not_null(sensors);
    cg_sensors_read(sensors);
    const double celsius = cg_sensors_summary(sensors, CG_SENSOR_TEMPERATURE);
    cg_sensors_close(&sensors);
    return celsius;
}

/* A phone's zones: the processor's count, not the warmest of all; voltages, broken sensors and whole degrees
 * are there. */
Test(sensors, a_phone)
{
    char *root = fake_root_make();
    fake_zone(root, 0, "battery\n", "31000\n");
    fake_zone(root, 1, "vbat\n", "4200000\n");
    fake_zone(root, 2, "charger\n", "58000\n");
    fake_zone(root, 3, "pm8994_tz\n", "-40000\n");
    cr_expect_float_eq(hottest(root), 58, 1e-9, "all where none is the processor's");
    fake_zone(root, 4, "cpu-0-0-usr\n", "41000\n");
    fake_zone(root, 5, "tsens_tz_sensor7\n", "43\n");
    fake_zone(root, 6, "soc\n", "88\n"); /* the battery's state of charge */
    cr_expect_float_eq(hottest(root), 43, 1e-9, "whole degrees");
    fake_zone(root, 7, "BIG\n", "47500\n");
    cr_expect_float_eq(hottest(root), 47.5, 1e-9);
    fake_root_remove(root);
}

static struct cg_state_reader *open_of_two_cpus(const char *root)
{
    static const int cpus[] = {0, 1};
    struct cg_state_reader *reader =
        cg_state_open(&(struct cg_state_options){.root = root, .cpus = cpus, .n_cpus = 2});
    cr_assert_not_null(reader);
    return reader;
}

Test(state, a_board)
{
    char *root = fake_root_make();
    fake_board(root);
    fake_file(root, "1\n", "/sys/devices/system/cpu/cpufreq/boost");
    struct cg_state_reader *reader = open_of_two_cpus(root);
    struct cg_state state;
    struct cg_device_record constant;
    struct cg_arena *arena = cg_arena_create(0);
    cr_assert_not_null(arena);
    cg_state_read(reader, &state);
    cg_state_record(reader, arena, &constant);
    cr_expect_float_eq(state.temperature_c, 61.5, 1e-9);
    cr_expect_float_eq(state.steal_ns, 10 * 1e9 / (double)sysconf(_SC_CLK_TCK), 1);
    cr_expect(isnan(state.frequency_hz), "not asked for");
    cr_expect_eq(state.migrations, -1);
    cr_expect_str_eq(constant.governor, "ondemand");
    cr_expect_str_eq(constant.transparent_huge_pages, "madvise");
    cr_expect_str_eq(constant.turbo, "on");
    cr_expect_eq(constant.smt, -1);
    cr_expect_eq(constant.swap_used, -1);
    cg_state_close(&reader);
    fake_file(root, "performance\n", "/sys/devices/system/cpu/cpu1/cpufreq/scaling_governor");
    fake_file(root, "1\n", "/sys/devices/system/cpu/intel_pstate/no_turbo");
    reader = open_of_two_cpus(root);
    cg_state_record(reader, arena, &constant);
    cr_expect_str_eq(constant.governor, "mixed");
    cr_expect_str_eq(constant.turbo, "off");
    cg_state_close(&reader);
    cg_arena_destroy(&arena);
    fake_root_remove(root);
}

/* Siblings are those that share a core with a watched cpu and are not watched. */
Test(state, siblings_and_quota)
{
    char *root = fake_root_make();
    struct cg_state before, after;
    fake_board(root);
    fake_file(root, "0,2\n", "/sys/devices/system/cpu/cpu0/topology/thread_siblings_list");
    fake_file(root, "0-1\n", "/sys/devices/system/cpu/cpu1/topology/thread_siblings_list");
    fake_file(root, "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n", "/proc/self/mountinfo");
    fake_file(root, "0::/\n", "/proc/self/cgroup");
    fake_file(root, "nr_periods 9\nnr_throttled 5\n", "/sys/fs/cgroup/cpu.stat");
    fake_file(root, "cpu0 1 0 0 9 0 0 0 0\ncpu1 1 0 0 9 0 0 0 0\ncpu2 7 1 2 9 0 0 0 0\n", "/proc/stat");
    struct cg_state_reader *reader = open_of_two_cpus(root);
    cr_expect_eq(cg_state_siblings(reader), 1);
    cg_state_read(reader, &before);
    cr_expect_float_eq(before.siblings_busy_ns, 10 * 1e9 / (double)sysconf(_SC_CLK_TCK), 1);
    cr_expect_eq(before.throttled, 5);
    fake_file(root, "nr_periods 10\nnr_throttled 6\n", "/sys/fs/cgroup/cpu.stat");
    cg_state_read(reader, &after);
    after.time_ns = before.time_ns + 1000000000;
    cr_expect(cg_state_disturbed(&before, &after, 2) & CG_DISTURBED_QUOTA);
    cr_expect_not(cg_state_disturbed(&after, &after, 2) & CG_DISTURBED_QUOTA);
    cg_state_close(&reader);
    fake_root_remove(root);
}

/* Layouts of memory; with one NUMA node there is no policy to tell of. */
Test(state, layouts_of_memory)
{
    static const struct {
        const char *level, *word;
    } rows[] = {{"2\n", "full"}, {"1\n", "without the heap"}, {"0\n", "off"}};
    char *root = fake_root_make();
    struct cg_arena *arena = cg_arena_create(0);
    struct cg_device_record record;
    struct cg_state_reader *reader = open_of_two_cpus(root);
    cr_assert_not_null(arena);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fake_file(root, rows[i].level, "/proc/sys/kernel/randomize_va_space");
        cg_state_record(reader, arena, &record);
        cr_expect_str_eq(record.aslr, rows[i].word);
    }
    fake_file(root, "1\n", "/proc/sys/kernel/numa_balancing");
    fake_file(root, "x\n", "/sys/devices/system/node/node0/cpulist");
    cg_state_record(reader, arena, &record);
    cr_expect(record.numa_balancing == -1 && !record.numa_policy, "one node");
    fake_file(root, "x\n", "/sys/devices/system/node/node1/cpulist");
    cg_state_record(reader, arena, &record);
    cr_expect_eq(record.numa_balancing, 1);
    cg_state_close(&reader);
    cg_arena_destroy(&arena);
    fake_root_remove(root);
}

Test(state, nothing_known)
{
    char *root = fake_root_make();
    struct cg_state_reader *reader = open_of_two_cpus(root);
    struct cg_state state;
    struct cg_device_record constant;
    struct cg_arena *arena = cg_arena_create(0);
    cr_assert_not_null(arena);
    cg_state_read(reader, &state);
    cg_state_record(reader, arena, &constant);
    cr_expect(isnan(state.frequency_hz) && isnan(state.temperature_c) && isnan(state.throttle_count) &&
              isnan(state.steal_ns) && isnan(state.busy_other_ns));
    cr_expect(state.involuntary_switches == -1 && state.migrations == -1 && state.major_faults == -1);
    cr_expect(isnan(state.siblings_busy_ns) && state.throttled == -1 && !constant.aslr);
    cr_expect_null(constant.governor);
    cr_expect_null(constant.transparent_huge_pages);
    cr_expect_null(constant.turbo);
    cg_arena_destroy(&arena);
    cr_expect_eq(cg_state_disturbed(&state, &state, 2), 0);
    cg_state_close(&reader);
    cg_state_close(&reader);
    fake_root_remove(root);
}

Test(state, here)
{
    struct cg_state_reader *reader = cg_state_open(&(struct cg_state_options){.frequency = true});
    struct cg_state before, after;
    cr_assert_not_null(reader);
    cg_state_read(reader, &before);
    cg_state_read(reader, &after);
    cr_expect_gt(after.time_ns, before.time_ns);
    cr_expect_geq(after.involuntary_switches, 0);
    cg_state_disturbed(&before, &after, 1); /* whatever it says of this machine now */
    cg_state_close(&reader);
}

Test(state, disturbances)
{
    const struct cg_state calm = {.time_ns = 1000000000,
                                  .frequency_hz = 3e9,
                                  .temperature_c = 60,
                                  .throttle_count = 5,
                                  .steal_ns = 1e9,
                                  .busy_other_ns = 1e9,
                                  .involuntary_switches = 10,
                                  .migrations = 3,
                                  .major_faults = 0};
    struct cg_state after = calm;
    after.time_ns += 2000000000; /* 2 s later */
    cr_expect_eq(cg_state_disturbed(&calm, &after, 1), 0);
    static const struct {
        const char *name;
        enum cg_disturbance bit;
        double frequency, throttle, steal_ns, other_ns, temperature;
        int switches, migrations;
    } rows[] = {
        {"frequency down", CG_DISTURBED_FREQUENCY, -0.2e9},
        {"frequency up", CG_DISTURBED_FREQUENCY, +0.2e9},
        {"frequency within the limit", 0, 0.05e9},
        {"throttled", CG_DISTURBED_THROTTLE, 0, 1},
        {"steal", CG_DISTURBED_STEAL, 0, 0, 50e6},
        {"steal of one tick", 0, 0, 0, 10e6},
        {"others", CG_DISTURBED_LOAD, 0, 0, 0, 300e6},
        {"others a little", 0, 0, 0, 0, 50e6},
        {"hot", CG_DISTURBED_TEMPERATURE, 0, 0, 0, 0, 40},
        {"switches", CG_DISTURBED_SWITCH, 0, 0, 0, 0, 0, 1000},
        {"few switches", 0, 0, 0, 0, 0, 0, 20},
        {"migration", CG_DISTURBED_MIGRATION, 0, 0, 0, 0, 0, 0, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct cg_state s = after;
        s.frequency_hz += rows[i].frequency;
        s.throttle_count += rows[i].throttle;
        s.steal_ns += rows[i].steal_ns;
        s.busy_other_ns += rows[i].other_ns;
        s.temperature_c += rows[i].temperature;
        s.involuntary_switches += rows[i].switches;
        s.migrations += rows[i].migrations;
        const unsigned bits = cg_state_disturbed(&calm, &s, 1);
        cr_expect_eq(bits, rows[i].bit, "%s: %#x", rows[i].name, bits);
    }
    struct cg_state unknown = after;
    unknown.frequency_hz = unknown.throttle_count = unknown.steal_ns = unknown.busy_other_ns =
        unknown.temperature_c = NAN;
    unknown.involuntary_switches = unknown.migrations = unknown.major_faults = -1;
    cr_expect_eq(cg_state_disturbed(&calm, &unknown, 1), 0, "unknown disturbs nothing");
    cr_expect_eq(cg_state_disturbed(&unknown, &after, 1), 0);
}

Test(emulation, by_the_program_that_runs)
{
    static const struct {
        const char *target, *name;
    } rows[] = {{"/usr/bin/qemu-aarch64", "qemu-user"},
                {"/usr/libexec/qemu-binfmt/qemu-x86_64-static", "qemu-user"},
                {"/usr/bin/box64", "box64"},
                {"/usr/lib/valgrind/memcheck-amd64-linux", "valgrind"},
                {"/usr/bin/convgauge", NULL}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *root = fake_root_make();
        struct cg_emulation e;
        fake_link(root, rows[i].target, "/proc/thread-self/exe");
        cg_emulation_detect(root, &e);
        cr_expect_eq(e.emulated, rows[i].name != NULL, "%s", rows[i].target);
        cr_expect_str_eq(e.emulator, rows[i].name ? rows[i].name : "", "%s", rows[i].target);
        cr_expect_eq(e.evidence[0] != 0, e.emulated);
        fake_root_remove(root);
    }
}

static void fake_words(const char *root, const char *path, const char *words, size_t size)
{
    char full[512];
    fake_file(root, "", "%s", path);
    snprintf(full, sizeof full, "%s%s", root, path);
    FILE *file = fopen(full, "w");
    cr_assert(file && fwrite(words, 1, size, file) == size && fclose(file) == 0);
}

/* The words in front of our own, as the kernel sees them, are the emulator's. */
Test(emulation, the_command_line_in_front_of_ours)
{
    static const char ours[] = "./convgauge\0run\0g1",
                      all[] = "qemu-aarch64\0-L\0/sys root\0./convgauge\0run\0g1";
    static const char other[] = "qemu-aarch64\0./convgauge\0run\0g2";
    struct cg_starter command;
    char *root = fake_root_make();
    cg_emulator_command_read(root, &command);
    cr_expect_eq(command.n_words, 0, "no files");
    fake_link(root, "/usr/bin/qemu-aarch64", "/proc/thread-self/exe");
    fake_words(root, "/proc/self/cmdline", ours, sizeof ours);
    fake_words(root, "/proc/thread-self/cmdline", ours, sizeof ours);
    cg_emulator_command_read(root, &command);
    cr_expect_eq(command.n_words, 0, "nothing in front");
    fake_words(root, "/proc/thread-self/cmdline", other, sizeof other);
    cg_emulator_command_read(root, &command);
    cr_expect_eq(command.n_words, 0, "another program's words");
    fake_words(root, "/proc/thread-self/cmdline", all, sizeof all);
    cg_emulator_command_read(root, &command);
    cr_assert_eq(command.n_words, 3);
    cr_expect_str_eq(command.program, "/usr/bin/qemu-aarch64");
    cr_expect_str_eq(command.words[0], "qemu-aarch64");
    cr_expect_str_eq(command.words[2], "/sys root");
    fake_root_remove(root);
}

/* A bundle's start script calls the loader; workers have to be started the same way. */
Test(loader, the_words_up_to_the_program)
{
    static const char bundle[] =
        "/b/lib/ld-linux-aarch64.so.1\0--inhibit-cache\0--library-path\0/b/lib\0/b/bin/convgauge"
        "\0run\0--quick",
                      nothing[] = "/b/lib/ld-linux-aarch64.so.1\0--library-path\0/b/lib";
    struct cg_starter command;
    char *root = fake_root_make();
    cg_loader_command_read(root, &command);
    cr_expect_eq(command.n_words, 0, "no files");
    fake_link(root, "/b/lib/ld-linux-aarch64.so.1", "/proc/self/exe");
    fake_words(root, "/proc/self/cmdline", nothing, sizeof nothing);
    cg_loader_command_read(root, &command);
    cr_expect_eq(command.n_words, 0, "no program");
    fake_words(root, "/proc/self/cmdline", bundle, sizeof bundle);
    cg_loader_command_read(root, &command);
    cr_assert_eq(command.n_words, 5);
    cr_expect_str_eq(command.words[3], "/b/lib");
    cr_expect_str_eq(command.words[4], "/b/bin/convgauge");
    fake_root_remove(root);
    root = fake_root_make();
    fake_link(root, "/usr/bin/convgauge", "/proc/self/exe");
    fake_words(root, "/proc/self/cmdline", bundle, sizeof bundle);
    cg_loader_command_read(root, &command);
    cr_expect_eq(command.n_words, 0, "executed as itself");
    fake_root_remove(root);
}

Test(emulation, by_a_foreign_cpuinfo)
{
    char *root = fake_root_make();
    struct cg_emulation e;
#if defined(__aarch64__)
    fake_file(root, "processor\t: 0\nvendor_id\t: GenuineIntel\n", "/proc/cpuinfo");
#else
    fake_file(root, "processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd07\n", "/proc/cpuinfo");
#endif
    cg_emulation_detect(root, &e);
#if defined(__aarch64__) || defined(__x86_64__)
    cr_expect(e.emulated);
    cr_expect(strstr(e.evidence, "/proc/cpuinfo"), "%s", e.evidence);
#endif
    fake_root_remove(root);
}

Test(emulation, virtual_machines)
{
    static const struct {
        const char *file, *text, *name;
        int virtualised;
    } rows[] = {
        {"/sys/class/dmi/id/sys_vendor", "QEMU\n", "QEMU", 1},
        {"/sys/class/dmi/id/sys_vendor", "Amazon EC2\n", "Amazon EC2", 1},
        {"/sys/class/dmi/id/sys_vendor", "Dell Inc.\n", "", 0},
        {"/sys/firmware/devicetree/base/compatible", "linux,dummy-virt", "QEMU", 1},
        {"/sys/firmware/devicetree/base/model", "Raspberry Pi 5 Model B Rev 1.0", "", 0},
        {"/some/where", "x", "", -1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *root = fake_root_make();
        struct cg_emulation e;
        fake_file(root, rows[i].text, "%s", rows[i].file);
        cg_emulation_detect(root, &e);
        cr_expect_eq(e.virtualised, rows[i].virtualised, "%s", rows[i].text);
        cr_expect_str_eq(e.hypervisor, rows[i].name, "%s", rows[i].text);
        cr_expect_not(e.emulated, "%s", rows[i].text);
        fake_root_remove(root);
    }
}
