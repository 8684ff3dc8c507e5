#include "kernels/model_steps.h"

#include "base/array.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool cg_model_trace_add(struct cg_model_trace *trace, const char *name, const char *kind, int64_t ns)
{
    if (!cg_array_fit(trace->operations, trace->capacity, trace->n + 1))
        return false;
    struct cg_model_operation *operation = &trace->operations[trace->n++];
    operation->ns = ns;
    snprintf(operation->name, sizeof operation->name, "%s", name);
    snprintf(operation->kind, sizeof operation->kind, "%s", kind);
    return true;
}

/* The graph's node that an operation is named after, or -1: the library's own (a reorder). */
static int node_of(const struct cg_graph *graph, const char *name)
{
    const char *at = strchr(name, '$');
    char *end = NULL;
    if (!at)
        return strncmp(name, "output", 6) == 0 ? graph->output : -1;
    const long id = strtol(at + 1, &end, 10);
    return end > at + 1 && id >= 0 && id < graph->n_nodes ? (int)id : -1;
}

/* The step of an operation, or NULL: of its node, whatever other operations stand between; of a library's own
 * operation by its kind alone, as a library may order and name these anew in every session. */
static struct cg_model_step *find_step(const struct cg_model_plan *plan,
                                       const struct cg_model_operation *operation)
{
    const int id = node_of(plan->graph, operation->name);
    for (int i = 0; i < plan->n_steps; i++)
        if (plan->steps[i].node == id && (id >= 0 || strcmp(plan->steps[i].kinds, operation->kind) == 0))
            return &plan->steps[i];
    return NULL;
}

static void add_step(struct cg_model_plan *plan, int id)
{
    const enum cg_category category = id < 0 ? CG_CAT_DATA : cg_node_category(plan->graph, id);
    plan->steps[plan->n_steps++] = (struct cg_model_step){.node = id, .category = category};
}

static void add_operation(struct cg_model_step *step, const struct cg_model_operation *operation)
{
    if (step->node >= 0 || step->n_operations == 0)
        cg_append(step->kinds, sizeof step->kinds, "%s%s", step->n_operations ? ", " : "", operation->kind);
    step->n_operations++;
}

static int by_kind(const void *a, const void *b)
{
    return strcmp(((const struct cg_model_step *)a)->kinds, ((const struct cg_model_step *)b)->kinds);
}

/* The steps in the graph's order, then the library's own operations by kind: the same in every session, whose
 * order of running need not be. step_of[]: by node, or -1. */
static void cut_steps(struct cg_model_plan *plan, const struct cg_model_trace *trace, int *step_of)
{
    for (int i = 0; i < trace->n; i++) {
        const int id = node_of(plan->graph, trace->operations[i].name);
        if (id >= 0)
            step_of[id] = 0;
    }
    for (int id = 0; id < plan->graph->n_nodes; id++)
        if (step_of[id] == 0) {
            step_of[id] = plan->n_steps;
            add_step(plan, id);
        }
    const int n = plan->n_steps;
    for (int i = 0; i < trace->n; i++) {
        struct cg_model_step *step = find_step(plan, &trace->operations[i]);
        if (!step) {
            add_step(plan, -1);
            step = &plan->steps[plan->n_steps - 1];
        }
        add_operation(step, &trace->operations[i]);
    }
    qsort(plan->steps + n, (size_t)(plan->n_steps - n), sizeof *plan->steps, by_kind);
    plan->n_operations = trace->n;
}

/* The step of another part of the same split, or of the latest input; -1: of none. */
static int step_before(const struct cg_graph *graph, int id, const int *step_of)
{
    const struct cg_node *node = &graph->nodes[id];
    int step = -1;
    for (int k = 0; node->op == CG_SPLIT && step < 0 && k < id; k++)
        if (graph->nodes[k].op == CG_SPLIT && graph->nodes[k].inputs[0] == node->inputs[0])
            step = step_of[k];
    const bool is_part = step >= 0;
    for (int k = 0; !is_part && k < node->n_inputs; k++)
        if (step_of[node->inputs[k]] > step)
            step = step_of[node->inputs[k]];
    return step;
}

/* The nodes that no operation is named after. Those before the first one go with what reads them. */
static void place_merged(const struct cg_graph *graph, int *step_of)
{
    for (int id = 0; id < graph->n_nodes; id++)
        if (step_of[id] < 0 && graph->nodes[id].op != CG_INPUT)
            step_of[id] = step_before(graph, id, step_of);
    for (int id = graph->n_nodes - 1; id >= 0; id--)
        for (int k = 0; k < graph->nodes[id].n_inputs; k++) {
            int *of = &step_of[graph->nodes[id].inputs[k]];
            if (*of < 0)
                *of = step_of[id];
        }
}

static void list_nodes(struct cg_model_plan *plan, const int *step_of)
{
    int n = 0;
    for (int i = 0; i < plan->n_steps; i++) {
        plan->steps[i].first_node = n;
        for (int id = 0; id < plan->graph->n_nodes; id++)
            if (step_of[id] == i && plan->graph->nodes[id].op != CG_INPUT)
                plan->step_nodes[n++] = id;
        plan->steps[i].n_nodes = n - plan->steps[i].first_node;
    }
}

static enum cg_status make_steps(struct cg_model_plan *plan, const struct cg_model_trace *trace,
                                 struct cg_error *err)
{
    const size_t n = (size_t)plan->graph->n_nodes;
    int *step_of = malloc(n * sizeof *step_of);
    plan->steps = calloc((size_t)trace->n + 1, sizeof *plan->steps);
    plan->step_nodes = calloc(n, sizeof *plan->step_nodes);
    if (step_of && plan->steps && plan->step_nodes) {
        memset(step_of, 0xff, n * sizeof *step_of);
        cut_steps(plan, trace, step_of);
        place_merged(plan->graph, step_of);
        list_nodes(plan, step_of);
    }
    free(step_of);
    return step_of && plan->step_nodes ? CG_OK : cg_fail(err, CG_NO_MEMORY, "no memory for steps");
}

/* A run under the profiler; finds the steps when they are not known. The caller frees the operations. */
static enum cg_status trace_run(struct cg_model_plan *plan, struct cg_model_trace *trace,
                                struct cg_error *err)
{
    *trace = (struct cg_model_trace){NULL, 0, 0};
    enum cg_status status = plan->trace(plan, trace, err);
    if (status == CG_OK && trace->n == 0)
        status = cg_fail(err, CG_FAILED, "the profiler of %s names no operation", plan->base.engine->name);
    return status ?: plan->steps ? status : make_steps(plan, trace, err);
}

int cg_model_n_steps(const struct cg_plan *base)
{
    struct cg_model_plan *plan = (struct cg_model_plan *)base;
    struct cg_model_trace trace;
    if (!plan->steps) {
        trace_run(plan, &trace, NULL); /* run_timed tells what is wrong */
        free(trace.operations);
    }
    return plan->n_steps;
}

void cg_model_step(const struct cg_plan *base, int i, struct cg_step *out)
{
    const struct cg_model_plan *plan = (const struct cg_model_plan *)base;
    const struct cg_model_step *from = &plan->steps[i];
    *out = (struct cg_step){
        .nodes = plan->step_nodes + from->first_node, .n_nodes = from->n_nodes, .category = from->category};
    if (from->node < 0 && from->n_operations > 1)
        snprintf(out->implementation, sizeof out->implementation, "%d times %.64s", from->n_operations,
                 from->kinds);
    else
        snprintf(out->implementation, sizeof out->implementation, "%s", from->kinds);
}

enum cg_status cg_model_run_timed(struct cg_plan *base, int64_t *step_ns, struct cg_error *err)
{
    struct cg_model_plan *plan = (struct cg_model_plan *)base;
    struct cg_model_trace trace;
    enum cg_status status = trace_run(plan, &trace, err);
    for (int i = 0; status == CG_OK && i < plan->n_steps; i++)
        step_ns[i] = 0;
    bool same = status != CG_OK || trace.n == plan->n_operations;
    for (int i = 0; status == CG_OK && same && i < trace.n; i++) {
        const struct cg_model_step *step = find_step(plan, &trace.operations[i]);
        same = step != NULL;
        if (step)
            step_ns[step - plan->steps] += trace.operations[i].ns;
    }
    if (!same)
        status = cg_fail(err, CG_FAILED, "%s ran other operations than before", base->engine->name);
    free(trace.operations);
    return status;
}
