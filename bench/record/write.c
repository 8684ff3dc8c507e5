/* Results to JSON: the tables of layout.c, one line a record, so that files differ line by line. */
#include "base/file.h"
#include "base/text.h"
#include "bench/record/layout.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int add_bytes(const char *bytes, size_t size, void *text)
{
    cg_text_add_bytes(text, bytes, size);
    return ((struct cg_text *)text)->failed ? -1 : 0;
}

static void add_struct(struct cg_text *text, const struct cg_layout *layout, const void *base)
{
    json_t *json = cg_fields_to_json(layout, base);
    if (!json || json_dump_callback(json, add_bytes, text, JSON_COMPACT | JSON_REAL_PRECISION(17)) != 0)
        text->failed = true;
    json_decref(json);
}

char *cg_results_to_json(const struct cg_results *results, size_t *size)
{
    struct cg_text text = {0};
    cg_text_add(&text, "{\"schema\": \"" CG_SCHEMA "\"");
    for (size_t i = 0; i < cg_layout_results.n_fields; i++) {
        const struct cg_field *field = &cg_layout_results.fields[i];
        const char *at = (const char *)results + field->offset;
        cg_text_add(&text, ",\n\"%s\": ", field->key);
        if (field->shape == CG_ONE) {
            add_struct(&text, field->layout, at);
            continue;
        }
        const int n = *(const int *)(const void *)((const char *)results + field->count_offset);
        const void *const *items = *(const void *const *const *)(const void *)at;
        cg_text_add(&text, "[");
        for (int k = 0; k < n; k++) {
            cg_text_add(&text, k ? ",\n" : "\n");
            add_struct(&text, field->layout, items[k]);
        }
        cg_text_add(&text, n ? "\n]" : "]");
    }
    cg_text_add(&text, "}\n");
    if (text.failed)
        cg_text_release(&text);
    else if (size)
        *size = text.length;
    return text.bytes;
}

enum cg_status cg_results_check_path(const char *path, struct cg_error *err)
{
    struct stat info;
    struct cg_new_file probe = {0};
    char folder[PATH_MAX] = ".";
    const char *slash = strrchr(path, '/');
    if (!path[0] || (slash && !slash[1]))
        return cg_fail(err, CG_INVALID, "cannot write results to '%s': it names no file", path);
    if (slash)
        snprintf(folder, sizeof folder, "%.*s", slash == path ? 1 : (int)(slash - path), path);
    if (stat(path, &info) == 0 && !S_ISREG(info.st_mode))
        return cg_fail(err, CG_INVALID, "cannot write results to '%s': it is there and is not a regular file",
                       path);
    if (stat(folder, &info) != 0 || !S_ISDIR(info.st_mode))
        return cg_fail(err, CG_INVALID, "cannot write results to '%s': there is no folder '%s'", path,
                       folder);
    struct cg_error why = {0};
    if (cg_new_file_open(&probe, path, &why) != CG_OK)
        return cg_fail(err, CG_INVALID, "%s", why.text);
    cg_new_file_drop(&probe);
    return CG_OK;
}

enum cg_status cg_results_save(const struct cg_results *results, const char *path, struct cg_error *err)
{
    size_t size = 0;
    char *json = cg_results_to_json(results, &size);
    if (!json)
        return cg_fail(err, CG_NO_MEMORY, "cannot write '%s': no memory", path);
    const enum cg_status status = cg_file_write(path, json, size, true, err);
    free(json);
    return status;
}
