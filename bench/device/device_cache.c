#include "base/file.h"
#include "base/folder.h"
#include "bench/device/device_parts.h"
#include "bench/record/layout.h"

#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* To be raised when floors or bandwidths are made by another rule, too: what others made is measured again.
 */
#define CACHE_SCHEMA "convgauge-device/3"
#define PATH_SIZE    600
#define MAX_BYTES    ((size_t)4 << 20)

const char *cg_device_build_id(void)
{
    return CG_VERSION " " CG_COMPILER;
}

static enum cg_status cache_path(const struct cg_device *device, char path[PATH_SIZE], struct cg_error *err)
{
    char name[64];
    snprintf(name, sizeof name, "device-%s.json", device->record.id);
    return cg_cache_path(name, path, PATH_SIZE, err);
}

void cg_device_cache_load(struct cg_device *device)
{
    char path[PATH_SIZE];
    size_t size;
    struct cg_error ignored = {0};
    char *json =
        cache_path(device, path, &ignored) == CG_OK ? cg_file_read(path, MAX_BYTES, &size, &ignored) : NULL;
    json_t *root = json ? json_loadb(json, size, 0, NULL) : NULL;
    const char *schema = json_string_value(json_object_get(root, "schema"));
    if (schema && strcmp(schema, CACHE_SCHEMA) == 0) {
        const struct cg_reader reader = {device->arena, path, &ignored};
        struct cg_device_record record;
        cg_fields_clear(&cg_layout_device, &record);
        if (cg_fields_from_json(&reader, NULL, json_object_get(root, "device"), &cg_layout_device, &record))
            cg_device_take_measured(device, &record);
    }
    json_decref(root);
    free(json);
}

static enum cg_status store(const struct cg_device *device, struct cg_error *err)
{
    char path[PATH_SIZE];
    struct cg_results *results = cg_results_create();
    enum cg_status status = cache_path(device, path, err);
    if (status == CG_OK)
        status = cg_folder_make_for(path, 0777, err);
    if (status == CG_OK)
        status = results ? cg_device_record_fill(device, results, err)
                         : cg_fail(err, CG_NO_MEMORY, "no memory to store measurements");
    if (status == CG_OK) {
        json_t *root = json_pack("{s:s, s:o}", "schema", CACHE_SCHEMA, "device",
                                 cg_fields_to_json(&cg_layout_device, &results->device));
        char *json = root ? json_dumps(root, JSON_INDENT(1)) : NULL;
        status = json ? cg_file_write(path, json, strlen(json), false, err)
                      : cg_fail(err, CG_NO_MEMORY, "no memory to store measurements");
        free(json);
        json_decref(root);
    }
    cg_results_destroy(&results);
    return status;
}

enum cg_status cg_device_cache_store(struct cg_device *device, struct cg_error *err)
{
    struct cg_error own = {0};
    const enum cg_status status = store(device, &own);
    snprintf(device->not_kept, sizeof device->not_kept, "%.255s", own.text);
    return status == CG_OK ? CG_OK : cg_fail(err, status, "%s", own.text);
}
