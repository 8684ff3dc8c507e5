#include "report/inputs.h"

#include "report/paper.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The published device as a results file: point values of Table 8 as records without samples. NULL with `err`
 * set without memory. */
static struct cg_results *paper_results(enum cg_paper_device device, struct cg_error *err)
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
    for (int i = 0; enough && i < n; i++) {
        if (!rows[i].id[0] || isnan(rows[i].images_per_s[device]))
            continue;
        struct cg_record *record = cg_results_add_record(results);
        char *id = record ? (char *)cg_results_text(results, rows[i].id) : NULL;
        enough = id != NULL;
        if (!enough)
            break;
        record->case_name = cg_results_text(results, rows[i].id);
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
        record->madds = (int64_t)(rows[i].madds * record->setting.batch);
        record->images_per_s = rows[i].images_per_s[device];
        record->time.median = 1e9 * record->setting.batch / record->images_per_s;
    }
    if (!enough) {
        cg_results_destroy(&results);
        cg_fail(err, CG_NO_MEMORY, "no memory for the paper's figures");
    }
    return results;
}

static enum cg_status load_paper(const char *name, struct cg_input *input, struct cg_error *err)
{
    const int device = cg_paper_device_from_name(name);
    if (device < 0)
        return cg_fail(err, CG_INVALID, "the paper has no device '%s': it has 'paper:%s' and 'paper:%s'",
                       name, cg_paper_devices[CG_PAPER_GPU].name, cg_paper_devices[CG_PAPER_ARM].name);
    input->paper = true;
    input->results = paper_results((enum cg_paper_device)device, err);
    return input->results ? CG_OK : CG_NO_MEMORY;
}

enum cg_status cg_inputs_load(const char *const *names, int n, struct cg_inputs *inputs, struct cg_error *err)
{
    *inputs = (struct cg_inputs){0, calloc((size_t)(n > 0 ? n : 1), sizeof *inputs->items)};
    if (!inputs->items)
        return cg_fail(err, CG_NO_MEMORY, "no memory for %d files", n);
    for (int i = 0; i < n; i++) {
        struct cg_input *input = &inputs->items[inputs->n];
        input->name = names[i];
        const enum cg_status status = strncmp(names[i], "paper:", 6) == 0
                                          ? load_paper(names[i] + 6, input, err)
                                          : cg_results_load(names[i], &input->results, err);
        if (status != CG_OK)
            return status;
        inputs->n++;
    }
    return CG_OK;
}

void cg_inputs_free(struct cg_inputs *inputs)
{
    for (int i = 0; i < inputs->n; i++)
        cg_results_destroy(&inputs->items[i].results);
    free(inputs->items);
    *inputs = (struct cg_inputs){0};
}

const char *cg_input_file(const struct cg_input *input)
{
    const char *slash = strrchr(input->name, '/');
    return slash && slash[1] ? slash + 1 : input->name;
}
