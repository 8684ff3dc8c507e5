#include "bench/device/sensors.h"

#include "bench/device/sysfile.h"
#include "bench/device/timer.h"
#include "base/names.h"
#include "base/text.h"

#include <fcntl.h>
#include <math.h>
#include <regex.h>
#include <stdarg.h>
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
    double value;   /* of the last sample, in the kind's unit; NAN: not read, or it failed */
    bool processor; /* it says that it measures the processor */
    bool answered;  /* it held a number when it was opened */
    int zone;       /* number of a thermal zone, or -1 */
    bool named;     /* of a zone: it says what it measures, else its name is that of its folder */
    char name[48];  /* "x86_pkg_temp", "cpu0", "package-0" */
};

struct cg_sensors {
    int n;
    int n_zones, zones_found;
    int64_t rest_read_ns, rest_cost_ns; /* of the zones that are not the processor's: when last, how long */
    regex_t processor;
    struct sensor sensors[SENSORS_MAX];
};

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

struct search {
    struct cg_sensors *sensors;
    const char *root;
    bool processor; /* of the thermal zones only these, or only the others */
};

static bool is_processor(const struct search *s, const char *name)
{
    return regexec(&s->sensors->processor, name, 0, NULL, 0) == 0;
}

/* Adds a sensor when its file can be opened and holds a number now; a thermal zone even if not. NULL when it
 * was not added. */
static struct sensor *add(const struct search *s, const struct sensor *like, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static struct sensor *add(const struct search *s, const struct sensor *like, const char *format, ...)
{
    char file[160], path[CG_PATH_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(file, sizeof file, format, args);
    va_end(args);
    if (s->sensors->n == SENSORS_MAX || !cg_sys_path(s->root, path, "%s", file))
        return NULL;
    struct sensor *sensor = &s->sensors->sensors[s->sensors->n];
    *sensor = *like;
    sensor->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    sensor->last = read_number(sensor->fd);
    sensor->value = NAN;
    sensor->processor = is_processor(s, sensor->name);
    sensor->answered = !isnan(sensor->last);
    if (sensor->answered || sensor->zone >= 0) {
        s->sensors->n++;
        return sensor;
    }
    if (sensor->fd >= 0)
        close(sensor->fd);
    return NULL;
}

/* A sensor that is no zone. */
static struct sensor of_kind(enum cg_sensor_kind kind, double scale, const char *name)
{
    struct sensor sensor = {.kind = kind, .scale = scale, .zone = -1};
    snprintf(sensor.name, sizeof sensor.name, "%s", name);
    return sensor;
}

/* What a file tells, or else the fallback; false then. */
static bool read_name(const struct search *s, char *name, size_t size, const char *fallback, const char *file)
{
    const bool told = cg_sys_read(s->root, name, size, "%s", file) > 0;
    if (!told)
        snprintf(name, size, "%s", fallback);
    return told;
}

static void visit_zone(const char *entry, int number, void *context)
{
    const struct search *s = context;
    struct sensor zone = of_kind(CG_SENSOR_TEMPERATURE, 1e-3, "");
    char file[160];
    zone.zone = number;
    snprintf(file, sizeof file, "/sys/class/thermal/%s/type", entry);
    zone.named = read_name(s, zone.name, 40, entry, file);
    if (is_processor(s, zone.name) != s->processor)
        return;
    s->sensors->zones_found++;
    if (s->sensors->n_zones < CG_ZONES_MAX && add(s, &zone, "/sys/class/thermal/%s/temp", entry))
        s->sensors->n_zones++;
}

/* Cooling devices that lower the processor's clock: their state is how far. */
static void visit_cooling(const char *entry, int number, void *context)
{
    const struct search *s = context;
    char type[40];
    (void)number;
    if (cg_sys_read(s->root, type, sizeof type, "/sys/class/thermal/%s/type", entry) <= 0 ||
        !strstr(type, "cpufreq"))
        return;
    const struct sensor sensor = of_kind(CG_SENSOR_THROTTLE, 1, type);
    add(s, &sensor, "/sys/class/thermal/%s/cur_state", entry);
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
    char chip[24], label[24], index[12], file[160];
    (void)number;
    snprintf(file, sizeof file, "/sys/class/hwmon/%s/name", entry);
    read_name(s, chip, sizeof chip, entry, file);
    for (size_t row = 0; row < sizeof rows / sizeof rows[0]; row++)
        for (int i = 1; i <= 16; i++) {
            struct sensor sensor = of_kind(rows[row].kind, rows[row].scale, "");
            snprintf(index, sizeof index, "%d", i);
            snprintf(file, sizeof file, "/sys/class/hwmon/%s/%s%d_label", entry, rows[row].prefix, i);
            read_name(s, label, sizeof label, index, file);
            snprintf(sensor.name, sizeof sensor.name, "%s %s", chip, label);
            add(s, &sensor, "/sys/class/hwmon/%s/%s%d_input", entry, rows[row].prefix, i);
        }
}

/* Running average power limit: packages only, their parts are contained in them. */
static void visit_rapl(const char *entry, int number, void *context)
{
    const struct search *s = context;
    char name[40], file[160];
    (void)number;
    snprintf(file, sizeof file, "/sys/class/powercap/%s/name", entry);
    read_name(s, name, sizeof name, entry, file);
    struct sensor sensor = of_kind(CG_SENSOR_ENERGY, 1e-6, name);
    sensor.range = (double)cg_sys_read_int(s->root, 0, "/sys/class/powercap/%s/max_energy_range_uj", entry);
    add(s, &sensor, "/sys/class/powercap/%s/energy_uj", entry);
}

static void visit_cpu(const char *entry, int number, void *context)
{
    static const char *const throttles[] = {"core", "package"};
    const struct search *s = context;
    (void)number;
    struct sensor sensor = of_kind(CG_SENSOR_FREQUENCY, 1e3, entry);
    add(s, &sensor, CPU_DIR "/%s/cpufreq/scaling_cur_freq", entry);
    sensor = of_kind(CG_SENSOR_THROTTLE, 1, "");
    for (int i = 0; i < 2; i++) {
        snprintf(sensor.name, sizeof sensor.name, "%.32s %s", entry, throttles[i]);
        add(s, &sensor, CPU_DIR "/%s/thermal_throttle/%s_throttle_count", entry, throttles[i]);
    }
}

struct cg_sensors *cg_sensors_open(const char *root, const int *cpus, int n_cpus)
{
    struct cg_sensors *sensors = calloc(1, sizeof *sensors);
    struct search search = {.sensors = sensors, .root = root, .processor = true};
    if (!sensors ||
        regcomp(&sensors->processor, CG_PROCESSOR_SENSORS, REG_EXTENDED | REG_ICASE | REG_NOSUB) != 0) {
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

static void read_sensor(struct sensor *s)
{
    const double raw = read_number(s->fd);
    if (s->range > 0 && raw < s->last)
        s->wrapped += s->range;
    if (!isnan(raw))
        s->last = raw;
    s->value = s->kind == CG_SENSOR_TEMPERATURE ? degrees(raw) : (raw + s->wrapped) * s->scale;
}

/* A thermal zone of something else than the processor. */
static bool is_rest(const struct sensor *s)
{
    return s->zone >= 0 && !s->processor;
}

/* Whether the processor's temperature is known then. */
static bool read_most(struct cg_sensors *sensors)
{
    bool known = false;
    for (struct sensor *s = sensors->sensors; s < sensors->sensors + sensors->n; s++) {
        if (is_rest(s))
            s->value = NAN;
        else
            read_sensor(s);
        known = known || (s->kind == CG_SENSOR_TEMPERATURE && s->processor && !isnan(s->value));
    }
    return known;
}

static void read_rest(struct cg_sensors *sensors)
{
    const int64_t start_ns = cg_now_ns();
    for (struct sensor *s = sensors->sensors; s < sensors->sensors + sensors->n; s++)
        if (is_rest(s))
            read_sensor(s);
    sensors->rest_read_ns = cg_now_ns();
    sensors->rest_cost_ns = sensors->rest_read_ns - start_ns;
}

void cg_sensors_read(struct cg_sensors *sensors)
{
    read_most(sensors);
    read_rest(sensors);
    sensors->rest_read_ns -=
        PAUSE / 2 * sensors->rest_cost_ns; /* short stretches, too, shall see them once */
}

void cg_sensors_read_sparing(struct cg_sensors *sensors)
{
    const bool known = read_most(sensors);
    if (!known || cg_now_ns() - sensors->rest_read_ns >= PAUSE * sensors->rest_cost_ns)
        read_rest(sensors);
}

double cg_sensors_summary(const struct cg_sensors *sensors, enum cg_sensor_kind kind)
{
    double sum = 0, highest = NAN, processor = NAN;
    int n = 0;
    for (const struct sensor *s = sensors->sensors; s < sensors->sensors + sensors->n; s++) {
        if (s->kind != kind || isnan(s->value))
            continue;
        n++;
        sum += s->value;
        highest = fmax(highest, s->value); /* the other one where one is unknown */
        processor = s->processor ? fmax(processor, s->value) : processor;
    }
    if (n == 0)
        return NAN;
    if (kind == CG_SENSOR_TEMPERATURE)
        return isnan(processor) ? highest : processor;
    return kind == CG_SENSOR_FREQUENCY ? sum / n : sum;
}

void cg_sensors_describe(const struct cg_sensors *sensors, char *text, size_t size)
{
    static const char *const kinds[] = {CG_SENSOR_KINDS(CG_ENUM_NAME)};
    text[0] = '\0';
    for (int k = 0; k < CG_SENSOR_KIND_COUNT; k++) {
        int n = 0;
        for (int i = 0; i < sensors->n; i++)
            n += sensors->sensors[i].answered && (int)sensors->sensors[i].kind == k;
        if (n > 0)
            cg_append(text, size, "%s%d %s sensor%s", k ? ", " : "", n, kinds[k], n == 1 ? "" : "s");
        else
            cg_append(text, size, "%sno %s sensor", k ? ", " : "", kinds[k]);
    }
}

static int32_t millidegrees(const struct sensor *s)
{
    return isnan(s->value) ? CG_ZONE_UNKNOWN : (int32_t)lround(1e3 * s->value);
}

int cg_zones_list(const struct cg_sensors *sensors, struct cg_zone zones[CG_ZONES_MAX])
{
    int n = 0;
    for (const struct sensor *s = sensors->sensors; s < sensors->sensors + sensors->n; s++)
        if (s->zone >= 0)
            zones[n++] = (struct cg_zone){s->zone, s->named ? s->name : NULL, s->processor, millidegrees(s)};
    return n;
}

void cg_zones_temperatures(const struct cg_sensors *sensors, const int *numbers, int n, int32_t *mc)
{
    for (int k = 0; k < n; k++)
        mc[k] = CG_ZONE_UNKNOWN;
    int at = 0;
    for (const struct sensor *s = sensors->sensors; s < sensors->sensors + sensors->n; s++) {
        /* Both are in the same order unless zones came or went. */
        int tried = 0;
        while (s->zone >= 0 && tried < n && numbers[(at + tried) % n] != s->zone)
            tried++;
        if (s->zone < 0 || tried == n)
            continue;
        at = (at + tried) % n;
        mc[at] = millidegrees(s);
    }
}
