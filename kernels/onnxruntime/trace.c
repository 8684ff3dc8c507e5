/* Steps by the library's profiler: it writes a file of events when it ends, so that each run under it has a
 * session of its own. */
#include "kernels/model_steps.h"
#include "kernels/onnxruntime/plan.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RUNS 3 /* the last one counts: the first ones find caches and memory cold */

static const char *text_of(const json_t *event, const char *key)
{
    const char *text = json_string_value(json_object_get(event, key));
    return text ? text : "";
}

static int64_t end_of(const json_t *event)
{
    return json_integer_value(json_object_get(event, "ts")) +
           json_integer_value(json_object_get(event, "dur"));
}

static bool is_kernel(const json_t *event)
{
    static const char end[] = "_kernel_time";
    const char *name = text_of(event, "name");
    const size_t length = strlen(name);
    return strcmp(text_of(event, "cat"), "Node") == 0 && length > strlen(end) &&
           strcmp(name + length - strlen(end), end) == 0;
}

/* The events of a run stand before the one of the run itself, in order. Times are microseconds. */
static enum cg_status read_events(const json_t *events, struct cg_model_trace *trace, struct cg_error *err)
{
    const size_t n = json_array_size(events);
    size_t runs = 0, first = 0, last = 0;
    for (size_t i = 0; i < n; i++) {
        if (strcmp(text_of(json_array_get(events, i), "name"), "model_run") != 0)
            continue;
        first = runs++ ? last + 1 : 0;
        last = i;
    }
    if (runs != RUNS)
        return cg_fail(err, CG_FAILED, "the profile of ONNX Runtime tells of %zu runs, not %d", runs, RUNS);
    int64_t before = json_integer_value(json_object_get(json_array_get(events, last), "ts"));
    for (size_t i = first; i < last; i++) {
        const json_t *event = json_array_get(events, i);
        if (!is_kernel(event))
            continue;
        const char *kind = text_of(json_object_get(event, "args"), "op_name"), *name = text_of(event, "name");
        const int64_t end = end_of(event);
        char text[64];
        snprintf(text, sizeof text, "%s%.40s", strstr(name, "nchwc") ? "nchwc " : "", kind);
        if (!cg_model_trace_add(trace, name, text, end > before ? 1000 * (end - before) : 0))
            return cg_fail(err, CG_NO_MEMORY, "no memory for a profile");
        before = end > before ? end : before;
    }
    return CG_OK;
}

static enum cg_status read_profile(const char *path, struct cg_model_trace *trace, struct cg_error *err)
{
    json_error_t why;
    json_t *events = json_load_file(path, 0, &why);
    const enum cg_status status =
        events ? read_events(events, trace, err)
               : cg_fail(err, CG_FAILED, "the profile of ONNX Runtime cannot be read: %s", why.text);
    json_decref(events);
    return status;
}

/* The profile stays in `folder`. */
static enum cg_status trace_in(const struct ort_plan *plan, const char *folder, struct cg_model_trace *trace,
                               struct cg_error *err)
{
    const struct ort_api *ort = plan->ort;
    struct ort_run run;
    struct ort_allocator *allocator = NULL;
    char prefix[600], *path = NULL;
    snprintf(prefix, sizeof prefix, "%s/profile", folder);
    enum cg_status status = ort_run_open(plan, prefix, &run, err);
    for (int i = 0; i < RUNS && status == CG_OK; i++)
        status = ort_run_once(plan, &run, err);
    status = status ?: ort_check(ort, ort->default_allocator(&allocator), err);
    status = status ?: ort_check(ort, ort->end_profiling(run.session, allocator, &path), err);
    status = status ?: read_profile(path, trace, err);
    if (path)
        ort_check(ort, ort->allocator_free(allocator, path), NULL);
    ort_run_close(plan, &run); /* writes a profile that was not ended */
    return status;
}

static void remove_folder(const char *folder)
{
    DIR *entries = opendir(folder);
    for (const struct dirent *entry; entries && (entry = readdir(entries));)
        if (entry->d_name[0] != '.')
            unlinkat(dirfd(entries), entry->d_name, 0);
    if (entries)
        closedir(entries);
    rmdir(folder);
}

enum cg_status ort_trace(struct cg_model_plan *plan, struct cg_model_trace *trace, struct cg_error *err)
{
    const char *where = getenv("TMPDIR");
    char folder[512];
    snprintf(folder, sizeof folder, "%.480s/convgauge-XXXXXX", where && where[0] == '/' ? where : "/tmp");
    if (!mkdtemp(folder))
        return cg_fail(err, CG_IO, "cannot make the folder '%s' for a profile: %s", folder, strerror(errno));
    const enum cg_status status = trace_in((const struct ort_plan *)plan, folder, trace, err);
    remove_folder(folder);
    return status;
}
