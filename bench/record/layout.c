#include "bench/record/layout.h"

#include <math.h>
#include <string.h>

#define FIELD(type, record, key, member)                                                                     \
    {                                                                                                        \
        key, CG_FIELD_##type, offsetof(struct record, member), 0, NULL, false                                \
    }
#define ARRAY(type, record, key, member, count, layout)                                                      \
    {                                                                                                        \
        key, CG_FIELD_##type, offsetof(struct record, member), offsetof(struct record, count), layout, false \
    }
#define LATER_FIELD(type, record, key, member)                                                               \
    {                                                                                                        \
        key, CG_FIELD_##type, offsetof(struct record, member), 0, NULL, true                                 \
    }
#define LATER_ARRAY(type, record, key, member, count, layout)                                                \
    {                                                                                                        \
        key, CG_FIELD_##type, offsetof(struct record, member), offsetof(struct record, count), layout, true  \
    }
#define NESTED(record, key, member, layout)                                                                  \
    {                                                                                                        \
        key, CG_FIELD_STRUCT, offsetof(struct record, member), 0, layout, false                              \
    }
#define LATER_NESTED(record, key, member, layout)                                                            \
    {                                                                                                        \
        key, CG_FIELD_STRUCT, offsetof(struct record, member), 0, layout, true                               \
    }
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const struct cg_field core_class_fields[] = {
    FIELD(TEXT, cg_core_class_record, "name", name),
    FIELD(INT, cg_core_class_record, "cores", cores),
    FIELD(INT, cg_core_class_record, "threads", threads),
    FIELD(SIZE, cg_core_class_record, "max_hz", max_hz),
};
static const struct cg_layout core_class_layout = {"core_class", sizeof(struct cg_core_class_record),
                                                   core_class_fields, COUNT(core_class_fields)};

static const struct cg_field cache_fields[] = {
    FIELD(INT, cg_cache_record, "level", level),
    FIELD(TEXT, cg_cache_record, "type", type),
    FIELD(INT64, cg_cache_record, "bytes", bytes),
    FIELD(INT, cg_cache_record, "line_bytes", line_bytes),
    FIELD(INT, cg_cache_record, "shared_by", shared_by),
    FIELD(INT, cg_cache_record, "count", count),
};
static const struct cg_layout cache_layout = {"cache", sizeof(struct cg_cache_record), cache_fields,
                                              COUNT(cache_fields)};

static const struct cg_field peak_fields[] = {
    FIELD(TEXT, cg_peak_record, "isa", isa),
    FIELD(INT, cg_peak_record, "threads", threads),
    FIELD(SIZE, cg_peak_record, "madds_per_s", madds_per_s),
};
static const struct cg_layout peak_layout = {"peak", sizeof(struct cg_peak_record), peak_fields,
                                             COUNT(peak_fields)};

static const struct cg_field bandwidth_fields[] = {
    FIELD(TEXT, cg_bandwidth_record, "level", level),
    FIELD(TEXT, cg_bandwidth_record, "kind", kind),
    FIELD(INT64, cg_bandwidth_record, "working_set_bytes", working_set_bytes),
    FIELD(INT, cg_bandwidth_record, "threads", threads),
    FIELD(SIZE, cg_bandwidth_record, "bytes_per_s", bytes_per_s),
};
static const struct cg_layout bandwidth_layout = {"bandwidth", sizeof(struct cg_bandwidth_record),
                                                  bandwidth_fields, COUNT(bandwidth_fields)};

/* In memory two fields of the device; in the file an object of their own. */
static const struct cg_field noise_fields[] = {
    FIELD(SIZE, cg_device_record, "paired", noise_paired),
    FIELD(SIZE, cg_device_record, "between_runs", noise_between_runs),
};
static const struct cg_layout noise_layout = {"noise_floor", 0, noise_fields, COUNT(noise_fields)};

static const struct cg_field zone_fields[] = {
    FIELD(INT, cg_zone_record, "zone", zone),
    FIELD(TEXT, cg_zone_record, "type", type),
    FIELD(YES_NO, cg_zone_record, "processor", processor),
};
static const struct cg_layout zone_layout = {"zone", sizeof(struct cg_zone_record), zone_fields,
                                             COUNT(zone_fields)};

static const struct cg_field device_fields[] = {
    FIELD(TEXT, cg_device_record, "name", name),
    FIELD(TEXT, cg_device_record, "architecture", architecture),
    FIELD(TEXT, cg_device_record, "cpu_model", cpu_model),
    FIELD(TEXT, cg_device_record, "vendor", vendor),
    FIELD(TEXT, cg_device_record, "isa", isa),
    FIELD(TEXT, cg_device_record, "features", features),
    FIELD(TEXT, cg_device_record, "os", os),
    FIELD(TEXT, cg_device_record, "kernel", kernel),
    FIELD(TEXT, cg_device_record, "governor", governor),
    FIELD(TEXT, cg_device_record, "turbo", turbo),
    FIELD(TEXT, cg_device_record, "transparent_huge_pages", transparent_huge_pages),
    FIELD(TEXT, cg_device_record, "virtualisation", virtualisation),
    FIELD(YES_NO, cg_device_record, "virtualised", virtualised),
    FIELD(YES_NO, cg_device_record, "emulated", emulated),
    FIELD(INT, cg_device_record, "packages", packages),
    FIELD(INT, cg_device_record, "numa_nodes", numa_nodes),
    FIELD(INT, cg_device_record, "cores", cores),
    FIELD(INT, cg_device_record, "logical_cpus", logical_cpus),
    FIELD(INT, cg_device_record, "allowed_cpus", allowed_cpus),
    FIELD(SIZE, cg_device_record, "cpu_limit", cpu_limit),
    FIELD(INT64, cg_device_record, "memory_bytes", memory_bytes),
    FIELD(INT64, cg_device_record, "memory_limit_bytes", memory_limit_bytes),
    FIELD(SIZE, cg_device_record, "frequency_hz", frequency_hz),
    FIELD(TEXT, cg_device_record, "timer", timer),
    FIELD(SIZE, cg_device_record, "timer_tick_ns", timer_tick_ns),
    FIELD(TEXT, cg_device_record, "counters", counters),
    ARRAY(STRUCTS, cg_device_record, "core_classes", core_classes, n_core_classes, &core_class_layout),
    ARRAY(STRUCTS, cg_device_record, "caches", caches, n_caches, &cache_layout),
    ARRAY(STRUCTS, cg_device_record, "peaks", peaks, n_peaks, &peak_layout),
    ARRAY(STRUCTS, cg_device_record, "bandwidths", bandwidths, n_bandwidths, &bandwidth_layout),
    {"noise_floor", CG_FIELD_STRUCT, 0, 0, &noise_layout, false}, /* its offsets are the device's */
    LATER_ARRAY(STRUCTS, cg_device_record, "thermal_zones", thermal_zones, n_thermal_zones, &zone_layout),
    LATER_FIELD(INT64, cg_device_record, "thermal_zones_left_out", thermal_zones_left_out),
    FIELD(LONG_TEXT, cg_device_record, "topology", topology),
    ARRAY(TEXTS, cg_device_record, "notes", notes, n_notes, NULL),
};
const struct cg_layout cg_layout_device = {"device", sizeof(struct cg_device_record), device_fields,
                                           COUNT(device_fields)};

static const struct cg_field engine_version_fields[] = {
    FIELD(TEXT, cg_engine_version, "engine", engine),
    FIELD(TEXT, cg_engine_version, "version", version),
};
static const struct cg_layout engine_version_layout = {"engine_version", sizeof(struct cg_engine_version),
                                                       engine_version_fields, COUNT(engine_version_fields)};

static const struct cg_field build_fields[] = {
    FIELD(TEXT, cg_build_record, "version", version),
    FIELD(TEXT, cg_build_record, "commit", commit),
    FIELD(TEXT, cg_build_record, "compiler", compiler),
    FIELD(TEXT, cg_build_record, "flags", flags),
    FIELD(TEXT, cg_build_record, "buildtype", buildtype),
    ARRAY(STRUCTS, cg_build_record, "engines", engines, n_engines, &engine_version_layout),
};
const struct cg_layout cg_layout_build = {"build", sizeof(struct cg_build_record), build_fields,
                                          COUNT(build_fields)};

static const struct cg_field run_fields[] = {
    FIELD(TEXT, cg_run_record, "command", command),     FIELD(TEXT, cg_run_record, "start", start),
    FIELD(SIZE, cg_run_record, "seconds", seconds),     FIELD(INT64, cg_run_record, "seed", seed),
    FIELD(INT, cg_run_record, "processes", processes),  FIELD(SIZE, cg_run_record, "precision", precision),
    FIELD(SIZE, cg_run_record, "budget_s", budget_s),   FIELD(YES_NO, cg_run_record, "quick", quick),
    FIELD(YES_NO, cg_run_record, "complete", complete),
};
const struct cg_layout cg_layout_run = {"run", sizeof(struct cg_run_record), run_fields, COUNT(run_fields)};

static const struct cg_field paper_fields[] = {
    FIELD(TEXT, cg_paper_value, "device", device),
    FIELD(SIZE, cg_paper_value, "value", value),
    FIELD(TEXT, cg_paper_value, "unit", unit),
    FIELD(INT, cg_paper_value, "batch", batch),
};
static const struct cg_layout paper_layout = {"paper", sizeof(struct cg_paper_value), paper_fields,
                                              COUNT(paper_fields)};

static const struct cg_field share_fields[] = {
    FIELD(TEXT, cg_paper_share, "device", device),
    FIELD(TEXT, cg_paper_share, "category", category),
    FIELD(SIZE, cg_paper_share, "percent", percent),
};
static const struct cg_layout share_layout = {"share", sizeof(struct cg_paper_share), share_fields,
                                              COUNT(share_fields)};

static const struct cg_field case_fields[] = {
    FIELD(TEXT, cg_case_record, "name", name),
    FIELD(TEXT, cg_case_record, "label", label),
    FIELD(TEXT, cg_case_record, "series", series),
    FIELD(TEXT, cg_case_record, "widths", widths),
    FIELD(TEXT, cg_case_record, "graph", graph),
    FIELD(REAL, cg_case_record, "step", step),
    FIELD(PAIR, cg_case_record, "levels", levels),
    FIELD(TEXT, cg_case_record, "network", network),
    FIELD(TEXT, cg_case_record, "variant", variant),
    FIELD(TEXT, cg_case_record, "title", title),
    FIELD(YES_NO, cg_case_record, "reconstruction", reconstruction),
    FIELD(YES_NO, cg_case_record, "inferred", inferred),
    FIELD(SIZE, cg_case_record, "published_madds", published_madds),
    FIELD(SIZE, cg_case_record, "published_top1_error", published_top1_error),
    FIELD(SIZE, cg_case_record, "mem_access_bound", mem_access_bound),
    ARRAY(STRUCTS, cg_case_record, "paper", paper, n_paper, &paper_layout),
    ARRAY(STRUCTS, cg_case_record, "shares", shares, n_shares, &share_layout),
    ARRAY(TEXTS, cg_case_record, "notes", notes, n_notes, NULL),
};
const struct cg_layout cg_layout_case = {"case", sizeof(struct cg_case_record), case_fields,
                                         COUNT(case_fields)};

static const struct cg_field group_fields[] = {
    FIELD(TEXT, cg_group_record, "name", name),
    FIELD(TEXT, cg_group_record, "title", title),
    FIELD(TEXT, cg_group_record, "set", set),
    FIELD(INT, cg_group_record, "scale", scale),
    FIELD(INT, cg_group_record, "level", level),
    FIELD(INT, cg_group_record, "baseline", baseline),
    ARRAY(POINTERS, cg_group_record, "cases", cases, n_cases, &cg_layout_case),
};
const struct cg_layout cg_layout_group = {"group", sizeof(struct cg_group_record), group_fields,
                                          COUNT(group_fields)};

static const struct cg_field suite_fields[] = {
    FIELD(TEXT, cg_suite_record, "name", name),
    FIELD(TEXT, cg_suite_record, "title", title),
    FIELD(TEXT, cg_suite_record, "source", source),
    FIELD(KIND, cg_suite_record, "kind", kind),
    FIELD(TEXT, cg_suite_record, "axis", axis),
    FIELD(TEXT_PAIR, cg_suite_record, "factors", factors),
    FIELD(YES_NO, cg_suite_record, "whole_networks", whole_networks),
    ARRAY(TEXTS, cg_suite_record, "notes", notes, n_notes, NULL),
    ARRAY(POINTERS, cg_suite_record, "groups", groups, n_groups, &cg_layout_group),
};
const struct cg_layout cg_layout_suite = {"suite", sizeof(struct cg_suite_record), suite_fields,
                                          COUNT(suite_fields)};

static const struct cg_field time_fields[] = {
    FIELD(SIZE, cg_time_summary, "median", median),
    FIELD(SIZE, cg_time_summary, "ci_low", ci_low),
    FIELD(SIZE, cg_time_summary, "ci_high", ci_high),
    FIELD(SIZE, cg_time_summary, "min", min),
    FIELD(SIZE, cg_time_summary, "p10", p10),
    FIELD(SIZE, cg_time_summary, "p90", p90),
    FIELD(SIZE, cg_time_summary, "mad", mad),
    FIELD(INT, cg_time_summary, "n", n),
    FIELD(INT, cg_time_summary, "processes", processes),
};
static const struct cg_layout time_layout = {"time", sizeof(struct cg_time_summary), time_fields,
                                             COUNT(time_fields)};

static const struct cg_field counter_fields[] = {
    FIELD(TEXT, cg_counter_record, "name", name),
    FIELD(TEXT, cg_counter_record, "unit", unit),
    FIELD(SIZE, cg_counter_record, "value", value),
    FIELD(REAL, cg_counter_record, "relative_error", relative_error),
};
static const struct cg_layout counter_layout = {"counter", sizeof(struct cg_counter_record), counter_fields,
                                                COUNT(counter_fields)};

static const struct cg_field layer_fields[] = {
    FIELD(TEXT, cg_layer_record, "name", name),
    FIELD(TEXT, cg_layer_record, "op", op),
    FIELD(TEXT, cg_layer_record, "category", category),
    FIELD(TEXT, cg_layer_record, "shape", shape),
    FIELD(TEXT, cg_layer_record, "implementation", implementation),
    FIELD(INT64, cg_layer_record, "madds", madds),
    FIELD(INT64, cg_layer_record, "bytes", bytes),
    FIELD(SIZE, cg_layer_record, "time_ns", time_ns),
    FIELD(SIZE, cg_layer_record, "ci_low", ci_low),
    FIELD(SIZE, cg_layer_record, "ci_high", ci_high),
    FIELD(SIZE, cg_layer_record, "bound_ns", bound_ns),
};
static const struct cg_layout layer_layout = {"layer", sizeof(struct cg_layer_record), layer_fields,
                                              COUNT(layer_fields)};

static const struct cg_field samples_fields[] = {
    ARRAY(INT64S, cg_sample_arrays, "process", process, n, NULL),
    ARRAY(INT64S, cg_sample_arrays, "round", round, n, NULL),
    ARRAY(INT64S, cg_sample_arrays, "ns", ns, n, NULL),
    ARRAY(INT64S, cg_sample_arrays, "iterations", iterations, n, NULL),
    ARRAY(INT64S, cg_sample_arrays, "cpu", cpu, n, NULL),
    LATER_ARRAY(INT64S, cg_sample_arrays, "placement", placement, n, NULL),
};
static const struct cg_layout samples_layout = {"samples", sizeof(struct cg_sample_arrays), samples_fields,
                                                COUNT(samples_fields)};

static const struct cg_field record_fields[] = {
    FIELD(TEXT, cg_record, "suite", suite),
    FIELD(TEXT, cg_record, "group", group),
    FIELD(TEXT, cg_record, "case", case_name),
    FIELD(TEXT, cg_record, "graph", graph),
    FIELD(TEXT, cg_record, "network", network),
    FIELD(TEXT, cg_record, "variant", variant),
    FIELD(TEXT, cg_record, "engine", engine),
    FIELD(TEXT, cg_record, "engine_version", engine_version),
    FIELD(TEXT, cg_record, "implementation", implementation),
    FIELD(TEXT, cg_record, "isa", isa),
    FIELD(INT, cg_record, "threads", threads),
    FIELD(TEXT, cg_record, "cores", cores),
    FIELD(INT, cg_record, "batch", batch),
    FIELD(TEXT, cg_record, "fusion", fusion),
    FIELD(TEXT, cg_record, "cache", cache),
    FIELD(TEXT, cg_record, "input", input),
    FIELD(INT64, cg_record, "madds", madds),
    FIELD(INT64, cg_record, "params", params),
    FIELD(INT64, cg_record, "mem_access_elements", mem_access_elements),
    FIELD(INT64, cg_record, "mem_access_bytes", mem_access_bytes),
    FIELD(INT64, cg_record, "mem_access_all_elements", mem_access_all_elements),
    FIELD(INT64, cg_record, "peak_memory_bytes", peak_memory_bytes),
    FIELD(INT64, cg_record, "plan_memory_bytes", plan_memory_bytes),
    FIELD(INT, cg_record, "layer_count", layer_count),
    FIELD(SIZE, cg_record, "roofline_ns", roofline_ns),
    FIELD(SIZE, cg_record, "error_vs_reference", error_vs_reference),
    NESTED(cg_record, "time_ns", time, &time_layout),
    FIELD(SIZE, cg_record, "images_per_s", images_per_s),
    FIELD(INT, cg_record, "schedule", schedule),
    ARRAY(STRUCTS, cg_record, "counters", counters, n_counters, &counter_layout),
    ARRAY(TEXTS, cg_record, "flags", flags, n_flags, NULL),
    FIELD(REAL, cg_record, "residual_ns", residual_ns),
    ARRAY(STRUCTS, cg_record, "layers", layers, n_layers, &layer_layout),
    LATER_ARRAY(TEXTS, cg_record, "placements", placements, n_placements, NULL),
    NESTED(cg_record, "samples", samples, &samples_layout),
    LATER_NESTED(cg_record, "disturbed_samples", disturbed_samples, &samples_layout),
};
const struct cg_layout cg_layout_record = {"record", sizeof(struct cg_record), record_fields,
                                           COUNT(record_fields)};

static const struct cg_field skipped_fields[] = {
    FIELD(TEXT, cg_skipped, "suite", suite),    FIELD(TEXT, cg_skipped, "group", group),
    FIELD(TEXT, cg_skipped, "case", case_name), FIELD(TEXT, cg_skipped, "graph", graph),
    FIELD(TEXT, cg_skipped, "engine", engine),  FIELD(INT, cg_skipped, "threads", threads),
    FIELD(TEXT, cg_skipped, "fusion", fusion),  FIELD(TEXT, cg_skipped, "reason", reason),
};
const struct cg_layout cg_layout_skipped = {"skipped", sizeof(struct cg_skipped), skipped_fields,
                                            COUNT(skipped_fields)};

static const struct cg_field zone_series_fields[] = {
    FIELD(INT, cg_zone_series, "zone", zone),
    ARRAY(SIGNEDS, cg_zone_series, "mc", mc, n_rounds, NULL),
};
static const struct cg_layout zone_series_layout = {"zone_series", sizeof(struct cg_zone_series),
                                                    zone_series_fields, COUNT(zone_series_fields)};

static const struct cg_field schedule_fields[] = {
    FIELD(INT, cg_schedule, "id", id),
    FIELD(TEXT, cg_schedule, "stop", stop),
    FIELD(INT, cg_schedule, "processes", processes),
    FIELD(SIZE, cg_schedule, "reached_precision", reached_precision),
    FIELD(INT, cg_schedule, "reruns", reruns),
    FIELD(INT, cg_schedule, "worker_restarts", worker_restarts),
    FIELD(SIZE, cg_schedule, "elapsed_s", elapsed_s),
    FIELD(SIZE, cg_schedule, "overhead_fraction", overhead_fraction),
    LATER_FIELD(INT64, cg_schedule, "yardstick_fma_turns", yardstick_fma_turns),
    LATER_FIELD(INT64, cg_schedule, "yardstick_l2_bytes", yardstick_l2_bytes),
    LATER_FIELD(INT64, cg_schedule, "yardstick_far_bytes", yardstick_far_bytes),
    ARRAY(TEXTS, cg_schedule, "flag_names", flag_names, n_flags, NULL),
    ARRAY(INT64S, cg_schedule, "process", process, n_rounds, NULL),
    ARRAY(INT64S, cg_schedule, "round", round, n_rounds, NULL),
    ARRAY(INT64S, cg_schedule, "yardstick_fma_ns", yardstick_fma_ns, n_rounds, NULL),
    ARRAY(INT64S, cg_schedule, "yardstick_l2_ns", yardstick_l2_ns, n_rounds, NULL),
    LATER_ARRAY(INT64S, cg_schedule, "yardstick_far_ns", yardstick_far_ns, n_rounds, NULL),
    ARRAY(INT64S, cg_schedule, "frequency_hz", frequency_hz, n_rounds, NULL),
    ARRAY(INT64S, cg_schedule, "wall_ns", wall_ns, n_rounds, NULL),
    ARRAY(INT64S, cg_schedule, "start_us", start_us, n_rounds, NULL),
    ARRAY(INT64S, cg_schedule, "temperature_mc", temperature_mc, n_rounds, NULL),
    ARRAY(INT64S, cg_schedule, "steal_ppm", steal_ppm, n_rounds, NULL),
    ARRAY(INT64S, cg_schedule, "switches", switches, n_rounds, NULL),
    ARRAY(INT64S, cg_schedule, "round_flags", round_flags, n_rounds, NULL),
    ARRAY(INT64S, cg_schedule, "disturbed", disturbed, n_rounds, NULL),
    LATER_ARRAY(STRUCTS, cg_schedule, "zones", zones, n_zones, &zone_series_layout),
};
const struct cg_layout cg_layout_schedule = {"schedule", sizeof(struct cg_schedule), schedule_fields,
                                             COUNT(schedule_fields)};

void cg_layout_clear(const struct cg_layout *layout, void *base)
{
    for (size_t i = 0; i < layout->n_fields; i++) {
        const struct cg_field *field = &layout->fields[i];
        void *at = (char *)base + field->offset;
        switch (field->type) {
        case CG_FIELD_INT:
        case CG_FIELD_YES_NO:
            *(int *)at = CG_UNKNOWN;
            break;
        case CG_FIELD_INT64:
            *(int64_t *)at = CG_UNKNOWN;
            break;
        case CG_FIELD_REAL:
        case CG_FIELD_SIZE:
            *(double *)at = NAN;
            break;
        case CG_FIELD_PAIR:
            ((int *)at)[0] = ((int *)at)[1] = CG_UNKNOWN;
            break;
        case CG_FIELD_KIND:
            *(enum cg_suite_kind *)at = CG_KIND_PLAIN;
            break;
        case CG_FIELD_TEXT_PAIR:
            ((const char **)at)[0] = ((const char **)at)[1] = NULL;
            break;
        case CG_FIELD_STRUCT:
            cg_layout_clear(field->layout, at);
            break;
        case CG_FIELD_TEXT:
        case CG_FIELD_LONG_TEXT:
            *(const char **)at = NULL;
            break;
        case CG_FIELD_TEXTS:
        case CG_FIELD_INT64S:
        case CG_FIELD_SIGNEDS:
        case CG_FIELD_STRUCTS:
        case CG_FIELD_POINTERS:
            *(void **)at = NULL;
            *(int *)((char *)base + field->count_offset) = 0;
            break;
        }
    }
}
