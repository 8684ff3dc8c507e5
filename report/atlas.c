#include "report/atlas.h"

#include "base/array.h"
#include "bench/paper/tables.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *cg_atlas_cell(const struct cg_csv *table, int row, const char *column)
{
    return cg_csv_cell(table, row, cg_csv_column(table, column));
}

static int number(const struct cg_csv *table, int row, const char *column)
{
    return atoi(cg_atlas_cell(table, row, column));
}

static bool begins_setting(const struct cg_atlas *ncnn, int row)
{
    return row == 0 || number(&ncnn->times, row, "run") != number(&ncnn->times, row - 1, "run") ||
           number(&ncnn->times, row, "device") != number(&ncnn->times, row - 1, "device");
}

/* The devices stand in the order of their numbers, from 1. */
static bool find_settings(struct cg_atlas *ncnn)
{
    int room = 0;
    for (int row = 0; row < ncnn->times.n_rows; row++) {
        if (begins_setting(ncnn, row)) {
            if (!cg_array_fit(ncnn->settings, room, ncnn->n + 1))
                return false;
            ncnn->settings[ncnn->n++] =
                (struct cg_atlas_setting){.device = number(&ncnn->times, row, "device") - 1,
                                          .first = row,
                                          .run = number(&ncnn->times, row, "run"),
                                          .threads = number(&ncnn->times, row, "threads"),
                                          .gpu = cg_atlas_cell(&ncnn->times, row, "gpu_device")[0] &&
                                                 number(&ncnn->times, row, "gpu_device") >= 0};
        }
        ncnn->settings[ncnn->n - 1].rows++;
    }
    return true;
}

enum cg_status cg_atlas_open(struct cg_atlas *ncnn, struct cg_error *err)
{
    *ncnn = (struct cg_atlas){.n = 0};
    struct cg_csv flags = {0};
    const struct {
        const char *name;
        struct cg_csv *table;
    } tables[] = {{"ncnn_devices", &ncnn->devices},
                  {"ncnn_networks", &ncnn->networks},
                  {"ncnn_times", &ncnn->times},
                  {"ncnn_flags", &flags}};
    enum cg_status status = CG_OK;
    for (size_t t = 0; t < sizeof tables / sizeof tables[0]; t++)
        status = status ?: cg_csv_parse(cg_paper_table(tables[t].name), tables[t].name, tables[t].table, err);
    if (status == CG_OK)
        ncnn->flagged = calloc((size_t)ncnn->times.n_rows, sizeof *ncnn->flagged);
    if (status == CG_OK && (!ncnn->flagged || !find_settings(ncnn)))
        status = cg_fail(err, CG_NO_MEMORY, "no memory for ncnn's tables");
    for (int row = 0; status == CG_OK && row < flags.n_rows; row++)
        ncnn->flagged[number(&flags, row, "line") - 2] = true; /* the head is line 1 */
    cg_csv_release(&flags);
    return status;
}

void cg_atlas_close(struct cg_atlas *ncnn)
{
    cg_csv_release(&ncnn->devices);
    cg_csv_release(&ncnn->networks);
    cg_csv_release(&ncnn->times);
    free(ncnn->flagged);
    free(ncnn->settings);
    *ncnn = (struct cg_atlas){.n = 0};
}

struct cg_phrase cg_atlas_name(const struct cg_atlas *ncnn, const struct cg_atlas_setting *setting)
{
    return cg_phrase("ncnn:%.100s/%d", cg_atlas_cell(&ncnn->devices, setting->device, "name"), setting->run);
}

struct cg_phrase cg_atlas_words(const struct cg_atlas *ncnn, const struct cg_atlas_setting *setting)
{
    static const char *const cores[] = {"", ", little cores", ", big cores"};
    const int powersave = number(&ncnn->times, setting->first, "powersave");
    /* "Results (With AVX512)" */
    const char *note = strchr(cg_atlas_cell(&ncnn->times, setting->first, "note"), '(');
    const int length = note ? (int)strcspn(note, ")") - 1 : 0;
    if (setting->gpu)
        return cg_phrase("GPU %s (Vulkan)", cg_atlas_cell(&ncnn->times, setting->first, "gpu_device"));
    return cg_phrase("%s%s%s%.*s", cg_format_threads(setting->threads).text,
                     cores[powersave >= 0 && powersave <= 2 ? powersave : 0], note ? ", " : "", length,
                     note ? note + 1 : "");
}

int cg_atlas_network(const struct cg_atlas *ncnn, const char *name)
{
    for (int row = 0; row < ncnn->networks.n_rows; row++)
        if (strcmp(cg_atlas_cell(&ncnn->networks, row, "network"), name) == 0)
            return row;
    return -1;
}

int cg_atlas_network_here(const struct cg_atlas *ncnn, const char *here)
{
    const size_t length = strcspn(here, "@");
    for (int row = 0; row < ncnn->networks.n_rows && length > 0; row++) {
        const char *name = cg_atlas_cell(&ncnn->networks, row, "here");
        const int px = number(&ncnn->networks, row, "input");
        if (strlen(name) == length && strncmp(name, here, length) == 0 &&
            px == (here[length] ? atoi(here + length + 1) : 224))
            return row;
    }
    return -1;
}

double cg_atlas_time(const struct cg_atlas *ncnn, const struct cg_atlas_setting *setting, int network)
{
    const char *name = cg_atlas_cell(&ncnn->networks, network, "network");
    for (int row = setting->first; row < setting->first + setting->rows; row++)
        if (strcmp(cg_atlas_cell(&ncnn->times, row, "network"), name) == 0)
            return ncnn->flagged[row] ? NAN : 1e6 * strtod(cg_atlas_cell(&ncnn->times, row, "min_ms"), NULL);
    return NAN;
}

bool cg_atlas_add_record(const struct cg_atlas *ncnn, struct cg_results *results, const char *name,
                         struct cg_atlas_times times)
{
    const int row = cg_atlas_network(ncnn, name);
    const char *here = row < 0 ? "" : cg_atlas_cell(&ncnn->networks, row, "here");
    const int px = row < 0 ? 224 : number(&ncnn->networks, row, "input");
    const int64_t madds = row < 0 ? 0 : atoll(cg_atlas_cell(&ncnn->networks, row, "madds"));
    struct cg_record *record = cg_results_add_record(results);
    const char *known = record ? cg_results_text(results, here[0] ? here : name) : NULL;
    const char *input = known ? cg_results_format(results, "1x%dx%dx3", px, px) : NULL;
    char *family = input ? (char *)cg_results_text(results, known) : NULL;
    if (!family)
        return false;
    char *colon = strchr(family, ':');
    if (colon)
        *colon = '\0';
    record->case_name = known;
    record->network = family;
    record->variant = colon ? colon + 1 : "";
    record->suite = "atlas";
    record->graph = "";
    record->input = input;
    record->setting.fusion = CG_FUSION_FULL;
    record->setting.cache = CG_CACHE_HOT;
    record->setting.batch = 1;
    record->madds = madds > 0 ? madds : CG_UNKNOWN;
    record->time.min = times.min_ms * 1e6;
    record->time.median = times.avg_ms * 1e6; /* what is printed of the middle */
    record->images_per_s = 1e3 / times.avg_ms;
    return true;
}

void cg_atlas_set(struct cg_results *results, int threads, bool gpu)
{
    for (int r = 0; r < results->n_records; r++) {
        results->records[r]->setting.engine = gpu ? CG_ATLAS_GPU : "ncnn";
        results->records[r]->setting.threads = threads;
    }
}

struct cg_results *cg_atlas_results(const struct cg_atlas *ncnn, const struct cg_atlas_setting *setting)
{
    struct cg_results *results = cg_results_create();
    bool enough = results != NULL;
    for (int row = setting->first; enough && row < setting->first + setting->rows; row++) {
        const struct cg_atlas_times times = {strtod(cg_atlas_cell(&ncnn->times, row, "min_ms"), NULL),
                                             strtod(cg_atlas_cell(&ncnn->times, row, "max_ms"), NULL),
                                             strtod(cg_atlas_cell(&ncnn->times, row, "avg_ms"), NULL)};
        enough = cg_atlas_add_record(ncnn, results, cg_atlas_cell(&ncnn->times, row, "network"), times);
    }
    if (enough) {
        const char *name = cg_atlas_cell(&ncnn->devices, setting->device, "name");
        results->device.name = cg_results_text(results, name);
        results->device.cpu_model = cg_results_format(results, "%s (ncnn:%s/%d: %s)",
                                                      cg_atlas_cell(&ncnn->devices, setting->device, "soc"),
                                                      name, setting->run, cg_atlas_words(ncnn, setting).text);
        results->device.isa = cg_results_text(results, cg_atlas_cell(&ncnn->devices, setting->device, "isa"));
        results->run.command = "benchncnn: benchmark/README.md of Tencent/ncnn, commit a4d2ea1d4";
        cg_atlas_set(results, setting->threads, setting->gpu);
    } else {
        cg_results_destroy(&results);
    }
    return results;
}
