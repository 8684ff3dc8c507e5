#include "bench/device/sensors.h"

#include "bench/device/sysfile.h"
#include "bench/device/timer.h"

#include <fcntl.h>
#include <math.h>
#include <regex.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SENSORS_MAX 256 /* open files: a process may have 1024 of them */
#define CPU_DIR     "/sys/devices/system/cpu"

/* Pause between two readings of the other things' zones, as a multiple of what the last one took. */
#define PAUSE 500

struct sensor {
    enum cg_sensor_kind kind;
    int fd;
    double scale; /* of the file's number to the kind's unit */
    double range; /* counters that wrap: at this raw value; 0: never */
    double last, wrapped;
    bool processor; /* it says that it measures the processor */
    bool named;     /* it says what it measures */
    bool answered;  /* it held a number when it was opened */
    int zone;       /* number of a thermal zone, or -1 */
    char name[48];
};

struct cg_sensors {
    int n;
    int n_zones, zones_found;
    int64_t rest_read_ns, rest_cost_ns; /* of the zones that are not the processor's: when last, how long */
    regex_t processor;
    struct sensor sensors[SENSORS_MAX];
};

static const struct {
    const char *name, *unit;
} kinds[] = {
#define KIND(id, name, unit) [id] = {name, unit},
    CG_SENSOR_KINDS(KIND)
#undef KIND
};

const char *cg_sensor_kind_name(enum cg_sensor_kind kind)
{
    return (unsigned)kind < CG_SENSOR_KIND_COUNT ? kinds[kind].name : "unknown";
}

const char *cg_sensor_kind_unit(enum cg_sensor_kind kind)
{
    return (unsigned)kind < CG_SENSOR_KIND_COUNT ? kinds[kind].unit : "";
}

/* The file's number, or NAN: also where there is no file. */
static double read_number(int fd)
{
    char text[64], *end;
    const ssize_t got = fd >= 0 ? pread(fd, text, sizeof text - 1, 0) : -1;
    if (got <= 0)
        return NAN;
    text[got] = 0;
    const double value = strtod(text, &end);
    return end == text ? NAN : value;
}

static bool is_processor(const struct cg_sensors *s, const char *name)
{
    return regexec(&s->processor, name, 0, NULL, 0) == 0;
}

/* Adds a sensor, even if its file cannot be opened or holds no number. */
static struct sensor *add_any(struct cg_sensors *s, const char *root, enum cg_sensor_kind kind, double scale,
                              const char *name, const char *file)
{
    char path[CG_PATH_MAX];
    if (s->n == SENSORS_MAX || !cg_sys_path(root, path, "%s", file))
        return NULL;
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    const double value = read_number(fd);
    struct sensor *sensor = &s->sensors[s->n++];
    *sensor = (struct sensor){.kind = kind,
                              .fd = fd,
                              .scale = scale,
                              .last = value,
                              .processor = is_processor(s, name),
                              .named = true,
                              .answered = !isnan(value),
                              .zone = -1};
    snprintf(sensor->name, sizeof sensor->name, "%s", name);
    return sensor;
}

/* Adds a sensor when its file can be opened and holds a number now. */
static struct sensor *add(struct cg_sensors *s, const char *root, enum cg_sensor_kind kind, double scale,
                          const char *name, const char *file)
{
    struct sensor *sensor = add_any(s, root, kind, scale, name, file);
    if (!sensor || sensor->answered)
        return sensor;
    if (sensor->fd >= 0)
        close(sensor->fd);
    s->n--;
    return NULL;
}

struct search {
    struct cg_sensors *sensors;
    const char *root;
    bool processor; /* of the thermal zones only these, or only the others */
};

static void visit_zone(const char *entry, int number, void *context)
{
    const struct search *s = context;
    char file[128], type[40];
    const bool named = cg_sys_read(s->root, type, sizeof type, "/sys/class/thermal/%s/type", entry) > 0;
    if (!named)
        snprintf(type, sizeof type, "%.39s", entry);
    if (is_processor(s->sensors, type) != s->processor)
        return;
    s->sensors->zones_found++;
    if (s->sensors->n_zones == CG_ZONES_MAX)
        return;
    snprintf(file, sizeof file, "/sys/class/thermal/%.64s/temp", entry);
    struct sensor *sensor = add_any(s->sensors, s->root, CG_SENSOR_TEMPERATURE, 1e-3, type, file);
    if (!sensor)
        return;
    sensor->zone = number;
    sensor->named = named;
    s->sensors->n_zones++;
}

/* Cooling devices that lower the processor's clock: their state is how far. */
static void visit_cooling(const char *entry, int number, void *context)
{
    const struct search *s = context;
    char file[128], type[40];
    (void)number;
    if (cg_sys_read(s->root, type, sizeof type, "/sys/class/thermal/%s/type", entry) <= 0 ||
        !strstr(type, "cpufreq"))
        return;
    snprintf(file, sizeof file, "/sys/class/thermal/%.64s/cur_state", entry);
    add(s->sensors, s->root, CG_SENSOR_THROTTLE, 1, type, file);
}

static void visit_hwmon(const char *entry, int number, void *context)
{
    static const struct {
        const char *prefix;
        enum cg_sensor_kind kind;
        double scale;
    } rows[] = {{"temp", CG_SENSOR_TEMPERATURE, 1e-3},
                {"power", CG_SENSOR_POWER, 1e-6},
                {"energy", CG_SENSOR_ENERGY, 1e-6}};
    const struct search *s = context;
    char chip[24], label[24], name[48], file[128];
    (void)number;
    if (cg_sys_read(s->root, chip, sizeof chip, "/sys/class/hwmon/%s/name", entry) <= 0)
        snprintf(chip, sizeof chip, "%.23s", entry);
    for (size_t row = 0; row < sizeof rows / sizeof rows[0]; row++)
        for (int i = 1; i <= 16; i++) {
            if (cg_sys_read(s->root, label, sizeof label, "/sys/class/hwmon/%s/%s%d_label", entry,
                            rows[row].prefix, i) <= 0)
                snprintf(label, sizeof label, "%d", i);
            snprintf(name, sizeof name, "%s %s", chip, label);
            snprintf(file, sizeof file, "/sys/class/hwmon/%.64s/%s%d_input", entry, rows[row].prefix, i);
            add(s->sensors, s->root, rows[row].kind, rows[row].scale, name, file);
        }
}

/* Running average power limit: packages only, their parts are contained in them. */
static void visit_rapl(const char *entry, int number, void *context)
{
    const struct search *s = context;
    char file[128], name[40];
    (void)number;
    if (cg_sys_read(s->root, name, sizeof name, "/sys/class/powercap/%s/name", entry) <= 0)
        snprintf(name, sizeof name, "%.39s", entry);
    snprintf(file, sizeof file, "/sys/class/powercap/%.64s/energy_uj", entry);
    struct sensor *sensor = add(s->sensors, s->root, CG_SENSOR_ENERGY, 1e-6, name, file);
    if (sensor)
        sensor->range =
            (double)cg_sys_read_int(s->root, 0, "/sys/class/powercap/%s/max_energy_range_uj", entry);
}

static void visit_cpu(const char *entry, int number, void *context)
{
    const struct search *s = context;
    char file[128], name[48];
    (void)number;
    snprintf(file, sizeof file, CPU_DIR "/%.32s/cpufreq/scaling_cur_freq", entry);
    add(s->sensors, s->root, CG_SENSOR_FREQUENCY, 1e3, entry, file);
    static const char *const throttles[] = {"core", "package"};
    for (int i = 0; i < 2; i++) {
        snprintf(file, sizeof file, CPU_DIR "/%.32s/thermal_throttle/%s_throttle_count", entry, throttles[i]);
        snprintf(name, sizeof name, "%.32s %s", entry, throttles[i]);
        add(s->sensors, s->root, CG_SENSOR_THROTTLE, 1, name, file);
    }
}

struct cg_sensors *cg_sensors_open(const char *root, const int *cpus, int n_cpus)
{
    struct cg_sensors *sensors = calloc(1, sizeof *sensors);
    struct search search = {.sensors = sensors, .root = root, .processor = true};
    if (!sensors)
        return NULL;
    if (regcomp(&sensors->processor, CG_PROCESSOR_SENSORS, REG_EXTENDED | REG_ICASE | REG_NOSUB) != 0) {
        free(sensors);
        return NULL;
    }
    cg_sys_each(root, "/sys/class/thermal", "thermal_zone", visit_zone, &search);
    search.processor = false;
    cg_sys_each(root, "/sys/class/thermal", "thermal_zone", visit_zone, &search);
    cg_sys_each(root, "/sys/class/hwmon", "hwmon", visit_hwmon, &search);
    cg_sys_each(root, "/sys/class/powercap", "intel-rapl:", visit_rapl, &search);
    cg_sys_each(root, "/sys/class/thermal", "cooling_device", visit_cooling, &search);
    for (int i = 0; cpus && i < n_cpus; i++) {
        char name[32];
        snprintf(name, sizeof name, "cpu%d", cpus[i]);
        visit_cpu(name, cpus[i], &search);
    }
    if (!cpus)
        cg_sys_each(root, CPU_DIR, "cpu", visit_cpu, &search);
    return sensors;
}

void cg_sensors_close(struct cg_sensors **sensors)
{
    if (!*sensors)
        return;
    for (int i = 0; i < (*sensors)->n; i++)
        if ((*sensors)->sensors[i].fd >= 0)
            close((*sensors)->sensors[i].fd);
    regfree(&(*sensors)->processor);
    free(*sensors);
    *sensors = NULL;
}

int cg_sensors_count(const struct cg_sensors *sensors)
{
    return sensors->n;
}

enum cg_sensor_kind cg_sensors_kind(const struct cg_sensors *sensors, int i)
{
    return sensors->sensors[i].kind;
}

const char *cg_sensors_name(const struct cg_sensors *sensors, int i)
{
    return sensors->sensors[i].name;
}

int cg_sensors_zone(const struct cg_sensors *sensors, int i)
{
    return sensors->sensors[i].zone;
}

bool cg_sensors_is_processor(const struct cg_sensors *sensors, int i)
{
    return sensors->sensors[i].processor;
}

bool cg_sensors_is_named(const struct cg_sensors *sensors, int i)
{
    return sensors->sensors[i].named;
}

int cg_sensors_zones_left_out(const struct cg_sensors *sensors)
{
    return sensors->zones_found - sensors->n_zones;
}

/* Degrees of a temperature file: thousandths by the kernel's rule, whole ones on some phones. */
static double degrees(double raw)
{
    const double celsius = raw > 0 && raw < 200 ? raw : raw * 1e-3;
    return celsius > -40 && celsius < 150 ? celsius : NAN;
}

static double read_sensor(struct sensor *s)
{
    const double raw = read_number(s->fd);
    if (!isnan(raw)) {
        if (s->range > 0 && raw < s->last)
            s->wrapped += s->range;
        s->last = raw;
    }
    return s->kind == CG_SENSOR_TEMPERATURE ? degrees(raw) : (raw + s->wrapped) * s->scale;
}

/* A thermal zone of something else than the processor. */
static bool is_rest(const struct sensor *s)
{
    return s->zone >= 0 && !s->processor;
}

/* Whether the processor's temperature is among the values. */
static bool read_most(struct cg_sensors *sensors, double *values)
{
    bool known = false;
    for (int i = 0; i < sensors->n; i++) {
        struct sensor *s = &sensors->sensors[i];
        values[i] = is_rest(s) ? NAN : read_sensor(s);
        known = known || (s->kind == CG_SENSOR_TEMPERATURE && s->processor && !isnan(values[i]));
    }
    return known;
}

static void read_rest(struct cg_sensors *sensors, double *values)
{
    const int64_t start_ns = cg_now_ns();
    for (int i = 0; i < sensors->n; i++)
        if (is_rest(&sensors->sensors[i]))
            values[i] = read_sensor(&sensors->sensors[i]);
    sensors->rest_read_ns = cg_now_ns();
    sensors->rest_cost_ns = sensors->rest_read_ns - start_ns;
}

void cg_sensors_read(struct cg_sensors *sensors, double *values)
{
    read_most(sensors, values);
    read_rest(sensors, values);
    sensors->rest_read_ns -=
        PAUSE / 2 * sensors->rest_cost_ns; /* short stretches, too, shall see them once */
}

void cg_sensors_read_sparing(struct cg_sensors *sensors, double *values)
{
    const bool known = read_most(sensors, values);
    if (!known || cg_now_ns() - sensors->rest_read_ns >= PAUSE * sensors->rest_cost_ns)
        read_rest(sensors, values);
}

double cg_sensors_summary(const struct cg_sensors *sensors, const double *values, enum cg_sensor_kind kind)
{
    double sum = 0, highest = NAN, processor = NAN;
    int n = 0;
    for (int i = 0; i < sensors->n; i++) {
        if (sensors->sensors[i].kind != kind || isnan(values[i]))
            continue;
        n++;
        sum += values[i];
        highest = fmax(highest, values[i]); /* the other one where one is unknown */
        if (sensors->sensors[i].processor)
            processor = fmax(processor, values[i]);
    }
    if (n == 0)
        return NAN;
    if (kind == CG_SENSOR_TEMPERATURE)
        return isnan(processor) ? highest : processor;
    return kind == CG_SENSOR_FREQUENCY ? sum / n : sum;
}

int cg_sensors_describe(const struct cg_sensors *sensors, char *text, unsigned long size)
{
    int counts[CG_SENSOR_KIND_COUNT] = {0}, length = 0;
    for (int i = 0; i < sensors->n; i++)
        counts[sensors->sensors[i].kind] += sensors->sensors[i].answered;
    if (size)
        text[0] = 0;
    for (int k = 0; k < CG_SENSOR_KIND_COUNT; k++) {
        char *at = (unsigned long)length < size ? text + length : NULL;
        const unsigned long room = at ? size - (unsigned long)length : 0;
        const char *comma = k ? ", " : "";
        length += counts[k] ? snprintf(at, room, "%s%d %s sensor%s", comma, counts[k], kinds[k].name,
                                       counts[k] == 1 ? "" : "s")
                            : snprintf(at, room, "%sno %s sensor", comma, kinds[k].name);
    }
    return length;
}
