#include "bench/device/device.h"

#include "base/text.h"
#include "bench/device/counters.h"
#include "bench/device/sensors.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum cg_status cg_device_record_fill(const struct cg_device *device, struct cg_results *results,
                                     struct cg_error *err)
{
    struct cg_device_record *d = &results->device;
    *d = device->record;
    d->bandwidths =
        cg_results_array(results, CG_FLOW_COUNT * (size_t)device->n_bandwidths, sizeof *d->bandwidths);
    if (!d->bandwidths)
        return cg_fail(err, CG_NO_MEMORY, "no memory for the description of the device");
    for (int i = 0; i < device->n_bandwidths; i++) {
        const struct cg_bandwidth *b = &device->bandwidths[i];
        for (int k = 0; k < CG_FLOW_COUNT; k++)
            if (!isnan(b->bytes_per_s[k]))
                d->bandwidths[d->n_bandwidths++] = (struct cg_bandwidth_record){
                    .level = cg_results_text(results, b->level),
                    .kind = cg_flow_name((enum cg_flow)k),
                    .working_set_bytes = b->working_set_bytes,
                    .threads = b->threads,
                    .bytes_per_s = b->bytes_per_s[k],
                    .cores = cg_results_text(results, b->cores),
                    .frequency_hz = b->frequency_hz,
                    .theory_bytes_per_s = k == CG_READS ? b->theory_read_bytes_per_s : NAN,
                };
    }
    return CG_OK;
}

/* ---- what takes its time to find out ---- */

static const char *counters_word(const struct cg_counter_set *set)
{
    bool any = false;
    for (int i = 0; i < cg_counters_count(set); i++) {
        const struct cg_counter *c = cg_counters_get(set, i);
        if (c->available && c->source == CG_COUNTER_HARDWARE)
            return "hardware";
        any = any || c->available;
    }
    return any ? "software only" : "none";
}

/* Where there are no zones it is unknown how many were left out. */
static bool fill_zones(struct cg_device *device)
{
    struct cg_device_record *d = &device->record;
    struct cg_zone zones[CG_ZONES_MAX];
    struct cg_sensors *sensors = cg_sensors_open(NULL, NULL, 0);
    if (!sensors)
        return false;
    const int n = cg_zones_list(sensors, zones);
    d->thermal_zones = cg_arena_array(device->arena, (size_t)n, sizeof *d->thermal_zones);
    d->n_thermal_zones = d->thermal_zones ? n : 0;
    for (int i = 0; i < d->n_thermal_zones; i++)
        d->thermal_zones[i] = (struct cg_zone_record){.zone = zones[i].number,
                                                      .type = cg_arena_known(device->arena, zones[i].type),
                                                      .processor = zones[i].processor};
    if (n > 0)
        d->thermal_zones_left_out = cg_sensors_zones_left_out(sensors);
    cg_sensors_close(&sensors);
    return d->thermal_zones;
}

enum cg_status cg_device_record_probe(struct cg_device *device, const char *cores, struct cg_error *err)
{
    enum { MOST = 5 };
    struct cg_device_record *d = &device->record;
    struct cg_counter_set *counters = NULL;
    const char *of_cores = cg_topology_cores_note(&device->topology, cores);
    char sentences[MOST][512];
    int n = 0;
    char *xml = cg_topology_xml();
    if (cg_counters_open(NULL, &counters, NULL) == CG_OK) {
        d->counters = counters_word(counters);
        if (strcmp(d->counters, "hardware") != 0)
            cg_counters_describe(counters, sentences[n++], sizeof sentences[0]);
    }
    d->topology = cg_arena_known(device->arena, xml);
    if (!xml)
        snprintf(sentences[n++], sizeof sentences[0], "no topology as XML: this build is without hwloc");
    if (strcmp(device->topology.source, "hwloc") != 0 && xml)
        snprintf(sentences[n++], sizeof sentences[0], "cores and caches were read from %s",
                 device->topology.source);
    if (of_cores)
        snprintf(sentences[n++], sizeof sentences[0], "%s", of_cores);
    n += cg_device_cache_note(device, sentences[n], sizeof sentences[n]);
    free(xml);
    cg_counters_close(&counters);
    d->notes = cg_arena_array(device->arena, MOST, sizeof *d->notes);
    if (!d->notes || !fill_zones(device))
        return cg_fail(err, CG_NO_MEMORY, "no memory for the description of the device");
    for (d->n_notes = 0; d->n_notes < n; d->n_notes++)
        d->notes[d->n_notes] = cg_arena_known(device->arena, sentences[d->n_notes]);
    return CG_OK;
}

/* ---- back ---- */

static void take_peak(struct cg_device *device, const struct cg_peak_record *from)
{
    struct cg_device_record *d = &device->record;
    const int isa = cg_isa_from_name(from->isa);
    if (isa < 0 || from->threads < 1 || isnan(from->madds_per_s) || d->n_peaks == CG_PEAKS_MAX)
        return;
    d->peaks[d->n_peaks] = *from;
    d->peaks[d->n_peaks].cores = cg_arena_printable(device->arena, from->cores);
    d->peaks[d->n_peaks++].isa = cg_isa_name((enum cg_isa)isa);
}

/* The rows of one working set follow each other: reads, writes, copies. */
static void take_bandwidth(struct cg_device *device, const struct cg_bandwidth_record *from)
{
    const int kind = cg_flow_from_name(from->kind);
    if (kind < 0 || from->threads < 1 || from->working_set_bytes < 1)
        return;
    struct cg_bandwidth b = {.working_set_bytes = from->working_set_bytes,
                             .threads = from->threads,
                             .bytes_per_s = {NAN, NAN, NAN},
                             .frequency_hz = from->frequency_hz,
                             .theory_read_bytes_per_s = from->theory_bytes_per_s};
    cg_printable(from->level ? from->level : "", b.level, sizeof b.level);
    cg_printable(from->cores ? from->cores : "", b.cores, sizeof b.cores);
    struct cg_bandwidth *to = device->n_bandwidths > 0 ? &device->bandwidths[device->n_bandwidths - 1] : NULL;
    if (!to || !isnan(to->bytes_per_s[kind]) || to->threads != b.threads ||
        to->working_set_bytes != b.working_set_bytes || strcmp(to->cores, b.cores) != 0) {
        if (device->n_bandwidths == CG_BANDWIDTHS_MAX)
            return;
        to = &device->bandwidths[device->n_bandwidths++];
        *to = b;
    }
    to->bytes_per_s[kind] = from->bytes_per_s;
}

void cg_device_take_measured(struct cg_device *device, const struct cg_device_record *record)
{
    struct cg_device_record *d = &device->record;
    d->n_peaks = device->n_bandwidths = 0;
    for (int i = 0; i < record->n_peaks; i++)
        take_peak(device, &record->peaks[i]);
    for (int i = 0; i < record->n_bandwidths; i++)
        take_bandwidth(device, &record->bandwidths[i]);
    d->measured_at = record->measured_at;
    d->measured_by = cg_arena_printable(device->arena, record->measured_by);
    d->noise_at = record->noise_at;
    d->noise_paired = record->noise_paired;
    d->noise_between_runs = record->noise_between_runs;
    d->noise_starts = record->noise_starts > 0 ? record->noise_starts : 0;
    d->noise_disturbed = record->noise_disturbed > 0 ? record->noise_disturbed : 0;
    d->noise_unsound = record->noise_unsound == 1;
}
