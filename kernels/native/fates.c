#include "kernels/native/fates.h"

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

/* An activation by itself that alone reads a convolution runs over what that has just written. */
static void move_act(const struct cg_graph *graph, const int *uses, struct nv_fate *fates, int id)
{
    const struct cg_node *act = &graph->nodes[id];
    const int from = act->inputs[0];
    const struct cg_node *node = &graph->nodes[from];
    if (nv_is_plain(act) || (node->op != CG_CONV && node->op != CG_FC) || node->act != CG_ACT_NONE ||
        uses[from] != 1)
        return;
    fates[from].moved = act->act;
    fates[id].gone = true;
}

/* A clamp that alone reads a concat moves into the concat's producers when each has no other reader. */
static void move_clamp(const struct cg_graph *graph, const int *uses, struct nv_fate *fates, int id)
{
    const struct cg_node *act = &graph->nodes[id], *node = &graph->nodes[act->inputs[0]];
    if (!clamps(act->act) || node->op != CG_CONCAT || uses[act->inputs[0]] != 1)
        return;
    for (int i = 0; i < node->n_inputs; i++) {
        const struct cg_node *from = &graph->nodes[node->inputs[i]];
        const bool takes = from->op == CG_CONV || from->op == CG_MAX_POOL || from->op == CG_AVG_POOL;
        if (!takes || from->act != CG_ACT_NONE || uses[node->inputs[i]] != 1)
            return;
    }
    for (int i = 0; i < node->n_inputs; i++)
        fates[node->inputs[i]].moved = act->act;
    fates[id].gone = true;
}

void nv_plan_fates(const struct cg_graph *graph, const int *uses, struct nv_fate *fates)
{
    for (int id = 0; id < graph->n_nodes; id++) {
        const struct cg_node *node = &graph->nodes[id];
        if (node->op == CG_ACT) {
            move_clamp(graph, uses, fates, id);
            move_act(graph, uses, fates, id);
        }
        for (int i = 0; node->op == CG_ADD && i < node->n_inputs; i++) {
            const int from = node->inputs[i];
            if (nv_is_gemm(graph, from) && graph->nodes[from].act == CG_ACT_NONE && uses[from] == 1)
                fates[from].in_add = true;
        }
    }
}
