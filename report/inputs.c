#include "report/inputs.h"

#include "report/benchncnn.h"
#include "report/network_names.h"
#include "report/published.h"

#include <stdlib.h>
#include <string.h>

static enum cg_status load(const char *name, struct cg_input *input, struct cg_error *err)
{
    input->name = name;
    input->published = cg_is_published(name);
    if (input->published)
        return cg_published_load(name, &input->results, err);
    input->published = cg_is_benchncnn(name);
    if (input->published)
        return cg_benchncnn_load(name, &input->results, err);
    const enum cg_status status = cg_results_load(name, &input->results, err);
    if (status == CG_OK)
        cg_name_authors(input->results);
    return status;
}

enum cg_status cg_inputs_load(const char *const *names, int n, struct cg_inputs *inputs, struct cg_error *err)
{
    *inputs = (struct cg_inputs){0, calloc((size_t)(n > 0 ? n : 1), sizeof *inputs->items)};
    if (!inputs->items)
        return cg_fail(err, CG_NO_MEMORY, "no memory for %d files", n);
    for (int i = 0; i < n; i++) {
        const enum cg_status status = load(names[i], &inputs->items[inputs->n], err);
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
    const char *slash = cg_is_published(input->name) ? NULL : strrchr(input->name, '/');
    return slash && slash[1] ? slash + 1 : input->name;
}
