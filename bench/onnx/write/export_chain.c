#include "bench/onnx/write/export_chain.h"

#include "bench/onnx/write/model.h"

#include <math.h>

char *cg_onnx_chain_name(struct cg_onnx_chain *c, const char *what)
{
    return cg_onnx_build_name(c->b, "%s$%s", c->ex->written[c->id].name, what);
}

const char *cg_onnx_chain_operator(struct cg_onnx_chain *c, const char *op)
{
    if (c->n++ == 0)
        return c->ex->numbered ? cg_onnx_build_name(c->b, "$%d", c->id) : c->node->name;
    return cg_onnx_build_name(c->b, "%s$%s%d", c->ex->written[c->id].name, op, c->n);
}

Onnx__NodeProto *cg_onnx_chain_append(struct cg_onnx_chain *c, const char *op, const char *const *more)
{
    const char *inputs[8] = {c->value};
    size_t n = 1;
    for (; more && more[n - 1] && n < 8; n++)
        inputs[n] = more[n - 1];
    Onnx__NodeProto *node = cg_onnx_build_node(c->b, op, cg_onnx_chain_operator(c, op), inputs, n, 1);
    c->value = cg_onnx_build_name(c->b, "%s$%zu", c->ex->written[c->id].name, c->b->graph.n_node);
    if (node->n_output)
        node->output[0] = (char *)c->value;
    c->last = node;
    return node;
}

const char *cg_onnx_chain_floats(struct cg_onnx_chain *c, const char *what, const int64_t *dims, size_t rank,
                                 const float *values)
{
    return cg_onnx_build_floats(c->b, cg_onnx_chain_name(c, what), dims, rank, values);
}

const char *cg_onnx_chain_integers(struct cg_onnx_chain *c, const char *what, const int64_t *values, size_t n)
{
    return cg_onnx_build_integers(c->b, cg_onnx_chain_name(c, what), values, n);
}

void cg_onnx_chain_ints(struct cg_onnx_chain *c, const char *name, const int64_t *values, size_t n)
{
    cg_onnx_build_ints(c->b, c->last, name, values, n);
}

void cg_onnx_chain_float(struct cg_onnx_chain *c, const char *name, float value)
{
    cg_onnx_build_float(c->b, c->last, name, value);
}

/* ---- activations ---- */

/* A bound that is not there is a missing input. Both live as long as the graph. */
static void append_clip(struct cg_onnx_chain *c, const float *least, const float *most)
{
    const char *bounds[3] = {isinf(*least) ? "" : cg_onnx_chain_floats(c, "min", NULL, 0, least),
                             isinf(*most) ? NULL : cg_onnx_chain_floats(c, "max", NULL, 0, most), NULL};
    cg_onnx_chain_append(c, "Clip", bounds);
}

static const struct {
    const char *operator, * alpha, *beta; /* attributes */
    int opset;                            /* that has it first */
} acts[CG_ACT_COUNT] = {
    [CG_ACT_RELU] = {"Relu"},
    [CG_ACT_RELU6] = {"Clip"},
    [CG_ACT_SIGMOID] = {"Sigmoid"},
    [CG_ACT_HARD_SIGMOID] = {"HardSigmoid"},
    [CG_ACT_HARD_SWISH] = {"HardSwish", .opset = 14},
    [CG_ACT_CLIP] = {"Clip"},
    [CG_ACT_CLIPPED_LINE] = {"HardSigmoid", "alpha", "beta"},
    [CG_ACT_LEAKY_RELU] = {"LeakyRelu", "alpha"},
    [CG_ACT_ELU] = {"Elu", "alpha"},
    [CG_ACT_GELU] = {"Gelu", .opset = 20},
    [CG_ACT_GELU_TANH] = {"Gelu", .opset = 20},
    [CG_ACT_SWISH] = {"Swish", "alpha", .opset = 24},
    [CG_ACT_MISH] = {"Mish", .opset = 18},
    [CG_ACT_TANH] = {"Tanh"},
    [CG_ACT_ERF] = {"Erf"},
    [CG_ACT_SOFTPLUS] = {"Softplus"},
};

void cg_onnx_chain_act(struct cg_onnx_chain *c)
{
    static const float six = 6.0f, zero = 0.0f;
    const struct cg_node *node = c->node;
    const enum cg_act act = node->act;
    if (act == CG_ACT_NONE)
        return;
    if (act == CG_ACT_RELU6)
        append_clip(c, &zero, &six);
    else if (act == CG_ACT_CLIP)
        append_clip(c, &node->alpha, &node->beta);
    else
        cg_onnx_chain_append(c, acts[act].operator, NULL);
    if (act == CG_ACT_HARD_SIGMOID) {
        cg_onnx_chain_float(c, "alpha", 1.0f / 6.0f);
        cg_onnx_chain_float(c, "beta", 0.5f);
    }
    if (acts[act].alpha)
        cg_onnx_chain_float(c, acts[act].alpha, node->alpha);
    if (acts[act].beta)
        cg_onnx_chain_float(c, acts[act].beta, node->beta);
    if (act == CG_ACT_GELU_TANH)
        cg_onnx_build_text(c->b, c->last, "approximate", "tanh");
}

/* The operator set that has first what the node becomes; 0: CG_ONNX_OPSET will do. */
static int opset_of(const struct cg_node *node)
{
    if (node->op == CG_LAYER_NORM)
        return 17;
    if (node->op == CG_UPSAMPLE)
        return 18; /* with axes */
    if (node->op == CG_GROUP_NORM && node->groups != node->shape.c)
        return 21; /* with scales of channels */
    return acts[node->act].opset;
}

int cg_onnx_export_opset(const struct cg_graph *graph)
{
    int opset = CG_ONNX_OPSET;
    for (int id = 0; id < graph->n_nodes; id++) {
        const int needed = opset_of(&graph->nodes[id]);
        opset = needed > opset ? needed : opset;
    }
    return opset;
}
