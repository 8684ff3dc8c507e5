#include "base/arena.h"
#include "bench/record/layout.h"
#include "bench/record/record.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
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
    cg_layout_clear(&cg_layout_device, &results->device);
    cg_layout_clear(&cg_layout_build, &results->build);
    cg_layout_clear(&cg_layout_run, &results->run);
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
    return text ? cg_arena_text(results->arena, text, strlen(text)) : NULL;
}

const char *cg_results_format(struct cg_results *results, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    const int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = length < 0 ? NULL : cg_arena_array(results->arena, (size_t)length + 1, 1);
    if (text)
        vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
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
    cg_layout_clear(layout, item);
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

/* Gives every integer array of a layout `n` unknown entries. */
static enum cg_status alloc_arrays(struct cg_results *results, const struct cg_layout *layout, void *base,
                                   int n, struct cg_error *err)
{
    for (size_t i = 0; i < layout->n_fields; i++) {
        const struct cg_field *field = &layout->fields[i];
        if (field->type != CG_FIELD_INT64S || field->later)
            continue;
        int64_t *array = n > 0 ? cg_arena_array(results->arena, (size_t)n, sizeof *array) : NULL;
        if (n > 0 && !array)
            return cg_fail(err, CG_NO_MEMORY, "no memory for %d samples", n);
        for (int j = 0; j < n; j++)
            array[j] = CG_UNKNOWN;
        memcpy((char *)base + field->offset, &array, sizeof array);
        memcpy((char *)base + field->count_offset, &n, sizeof n);
    }
    return CG_OK;
}

enum cg_status cg_record_alloc_samples(struct cg_results *results, struct cg_sample_arrays *samples, int n,
                                       struct cg_error *err)
{
    for (size_t i = 0; i < cg_layout_record.n_fields; i++)
        if (strcmp(cg_layout_record.fields[i].key, "samples") == 0)
            return alloc_arrays(results, cg_layout_record.fields[i].layout, samples, n, err);
    return CG_OK;
}

/* One array of `n` unknown entries, NULL where n is 0. */
static enum cg_status alloc_unknown(struct cg_results *results, int n, int64_t **array, struct cg_error *err)
{
    *array = n > 0 ? cg_arena_array(results->arena, (size_t)n, sizeof **array) : NULL;
    if (n > 0 && !*array)
        return cg_fail(err, CG_NO_MEMORY, "no memory for %d samples", n);
    for (int i = 0; i < n; i++)
        (*array)[i] = CG_UNKNOWN;
    return CG_OK;
}

enum cg_status cg_record_alloc_placement(struct cg_results *results, struct cg_sample_arrays *samples,
                                         struct cg_error *err)
{
    return alloc_unknown(results, samples->n, &samples->placement, err);
}

enum cg_status cg_schedule_alloc_rounds(struct cg_results *results, struct cg_schedule *schedule, int n,
                                        struct cg_error *err)
{
    const enum cg_status status = alloc_arrays(results, &cg_layout_schedule, schedule, n, err);
    return status == CG_OK ? alloc_unknown(results, n, &schedule->yardstick_far_ns, err) : status;
}

enum cg_status cg_schedule_alloc_zones(struct cg_results *results, struct cg_schedule *schedule, int n_zones,
                                       struct cg_error *err)
{
    const int n = schedule->n_rounds;
    if (n == 0 || n_zones == 0)
        return CG_OK;
    schedule->zones = cg_results_array(results, (size_t)n_zones, sizeof *schedule->zones);
    int64_t *mc = cg_results_array(results, (size_t)n_zones * (size_t)n, sizeof *mc);
    if (!schedule->zones || !mc)
        return cg_fail(err, CG_NO_MEMORY, "no memory for the temperatures of %d zones", n_zones);
    for (schedule->n_zones = 0; schedule->n_zones < n_zones; schedule->n_zones++, mc += n) {
        schedule->zones[schedule->n_zones] =
            (struct cg_zone_series){.zone = CG_UNKNOWN, .n_rounds = n, .mc = mc};
        for (int i = 0; i < n; i++)
            mc[i] = CG_UNKNOWN_SIGNED;
    }
    return CG_OK;
}

/* Cuts absolute paths in a word to their last part, also behind "=": "-o/a/b" and "--output=/a/b" keep their
 * option. */
static size_t without_path(const char *word, char *out)
{
    size_t length = 0;
    const char *path = NULL;
    if (word[0] == '/')
        path = word;
    else if (word[0] == '-' && strchr(word, '/'))
        path = strchr(word, '=') && strchr(word, '=')[1] == '/' ? strchr(word, '=') + 1
               : word[1] && word[1] != '-' && word[2] == '/'    ? word + 2
                                                                : NULL;
    if (path) {
        const size_t head = (size_t)(path - word);
        memcpy(out, word, head);
        length = head;
        size_t end = strlen(path);
        while (end > 1 && path[end - 1] == '/')
            end--;
        size_t start = end;
        while (start > 0 && path[start - 1] != '/')
            start--;
        memcpy(out + length, path + start, end - start);
        length += end - start;
    } else {
        length = strlen(word);
        memcpy(out, word, length);
    }
    return length;
}

static bool needs_quotes(const char *word, size_t length)
{
    if (length == 0)
        return true;
    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char)word[i]) && !strchr("_-+=.,:/@%", word[i]))
            return true;
    return false;
}

const char *cg_results_command(struct cg_results *results, int argc, char **argv)
{
    size_t room = 1;
    for (int i = 0; i < argc; i++)
        room += 4 * strlen(argv[i]) + 4;
    char *text = cg_arena_array(results->arena, room, 1);
    if (!text)
        return NULL;
    size_t used = 0;
    for (int i = 0; i < argc; i++) {
        char *word = malloc(strlen(argv[i]) + 1);
        if (!word)
            return NULL;
        const size_t length = without_path(argv[i], word);
        const bool quote = needs_quotes(word, length);
        if (i > 0)
            text[used++] = ' ';
        if (quote)
            text[used++] = '\'';
        for (size_t c = 0; c < length; c++) {
            if (word[c] == '\'') {
                memcpy(text + used, "'\\''", 4);
                used += 4;
            } else {
                text[used++] = word[c];
            }
        }
        if (quote)
            text[used++] = '\'';
        free(word);
    }
    return text;
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
    if (usable > 0 && record->batch > 0)
        record->images_per_s = record->batch * 1e9 / time.value;
    free(values);
    return CG_OK;
}

struct cg_suite_record *cg_results_find_suite(const struct cg_results *results, const char *name)
{
    for (int i = 0; i < results->n_suites; i++)
        if (results->suites[i]->name && strcmp(results->suites[i]->name, name) == 0)
            return results->suites[i];
    return NULL;
}

struct cg_group_record *cg_suite_find_group(const struct cg_suite_record *suite, const char *name)
{
    for (int i = 0; i < suite->n_groups; i++)
        if (suite->groups[i]->name && strcmp(suite->groups[i]->name, name) == 0)
            return suite->groups[i];
    return NULL;
}
