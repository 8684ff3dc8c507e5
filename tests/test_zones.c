/* Thermal zones: which are there, and their temperatures while they come and go. */
#include "bench/device/state.h"
#include "bench/device/sensors.h"
#include "tests/fake_root.h"

#include <criterion/criterion.h>
#include <string.h>
#include <unistd.h>

static void fake_zone(const char *root, int zone, const char *type, const char *temp)
{
    if (type)
        fake_file(root, type, "/sys/class/thermal/thermal_zone%d/type", zone);
    if (temp)
        fake_file(root, temp, "/sys/class/thermal/thermal_zone%d/temp", zone);
}

static const int five[] = {3, 10, 0, 2, 4};

/* The processor's zones first, each kind by number; one has no file, one no name, one is a voltage. */
static char *phone(void)
{
    char *root = fake_root_make();
    fake_zone(root, 0, "battery\n", "-7500\n");
    fake_zone(root, 2, "modem\n", NULL);
    fake_zone(root, 3, "cpu-0-0\n", "52100\n");
    fake_zone(root, 4, NULL, "4200000\n");
    fake_zone(root, 10, "BIG\n", "61\n");
    return root;
}

Test(zones, are_listed_with_the_processors_first)
{
    static const char *const types[] = {"cpu-0-0", "BIG", "battery", "modem", NULL};
    char *root = phone(), text[200];
    struct cg_zone zones[CG_ZONES_MAX];
    struct cg_sensors *sensors = cg_sensors_open(root, NULL, 0);
    cr_assert_eq(cg_zones_list(sensors, zones), 5);
    for (int i = 0; i < 5; i++) {
        cr_expect_eq(zones[i].number, five[i]);
        cr_expect_eq(zones[i].processor, i < 2);
        if (types[i])
            cr_expect_str_eq(zones[i].type, types[i]);
        else
            cr_expect_null(zones[i].type);
    }
    cr_expect_eq(cg_sensors_zones_left_out(sensors), 0);
    cg_sensors_describe(sensors, text, sizeof text);
    cr_expect(strstr(text, "4 temperature sensors"), "what does not answer is no sensor: %s", text);
    cg_sensors_close(&sensors);
    fake_root_remove(root);
    root = fake_root_make();
    sensors = cg_sensors_open(root, NULL, 0);
    cr_expect_eq(cg_zones_list(sensors, zones), 0);
    cr_expect_eq(cg_sensors_zones_left_out(sensors), 0);
    cg_sensors_close(&sensors);
    fake_root_remove(root);
}

Test(zones, that_vanish_are_unknown_until_they_are_back)
{
    static const int more[] = {0, 99, 3};
    char *root = phone();
    int32_t mc[5];
    struct cg_sensors *sensors = cg_sensors_open(root, NULL, 0);
    cg_sensors_read(sensors);
    cg_zones_temperatures(sensors, five, 5, mc);
    cr_expect(mc[0] == 52100 && mc[1] == 61000 && mc[2] == -7500);
    cr_expect(mc[3] == CG_ZONE_UNKNOWN && mc[4] == CG_ZONE_UNKNOWN, "no file; a voltage");
    cg_zones_temperatures(sensors, more, 3, mc);
    cr_expect(mc[0] == -7500 && mc[1] == CG_ZONE_UNKNOWN && mc[2] == 52100, "by number in any order");
    fake_zone(root, 3, NULL, "");
    fake_zone(root, 0, NULL, "off\n");
    cg_sensors_read(sensors);
    cg_zones_temperatures(sensors, five, 5, mc);
    cr_expect(mc[0] == CG_ZONE_UNKNOWN && mc[1] == 61000 && mc[2] == CG_ZONE_UNKNOWN);
    fake_zone(root, 3, NULL, "0\n");
    cg_sensors_read(sensors);
    cg_zones_temperatures(sensors, five, 5, mc);
    cr_expect(mc[0] == 0 && mc[2] == CG_ZONE_UNKNOWN, "0 C is a temperature");
    cg_sensors_close(&sensors);
    fake_root_remove(root);
}

enum { CPU_ZONES = 10, OTHER_ZONES = 90 };

static char *crowd(void)
{
    char *root = fake_root_make();
    for (int i = 0; i < OTHER_ZONES; i++)
        fake_zone(root, i, "skin\n", "35000\n");
    for (int i = 0; i < CPU_ZONES; i++)
        fake_zone(root, OTHER_ZONES + i, "cpu\n", "45000\n");
    return root;
}

Test(zones, beyond_the_cap_are_counted)
{
    char *root = crowd();
    struct cg_zone zones[CG_ZONES_MAX];
    struct cg_sensors *sensors = cg_sensors_open(root, NULL, 0);
    cr_assert_eq(cg_zones_list(sensors, zones), CG_ZONES_MAX);
    cr_expect_eq(cg_sensors_zones_left_out(sensors), CPU_ZONES + OTHER_ZONES - CG_ZONES_MAX);
    cr_expect(zones[0].number == OTHER_ZONES && zones[CPU_ZONES - 1].processor);
    cr_expect(zones[CPU_ZONES].number == 0 && !zones[CPU_ZONES].processor);
    cg_sensors_close(&sensors);
    fake_root_remove(root);
}

static int known_of(struct cg_sensors *sensors)
{
    struct cg_zone zones[CG_ZONES_MAX];
    int known = 0;
    cg_sensors_read_sparing(sensors);
    const int n = cg_zones_list(sensors, zones);
    for (int i = 0; i < n; i++)
        known += zones[i].mc != CG_ZONE_UNKNOWN;
    return known;
}

/* The other zones only when they cost no more than a small part of the time. */
Test(zones, of_other_things_are_read_sparingly)
{
    char *root = crowd();
    bool spared = false;
    struct cg_sensors *sensors = cg_sensors_open(root, NULL, 0);
    cr_expect_eq(known_of(sensors), CG_ZONES_MAX, "the first time");
    for (int i = 0; i < 100 && !spared; i++) { /* unless this thread lost its cpu in between */
        const int known = known_of(sensors);
        cr_expect(known == CG_ZONES_MAX || known == CPU_ZONES, "%d", known);
        spared = known == CPU_ZONES;
    }
    cr_expect(spared);
    int known = 0;
    for (int i = 0; i < 200 && known != CG_ZONES_MAX; i++) {
        usleep(50000);
        known = known_of(sensors);
    }
    cr_expect_eq(known, CG_ZONES_MAX, "after a while");
    for (int i = 0; i < CPU_ZONES; i++)
        fake_zone(root, OTHER_ZONES + i, NULL, "");
    for (int i = 0; i < 3; i++)
        cr_expect_eq(known_of(sensors), CG_ZONES_MAX - CPU_ZONES,
                     "always where nothing tells the processor's");
    cg_sensors_close(&sensors);
    fake_root_remove(root);
}

Test(zones, are_behind_a_snapshot)
{
    char *root = phone();
    const int cpu = 0;
    int32_t mc[5];
    struct cg_state state;
    struct cg_state_reader *reader =
        cg_state_open(&(struct cg_state_options){.root = root, .cpus = &cpu, .n_cpus = 1});
    cr_assert_not_null(reader);
    fake_zone(root, 3, NULL, "70000\n");
    cg_state_read(reader, &state);
    cr_expect_float_eq(state.temperature_c, 70, 1e-9);
    cg_zones_temperatures(cg_state_sensors(reader), five, 5, mc);
    cr_expect(mc[0] == 70000 && mc[1] == 61000 && mc[3] == CG_ZONE_UNKNOWN);
    cg_state_close(&reader);
    fake_root_remove(root);
}
