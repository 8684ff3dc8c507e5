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

/* An empty text is an unknown one. */
static const char *text_or_null(struct cg_results *results, const char *text)
{
    return text[0] ? cg_results_text(results, text) : NULL;
}

/* "AMD EPYC 9B14 96-Core Processor" -> "amd-epyc-9b14-96-core": lower case, what is not a letter or digit
 * becomes one dash, words that say nothing are left out. */
static const char *short_name(struct cg_results *results, const struct cg_device *device)
{
    char name[64];
    size_t n = 0;
    const char *source = device->cpu_model[0] ? device->cpu_model : device->arch;
    for (const char *p = source; *p && n + 1 < sizeof name; p++) {
        if (strncmp(p, "(R)", 3) == 0 || strncmp(p, "(r)", 3) == 0) {
            p += 2;
            continue;
        }
        if (strncmp(p, "(TM)", 4) == 0 || strncmp(p, "(tm)", 4) == 0) {
            p += 3;
            continue;
        }
        if (strncmp(p, " Processor", 10) == 0) {
            p += 9;
            continue;
        }
        const char c = isalnum((unsigned char)*p) ? (char)tolower((unsigned char)*p) : '-';
        if (c != '-' || (n > 0 && name[n - 1] != '-'))
            name[n++] = c;
    }
    while (n > 0 && name[n - 1] == '-')
        n--;
    name[n] = '\0';
    return cg_results_text(results, n > 0 ? name : "unknown");
}

static bool fill_topology(const struct cg_topology *topology, struct cg_results *results)
{
    struct cg_device_record *d = &results->device;
    d->packages = topology->n_packages;
    d->numa_nodes = topology->n_numa > 0 ? topology->n_numa : CG_UNKNOWN;
    d->cores = topology->n_cores;
    d->logical_cpus = topology->n_cpus;
    d->allowed_cpus = topology->n_allowed;
    d->core_classes = cg_results_array(results, (size_t)topology->n_classes, sizeof *d->core_classes);
    d->caches = cg_results_array(results, (size_t)topology->n_caches, sizeof *d->caches);
    if ((topology->n_classes > 0 && !d->core_classes) || (topology->n_caches > 0 && !d->caches))
        return false;
    d->n_core_classes = topology->n_classes;
    for (int i = 0; i < topology->n_classes; i++) {
        const struct cg_core_class *c = &topology->classes[i];
        d->core_classes[i] = (struct cg_core_class_record){
            .name = cg_results_text(results, c->name),
            .cores = c->cores,
            .threads = c->cpus,
            .max_hz = c->max_hz > 0 ? (double)c->max_hz : NAN,
        };
    }
    d->n_caches = topology->n_caches;
    for (int i = 0; i < topology->n_caches; i++) {
        const struct cg_cache *c = &topology->caches[i];
        d->caches[i] = (struct cg_cache_record){
            .level = c->level,
            .type = c->type == 'd'   ? "data"
                    : c->type == 'i' ? "instruction"
                                     : "unified",
            .bytes = c->size_bytes,
            .line_bytes = c->line_bytes,
            .shared_by = c->cpus_each,
            .count = c->instances,
        };
    }
    return true;
}

static bool fill_measured(const struct cg_device *device, struct cg_results *results)
{
    struct cg_device_record *d = &results->device;
    d->peaks = cg_results_array(results, (size_t)device->n_peaks, sizeof *d->peaks);
    d->bandwidths = cg_results_array(results, 3 * (size_t)device->n_bandwidths, sizeof *d->bandwidths);
    if ((device->n_peaks > 0 && !d->peaks) || (device->n_bandwidths > 0 && !d->bandwidths))
        return false;
    d->n_peaks = device->n_peaks;
    for (int i = 0; i < device->n_peaks; i++)
        d->peaks[i] = (struct cg_peak_record){
            .isa = cg_isa_name(device->peaks[i].isa),
            .threads = device->peaks[i].threads,
            .madds_per_s = device->peaks[i].madds_per_s,
        };
    d->n_bandwidths = 0;
    static const char *const kinds[] = {"read", "write", "copy"};
    for (int i = 0; i < device->n_bandwidths; i++) {
        const struct cg_bandwidth *b = &device->bandwidths[i];
        const double values[] = {b->read_bytes_per_s, b->write_bytes_per_s, b->copy_bytes_per_s};
        for (int k = 0; k < 3; k++)
            if (!isnan(values[k]))
                d->bandwidths[d->n_bandwidths++] = (struct cg_bandwidth_record){
                    .level = cg_results_text(results, b->level),
                    .kind = kinds[k],
                    .working_set_bytes = b->working_set_bytes,
                    .threads = b->threads,
                    .bytes_per_s = values[k],
                };
    }
    d->noise_paired = device->noise_paired;
    d->noise_between_runs = device->noise_between_runs;
    return true;
}

enum cg_status cg_device_record_fill(const struct cg_device *device, struct cg_results *results,
                                     struct cg_error *err)
{
    struct cg_device_record *d = &results->device;
    d->name = short_name(results, device);
    d->architecture = text_or_null(results, device->arch);
    d->cpu_model = text_or_null(results, device->cpu_model);
    d->vendor = text_or_null(results, device->vendor);
    d->isa = cg_isa_name(cg_isa_best());
    d->features = text_or_null(results, device->flags);
    d->os = text_or_null(results, device->os);
    d->kernel = text_or_null(results, device->kernel);
    d->governor = text_or_null(results, device->state.governor);
    d->turbo = device->state.turbo < 0 ? NULL : device->state.turbo ? "on" : "off";
    d->transparent_huge_pages = text_or_null(results, device->state.thp);
    d->virtualised = device->emulation.virtualised;
    d->virtualisation = device->emulation.virtualised == 1
                            ? text_or_null(results, device->emulation.hypervisor)
                        : device->emulation.virtualised == 0 ? "none"
                                                             : NULL;
    d->emulated = device->emulation.emulated;
    d->cpu_limit = device->limits.cpu_quota;
    d->memory_bytes = device->memory_bytes;
    d->memory_limit_bytes = device->limits.memory_bytes;
    d->frequency_hz = device->frequency_hz;
    d->timer = text_or_null(results, device->timer.clock);
    d->timer_tick_ns = device->timer.tick_ns;
    if (!fill_topology(&device->topology, results) || !fill_measured(device, results))
        return cg_fail(err, CG_NO_MEMORY, "no memory for the description of the device");
    return CG_OK;
}

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
