#include "bench/device/sensors.h"

#include "bench/device/sysfile.h"
#include "bench/device/timer.h"
#include "base/names.h"
#include "base/text.h"

#include <fcntl.h>
#include <math.h>
#include <regex.h>
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
    char name[48];  /* of a temperature: "x86_pkg_temp", "k10temp Tctl" */
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

/* Where sensors are, thermal zones apart: files of the entries of a folder. */
static const struct source {
    const char *folder, *prefix; /* entries PREFIXn */
    enum cg_sensor_kind kind;
    double scale;
    const char *file;     /* of an entry; of a numbered one as it begins: "temp" of temp1_input */
    bool numbered;        /* 1 to 16, each with a file that labels it */
    const char *title;    /* an entry's file that says what it is */
    const char *must_say; /* only where the title holds this */
} sources[] = {
    {"/sys/class/hwmon", "hwmon", CG_SENSOR_TEMPERATURE, 1e-3, "temp", true, "name", ""},
    {"/sys/class/hwmon", "hwmon", CG_SENSOR_POWER, 1e-6, "power", true, "name", ""},
    {"/sys/class/hwmon", "hwmon", CG_SENSOR_ENERGY, 1e-6, "energy", true, "name", ""},
    /* Running average power limit: packages only, their parts are contained in them. */
    {"/sys/class/powercap", "intel-rapl:", CG_SENSOR_ENERGY, 1e-6, "energy_uj", false, "name", ""},
    /* Cooling devices that lower the processor's clock: their state is how far. */
    {"/sys/class/thermal", "cooling_device", CG_SENSOR_THROTTLE, 1, "cur_state", false, "type", "cpufreq"},
    {CPU_DIR, "cpu", CG_SENSOR_FREQUENCY, 1e3, "cpufreq/scaling_cur_freq", false, "", ""},
    {CPU_DIR, "cpu", CG_SENSOR_THROTTLE, 1, "thermal_throttle/core_throttle_count", false, "", ""},
    {CPU_DIR, "cpu", CG_SENSOR_THROTTLE, 1, "thermal_throttle/package_throttle_count", false, "", ""},
};

struct search {
    struct cg_sensors *sensors;
    const char *root;
    const int *cpus; /* NULL: all */
    int n_cpus;
    bool processor; /* of the thermal zones only these, or only the others */
    const struct source *source;
};

static bool is_processor(const struct search *s, const char *name)
{
    return regexec(&s->sensors->processor, name, 0, NULL, 0) == 0;
}

/* Adds a sensor when its file can be opened and holds a number now; a thermal zone even if not. False when it
 * was not added. */
static bool add(const struct search *s, const struct sensor *like, const char *file)
{
    char path[CG_PATH_MAX];
    if (s->sensors->n == SENSORS_MAX || !cg_sys_path(s->root, path, "%s", file))
        return false;
    struct sensor *sensor = &s->sensors->sensors[s->sensors->n];
    *sensor = *like;
    cg_printable(like->name, sensor->name, sizeof sensor->name);
    sensor->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    sensor->last = read_number(sensor->fd);
    sensor->value = NAN;
    sensor->processor = is_processor(s, sensor->name);
    sensor->answered = !isnan(sensor->last);
    if (sensor->answered || sensor->zone >= 0) {
        s->sensors->n++;
        return true;
    }
    if (sensor->fd >= 0)
        close(sensor->fd);
    return false;
}

static void visit_zone(const char *entry, int number, void *context)
{
    const struct search *s = context;
    struct sensor zone = {.kind = CG_SENSOR_TEMPERATURE, .scale = 1e-3, .zone = number};
    char file[160];
    zone.named = cg_sys_read(s->root, zone.name, 40, "/sys/class/thermal/%s/type", entry) > 0;
    if (!zone.named)
        snprintf(zone.name, sizeof zone.name, "%s", entry);
    if (is_processor(s, zone.name) != s->processor)
        return;
    s->sensors->zones_found++;
    snprintf(file, sizeof file, "/sys/class/thermal/%s/temp", entry);
    if (s->sensors->n_zones < CG_ZONES_MAX && add(s, &zone, file))
        s->sensors->n_zones++;
}

static bool is_asked_for(const struct search *s, int cpu)
{
    bool any = !s->cpus || strcmp(s->source->folder, CPU_DIR) != 0;
    for (int i = 0; i < s->n_cpus && !any; i++)
        any = s->cpus[i] == cpu;
    return any;
}

static void visit(const char *entry, int number, void *context)
{
    const struct search *s = context;
    const struct source *source = s->source;
    char folder[96], file[160], title[24] = "", label[24] = "";
    snprintf(folder, sizeof folder, "%s/%s", source->folder, entry);
    cg_sys_read(s->root, title, sizeof title, "%s/%s", folder, source->title);
    if (!is_asked_for(s, number) || !strstr(title, source->must_say))
        return;
    struct sensor sensor = {.kind = source->kind, .scale = source->scale, .zone = -1};
    sensor.range = (double)cg_sys_read_int(s->root, 0, "%s/max_energy_range_uj", folder);
    for (int i = 1; i <= (source->numbered ? 16 : 1); i++) {
        cg_sys_read(s->root, label, sizeof label, "%s/%s%d_label", folder, source->file, i);
        snprintf(sensor.name, sizeof sensor.name, "%s %s", title, label);
        if (source->numbered)
            snprintf(file, sizeof file, "%s/%s%d_input", folder, source->file, i);
        else
            snprintf(file, sizeof file, "%s/%s", folder, source->file);
        add(s, &sensor, file);
    }
}

struct cg_sensors *cg_sensors_open(const char *root, const int *cpus, int n_cpus)
{
    struct cg_sensors *sensors = calloc(1, sizeof *sensors);
    struct search search = {sensors, root, cpus, n_cpus, true, sources};
    if (!sensors ||
        regcomp(&sensors->processor, CG_PROCESSOR_SENSORS, REG_EXTENDED | REG_ICASE | REG_NOSUB) != 0) {
        free(sensors);
        return NULL;
    }
    cg_sys_each(root, "/sys/class/thermal", "thermal_zone", visit_zone, &search);
    search.processor = false;
    cg_sys_each(root, "/sys/class/thermal", "thermal_zone", visit_zone, &search);
    for (; search.source < sources + sizeof sources / sizeof sources[0]; search.source++)
        cg_sys_each(root, search.source->folder, search.source->prefix, visit, &search);
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
    for (int k = 0; k < n; k++) {
        const struct sensor *s = sensors->sensors, *end = s + sensors->n;
        while (s < end && (s->zone < 0 || s->zone != numbers[k]))
            s++;
        mc[k] = s < end ? millidegrees(s) : CG_ZONE_UNKNOWN;
    }
}
