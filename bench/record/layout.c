#include "bench/record/layout.h"

/* Rows of a table of THIS struct: the key is the member's name, but where it is given. LATER: see
 * cg_field.later. */
#define ROW(key_, type_, shape_, at, later_, ...)                                                            \
    {                                                                                                        \
        .key = key_, .type = CG_FIELD_##type_, .shape = CG_##shape_, .offset = at, .later = later_,          \
        ##__VA_ARGS__                                                                                        \
    }
#define AT(member)                        offsetof(THIS, member)
#define KEYED(type, key, member)          ROW(key, type, ONE, AT(member), false)
#define FIELD(type, member)               KEYED(type, #member, member)
#define LATER_KEYED(type, key, member)    ROW(key, type, ONE, AT(member), true)
#define LATER_FIELD(type, member)         LATER_KEYED(type, #member, member)
#define NAMED(key, member, list)          ROW(key, NAME, ONE, AT(member), false, .names = list)
#define PAIR(type, member)                ROW(#member, type, PAIR, AT(member), false)
#define NESTED(key, member, fields)       ROW(key, STRUCT, ONE, AT(member), false, .layout = fields)
#define LATER_NESTED(key, member, fields) ROW(key, STRUCT, ONE, AT(member), true, .layout = fields)
/* An object in the file whose fields are the same struct's in memory. */
#define PART(key, fields)            ROW(key, STRUCT, ONE, 0, false, .layout = fields)
#define ARRAY(type, member, n)       ROW(#member, type, MANY, AT(member), false, .count_offset = AT(n))
#define LATER_ARRAY(type, member, n) ROW(#member, type, MANY, AT(member), true, .count_offset = AT(n))
#define STRUCTS(member, n, fields)                                                                           \
    ROW(#member, STRUCT, MANY, AT(member), false, .count_offset = AT(n), .layout = fields)
#define LATER_STRUCTS(member, n, fields)                                                                     \
    ROW(#member, STRUCT, MANY, AT(member), true, .count_offset = AT(n), .layout = fields)
#define POINTERS(member, n, fields)                                                                          \
    ROW(#member, STRUCT, POINTERS, AT(member), false, .count_offset = AT(n), .layout = fields)
/* Options of a setting, each with a comma behind it. */
#define SETTING(type_, key, member_, list, is_later)                                                         \
    ROW(key, type_, ONE, AT(setting.member_), is_later, .names = list),
#define OF_RECORD(id, member, type, list, later, later_skipped, ...)                                         \
    SETTING(type, #member, member, list, later)
#define OF_SKIPPED(id, member, type, list, later, later_skipped, ...)                                        \
    SETTING(type, #member, member, list, later_skipped)
#define LAYOUT(...)                                                                                          \
    {                                                                                                        \
        sizeof(THIS), (const struct cg_field[]){__VA_ARGS__},                                                \
            sizeof((const struct cg_field[]){__VA_ARGS__}) / sizeof(struct cg_field)                         \
    }

#define THIS                                      struct cg_setting
#define OF_SETTING(id, member, type, names_, ...) ROW(#member, type, ONE, AT(member), false, .names = names_),
const struct cg_layout cg_layout_setting = LAYOUT(CG_SETTING_OPTIONS(OF_SETTING));
#undef THIS

#define THIS struct cg_core_class_record
static const struct cg_layout core_class_layout =
    LAYOUT(FIELD(TEXT, name), FIELD(INT, cores), FIELD(INT, threads), FIELD(SIZE, max_hz),
           LATER_FIELD(TEXT, core), LATER_FIELD(INT, capacity));
#undef THIS

#define THIS struct cg_cache_record
static const struct cg_layout cache_layout =
    LAYOUT(FIELD(INT, level), FIELD(TEXT, type), FIELD(INT64, bytes), FIELD(INT, line_bytes),
           FIELD(INT, shared_by), FIELD(INT, count), LATER_FIELD(INT, ways), LATER_FIELD(TEXT, core_class));
#undef THIS

#define THIS struct cg_peak_record
static const struct cg_layout peak_layout =
    LAYOUT(FIELD(TEXT, isa), FIELD(INT, threads), FIELD(SIZE, madds_per_s), LATER_FIELD(TEXT, cores),
           LATER_FIELD(SIZE, frequency_hz), LATER_FIELD(SIZE, madds_per_cycle),
           LATER_FIELD(SIZE, theory_madds_per_cycle));
#undef THIS

#define THIS struct cg_bandwidth_record
static const struct cg_layout bandwidth_layout =
    LAYOUT(FIELD(TEXT, level), FIELD(TEXT, kind), FIELD(INT64, working_set_bytes), FIELD(INT, threads),
           FIELD(SIZE, bytes_per_s), LATER_FIELD(TEXT, cores), LATER_FIELD(SIZE, frequency_hz),
           LATER_FIELD(SIZE, theory_bytes_per_s));
#undef THIS

#define THIS struct cg_device_record
static const struct cg_layout noise_layout =
    LAYOUT(KEYED(SIZE, "paired", noise_paired), KEYED(SIZE, "between_runs", noise_between_runs),
           LATER_KEYED(INT64, "measured_at", noise_at), LATER_KEYED(INT, "starts", noise_starts),
           LATER_KEYED(INT, "disturbed", noise_disturbed), LATER_KEYED(YES_NO, "unsound", noise_unsound));
#undef THIS

#define THIS struct cg_numa_record
static const struct cg_layout numa_layout =
    LAYOUT(FIELD(INT, os), FIELD(INT64, memory_bytes), FIELD(INT, cpus));
#undef THIS

#define THIS struct cg_cpu_record
static const struct cg_layout cpu_layout =
    LAYOUT(FIELD(INT, os), FIELD(INT, core), FIELD(INT, smt), FIELD(INT, package), FIELD(INT, numa),
           FIELD(TEXT, core_class), FIELD(YES_NO, allowed));
#undef THIS

#define THIS struct cg_zone_record
static const struct cg_layout zone_layout =
    LAYOUT(FIELD(INT, zone), FIELD(TEXT, type), FIELD(YES_NO, processor));
#undef THIS

#define THIS struct cg_device_record
const struct cg_layout cg_layout_device = LAYOUT(
    /* what it is */
    FIELD(TEXT, name), FIELD(TEXT, architecture), FIELD(TEXT, cpu_model), FIELD(TEXT, vendor),
    FIELD(TEXT, isa), FIELD(TEXT, features), FIELD(TEXT, os), FIELD(TEXT, kernel),
    /* its state */
    FIELD(TEXT, governor), FIELD(TEXT, turbo), FIELD(TEXT, transparent_huge_pages),
    FIELD(TEXT, virtualisation), FIELD(YES_NO, virtualised), FIELD(YES_NO, emulated),
    /* its size, and what is left to this process */
    FIELD(INT, packages), FIELD(INT, numa_nodes), FIELD(INT, cores), FIELD(INT, logical_cpus),
    FIELD(INT, allowed_cpus), FIELD(SIZE, cpu_limit), FIELD(INT64, memory_bytes),
    FIELD(INT64, memory_limit_bytes),
    /* clocks and counters */
    FIELD(SIZE, frequency_hz), FIELD(TEXT, timer), FIELD(SIZE, timer_tick_ns), FIELD(TEXT, counters),
    /* its parts, and what was measured */
    STRUCTS(core_classes, n_core_classes, &core_class_layout), STRUCTS(caches, n_caches, &cache_layout),
    STRUCTS(peaks, n_peaks, &peak_layout), STRUCTS(bandwidths, n_bandwidths, &bandwidth_layout),
    PART("noise_floor", &noise_layout), LATER_STRUCTS(thermal_zones, n_thermal_zones, &zone_layout),
    LATER_FIELD(INT64, thermal_zones_left_out), FIELD(LONG_TEXT, topology), ARRAY(TEXT, notes, n_notes),
    /* all that came later */
    LATER_FIELD(TEXT, id), LATER_FIELD(TEXT, core), LATER_FIELD(TEXT, board), LATER_ARRAY(TEXT, isas, n_isas),
    LATER_FIELD(YES_NO, smt), LATER_FIELD(YES_NO, flush_to_zero), LATER_FIELD(YES_NO, denormals_are_zero),
    LATER_FIELD(YES_NO, swap_used), LATER_FIELD(TEXT, emulator), LATER_FIELD(TEXT, cpuset),
    LATER_FIELD(INT, cgroup_version), LATER_FIELD(INT64, node_memory_bytes),
    LATER_FIELD(INT64, system_memory_bytes), LATER_FIELD(TEXT, clocksource),
    LATER_FIELD(SIZE, timer_resolution_ns), LATER_FIELD(SIZE, timer_overhead_ns),
    LATER_FIELD(TEXT, timer_counter), LATER_FIELD(SIZE, timer_counter_hz), LATER_FIELD(INT64, measured_at),
    LATER_FIELD(TEXT, measured_by), LATER_STRUCTS(numas, n_numas, &numa_layout),
    LATER_STRUCTS(cpus, n_cpus, &cpu_layout), LATER_FIELD(TEXT, topology_source), LATER_FIELD(TEXT, aslr),
    LATER_FIELD(TEXT, numa_policy), LATER_FIELD(YES_NO, numa_balancing),
    LATER_FIELD(INT64, cgroup_throttled));
#undef THIS

#define THIS struct cg_engine_version
static const struct cg_layout engine_version_layout = LAYOUT(
    FIELD(TEXT, engine), FIELD(TEXT, version), LATER_FIELD(TEXT, library), LATER_FIELD(TEXT, library_hash));
#undef THIS

#define THIS struct cg_build_record
const struct cg_layout cg_layout_build =
    LAYOUT(FIELD(TEXT, version), FIELD(TEXT, commit), FIELD(TEXT, compiler), FIELD(TEXT, flags),
           FIELD(TEXT, buildtype), STRUCTS(engines, n_engines, &engine_version_layout));
#undef THIS

#define THIS struct cg_run_record
const struct cg_layout cg_layout_run = LAYOUT(
    FIELD(TEXT, command), FIELD(TEXT, start), FIELD(SIZE, seconds), FIELD(INT64, seed), FIELD(INT, processes),
    FIELD(SIZE, precision), FIELD(SIZE, budget_s), FIELD(YES_NO, quick), FIELD(YES_NO, complete));
#undef THIS

#define THIS struct cg_paper_value
static const struct cg_layout paper_layout =
    LAYOUT(FIELD(TEXT, device), FIELD(SIZE, value), FIELD(TEXT, unit), FIELD(INT, batch));
#undef THIS

#define THIS struct cg_paper_share
static const struct cg_layout share_layout =
    LAYOUT(FIELD(TEXT, device), FIELD(TEXT, category), FIELD(SIZE, percent));
#undef THIS

#define THIS struct cg_case_record
const struct cg_layout cg_layout_case =
    LAYOUT(FIELD(TEXT, name), FIELD(TEXT, label), FIELD(TEXT, series), FIELD(TEXT, widths),
           FIELD(TEXT, graph), FIELD(REAL, step), PAIR(INT, levels), FIELD(TEXT, network),
           FIELD(TEXT, variant), FIELD(TEXT, title), FIELD(YES_NO, reconstruction), FIELD(YES_NO, inferred),
           FIELD(SIZE, published_madds), FIELD(SIZE, published_top1_error), FIELD(SIZE, mem_access_bound),
           STRUCTS(paper, n_paper, &paper_layout), STRUCTS(shares, n_shares, &share_layout),
           ARRAY(TEXT, notes, n_notes), LATER_FIELD(TEXT, twin), LATER_FIELD(INT64, working_set_bytes));
#undef THIS

#define THIS struct cg_group_record
const struct cg_layout cg_layout_group =
    LAYOUT(FIELD(TEXT, name), FIELD(TEXT, title), FIELD(TEXT, set), FIELD(INT, scale), FIELD(INT, level),
           FIELD(INT, baseline), POINTERS(cases, n_cases, &cg_layout_case));
#undef THIS

#define THIS struct cg_suite_record
const struct cg_layout cg_layout_suite = LAYOUT(
    FIELD(TEXT, name), FIELD(TEXT, title), FIELD(TEXT, source), NAMED("kind", kind, &cg_suite_kind_names),
    FIELD(TEXT, axis), PAIR(TEXT, factors), FIELD(YES_NO, whole_networks), ARRAY(TEXT, notes, n_notes),
    POINTERS(groups, n_groups, &cg_layout_group), LATER_FIELD(TEXT, claim), LATER_FIELD(TEXT, per));
#undef THIS

#define THIS struct cg_time_summary
static const struct cg_layout time_layout =
    LAYOUT(FIELD(SIZE, median), FIELD(SIZE, ci_low), FIELD(SIZE, ci_high), FIELD(SIZE, min), FIELD(SIZE, p10),
           FIELD(SIZE, p90), FIELD(SIZE, mad), FIELD(INT, n), FIELD(INT, processes));
#undef THIS

#define THIS struct cg_counter_record
static const struct cg_layout counter_layout =
    LAYOUT(FIELD(TEXT, name), FIELD(TEXT, unit), FIELD(SIZE, value), FIELD(REAL, relative_error));
#undef THIS

#define THIS struct cg_layer_record
static const struct cg_layout layer_layout =
    LAYOUT(FIELD(TEXT, name), FIELD(TEXT, op), FIELD(TEXT, category), FIELD(TEXT, shape),
           FIELD(TEXT, implementation), FIELD(INT64, madds), FIELD(INT64, bytes), FIELD(SIZE, time_ns),
           FIELD(SIZE, ci_low), FIELD(SIZE, ci_high), FIELD(SIZE, bound_ns));
#undef THIS

#define THIS struct cg_sample_arrays
const struct cg_layout cg_layout_samples =
    LAYOUT(ARRAY(INT64, process, n), ARRAY(INT64, round, n), ARRAY(INT64, ns, n), ARRAY(INT64, iterations, n),
           ARRAY(INT64, cpu, n), LATER_ARRAY(INT64, placement, n));
#undef THIS

#define THIS struct cg_latency_process_record
static const struct cg_layout latency_process_layout =
    LAYOUT(FIELD(INT64, plan_ns), FIELD(INT64, first_run_ns), FIELD(INT64, peak_memory_bytes),
           ARRAY(INT64, ns, n), ARRAY(INT64, switches, n), ARRAY(INT64, stolen, n));
#undef THIS

#define THIS struct cg_latency_record
static const struct cg_layout latency_layout = LAYOUT(
    FIELD(INT, runs), FIELD(SIZE, p50_ns), FIELD(SIZE, p90_ns), FIELD(SIZE, p99_ns), FIELD(SIZE, plan_ns),
    FIELD(SIZE, first_run_ns), FIELD(SIZE, peak_memory_bytes), FIELD(INT, slow), FIELD(INT, slow_disturbed),
    FIELD(INT, disturbed), STRUCTS(processes, n_processes, &latency_process_layout));
#undef THIS

#define THIS struct cg_instances_repeat
static const struct cg_layout instances_layout =
    LAYOUT(FIELD(INT, plans), FIELD(SIZE, images_per_s), FIELD(SIZE, one_images_per_s));
#undef THIS

#define THIS struct cg_record
const struct cg_layout cg_layout_record = LAYOUT(
    /* what it is, and under what it ran */
    FIELD(TEXT, suite), FIELD(TEXT, group), KEYED(TEXT, "case", case_name), FIELD(TEXT, graph),
    FIELD(TEXT, network), FIELD(TEXT, variant), CG_SETTING_OPTIONS(OF_RECORD) FIELD(TEXT, engine_version),
    FIELD(TEXT, implementation), FIELD(TEXT, cores), FIELD(TEXT, input),
    /* counted from the graph; of the plan */
    FIELD(INT64, madds), FIELD(INT64, params), FIELD(INT64, mem_access_elements),
    FIELD(INT64, mem_access_bytes), FIELD(INT64, mem_access_all_elements), FIELD(INT64, peak_memory_bytes),
    FIELD(INT64, plan_memory_bytes), FIELD(INT, layer_count), FIELD(SIZE, roofline_ns),
    FIELD(SIZE, error_vs_reference),
    /* measured */
    NESTED("time_ns", time, &time_layout), FIELD(SIZE, images_per_s), FIELD(INT, schedule),
    STRUCTS(counters, n_counters, &counter_layout), ARRAY(TEXT, flags, n_flags), FIELD(REAL, residual_ns),
    STRUCTS(layers, n_layers, &layer_layout), LATER_ARRAY(TEXT, placements, n_placements),
    LATER_FIELD(INT64, activations), LATER_FIELD(TEXT, layout),
    NESTED("samples", samples, &cg_layout_samples),
    LATER_NESTED("disturbed_samples", disturbed_samples, &cg_layout_samples),
    LATER_NESTED("latency", latency, &latency_layout),
    ROW("instances", STRUCT, MANY, AT(instances.repeats), true, .count_offset = AT(instances.n),
        .layout = &instances_layout));
#undef THIS

#define THIS struct cg_skipped
const struct cg_layout cg_layout_skipped =
    LAYOUT(FIELD(TEXT, suite), FIELD(TEXT, group), KEYED(TEXT, "case", case_name), FIELD(TEXT, graph),
           CG_SETTING_OPTIONS(OF_SKIPPED) FIELD(TEXT, reason));
#undef THIS

#define THIS struct cg_zone_series
static const struct cg_layout zone_series_layout = LAYOUT(FIELD(INT, zone), ARRAY(SIGNED, mc, n_rounds));
#undef THIS

#define THIS struct cg_lost_record
static const struct cg_layout lost_layout =
    LAYOUT(FIELD(TEXT, suite), KEYED(TEXT, "case", case_name), KEYED(TEXT, "engine", setting.engine),
           KEYED(INT, "threads", setting.threads), FIELD(TEXT, how), FIELD(INT, times));
#undef THIS

#define THIS struct cg_schedule
const struct cg_layout cg_layout_schedule = LAYOUT(
    FIELD(INT, id), FIELD(TEXT, stop), FIELD(INT, processes), FIELD(SIZE, reached_precision),
    FIELD(INT, reruns), FIELD(INT, worker_restarts), FIELD(SIZE, elapsed_s), FIELD(SIZE, overhead_fraction),
    /* the work of the yardstick */
    LATER_FIELD(INT64, yardstick_fma_turns), LATER_FIELD(INT64, yardstick_l2_bytes),
    LATER_FIELD(INT64, yardstick_far_bytes),
    /* of each round */
    ARRAY(TEXT, flag_names, n_flags), ARRAY(INT64, process, n_rounds), ARRAY(INT64, round, n_rounds),
    ARRAY(INT64, yardstick_fma_ns, n_rounds), ARRAY(INT64, yardstick_l2_ns, n_rounds),
    LATER_ARRAY(INT64, yardstick_far_ns, n_rounds), ARRAY(INT64, frequency_hz, n_rounds),
    ARRAY(INT64, wall_ns, n_rounds), ARRAY(INT64, start_us, n_rounds), ARRAY(INT64, temperature_mc, n_rounds),
    ARRAY(INT64, steal_ppm, n_rounds), ARRAY(INT64, switches, n_rounds), ARRAY(INT64, round_flags, n_rounds),
    ARRAY(INT64, disturbed, n_rounds), LATER_ARRAY(INT64, siblings_ppm, n_rounds),
    LATER_ARRAY(INT64, throttled, n_rounds), LATER_STRUCTS(zones, n_zones, &zone_series_layout),
    LATER_STRUCTS(lost_workers, n_lost_workers, &lost_layout));
#undef THIS

#define THIS struct cg_results
const struct cg_layout cg_layout_results =
    LAYOUT(NESTED("device", device, &cg_layout_device), NESTED("build", build, &cg_layout_build),
           NESTED("run", run, &cg_layout_run), POINTERS(suites, n_suites, &cg_layout_suite),
           POINTERS(records, n_records, &cg_layout_record), POINTERS(skipped, n_skipped, &cg_layout_skipped),
           POINTERS(schedules, n_schedules, &cg_layout_schedule));
#undef THIS

void cg_json_add_setting(json_t *object, const struct cg_setting *setting)
{
    json_t *options = cg_fields_to_json(&cg_layout_setting, setting);
    json_object_update_missing(object, options);
    json_decref(options);
}
