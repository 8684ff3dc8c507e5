/* JSON to results: the tables of layout.c, and the rules that no field can state alone. */
#include "base/file.h"
#include "bench/record/layout.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const schemas[] = {CG_SCHEMA, "convgauge/1"};

static bool check_suites(const struct cg_reader *reader, const struct cg_results *results)
{
    for (int s = 0; s < results->n_suites; s++) {
        const struct cg_place suites = {NULL, "suites", 0}, suite = {&suites, NULL, (size_t)s};
        if (!results->suites[s]->name)
            return cg_refuse_place(reader, &suite, "a suite without a name");
        const struct cg_place kind = {&suite, "kind", 0};
        if ((int)results->suites[s]->kind < 0)
            return cg_refuse_place(reader, &kind, "expected the name of a kind of suite");
        for (int g = 0; g < results->suites[s]->n_groups; g++) {
            const struct cg_group_record *group = results->suites[s]->groups[g];
            const struct cg_place groups = {&suite, "groups", 0}, at = {&groups, NULL, (size_t)g};
            if (!group->name)
                return cg_refuse_place(reader, &at, "a group without a name");
            if (group->baseline != CG_UNKNOWN && group->baseline >= group->n_cases)
                return cg_refuse_place(reader, &at, "the baseline is not one of the cases");
            for (int c = 0; c < group->n_cases; c++)
                if (!group->cases[c]->name)
                    return cg_refuse_place(reader, &at, "a case without a name");
        }
    }
    return true;
}

static bool are_samples(const struct cg_sample_arrays *samples)
{
    for (int i = 0; i < samples->n; i++)
        if (samples->ns[i] < 1 || samples->iterations[i] < 1 || samples->process[i] < 0 ||
            samples->round[i] < 0)
            return false;
    return true;
}

/* Digits, commas and hyphens, as a list of cpus is made of; null, as files of 0.2.0 had, where no other
 * thread was seen. */
static bool are_placements(const struct cg_record *record)
{
    const struct cg_sample_arrays *both[] = {&record->samples, &record->disturbed_samples};
    for (int i = 0; i < record->n_placements; i++)
        if (record->placements[i] &&
            strspn(record->placements[i], "0123456789,-") != strlen(record->placements[i]))
            return false;
    for (int k = 0; k < 2; k++)
        for (int i = 0; both[k]->placement && i < both[k]->n; i++)
            if (both[k]->placement[i] >= record->n_placements)
                return false;
    return true;
}

/* Options that came after a file was written have the default: what it measured ran under it. */
static void fill_options(struct cg_results *results)
{
    const struct cg_setting usual = cg_setting_default();
    for (int r = 0; r < results->n_records; r++)
        for (enum cg_setting_place at = 0; at < CG_SETTING_N; at++)
            if (cg_setting_options[at].later &&
                cg_setting_get(&results->records[r]->setting, at).number == CG_UNKNOWN)
                cg_setting_put(&results->records[r]->setting, at, cg_setting_get(&usual, at));
}

static bool check_records(const struct cg_reader *reader, const struct cg_results *results)
{
    for (int r = 0; r < results->n_records; r++) {
        const struct cg_record *record = results->records[r];
        const struct cg_place records = {NULL, "records", 0}, at = {&records, NULL, (size_t)r};
        if (!record->case_name || !record->setting.engine || !record->graph)
            return cg_refuse_place(reader, &at, "a record needs case, engine and graph");
        if (!are_samples(&record->samples) || !are_samples(&record->disturbed_samples))
            return cg_refuse_place(reader, &at,
                                   "a sample needs process, round, ns and iterations, the last two above 0");
        if (!are_placements(record))
            return cg_refuse_place(reader, &at,
                                   "placements are lists of cpus, and a sample's placement one of them");
    }
    return true;
}

/* A temperature for each round, or unknown. */
static bool check_schedules(const struct cg_reader *reader, const struct cg_results *results)
{
    for (int s = 0; s < results->n_schedules; s++) {
        const struct cg_schedule *schedule = results->schedules[s];
        const struct cg_place schedules = {NULL, "schedules", 0}, at = {&schedules, NULL, (size_t)s};
        for (int z = 0; z < schedule->n_zones; z++)
            if (schedule->zones[z].zone < 0 || schedule->zones[z].n_rounds != schedule->n_rounds)
                return cg_refuse_place(reader, &at,
                                       "a thermal zone needs its number and a temperature for each round");
    }
    return true;
}

/* The whole file. */
static bool read_root(const struct cg_reader *reader, const json_t *root, struct cg_results *results)
{
    if (!json_is_object(root))
        return cg_refuse_place(reader, NULL, "expected an object");
    const char *schema = json_string_value(json_object_get(root, "schema"));
    if (!schema) {
        cg_fail(reader->err, CG_INVALID, "%s: not a results file of convgauge: it has no \"schema\"",
                reader->name);
        return false;
    }
    if (cg_name_find(schemas, sizeof schemas / sizeof schemas[0], schema) < 0) {
        cg_fail(reader->err, CG_INVALID, "%s: its schema is \"%.60s\", this program reads \"%s\" and \"%s\"",
                reader->name, schema, schemas[0], schemas[1]);
        return false;
    }
    if (!cg_fields_from_json(reader, NULL, root, &cg_layout_results, results))
        return false;
    fill_options(results);
    return check_suites(reader, results) && check_records(reader, results) &&
           check_schedules(reader, results);
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
    struct cg_results *read = cg_results_create();
    if (!read) {
        json_decref(root);
        return cg_fail(err, CG_NO_MEMORY, "%s: no memory to read it", name);
    }
    const struct cg_reader reader = {read->arena, name, err ? err : &local};
    const bool good = read_root(&reader, root, read);
    json_decref(root);
    if (!good) {
        cg_results_destroy(&read);
        return reader.err->status;
    }
    read->path = cg_results_text(read, name);
    *results = read;
    return CG_OK;
}

enum cg_status cg_results_load(const char *path, struct cg_results **results, struct cg_error *err)
{
    size_t size;
    *results = NULL;
    if (access(path, R_OK) != 0)
        return cg_fail(err, CG_INVALID, "cannot read '%s': %s", path, strerror(errno));
    char *json = cg_file_read(path, CG_RESULTS_MAX_BYTES, &size, err);
    if (!json)
        return cg_context(err, "cannot read results");
    const enum cg_status status = cg_results_parse(json, size, path, results, err);
    free(json);
    return status;
}
