#include "kernels/native/fates.h"

#include "bench/graph/cost.h"
#include "kernels/native/plain.h"

static bool clamps(enum cg_act act)
{
    return act == CG_ACT_NONE || act == CG_ACT_RELU || act == CG_ACT_RELU6;
}

/* The sliding kernels keep row pointers of a window on the stack: far-reaching windows run as grouped gemm.
 */
bool nv_is_window(const struct cg_graph *graph, int id)
{
    const struct cg_window *w = &graph->nodes[id].window;
    return cg_node_is_depthwise(graph, id) && (int64_t)(w->kernel_h - 1) * w->dilation_h < 32;
}

bool nv_is_gemm(const struct cg_graph *graph, int id)
{
    const enum cg_op op = graph->nodes[id].op;
    return op == CG_FC || (op == CG_CONV && !nv_is_window(graph, id));
}

/* The nodes whose outputs, side by side, are what a node reads. */
struct parts {
    const int *at;
    int n;
};

/* Those of node `id`: of a concat that nobody else reads, or the one before. Batch normalisations that moved
 * into them are passed over. */
static struct parts parts_before(const struct cg_graph *graph, const int *uses, const struct nv_fate *fates,
                                 int id)
{
    const struct cg_node *node = &graph->nodes[id], *from = &graph->nodes[node->inputs[0]];
    if (from->op == CG_AFFINE && fates[node->inputs[0]].gone && from->act == CG_ACT_NONE &&
        uses[node->inputs[0]] == 1) {
        node = from;
        from = &graph->nodes[node->inputs[0]];
    }
    if (from->op == CG_CONCAT && uses[node->inputs[0]] == 1)
        node = from;
    return (struct parts){node->inputs, node->n_inputs};
}

/* Whether node `from` can do in its store what `node` does to it. Pools only clamp. */
static bool takes(const struct cg_graph *graph, const int *uses, const struct nv_fate *fates,
                  const struct cg_node *node, int from)
{
    const struct cg_node *part = &graph->nodes[from];
    const bool pool = part->op == CG_MAX_POOL || part->op == CG_AVG_POOL;
    if (uses[from] != 1 || part->act != CG_ACT_NONE || fates[from].moved != CG_ACT_NONE)
        return false;
    return part->op == CG_CONV || part->op == CG_FC ? node->op == CG_ACT || fates[from].norm == 0
                                                    : pool && node->op == CG_ACT && clamps(node->act);
}

/* An activation or a batch normalisation that alone reads a convolution, or a concat of what nobody else
 * reads, moves into these. */
static void move_up(const struct cg_graph *graph, const int *uses, struct nv_fate *fates, int id)
{
    const struct cg_node *node = &graph->nodes[id];
    const struct parts parts = parts_before(graph, uses, fates, id);
    if (nv_is_plain(node))
        return;
    for (int i = 0; i < parts.n; i++)
        if (!takes(graph, uses, fates, node, parts.at[i]))
            return;
    for (int i = 0, channel = 0; i < parts.n; channel += graph->nodes[parts.at[i++]].shape.c) {
        struct nv_fate *fate = &fates[parts.at[i]];
        fate->moved = node->act;
        if (node->op == CG_AFFINE) {
            fate->norm = id;
            fate->norm_from = channel;
        }
    }
    fates[id].gone = true;
}

void nv_plan_fates(const struct cg_graph *graph, const int *uses, struct nv_fate *fates)
{
    for (int id = 0; id < graph->n_nodes; id++) {
        const struct cg_node *node = &graph->nodes[id];
        if (node->op == CG_ACT || node->op == CG_AFFINE)
            move_up(graph, uses, fates, id);
        for (int i = 0; node->op == CG_ADD && i < node->n_inputs; i++) {
            const int from = node->inputs[i];
            if (nv_is_gemm(graph, from) && graph->nodes[from].act == CG_ACT_NONE && uses[from] == 1)
                fates[from].in_add = true;
        }
    }
}

void nv_weights_fold(const struct cg_graph *graph, const struct nv_weights *weights, int id, int o,
                     float *weight, float *bias)
{
    const struct nv_fate *fate = &weights->fates[id];
    cg_weights_fold_output(graph, weights->given, id, o, weight, bias);
    if (!fate->norm)
        return;
    const struct cg_params *norm = &weights->given->params[graph->nodes[fate->norm].params];
    const float scale = norm->scale[fate->norm_from + o];
    const int64_t fan_in = cg_node_weights(graph, id) / graph->nodes[id].shape.c;
    for (int64_t i = 0; i < fan_in; i++)
        weight[i] *= scale;
    *bias = *bias * scale + (norm->shift ? norm->shift[fate->norm_from + o] : 0.0f);
}
