/* Thermal zones of the machine: what they are, and their temperatures by number. */
#ifndef CONVGAUGE_BENCH_DEVICE_ZONES_H
#define CONVGAUGE_BENCH_DEVICE_ZONES_H

#include "bench/device/sensors.h"

#include <stdint.h>

struct cg_zone {
    int number;       /* N of thermal_zoneN */
    const char *type; /* as sysfs says: "cpu-thermal"; NULL: it does not. Lives as long as the sensors */
    bool processor;   /* its type is one of CG_PROCESSOR_SENSORS */
};

/* The zones among the sensors, those of the processor first, by number. Returns how many there are. */
int cg_zones_list(const struct cg_sensors *sensors, struct cg_zone zones[CG_ZONES_MAX]);

/* Temperatures of the zones of these numbers in a sample of the sensors, in thousandths of a degree Celsius;
 * CG_ZONE_UNKNOWN when a zone is not there, did not answer or was not read. Allocates nothing. */
#define CG_ZONE_UNKNOWN INT32_MIN
void cg_zones_temperatures(const struct cg_sensors *sensors, const double *values, const int *numbers, int n,
                           int32_t *mc);

#endif
