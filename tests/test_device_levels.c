/* Caches that are not as large as the system reports, on machines whose true sizes the test knows. */
#include "bench/device/device_parts.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MIB ((int64_t)1 << 20)

/* The truth: reads within each level, and what a thread's share of the last cache really is. */
static int64_t true_l3;

static enum cg_status fake_bandwidth(int64_t bytes, const int *cpus, int threads, int64_t budget_ns,
                                     struct cg_bandwidth *b, struct cg_error *err)
{
    (void)cpus, (void)budget_ns, (void)err;
    double rate = bytes <= 32 << 10 ? 230e9 : bytes <= MIB ? 118e9 : 95e9;
    if (bytes > MIB && bytes > true_l3) /* the more of it lies outside, the slower, down to DRAM's rate */
        rate = fmax(28e9, 95e9 * (double)true_l3 / (double)bytes);
    *b = (struct cg_bandwidth){.working_set_bytes = bytes,
                               .threads = threads,
                               .bytes_per_s = {threads * rate, threads * rate, threads * rate},
                               .frequency_hz = 4e9,
                               .theory_read_bytes_per_s = NAN};
    return CG_OK;
}

/* Two cores with caches of their own, whose L3 is reported with `reported` bytes each. */
static void make_machine(struct cg_device *d, int64_t reported)
{
    struct cg_topology *t = &d->topology;
    memset(d, 0, sizeof *d);
    d->arena = cg_arena_create(0);
    t->arena = cg_arena_create(0);
    cr_assert(d->arena && t->arena);
    d->record.peaks = cg_arena_array(d->arena, 2, sizeof *d->record.peaks);
    t->cpus = cg_arena_array(t->arena, 2, sizeof *t->cpus);
    t->classes = cg_arena_array(t->arena, 1, sizeof *t->classes);
    t->caches = cg_arena_array(t->arena, 3, sizeof *t->caches);
    cr_assert(d->record.peaks && t->cpus && t->classes && t->caches);
    t->n_cpus = t->n_cores = t->n_allowed = 2;
    t->n_packages = t->n_classes = 1;
    t->classes[0] = (struct cg_core_class_record){.name = "all", .cores = 2, .threads = 2};
    for (int i = 0; i < 2; i++)
        t->cpus[i] = (struct cg_cpu_record){.os = i, .core = i, .core_class = "all", .allowed = 1};
    t->n_caches = 3;
    for (int level = 1; level <= 3; level++)
        t->caches[level - 1] = (struct cg_cache_record){.level = level,
                                                        .type = level == 1 ? "data" : "unified",
                                                        .bytes = level == 1   ? 32 << 10
                                                                 : level == 2 ? MIB
                                                                              : reported,
                                                        .count = 2,
                                                        .core_class = "all",
                                                        .shared_by = 1};
    d->record.memory_bytes = 24 * 1024 * MIB;
    d->record.memory_limit_bytes = -1;
    for (int i = 0; i < 2; i++)
        d->record.peaks[i] =
            (struct cg_peak_record){.isa = "scalar", .threads = i + 1, .cores = "all", .madds_per_s = 50e9};
    d->record.n_peaks = 2;
}

static void measure(struct cg_device *d, int threads, bool full)
{
    struct cg_choice choice;
    struct cg_error err = {0};
    const struct cg_device_measuring all = {.threads = threads};
    const struct cg_measuring how = {
        .device = d, .choice = &choice, .asked = full ? &all : NULL, .bandwidth = fake_bandwidth};
    cr_assert_eq(cg_choice_make(&d->topology, NULL, threads, &choice, &err), CG_OK, "%s", err.text);
    cr_assert_eq(cg_levels_measure(&how, &err), CG_OK, "%s", err.text);
    free(choice.cpus);
}

static int rows_of(const struct cg_device *d, const char *level)
{
    int n = 0;
    for (int i = 0; i < d->n_bandwidths; i++)
        n += strcmp(d->bandwidths[i].level, level) == 0;
    return n;
}

static struct cg_roofline roofline_of(const struct cg_device *d, int threads)
{
    struct cg_roofline roofline;
    cr_assert(cg_device_roofline(d, CG_ISA_SCALAR, NULL, threads, &roofline));
    cr_assert_eq(roofline.n_levels, 4, "L1, L2, L3, DRAM: %d", roofline.n_levels);
    cr_expect_str_eq(roofline.levels[2].name, "L3");
    cr_expect_str_eq(roofline.levels[3].name, "DRAM");
    return roofline;
}

Test(levels, a_size_that_reads_confirm)
{
    static const int64_t sizes[] = {16 * MIB, 32 * MIB, 96 * MIB}; /* the last is wide: measured in steps */
    char note[256];
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        for (int threads = 1; threads <= 2; threads++) {
            struct cg_device d;
            make_machine(&d, true_l3 = sizes[i]);
            measure(&d, threads, false);
            cr_expect_not(cg_device_cache_note(&d, note, sizeof note), "%s", note);
            cr_expect_str_empty(note);
            cr_expect_eq(rows_of(&d, "L3"), 1, "one size: the steps are not kept");
            cr_expect_eq(rows_of(&d, "DRAM"), 1);
            const struct cg_roofline roofline = roofline_of(&d, threads);
            cr_expect_eq(roofline.levels[2].capacity_bytes, threads * sizes[i]);
            cr_expect_float_eq(roofline.levels[2].bytes_per_s[CG_READS], threads * 95e9, 1);
            cr_expect_float_eq(roofline.levels[3].bytes_per_s[CG_READS], threads * 28e9, threads * 8e9);
            cg_device_destroy(&d);
        }
}

Test(levels, a_size_that_reads_contradict)
{
    char note[256];
    for (int full = 0; full <= 1; full++)
        for (int threads = 1; threads <= 2; threads++) {
            struct cg_device d;
            make_machine(&d, 508 * MIB);
            true_l3 = 16 * MIB;
            measure(&d, threads, full);
            cr_assert(cg_device_cache_note(&d, note, sizeof note));
            cr_expect(strstr(note, "L3") && strstr(note, "508 MiB") && strstr(note, "127 MiB") &&
                          strstr(note, "16 MiB"),
                      "%s", note);
            const struct cg_roofline roofline = roofline_of(&d, threads);
            cr_expect_eq(roofline.levels[2].capacity_bytes, threads * 16 * MIB, "what it holds, not 508 MiB");
            cr_expect_float_eq(roofline.levels[2].bytes_per_s[CG_READS], threads * 95e9, 1);
            cr_expect_float_eq(roofline.levels[3].bytes_per_s[CG_READS], threads * 28e9, 1);
            cr_expect_eq(rows_of(&d, "DRAM"), 2, "127 MiB, and what is planned by 16 MiB");
            measure(&d, threads, full);
            cr_expect_eq(rows_of(&d, "DRAM"), 2, "measured again, in place of the first time");
            cg_device_destroy(&d);
        }
}

/* A last cache of which little is faster than DRAM, or none: nothing can be told, and nothing is claimed. */
Test(levels, no_step_in_the_reads)
{
    struct cg_device d;
    char note[256];
    make_machine(&d, 508 * MIB);
    true_l3 = 0;
    measure(&d, 1, true);
    cr_expect_not(cg_device_cache_note(&d, note, sizeof note), "%s", note);
    cg_device_destroy(&d);
}

Test(levels, steps_that_are_held)
{
    static const struct {
        double rates[6];
        int n, held;
    } rows[] = {
        {{95, 95, 94, 93, 95, 94}, 6, 6},
        {{95, 94, 60, 40, 28, 28}, 6, 2}, /* between the sizes: no longer its own rate */
        {{95, 94, 70, 40, 28, 28}, 6, 3},
        {{95, 40, 94, 95, 94, 93}, 6, 6}, /* one disturbed */
        {{95, 40, 94, 95, 28, 29}, 6, 4},
        {{28, 28, 28, 28, 28, 28}, 6, 6},
        {{20, 30, 40, 41, 42, 43}, 6, 6}, /* grows: translation, prefetching */
        {{95}, 1, 1},
        {{NAN, NAN}, 2, 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct cg_bandwidth steps[6] = {0};
        for (int k = 0; k < rows[i].n; k++)
            steps[k].bytes_per_s[CG_READS] = 1e9 * rows[i].rates[k];
        cr_expect_eq(cg_steps_held(steps, rows[i].n), rows[i].held, "row %zu: %d", i,
                     cg_steps_held(steps, rows[i].n));
    }
}
