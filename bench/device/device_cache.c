#include "bench/device/device_parts.h"

#include "config.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CACHE_SCHEMA "convgauge-device/2"
#define NOISE_RULE   2 /* how floors are made: those by another rule are measured again */
#define PATH_SIZE    600

const char *cg_device_build_id(void)
{
    return CG_VERSION " " CG_COMPILER;
}

/* $XDG_CACHE_HOME/convgauge or ~/.cache/convgauge; false when neither is set. */
static bool cache_directory(char path[PATH_SIZE])
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    int length = -1;
    if (cache && cache[0] == '/')
        length = snprintf(path, PATH_SIZE, "%s/convgauge", cache);
    else if (home && home[0] == '/')
        length = snprintf(path, PATH_SIZE, "%s/.cache/convgauge", home);
    return length > 0 && length < PATH_SIZE - 64;
}

static bool make_directories(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        mkdir(path, 0777);
        *slash = '/';
    }
    return mkdir(path, 0777) == 0 || errno == EEXIST;
}

void cg_device_cache_load(struct cg_device *device)
{
    char directory[PATH_SIZE], path[PATH_SIZE + 64];
    if (!cache_directory(directory))
        return;
    snprintf(path, sizeof path, "%s/device-%s.json", directory, device->id);
    json_t *root = json_load_file(path, 0, NULL);
    const char *schema = json_string_value(json_object_get(root, "schema"));
    if (schema && strcmp(schema, CACHE_SCHEMA) == 0) {
        const json_t *at = json_object_get(root, "measured_at"),
                     *noise_at = json_object_get(root, "noise_at");
        const json_t *paired = json_object_get(root, "noise_paired");
        const json_t *between = json_object_get(root, "noise_between_runs");
        const char *by = json_string_value(json_object_get(root, "measured_by"));
        cg_peaks_from_json(json_object_get(root, "peaks"), device);
        cg_bandwidths_from_json(json_object_get(root, "bandwidths"), device);
        device->measured_at = json_is_integer(at) ? json_integer_value(at) : -1;
        if (json_integer_value(json_object_get(root, "noise_rule")) == NOISE_RULE &&
            json_is_integer(noise_at)) {
            device->noise_at = json_integer_value(noise_at);
            device->noise_paired = json_is_number(paired) ? json_number_value(paired) : NAN;
            device->noise_between_runs = json_is_number(between) ? json_number_value(between) : NAN;
            device->noise_starts = (int)json_integer_value(json_object_get(root, "noise_starts"));
            device->noise_disturbed = (int)json_integer_value(json_object_get(root, "noise_disturbed"));
            device->noise_unsound = json_is_true(json_object_get(root, "noise_unsound"));
        }
        snprintf(device->measured_by, sizeof device->measured_by, "%s", by ? by : "");
    }
    json_decref(root);
}

enum cg_status cg_device_cache_store(const struct cg_device *device, struct cg_error *err)
{
    char directory[PATH_SIZE], path[PATH_SIZE + 64], temporary[PATH_SIZE + 96];
    if (!cache_directory(directory))
        return cg_fail(err, CG_IO,
                       "no place for cached measurements: neither XDG_CACHE_HOME nor HOME is set");
    if (!make_directories(directory))
        return cg_fail(err, CG_IO, "%s: %s", directory, strerror(errno));
    snprintf(path, sizeof path, "%s/device-%s.json", directory, device->id);
    snprintf(temporary, sizeof temporary, "%s.%ld", path, (long)getpid());
    json_t *root = json_pack(
        "{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:i, s:i, s:i, s:b}", "schema", CACHE_SCHEMA, "measured_at",
        cg_json_count(device->measured_at), "measured_by", cg_json_text(device->measured_by), "peaks",
        cg_peaks_to_json(device), "bandwidths", cg_bandwidths_to_json(device), "noise_at",
        cg_json_count(device->noise_at), "noise_paired", cg_json_real(device->noise_paired),
        "noise_between_runs", cg_json_real(device->noise_between_runs), "noise_rule", NOISE_RULE,
        "noise_starts", device->noise_starts, "noise_disturbed", device->noise_disturbed, "noise_unsound",
        device->noise_unsound);
    if (!root)
        return cg_fail(err, CG_NO_MEMORY, "no memory to store measurements");
    enum cg_status status = CG_OK;
    if (json_dump_file(root, temporary, JSON_INDENT(1)) != 0 || rename(temporary, path) != 0) {
        status = cg_fail(err, CG_IO, "%s: %s", path, strerror(errno));
        unlink(temporary);
    }
    json_decref(root);
    return status;
}
