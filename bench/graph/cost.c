#include "bench/graph/cost.h"

#include <math.h>

enum cg_category cg_node_category(const struct cg_graph *graph, int id)
{
    return cg_node_is_depthwise(graph, id) ? CG_CAT_DEPTHWISE : cg_op_facts(graph->nodes[id].op)->category;
}

int64_t cg_node_weights(const struct cg_graph *graph, int id)
{
    const struct cg_node *node = &graph->nodes[id];
    if (!cg_op_has(node->op, CG_HAS_WEIGHTS))
        return 0;
    const int in = cg_input_shape(graph, id, 0).c;
    if (node->op == CG_FC)
        return (int64_t)node->shape.c * in;
    return (int64_t)node->shape.c * node->window.kernel_h * node->window.kernel_w * (in / node->groups);
}

int64_t cg_taps_inside(int in, int out, int kernel, int stride, int dilation, int pad)
{
    int64_t inside = 0;
    for (int tap = 0; tap < kernel; tap++) {
        const int64_t at = (int64_t)tap * dilation - pad; /* where it lies for the first output */
        const int64_t first = at < 0 ? (-at + stride - 1) / stride : 0;
        const int64_t end = at < in ? (in - at + stride - 1) / stride : 0;
        inside += end < first ? 0 : (end < out ? end : out) - (first < out ? first : out);
    }
    return inside;
}

int64_t cg_node_madds_inside(const struct cg_graph *graph, int id)
{
    const struct cg_node *node = &graph->nodes[id];
    const struct cg_window *w = &node->window;
    const int64_t weights = cg_node_weights(graph, id);
    if (node->op != CG_CONV)
        return weights * node->shape.n * node->shape.h * node->shape.w;
    const struct cg_shape in = cg_input_shape(graph, id, 0);
    return weights / w->kernel_h / w->kernel_w * node->shape.n *
           cg_taps_inside(in.h, node->shape.h, w->kernel_h, w->stride_h, w->dilation_h, w->pad_top) *
           cg_taps_inside(in.w, node->shape.w, w->kernel_w, w->stride_w, w->dilation_w, w->pad_left);
}

int64_t cg_node_madds_in_lanes(const struct cg_graph *graph, int id, int lanes)
{
    const struct cg_node *node = &graph->nodes[id];
    const int c = node->shape.c, each = node->op == CG_CONV ? c / node->groups : c;
    const int filled_at = each >= lanes ? each : c; /* channels that follow each other in vectors */
    const int64_t filled = (int64_t)(filled_at + lanes - 1) / lanes * lanes * (c / filled_at);
    return cg_node_madds_inside(graph, id) / c * filled;
}

/* Parameters that are no weights: bias, and scale and shift; slopes. */
static int64_t other_params(const struct cg_node *node)
{
    if (!cg_op_has(node->op, CG_HAS_PARAMS))
        return 0;
    const bool apart = !cg_op_has(node->op, CG_HAS_WEIGHTS);
    const int each = node->op == CG_PRELU ? 1 : (node->bias ? 1 : 0) + (node->norm || apart ? 2 : 0);
    return each * (int64_t)node->shape.c;
}

struct cg_cost cg_node_cost(const struct cg_graph *graph, int id)
{
    const struct cg_node *node = &graph->nodes[id];
    if (node->op == CG_INPUT)
        return (struct cg_cost){0};
    int64_t touched = cg_shape_elements(node->shape);
    for (int i = 0; i < node->n_inputs; i++)
        touched += cg_shape_elements(node->op == CG_SPLIT ? node->shape : cg_input_shape(graph, id, i));
    const int64_t weights = cg_node_weights(graph, id), params = weights + other_params(node);
    return (struct cg_cost){
        .madds = weights * node->shape.n * node->shape.h * node->shape.w,
        .params = params,
        .mem_access = weights ? touched + weights : 0,
        .activations = node->op == CG_CONV ? cg_shape_elements(node->shape) : 0,
        .mem_access_all = touched + (weights ? weights : params),
    };
}

/* Whether a node before `id` has the same parameters. */
static bool has_shared_params(const struct cg_graph *graph, int id)
{
    for (int before = 0; before < id; before++)
        if (graph->nodes[before].params == graph->nodes[id].params)
            return true;
    return false;
}

struct cg_cost cg_graph_cost(const struct cg_graph *graph)
{
    struct cg_cost total = {0};
    int newest = -1; /* ordinals mostly ascend */
    for (int id = 0; id < graph->n_nodes; id++) {
        const struct cg_cost cost = cg_node_cost(graph, id);
        const int params = graph->nodes[id].params;
        total.madds += cost.madds;
        if (params > newest || !has_shared_params(graph, id))
            total.params += cost.params;
        newest = params > newest ? params : newest;
        total.mem_access += cost.mem_access;
        total.activations += cost.activations;
        total.mem_access_all += cost.mem_access_all;
    }
    return total;
}

double cg_mem_access_lower_bound(int h, int w, double madds)
{
    const double pixels = (double)h * w;
    return 2.0 * sqrt(pixels * madds) + madds / pixels;
}
