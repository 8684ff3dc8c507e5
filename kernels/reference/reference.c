#include "kernels/plan_parts.h"
#include "kernels/reference/compute.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const struct cg_engine cg_engine_reference;

/* Every tensor keeps its own buffer: an oracle saves no memory, so that nothing can be overwritten too early.
 * A step is a node, and a call is one, too: all but the input. */
struct plan {
    struct cg_stepped_plan head;
    struct cg_reference_node *nodes; /* [n_nodes] */
    float **tensors;                 /* [n_nodes] */
};

static void probe(const struct cg_engine *engine, struct cg_engine_info *info)
{
    *info = (struct cg_engine_info){.available = true};
    snprintf(info->version, sizeof info->version, "convgauge %s", CONVGAUGE_VERSION);
    snprintf(info->isa, sizeof info->isa, "C, double");
}

static bool supports(const struct cg_graph *graph, int id, char *why, size_t why_size)
{
    return true;
}

static void destroy(struct cg_plan *base)
{
    struct plan *plan = (struct plan *)base;
    for (int id = 0; id < base->graph->n_nodes; id++) {
        if (plan->nodes)
            cg_reference_release(&plan->nodes[id]);
        if (plan->tensors)
            free(plan->tensors[id]);
    }
    free(plan->nodes);
    free(plan->tensors);
    cg_stepped_plan_free(&plan->head);
}

static size_t tensor_bytes(const struct plan *plan, int id)
{
    return (size_t)cg_shape_elements(plan->head.base.graph->nodes[id].shape) * sizeof(float);
}

static enum cg_status add_step(struct plan *plan, int id, struct cg_error *err)
{
    const struct cg_graph *graph = plan->head.base.graph;
    struct cg_plan_step *step = cg_step_open(&plan->head, id, cg_node_category(graph, id), err);
    if (!step)
        return err->status;
    step->n = 1;
    plan->head.n_calls++;
    snprintf(step->implementation, sizeof step->implementation, "%s_f64__c", cg_op_name(graph->nodes[id].op));
    return CG_OK;
}

static enum cg_status prepare(struct plan *plan, const struct cg_weights *weights, struct cg_error *err)
{
    const struct cg_graph *graph = plan->head.base.graph;
    plan->nodes = calloc((size_t)graph->n_nodes, sizeof *plan->nodes);
    plan->tensors = calloc((size_t)graph->n_nodes, sizeof *plan->tensors);
    if (!plan->nodes || !plan->tensors)
        return cg_fail(err, CG_NO_MEMORY, "no memory for a plan");
    enum cg_status status = CG_OK;
    for (int id = 0; id < graph->n_nodes && status == CG_OK; id++) {
        plan->tensors[id] = calloc(1, tensor_bytes(plan, id));
        if (!plan->tensors[id])
            return cg_fail(err, CG_NO_MEMORY, "no memory for the output of node %s", graph->nodes[id].name);
        if (graph->nodes[id].op != CG_INPUT)
            status = add_step(plan, id, err);
        if (status == CG_OK)
            status = cg_reference_prepare(&plan->nodes[id], graph, weights, id, err);
    }
    return status;
}

static enum cg_status run_calls(struct cg_stepped_plan *head, int first, int n, struct cg_error *err)
{
    struct plan *plan = (struct plan *)head;
    for (int i = first; i < first + n; i++) {
        const int id = head->steps[i].nodes[0];
        cg_reference_compute(&plan->nodes[id], head->base.graph, id, plan->tensors, NULL);
    }
    return CG_OK;
}

static enum cg_status compile(const struct cg_graph *graph, const struct cg_weights *weights,
                              const struct cg_setting *setting, struct cg_plan **out, struct cg_error *err)
{
    struct cg_error unread;
    err = err ? err : &unread;
    if (setting->threads != 1)
        return cg_fail(err, CG_UNSUPPORTED, "engine reference runs on 1 thread, not %d", setting->threads);
    if (setting->cpus && !cg_bind_thread(setting->cpus[0]))
        return cg_fail(err, CG_UNAVAILABLE, "cannot run on cpu %d", setting->cpus[0]);
    struct plan *plan = cg_stepped_plan_create(sizeof *plan, &cg_engine_reference, graph, setting, err);
    if (!plan)
        return err->status;
    plan->head.run_calls = run_calls;
    return cg_stepped_plan_finish(&plan->head, prepare(plan, weights, err), out);
}

static void set_input(struct cg_plan *base, const float *nhwc)
{
    struct plan *plan = (struct plan *)base;
    memcpy(plan->tensors[plan->head.base.graph->input], nhwc,
           tensor_bytes(plan, plan->head.base.graph->input));
}

static void get_output(const struct cg_plan *base, float *nhwc)
{
    const struct plan *plan = (const struct plan *)base;
    memcpy(nhwc, plan->tensors[plan->head.base.graph->output],
           tensor_bytes(plan, plan->head.base.graph->output));
}

static int64_t memory_bytes(const struct cg_plan *base)
{
    const struct plan *plan = (const struct plan *)base;
    int64_t bytes = 0;
    for (int id = 0; id < plan->head.base.graph->n_nodes; id++) {
        const struct cg_reference_node *node = &plan->nodes[id];
        bytes +=
            (int64_t)(tensor_bytes(plan, id) + node->weight_bytes + node->vector_bytes + node->work_bytes);
    }
    return bytes;
}

static void implementation(const struct cg_plan *base, char *text, size_t size)
{
    snprintf(text, size, "plain C, double accumulation");
}

static void buffers(const struct cg_plan *base, void (*visit)(void *, size_t, void *), void *context)
{
    const struct plan *plan = (const struct plan *)base;
    for (int id = 0; id < plan->head.base.graph->n_nodes; id++) {
        const struct cg_reference_node *node = &plan->nodes[id];
        const size_t vector_bytes = (size_t)plan->head.base.graph->nodes[id].shape.c * sizeof(float);
        visit(plan->tensors[id], tensor_bytes(plan, id), context);
        if (node->weight)
            visit(node->weight, node->weight_bytes, context);
        float *const vectors[] = {node->bias, node->scale, node->shift};
        for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++)
            if (vectors[i])
                visit(vectors[i], vector_bytes, context);
    }
}

const struct cg_engine cg_engine_reference = {
    .name = "reference",
    .summary = "plain C with double accumulation: what the other engines are checked against (1 thread)",
    .layout = "NHWC",
    .probe = probe,
    .supports = supports,
    .compile = compile,
    .set_input = set_input,
    .get_output = get_output,
    .run = cg_stepped_plan_run,
    .run_timed = cg_stepped_plan_run_timed,
    .n_steps = cg_stepped_plan_n_steps,
    .step = cg_stepped_plan_step,
    .memory_bytes = memory_bytes,
    .implementation = implementation,
    .buffers = buffers,
    .destroy = destroy,
};
