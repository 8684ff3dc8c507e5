#include "bench/record/fields.h"

#include "base/hash.h"

#include "bench/record/json.h"
#include "bench/record/record.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for one value. */
static size_t value_size(const struct cg_field *field)
{
    static const size_t sizes[] = {
        [CG_FIELD_TEXT] = sizeof(const char *), [CG_FIELD_LONG_TEXT] = sizeof(const char *),
        [CG_FIELD_YES_NO] = sizeof(int),        [CG_FIELD_INT] = sizeof(int),
        [CG_FIELD_INT64] = sizeof(int64_t),     [CG_FIELD_SIGNED] = sizeof(int64_t),
        [CG_FIELD_SIZE] = sizeof(double),       [CG_FIELD_REAL] = sizeof(double),
        [CG_FIELD_NAME] = sizeof(int), /* as enums have it with gcc and clang */
    };
    return field->type == CG_FIELD_STRUCT ? field->layout->size : sizes[field->type];
}

static int *count_of(const struct cg_field *field, const void *base)
{
    return (int *)((char *)base + field->count_offset);
}

/* ---- unknown ---- */

static void clear_value(const struct cg_field *field, void *at)
{
    switch (field->type) {
    case CG_FIELD_TEXT:
    case CG_FIELD_LONG_TEXT:
        *(const char **)at = NULL;
        break;
    case CG_FIELD_YES_NO:
    case CG_FIELD_INT:
    case CG_FIELD_NAME:
        *(int *)at = CG_UNKNOWN;
        break;
    case CG_FIELD_INT64:
        *(int64_t *)at = CG_UNKNOWN;
        break;
    case CG_FIELD_SIGNED:
        *(int64_t *)at = CG_UNKNOWN_SIGNED;
        break;
    case CG_FIELD_SIZE:
    case CG_FIELD_REAL:
        *(double *)at = NAN;
        break;
    case CG_FIELD_STRUCT:
        cg_fields_clear(field->layout, at);
        break;
    }
}

static void clear_field(const struct cg_field *field, void *base)
{
    char *at = (char *)base + field->offset;
    if (field->shape == CG_ONE || field->shape == CG_PAIR) {
        clear_value(field, at);
        if (field->shape == CG_PAIR)
            clear_value(field, at + value_size(field));
    } else {
        memset(at, 0, sizeof(void *));
        *count_of(field, base) = 0;
    }
}

void cg_fields_clear(const struct cg_layout *layout, void *base)
{
    for (size_t i = 0; i < layout->n_fields; i++)
        clear_field(&layout->fields[i], base);
}

/* ---- writing ---- */

static json_t *count_to_json(int64_t value)
{
    return value >= 0 ? json_integer(value) : json_null();
}

static json_t *value_to_json(const struct cg_field *field, const void *at)
{
    switch (field->type) {
    case CG_FIELD_TEXT:
    case CG_FIELD_LONG_TEXT:
        return cg_json_text(*(const char *const *)at);
    case CG_FIELD_YES_NO:
        return *(const int *)at < 0 ? json_null() : json_boolean(*(const int *)at);
    case CG_FIELD_INT:
        return count_to_json(*(const int *)at);
    case CG_FIELD_INT64:
        return count_to_json(*(const int64_t *)at);
    case CG_FIELD_SIGNED:
        return *(const int64_t *)at == CG_UNKNOWN_SIGNED ? json_null() : json_integer(*(const int64_t *)at);
    case CG_FIELD_SIZE:
        return *(const double *)at >= 0 ? cg_json_number(*(const double *)at) : json_null();
    case CG_FIELD_REAL:
        return cg_json_number(*(const double *)at);
    case CG_FIELD_NAME:
        return *(const int *)at < 0
                   ? json_null()
                   : json_string(cg_name_at(field->names->texts, field->names->n, *(const int *)at));
    case CG_FIELD_STRUCT:
        return cg_fields_to_json(field->layout, at);
    }
    return NULL;
}

/* Where the values of a field begin, and how many there are. */
static const char *values_of(const struct cg_field *field, const void *base, int *n)
{
    const char *at = (const char *)base + field->offset;
    *n = field->shape == CG_PAIR ? 2 : field->shape == CG_ONE ? 1 : *count_of(field, base);
    return field->shape == CG_ONE || field->shape == CG_PAIR ? at : *(const char *const *)(const void *)at;
}

static json_t *field_to_json(const struct cg_field *field, const void *base)
{
    int n;
    const char *values = values_of(field, base, &n);
    if (field->shape == CG_ONE)
        return value_to_json(field, values);
    json_t *array = json_array();
    for (int i = 0; array && i < n; i++) {
        const void *at = field->shape == CG_POINTERS ? ((const void *const *)(const void *)values)[i]
                                                     : values + (size_t)i * value_size(field);
        if (json_array_append_new(array, value_to_json(field, at)) != 0) { /* NULL: no memory */
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

json_t *cg_fields_to_json(const struct cg_layout *layout, const void *base)
{
    json_t *object = json_object();
    for (size_t i = 0; object && i < layout->n_fields; i++) {
        const struct cg_field *field = &layout->fields[i];
        int n;
        if (field->later && (!values_of(field, base, &n) || n == 0))
            continue;
        if (json_object_set_new(object, field->key, field_to_json(field, base)) != 0) {
            json_decref(object);
            return NULL;
        }
    }
    return object;
}

/* ---- reading ---- */

static size_t place_text(const struct cg_place *place, char *text, size_t size)
{
    size_t used = place->parent ? place_text(place->parent, text, size) : 0;
    const int added = place->key ? snprintf(text + used, size - used, "%s%s", used ? "." : "", place->key)
                                 : snprintf(text + used, size - used, "[%zu]", place->index);
    used += added > 0 ? (size_t)added : 0;
    return used < size ? used : size - 1;
}

bool cg_refuse_place(const struct cg_reader *reader, const struct cg_place *place, const char *why)
{
    char where[256] = "the top";
    if (place)
        place_text(place, where, sizeof where);
    cg_fail(reader->err, CG_INVALID, "%s: not a valid results file: at %s: %s", reader->name, where, why);
    return false;
}

static bool no_memory(const struct cg_reader *reader)
{
    cg_fail(reader->err, CG_NO_MEMORY, "%s: no memory to read it", reader->name);
    return false;
}

static bool read_text(const struct cg_reader *reader, const struct cg_place *place, const json_t *json,
                      size_t most, const char **text)
{
    if (!json_is_string(json))
        return cg_refuse_place(reader, place, "expected a string or null");
    if (json_string_length(json) > most)
        return cg_refuse_place(reader, place, "the text is too long");
    *text = cg_arena_text(reader->arena, json_string_value(json), json_string_length(json));
    return *text ? true : no_memory(reader);
}

static bool is_count(const json_t *json, int64_t most)
{
    return json_is_integer(json) && json_integer_value(json) >= 0 && json_integer_value(json) <= most;
}

static bool is_real(const json_t *json, double least)
{
    return json_is_number(json) && isfinite(json_number_value(json)) && json_number_value(json) >= least;
}

static bool read_name(const struct cg_reader *reader, const struct cg_place *place, const json_t *json,
                      const struct cg_name_list *names, int *value)
{
    const char *name = json_string_value(json);
    *value = cg_name_find(names->texts, names->n, name);
    if (name && *value < 0) /* of a later version: unknown, and no other unknown one's equal */
        *value = -2 - (int)(cg_hash_text(CG_HASH_START, name) % (1 << 30));
    return json_is_string(json) || cg_refuse_place(reader, place, "expected a name or null");
}

static bool read_value(const struct cg_reader *reader, const struct cg_place *place, const json_t *json,
                       const struct cg_field *field, void *at)
{
    if (field->type == CG_FIELD_STRUCT)
        return cg_fields_from_json(reader, place, json, field->layout, at);
    clear_value(field, at);
    if (json_is_null(json))
        return true;
    static const char *const count = "expected a whole number from 0 that fits, or null";
    switch (field->type) {
    case CG_FIELD_TEXT:
        return read_text(reader, place, json, CG_SHORT_TEXT_MAX, at);
    case CG_FIELD_LONG_TEXT:
        return read_text(reader, place, json, CG_LONG_TEXT_MAX, at);
    case CG_FIELD_YES_NO:
        *(int *)at = json_is_true(json);
        return json_is_boolean(json) || cg_refuse_place(reader, place, "expected true, false or null");
    case CG_FIELD_INT:
        *(int *)at = (int)json_integer_value(json);
        return is_count(json, INT_MAX) || cg_refuse_place(reader, place, count);
    case CG_FIELD_INT64:
        *(int64_t *)at = json_integer_value(json);
        return is_count(json, INT64_MAX) || cg_refuse_place(reader, place, count);
    case CG_FIELD_SIGNED:
        *(int64_t *)at = json_integer_value(json);
        return (json_is_integer(json) && *(int64_t *)at != CG_UNKNOWN_SIGNED) ||
               cg_refuse_place(reader, place, "expected a whole number that fits, or null");
    case CG_FIELD_NAME:
        return read_name(reader, place, json, field->names, at);
    case CG_FIELD_SIZE:
        *(double *)at = json_number_value(json);
        return is_real(json, 0) || cg_refuse_place(reader, place, "expected a number from 0, or null");
    default:
        *(double *)at = json_number_value(json);
        return is_real(json, -HUGE_VAL) || cg_refuse_place(reader, place, "expected a number or null");
    }
}

/* Room for the `n` values of a field in `base`; NULL when there is none. */
static char *make_room(const struct cg_reader *reader, const struct cg_field *field, size_t n, void *base)
{
    char *at = (char *)base + field->offset;
    if (field->shape == CG_PAIR)
        return at;
    char *values = cg_arena_array(reader->arena, n, value_size(field));
    void **pointers = field->shape == CG_POINTERS ? cg_arena_array(reader->arena, n, sizeof *pointers) : NULL;
    if (!values || (field->shape == CG_POINTERS && !pointers))
        return NULL;
    for (size_t i = 0; pointers && i < n; i++)
        pointers[i] = values + i * value_size(field);
    const void *first = n == 0 ? NULL : pointers ? (void *)pointers : values;
    memcpy(at, &first, sizeof first);
    *count_of(field, base) = (int)n;
    return values;
}

/* `n_known`: how many there must be, or -1. */
static bool read_array(const struct cg_reader *reader, const struct cg_place *place, const json_t *json,
                       const struct cg_field *field, int n_known, void *base)
{
    if (!json_is_array(json))
        return cg_refuse_place(reader, place, "expected an array");
    const size_t n = json_array_size(json);
    if (field->shape == CG_PAIR && n != 2)
        return cg_refuse_place(reader, place, "expected an array of two");
    if (n > INT_MAX / 2)
        return cg_refuse_place(reader, place, "the array is too long");
    if (n_known >= 0 && n != (size_t)n_known)
        return cg_refuse_place(reader, place, "the arrays beside it have another length");
    char *values = make_room(reader, field, n, base);
    if (!values)
        return no_memory(reader);
    for (size_t i = 0; i < n; i++) {
        const struct cg_place inside = {place, NULL, i};
        if (!read_value(reader, &inside, json_array_get(json, i), field, values + i * value_size(field)))
            return false;
    }
    return true;
}

/* The length that an earlier array of the struct sets for this one, or -1. */
static int known_length(const struct cg_layout *layout, const struct cg_field *field, const void *base)
{
    for (const struct cg_field *other = layout->fields; other < field; other++)
        if (other->shape == CG_MANY && field->shape == CG_MANY && other->count_offset == field->count_offset)
            return *count_of(field, base);
    return -1;
}

bool cg_fields_from_json(const struct cg_reader *reader, const struct cg_place *place, const json_t *json,
                         const struct cg_layout *layout, void *base)
{
    if (!json_is_object(json))
        return cg_refuse_place(reader, place, "expected an object");
    for (size_t i = 0; i < layout->n_fields; i++) {
        const struct cg_field *field = &layout->fields[i];
        const struct cg_place inside = {place, field->key, 0};
        const json_t *value = json_object_get(json, field->key);
        const int known = known_length(layout, field, base);
        if (!value && !field->later)
            return cg_refuse_place(reader, &inside, "the key is missing");
        if (!value && known >= 0) /* its length is the others' */
            memset((char *)base + field->offset, 0, sizeof(void *));
        else if (!value)
            clear_field(field, base);
        else if (field->shape == CG_ONE
                     ? !read_value(reader, &inside, value, field, (char *)base + field->offset)
                     : !read_array(reader, &inside, value, field, known, base))
            return false;
    }
    return true;
}
