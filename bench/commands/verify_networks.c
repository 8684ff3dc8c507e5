#include "bench/commands/network_arg.h"
#include "bench/commands/verify_state.h"
#include "bench/graph/cost.h"
#include "bench/onnx/tensor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --expect: relative L2 error of a whole output against a given one. */
#define GIVEN_LIMIT 1e-4

/* --quick: a network of more multiply-adds than this is taken at a small input instead. */
#define QUICK_MADDS 1000000000
#define QUICK_SIZE  "@64"

static enum cg_status load_subject(const char *ref, bool quick, struct cg_subject *subject,
                                   struct cg_error *err)
{
    struct cg_network *network = cg_network_arg(ref, 1, err);
    if (network && quick && cg_graph_cost(network->graph).madds > QUICK_MADDS) {
        char small[256];
        snprintf(small, sizeof small, "%.200s" QUICK_SIZE, ref);
        cg_network_destroy(&network);
        network = cg_network_arg(small, 1, err);
    }
    if (!network)
        return err->status;
    struct cg_graph *graph = network->graph;
    struct cg_weights *weights = network->weights;
    network->graph = NULL;
    network->weights = NULL;
    const enum cg_status status = cg_subject_create(graph, weights, subject, err);
    snprintf(subject->name, sizeof subject->name, "%s", network->name);
    snprintf(subject->kind, sizeof subject->kind, "network: %.50s", network->family);
    cg_network_destroy(&network);
    return status;
}

enum cg_status cg_verify_check_networks(char **refs, int n, struct cg_error *err)
{
    for (int i = 0; i < n; i++) {
        struct cg_network *network = cg_network_arg(refs[i], 1, err);
        if (!network)
            return err->status;
        cg_network_destroy(&network);
    }
    return CG_OK;
}

enum cg_status cg_verify_network(struct cg_verify *v, const char *ref, bool all_variants,
                                 struct cg_error *err)
{
    struct cg_variant variants[CG_VERIFY_VARIANTS];
    struct cg_subject subject;
    int n = 0;
    for (int i = 0; i < v->n_variants; i++)
        if (all_variants || cg_verify_worth_a_network(v, i))
            variants[n++] = v->variants[i];
    cg_verify_show(v, ref, "reference");
    enum cg_status status = load_subject(ref, v->quick, &subject, err);
    if (status != CG_OK)
        return status;
    status = cg_verify_find_expected(v, &subject, err);
    if (status == CG_OK)
        status = cg_verify_subjects(v, &subject, 1, variants, n, err);
    cg_subject_free(&subject);
    return status;
}

/* Multiply-adds of each listed network, counted: published figures need not lie beside the program. */
static enum cg_status count_networks(const struct cg_config *config, const struct cg_network *rows, int n,
                                     double *madds, struct cg_error *err)
{
    for (int i = 0; i < n; i++) {
        struct cg_network *network = cg_config_load_network(config, rows[i].name, NULL, err);
        if (!network)
            return err->status;
        madds[i] = (double)cg_graph_cost(network->graph).madds;
        cg_network_destroy(&network);
    }
    return CG_OK;
}

/* Whether row i is the cheapest of its family, the first of equals. */
static bool is_smallest(const struct cg_network *rows, const double *madds, int n, int i)
{
    for (int k = 0; k < n; k++)
        if (strcmp(rows[k].family, rows[i].family) == 0 &&
            (madds[k] < madds[i] || (k < i && !(madds[i] < madds[k]))))
            return false;
    return true;
}

enum cg_status cg_verify_networks(struct cg_verify *v, struct cg_error *err)
{
    struct cg_config *config = cg_config_open(err);
    struct cg_network *rows = NULL;
    double *madds = NULL;
    int n = 0;
    if (!config)
        return err->status;
    enum cg_status status = cg_config_list_networks(config, &rows, &n, err);
    if (status == CG_OK && v->quick) {
        madds = calloc((size_t)n + 1, sizeof *madds);
        status = madds ? count_networks(config, rows, n, madds, err)
                       : cg_fail(err, CG_NO_MEMORY, "no memory to list the networks");
    }
    for (int i = 0; status == CG_OK && i < n; i++)
        if ((!v->quick || is_smallest(rows, madds, n, i)) && cg_verify_wanted(v, rows[i].name))
            status = cg_verify_network(v, rows[i].name, false, err);
    free(madds);
    free(rows);
    cg_config_close(&config);
    return status;
}

/* ---- given tensors ---- */

static enum cg_status read_tensor(const char *path, struct cg_shape shape, float *nhwc, struct cg_error *err)
{
    struct cg_tensor tensor = {0};
    enum cg_status status = cg_npy_read(path, &tensor, err);
    if (status == CG_OK)
        status = cg_tensor_to_nhwc(&tensor, shape, nhwc, err);
    cg_tensor_free(&tensor);
    return status == CG_OK ? CG_OK : cg_context(err, "%s", path);
}

enum cg_status cg_verify_load_given(struct cg_verify *v, const char *ref, struct cg_subject *subject,
                                    struct cg_error *err)
{
    enum cg_status status = load_subject(ref, v->quick, subject, err);
    if (status != CG_OK)
        return status;
    const struct cg_graph *graph = subject->graph;
    const struct cg_shape out = graph->nodes[graph->output].shape;
    subject->error_limit = GIVEN_LIMIT;
    subject->expected = cg_expected_alloc(out, (int64_t)out.n * out.h * out.w);
    if (!subject->expected)
        status = cg_fail(err, CG_NO_MEMORY, "no memory for an expected output");
    if (status == CG_OK) {
        cg_expected_all_positions(subject->expected);
        status = read_tensor(v->input, graph->nodes[graph->input].shape, subject->input, err);
    }
    if (status == CG_OK)
        status = read_tensor(v->expect, out, subject->expected->values, err);
    return status;
}
