#include "report/published.h"

#include "base/array.h"
#include "base/nearest.h"
#include "report/atlas.h"
#include "report/paper.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the paper ---- */

static bool add_paper_record(struct cg_results *results, const struct cg_paper_network *row,
                             enum cg_paper_device device)
{
    struct cg_record *record = cg_results_add_record(results);
    char *id = record ? (char *)cg_results_text(results, row->id) : NULL;
    if (!id)
        return false;
    record->case_name = cg_results_text(results, row->id);
    char *colon = strchr(id, ':');
    if (colon)
        *colon = '\0';
    record->network = id;
    record->variant = colon ? colon + 1 : "";
    record->suite = "networks";
    record->setting.engine = "paper";
    record->graph = "";
    record->setting.fusion = CG_FUSION_FULL;
    record->setting.cache = CG_CACHE_HOT;
    record->setting.threads = device == CG_PAPER_ARM ? 1 : CG_UNKNOWN;
    record->setting.batch = device == CG_PAPER_GPU ? 8 : 1;
    record->madds = (int64_t)(row->madds * record->setting.batch);
    record->images_per_s = row->images_per_s[device];
    record->time.median = 1e9 * record->setting.batch / record->images_per_s;
    return record->case_name != NULL;
}

/* Point values of Table 8. NULL without memory. */
static struct cg_results *paper_results(enum cg_paper_device device)
{
    struct cg_paper_network rows[CG_PAPER_NETWORKS];
    const int n = cg_paper_networks(rows, CG_PAPER_NETWORKS);
    struct cg_results *results = cg_results_create();
    bool enough = results != NULL;
    if (enough) {
        results->device.name = cg_paper_devices[device].name;
        results->device.cpu_model = cg_paper_devices[device].title;
        results->run.command = "arXiv 1807.11164, Table 8";
    }
    for (int i = 0; enough && i < n; i++)
        if (rows[i].id[0] && !isnan(rows[i].images_per_s[device]))
            enough = add_paper_record(results, &rows[i], device);
    if (!enough)
        cg_results_destroy(&results);
    return results;
}

static enum cg_status load_paper(const char *name, struct cg_results **results, struct cg_error *err)
{
    const int device = cg_paper_device_from_name(name);
    if (device < 0)
        return cg_fail(err, CG_INVALID, "the paper has no device '%s': it has 'paper:%s' and 'paper:%s'",
                       name, cg_paper_devices[CG_PAPER_GPU].name, cg_paper_devices[CG_PAPER_ARM].name);
    *results = paper_results((enum cg_paper_device)device);
    return *results ? CG_OK : cg_fail(err, CG_NO_MEMORY, "no memory for the paper's figures");
}

static enum cg_status list_paper(struct cg_published_device **devices, int *n, struct cg_error *err)
{
    if (!(*devices = calloc(CG_PAPER_DEVICE_COUNT, sizeof **devices)))
        return cg_fail(err, CG_NO_MEMORY, "no memory for the paper's devices");
    for (; *n < CG_PAPER_DEVICE_COUNT; ++*n) {
        struct cg_results *results = paper_results((enum cg_paper_device) * n);
        (*devices)[*n] = (struct cg_published_device){
            .name = cg_phrase("paper:%s", cg_paper_devices[*n].name),
            .title = cg_phrase("%s", cg_paper_devices[*n].title),
            .setting = cg_phrase("%s", *n == CG_PAPER_ARM ? "1 thread" : "batches of 8"),
            .networks = results ? results->n_records : 0};
        cg_results_destroy(&results);
    }
    return CG_OK;
}

/* ---- ncnn's benchmark page ---- */

static enum cg_status list_ncnn(struct cg_published_device **devices, int *n, struct cg_error *err)
{
    struct cg_atlas ncnn;
    enum cg_status status = cg_atlas_open(&ncnn, err);
    if (status == CG_OK && !(*devices = calloc((size_t)ncnn.n + 1, sizeof **devices)))
        status = cg_fail(err, CG_NO_MEMORY, "no memory for ncnn's devices");
    for (int s = 0; status == CG_OK && s < ncnn.n; s++)
        (*devices)[(*n)++] = (struct cg_published_device){
            .name = cg_atlas_name(&ncnn, &ncnn.settings[s]),
            .title = cg_phrase("%s", cg_atlas_cell(&ncnn.devices, ncnn.settings[s].device, "heading")),
            .setting = cg_atlas_words(&ncnn, &ncnn.settings[s]),
            .networks = ncnn.settings[s].rows};
    cg_atlas_close(&ncnn);
    return status;
}

/* The names nearest to one that is none. */
static enum cg_status refuse_ncnn(const struct cg_atlas *ncnn, const char *name, struct cg_error *err)
{
    const char *names[256];
    char near[256], device[128];
    int runs = 0, n = 0;
    snprintf(device, sizeof device, "%.*s", (int)strcspn(name, "/"), name);
    for (int s = 0; s < ncnn->n; s++)
        runs += strcmp(cg_atlas_cell(&ncnn->devices, ncnn->settings[s].device, "name"), device) == 0;
    if (runs > 0)
        return cg_fail(err, CG_INVALID, "'ncnn:%s' has %d setting%s: name 'ncnn:%s/1'%s", device, runs,
                       runs == 1 ? "" : "s", device, runs == 1 ? "" : " or another number");
    for (; n < ncnn->devices.n_rows && n < 256; n++)
        names[n] = cg_atlas_cell(&ncnn->devices, n, "name");
    cg_nearest(device, names, n, near, sizeof near);
    return cg_fail(err, CG_INVALID,
                   "ncnn's tables have no device '%.100s'%s%s%s; 'convgauge list devices ncnn' names them",
                   device, near[0] ? " (did you mean " : "", near, near[0] ? "?)" : "");
}

static enum cg_status load_ncnn(const char *name, struct cg_results **results, struct cg_error *err)
{
    struct cg_atlas ncnn;
    enum cg_status status = cg_atlas_open(&ncnn, err);
    int found = -1;
    for (int s = 0; status == CG_OK && s < ncnn.n && found < 0; s++)
        if (strcmp(cg_atlas_name(&ncnn, &ncnn.settings[s]).text + strlen("ncnn:"), name) == 0)
            found = s;
    if (status == CG_OK && found < 0)
        status = refuse_ncnn(&ncnn, name, err);
    if (status == CG_OK && !(*results = cg_atlas_results(&ncnn, &ncnn.settings[found])))
        status = cg_fail(err, CG_NO_MEMORY, "no memory for ncnn's figures");
    cg_atlas_close(&ncnn);
    return status;
}

/* ---- all of them ---- */

static const struct source {
    const char *name;
    enum cg_status (*load)(const char *name, struct cg_results **results, struct cg_error *err);
    enum cg_status (*list)(struct cg_published_device **devices, int *n, struct cg_error *err);
} sources[] = {{"paper", load_paper, list_paper}, {"ncnn", load_ncnn, list_ncnn}};

#define N_SOURCES (sizeof sources / sizeof sources[0])

/* The source that a device's name begins with; NULL: none. */
static const struct source *source_of(const char *name)
{
    for (size_t s = 0; s < N_SOURCES; s++) {
        const size_t length = strlen(sources[s].name);
        if (strncmp(name, sources[s].name, length) == 0 && name[length] == ':')
            return &sources[s];
    }
    return NULL;
}

bool cg_is_published(const char *name)
{
    return source_of(name) != NULL;
}

enum cg_status cg_published_load(const char *name, struct cg_results **results, struct cg_error *err)
{
    const struct source *source = source_of(name);
    return source->load(name + strlen(source->name) + 1, results, err);
}

enum cg_status cg_published_list(const char *source, struct cg_published_device **devices, int *n,
                                 struct cg_error *err)
{
    enum cg_status status = CG_OK;
    bool known = !source;
    int capacity = 0;
    *devices = NULL;
    *n = 0;
    for (size_t s = 0; s < N_SOURCES && status == CG_OK; s++) {
        struct cg_published_device *more = NULL;
        int n_more = 0;
        if (source && strcmp(source, sources[s].name) != 0)
            continue;
        known = true;
        status = sources[s].list(&more, &n_more, err);
        if (status == CG_OK && !cg_array_fit(*devices, capacity, *n + n_more + 1))
            status = cg_fail(err, CG_NO_MEMORY, "no memory for the published devices");
        if (status == CG_OK && n_more > 0) {
            memcpy(*devices + *n, more, (size_t)n_more * sizeof *more);
            *n += n_more;
        }
        free(more);
    }
    return known ? status : cg_fail(err, CG_INVALID, "nothing of '%s' is here: say paper or ncnn", source);
}
