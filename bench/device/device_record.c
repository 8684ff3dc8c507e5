#include "bench/device/device_record.h"

#include "bench/device/counters.h"
#include "bench/device/sensors.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "AMD EPYC 9B14 96-Core Processor" -> "amd-epyc-9b14-96-core": lower case, what is not a letter or digit
 * becomes one dash, words that say nothing are left out. */
static const char *short_name(struct cg_results *results, const struct cg_device *device)
{
    static const char *const empty_words[] = {"(R)", "(r)", "(TM)", "(tm)", " Processor"};
    char name[64];
    size_t n = 0;
    for (const char *p = device->cpu_model[0] ? device->cpu_model : device->arch;
         *p && n + 1 < sizeof name;) {
        size_t skip = 0;
        for (size_t i = 0; i < sizeof empty_words / sizeof empty_words[0]; i++)
            if (strncmp(p, empty_words[i], strlen(empty_words[i])) == 0)
                skip = strlen(empty_words[i]);
        const char c = isalnum((unsigned char)*p) ? (char)tolower((unsigned char)*p) : '-';
        if (skip == 0 && (c != '-' || (n > 0 && name[n - 1] != '-')))
            name[n++] = c;
        p += skip > 0 ? skip : 1;
    }
    while (n > 0 && name[n - 1] == '-')
        n--;
    name[n] = '\0';
    return cg_results_text(results, n > 0 ? name : "unknown");
}

static void fill_system(const struct cg_device *device, struct cg_results *results)
{
    struct cg_device_record *d = &results->device;
    const struct cg_emulation *emulation = &device->emulation;
    d->id = cg_results_text(results, device->id);
    d->name = short_name(results, device);
    d->architecture = cg_results_text(results, device->arch);
    d->cpu_model = cg_results_text(results, device->cpu_model);
    d->vendor = cg_results_text(results, device->vendor);
    d->core = cg_results_text(results, device->core);
    d->board = cg_results_text(results, device->board);
    d->isa = cg_isa_name(cg_isa_best());
    d->features = cg_results_text(results, device->flags);
    d->os = cg_results_text(results, device->os);
    d->kernel = cg_results_text(results, device->kernel);
    d->virtualised = emulation->virtualised;
    d->virtualisation = emulation->virtualised == 1   ? cg_results_text(results, emulation->hypervisor)
                        : emulation->virtualised == 0 ? "none"
                                                      : NULL;
    d->emulated = emulation->emulated;
    d->emulator = cg_results_text(results, emulation->emulator);
    d->cpuset = cg_results_text(results, device->limits.cpuset);
    d->cpu_limit = device->limits.cpu_quota;
    d->cgroup_version = device->limits.version;
    d->memory_bytes = device->memory_bytes;
    d->node_memory_bytes = device->topology.node_memory_bytes;
    d->system_memory_bytes = device->topology.system_memory_bytes;
    d->memory_limit_bytes = device->limits.memory_bytes;
}

static void fill_state(const struct cg_device *device, struct cg_results *results)
{
    struct cg_device_record *d = &results->device;
    const struct cg_state_static *state = &device->state;
    const struct cg_timer *timer = &device->timer;
    d->governor = cg_results_text(results, state->governor);
    d->turbo = state->turbo < 0 ? NULL : state->turbo ? "on" : "off";
    d->transparent_huge_pages = cg_results_text(results, state->thp);
    d->smt = state->smt;
    d->flush_to_zero = state->flush_to_zero;
    d->denormals_are_zero = state->denormals_are_zero;
    d->swap_used = state->swap_used;
    d->frequency_hz = device->frequency_hz;
    d->timer = cg_results_text(results, timer->clock);
    d->clocksource = cg_results_text(results, timer->clocksource);
    d->timer_tick_ns = timer->tick_ns;
    d->timer_resolution_ns = timer->resolution_ns;
    d->timer_overhead_ns = timer->overhead_ns;
    d->timer_counter = cg_results_text(results, timer->counter);
    d->timer_counter_hz = timer->counter_hz;
}

static bool fill_isas(struct cg_results *results)
{
    struct cg_device_record *d = &results->device;
    d->n_isas = 0;
    d->isas = cg_results_array(results, CG_ISA_COUNT, sizeof *d->isas);
    for (int i = 0; d->isas && i < CG_ISA_COUNT; i++)
        if (cg_isa_available((enum cg_isa)i))
            d->isas[d->n_isas++] = cg_isa_name((enum cg_isa)i);
    return d->isas;
}

static bool fill_caches(const struct cg_topology *topology, struct cg_results *results)
{
    struct cg_device_record *d = &results->device;
    d->n_caches = topology->n_caches;
    d->caches = cg_results_array(results, (size_t)d->n_caches, sizeof *d->caches);
    for (int i = 0; d->caches && i < d->n_caches; i++) {
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
            .ways = c->ways,
            .core_class = cg_results_text(results, topology->classes[c->core_class].name),
        };
    }
    return d->caches;
}

/* Classes, cpus and NUMA nodes. */
static bool fill_cores(const struct cg_topology *topology, struct cg_results *results)
{
    struct cg_device_record *d = &results->device;
    d->topology_source = cg_results_text(results, topology->source);
    d->packages = topology->n_packages;
    d->numa_nodes = topology->n_numa > 0 ? topology->n_numa : CG_UNKNOWN;
    d->cores = topology->n_cores;
    d->logical_cpus = topology->n_cpus;
    d->allowed_cpus = topology->n_allowed;
    d->core_classes = cg_results_array(results, (size_t)topology->n_classes, sizeof *d->core_classes);
    d->cpus = cg_results_array(results, (size_t)topology->n_cpus, sizeof *d->cpus);
    d->numas = cg_results_array(results, (size_t)topology->n_numa, sizeof *d->numas);
    if (!d->core_classes || !d->cpus || !d->numas)
        return false;
    d->n_core_classes = topology->n_classes;
    for (int i = 0; i < d->n_core_classes; i++) {
        const struct cg_core_class *c = &topology->classes[i];
        d->core_classes[i] = (struct cg_core_class_record){
            .name = cg_results_text(results, c->name),
            .core = cg_results_text(results, c->core),
            .cores = c->cores,
            .threads = c->cpus,
            .max_hz = c->max_hz > 0 ? (double)c->max_hz : NAN,
            .capacity = c->capacity,
        };
    }
    d->n_cpus = topology->n_cpus;
    for (int i = 0; i < d->n_cpus; i++) {
        const struct cg_cpu *c = &topology->cpus[i];
        const char *class_name = d->core_classes[c->core_class].name;
        d->cpus[i] =
            (struct cg_cpu_record){c->os, c->core, c->smt, c->package, c->numa, class_name, c->allowed};
    }
    d->n_numas = topology->n_numa;
    for (int i = 0; i < d->n_numas; i++)
        d->numas[i] = (struct cg_numa_record){topology->numas[i].os, topology->numas[i].memory_bytes,
                                              topology->numas[i].cpus};
    return true;
}

/* ---- what was measured ---- */

static const char *const kinds[] = {"read", "write", "copy"};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

static double *speed_of(struct cg_bandwidth *b, int kind)
{
    return kind == 0 ? &b->read_bytes_per_s : kind == 1 ? &b->write_bytes_per_s : &b->copy_bytes_per_s;
}

static bool fill_bandwidths(const struct cg_device *device, struct cg_results *results)
{
    struct cg_device_record *d = &results->device;
    d->n_bandwidths = 0;
    d->bandwidths = cg_results_array(results, KINDS * (size_t)device->n_bandwidths, sizeof *d->bandwidths);
    for (int i = 0; d->bandwidths && i < device->n_bandwidths; i++) {
        struct cg_bandwidth b = device->bandwidths[i];
        for (int k = 0; k < KINDS; k++)
            if (!isnan(*speed_of(&b, k)))
                d->bandwidths[d->n_bandwidths++] = (struct cg_bandwidth_record){
                    .level = cg_results_text(results, b.level),
                    .kind = kinds[k],
                    .working_set_bytes = b.working_set_bytes,
                    .threads = b.threads,
                    .bytes_per_s = *speed_of(&b, k),
                    .cores = cg_results_text(results, b.cores),
                    .frequency_hz = b.frequency_hz,
                    .theory_bytes_per_s = k == 0 ? b.theory_read_bytes_per_s : NAN,
                };
    }
    return d->bandwidths;
}

static bool fill_peaks(const struct cg_device *device, struct cg_results *results)
{
    struct cg_device_record *d = &results->device;
    d->n_peaks = device->n_peaks;
    d->peaks = cg_results_array(results, (size_t)d->n_peaks, sizeof *d->peaks);
    for (int i = 0; d->peaks && i < d->n_peaks; i++) {
        const struct cg_peak *p = &device->peaks[i];
        d->peaks[i] = (struct cg_peak_record){
            .isa = cg_isa_name(p->isa),
            .threads = p->threads,
            .madds_per_s = p->madds_per_s,
            .cores = cg_results_text(results, p->cores),
            .frequency_hz = p->frequency_hz,
            .madds_per_cycle = p->madds_per_cycle,
            .theory_madds_per_cycle = p->theory_madds_per_cycle,
        };
    }
    return d->peaks;
}

static bool fill_measured(const struct cg_device *device, struct cg_results *results)
{
    struct cg_device_record *d = &results->device;
    d->measured_at = device->measured_at;
    d->measured_by = cg_results_text(results, device->measured_by);
    d->noise_paired = device->noise_paired;
    d->noise_between_runs = device->noise_between_runs;
    d->noise_at = device->noise_at;
    d->noise_starts = device->noise_starts;
    d->noise_disturbed = device->noise_disturbed;
    d->noise_unsound = device->noise_unsound;
    return fill_peaks(device, results) && fill_bandwidths(device, results);
}

enum cg_status cg_device_record_fill(const struct cg_device *device, struct cg_results *results,
                                     struct cg_error *err)
{
    fill_system(device, results);
    fill_state(device, results);
    if (!fill_isas(results) || !fill_cores(&device->topology, results) ||
        !fill_caches(&device->topology, results) || !fill_measured(device, results))
        return cg_fail(err, CG_NO_MEMORY, "no memory for the description of the device");
    return CG_OK;
}

/* ---- what takes its time to find out ---- */

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

/* Where there are no zones it is unknown how many were left out. */
static bool fill_zones(struct cg_results *results)
{
    struct cg_device_record *d = &results->device;
    struct cg_zone zones[CG_ZONES_MAX];
    struct cg_sensors *sensors = cg_sensors_open(NULL, NULL, 0);
    if (!sensors)
        return false;
    const int n = cg_zones_list(sensors, zones);
    d->n_thermal_zones = 0;
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

/* ---- back ---- */

static void take_text(char *text, size_t size, const char *from)
{
    snprintf(text, size, "%s", from ? from : "");
}

static void take_peak(struct cg_device *device, const struct cg_peak_record *from)
{
    const int isa = cg_isa_from_name(from->isa ? from->isa : "");
    if (isa < 0 || from->threads < 1 || isnan(from->madds_per_s) || device->n_peaks == CG_PEAKS_MAX)
        return;
    struct cg_peak *p = &device->peaks[device->n_peaks++];
    *p = (struct cg_peak){.isa = (enum cg_isa)isa,
                          .threads = from->threads,
                          .madds_per_s = from->madds_per_s,
                          .frequency_hz = from->frequency_hz,
                          .madds_per_cycle = from->madds_per_cycle,
                          .theory_madds_per_cycle = from->theory_madds_per_cycle};
    take_text(p->cores, sizeof p->cores, from->cores);
}

/* The rows of one working set follow each other: reads, writes, copies. */
static void take_bandwidth(struct cg_device *device, const struct cg_bandwidth_record *from)
{
    int kind = 0;
    while (kind < KINDS && (!from->kind || strcmp(from->kind, kinds[kind]) != 0))
        kind++;
    if (kind == KINDS || from->threads < 1 || from->working_set_bytes < 1)
        return;
    struct cg_bandwidth b = {.working_set_bytes = from->working_set_bytes,
                             .threads = from->threads,
                             .read_bytes_per_s = NAN,
                             .write_bytes_per_s = NAN,
                             .copy_bytes_per_s = NAN,
                             .frequency_hz = from->frequency_hz,
                             .theory_read_bytes_per_s = from->theory_bytes_per_s};
    take_text(b.level, sizeof b.level, from->level);
    take_text(b.cores, sizeof b.cores, from->cores);
    struct cg_bandwidth *to = device->n_bandwidths > 0 ? &device->bandwidths[device->n_bandwidths - 1] : NULL;
    if (!to || !isnan(*speed_of(to, kind)) || to->threads != b.threads ||
        to->working_set_bytes != b.working_set_bytes || strcmp(to->cores, b.cores) != 0) {
        if (device->n_bandwidths == CG_BANDWIDTHS_MAX)
            return;
        to = &device->bandwidths[device->n_bandwidths++];
        *to = b;
    }
    *speed_of(to, kind) = from->bytes_per_s;
}

void cg_device_take_measured(struct cg_device *device, const struct cg_device_record *record)
{
    device->n_peaks = device->n_bandwidths = 0;
    for (int i = 0; i < record->n_peaks; i++)
        take_peak(device, &record->peaks[i]);
    for (int i = 0; i < record->n_bandwidths; i++)
        take_bandwidth(device, &record->bandwidths[i]);
    device->measured_at = record->measured_at;
    take_text(device->measured_by, sizeof device->measured_by, record->measured_by);
    device->noise_at = record->noise_at;
    device->noise_paired = record->noise_paired;
    device->noise_between_runs = record->noise_between_runs;
    device->noise_starts = record->noise_starts > 0 ? record->noise_starts : 0;
    device->noise_disturbed = record->noise_disturbed > 0 ? record->noise_disturbed : 0;
    device->noise_unsound = record->noise_unsound == 1;
}
