#include "bench/record/layout.h"

/* Rows of a table of THIS struct. FIELD: the key is the member's name; LATER: see cg_field.later. */
#define ROW(key, type, shape, member, count, layout, later)                                                  \
    {                                                                                                        \
        key, CG_FIELD_##type, CG_##shape, offsetof(THIS, member), count, layout, later                       \
    }
#define KEYED(type, key, member)          ROW(key, type, ONE, member, 0, NULL, false)
#define FIELD(type, member)               KEYED(type, #member, member)
#define LATER_KEYED(type, key, member)    ROW(key, type, ONE, member, 0, NULL, true)
#define LATER_FIELD(type, member)         LATER_KEYED(type, #member, member)
#define PAIR(type, member)                ROW(#member, type, PAIR, member, 0, NULL, false)
#define NESTED(key, member, layout)       ROW(key, STRUCT, ONE, member, 0, layout, false)
#define LATER_NESTED(key, member, layout) ROW(key, STRUCT, ONE, member, 0, layout, true)
/* An object in the file whose fields are the same struct's in memory. */
#define PART(key, layout)                                                                                    \
    {                                                                                                        \
        key, CG_FIELD_STRUCT, CG_ONE, 0, 0, layout, false                                                    \
    }
#define ARRAY(type, member, n)           ROW(#member, type, MANY, member, offsetof(THIS, n), NULL, false)
#define LATER_ARRAY(type, member, n)     ROW(#member, type, MANY, member, offsetof(THIS, n), NULL, true)
#define STRUCTS(member, n, layout)       ROW(#member, STRUCT, MANY, member, offsetof(THIS, n), layout, false)
#define LATER_STRUCTS(member, n, layout) ROW(#member, STRUCT, MANY, member, offsetof(THIS, n), layout, true)
#define POINTERS(member, n, layout)      ROW(#member, STRUCT, POINTERS, member, offsetof(THIS, n), layout, false)
#define LAYOUT(table)                                                                                        \
    {                                                                                                        \
        sizeof(THIS), table##_fields, sizeof table##_fields / sizeof *table##_fields                         \
    }

#define THIS struct cg_core_class_record
static const struct cg_field core_class_fields[] = {
    FIELD(TEXT, name),   FIELD(INT, cores),       FIELD(INT, threads),
    FIELD(SIZE, max_hz), LATER_FIELD(TEXT, core), LATER_FIELD(INT, capacity),
};
static const struct cg_layout core_class_layout = LAYOUT(core_class);
#undef THIS

#define THIS struct cg_cache_record
static const struct cg_field cache_fields[] = {
    FIELD(INT, level),     FIELD(TEXT, type), FIELD(INT64, bytes),    FIELD(INT, line_bytes),
    FIELD(INT, shared_by), FIELD(INT, count), LATER_FIELD(INT, ways), LATER_FIELD(TEXT, core_class),
};
static const struct cg_layout cache_layout = LAYOUT(cache);
#undef THIS

#define THIS struct cg_peak_record
static const struct cg_field peak_fields[] = {
    FIELD(TEXT, isa),
    FIELD(INT, threads),
    FIELD(SIZE, madds_per_s),
    LATER_FIELD(TEXT, cores),
    LATER_FIELD(SIZE, frequency_hz),
    LATER_FIELD(SIZE, madds_per_cycle),
    LATER_FIELD(SIZE, theory_madds_per_cycle),
};
static const struct cg_layout peak_layout = LAYOUT(peak);
#undef THIS

#define THIS struct cg_bandwidth_record
static const struct cg_field bandwidth_fields[] = {
    FIELD(TEXT, level),
    FIELD(TEXT, kind),
    FIELD(INT64, working_set_bytes),
    FIELD(INT, threads),
    FIELD(SIZE, bytes_per_s),
    LATER_FIELD(TEXT, cores),
    LATER_FIELD(SIZE, frequency_hz),
    LATER_FIELD(SIZE, theory_bytes_per_s),
};
static const struct cg_layout bandwidth_layout = LAYOUT(bandwidth);
#undef THIS

#define THIS struct cg_device_record
static const struct cg_field noise_fields[] = {
    KEYED(SIZE, "paired", noise_paired),
    KEYED(SIZE, "between_runs", noise_between_runs),
    LATER_KEYED(INT64, "measured_at", noise_at),
    LATER_KEYED(INT, "starts", noise_starts),
    LATER_KEYED(INT, "disturbed", noise_disturbed),
    LATER_KEYED(YES_NO, "unsound", noise_unsound),
};
static const struct cg_layout noise_layout = LAYOUT(noise);
#undef THIS

#define THIS struct cg_numa_record
static const struct cg_field numa_fields[] = {
    FIELD(INT, os),
    FIELD(INT64, memory_bytes),
    FIELD(INT, cpus),
};
static const struct cg_layout numa_layout = LAYOUT(numa);
#undef THIS

#define THIS struct cg_cpu_record
static const struct cg_field cpu_fields[] = {
    FIELD(INT, os),   FIELD(INT, core),        FIELD(INT, smt),        FIELD(INT, package),
    FIELD(INT, numa), FIELD(TEXT, core_class), FIELD(YES_NO, allowed),
};
static const struct cg_layout cpu_layout = LAYOUT(cpu);
#undef THIS

#define THIS struct cg_zone_record
static const struct cg_field zone_fields[] = {
    FIELD(INT, zone),
    FIELD(TEXT, type),
    FIELD(YES_NO, processor),
};
static const struct cg_layout zone_layout = LAYOUT(zone);
#undef THIS

#define THIS struct cg_device_record
static const struct cg_field device_fields[] = {
    FIELD(TEXT, name),
    FIELD(TEXT, architecture),
    FIELD(TEXT, cpu_model),
    FIELD(TEXT, vendor),
    FIELD(TEXT, isa),
    FIELD(TEXT, features),
    FIELD(TEXT, os),
    FIELD(TEXT, kernel),
    FIELD(TEXT, governor),
    FIELD(TEXT, turbo),
    FIELD(TEXT, transparent_huge_pages),
    FIELD(TEXT, virtualisation),
    FIELD(YES_NO, virtualised),
    FIELD(YES_NO, emulated),
    FIELD(INT, packages),
    FIELD(INT, numa_nodes),
    FIELD(INT, cores),
    FIELD(INT, logical_cpus),
    FIELD(INT, allowed_cpus),
    FIELD(SIZE, cpu_limit),
    FIELD(INT64, memory_bytes),
    FIELD(INT64, memory_limit_bytes),
    FIELD(SIZE, frequency_hz),
    FIELD(TEXT, timer),
    FIELD(SIZE, timer_tick_ns),
    FIELD(TEXT, counters),
    STRUCTS(core_classes, n_core_classes, &core_class_layout),
    STRUCTS(caches, n_caches, &cache_layout),
    STRUCTS(peaks, n_peaks, &peak_layout),
    STRUCTS(bandwidths, n_bandwidths, &bandwidth_layout),
    PART("noise_floor", &noise_layout),
    LATER_STRUCTS(thermal_zones, n_thermal_zones, &zone_layout),
    LATER_FIELD(INT64, thermal_zones_left_out),
    FIELD(LONG_TEXT, topology),
    ARRAY(TEXT, notes, n_notes),
    LATER_FIELD(TEXT, id),
    LATER_FIELD(TEXT, core),
    LATER_FIELD(TEXT, board),
    LATER_ARRAY(TEXT, isas, n_isas),
    LATER_FIELD(YES_NO, smt),
    LATER_FIELD(YES_NO, flush_to_zero),
    LATER_FIELD(YES_NO, denormals_are_zero),
    LATER_FIELD(YES_NO, swap_used),
    LATER_FIELD(TEXT, emulator),
    LATER_FIELD(TEXT, cpuset),
    LATER_FIELD(INT, cgroup_version),
    LATER_FIELD(INT64, node_memory_bytes),
    LATER_FIELD(INT64, system_memory_bytes),
    LATER_FIELD(TEXT, clocksource),
    LATER_FIELD(SIZE, timer_resolution_ns),
    LATER_FIELD(SIZE, timer_overhead_ns),
    LATER_FIELD(TEXT, timer_counter),
    LATER_FIELD(SIZE, timer_counter_hz),
    LATER_FIELD(INT64, measured_at),
    LATER_FIELD(TEXT, measured_by),
    LATER_STRUCTS(numas, n_numas, &numa_layout),
    LATER_STRUCTS(cpus, n_cpus, &cpu_layout),
    LATER_FIELD(TEXT, topology_source),
};
const struct cg_layout cg_layout_device = LAYOUT(device);
#undef THIS

#define THIS struct cg_engine_version
static const struct cg_field engine_version_fields[] = {
    FIELD(TEXT, engine),
    FIELD(TEXT, version),
};
static const struct cg_layout engine_version_layout = LAYOUT(engine_version);
#undef THIS

#define THIS struct cg_build_record
static const struct cg_field build_fields[] = {
    FIELD(TEXT, version), FIELD(TEXT, commit),    FIELD(TEXT, compiler),
    FIELD(TEXT, flags),   FIELD(TEXT, buildtype), STRUCTS(engines, n_engines, &engine_version_layout),
};
const struct cg_layout cg_layout_build = LAYOUT(build);
#undef THIS

#define THIS struct cg_run_record
static const struct cg_field run_fields[] = {
    FIELD(TEXT, command),  FIELD(TEXT, start),    FIELD(SIZE, seconds),
    FIELD(INT64, seed),    FIELD(INT, processes), FIELD(SIZE, precision),
    FIELD(SIZE, budget_s), FIELD(YES_NO, quick),  FIELD(YES_NO, complete),
};
const struct cg_layout cg_layout_run = LAYOUT(run);
#undef THIS

#define THIS struct cg_paper_value
static const struct cg_field paper_fields[] = {
    FIELD(TEXT, device),
    FIELD(SIZE, value),
    FIELD(TEXT, unit),
    FIELD(INT, batch),
};
static const struct cg_layout paper_layout = LAYOUT(paper);
#undef THIS

#define THIS struct cg_paper_share
static const struct cg_field share_fields[] = {
    FIELD(TEXT, device),
    FIELD(TEXT, category),
    FIELD(SIZE, percent),
};
static const struct cg_layout share_layout = LAYOUT(share);
#undef THIS

#define THIS struct cg_case_record
static const struct cg_field case_fields[] = {
    FIELD(TEXT, name),
    FIELD(TEXT, label),
    FIELD(TEXT, series),
    FIELD(TEXT, widths),
    FIELD(TEXT, graph),
    FIELD(REAL, step),
    PAIR(INT, levels),
    FIELD(TEXT, network),
    FIELD(TEXT, variant),
    FIELD(TEXT, title),
    FIELD(YES_NO, reconstruction),
    FIELD(YES_NO, inferred),
    FIELD(SIZE, published_madds),
    FIELD(SIZE, published_top1_error),
    FIELD(SIZE, mem_access_bound),
    STRUCTS(paper, n_paper, &paper_layout),
    STRUCTS(shares, n_shares, &share_layout),
    ARRAY(TEXT, notes, n_notes),
};
const struct cg_layout cg_layout_case = LAYOUT(case);
#undef THIS

#define THIS struct cg_group_record
static const struct cg_field group_fields[] = {
    FIELD(TEXT, name),
    FIELD(TEXT, title),
    FIELD(TEXT, set),
    FIELD(INT, scale),
    FIELD(INT, level),
    FIELD(INT, baseline),
    POINTERS(cases, n_cases, &cg_layout_case),
};
const struct cg_layout cg_layout_group = LAYOUT(group);
#undef THIS

#define THIS struct cg_suite_record
static const struct cg_field suite_fields[] = {
    FIELD(TEXT, name),
    FIELD(TEXT, title),
    FIELD(TEXT, source),
    FIELD(KIND, kind),
    FIELD(TEXT, axis),
    PAIR(TEXT, factors),
    FIELD(YES_NO, whole_networks),
    ARRAY(TEXT, notes, n_notes),
    POINTERS(groups, n_groups, &cg_layout_group),
};
const struct cg_layout cg_layout_suite = LAYOUT(suite);
#undef THIS

#define THIS struct cg_time_summary
static const struct cg_field time_fields[] = {
    FIELD(SIZE, median), FIELD(SIZE, ci_low), FIELD(SIZE, ci_high), FIELD(SIZE, min),      FIELD(SIZE, p10),
    FIELD(SIZE, p90),    FIELD(SIZE, mad),    FIELD(INT, n),        FIELD(INT, processes),
};
static const struct cg_layout time_layout = LAYOUT(time);
#undef THIS

#define THIS struct cg_counter_record
static const struct cg_field counter_fields[] = {
    FIELD(TEXT, name),
    FIELD(TEXT, unit),
    FIELD(SIZE, value),
    FIELD(REAL, relative_error),
};
static const struct cg_layout counter_layout = LAYOUT(counter);
#undef THIS

#define THIS struct cg_layer_record
static const struct cg_field layer_fields[] = {
    FIELD(TEXT, name),           FIELD(TEXT, op),      FIELD(TEXT, category), FIELD(TEXT, shape),
    FIELD(TEXT, implementation), FIELD(INT64, madds),  FIELD(INT64, bytes),   FIELD(SIZE, time_ns),
    FIELD(SIZE, ci_low),         FIELD(SIZE, ci_high), FIELD(SIZE, bound_ns),
};
static const struct cg_layout layer_layout = LAYOUT(layer);
#undef THIS

#define THIS struct cg_sample_arrays
static const struct cg_field samples_fields[] = {
    ARRAY(INT64, process, n),    ARRAY(INT64, round, n), ARRAY(INT64, ns, n),
    ARRAY(INT64, iterations, n), ARRAY(INT64, cpu, n),   LATER_ARRAY(INT64, placement, n),
};
const struct cg_layout cg_layout_samples = LAYOUT(samples);
#undef THIS

#define THIS struct cg_record
static const struct cg_field record_fields[] = {
    FIELD(TEXT, suite),
    FIELD(TEXT, group),
    KEYED(TEXT, "case", case_name),
    FIELD(TEXT, graph),
    FIELD(TEXT, network),
    FIELD(TEXT, variant),
    KEYED(TEXT, "engine", setting.engine),
    FIELD(TEXT, engine_version),
    FIELD(TEXT, implementation),
    KEYED(ISA, "isa", setting.isa),
    KEYED(INT, "threads", setting.threads),
    FIELD(TEXT, cores),
    KEYED(INT, "batch", setting.batch),
    KEYED(FUSION, "fusion", setting.fusion),
    KEYED(CACHE, "cache", setting.cache),
    FIELD(TEXT, input),
    FIELD(INT64, madds),
    FIELD(INT64, params),
    FIELD(INT64, mem_access_elements),
    FIELD(INT64, mem_access_bytes),
    FIELD(INT64, mem_access_all_elements),
    FIELD(INT64, peak_memory_bytes),
    FIELD(INT64, plan_memory_bytes),
    FIELD(INT, layer_count),
    FIELD(SIZE, roofline_ns),
    FIELD(SIZE, error_vs_reference),
    NESTED("time_ns", time, &time_layout),
    FIELD(SIZE, images_per_s),
    FIELD(INT, schedule),
    STRUCTS(counters, n_counters, &counter_layout),
    ARRAY(TEXT, flags, n_flags),
    FIELD(REAL, residual_ns),
    STRUCTS(layers, n_layers, &layer_layout),
    LATER_ARRAY(TEXT, placements, n_placements),
    NESTED("samples", samples, &cg_layout_samples),
    LATER_NESTED("disturbed_samples", disturbed_samples, &cg_layout_samples),
};
const struct cg_layout cg_layout_record = LAYOUT(record);
#undef THIS

#define THIS struct cg_skipped
static const struct cg_field skipped_fields[] = {
    FIELD(TEXT, suite),
    FIELD(TEXT, group),
    KEYED(TEXT, "case", case_name),
    FIELD(TEXT, graph),
    KEYED(TEXT, "engine", setting.engine),
    KEYED(INT, "threads", setting.threads),
    KEYED(FUSION, "fusion", setting.fusion),
    FIELD(TEXT, reason),
};
const struct cg_layout cg_layout_skipped = LAYOUT(skipped);
#undef THIS

#define THIS struct cg_zone_series
static const struct cg_field zone_series_fields[] = {
    FIELD(INT, zone),
    ARRAY(SIGNED, mc, n_rounds),
};
static const struct cg_layout zone_series_layout = LAYOUT(zone_series);
#undef THIS

#define THIS struct cg_schedule
static const struct cg_field schedule_fields[] = {
    FIELD(INT, id),
    FIELD(TEXT, stop),
    FIELD(INT, processes),
    FIELD(SIZE, reached_precision),
    FIELD(INT, reruns),
    FIELD(INT, worker_restarts),
    FIELD(SIZE, elapsed_s),
    FIELD(SIZE, overhead_fraction),
    LATER_FIELD(INT64, yardstick_fma_turns),
    LATER_FIELD(INT64, yardstick_l2_bytes),
    LATER_FIELD(INT64, yardstick_far_bytes),
    ARRAY(TEXT, flag_names, n_flags),
    ARRAY(INT64, process, n_rounds),
    ARRAY(INT64, round, n_rounds),
    ARRAY(INT64, yardstick_fma_ns, n_rounds),
    ARRAY(INT64, yardstick_l2_ns, n_rounds),
    LATER_ARRAY(INT64, yardstick_far_ns, n_rounds),
    ARRAY(INT64, frequency_hz, n_rounds),
    ARRAY(INT64, wall_ns, n_rounds),
    ARRAY(INT64, start_us, n_rounds),
    ARRAY(INT64, temperature_mc, n_rounds),
    ARRAY(INT64, steal_ppm, n_rounds),
    ARRAY(INT64, switches, n_rounds),
    ARRAY(INT64, round_flags, n_rounds),
    ARRAY(INT64, disturbed, n_rounds),
    LATER_STRUCTS(zones, n_zones, &zone_series_layout),
};
const struct cg_layout cg_layout_schedule = LAYOUT(schedule);
#undef THIS

#define THIS struct cg_results
static const struct cg_field results_fields[] = {
    NESTED("device", device, &cg_layout_device),
    NESTED("build", build, &cg_layout_build),
    NESTED("run", run, &cg_layout_run),
    POINTERS(suites, n_suites, &cg_layout_suite),
    POINTERS(records, n_records, &cg_layout_record),
    POINTERS(skipped, n_skipped, &cg_layout_skipped),
    POINTERS(schedules, n_schedules, &cg_layout_schedule),
};
const struct cg_layout cg_layout_results = LAYOUT(results);
#undef THIS
