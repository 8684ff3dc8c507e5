#include "bench/device/roofline.h"

#include "bench/graph/cost.h"

#include <math.h>

static double time_ns(double amount, double per_s)
{
    return amount > 0 ? amount / per_s * 1e9 : 0;
}

static double larger(double a, double b)
{
    return isnan(a) || isnan(b) ? NAN : a > b ? a : b;
}

struct cg_bound cg_roofline_work(const struct cg_roofline *roofline, int64_t madds, int64_t read_bytes,
                                 int64_t write_bytes, int64_t working_set_bytes, bool cold)
{
    struct cg_bound bound = {.ns = NAN,
                             .compute_ns = madds > 0 ? time_ns((double)madds, roofline->madds_per_s) : 0,
                             .memory_ns = NAN,
                             .madds = madds,
                             .read_bytes = read_bytes,
                             .write_bytes = write_bytes,
                             .working_set_bytes = working_set_bytes,
                             .level = -1,
                             .limit = "unknown"};
    const int last = roofline->n_levels - 1;
    if (last < 0)
        return bound;
    double inside = 0; /* bytes that the levels before this one hold together */
    bound.memory_ns = 0;
    for (int level = 0; level <= last; level++) {
        const double all = (double)working_set_bytes;
        const double share = cold || level == 0 ? 1 : all > inside ? (all - inside) / all : 0;
        inside += (double)roofline->levels[level].capacity_bytes;
        const double r = share * (double)read_bytes, w = share * (double)write_bytes;
        const double *bytes_per_s = roofline->levels[level].bytes_per_s;
        const double ns =
            larger(larger(time_ns(r, bytes_per_s[CG_READS]), time_ns(w, bytes_per_s[CG_WRITES])),
                   time_ns(2 * (r < w ? r : w), bytes_per_s[CG_COPIES]));
        if (bound.level < 0 || isnan(ns) || ns > bound.memory_ns)
            bound.level = level;
        bound.memory_ns = larger(bound.memory_ns, ns);
    }
    bound.ns = larger(bound.compute_ns, bound.memory_ns);
    if (!isnan(bound.ns))
        bound.limit = bound.compute_ns >= bound.memory_ns ? "compute" : roofline->levels[bound.level].name;
    return bound;
}

/* Engines fold the normalisation into weights and bias. */
static int64_t folded_weights(const struct cg_node *node, int64_t params)
{
    return params - (node->norm ? (node->bias ? 2 : 1) * (int64_t)node->shape.c : 0);
}

struct cg_bound cg_roofline_node(const struct cg_roofline *roofline, const struct cg_graph *graph, int id,
                                 bool cold)
{
    const struct cg_node *node = &graph->nodes[id];
    const struct cg_cost cost = cg_node_cost(graph, id);
    int64_t inputs = 0;
    for (int i = 0; i < node->n_inputs; i++)
        inputs += cg_shape_elements(cg_input_shape(graph, id, i));
    const int64_t f32 = sizeof(float), outputs = cg_shape_elements(node->shape);
    if (node->op == CG_INPUT)
        return cg_roofline_work(roofline, 0, 0, 0, 0, cold);
    const int64_t weights = folded_weights(node, cost.params);
    /* A split reads only the channels that it hands on. */
    const int64_t read = node->op == CG_SPLIT ? outputs : inputs + weights;
    return cg_roofline_work(roofline, cg_node_madds_inside(graph, id), read * f32, outputs * f32,
                            (read + outputs) * f32, cold);
}

double cg_roofline_cold_ns(const struct cg_roofline *roofline, const struct cg_graph *graph)
{
    if (roofline->n_levels == 0)
        return NAN;
    int64_t elements = cg_shape_elements(graph->nodes[graph->input].shape);
    for (int id = 0; id < graph->n_nodes; id++)
        elements += folded_weights(&graph->nodes[id], cg_node_cost(graph, id).params);
    return time_ns((double)elements * sizeof(float),
                   roofline->levels[roofline->n_levels - 1].bytes_per_s[CG_READS]);
}

double cg_bound_percent(const struct cg_bound *bound, double measured_ns)
{
    return measured_ns > 0 ? 100 * bound->ns / measured_ns : NAN;
}
