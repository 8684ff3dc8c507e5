#include "kernels/model_plan.h"

#include "bench/onnx/write/model.h"
#include "bench/onnx/write/values.h"
#include "kernels/plan_parts.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int64_t elements_of(const struct cg_graph *graph, int id)
{
    return cg_shape_elements(graph->nodes[id].shape);
}

static enum cg_status prepare(struct cg_model_plan *plan, const struct cg_weights *weights,
                              struct cg_error *err)
{
    const struct cg_graph *graph = plan->graph;
    const struct cg_onnx_export_options options = {.fold = true, .numbered = true};
    plan->tids = calloc((size_t)plan->base.setting.threads, sizeof *plan->tids);
    plan->input = cg_aligned_zeros(elements_of(graph, graph->input) * (int64_t)sizeof(float));
    plan->output = cg_aligned_zeros(elements_of(graph, graph->output) * (int64_t)sizeof(float));
    if (!plan->tids || !plan->input || !plan->output)
        return cg_fail(err, CG_NO_MEMORY, "no memory for a plan");
    return cg_onnx_export_memory(graph, weights, &options, &plan->model, &plan->model_bytes, err);
}

void *cg_model_plan_create(size_t size, const struct cg_graph *graph, const struct cg_weights *weights,
                           const struct cg_setting *setting, struct cg_error *err)
{
    struct cg_model_plan *plan = calloc(1, size);
    struct cg_graph *copy = plan ? cg_graph_copy(graph) : NULL;
    if (!copy) {
        free(plan);
        cg_fail(err, CG_NO_MEMORY, "no memory for a plan");
        return NULL;
    }
    plan->graph = copy;
    plan->base = (struct cg_plan){cg_engine_find(setting->engine), copy, *setting};
    plan->base.setting.cpus = NULL;
    if (prepare(plan, weights, err) == CG_OK)
        return plan;
    cg_model_plan_free(plan);
    return NULL;
}

void cg_model_plan_free(struct cg_model_plan *plan)
{
    cg_graph_destroy(&plan->graph);
    free(plan->model);
    free(plan->input);
    free(plan->output);
    free(plan->tids);
    free(plan->steps);
    free(plan->step_nodes);
    free(plan);
}

int cg_model_dims(const struct cg_model_plan *plan, bool input, int64_t dims[4])
{
    const struct cg_graph *graph = plan->graph;
    const struct cg_shape s = graph->nodes[input ? graph->input : graph->output].shape;
    int *ranks = input ? NULL : malloc((size_t)graph->n_nodes * sizeof *ranks);
    int rank = 4;
    if (ranks) {
        cg_onnx_ranks(graph, ranks);
        rank = ranks[graph->output];
    }
    free(ranks);
    dims[0] = s.n;
    dims[1] = s.c;
    dims[2] = s.h;
    dims[3] = s.w;
    return rank;
}

enum cg_status cg_model_judge(const struct cg_model_plan *plan, enum cg_status status, struct cg_error *err)
{
    const struct cg_error said = err ? *err : (struct cg_error){0};
    const int opset = cg_onnx_export_opset(plan->graph);
    if (status != CG_FAILED || opset <= CG_ONNX_OPSET)
        return status;
    return cg_fail(err, CG_UNSUPPORTED, "this needs ONNX's operator set %d, in which %s takes no model: %s",
                   opset, plan->base.engine->name, said.text);
}

static bool is_among(int value, const int *values, int n)
{
    for (int i = 0; i < n; i++)
        if (values[i] == value)
            return true;
    return false;
}

enum cg_status cg_model_keep_threads(struct cg_model_plan *plan, const int *before, int n_before,
                                     struct cg_error *err)
{
    int now[CG_THREAD_LIST_MAX];
    const int n = cg_thread_list(now, CG_THREAD_LIST_MAX), most = plan->base.setting.threads - 1;
    for (int i = 0; i < n; i++) {
        if (is_among(now[i], before, n_before))
            continue;
        if (plan->n_tids == most)
            return cg_fail(err, CG_FAILED, "%s starts more threads than the %d that it is to have",
                           plan->base.engine->name, most + 1);
        plan->tids[plan->n_tids++] = now[i];
    }
    return CG_OK;
}

bool cg_model_supports(const struct cg_graph *graph, int id, char *why, size_t why_size)
{
    const struct cg_node *node = &graph->nodes[id];
    const bool dilated = node->window.dilation_h != 1 || node->window.dilation_w != 1;
    if (node->op == CG_AVG_POOL && dilated)
        snprintf(why, why_size, "AveragePool of ONNX's operator set %d has no dilation", CG_ONNX_OPSET);
    else if (node->op == CG_LRN && node->size % 2 == 0) /* ONNX Runtime refuses it, OpenVINO shifts it */
        snprintf(why, why_size, "LRN over an even number of channels is not what ONNX has everywhere");
    else
        return true;
    return false;
}

void cg_model_set_input(struct cg_plan *base, const float *nhwc)
{
    const struct cg_shape s = base->graph->nodes[base->graph->input].shape;
    cg_transpose(nhwc, ((struct cg_model_plan *)base)->input, (size_t)s.n, (size_t)s.h * (size_t)s.w,
                 (size_t)s.c);
}

void cg_model_get_output(const struct cg_plan *base, float *nhwc)
{
    const struct cg_shape s = base->graph->nodes[base->graph->output].shape;
    cg_transpose(((const struct cg_model_plan *)base)->output, nhwc, (size_t)s.n, (size_t)s.c,
                 (size_t)s.h * (size_t)s.w);
}

int64_t cg_model_memory_bytes(const struct cg_plan *plan)
{
    return -1;
}

int cg_model_thread_ids(const struct cg_plan *base, int *tids, int max)
{
    const struct cg_model_plan *plan = (const struct cg_model_plan *)base;
    for (int i = 0; i < plan->n_tids && i < max; i++)
        tids[i] = plan->tids[i];
    return plan->n_tids;
}
