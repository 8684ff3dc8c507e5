/* One description of the device: what a results file has of it, what the cache remembers, and the way back.
 */
#include "bench/device/device_parts.h"
#include "bench/record/layout.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[] = "/tmp/convgauge-cache-XXXXXX", file[128];

static void in_a_folder(void)
{
    cr_assert(mkdtemp(folder) && setenv("XDG_CACHE_HOME", folder, 1) == 0);
}

static void remove_folder(void)
{
    char path[128];
    unlink(file);
    snprintf(path, sizeof path, "%s/convgauge", folder);
    rmdir(path);
    rmdir(folder);
}

/* This machine, with measurements made up. */
static struct cg_device *measured_device(void)
{
    struct cg_device *d = malloc(sizeof *d);
    struct cg_error err = {0};
    cr_assert(d && cg_device_read(NULL, d, &err) == CG_OK, "%s", err.text);
    snprintf(file, sizeof file, "%s/convgauge/device-%s.json", folder, d->record.id);
    struct cg_device_record *r = &d->record;
    r->n_peaks = 2;
    r->peaks[0] = (struct cg_peak_record){"scalar", 1, 3.3e9, "all", 3.1e9, 1.0625, 2};
    r->peaks[1] = (struct cg_peak_record){"scalar", 2, 6.5e9, "0,1", NAN, NAN, NAN};
    d->n_bandwidths = 3;
    d->bandwidths[0] = (struct cg_bandwidth){"L1", 16384, 1, "all", {1.5e11, 7e10, NAN}, 3e9, 1.92e11};
    d->bandwidths[1] = (struct cg_bandwidth){"L1", 16384, 1, "0,1", {1.4e11, NAN, 9e10}, NAN, NAN};
    d->bandwidths[2] = (struct cg_bandwidth){"DRAM", 1 << 30, 2, "all", {NAN, NAN, 2e10}, NAN, NAN};
    r->measured_at = 1700000000;
    r->measured_by = cg_device_build_id();
    r->noise_paired = 0.004;
    r->noise_at = 1700000001;
    r->noise_starts = 10;
    r->noise_disturbed = 3;
    r->noise_unsound = 1;
    return d;
}

static void release(struct cg_device **device)
{
    cg_device_destroy(*device);
    free(*device);
    *device = NULL;
}

static bool same(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

static void expect_same_measured(const struct cg_device *x, const struct cg_device *y)
{
    const struct cg_device_record *a = &x->record, *b = &y->record;
    cr_assert(a->n_peaks == b->n_peaks && x->n_bandwidths == y->n_bandwidths);
    for (int i = 0; i < a->n_peaks; i++) {
        const struct cg_peak_record *p = &a->peaks[i], *q = &b->peaks[i];
        cr_expect(strcmp(p->isa, q->isa) == 0 && p->threads == q->threads &&
                      strcmp(p->cores, q->cores) == 0 && same(p->madds_per_s, q->madds_per_s) &&
                      same(p->frequency_hz, q->frequency_hz) &&
                      same(p->madds_per_cycle, q->madds_per_cycle) &&
                      same(p->theory_madds_per_cycle, q->theory_madds_per_cycle),
                  "peak %d", i);
    }
    for (int i = 0; i < x->n_bandwidths; i++) {
        const struct cg_bandwidth *p = &x->bandwidths[i], *q = &y->bandwidths[i];
        cr_expect(strcmp(p->level, q->level) == 0 && p->working_set_bytes == q->working_set_bytes &&
                      p->threads == q->threads && strcmp(p->cores, q->cores) == 0 &&
                      same(p->bytes_per_s[0], q->bytes_per_s[0]) &&
                      same(p->bytes_per_s[1], q->bytes_per_s[1]) &&
                      same(p->bytes_per_s[2], q->bytes_per_s[2]) && same(p->frequency_hz, q->frequency_hz) &&
                      same(p->theory_read_bytes_per_s, q->theory_read_bytes_per_s),
                  "bandwidth %d", i);
    }
    cr_expect(a->measured_at == b->measured_at && strcmp(a->measured_by, b->measured_by) == 0);
    cr_expect(same(a->noise_paired, b->noise_paired) && same(a->noise_between_runs, b->noise_between_runs) &&
              a->noise_at == b->noise_at && a->noise_starts == b->noise_starts &&
              a->noise_disturbed == b->noise_disturbed && a->noise_unsound == b->noise_unsound);
}

Test(device_record, the_cache_remembers_what_was_measured, .init = in_a_folder, .fini = remove_folder)
{
    struct cg_error err = {0};
    struct cg_device *written = measured_device(), *read = malloc(sizeof *read);
    cr_assert(read && cg_device_cache_store(written, &err) == CG_OK, "%s", err.text);
    cr_assert_eq(cg_device_read(NULL, read, &err), CG_OK);
    expect_same_measured(written, read);
    release(&written);
    release(&read);
}

/* The cache's "device" is what stands in a results file. */
Test(device_record, the_cache_and_results_files_have_one_form, .init = in_a_folder, .fini = remove_folder)
{
    struct cg_error err = {0};
    struct cg_device *device = measured_device();
    struct cg_results *results = cg_results_create(), *back;
    size_t size;
    cr_assert(cg_device_record_fill(device, results, &err) == CG_OK &&
              cg_device_record_fill(device, results, &err) == CG_OK);
    cr_assert_eq(cg_device_cache_store(device, &err), CG_OK);
    json_t *cached = json_load_file(file, 0, NULL);
    json_t *object = cg_fields_to_json(&cg_layout_device, &results->device);
    cr_expect(json_equal(json_object_get(cached, "device"), object));
    char *json = cg_results_to_json(results, &size);
    cr_assert(cg_results_parse(json, size, "memory", &back, &err) == CG_OK, "%s", err.text);
    cr_expect_eq(back->device.n_cpus, device->topology.n_cpus);
    cr_expect_str_eq(back->device.cpus[0].core_class, back->device.core_classes[0].name);
    cr_expect(back->device.n_isas > 0 && back->device.n_bandwidths == 5);
    struct cg_device *taken = measured_device();
    cg_device_take_measured(taken, &back->device);
    expect_same_measured(device, taken);
    free(json);
    json_decref(cached);
    json_decref(object);
    cg_results_destroy(&results);
    cg_results_destroy(&back);
    release(&device);
    release(&taken);
}

/* A file where the folder should be: it is no error to go on, and is told. */
Test(device_record, a_cache_that_cannot_be_written_is_told)
{
    struct cg_error err = {0};
    struct cg_device *device = calloc(1, sizeof *device);
    cr_assert(device && setenv("XDG_CACHE_HOME", "/dev/null", 1) == 0);
    device->record.id = "0";
    cr_expect_neq(cg_device_cache_store(device, &err), CG_OK);
    cr_expect(strstr(device->not_kept, "'/dev/null'"), "%s", device->not_kept);
    cr_expect_str_eq(err.text, device->not_kept);
    free(device);
}

static void write_cache(const char *text)
{
    FILE *out = fopen(file, "w");
    cr_assert(out && fputs(text, out) >= 0 && fclose(out) == 0);
}

/* What is malformed, of another schema, or too much is not taken; it never fails. */
Test(device_record, a_cache_that_is_none_of_ours_is_left_alone, .init = in_a_folder, .fini = remove_folder)
{
    static const char *const texts[] = {"", "{", "[]", "{\"schema\":\"convgauge-device/3\"}",
                                        "{\"schema\":\"convgauge-device/3\",\"device\":{\"peaks\":[]}}"};
    struct cg_error err = {0};
    struct cg_device *device = measured_device();
    cr_assert_eq(cg_device_cache_store(device, &err), CG_OK);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct cg_device *read = malloc(sizeof *read);
        write_cache(texts[i]);
        cr_assert(read && cg_device_read(NULL, read, &err) == CG_OK);
        cr_expect(read->record.n_peaks == 0 && read->record.measured_at == -1 &&
                      isnan(read->record.noise_paired),
                  "%s", texts[i]);
        release(&read);
    }
    struct cg_peak_record peaks[CG_PEAKS_MAX + 1];
    for (int i = 0; i <= CG_PEAKS_MAX; i++)
        peaks[i] = (struct cg_peak_record){
            .isa = i == 3 ? "z80" : "scalar", .threads = i - 1, .madds_per_s = 1e9, .cores = "0\n1"};
    struct cg_bandwidth_record rows[] = {
        {.kind = "read", .working_set_bytes = 64, .threads = 1, .bytes_per_s = 1, .cores = "a\x1b[1m"},
        {.kind = "erase", .working_set_bytes = 64, .threads = 1},
        {.working_set_bytes = 64, .threads = 1},
        {.kind = "write", .working_set_bytes = 0, .threads = 1}};
    const struct cg_device_record record = {.n_peaks = CG_PEAKS_MAX + 1,
                                            .peaks = peaks,
                                            .n_bandwidths = 4,
                                            .bandwidths = rows,
                                            .measured_by = "\xc2\x9b"};
    cg_device_take_measured(device, &record);
    cr_expect(device->record.n_peaks == CG_PEAKS_MAX - 2 && device->n_bandwidths == 1);
    cr_expect_str_eq(device->bandwidths[0].cores, "a\\x1b[1m"); /* nothing that a terminal would obey */
    cr_expect_str_eq(device->record.peaks[0].cores, "0\\n1");
    cr_expect_str_eq(device->record.measured_by, "\\x9b");
    release(&device);
}
