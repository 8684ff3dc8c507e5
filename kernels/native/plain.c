#include "kernels/native/plain.h"

#include <math.h>

/* ---- activations: one value with the node's numbers ---- */

static float clip(float x, float lo, float hi)
{
    const float above = x < lo ? lo : x;
    return above > hi ? hi : above;
}

static float clipped_line(float x, float alpha, float beta)
{
    return clip(alpha * x + beta, 0, 1);
}

static float leaky_relu(float x, float alpha, float beta)
{
    return x < 0 ? alpha * x : x;
}

static float elu(float x, float alpha, float beta)
{
    return x < 0 ? alpha * expm1f(x) : x;
}

/* By the complement, which keeps the digits of values far below 0. */
static float gelu(float x, float alpha, float beta)
{
    return 0.5f * x * erfcf(-0.70710678f * x);
}

static float swish(float x, float alpha, float beta)
{
    return x / (1 + expf(-alpha * x));
}

/* (1 + tanh(u)) / 2 = sigmoid(2 u), with sqrt(2 / pi) in u. */
static float gelu_tanh(float x, float alpha, float beta)
{
    return x / (1 + expf(-1.59576912f * (x + 0.044715f * x * x * x)));
}

/* With e = exp(-|x|): tanh(log(1 + exp(x))) = (1 + 2 e) / (1 + 2 e + 2 e^2) above 0, (e^2 + 2 e) / (e^2 + 2 e
 * + 2) below. */
static float mish(float x, float alpha, float beta)
{
    const float e = expf(-fabsf(x));
    const float above = x > 0 ? 1 + 2 * e : e * (e + 2), rest = x > 0 ? 2 * e * e : 2;
    return x * (above / (above + rest));
}

static const struct plain_act {
    const char *name;
    float (*value)(float x, float alpha, float beta);
} acts[CG_ACT_COUNT] = {
    [CG_ACT_CLIP] = {"clip_f32__c", clip},
    [CG_ACT_CLIPPED_LINE] = {"clipped_line_f32__c", clipped_line},
    [CG_ACT_LEAKY_RELU] = {"leaky_relu_f32__c", leaky_relu},
    [CG_ACT_ELU] = {"elu_f32__c", elu},
    [CG_ACT_GELU] = {"gelu_f32__c", gelu},
    [CG_ACT_GELU_TANH] = {"gelu_tanh_f32__c", gelu_tanh},
    [CG_ACT_SWISH] = {"swish_f32__c", swish},
    [CG_ACT_MISH] = {"mish_f32__c", mish},
};

static void run_act(const struct cg_node *node, const struct cg_pass_args *args)
{
    float (*value)(float, float, float) = acts[node->act].value;
    for (int i = 0; i < args->m; i++) {
        const float *in = args->a + i * args->a_stride;
        float *out = args->out + i * args->out_stride;
        for (int c = 0; c < args->channels; c++)
            out[c] = value(in[c], node->alpha, node->beta);
    }
}

/* ---- all of them ---- */

bool nv_is_plain(const struct cg_node *node)
{
    return node->op == CG_ACT && acts[node->act].value;
}

const char *nv_plain_name(const struct cg_node *node)
{
    return acts[node->act].name;
}

void nv_plain_run(const struct cg_node *node, const struct cg_pass_args *args)
{
    run_act(node, args);
}
