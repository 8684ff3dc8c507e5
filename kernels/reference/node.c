#include "kernels/reference/node.h"

#include <string.h>

int cg_reference_source(const struct cg_node *spec, int c)
{
    return spec->op == CG_SPLIT     ? spec->offset + c
           : spec->op == CG_SHUFFLE ? c % spec->groups * (spec->shape.c / spec->groups) + c / spec->groups
                                    : spec->index[c];
}

struct cg_window cg_reference_window(const struct cg_graph *graph, int id)
{
    const struct cg_node *spec = &graph->nodes[id];
    struct cg_window window = spec->window;
    if (spec->op == CG_PAD)
        window.kernel_h = window.kernel_w = window.stride_h = window.stride_w = 1;
    if (spec->op == CG_GLOBAL_POOL) {
        window.kernel_h = cg_input_shape(graph, id, 0).h;
        window.kernel_w = cg_input_shape(graph, id, 0).w;
    }
    return window;
}

/* [o][tap][i] of every group to [o / lanes][tap][i][o % lanes]. */
static void pack_conv(float *packed, const float *weight, int groups, int group_out, int n_taps, int group_in)
{
    for (int g = 0; g < groups; g++)
        for (int o = 0; o < group_out; o += CG_REFERENCE_LANES)
            for (int tap = 0; tap < n_taps; tap++)
                for (int i = 0; i < group_in; i++)
                    for (int l = 0; l < CG_REFERENCE_LANES; l++) {
                        const size_t row = (size_t)g * group_out + o + l;
                        *packed++ = o + l < group_out ? weight[(row * n_taps + tap) * group_in + i] : 0;
                    }
}

static bool prepare_weight(struct cg_reference_node *node, const struct cg_graph *graph,
                           const struct cg_params *params, int id)
{
    const struct cg_node *spec = &graph->nodes[id];
    const struct cg_shape in = cg_input_shape(graph, id, 0);
    const int n_taps = spec->window.kernel_h * spec->window.kernel_w;
    const int lanes = CG_REFERENCE_LANES;
    const int group_out = spec->shape.c / spec->groups, group_in = in.c / spec->groups;
    const bool depthwise = cg_node_is_depthwise(graph, id);
    const size_t padded_out = depthwise ? 1 : (size_t)(group_out + lanes - 1) / lanes * lanes;
    const size_t count = (size_t)spec->groups * padded_out * n_taps * group_in;

    node->weight_bytes = count * sizeof *node->weight;
    node->weight = cg_arena_array(node->arena, count, sizeof *node->weight);
    node->zeros = cg_arena_array(node->arena, (size_t)in.c, sizeof *node->zeros);
    node->taps = cg_arena_array(node->arena, (size_t)CG_REFERENCE_PIXELS * n_taps, sizeof *node->taps);
    node->sums = cg_reference_sums_for(cg_isa_best());
    node->work_bytes =
        (size_t)in.c * sizeof *node->zeros + (size_t)CG_REFERENCE_PIXELS * n_taps * sizeof *node->taps;
    if (!node->weight || !node->zeros || !node->taps)
        return false;
    if (depthwise)
        for (int tap = 0; tap < n_taps; tap++)
            for (int c = 0; c < spec->shape.c; c++)
                node->weight[(size_t)tap * spec->shape.c + c] = params->weight[(size_t)c * n_taps + tap];
    else
        pack_conv(node->weight, params->weight, spec->groups, group_out, n_taps, group_in);
    return true;
}

enum cg_status cg_reference_prepare(struct cg_reference_node *node, const struct cg_graph *graph,
                                    const struct cg_weights *weights, int id, struct cg_error *err)
{
    const struct cg_node *spec = &graph->nodes[id];
    memset(node, 0, sizeof *node);
    if (spec->params < 0)
        return CG_OK;

    const struct cg_params *params = &weights->params[spec->params];
    const struct {
        const float *from;
        float **to;
    } vectors[] = {{params->bias, &node->bias}, {params->scale, &node->scale}, {params->shift, &node->shift}};
    node->arena = cg_arena_create(0);
    bool ok = node->arena;
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0] && ok; i++) {
        if (!vectors[i].from)
            continue;
        const size_t bytes = (size_t)spec->shape.c * sizeof(float);
        *vectors[i].to = cg_arena_array(node->arena, bytes, 1);
        ok = *vectors[i].to;
        if (ok)
            memcpy(*vectors[i].to, vectors[i].from, bytes);
        node->vector_bytes += bytes;
    }
    if (spec->op == CG_GROUP_NORM) {
        node->means = cg_arena_array(node->arena, (size_t)spec->groups, sizeof *node->means);
        node->inverses = cg_arena_array(node->arena, (size_t)spec->groups, sizeof *node->inverses);
        node->work_bytes = 2 * (size_t)spec->groups * sizeof *node->means;
        ok = ok && node->means && node->inverses;
    }
    if (spec->op == CG_CONV || spec->op == CG_FC)
        ok = ok && prepare_weight(node, graph, params, id);
    if (!ok) {
        cg_reference_release(node);
        return cg_fail(err, CG_NO_MEMORY, "no memory for the weights of node %s", spec->name);
    }
    return CG_OK;
}

void cg_reference_release(struct cg_reference_node *node)
{
    cg_arena_destroy(&node->arena);
    memset(node, 0, sizeof *node);
}
