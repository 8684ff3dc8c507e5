/* Results to JSON: the tables of layout.c walked once. One line a record, so that files differ line by line.
 */
#include "bench/record/layout.h"
#include "bench/record/record.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DUMP_FLAGS (JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(17))

static json_t *struct_to_json(const struct cg_layout *layout, const void *base);

/* A text that is not UTF-8 (a word of the command line, say) must not cost the results: what is not ASCII
 * becomes "?". */
static json_t *repaired_text(const char *text)
{
    char *copy = strdup(text);
    json_t *json = NULL;
    if (copy) {
        for (char *c = copy; *c; c++)
            if ((unsigned char)*c >= 0x80)
                *c = '?';
        json = json_string(copy);
    }
    free(copy);
    return json;
}

static json_t *text_to_json(const char *text)
{
    if (!text)
        return json_null();
    json_t *json = json_string(text);
    return json ? json : repaired_text(text);
}

static json_t *real_to_json(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *int_to_json(int64_t value)
{
    return value >= 0 ? json_integer(value) : json_null();
}

static json_t *signed_to_json(int64_t value)
{
    return value == CG_UNKNOWN_SIGNED ? json_null() : json_integer(value);
}

/* json_array_append_new() with a NULL value fails, which is how a lack of memory shows. */
static json_t *array_to_json(const struct cg_field *field, const void *base)
{
    const int n = *(const int *)((const char *)base + field->count_offset);
    const void *items = *(void *const *)((const char *)base + field->offset);
    json_t *array = json_array();
    for (int i = 0; array && i < n; i++) {
        json_t *item = NULL;
        if (field->type == CG_FIELD_TEXTS)
            item = text_to_json(((const char *const *)items)[i]);
        else if (field->type == CG_FIELD_INT64S)
            item = int_to_json(((const int64_t *)items)[i]);
        else if (field->type == CG_FIELD_SIGNEDS)
            item = signed_to_json(((const int64_t *)items)[i]);
        else if (field->type == CG_FIELD_STRUCTS)
            item = struct_to_json(field->layout, (const char *)items + (size_t)i * field->layout->size);
        else
            item = struct_to_json(field->layout, ((void *const *)items)[i]);
        if (json_array_append_new(array, item) != 0) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

static json_t *field_to_json(const struct cg_field *field, const void *base)
{
    const void *at = (const char *)base + field->offset;
    switch (field->type) {
    case CG_FIELD_TEXT:
    case CG_FIELD_LONG_TEXT:
        return text_to_json(*(const char *const *)at);
    case CG_FIELD_INT:
        return int_to_json(*(const int *)at);
    case CG_FIELD_YES_NO:
        return *(const int *)at < 0 ? json_null() : json_boolean(*(const int *)at);
    case CG_FIELD_INT64:
        return int_to_json(*(const int64_t *)at);
    case CG_FIELD_REAL:
        return real_to_json(*(const double *)at);
    case CG_FIELD_SIZE:
        return *(const double *)at < 0 ? json_null() : real_to_json(*(const double *)at);
    case CG_FIELD_KIND:
        return json_string(cg_suite_kind_name(*(const enum cg_suite_kind *)at));
    case CG_FIELD_PAIR:
        return json_pack("[o, o]", int_to_json(((const int *)at)[0]), int_to_json(((const int *)at)[1]));
    case CG_FIELD_TEXT_PAIR:
        return json_pack("[o, o]", text_to_json(((const char *const *)at)[0]),
                         text_to_json(((const char *const *)at)[1]));
    case CG_FIELD_STRUCT:
        return struct_to_json(field->layout, at);
    case CG_FIELD_TEXTS:
    case CG_FIELD_INT64S:
    case CG_FIELD_SIGNEDS:
    case CG_FIELD_STRUCTS:
    case CG_FIELD_POINTERS:
        return array_to_json(field, base);
    }
    return NULL;
}

/* A later array that this record has no use for. */
static bool is_left_out(const struct cg_field *field, const void *base)
{
    return field->later &&
           (field->type == CG_FIELD_INT64S || field->type == CG_FIELD_TEXTS ||
            field->type == CG_FIELD_STRUCTS) &&
           *(void *const *)((const char *)base + field->offset) == NULL;
}

static json_t *struct_to_json(const struct cg_layout *layout, const void *base)
{
    json_t *object = json_object();
    for (size_t i = 0; object && i < layout->n_fields; i++) {
        if (is_left_out(&layout->fields[i], base))
            continue;
        if (json_object_set_new(object, layout->fields[i].key, field_to_json(&layout->fields[i], base)) !=
            0) {
            json_decref(object);
            return NULL;
        }
    }
    return object;
}

struct buffer {
    char *bytes;
    size_t used, room;
    bool failed;
};

static int append_bytes(const char *bytes, size_t size, void *context)
{
    struct buffer *buffer = context;
    if (buffer->failed)
        return -1;
    if (buffer->room - buffer->used <= size) {
        const size_t room = (buffer->room + size + 1) * 2;
        char *larger = realloc(buffer->bytes, room);
        if (!larger) {
            buffer->failed = true;
            return -1;
        }
        buffer->bytes = larger;
        buffer->room = room;
    }
    memcpy(buffer->bytes + buffer->used, bytes, size);
    buffer->used += size;
    buffer->bytes[buffer->used] = '\0';
    return 0;
}

static void append_text(struct buffer *buffer, const char *text)
{
    append_bytes(text, strlen(text), buffer);
}

static void append_struct(struct buffer *buffer, const struct cg_layout *layout, const void *base)
{
    json_t *json = struct_to_json(layout, base);
    if (!json || json_dump_callback(json, append_bytes, buffer, DUMP_FLAGS) != 0)
        buffer->failed = true;
    json_decref(json);
}

static void append_section(struct buffer *buffer, const char *key, const struct cg_layout *layout,
                           const void *base)
{
    append_text(buffer, ",\n\"");
    append_text(buffer, key);
    append_text(buffer, "\": ");
    append_struct(buffer, layout, base);
}

static void append_list(struct buffer *buffer, const char *key, const struct cg_layout *layout, int n,
                        void *const *items)
{
    append_text(buffer, ",\n\"");
    append_text(buffer, key);
    append_text(buffer, "\": [");
    for (int i = 0; i < n; i++) {
        append_text(buffer, i ? ",\n" : "\n");
        append_struct(buffer, layout, items[i]);
    }
    append_text(buffer, n ? "\n]" : "]");
}

char *cg_results_to_json(const struct cg_results *results, size_t *size)
{
    struct buffer buffer = {0};
    append_text(&buffer, "{\"schema\": \"" CG_SCHEMA "\"");
    append_section(&buffer, "device", &cg_layout_device, &results->device);
    append_section(&buffer, "build", &cg_layout_build, &results->build);
    append_section(&buffer, "run", &cg_layout_run, &results->run);
    append_list(&buffer, "suites", &cg_layout_suite, results->n_suites, (void *const *)results->suites);
    append_list(&buffer, "records", &cg_layout_record, results->n_records, (void *const *)results->records);
    append_list(&buffer, "skipped", &cg_layout_skipped, results->n_skipped, (void *const *)results->skipped);
    append_list(&buffer, "schedules", &cg_layout_schedule, results->n_schedules,
                (void *const *)results->schedules);
    append_text(&buffer, "}\n");
    if (buffer.failed) {
        free(buffer.bytes);
        return NULL;
    }
    if (size)
        *size = buffer.used;
    return buffer.bytes;
}
