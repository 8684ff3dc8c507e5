/* The results file as it grows: one committed file of each version, keys that this program does not know, and
 * results/schema.json held against the tables that read and write it. */
#include "bench/record/layout.h"

#include <criterion/criterion.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct cg_results *load(const char *name)
{
    struct cg_results *results;
    struct cg_error err = {0};
    char path[512];
    snprintf(path, sizeof path, "%s/results/%s", TEST_DATA, name);
    cr_assert(cg_results_load(path, &results, &err) == CG_OK, "%s", err.text);
    return results;
}

/* The second file says what the first one says, with keys beside it that nobody knows yet. */
Test(record_versions, each_is_read_with_the_same_meaning)
{
    struct cg_results *first = load("convgauge-1.json"), *second = load("convgauge-2.json");
    size_t size_1, size_2;
    char *json_1 = cg_results_to_json(first, &size_1), *json_2 = cg_results_to_json(second, &size_2);
    cr_assert(json_1 && json_2);
    cr_expect(size_1 == size_2 && memcmp(json_1, json_2, size_1) == 0);
    cr_expect(strncmp(json_1, "{\"schema\": \"" CG_SCHEMA "\"", 24) == 0);
    free(json_1);
    free(json_2);
    cg_results_destroy(&first);
    cg_results_destroy(&second);
}

Test(record_versions, what_the_first_says)
{
    struct cg_results *results = load("convgauge-1.json");
    const struct cg_device_record *device = &results->device;
    cr_expect_str_eq(device->cpu_model, "AMD EPYC (Zen 4)");
    cr_expect(device->cores == 2 && device->memory_bytes == 12576829440 && device->virtualised == 1 &&
              device->turbo == NULL && device->core_classes[0].threads == 2);
    cr_expect_float_eq(device->noise_paired, 0.003951022767480827, 1e-18);
    cr_assert(results->n_suites == 3 && results->n_records == 12 && results->n_schedules == 3);
    cr_expect(results->suites[0]->kind == CG_KIND_SLOPE && results->suites[1]->kind == CG_KIND_FACTORIAL &&
              results->suites[2]->kind == CG_KIND_RANKING);
    cr_expect_str_eq(results->suites[1]->factors[0], "ReLU");
    cr_expect(results->suites[1]->groups[0]->cases[0]->levels[1] == 1);
    const struct cg_record *record = results->records[0];
    cr_expect_str_eq(record->case_name, "g1/arm/x1/1:1");
    cr_expect(record->setting.threads == 1 && record->setting.isa == CG_ISA_AVX512 &&
              record->setting.fusion == CG_FUSION_FULL && record->samples.n == 6 &&
              record->samples.ns[0] > 0);
    cr_expect(results->records[11]->n_layers == 3 && results->records[11]->layers[1].madds > 0);
    /* keys that came later, and that this file's first record, schedule and device lack */
    cr_expect(record->disturbed_samples.n == 0 && !record->disturbed_samples.ns && record->n_placements == 0);
    cr_expect(results->schedules[0]->yardstick_fma_turns == CG_UNKNOWN &&
              !results->schedules[0]->yardstick_far_ns && results->schedules[0]->n_rounds == 6);
    cr_expect(results->schedules[1]->yardstick_fma_turns > 0 &&
              results->schedules[1]->yardstick_far_ns[5] > 0);
    cr_expect(device->thermal_zones_left_out == CG_UNKNOWN && device->n_thermal_zones == 0);
    cg_results_destroy(&results);
}

/* ---- results/schema.json ---- */

static bool has_type(const json_t *schema, const char *type)
{
    const json_t *types = json_object_get(schema, "type");
    bool found = json_is_string(types) && strcmp(json_string_value(types), type) == 0;
    for (size_t i = 0; i < json_array_size(types); i++)
        found = found || strcmp(json_string_value(json_array_get(types, i)), type) == 0;
    return found;
}

static double limit(const json_t *schema, const char *key)
{
    return json_number_value(json_object_get(schema, key));
}

static void expect_layout(const json_t *root, const json_t *schema, const struct cg_layout *layout);

static void expect_value(const json_t *root, const json_t *schema, const struct cg_field *field)
{
    const bool from_0 = json_is_integer(json_object_get(schema, "minimum")) && limit(schema, "minimum") == 0;
    const json_t *kinds = json_object_get(schema, "enum");
    bool same = false;
    switch (field->type) {
    case CG_FIELD_TEXT:
        same = has_type(schema, "string") && (limit(schema, "maxLength") == CG_SHORT_TEXT_MAX ||
                                              json_is_string(json_object_get(schema, "type")));
        break;
    case CG_FIELD_LONG_TEXT:
        same = has_type(schema, "string") && limit(schema, "maxLength") == CG_LONG_TEXT_MAX;
        break;
    case CG_FIELD_YES_NO:
        same = has_type(schema, "boolean");
        break;
    case CG_FIELD_INT:
        same = has_type(schema, "integer") && from_0 &&
               (field->shape == CG_PAIR || limit(schema, "maximum") == INT_MAX);
        break;
    case CG_FIELD_INT64:
    case CG_FIELD_SIGNED:
        same = has_type(schema, "integer") && from_0 == (field->type == CG_FIELD_INT64);
        break;
    case CG_FIELD_SIZE:
    case CG_FIELD_REAL:
        same = has_type(schema, "number") && from_0 == (field->type == CG_FIELD_SIZE);
        break;
    case CG_FIELD_NAME: /* an enum that may grow is any string in the schema */
        same = kinds ? json_array_size(kinds) == field->names->n : has_type(schema, "string");
        for (size_t i = 0; i < json_array_size(kinds); i++)
            same = same && strcmp(json_string_value(json_array_get(kinds, i)), field->names->texts[i]) == 0;
        break;
    case CG_FIELD_STRUCT:
        expect_layout(root, schema, field->layout);
        same = true;
        break;
    }
    cr_expect(same, "\"%s\" of the schema takes other values than the table", field->key);
}

static bool is_required(const json_t *schema, const char *key)
{
    const json_t *required = json_object_get(schema, "required");
    for (size_t i = 0; i < json_array_size(required); i++)
        if (strcmp(json_string_value(json_array_get(required, i)), key) == 0)
            return true;
    return false;
}

/* An object of the schema, also by "$ref", has the fields of a table and takes others beside them. */
static void expect_layout(const json_t *root, const json_t *schema, const struct cg_layout *layout)
{
    const char *ref = json_string_value(json_object_get(schema, "$ref"));
    if (ref)
        schema = json_object_get(json_object_get(root, "$defs"), ref + strlen("#/$defs/"));
    const json_t *properties = json_object_get(schema, "properties");
    cr_expect(has_type(schema, "object") && json_is_true(json_object_get(schema, "additionalProperties")));
    for (size_t i = 0; i < layout->n_fields; i++) {
        const struct cg_field *field = &layout->fields[i];
        const json_t *value = json_object_get(properties, field->key);
        cr_assert(value, "the schema lacks \"%s\"", field->key);
        cr_expect(is_required(schema, field->key) == !field->later, "\"%s\"", field->key);
        cr_expect(field->shape == CG_ONE || has_type(value, "array"), "\"%s\"", field->key);
        cr_expect(field->shape != CG_PAIR ||
                  (limit(value, "minItems") == 2 && limit(value, "maxItems") == 2));
        expect_value(root, field->shape == CG_ONE ? value : json_object_get(value, "items"), field);
    }
    const size_t others = schema == root ? 1 : 0; /* "schema" itself */
    cr_expect(json_object_size(properties) == layout->n_fields + others,
              "the schema has keys that no table has");
}

Test(record_versions, the_schema_says_what_the_tables_say)
{
    json_t *root = json_load_file(TEST_DATA "/../../results/schema.json", 0, NULL);
    cr_assert(root);
    expect_layout(root, root, &cg_layout_results);
    json_decref(root);
}
