#include "bench/graph/cost.h"

#include <math.h>

static const char *const category_names[] = {
#define CG_CATEGORY_NAME(id, name) [id] = name,
    CG_CATEGORIES(CG_CATEGORY_NAME)
#undef CG_CATEGORY_NAME
};

const char *cg_category_name(enum cg_category category)
{
    return (unsigned)category < CG_CATEGORY_COUNT ? category_names[category] : "unknown";
}

enum cg_category cg_node_category(const struct cg_graph *graph, int id)
{
    switch (graph->nodes[id].op) {
    case CG_CONV:
        return cg_node_is_depthwise(graph, id) ? CG_CAT_DEPTHWISE : CG_CAT_CONV;
    case CG_SHUFFLE:
    case CG_PERMUTE:
        return CG_CAT_SHUFFLE;
    case CG_ADD:
    case CG_MUL:
    case CG_ACT:
    case CG_AFFINE:
        return CG_CAT_ELEMENTWISE;
    case CG_CONCAT:
    case CG_SPLIT:
    case CG_PAD:
    case CG_INPUT:
        return CG_CAT_DATA;
    default:
        return CG_CAT_OTHER;
    }
}

/* Weights proper: what a multiply-add each output pixel uses. */
static int64_t weight_count(const struct cg_graph *graph, int id)
{
    const struct cg_node *node = &graph->nodes[id];
    const int in_c = cg_input_shape(graph, id, 0).c;
    if (node->op == CG_FC)
        return (int64_t)node->shape.c * in_c;
    return (int64_t)node->shape.c * node->window.kernel_h * node->window.kernel_w * (in_c / node->groups);
}

struct cg_cost cg_node_cost(const struct cg_graph *graph, int id)
{
    const struct cg_node *node = &graph->nodes[id];
    struct cg_cost cost = {0};
    if (node->op == CG_INPUT)
        return cost;
    int64_t touched = cg_shape_elements(node->shape);
    for (int i = 0; i < node->n_inputs; i++)
        touched += cg_shape_elements(node->op == CG_SPLIT ? node->shape : cg_input_shape(graph, id, i));
    if (node->op == CG_CONV || node->op == CG_FC) {
        const int64_t weights = weight_count(graph, id);
        const int64_t pixels = (int64_t)node->shape.n * node->shape.h * node->shape.w;
        cost.madds = pixels * weights;
        cost.params =
            weights + (node->bias ? node->shape.c : 0) + (node->norm ? 2 * (int64_t)node->shape.c : 0);
        cost.mem_access = touched + weights;
        cost.mem_access_all = cost.mem_access;
    } else {
        if (node->op == CG_AFFINE)
            cost.params = 2 * (int64_t)node->shape.c;
        cost.mem_access_all = touched + cost.params;
    }
    return cost;
}

struct cg_cost cg_graph_cost(const struct cg_graph *graph)
{
    struct cg_cost total = {0};
    for (int id = 0; id < graph->n_nodes; id++) {
        const struct cg_cost cost = cg_node_cost(graph, id);
        total.madds += cost.madds;
        total.params += cost.params;
        total.mem_access += cost.mem_access;
        total.mem_access_all += cost.mem_access_all;
    }
    return total;
}

double cg_mem_access_lower_bound(int h, int w, double madds)
{
    const double pixels = (double)h * w;
    return 2.0 * sqrt(pixels * madds) + madds / pixels;
}
