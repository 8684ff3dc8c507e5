#include "kernels/engine.h"
#include "kernels/reference/node.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

extern const struct cg_engine cg_engine_reference;

/* Every tensor keeps its own buffer: an oracle saves no memory, so that nothing can be overwritten too early.
 */
struct plan {
    struct cg_plan base;
    struct cg_graph *graph;
    struct cg_reference_node *nodes; /* [n_nodes] */
    float **tensors;                 /* [n_nodes] */
    const float **inputs;            /* as many as the node with the most inputs has */
    int *steps;                      /* ids of the nodes that compute something: all but the input */
    int n_steps;
};

static void probe(struct cg_engine_info *info)
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
    if (!plan)
        return;
    const int n_nodes = plan->graph ? plan->graph->n_nodes : 0;
    for (int id = 0; id < n_nodes; id++) {
        if (plan->nodes)
            cg_reference_release(&plan->nodes[id]);
        if (plan->tensors)
            free(plan->tensors[id]);
    }
    free(plan->nodes);
    free(plan->tensors);
    free(plan->inputs);
    free(plan->steps);
    cg_graph_destroy(&plan->graph);
    free(plan);
}

static size_t tensor_bytes(const struct plan *plan, int id)
{
    return (size_t)cg_shape_elements(plan->graph->nodes[id].shape) * sizeof(float);
}

static enum cg_status allocate(struct plan *plan, const struct cg_graph *graph, struct cg_error *err)
{
    int most_inputs = 1;
    plan->graph = cg_graph_copy(graph);
    plan->nodes = calloc((size_t)graph->n_nodes, sizeof *plan->nodes);
    plan->tensors = calloc((size_t)graph->n_nodes, sizeof *plan->tensors);
    plan->steps = calloc((size_t)graph->n_nodes, sizeof *plan->steps);
    if (!plan->graph || !plan->nodes || !plan->tensors || !plan->steps)
        return cg_fail(err, CG_NO_MEMORY, "no memory for a plan");
    for (int id = 0; id < graph->n_nodes; id++) {
        plan->tensors[id] = calloc(1, tensor_bytes(plan, id));
        if (!plan->tensors[id])
            return cg_fail(err, CG_NO_MEMORY, "no memory for the output of node %s", graph->nodes[id].name);
        if (graph->nodes[id].n_inputs > most_inputs)
            most_inputs = graph->nodes[id].n_inputs;
        if (graph->nodes[id].op != CG_INPUT)
            plan->steps[plan->n_steps++] = id;
    }
    plan->inputs = calloc((size_t)most_inputs, sizeof *plan->inputs);
    return plan->inputs ? CG_OK : cg_fail(err, CG_NO_MEMORY, "no memory for a plan");
}

static enum cg_status bind_caller(int cpu, struct cg_error *err)
{
    cpu_set_t *set = CPU_ALLOC((size_t)cpu + 1);
    if (!set)
        return cg_fail(err, CG_NO_MEMORY, "no memory to bind a thread");
    const size_t bytes = CPU_ALLOC_SIZE((size_t)cpu + 1);
    CPU_ZERO_S(bytes, set);
    CPU_SET_S((size_t)cpu, bytes, set);
    const int result = sched_setaffinity(0, bytes, set);
    CPU_FREE(set);
    return result == 0 ? CG_OK
                       : cg_fail(err, CG_UNAVAILABLE, "cannot run on cpu %d: %s", cpu, strerror(errno));
}

static enum cg_status compile(const struct cg_graph *graph, const struct cg_weights *weights,
                              const struct cg_compile_options *options, struct cg_plan **out,
                              struct cg_error *err)
{
    if (options->threads != 1)
        return cg_fail(err, CG_UNSUPPORTED, "engine reference runs on 1 thread, not %d", options->threads);
    struct plan *plan = calloc(1, sizeof *plan);
    if (!plan)
        return cg_fail(err, CG_NO_MEMORY, "no memory for a plan");
    enum cg_status status = options->cpus ? bind_caller(options->cpus[0], err) : CG_OK;
    if (status == CG_OK)
        status = allocate(plan, graph, err);
    for (int id = 0; status == CG_OK && id < graph->n_nodes; id++)
        status = cg_reference_prepare(&plan->nodes[id], graph, weights, id, err);
    if (status != CG_OK) {
        destroy(&plan->base);
        return status;
    }
    plan->base = (struct cg_plan){.engine = &cg_engine_reference, .graph = plan->graph, .options = *options};
    plan->base.options.cpus = NULL; /* borrowed until here only */
    *out = &plan->base;
    return CG_OK;
}

static void set_input(struct cg_plan *base, const float *nhwc)
{
    struct plan *plan = (struct plan *)base;
    memcpy(plan->tensors[plan->graph->input], nhwc, tensor_bytes(plan, plan->graph->input));
}

static void get_output(const struct cg_plan *base, float *nhwc)
{
    const struct plan *plan = (const struct plan *)base;
    memcpy(nhwc, plan->tensors[plan->graph->output], tensor_bytes(plan, plan->graph->output));
}

static void run_step(struct plan *plan, int i)
{
    const int id = plan->steps[i];
    const struct cg_node *spec = &plan->graph->nodes[id];
    for (int k = 0; k < spec->n_inputs; k++)
        plan->inputs[k] = plan->tensors[spec->inputs[k]];
    cg_reference_compute(&plan->nodes[id], plan->graph, id, plan->inputs, NULL, plan->tensors[id]);
}

static enum cg_status run(struct cg_plan *base, struct cg_error *err)
{
    struct plan *plan = (struct plan *)base;
    for (int i = 0; i < plan->n_steps; i++)
        run_step(plan, i);
    return CG_OK;
}

static int64_t now_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static enum cg_status run_timed(struct cg_plan *base, int64_t *step_ns, struct cg_error *err)
{
    struct plan *plan = (struct plan *)base;
    int64_t before = now_ns();
    for (int i = 0; i < plan->n_steps; i++) {
        run_step(plan, i);
        const int64_t after = now_ns();
        step_ns[i] = after - before;
        before = after;
    }
    return CG_OK;
}

static int n_steps(const struct cg_plan *base)
{
    return ((const struct plan *)base)->n_steps;
}

static void step(const struct cg_plan *base, int i, struct cg_step *out)
{
    const struct plan *plan = (const struct plan *)base;
    const int id = plan->steps[i];
    *out = (struct cg_step){
        .nodes = &plan->steps[i], .n_nodes = 1, .category = cg_node_category(plan->graph, id)};
    snprintf(out->implementation, sizeof out->implementation, "%s_f64__c",
             cg_op_name(plan->graph->nodes[id].op));
}

static int64_t memory_bytes(const struct cg_plan *base)
{
    const struct plan *plan = (const struct plan *)base;
    int64_t bytes = 0;
    for (int id = 0; id < plan->graph->n_nodes; id++) {
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
    for (int id = 0; id < plan->graph->n_nodes; id++) {
        const struct cg_reference_node *node = &plan->nodes[id];
        const size_t vector_bytes = (size_t)plan->graph->nodes[id].shape.c * sizeof(float);
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
    .probe = probe,
    .supports = supports,
    .compile = compile,
    .set_input = set_input,
    .get_output = get_output,
    .run = run,
    .run_timed = run_timed,
    .n_steps = n_steps,
    .step = step,
    .memory_bytes = memory_bytes,
    .implementation = implementation,
    .buffers = buffers,
    .destroy = destroy,
};
