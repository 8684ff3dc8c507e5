/* Cheap repeated reading of the machine's sensors: temperatures, frequencies, energy, throttle counts. Files
 * are opened once and read in place, about a microsecond each, so a round can be recorded without disturbing
 * it. */
#ifndef CONVGAUGE_BENCH_DEVICE_SENSORS_H
#define CONVGAUGE_BENCH_DEVICE_SENSORS_H

#include "base/names.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* X: identifier, name. */
#define CG_SENSOR_KINDS(X)                                                                                   \
    X(CG_SENSOR_TEMPERATURE, "temperature") /* C */                                                          \
    X(CG_SENSOR_FREQUENCY, "frequency")     /* Hz, as the kernel believes; timer.h measures the real one */  \
    X(CG_SENSOR_ENERGY, "energy")           /* J, counts up; wraps are unwound while the sensors are open */ \
    X(CG_SENSOR_POWER, "power")             /* W */                                                          \
    X(CG_SENSOR_THROTTLE, "throttle")       /* events, counts up (x86); a cooling device's state (ARM) */
CG_ENUM(cg_sensor_kind, CG_SENSOR_KINDS, CG_SENSOR_KIND_COUNT)

struct cg_sensors;

/* Finds and opens every sensor: thermal zones, hwmon temperatures and power, cpufreq of the cpus (NULL: all),
 * powercap (RAPL), throttle counters. Never fails but for memory (NULL): a machine without any has a list of
 * none. `root` as everywhere. Destroy takes NULL and clears the pointer. */
struct cg_sensors *cg_sensors_open(const char *root, const int *cpus, int n_cpus);
void cg_sensors_close(struct cg_sensors **sensors);

/* At most so many thermal zones are opened, those of the processor first: phones have up to a hundred. A zone
 * that does not answer is a sensor, too: it may answer later. */
#define CG_ZONES_MAX 64

/* Thermal zones of this machine that were not opened, being beyond CG_ZONES_MAX. */
int cg_sensors_zones_left_out(const struct cg_sensors *sensors);

/* Sensors whose names match this (extended regular expression, any case) measure the processor; phones have
 * dozens of others: battery, charger, radio, skin. bench/remote.sh waits for the same ones to cool down. */
#define CG_PROCESSOR_SENSORS "cpu|core|cluster|cls[0-9]|tsens|soc[-_]|pkg|package|k10temp|zenpower|big|little"

/* Takes a sample of all, which stays with the sensors until the next: unknown is what could not be read or no
 * sensor can mean (a temperature beyond -40 ... 150 C: some zones of phones are voltages). Allocates nothing.
 */
void cg_sensors_read(struct cg_sensors *sensors);

/* The same for who reads again and again: thermal zones of other things than the processor are read only when
 * that takes no more than 0.2 % of the time since they last were (some lie behind slow buses; twice that
 * after cg_sensors_read), and are unknown else. Where nothing tells the processor's temperature they are
 * always read. */
void cg_sensors_read_sparing(struct cg_sensors *sensors);

/* Of the last sample: highest temperature (of the processor's sensors; of all where none says that it is the
 * processor's), mean frequency, summed energy, summed power, summed throttle; NAN if nothing of the kind is
 * known. */
double cg_sensors_summary(const struct cg_sensors *sensors, enum cg_sensor_kind kind);

/* One line that says what is there and what is not: "2 temperature sensors, no frequency sensor, ...". What
 * does not fit is cut off. */
void cg_sensors_describe(const struct cg_sensors *sensors, char *text, size_t size);

/* ---- thermal zones: what they are, and their temperatures in the last sample ---- */

#define CG_ZONE_UNKNOWN INT32_MIN

struct cg_zone {
    int number;       /* N of thermal_zoneN */
    const char *type; /* as sysfs says: "cpu-thermal"; NULL: it does not. Lives as long as the sensors */
    bool processor;   /* its type is one of CG_PROCESSOR_SENSORS */
    int32_t mc;       /* thousandths of a degree Celsius, or CG_ZONE_UNKNOWN */
};

/* The zones among the sensors, those of the processor first, by number. Returns how many there are. */
int cg_zones_list(const struct cg_sensors *sensors, struct cg_zone zones[CG_ZONES_MAX]);

/* Temperatures of the zones of these numbers; unknown when a zone is not there, did not answer or was not
 * read. Allocates nothing. */
void cg_zones_temperatures(const struct cg_sensors *sensors, const int *numbers, int n, int32_t *mc);

#endif
