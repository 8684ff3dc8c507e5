#include "kernels/native/plain.h"

#include <math.h>
#include <string.h>

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

static float swish(float x, float alpha, float beta)
{
    return x / (1 + expf(-alpha * x));
}

/* With e = exp(-|x|): tanh(log(1 + exp(x))) = (1 + 2 e) / (1 + 2 e + 2 e^2) above 0, (e^2 + 2 e) / (e^2 + 2 e
 * + 2) below. */
static float mish(float x, float alpha, float beta)
{
    const float e = expf(-fabsf(x));
    const float above = x > 0 ? 1 + 2 * e : e * (e + 2), rest = x > 0 ? 2 * e * e : 2;
    return x * (above / (above + rest));
}

static float hyperbolic_tangent(float x, float alpha, float beta)
{
    return tanhf(x);
}

static float error_function(float x, float alpha, float beta)
{
    return erff(x);
}

static float softplus(float x, float alpha, float beta)
{
    return (x > 0 ? x : 0) + log1pf(expf(-fabsf(x)));
}

static const struct plain_act {
    const char *name;
    float (*value)(float x, float alpha, float beta);
} acts[CG_ACT_COUNT] = {
    [CG_ACT_CLIP] = {"clip_f32__c", clip},
    [CG_ACT_CLIPPED_LINE] = {"clipped_line_f32__c", clipped_line},
    [CG_ACT_LEAKY_RELU] = {"leaky_relu_f32__c", leaky_relu},
    [CG_ACT_ELU] = {"elu_f32__c", elu},
    [CG_ACT_SWISH] = {"swish_f32__c", swish},
    [CG_ACT_MISH] = {"mish_f32__c", mish},
    [CG_ACT_TANH] = {"tanh_f32__c", hyperbolic_tangent},
    [CG_ACT_ERF] = {"erf_f32__c", error_function},
    [CG_ACT_SOFTPLUS] = {"softplus_f32__c", softplus},
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

static void run_prelu(const struct cg_node *node, const struct cg_pass_args *args)
{
    for (int i = 0; i < args->m; i++) {
        const float *in = args->a + i * args->a_stride;
        float *out = args->out + i * args->out_stride;
        for (int c = 0; c < args->channels; c++)
            out[c] = in[c] < 0 ? in[c] * args->scale[c] : in[c];
    }
}

/* ---- over several values ---- */

/* Normalises `channels` channels, from `first` on, of m pixels together. */
static void normalise(const struct cg_pass_args *args, int m, ptrdiff_t pixel, int first, int channels,
                      float epsilon)
{
    const float *in = args->a + pixel * args->a_stride + first;
    float *out = args->out + pixel * args->out_stride + first;
    const double n = (double)m * channels;
    double sum = 0, squares = 0;
    for (int i = 0; i < m; i++)
        for (int c = 0; c < channels; c++)
            sum += (double)in[i * args->a_stride + c];
    const float mean = (float)(sum / n);
    for (int i = 0; i < m; i++)
        for (int c = 0; c < channels; c++) {
            const float apart = in[i * args->a_stride + c] - mean;
            squares += (double)(apart * apart);
        }
    const float inverse = (float)(1 / sqrt(squares / n + (double)epsilon));
    for (int i = 0; i < m; i++)
        for (int c = 0; c < channels; c++)
            out[i * args->out_stride + c] =
                (in[i * args->a_stride + c] - mean) * inverse * args->scale[first + c] +
                args->shift[first + c];
}

static void run_group_norm(const struct cg_node *node, const struct cg_pass_args *args)
{
    const int channels = node->shape.c / node->groups;
    for (int first = 0; first < args->channels; first += channels)
        normalise(args, args->m, 0, first, channels, node->epsilon);
}

static void run_upsample(const struct cg_node *node, const struct cg_pass_args *args)
{
    for (int i = 0; i < args->m; i++) {
        const int y = cg_repeated(i / node->shape.w, args->in_h, node->shape.h);
        const int x = cg_repeated(i % node->shape.w, args->in_w, node->shape.w);
        memcpy(args->out + i * args->out_stride, args->a + ((ptrdiff_t)y * args->in_w + x) * args->a_stride,
               (size_t)args->channels * sizeof *args->out);
    }
}

static void run_depth_to_space(const struct cg_node *node, const struct cg_pass_args *args)
{
    const int rows = node->shape.h / args->in_h, columns = node->shape.w / args->in_w;
    for (int i = 0; i < args->m; i++) {
        const int y = i / node->shape.w, x = i % node->shape.w;
        const ptrdiff_t pixel = (ptrdiff_t)(y / rows) * args->in_w + x / columns;
        const int part = y % rows * columns + x % columns;
        memcpy(args->out + i * args->out_stride,
               args->a + pixel * args->a_stride + (ptrdiff_t)part * node->shape.c,
               (size_t)args->channels * sizeof *args->out);
    }
}

static void run_lrn(const struct cg_node *node, const struct cg_pass_args *args)
{
    const int before = (node->size - 1) / 2, behind = node->size / 2;
    const float factor = node->alpha / (float)node->size;
    for (int i = 0; i < args->m; i++) {
        const float *in = args->a + i * args->a_stride;
        float *out = args->out + i * args->out_stride;
        for (int c = 0; c < args->channels; c++) {
            const int from = c > before ? c - before : 0;
            const int to = behind < args->channels - c ? c + behind : args->channels - 1;
            float squares = 0;
            for (int j = from; j <= to; j++)
                squares += in[j] * in[j];
            out[c] = in[c] * powf(node->k + factor * squares, -node->beta);
        }
    }
}

static void run_softmax(const struct cg_node *node, const struct cg_pass_args *args)
{
    for (int i = 0; i < args->m; i++) {
        const float *in = args->a + i * args->a_stride;
        float *out = args->out + i * args->out_stride, most = in[0];
        double sum = 0;
        for (int c = 1; c < args->channels; c++)
            most = in[c] > most ? in[c] : most;
        for (int c = 0; c < args->channels; c++) {
            const float power = expf(in[c] - most);
            sum += (double)power;
            out[c] = node->log ? in[c] - most : power;
        }
        const float factor = (float)(1 / sum), shift = (float)log(sum);
        for (int c = 0; c < args->channels; c++)
            out[c] = node->log ? out[c] - shift : out[c] * factor;
    }
}

/* ---- all of them ---- */

static const struct {
    const char *name;
    void (*run)(const struct cg_node *node, const struct cg_pass_args *args);
} plain[CG_OP_COUNT] = {
    [CG_PRELU] = {"prelu_f32__c", run_prelu},
    [CG_GROUP_NORM] = {"group_norm_f32__c", run_group_norm},
    [CG_LRN] = {"lrn_f32__c", run_lrn},
    [CG_UPSAMPLE] = {"upsample_f32__c", run_upsample},
    [CG_DEPTH_TO_SPACE] = {"depth_to_space_f32__c", run_depth_to_space},
    [CG_SOFTMAX] = {"softmax_f32__c", run_softmax},
};

bool nv_is_plain(const struct cg_node *node)
{
    const bool by_kernel = node->act == CG_ACT_SWISH && node->alpha == 1;
    return plain[node->op].run || (node->op == CG_ACT && acts[node->act].value && !by_kernel);
}

bool nv_plain_in_order(const struct cg_node *node)
{
    return node->op == CG_LAYER_NORM || (plain[node->op].run && node->op != CG_PRELU);
}

bool nv_plain_in_place(const struct cg_node *node)
{
    return node->op != CG_LRN && node->op != CG_UPSAMPLE && node->op != CG_DEPTH_TO_SPACE;
}

const char *nv_plain_name(const struct cg_node *node)
{
    return plain[node->op].name ? plain[node->op].name : acts[node->act].name;
}

void nv_plain_run(const struct cg_node *node, const struct cg_pass_args *args)
{
    if (plain[node->op].run)
        plain[node->op].run(node, args);
    else
        run_act(node, args);
}
