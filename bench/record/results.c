#include "base/text.h"
#include "bench/record/layout.h"
#include "bench/stats/stats.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct cg_results *cg_results_create(void)
{
    struct cg_arena *arena = cg_arena_create(0);
    struct cg_results *results = arena ? cg_arena_array(arena, 1, sizeof *results) : NULL;
    if (!results) {
        cg_arena_destroy(&arena);
        return NULL;
    }
    results->arena = arena;
    cg_fields_clear(&cg_layout_device, &results->device);
    cg_fields_clear(&cg_layout_build, &results->build);
    cg_fields_clear(&cg_layout_run, &results->run);
    return results;
}

void cg_results_destroy(struct cg_results **results)
{
    if (!results || !*results)
        return;
    struct cg_arena *arena = (*results)->arena;
    cg_arena_destroy(&arena); /* the results lie in it */
    *results = NULL;
}

const char *cg_results_text(struct cg_results *results, const char *text)
{
    return cg_arena_known(results->arena, text);
}

const char *cg_results_format(struct cg_results *results, const char *format, ...)
{
    va_list args;
    struct cg_text text = {0};
    va_start(args, format);
    cg_text_add_args(&text, format, args);
    va_end(args);
    const char *copy = text.failed ? NULL : cg_results_text(results, text.bytes);
    cg_text_release(&text);
    return copy;
}

void *cg_results_array(struct cg_results *results, size_t count, size_t size)
{
    return cg_arena_array(results->arena, count, size);
}

/* Appends a cleared struct to an array of pointers. The array has room for 4, 8, 16, ...: it grows when its
 * count is one of these. */
static void *append(struct cg_results *results, void *array_place, int *count, const struct cg_layout *layout)
{
    void **array;
    memcpy(&array, array_place, sizeof array);
    const int n = *count;
    if (n == 0 || (n >= 4 && (n & (n - 1)) == 0)) {
        void **larger = cg_arena_array(results->arena, n ? (size_t)n * 2 : 4, sizeof *larger);
        if (!larger)
            return NULL;
        if (n)
            memcpy(larger, array, (size_t)n * sizeof *larger);
        array = larger;
        memcpy(array_place, &array, sizeof array);
    }
    void *item = cg_arena_array(results->arena, 1, layout->size);
    if (!item)
        return NULL;
    cg_fields_clear(layout, item);
    array[n] = item;
    *count = n + 1;
    return item;
}

struct cg_suite_record *cg_results_add_suite(struct cg_results *results)
{
    return append(results, &results->suites, &results->n_suites, &cg_layout_suite);
}

struct cg_group_record *cg_suite_add_group(struct cg_results *results, struct cg_suite_record *suite)
{
    return append(results, &suite->groups, &suite->n_groups, &cg_layout_group);
}

struct cg_case_record *cg_group_add_case(struct cg_results *results, struct cg_group_record *group)
{
    return append(results, &group->cases, &group->n_cases, &cg_layout_case);
}

struct cg_record *cg_results_add_record(struct cg_results *results)
{
    return append(results, &results->records, &results->n_records, &cg_layout_record);
}

struct cg_skipped *cg_results_add_skipped(struct cg_results *results)
{
    return append(results, &results->skipped, &results->n_skipped, &cg_layout_skipped);
}

struct cg_schedule *cg_results_add_schedule(struct cg_results *results)
{
    return append(results, &results->schedules, &results->n_schedules, &cg_layout_schedule);
}

/* `n` unknown entries, NULL where n is 0 or there is no memory. */
static int64_t *unknown_counts(struct cg_results *results, int n)
{
    int64_t *array = n > 0 ? cg_results_array(results, (size_t)n, sizeof *array) : NULL;
    for (int i = 0; array && i < n; i++)
        array[i] = CG_UNKNOWN;
    return array;
}

/* Gives every array of counts of a struct `n` unknown entries, later ones too if `later`. */
static bool alloc_arrays(struct cg_results *results, const struct cg_layout *layout, void *base, int n,
                         bool later)
{
    for (size_t i = 0; i < layout->n_fields; i++) {
        const struct cg_field *field = &layout->fields[i];
        if (field->type != CG_FIELD_INT64 || field->shape != CG_MANY || (field->later && !later))
            continue;
        int64_t *array = unknown_counts(results, n);
        if (n > 0 && !array)
            return false;
        memcpy((char *)base + field->offset, &array, sizeof array);
        memcpy((char *)base + field->count_offset, &n, sizeof n);
    }
    return true;
}

bool cg_record_alloc_samples(struct cg_results *results, struct cg_sample_arrays *samples, int n,
                             bool placement)
{
    return alloc_arrays(results, &cg_layout_samples, samples, n, placement);
}

bool cg_schedule_alloc_rounds(struct cg_results *results, struct cg_schedule *schedule, int n)
{
    return alloc_arrays(results, &cg_layout_schedule, schedule, n, true);
}

bool cg_schedule_alloc_zones(struct cg_results *results, struct cg_schedule *schedule, int n_zones)
{
    const int n = schedule->n_rounds;
    if (n == 0 || n_zones == 0)
        return true;
    schedule->zones = cg_results_array(results, (size_t)n_zones, sizeof *schedule->zones);
    int64_t *mc = cg_results_array(results, (size_t)n_zones * (size_t)n, sizeof *mc);
    if (!schedule->zones || !mc)
        return false;
    for (schedule->n_zones = 0; schedule->n_zones < n_zones; schedule->n_zones++, mc += n) {
        schedule->zones[schedule->n_zones] =
            (struct cg_zone_series){.zone = CG_UNKNOWN, .n_rounds = n, .mc = mc};
        for (int i = 0; i < n; i++)
            mc[i] = CG_UNKNOWN_SIGNED;
    }
    return true;
}

/* Whether the next word, or what follows "=", is the regular expression of -f, --filter: "-f", "-qf", or
 * "--fi" and longer. */
static bool names_filter(const char *word, size_t length)
{
    static const char name[] = "--filter";
    if (length >= 2 && word[0] == '-' && word[1] != '-')
        return word[length - 1] == 'f';
    return length >= 4 && length < sizeof name && strncmp(word, name, length) == 0;
}

/* Where an absolute path begins in a word of a command line: "/a/b", "-o/a/b", "--output=/a/b". NULL: none,
 * or it is the regular expression of -f, --filter. `before` is the word before it, or "". */
static const char *path_in(const char *word, const char *before)
{
    const char *value = strchr(word, '=');
    if (names_filter(before, strlen(before)))
        return NULL;
    if (word[0] == '/')
        return word;
    if (word[0] != '-' || word[1] == 'f' || (value && names_filter(word, (size_t)(value - word))))
        return NULL;
    if (value && value[1] == '/')
        return value + 1;
    return word[1] && word[1] != '-' && word[2] == '/' ? word + 2 : NULL;
}

/* A word quoted where a shell needs it, a path cut to its last part. */
static void add_word(struct cg_text *text, const char *word, const char *before)
{
    const char *path = path_in(word, before);
    const char *end = word + strlen(word), *last = end;
    if (path) {
        while (end > path + 1 && end[-1] == '/')
            end--;
        for (last = end; last > path && last[-1] != '/';)
            last--;
    }
    struct cg_text cut = {0};
    cg_text_add_bytes(&cut, word, path ? (size_t)(path - word) : (size_t)(end - word));
    cg_text_add_bytes(&cut, last, (size_t)(end - last));
    if (!cut.failed)
        cg_text_add_word(text, cut.bytes);
    text->failed = text->failed || cut.failed;
    cg_text_release(&cut);
}

const char *cg_results_command(struct cg_results *results, int argc, char **argv)
{
    struct cg_text text = {0};
    for (int i = 0; i < argc; i++) {
        cg_text_add(&text, i > 0 ? " " : "");
        add_word(&text, argv[i], i > 0 ? argv[i - 1] : "");
    }
    const char *command = text.failed ? NULL : cg_results_text(results, text.bytes);
    cg_text_release(&text);
    return command;
}

enum cg_status cg_record_summarise(struct cg_record *record, struct cg_error *err)
{
    const struct cg_sample_arrays *samples = &record->samples;
    record->time = (struct cg_time_summary){NAN, NAN, NAN, NAN, NAN, NAN, NAN, CG_UNKNOWN, CG_UNKNOWN};
    record->images_per_s = NAN;
    if (samples->n <= 0)
        return CG_OK;
    const size_t n = (size_t)samples->n;
    double *values = malloc(5 * n * sizeof *values);
    if (!values)
        return cg_fail(err, CG_NO_MEMORY, "no memory to summarise %d samples", samples->n);
    double *logs = values + n, *scratch = values + 2 * n;
    for (size_t i = 0; i < n; i++) {
        values[i] = samples->iterations[i] > 0 && samples->ns[i] > 0
                        ? (double)samples->ns[i] / (double)samples->iterations[i]
                        : NAN;
        logs[i] = log(values[i]);
    }
    size_t usable = 0;
    const struct cg_estimate estimate = cg_estimate_over_processes(logs, samples->process, n, scratch);
    for (size_t i = 0; i < n; i++)
        if (!isnan(values[i]))
            values[usable++] = values[i];
    const struct cg_summary s = cg_summarise(values, usable, scratch);
    const struct cg_interval time = cg_ratio_of(estimate);
    record->time = (struct cg_time_summary){
        .median = time.value, /* the centre of the interval: geometric mean of the processes' medians */
        .ci_low = time.low,
        .ci_high = time.high,
        .min = s.min,
        .p10 = s.p10,
        .p90 = s.p90,
        .mad = s.mad,
        .n = (int)usable,
        .processes = estimate.processes,
    };
    if (usable > 0 && record->setting.batch > 0)
        record->images_per_s = record->setting.batch * 1e9 / time.value;
    free(values);
    return CG_OK;
}
