#include "bench/commands/results_arg.h"

#include "base/array.h"
#include "report/published.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Adds folder/name, or the name alone where the folder is "". */
static bool add_name(struct cg_names *names, const char *folder, const char *name)
{
    if (!cg_array_fit(names->items, names->capacity, names->n + 1) ||
        asprintf(&names->items[names->n], "%s%s%s", folder, folder[0] ? "/" : "", name) < 0)
        return false;
    names->n++;
    return true;
}

void cg_names_free(struct cg_names *names)
{
    for (int i = 0; i < names->n; i++)
        free(names->items[i]);
    free(names->items);
    *names = (struct cg_names){0};
}

static int is_json(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');
    return dot && strcmp(dot, ".json") == 0 && entry->d_name[0] != '.';
}

/* "ncnn:all" stands for all of ncnn's. */
static enum cg_status expand_source(struct cg_names *names, struct cg_error *err)
{
    struct cg_published_device *devices;
    int n;
    enum cg_status status = cg_published_list("ncnn", &devices, &n, err);
    for (int i = 0; status == CG_OK && i < n; i++)
        if (!add_name(names, "", devices[i].name.text))
            status = cg_fail(err, CG_NO_MEMORY, "no memory");
    free(devices);
    return status;
}

/* A folder stands for the results files in it. */
static enum cg_status expand(const char *name, struct cg_names *names, struct cg_error *err)
{
    struct stat info;
    if (strcmp(name, "ncnn:all") == 0)
        return expand_source(names, err);
    if (cg_is_published(name) || stat(name, &info) != 0 || !S_ISDIR(info.st_mode))
        return add_name(names, "", name) ? CG_OK : cg_fail(err, CG_NO_MEMORY, "no memory");
    struct dirent **entries;
    const int n = scandir(name, &entries, is_json, alphasort);
    enum cg_status status = n > 0    ? CG_OK
                            : n == 0 ? cg_fail(err, CG_INVALID, "the folder '%s' holds no *.json", name)
                                     : cg_fail(err, CG_INVALID, "cannot read the folder '%s'", name);
    for (int i = 0; i < n; i++) {
        if (status == CG_OK && !add_name(names, name, entries[i]->d_name))
            status = cg_fail(err, CG_NO_MEMORY, "no memory");
        free(entries[i]);
    }
    if (n >= 0)
        free(entries);
    return status;
}

enum cg_status cg_results_args(int n, char **args, struct cg_names *names, struct cg_error *err)
{
    for (int i = 0; i < n; i++) {
        const enum cg_status status = expand(args[i], names, err);
        if (status != CG_OK)
            return status;
    }
    return CG_OK;
}

static bool is_picked(const struct cg_input *input, const struct cg_filter *filter)
{
    const char *device = input->results->device.cpu_model;
    return cg_filter_matches(filter, input->name) || (device && cg_filter_matches(filter, device));
}

enum cg_status cg_inputs_pick(struct cg_inputs *inputs, const struct cg_filter *filter, int *detailed,
                              struct cg_error *err)
{
    bool any = false;
    *detailed = 0;
    for (int i = 0; i < inputs->n && filter->text; i++) {
        const struct cg_input picked = inputs->items[i];
        any = any || is_picked(&picked, filter);
        if (i > 0 && !is_picked(&picked, filter))
            continue;
        memmove(&inputs->items[*detailed + 1], &inputs->items[*detailed],
                (size_t)(i - *detailed) * sizeof picked);
        inputs->items[(*detailed)++] = picked;
    }
    return any || !filter->text
               ? CG_OK
               : cg_fail(err, CG_INVALID, "--detail '%s' matches no file's name or device", filter->text);
}
