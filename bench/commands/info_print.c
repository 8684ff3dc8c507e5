#include "bench/commands/info_print.h"
#include "bench/record/json.h"

#include "bench/record/layout.h"
#include "report/format.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- figures in words ---- */

/* "32 KiB", "1.5 MiB", "15.6 GiB"; "unknown" when negative. */
static struct cg_phrase in_bytes(int64_t bytes)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    double value = (double)bytes;
    int unit = 0;
    for (; value >= 1024 && unit < 4; unit++)
        value /= 1024;
    return bytes < 0 ? cg_phrase("unknown")
                     : cg_phrase(value == floor(value) ? "%.0f %s" : "%.1f %s", value, units[unit]);
}

/* In GB/s; "-" when unknown. */
static struct cg_phrase in_gb(double bytes_per_s)
{
    return isnan(bytes_per_s) ? cg_phrase("-") : cg_phrase("%.1f", bytes_per_s * 1e-9);
}

static const char *or_unknown(const char *text)
{
    return text ? text : "unknown";
}

/* The ending of a plural. */
static const char *s_of(int n)
{
    return n == 1 ? "" : "s";
}

static const char *on_off(int value)
{
    return value < 0 ? "unknown" : value ? "on" : "off";
}

/* "3 min ago", "2 days ago". */
static struct cg_phrase age_of(int64_t at)
{
    static const struct {
        int64_t below_s, unit_s;
        const char *unit;
    } rows[] = {{7200, 60, "min"}, {172800, 3600, "hours"}, {INT64_MAX, 86400, "days"}};
    const int64_t s = (int64_t)time(NULL) - at;
    int row = 0;
    while (s >= rows[row].below_s)
        row++;
    return s < 120 ? cg_phrase("just now")
                   : cg_phrase("%" PRId64 " %s ago", s / rows[row].unit_s, rows[row].unit);
}

/* ---- the parts ---- */

static void print_processor(const struct cg_device_record *d, const struct cg_emulation *emulation)
{
    printf("processor    %s", or_unknown(d->cpu_model));
    if (d->core && !(d->cpu_model && strstr(d->cpu_model, d->core)))
        printf(", %s cores", d->core);
    printf("; %s, %s\n", or_unknown(d->vendor), d->architecture ? d->architecture : "");
    if (d->board)
        printf("board        %s\n", d->board);
    if (!d->isa) { /* elsewhere: a file tells no more */
        if (d->kernel)
            printf("system       %s\n", d->kernel);
        return;
    }
    printf("system       %s, %s\n", or_unknown(d->os), or_unknown(d->kernel));
    printf("runs on      %s\n", emulation->emulated           ? "an emulated processor: nothing is timed here"
                                : emulation->virtualised == 1 ? "a virtual machine"
                                : emulation->virtualised == 0 ? "the bare machine, as far as can be seen"
                                                              : "unknown whether virtual");
    if (emulation->evidence[0])
        printf("             %s\n", emulation->evidence);
    printf("ISA          ");
    for (int i = 0; i < d->n_isas; i++)
        printf("%s ", d->isas[i]);
    printf("(best: %s)\n", d->isa);
    if (d->features)
        printf("             %s\n", d->features);
}

static void print_topology(const struct cg_topology *t)
{
    char text[512];
    printf("topology     %d package%s, %d core%s, %d hardware thread%s, %d NUMA node%s (from %s)\n",
           t->n_packages, s_of(t->n_packages), t->n_cores, s_of(t->n_cores), t->n_cpus, s_of(t->n_cpus),
           t->n_numa, s_of(t->n_numa), t->source);
    for (int i = 0; i < t->n_classes; i++) {
        const struct cg_core_class_record *c = &t->classes[i];
        printf("  class      %-8s %d cores, %d hardware threads", c->name, c->cores, c->threads);
        if (c->core)
            printf(", %s", c->core);
        if (!isnan(c->max_hz))
            printf(", up to %.2f GHz", c->max_hz * 1e-9);
        if (c->capacity >= 0)
            printf(", capacity %d", c->capacity);
        putchar('\n');
    }
    cg_topology_allowed(t, text, sizeof text);
    printf("  allowed    %s%s\n", text,
           t->n_allowed < t->n_cpus ? " (affinity or a cpuset leaves no more to this process)" : "");
    for (int i = 0; i < t->n_caches; i++) {
        const struct cg_cache_record *c = &t->caches[i];
        const char type[2] = {c->type[0] == 'u' ? '\0' : c->type[0]};
        printf("  cache      L%d%s %s x %d, shared by %d hardware thread%s", c->level, type,
               in_bytes(c->bytes).text, c->count, c->shared_by, s_of(c->shared_by));
        if (c->line_bytes > 0)
            printf(", lines of %d bytes", c->line_bytes);
        if (c->ways > 0)
            printf(", %d ways", c->ways);
        if (t->n_classes > 1)
            printf(", %s", c->core_class);
        putchar('\n');
    }
    if (t->n_caches == 0)
        printf("  cache      unknown: neither hwloc nor /sys tells them\n");
}

static void print_limits(const struct cg_device_record *d)
{
    printf("memory       %s", in_bytes(d->memory_bytes).text);
    if (d->node_memory_bytes >= 0 && d->node_memory_bytes / 100 < d->system_memory_bytes / 101)
        printf(" (its NUMA nodes tell of %s)", in_bytes(d->node_memory_bytes).text);
    putchar('\n');
    if (!d->isa) /* elsewhere */
        return;
    printf("limits       ");
    if (d->cgroup_version == 0)
        printf("no cgroup seen");
    else
        printf("cgroup v%d", d->cgroup_version);
    if (isnan(d->cpu_limit))
        printf(", no cpu quota");
    else
        printf(", at most %g processors' worth of time", d->cpu_limit);
    if (d->memory_limit_bytes < 0)
        printf(", no memory limit");
    else
        printf(", at most %s of memory", in_bytes(d->memory_limit_bytes).text);
    if (d->cpuset)
        printf(", cpus %s", d->cpuset);
    if (d->cgroup_throttled < 0)
        printf("\n             no cpu controller of a cgroup is seen, so neither is how often a quota stops "
               "threads\n");
    else
        printf("\n             quotas stopped the cgroup's threads %" PRId64 " times so far\n",
               d->cgroup_throttled);
}

static void print_zones(const struct cg_sensors *sensors)
{
    struct cg_zone zones[CG_ZONES_MAX];
    const int n = cg_zones_list(sensors, zones), left_out = cg_sensors_zones_left_out(sensors);
    if (n == 0)
        printf("zones        no thermal zone\n");
    for (int i = 0; i < n; i++) {
        const struct cg_zone *z = &zones[i];
        printf("%-13s%3d %-24s", i ? "" : "zones", z->number, z->type ? z->type : "unnamed");
        if (z->mc == CG_ZONE_UNKNOWN)
            printf(" unknown");
        else
            printf(" %5.1f C", 1e-3 * z->mc);
        puts(z->processor ? ", the processor's" : "");
    }
    if (left_out > 0)
        printf("             and %d more that are not read\n", left_out);
}

/* What there is and what there is not, in one line. */
static const char *sensors_text(const struct cg_info_view *view, char text[256])
{
    snprintf(text, 256, "unknown");
    if (view->sensors)
        cg_sensors_describe(view->sensors, text, 256);
    return text;
}

/* What decides where a process's memory lies, what it means, and what can be changed. */
static void print_memory_layout(const struct cg_device_record *d)
{
    const bool off = d->aslr && strcmp(d->aslr, "off") == 0;
    printf("addresses    ASLR %s%s\n", or_unknown(d->aslr),
           !d->aslr ? ""
           : off ? ": all processes have one layout, so intervals tell of no other\n             (echo 2 > "
                   "/proc/sys/kernel/randomize_va_space; start without setarch -R)"
                 : ": processes differ in their layouts, and intervals over them cover that");
    if (d->numa_nodes < 2) {
        printf("             %s\n", d->numa_nodes == 1 ? "one NUMA node: no buffer is far away"
                                                       : "unknown whether buffers can be on a far NUMA node");
        return;
    }
    const bool own =
        d->numa_policy && (strcmp(d->numa_policy, "default") == 0 || strcmp(d->numa_policy, "local") == 0);
    printf("             memory policy %s%s\n", or_unknown(d->numa_policy),
           !d->numa_policy ? ""
           : own           ? ": buffers lie on the NUMA node of the thread that writes them first"
                 : ": buffers may lie on a far NUMA node (start without numactl, or numactl --localalloc)");
    if (d->numa_balancing == 1)
        printf("             the kernel moves pages between nodes while it runs (echo 0 > "
               "/proc/sys/kernel/numa_balancing)\n");
}

/* Whether other work can slow a measured hardware thread from inside its core. */
static void print_siblings(const struct cg_device_record *d)
{
    printf("siblings     %s\n",
           d->logical_cpus > d->cores
               ? "hardware threads share cores: work on one slows the other, and each round tells of it\n"
                 "             (keep it away with taskset; echo off > /sys/devices/system/cpu/smt/control)"
               : "each core has one hardware thread: nothing slows it from inside its core");
}

static void print_state(const struct cg_device_record *d, const struct cg_timer *timer, const char *sensors)
{
    printf("state        governor %s, turbo %s, SMT %s, transparent huge pages %s\n", or_unknown(d->governor),
           or_unknown(d->turbo), on_off(d->smt), or_unknown(d->transparent_huge_pages));
    printf("             flush-to-zero %s, denormals-are-zero %s, swap %s\n", on_off(d->flush_to_zero),
           on_off(d->denormals_are_zero),
           d->swap_used < 0 ? "unknown"
           : d->swap_used   ? "in use"
                            : "not in use");
    if (isnan(d->frequency_hz))
        printf("frequency    not measured\n");
    else
        printf("frequency    %.3f GHz, measured by a chain of dependent adds, one a cycle\n",
               d->frequency_hz * 1e-9);
    printf("sensors      %s\n", sensors);
    printf("timer        %s over %s: tick %.0f ns, a reading takes %.0f ns", d->timer,
           or_unknown(d->clocksource), d->timer_tick_ns, d->timer_overhead_ns);
    if (timer->counter_usable)
        printf("; %s %.3f GHz, %.0f ns", timer->counter, timer->counter_hz * 1e-9,
               timer->counter_overhead_ns);
    putchar('\n');
}

static void print_peaks(const struct cg_device_record *d)
{
    char text[200];
    printf("peak multiply-adds, f32, measured on registers\n");
    printf("  %-8s %7s %-8s %10s  %s\n", "ISA", "threads", "cores", "Gmadds/s", "frequency x pipes x lanes");
    for (int i = 0; i < d->n_peaks; i++) {
        const struct cg_peak_record *p = &d->peaks[i];
        cg_peak_explain(p, text, sizeof text);
        printf("  %-8s %7d %-8s %10.1f  %s\n", p->isa, p->threads, or_unknown(p->cores),
               p->madds_per_s * 1e-9, text);
    }
}

static void print_bandwidths(const struct cg_device *d)
{
    char text[200], note[256];
    printf("bandwidth in GB/s of all threads together, by working set of each (copy: read + written)\n");
    printf("  %-5s %10s %7s %-8s %7s %7s %7s  %s\n", "level", "set", "threads", "cores", "read", "write",
           "copy", "reads: frequency x width");
    for (int i = 0; i < d->n_bandwidths; i++) {
        const struct cg_bandwidth *b = &d->bandwidths[i];
        cg_bandwidth_explain(b, text, sizeof text);
        printf("  %-5s %10s %7d %-8s %7s %7s %7s  %s\n", b->level, in_bytes(b->working_set_bytes).text,
               b->threads, b->cores, in_gb(b->bytes_per_s[CG_READS]).text,
               in_gb(b->bytes_per_s[CG_WRITES]).text, in_gb(b->bytes_per_s[CG_COPIES]).text, text);
    }
    if (cg_device_cache_note(d, note, sizeof note))
        printf("  %s\n", note);
}

static void print_measured(const struct cg_info_view *view)
{
    const struct cg_device_record *d = &view->device->record;
    const int n_bandwidths = view->device->n_bandwidths;
    if (view->not_measured[0])
        printf("measured     nothing: %s\n", view->not_measured);
    if (d->n_peaks > 0)
        print_peaks(d);
    if (n_bandwidths > 0)
        print_bandwidths(view->device);
    if (d->measured_at >= 0 && (d->n_peaks > 0 || n_bandwidths > 0))
        printf("  measured %s by %s; --measure measures again\n", age_of(d->measured_at).text,
               or_unknown(d->measured_by));
}

static void print_noise(const struct cg_device_record *d)
{
    if (isnan(d->noise_paired)) {
        printf("noise floor  not known here: 'convgauge info --noise' measures it, as does the first run\n");
        return;
    }
    printf("noise floor  paired %.2f %% (one plan twice, as two cases of one run)", 100 * d->noise_paired);
    if (isnan(d->noise_between_runs))
        printf(";\n             between runs not known: of the starts %d were disturbed", d->noise_disturbed);
    else
        printf(";\n             between runs %.2f %% (95 %% of pairs of starts differ by less: robust spread "
               "of %d "
               "starts)",
               100 * d->noise_between_runs, d->noise_starts);
    if (d->noise_at >= 0)
        printf(",\n             measured %s", age_of(d->noise_at).text);
    if (d->noise_at >= 0 && d->noise_unsound)
        printf(" on a disturbed machine, so kept for a quarter of an hour only");
    else if (d->noise_at >= 0 && d->noise_disturbed > 0)
        printf(" with %d disturbed measurement%s put aside, so kept for a day only", d->noise_disturbed,
               s_of(d->noise_disturbed));
    printf("; no verdict claims less\n");
}

void cg_counters_print(const struct cg_counter_set *set, int indent)
{
    for (int i = 0; i < cg_counters_count(set); i++) {
        const struct cg_counter *c = cg_counters_get(set, i);
        printf("%*s%-18s %-9s ", indent, "", c->name, cg_counter_source_name(c->source));
        if (!c->available)
            printf("not available\n");
        else if (isnan(c->relative_error))
            printf("%s\n", c->event);
        else
            printf("%s, off by %+.2f %% on a loop of known count\n", c->event, 100 * c->relative_error);
    }
    char sentence[512];
    cg_counters_describe(set, sentence, sizeof sentence);
    printf("%*s%s\n", indent, "", sentence);
}

void cg_info_print_text(const struct cg_info_view *view)
{
    char text[256];
    const struct cg_device_record *d = &view->device->record;
    print_processor(d, &view->device->emulation);
    print_topology(&view->device->topology);
    print_limits(d);
    if (!view->device->elsewhere) {
        print_state(d, &view->device->timer, sensors_text(view, text));
        print_siblings(d);
        print_memory_layout(d);
    }
    if (view->sensors)
        print_zones(view->sensors);
    print_measured(view);
    if (!view->device->elsewhere)
        print_noise(d);
    if (view->counters) {
        printf("counters\n");
        cg_counters_print(view->counters, 2);
    }
}

/* ---- JSON ---- */

json_t *cg_counters_json(const struct cg_counter_set *set)
{
    json_t *array = json_array();
    for (int i = 0; i < cg_counters_count(set); i++) {
        const struct cg_counter *c = cg_counters_get(set, i);
        json_array_append_new(array, json_pack("{s:s, s:s, s:s, s:s, s:b, s:o, s:s?}", "name", c->name,
                                               "event", c->event, "unit", c->unit, "source",
                                               cg_counter_source_name(c->source), "available", c->available,
                                               "relative_error",
                                               cg_json_number(c->available ? c->relative_error : NAN),
                                               "why_not", c->available ? NULL : c->why_not));
    }
    return array;
}

static json_t *zones_json(const struct cg_zone *zones, int n)
{
    json_t *array = json_array();
    for (int i = 0; i < n; i++) {
        const double celsius = zones[i].mc == CG_ZONE_UNKNOWN ? NAN : 1e-3 * zones[i].mc;
        json_array_append_new(array, json_pack("{s:i, s:s?, s:b, s:o}", "zone", zones[i].number, "type",
                                               zones[i].type, "processor", (int)zones[i].processor, "celsius",
                                               cg_json_number(celsius)));
    }
    return array;
}

/* The device as a results file has it, and beside it what only this machine can tell now. */
static json_t *view_json(const struct cg_info_view *view, const struct cg_device_record *device)
{
    char note[512], sensors[256];
    struct cg_zone zones[CG_ZONES_MAX];
    const int n_zones = view->sensors ? cg_zones_list(view->sensors, zones) : 0;
    json_t *object = json_pack("{s:o, s:s, s:s?}", "device", cg_fields_to_json(&cg_layout_device, device),
                               "sensors", sensors_text(view, sensors), "not_measured",
                               view->not_measured[0] ? view->not_measured : NULL);
    if (object && view->counters) {
        cg_counters_describe(view->counters, note, sizeof note);
        json_object_set_new(object, "counters", cg_counters_json(view->counters));
        json_object_set_new(object, "counters_note", json_string(note));
    }
    if (object && view->sensors)
        json_object_set_new(object, "thermal_zones", zones_json(zones, n_zones));
    if (object && n_zones > 0)
        json_object_set_new(object, "thermal_zones_left_out",
                            json_integer(cg_sensors_zones_left_out(view->sensors)));
    if (object && cg_device_cache_note(view->device, note, sizeof note))
        json_object_set_new(object, "cache_note", json_string(note));
    return object;
}

enum cg_status cg_info_print_json(const struct cg_info_view *view, struct cg_error *err)
{
    struct cg_results *results = cg_results_create();
    const bool filled = results && cg_device_record_fill(view->device, results, err) == CG_OK;
    json_t *object = filled ? view_json(view, &results->device) : NULL;
    cg_results_destroy(&results);
    return cg_json_print(object, stdout, err);
}
