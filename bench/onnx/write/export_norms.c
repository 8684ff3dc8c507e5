/* PReLU, and what normalises over several values. */
#include "bench/onnx/write/export_chain.h"

/* The node's scale and shift, behind the value. */
static void append_scaled(struct cg_onnx_chain *c, const char *op)
{
    const struct cg_params *p = &c->ex->weights->params[c->node->params];
    const int64_t dims[] = {p->out};
    const char *more[] = {cg_onnx_chain_floats(c, "scale", dims, 1, p->scale),
                          cg_onnx_chain_floats(c, "shift", dims, 1, p->shift), NULL};
    cg_onnx_chain_append(c, op, more);
    cg_onnx_chain_float(c, "epsilon", c->node->epsilon);
}

void cg_onnx_write_prelu(struct cg_onnx_chain *c)
{
    const struct cg_params *p = &c->ex->weights->params[c->node->params];
    const int64_t dims[] = {p->out, 1, 1};
    const char *more[] = {cg_onnx_chain_floats(c, "slope", dims, c->ex->ranks[c->id] == 4 ? 3 : 1, p->scale),
                          NULL};
    cg_onnx_chain_append(c, "PRelu", more);
}

/* ONNX normalises the last dimensions: channels go there and back. */
void cg_onnx_write_layer_norm(struct cg_onnx_chain *c)
{
    static const int64_t last[] = {0, 2, 3, 1}, back[] = {0, 3, 1, 2};
    cg_onnx_chain_append(c, "Transpose", NULL);
    cg_onnx_chain_ints(c, "perm", last, 4);
    append_scaled(c, "LayerNormalization");
    cg_onnx_chain_append(c, "Transpose", NULL);
    cg_onnx_chain_ints(c, "perm", back, 4);
}

void cg_onnx_write_group_norm(struct cg_onnx_chain *c)
{
    if (c->node->groups == c->node->shape.c) {
        append_scaled(c, "InstanceNormalization");
        return;
    }
    append_scaled(c, "GroupNormalization");
    cg_onnx_build_int(c->b, c->last, "num_groups", c->node->groups);
}

void cg_onnx_write_lrn(struct cg_onnx_chain *c)
{
    cg_onnx_chain_append(c, "LRN", NULL);
    cg_onnx_build_int(c->b, c->last, "size", c->node->size);
    cg_onnx_chain_float(c, "alpha", c->node->alpha);
    cg_onnx_chain_float(c, "beta", c->node->beta);
    cg_onnx_chain_float(c, "bias", c->node->k);
}

void cg_onnx_write_softmax(struct cg_onnx_chain *c)
{
    cg_onnx_chain_append(c, c->node->log ? "LogSoftmax" : "Softmax", NULL);
    cg_onnx_build_int(c->b, c->last, "axis", 1);
}
