#include "bench/commands/device_record.h"

#include "bench/commit.h"
#include "bench/device/counters.h"
#include "bench/device/sensors.h"
#include "config.h"
#include "kernels/engine.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *counters_word(const struct cg_counter *counters, int n)
{
    bool any = false;
    for (int i = 0; i < n; i++) {
        if (counters[i].available && counters[i].source == CG_COUNTER_HARDWARE)
            return "hardware";
        any = any || counters[i].available;
    }
    return any ? "software only" : "none";
}

/* Without zones the device keeps what it has: none, and unknown how many were left out. */
static bool fill_zones(struct cg_results *results)
{
    struct cg_device_record *d = &results->device;
    struct cg_zone zones[CG_ZONES_MAX];
    struct cg_sensors *sensors = cg_sensors_open(NULL, NULL, 0);
    if (!sensors)
        return false;
    const int n = cg_zones_list(sensors, zones);
    d->thermal_zones = cg_results_array(results, (size_t)n, sizeof *d->thermal_zones);
    for (int i = 0; d->thermal_zones && i < n; i++)
        d->thermal_zones[d->n_thermal_zones++] =
            (struct cg_zone_record){.zone = zones[i].number,
                                    .type = cg_results_text(results, zones[i].type),
                                    .processor = zones[i].processor};
    if (n > 0)
        d->thermal_zones_left_out = cg_sensors_zones_left_out(sensors);
    cg_sensors_close(&sensors);
    return d->n_thermal_zones == n;
}

enum cg_status cg_device_record_probe(const struct cg_device *device, const char *cores,
                                      struct cg_results *results, struct cg_error *err)
{
    enum { MOST = 5 };
    struct cg_device_record *d = &results->device;
    struct cg_counter *counters = NULL;
    const char *of_cores = cg_topology_cores_note(&device->topology, cores);
    char sentences[MOST][512];
    int n = 0;
    const int n_counters = cg_counters_probe(&counters);
    char *xml = cg_topology_xml();
    if (n_counters >= 0) {
        d->counters = counters_word(counters, n_counters);
        if (strcmp(d->counters, "hardware") != 0)
            cg_counters_describe(counters, n_counters, sentences[n++], sizeof sentences[0]);
    }
    if (xml)
        d->topology = cg_results_text(results, xml);
    else
        snprintf(sentences[n++], sizeof sentences[0], "no topology as XML: this build is without hwloc");
    if (strcmp(device->topology.source, "hwloc") != 0 && xml)
        snprintf(sentences[n++], sizeof sentences[0], "cores and caches were read from %s",
                 device->topology.source);
    if (of_cores)
        snprintf(sentences[n++], sizeof sentences[0], "%s", of_cores);
    n += cg_device_cache_note(device, sentences[n], sizeof sentences[n]);
    free(xml);
    free(counters);
    d->notes = cg_results_array(results, MOST, sizeof *d->notes);
    if (!d->notes || !fill_zones(results))
        return cg_fail(err, CG_NO_MEMORY, "no memory for the description of the device");
    for (d->n_notes = 0; d->n_notes < n; d->n_notes++)
        d->notes[d->n_notes] = cg_results_text(results, sentences[d->n_notes]);
    return CG_OK;
}

enum cg_status cg_build_record_fill(struct cg_results *results, struct cg_error *err)
{
    struct cg_build_record *b = &results->build;
    int n = 0;
    while (cg_engines[n])
        n++;
    b->version = CG_VERSION;
    b->commit = CG_COMMIT[0] ? CG_COMMIT : NULL;
    b->compiler = CG_COMPILER;
    b->flags = CG_FLAGS_TEXT;
    b->buildtype = CG_BUILDTYPE;
    b->engines = cg_results_array(results, (size_t)n, sizeof *b->engines);
    if (n > 0 && !b->engines)
        return cg_fail(err, CG_NO_MEMORY, "no memory for the description of the build");
    for (int i = 0; i < n; i++) {
        struct cg_engine_info info = {0};
        cg_engines[i]->probe(&info);
        if (info.available)
            b->engines[b->n_engines++] =
                (struct cg_engine_version){cg_engines[i]->name, cg_results_text(results, info.version)};
    }
    return CG_OK;
}
