#include "bench/device/zones.h"

#include <math.h>
#include <stddef.h>

int cg_zones_list(const struct cg_sensors *sensors, struct cg_zone zones[CG_ZONES_MAX])
{
    int n = 0;
    for (int i = 0; i < cg_sensors_count(sensors) && n < CG_ZONES_MAX; i++)
        if (cg_sensors_zone(sensors, i) >= 0)
            zones[n++] =
                (struct cg_zone){.number = cg_sensors_zone(sensors, i),
                                 .type = cg_sensors_is_named(sensors, i) ? cg_sensors_name(sensors, i) : NULL,
                                 .processor = cg_sensors_is_processor(sensors, i)};
    return n;
}

void cg_zones_temperatures(const struct cg_sensors *sensors, const double *values, const int *numbers, int n,
                           int32_t *mc)
{
    for (int k = 0; k < n; k++)
        mc[k] = CG_ZONE_UNKNOWN;
    for (int i = 0, at = 0; i < cg_sensors_count(sensors); i++) {
        const int number = cg_sensors_zone(sensors, i);
        if (number < 0 || isnan(values[i]))
            continue;
        /* Both are in the same order unless zones came or went. */
        int tried = 0;
        while (tried < n && numbers[(at + tried) % n] != number)
            tried++;
        if (tried == n)
            continue;
        at = (at + tried) % n;
        mc[at] = (int32_t)lround(1e3 * values[i]);
    }
}
