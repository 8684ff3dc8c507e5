/* A results file in memory: what was measured, where, with which build, and everything that a table, a
 * verdict or a plot needs, so that they can be made from the file alone. JSON, "schema": "convgauge/2"; see
 * results/README.md and results/schema.json.
 *
 * Unknown values: NAN for reals, CG_UNKNOWN for integers, NULL for texts. They are null in the file, never 0.
 * The cg_results_add_* functions return structs whose every field is unknown (counts of arrays 0), so a
 * writer sets what it knows and nothing else.
 *
 * Ownership: every text and array that hangs on a cg_results belongs to it and is freed with it. Texts are
 * put in with cg_results_text(), arrays with cg_results_array(); a literal or anything else that outlives the
 * results may be assigned as it is. Pointers that the add functions return stay valid until the results are
 * destroyed. */
#ifndef CONVGAUGE_BENCH_RECORD_RECORD_H
#define CONVGAUGE_BENCH_RECORD_RECORD_H

#include "base/error.h"
#include "bench/stats/suite_kind.h"
#include "bench/record/latency.h"
#include "bench/record/lost.h"
#include "kernels/setting.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CG_SCHEMA "convgauge/2"

#define CG_UNKNOWN        (-1)      /* of integers: counts, bytes, and yes/no values (1, 0) */
#define CG_UNKNOWN_SIGNED INT64_MIN /* of integers that may be below 0 */

/* ---- the device ---- */

struct cg_core_class_record {
    const char *name; /* "big", "little", "all", "P", "E" */
    int cores;        /* physical */
    int threads;      /* logical cpus */
    double max_hz;
    const char *core; /* "Cortex-A57" */
    int capacity;     /* the kernel's relative one, 1024 = fastest */
};

struct cg_cache_record {
    int level;
    const char *type; /* "data", "instruction", "unified" */
    int64_t bytes;
    int line_bytes;
    int shared_by; /* logical cpus that share one */
    int count;     /* how many there are */
    int ways;
    const char *core_class; /* a cg_core_class_record's name */
};

struct cg_peak_record { /* measured by the best loop there is for the ISA */
    const char *isa;
    int threads;
    double madds_per_s;
    const char *cores; /* the --cores spec that the threads were chosen by: "all", "big", "0,2" */
    double frequency_hz;
    double madds_per_cycle; /* of one thread */
    double theory_madds_per_cycle;
};

struct cg_bandwidth_record { /* measured */
    const char *level;       /* "L1", "L2", "L3", "DRAM" */
    const char *kind;        /* "read", "write", "copy" */
    int64_t working_set_bytes;
    int threads;
    double bytes_per_s;
    const char *cores; /* as a peak's */
    double frequency_hz;
    double theory_bytes_per_s; /* of reads */
};

struct cg_zone_record { /* a thermal zone */
    int zone;           /* N of thermal_zoneN */
    const char *type;   /* as the kernel says: "cpu-thermal" */
    int processor;      /* 1: it counts in cg_schedule.temperature_mc; 0 */
};

struct cg_numa_record {
    int os;
    int64_t memory_bytes;
    int cpus;
};

struct cg_cpu_record { /* a logical cpu */
    int os, core, smt, package, numa;
    const char *core_class;
    int allowed; /* 1: this process may use it; 0 */
};

struct cg_device_record {
    const char *id;   /* a hash of what makes it this kind of machine */
    const char *name; /* short name, also of the folder under results/: "amd-epyc-9b14", from the cpu model */
    const char *architecture; /* "x86_64", "aarch64" */
    const char *cpu_model, *vendor;
    const char *core;     /* "Zen 4" */
    const char *board;    /* "Raspberry Pi 5" */
    const char *isa;      /* best that the kernels use: "avx512" */
    const char *features; /* instruction-set extensions, blank separated */
    int n_isas;
    const char **isas; /* all that the kernels can use */
    const char *os, *kernel;
    const char *governor, *turbo, *transparent_huge_pages;
    const char *aslr; /* "full", "without the heap", "off": whether processes have layouts of their own */
    const char *numa_policy; /* by which memory is taken: "default" (the node of the thread that writes
                                first), "bind", "interleave", ...; NULL also with one node */
    int numa_balancing;      /* 1: the kernel moves pages between nodes; 0, CG_UNKNOWN also with one node */
    int smt, flush_to_zero, denormals_are_zero, swap_used; /* 1, 0, CG_UNKNOWN */
    const char *virtualisation;                            /* "KVM", "VMware"; "none" */
    const char *emulator;                                  /* "qemu-user" */
    int virtualised, emulated;                             /* 1, 0, CG_UNKNOWN */
    int packages, numa_nodes;
    int cores, logical_cpus; /* of the machine */
    int allowed_cpus;        /* that affinity and cgroup leave to this process */
    const char *cpuset;      /* the cgroup's */
    double cpu_limit;        /* cgroup quota in cpus; NAN: none or unknown */
    int cgroup_version;      /* 1, 2; 0: none seen */
    int64_t
        cgroup_throttled; /* times that a quota stopped the cgroup's threads; unknown: no cpu controller */
    int64_t memory_bytes; /* the larger of the next two */
    int64_t node_memory_bytes; /* of all NUMA nodes */
    int64_t system_memory_bytes, memory_limit_bytes;
    double frequency_hz; /* effective, measured by a loop of dependent adds */
    const char *timer, *clocksource;
    double timer_tick_ns, timer_resolution_ns, timer_overhead_ns;
    const char *timer_counter; /* "tsc" */
    double timer_counter_hz;
    const char *counters; /* "hardware", "software only", "none" */
    int n_core_classes;
    struct cg_core_class_record *core_classes;
    int n_caches;
    struct cg_cache_record *caches;
    int n_peaks;
    struct cg_peak_record *peaks;
    int n_bandwidths;
    struct cg_bandwidth_record *bandwidths;
    int64_t measured_at;     /* peaks and bandwidths: seconds since 1970 */
    const char *measured_by; /* the program's version and compiler */
    int n_numas;
    struct cg_numa_record *numas;
    int n_cpus;
    struct cg_cpu_record *cpus;
    const char *topology_source; /* "hwloc", "sysfs", "counted" */
    /* Noise floors as relative differences (0.013 = 1.3 %): between two cases of one run, and between
     * separate starts */
    double noise_paired, noise_between_runs;
    int64_t noise_at;                  /* seconds since 1970 */
    int noise_starts, noise_disturbed; /* starts that they come from; disturbed measurements put aside */
    int noise_unsound;                 /* 1: something disturbed the machine all the while */
    int n_thermal_zones;               /* 0 where there is none and in older files */
    struct cg_zone_record *thermal_zones;
    int64_t thermal_zones_left_out; /* beyond what is recorded; unknown where there is none */
    const char *topology;           /* hwloc XML without serial numbers, names and paths */
    int n_notes;
    const char **notes; /* sentences: "No hardware counters: ..." */
};

/* ---- the build and the run ---- */

struct cg_engine_version {
    const char *engine, *version;
    const char *library, *library_hash; /* path and FNV-1a of a library loaded when used; NULL of others */
};

struct cg_build_record {
    const char *version;  /* of convgauge */
    const char *commit;   /* with "+" when the tree was changed */
    const char *compiler; /* "gcc 12.2.0" */
    const char *flags, *buildtype;
    int n_engines;
    struct cg_engine_version *engines;
};

struct cg_run_record {
    const char *command; /* cg_results_command() makes it */
    const char *start;   /* "2026-01-31T12:00:00Z" */
    double seconds;      /* that measuring took */
    int64_t seed;
    int processes;    /* asked: the most that a group may use */
    double precision; /* asked half width, 0.01 = 1 % */
    double budget_s;
    int quick;    /* 1, 0 */
    int complete; /* 0 when it was interrupted */
};

/* ---- suites: what the tables show ---- */

struct cg_paper_value {
    const char *device; /* "gtx1080ti", "snapdragon810" */
    double value;       /* as printed */
    const char *unit;   /* "batches/s", "images/s" */
    int batch;          /* images a batch, for batches/s */
};

struct cg_paper_share { /* Figure 2 */
    const char *device, *category;
    double percent;
};

/* A row of a table. Its measurements are the records with the same `graph`. */
struct cg_case_record {
    const char *name;   /* unique in its group: "g1/arm/x1/1:12", "shufflenet_v2:1.0x" */
    const char *label;  /* the row's head: "1:12", "g=8", "2-fragment-series", "ShuffleNet v2 1x" */
    const char *series; /* G3: "series", "parallel"; NULL belongs to every series (the baseline) */
    const char *twin;   /* the label of the case whose twin this is (bench/config/config.h); NULL: none, and
                           in older files. Twins come last in their group */
    const char *widths; /* what was varied: "c1=9 c2=108"; NULL when there is no more to say */
    const char *graph;  /* hash of the computation, 16 hex digits: equal graphs are measured once */
    double step;        /* x of the slope: ln(c2/c1), log2 g, log2 fragments; 0 for the baseline */
    int levels[2];      /* CG_KIND_FACTORIAL: 1 when the suite's factor is present, 0 when not */
    const char *network, *variant; /* whole networks: family and variant of the name "family:variant" */
    const char *title;             /* whole networks: "MobileNet V2" */
    int reconstruction;            /* 1: not published in full; the tables mark it with a dagger */
    int inferred;                  /* 1: its structure is not printed in the paper; marked in the table */
    double published_madds;        /* multiply-adds (not millions) */
    double published_top1_error;   /* per cent */
    int64_t working_set_bytes;     /* of its largest layer: input, output, weights; unknown in older files */
    double mem_access_bound; /* elements: sum of eq. (1)'s lower bounds over its 1x1 convolutions; G1 only */
    int n_paper;
    struct cg_paper_value *paper;
    int n_shares;
    struct cg_paper_share *shares;
    int n_notes;
    const char **notes; /* shown below the table: "c=184: the authors' correction of 180" */
};

/* Cases that are compared with each other, one of them the baseline. */
struct cg_group_record {
    const char *name;  /* unique in its suite: "arm/x1" */
    const char *title; /* "ARM channel set, x1" */
    const char *set;   /* "arm", "gpu", "paper", "aligned", "memory", "small", "overhead", "beside"; in older
                          files "matched"; NULL: none */
    int scale;         /* 1, 2, 4 */
    int level;         /* complexity level in M madds (40, 140, 300, 500) */
    int baseline;      /* index into cases; CG_UNKNOWN: none (networks) */
    int n_cases;
    struct cg_case_record **cases;
};

struct cg_suite_record {
    const char *name; /* "g1" */
    const char *title;
    const char *source; /* the paper's table that it re-measures */
    const char *claim;  /* of a guideline, in one sentence; NULL: none, and in older files */
    enum cg_suite_kind kind;
    const char *axis, *per; /* CG_KIND_SLOPE: "ln(c2/c1)"; "time" is compared, NULL: time per madd */
    const char *factors[2]; /* CG_KIND_FACTORIAL: "ReLU", "short-cut" */
    int whole_networks;     /* 1: a run starts from NHWC f32; 0: layer stacks in the plan's own layout */
    int n_notes;
    const char **notes;
    int n_groups;
    struct cg_group_record **groups;
};

/* ---- records ---- */

struct cg_time_summary { /* of the time of one run (one batch), nanoseconds */
    double median, ci_low, ci_high;
    double min, p10, p90, mad;
    int n;         /* samples */
    int processes; /* 1: the interval is "within process" */
};

/* Parallel arrays, n entries each. The time of one run is ns / iterations. Samples of records with the same
 * `schedule`, process and round are from one interleaved round: their ratios are free of what slows all
 * alike. */
struct cg_sample_arrays {
    int n;
    int64_t *process, *round, *ns, *iterations, *cpu; /* cpu CG_UNKNOWN when not read back */
    int64_t *placement; /* NULL with one thread and in older files; or an index into cg_record.placements */
};

struct cg_counter_record {
    const char *name;
    const char *unit;      /* "cycles", "lines", "ns", "J" ... */
    double value;          /* of one run; NAN: not available on this machine */
    double relative_error; /* found on a loop with a known count */
};

/* One step of a plan, measured by a profile. */
struct cg_layer_record {
    const char *name, *op, *category; /* category: a cg_category_name() */
    const char *shape, *implementation;
    int64_t madds, bytes; /* bytes: read + written + weights */
    double time_ns, ci_low, ci_high;
    double bound_ns; /* roofline */
};

struct cg_record {
    const char *suite, *group, *case_name; /* the first place in the suites that shows it */
    const char *graph;                     /* as cg_case_record.graph */
    const char *network, *variant;
    struct cg_setting setting; /* cpus NULL: `cores` names them; edges are not kept */
    const char *engine_version, *implementation;
    const char *layout, *cores; /* "NHWC" between layers, NULL unknown; cpus that it was bound to: "0,1" */
    int n_placements;           /* 0 with one thread and in older files */
    const char **placements;    /* cpus that the other threads of samples were seen on: "1", "1-3,5" */
    const char *input;          /* "1x56x56x64", NHWC */
    int64_t madds, params;      /* of the whole batch; params of the graph */
    int64_t mem_access_elements, mem_access_bytes; /* the paper's formula over conv and FC */
    int64_t mem_access_all_elements;               /* the same over every operation */
    int64_t activations;       /* elements that convolutions write; unknown in older files */
    int64_t peak_memory_bytes; /* predicted by the graph */
    int64_t plan_memory_bytes; /* the engine's own figure */
    int layer_count;           /* nodes of the graph, input apart */
    double roofline_ns;        /* time predicted from measured peak and bandwidth */
    double error_vs_reference;
    struct cg_time_summary time; /* cg_record_summarise() fills it; all unknown when nothing was timed */
    double images_per_s;
    int schedule; /* records with one number were interleaved with each other: cg_schedule.id */
    int n_counters;
    struct cg_counter_record *counters;
    int n_flags;
    const char **flags;                        /* "noisy", "not_settled", "migrated", "throttled", ... */
    struct cg_sample_arrays samples;           /* of the rounds that count */
    struct cg_sample_arrays disturbed_samples; /* of rounds that were disturbed and run again: used nowhere */
    int n_layers;
    struct cg_layer_record *layers;
    double residual_ns; /* end to end minus the sum of the layers */
    struct cg_latency_record latency;
    struct cg_instances_record instances;
};

struct cg_skipped {
    const char *suite, *group, *case_name, *graph;
    struct cg_setting setting; /* engine, threads, fusion */
    const char *reason;
};

struct cg_zone_series { /* of one thermal zone over the rounds of a schedule */
    int zone;           /* cg_zone_record.zone */
    int n_rounds;       /* the schedule's */
    int64_t *mc;        /* thousandths of a degree Celsius; CG_UNKNOWN_SIGNED */
};

/* What was interleaved, how it ended, and what each round saw of the machine (parallel arrays, n_rounds
 * entries each). */
struct cg_schedule {
    int id;           /* cg_record.schedule */
    const char *stop; /* "precision", "processes", "budget", "interrupted" */
    int processes;
    double reached_precision; /* widest relative half width of the ratios */
    int reruns;          /* rounds that were disturbed and run again; the disturbed ones are kept below */
    int worker_restarts; /* the sum of `times` below */
    int n_lost_workers;
    struct cg_lost_record *lost_workers; /* none in files older than the key */
    double elapsed_s;
    double overhead_fraction; /* of the rounds' time, outside samples and discarded runs */
    int n_flags;
    const char **flag_names; /* of the bits in round_flags, lowest bit first */
    int n_rounds;
    int64_t *process, *round;
    /* The yardstick's work in each round of this schedule: turns of a loop of FMAs, bytes read; unknown in
     * files older than these keys. */
    int64_t yardstick_fma_turns, yardstick_l2_bytes, yardstick_far_bytes;
    int64_t *yardstick_fma_ns, *yardstick_l2_ns, *yardstick_far_ns;
    int64_t *frequency_hz, *wall_ns;
    int64_t *start_us, *temperature_mc; /* since the schedule began; thousandths of a degree Celsius */
    int64_t *steal_ppm,
        *switches; /* parts per million of the round's wall clock; involuntary context switches */
    /* How busy hardware threads were that share a core with those of the jobs and are not theirs, parts per
     * million; how often the cgroup's quota stopped threads in the stretch of rounds (a quarter of a second)
     * that this one is of. NULL in older files. */
    int64_t *siblings_ppm, *throttled;
    int64_t *round_flags;
    int64_t *disturbed; /* 1: its samples do not count */
    int n_zones;        /* 0 where there is no thermal zone and in older files */
    struct cg_zone_series *zones;
};

struct cg_results {
    struct cg_device_record device;
    struct cg_build_record build;
    struct cg_run_record run;
    int n_suites;
    struct cg_suite_record **suites;
    int n_records;
    struct cg_record **records;
    int n_skipped;
    struct cg_skipped **skipped;
    int n_schedules;
    struct cg_schedule **schedules;
    const char *path; /* where it was read from; NULL when made here */
    struct cg_arena *arena;
};

/* Empty results, everything unknown; NULL without memory. Destroy takes NULL and clears the pointer. */
struct cg_results *cg_results_create(void);
void cg_results_destroy(struct cg_results **results);

/* A copy of `text` (NULL and an empty one, which is unknown, give NULL) or of a formatted text that lives as
 * long as the results. NULL when there is no memory. */
const char *cg_results_text(struct cg_results *results, const char *text);
const char *cg_results_format(struct cg_results *results, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* `count` zeroed elements of `size` bytes that live as long as the results; NULL when there is no memory. */
void *cg_results_array(struct cg_results *results, size_t count, size_t size);

/* Add one more to the results, a suite or a group. NULL when there is no memory. */
struct cg_suite_record *cg_results_add_suite(struct cg_results *results);
struct cg_group_record *cg_suite_add_group(struct cg_results *results, struct cg_suite_record *suite);
struct cg_case_record *cg_group_add_case(struct cg_results *results, struct cg_group_record *group);
struct cg_record *cg_results_add_record(struct cg_results *results);
struct cg_skipped *cg_results_add_skipped(struct cg_results *results);
struct cg_schedule *cg_results_add_schedule(struct cg_results *results);

/* Gives a record's samples (or disturbed samples) arrays for `n`, `placement` too where that is asked for; a
 * schedule arrays for `n` rounds, and then the series of `n_zones` thermal zones: all unknown. False when
 * there is no memory. */
bool cg_record_alloc_samples(struct cg_results *results, struct cg_sample_arrays *samples, int n,
                             bool placement);
bool cg_schedule_alloc_rounds(struct cg_results *results, struct cg_schedule *schedule, int n);
bool cg_schedule_alloc_zones(struct cg_results *results, struct cg_schedule *schedule, int n_zones);

/* The command line for run.command: quoted for a shell, paths (no --filter) cut to the last part. */
const char *cg_results_command(struct cg_results *results, int argc, char **argv);

/* Fills record->time and images_per_s from the samples: median over the per-process medians' interval by
 * Student-t over processes (rule 2); within one process by order statistics. Unknown when there are no
 * samples. */
enum cg_status cg_record_summarise(struct cg_record *record, struct cg_error *err);

/* ---- files ---- */

/* Whether `path` can be written: its folder is there and takes a new file, and `path` is no folder itself.
 * Called before measuring. CG_INVALID names the path and why. Leaves nothing behind. */
enum cg_status cg_results_check_path(const char *path, struct cg_error *err);

/* Writes the results to a temporary name beside `path`, syncs it, and renames it to `path`: a reader sees the
 * old file or the new one, never half of one. CG_IO says what failed; the old file is then untouched. */
enum cg_status cg_results_save(const struct cg_results *results, const char *path, struct cg_error *err);

/* The file's bytes, allocated with malloc, NUL-terminated: the caller frees them. NULL without memory. */
char *cg_results_to_json(const struct cg_results *results, size_t *size);

/* Reads a results file of this schema or of convgauge/1. Keys that this program does not know are ignored. An
 * unknown schema, a missing key that the first files had, a wrong type, a value out of range, arrays of
 * unequal length, too large a file or text are refused with a sentence that names the file, the place in it
 * and what is wrong (CG_INVALID, also when there is no such file); CG_IO when it cannot be read. On CG_OK
 * *results is the caller's. */
#define CG_RESULTS_MAX_BYTES ((size_t)64 << 20)
enum cg_status cg_results_load(const char *path, struct cg_results **results, struct cg_error *err);

/* The same from memory; `name` stands for the file in messages. */
enum cg_status cg_results_parse(const char *json, size_t size, const char *name, struct cg_results **results,
                                struct cg_error *err);

#endif
