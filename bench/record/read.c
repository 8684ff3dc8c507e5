/* JSON to results: strict. Every key of layout.c must be there, no other; every value of its type and in its
 * range. */
#include "base/arena.h"
#include "bench/record/layout.h"
#include "bench/record/record.h"

#include <jansson.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_TEXT 4096

/* Where the reader stands, for messages: "records[3].samples.ns". */
struct place {
    const struct place *parent;
    const char *key;
    size_t index;
    bool indexed;
};

struct reader {
    struct cg_results *results;
    const char *name;
    struct cg_error *err;
};

static size_t place_text(const struct place *place, char *text, size_t size)
{
    size_t used = place->parent ? place_text(place->parent, text, size) : 0;
    if (used + 1 >= size)
        return used;
    const int added = place->indexed
                          ? snprintf(text + used, size - used, "[%zu]", place->index)
                          : snprintf(text + used, size - used, "%s%s", used ? "." : "", place->key);
    if (added < 0)
        return used;
    return used + (size_t)added < size ? used + (size_t)added : size - 1;
}

static bool refuse(struct reader *reader, const struct place *place, const char *why)
{
    char where[256] = "";
    place_text(place, where, sizeof where);
    cg_fail(reader->err, CG_INVALID, "%s: not a valid results file: at %s: %s", reader->name, where, why);
    return false;
}

static bool no_memory(struct reader *reader)
{
    cg_fail(reader->err, CG_NO_MEMORY, "%s: no memory to read it", reader->name);
    return false;
}

static bool read_struct(struct reader *reader, const struct place *place, const json_t *json,
                        const struct cg_layout *layout, void *base);

static bool read_text(struct reader *reader, const struct place *place, const json_t *json, size_t max,
                      const char **text)
{
    *text = NULL;
    if (json_is_null(json))
        return true;
    if (!json_is_string(json))
        return refuse(reader, place, "expected a string or null");
    if (json_string_length(json) > max)
        return refuse(reader, place, "the text is too long");
    *text = cg_arena_text(reader->results->arena, json_string_value(json), json_string_length(json));
    return *text ? true : no_memory(reader);
}

static bool read_int64(struct reader *reader, const struct place *place, const json_t *json, int64_t max,
                       int64_t *value)
{
    *value = CG_UNKNOWN;
    if (json_is_null(json))
        return true;
    if (!json_is_integer(json) || json_integer_value(json) < 0 || json_integer_value(json) > max)
        return refuse(reader, place, "expected a whole number from 0 that fits, or null");
    *value = json_integer_value(json);
    return true;
}

static bool read_signed(struct reader *reader, const struct place *place, const json_t *json, int64_t *value)
{
    *value = CG_UNKNOWN_SIGNED;
    if (json_is_null(json))
        return true;
    if (!json_is_integer(json) || json_integer_value(json) == CG_UNKNOWN_SIGNED)
        return refuse(reader, place, "expected a whole number that fits, or null");
    *value = json_integer_value(json);
    return true;
}

static bool read_int(struct reader *reader, const struct place *place, const json_t *json, int *value)
{
    int64_t wide;
    if (!read_int64(reader, place, json, INT_MAX, &wide))
        return false;
    *value = (int)wide;
    return true;
}

static bool read_real(struct reader *reader, const struct place *place, const json_t *json, double min,
                      double *value)
{
    *value = NAN;
    if (json_is_null(json))
        return true;
    if (!json_is_number(json) || !isfinite(json_number_value(json)) || json_number_value(json) < min)
        return refuse(reader, place,
                      min < 0 ? "expected a number or null" : "expected a number from 0, or null");
    *value = json_number_value(json);
    return true;
}

static bool read_kind(struct reader *reader, const struct place *place, const json_t *json,
                      enum cg_suite_kind *kind)
{
    const int found = json_is_string(json) ? cg_suite_kind_from_name(json_string_value(json)) : -1;
    if (found < 0)
        return refuse(reader, place, "expected the name of a kind of suite");
    *kind = (enum cg_suite_kind)found;
    return true;
}

static bool read_pair(struct reader *reader, const struct place *place, const json_t *json, void *at,
                      bool texts)
{
    if (!json_is_array(json) || json_array_size(json) != 2)
        return refuse(reader, place, "expected an array of two");
    for (size_t i = 0; i < 2; i++) {
        const struct place inside = {place, NULL, i, true};
        const json_t *item = json_array_get(json, i);
        if (texts ? !read_text(reader, &inside, item, MAX_TEXT, (const char **)at + i)
                  : !read_int(reader, &inside, item, (int *)at + i))
            return false;
    }
    return true;
}

static bool read_item(struct reader *reader, const struct place *place, const json_t *json,
                      const struct cg_field *field, void *items, size_t i)
{
    switch (field->type) {
    case CG_FIELD_TEXTS:
        return read_text(reader, place, json, MAX_TEXT, (const char **)items + i);
    case CG_FIELD_INT64S:
        return read_int64(reader, place, json, INT64_MAX, (int64_t *)items + i);
    case CG_FIELD_SIGNEDS:
        return read_signed(reader, place, json, (int64_t *)items + i);
    case CG_FIELD_STRUCTS:
        return read_struct(reader, place, json, field->layout, (char *)items + i * field->layout->size);
    default: {
        void *item = cg_arena_array(reader->results->arena, 1, field->layout->size);
        ((void **)items)[i] = item;
        return item ? read_struct(reader, place, json, field->layout, item) : no_memory(reader);
    }
    }
}

static size_t item_size(const struct cg_field *field)
{
    return field->type == CG_FIELD_INT64S || field->type == CG_FIELD_SIGNEDS ? sizeof(int64_t)
           : field->type == CG_FIELD_STRUCTS                                 ? field->layout->size
                                                                             : sizeof(void *);
}

/* Parallel arrays share their count: the first of a struct sets it, the others must agree. */
static bool read_array(struct reader *reader, const struct place *place, const json_t *json,
                       const struct cg_field *field, bool first, void *base)
{
    if (!json_is_array(json))
        return refuse(reader, place, "expected an array");
    const size_t n = json_array_size(json);
    int *count = (int *)((char *)base + field->count_offset);
    if (n > INT_MAX / 2)
        return refuse(reader, place, "the array is too long");
    if (!first && n != (size_t)*count)
        return refuse(reader, place, "the arrays beside it have another length");
    *count = (int)n;
    void *items = n ? cg_arena_array(reader->results->arena, n, item_size(field)) : NULL;
    if (n && !items)
        return no_memory(reader);
    memcpy((char *)base + field->offset, &items, sizeof items);
    for (size_t i = 0; i < n; i++) {
        const struct place inside = {place, NULL, i, true};
        if (!read_item(reader, &inside, json_array_get(json, i), field, items, i))
            return false;
    }
    return true;
}

static bool read_field(struct reader *reader, const struct place *place, const json_t *json,
                       const struct cg_field *field, bool first_array, void *base)
{
    void *at = (char *)base + field->offset;
    switch (field->type) {
    case CG_FIELD_TEXT:
        return read_text(reader, place, json, MAX_TEXT, at);
    case CG_FIELD_LONG_TEXT:
        return read_text(reader, place, json, CG_RESULTS_MAX_TEXT, at);
    case CG_FIELD_INT:
        return read_int(reader, place, json, at);
    case CG_FIELD_YES_NO:
        if (!json_is_boolean(json) && !json_is_null(json))
            return refuse(reader, place, "expected true, false or null");
        *(int *)at = json_is_null(json) ? CG_UNKNOWN : json_is_true(json);
        return true;
    case CG_FIELD_INT64:
        return read_int64(reader, place, json, INT64_MAX, at);
    case CG_FIELD_REAL:
        return read_real(reader, place, json, -HUGE_VAL, at);
    case CG_FIELD_SIZE:
        return read_real(reader, place, json, 0, at);
    case CG_FIELD_KIND:
        return read_kind(reader, place, json, at);
    case CG_FIELD_PAIR:
        return read_pair(reader, place, json, at, false);
    case CG_FIELD_TEXT_PAIR:
        return read_pair(reader, place, json, at, true);
    case CG_FIELD_STRUCT:
        return read_struct(reader, place, json, field->layout, at);
    default:
        return read_array(reader, place, json, field, first_array, base);
    }
}

static bool no_unknown_key(struct reader *reader, const struct place *place, const json_t *json,
                           const struct cg_layout *layout)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)json, key, value)
    {
        bool known = false;
        for (size_t i = 0; i < layout->n_fields && !known; i++)
            known = strcmp(layout->fields[i].key, key) == 0;
        if (!known) {
            char why[128];
            snprintf(why, sizeof why, "unknown key \"%.40s\"", key);
            return refuse(reader, place, why);
        }
    }
    return true;
}

static bool read_struct(struct reader *reader, const struct place *place, const json_t *json,
                        const struct cg_layout *layout, void *base)
{
    if (!json_is_object(json))
        return refuse(reader, place, "expected an object");
    bool first_array = true;
    size_t known = 0;
    for (size_t i = 0; i < layout->n_fields; i++) {
        const struct cg_field *field = &layout->fields[i];
        const struct place inside = {place, field->key, 0, false};
        const json_t *value = json_object_get(json, field->key);
        if (!value && field->later) { /* its arrays stay empty */
            if (field->type == CG_FIELD_INT64)
                *(int64_t *)(void *)((char *)base + field->offset) = CG_UNKNOWN;
            continue;
        }
        if (!value)
            return refuse(reader, &inside, "the key is missing");
        known++;
        const bool parallel = field->type == CG_FIELD_INT64S;
        if (!read_field(reader, &inside, value, field, !parallel || first_array, base))
            return false;
        first_array = first_array && !parallel;
    }
    if (json_object_size(json) != known)
        return no_unknown_key(reader, place, json, layout);
    return true;
}

/* ---- rules that one field alone cannot state ---- */

static bool check_suites(struct reader *reader)
{
    const struct cg_results *results = reader->results;
    for (int s = 0; s < results->n_suites; s++) {
        const struct place suites = {NULL, "suites", 0, false}, suite = {&suites, NULL, (size_t)s, true};
        if (!results->suites[s]->name)
            return refuse(reader, &suite, "a suite without a name");
        for (int g = 0; g < results->suites[s]->n_groups; g++) {
            const struct cg_group_record *group = results->suites[s]->groups[g];
            const struct place groups = {&suite, "groups", 0, false}, at = {&groups, NULL, (size_t)g, true};
            if (!group->name)
                return refuse(reader, &at, "a group without a name");
            if (group->baseline != CG_UNKNOWN && group->baseline >= group->n_cases)
                return refuse(reader, &at, "the baseline is not one of the cases");
            for (int c = 0; c < group->n_cases; c++)
                if (!group->cases[c]->name)
                    return refuse(reader, &at, "a case without a name");
        }
    }
    return true;
}

static bool check_samples(const struct cg_sample_arrays *samples)
{
    for (int i = 0; i < samples->n; i++)
        if (samples->ns[i] < 1 || samples->iterations[i] < 1 || samples->process[i] < 0 ||
            samples->round[i] < 0)
            return false;
    return true;
}

/* Digits, commas and hyphens, as a list of cpus is made of. */
static bool check_placements(const struct cg_record *record)
{
    const struct cg_sample_arrays *both[] = {&record->samples, &record->disturbed_samples};
    for (int i = 0; i < record->n_placements; i++)
        if (!record->placements[i] ||
            strspn(record->placements[i], "0123456789,-") != strlen(record->placements[i]))
            return false;
    for (int k = 0; k < 2; k++)
        for (int i = 0; both[k]->placement && i < both[k]->n; i++)
            if (both[k]->placement[i] >= record->n_placements)
                return false;
    return true;
}

static bool check_records(struct reader *reader)
{
    const struct cg_results *results = reader->results;
    for (int r = 0; r < results->n_records; r++) {
        const struct cg_record *record = results->records[r];
        const struct place records = {NULL, "records", 0, false}, at = {&records, NULL, (size_t)r, true};
        if (!record->case_name || !record->engine || !record->graph)
            return refuse(reader, &at, "a record needs case, engine and graph");
        if (!check_samples(&record->samples) || !check_samples(&record->disturbed_samples))
            return refuse(reader, &at,
                          "a sample needs process, round, ns and iterations, the last two above 0");
        if (!check_placements(record))
            return refuse(reader, &at, "placements are lists of cpus, and a sample's placement one of them");
    }
    return true;
}

/* A temperature for each round, or unknown. */
static bool check_schedules(struct reader *reader)
{
    const struct cg_results *results = reader->results;
    for (int s = 0; s < results->n_schedules; s++) {
        const struct cg_schedule *schedule = results->schedules[s];
        const struct place schedules = {NULL, "schedules", 0, false},
                           at = {&schedules, NULL, (size_t)s, true};
        for (int z = 0; z < schedule->n_zones; z++)
            if (schedule->zones[z].zone < 0 || schedule->zones[z].n_rounds != schedule->n_rounds)
                return refuse(reader, &at,
                              "a thermal zone needs its number and a temperature for each round");
    }
    return true;
}

static const struct section {
    const char *key;
    const struct cg_layout *layout;
} sections[] = {{"device", &cg_layout_device}, {"build", &cg_layout_build}, {"run", &cg_layout_run}};

static const struct list {
    struct cg_field field;
} lists[] = {
    {{"suites", CG_FIELD_POINTERS, offsetof(struct cg_results, suites), offsetof(struct cg_results, n_suites),
      &cg_layout_suite}},
    {{"records", CG_FIELD_POINTERS, offsetof(struct cg_results, records),
      offsetof(struct cg_results, n_records), &cg_layout_record}},
    {{"skipped", CG_FIELD_POINTERS, offsetof(struct cg_results, skipped),
      offsetof(struct cg_results, n_skipped), &cg_layout_skipped}},
    {{"schedules", CG_FIELD_POINTERS, offsetof(struct cg_results, schedules),
      offsetof(struct cg_results, n_schedules), &cg_layout_schedule}},
};

/* The whole file as one struct: schema, sections, lists. */
static bool read_root(struct reader *reader, const json_t *root)
{
    const struct place top = {NULL, "the top", 0, false};
    if (!json_is_object(root))
        return refuse(reader, &top, "expected an object");
    const json_t *schema = json_object_get(root, "schema");
    if (!json_is_string(schema)) {
        cg_fail(reader->err, CG_INVALID, "%s: not a results file of convgauge: it has no \"schema\"",
                reader->name);
        return false;
    }
    if (strcmp(json_string_value(schema), CG_SCHEMA) != 0) {
        cg_fail(reader->err, CG_INVALID, "%s: its schema is \"%.60s\", this program reads \"" CG_SCHEMA "\"",
                reader->name, json_string_value(schema));
        return false;
    }
    void *bases[] = {&reader->results->device, &reader->results->build, &reader->results->run};
    size_t keys = 1;
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++, keys++) {
        const struct place at = {NULL, sections[i].key, 0, false};
        const json_t *value = json_object_get(root, sections[i].key);
        if (!value)
            return refuse(reader, &at, "the key is missing");
        if (!read_struct(reader, &at, value, sections[i].layout, bases[i]))
            return false;
    }
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++, keys++) {
        const struct place at = {NULL, lists[i].field.key, 0, false};
        const json_t *value = json_object_get(root, lists[i].field.key);
        if (!value)
            return refuse(reader, &at, "the key is missing");
        if (!read_array(reader, &at, value, &lists[i].field, true, reader->results))
            return false;
    }
    if (json_object_size(root) != keys)
        return refuse(reader, &top, "unknown keys");
    return check_suites(reader) && check_records(reader) && check_schedules(reader);
}

enum cg_status cg_results_parse(const char *json, size_t size, const char *name, struct cg_results **results,
                                struct cg_error *err)
{
    *results = NULL;
    if (size > CG_RESULTS_MAX_BYTES)
        return cg_fail(err, CG_INVALID, "%s: too large for a results file (%zu bytes, at most %zu)", name,
                       size, CG_RESULTS_MAX_BYTES);
    if (size == 0)
        return cg_fail(err, CG_INVALID, "%s: the file is empty", name);
    json_error_t fault;
    json_t *root = json_loadb(json, size, JSON_REJECT_DUPLICATES, &fault);
    if (!root)
        return cg_fail(err, CG_INVALID, "%s: not valid JSON: line %d, column %d: %s", name, fault.line,
                       fault.column, fault.text);
    struct cg_error local = {0};
    struct reader reader = {cg_results_create(), name, err ? err : &local};
    if (!reader.results) {
        json_decref(root);
        return cg_fail(err, CG_NO_MEMORY, "%s: no memory to read it", name);
    }
    const bool read = read_root(&reader, root);
    json_decref(root);
    if (!read) {
        cg_results_destroy(&reader.results);
        return reader.err->status;
    }
    reader.results->path = cg_results_text(reader.results, name);
    *results = reader.results;
    return CG_OK;
}
