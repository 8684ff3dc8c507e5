#include "kernels/reference/compute.h"

#include "kernels/reference/norms.h"

#include <math.h>
#include <string.h>

enum { PIXELS = CG_REFERENCE_PIXELS, LANES = CG_REFERENCE_LANES };

/* The output pixel at hand: what it is computed from and where it goes. */
struct pixel {
    struct cg_reference_node *node;
    const struct cg_graph *graph;
    const struct cg_node *spec;
    int id;
    float *const *tensors; /* by node */
    struct cg_shape in;    /* of the first input */
    struct cg_window window;
    int n, y, x;
    int64_t at; /* (n, y, x) among all pixels */
    float *out;
    float *held[PIXELS]; /* of a convolution: pixels whose windows stand in node->taps */
    int n_held;
};

static float activate(const struct pixel *p, double x)
{
    return (float)cg_act_value(p->spec, x);
}

/* ---- windows ---- */

/* The input pixel under tap (i, j) of the window, or NULL outside the map. */
static const float *tap(const struct pixel *p, int i, int j)
{
    const struct cg_window *w = &p->window;
    const int y = p->y * w->stride_h - w->pad_top + i * w->dilation_h;
    const int x = p->x * w->stride_w - w->pad_left + j * w->dilation_w;
    if (y < 0 || y >= p->in.h || x < 0 || x >= p->in.w)
        return NULL;
    return p->tensors[p->spec->inputs[0]] + (((int64_t)p->n * p->in.h + y) * p->in.w + x) * p->in.c;
}

static void largest(const struct pixel *p)
{
    for (int c = 0; c < p->spec->shape.c; c++) {
        float best = -INFINITY;
        for (int i = 0; i < p->window.kernel_h; i++)
            for (int j = 0; j < p->window.kernel_w; j++) {
                const float *in = tap(p, i, j);
                /* the comparison is false for NaN: a NaN in the window is kept, not lost */
                if (in && !(in[c] <= best))
                    best = in[c];
            }
        p->out[c] = best;
    }
}

static void average(const struct pixel *p)
{
    for (int c = 0; c < p->spec->shape.c; c++) {
        double sum = 0;
        int valid = 0;
        for (int i = 0; i < p->window.kernel_h; i++)
            for (int j = 0; j < p->window.kernel_w; j++) {
                const float *in = tap(p, i, j);
                if (in) {
                    sum += (double)in[c];
                    valid++;
                }
            }
        const int count = p->spec->count_padding ? p->window.kernel_h * p->window.kernel_w : valid;
        p->out[c] = count > 0 ? (float)(sum / count) : 0;
    }
}

static void pad(const struct pixel *p)
{
    const float *in = tap(p, 0, 0);
    for (int c = 0; c < p->spec->shape.c; c++)
        p->out[c] = in ? in[c] : 0;
}

static void upsample(const struct pixel *p)
{
    const int y = cg_repeated(p->y, p->in.h, p->spec->shape.h),
              x = cg_repeated(p->x, p->in.w, p->spec->shape.w);
    const float *in =
        p->tensors[p->spec->inputs[0]] + (((int64_t)p->n * p->in.h + y) * p->in.w + x) * p->in.c;
    memcpy(p->out, in, (size_t)p->in.c * sizeof *in);
}

static void depth_to_space(const struct pixel *p)
{
    const struct cg_shape out = p->spec->shape;
    const int rows = out.h / p->in.h, columns = out.w / p->in.w;
    const int64_t pixel = ((int64_t)p->n * p->in.h + p->y / rows) * p->in.w + p->x / columns;
    const int part = p->y % rows * columns + p->x % columns;
    const float *in = p->tensors[p->spec->inputs[0]] + pixel * p->in.c + (int64_t)part * out.c;
    memcpy(p->out, in, (size_t)out.c * sizeof *in);
}

/* ---- convolutions and fully connected layers ---- */

/* Bias, norm and activation of one sum, rounded to the f32 that the next node reads. */
static float finish(const struct pixel *p, int channel, double sum)
{
    const struct cg_reference_node *node = p->node;
    if (node->bias)
        sum += (double)node->bias[channel];
    if (node->scale)
        sum = sum * (double)node->scale[channel] + (double)node->shift[channel];
    return activate(p, sum);
}

/* Fills taps[0 .. kernel_h * kernel_w) with the input pixels under the window. */
static void point_at_window(const struct pixel *p, const float **taps)
{
    for (int i = 0; i < p->window.kernel_h; i++)
        for (int j = 0; j < p->window.kernel_w; j++) {
            const float *in = tap(p, i, j);
            *taps++ = in ? in : p->node->zeros;
        }
}

/* All channels of the pixels that are held. */
static void compute_held(struct pixel *p)
{
    const struct cg_node *spec = p->spec;
    const int n_taps = p->window.kernel_h * p->window.kernel_w;
    const int group_in = p->in.c / spec->groups, group_out = spec->shape.c / spec->groups;
    const float *weight = p->node->weight;
    for (int g = 0; g < spec->groups; g++)
        for (int o = 0; o < group_out; o += LANES, weight += (size_t)n_taps * group_in * LANES) {
            double sum[PIXELS][LANES];
            p->node->sums(p->node->taps, n_taps, g * group_in, group_in, weight, sum);
            for (int held = 0; held < p->n_held; held++)
                for (int l = 0; l < LANES && o + l < group_out; l++) {
                    const int channel = g * group_out + o + l;
                    p->held[held][channel] = finish(p, channel, sum[held][l]);
                }
        }
    p->n_held = 0;
}

static void conv(struct pixel *p)
{
    point_at_window(p, p->node->taps + (size_t)p->n_held * p->window.kernel_h * p->window.kernel_w);
    p->held[p->n_held++] = p->out;
    if (p->n_held == PIXELS)
        compute_held(p);
}

static void depthwise(const struct pixel *p)
{
    const int channels = p->spec->shape.c, n_taps = p->window.kernel_h * p->window.kernel_w;
    point_at_window(p, p->node->taps);
    for (int c = 0; c < channels; c += LANES) {
        const int lanes = channels - c < LANES ? channels - c : LANES;
        double sum[LANES] = {0};
        for (int tap = 0; tap < n_taps; tap++) {
            const float *value = p->node->taps[tap] + c;
            const float *weight = p->node->weight + (size_t)tap * channels + c;
            for (int l = 0; l < lanes; l++)
                sum[l] += (double)value[l] * (double)weight[l];
        }
        for (int l = 0; l < lanes; l++)
            p->out[c + l] = finish(p, c + l, sum[l]);
    }
}

/* ---- nodes whose pixels depend on the same pixel of their inputs ---- */

/* That of input i; an [n,1,1,c] factor of mul serves the whole map. */
static const float *source(const struct pixel *p, int i)
{
    const struct cg_shape shape = cg_input_shape(p->graph, p->id, i);
    const int64_t image = (int64_t)p->spec->shape.h * p->spec->shape.w;
    const bool spread = shape.h == 1 && shape.w == 1 && image > 1;
    return p->tensors[p->spec->inputs[i]] + (spread ? p->at / image : p->at) * shape.c;
}

static void add(const struct pixel *p)
{
    for (int c = 0; c < p->spec->shape.c; c++) {
        double sum = 0;
        for (int i = 0; i < p->spec->n_inputs; i++)
            sum += (double)source(p, i)[c];
        p->out[c] = activate(p, sum);
    }
}

static void mul(const struct pixel *p)
{
    const float *a = source(p, 0), *b = source(p, 1);
    for (int c = 0; c < p->spec->shape.c; c++)
        p->out[c] = activate(p, (double)a[c] * (double)b[c]);
}

static void act(const struct pixel *p)
{
    const float *in = source(p, 0);
    for (int c = 0; c < p->spec->shape.c; c++)
        p->out[c] = activate(p, (double)in[c]);
}

static void affine(const struct pixel *p)
{
    const float *in = source(p, 0), *scale = p->node->scale, *shift = p->node->shift;
    for (int c = 0; c < p->spec->shape.c; c++)
        p->out[c] = activate(p, (double)in[c] * (double)scale[c] + (double)shift[c]);
}

static void prelu(const struct pixel *p)
{
    const float *in = source(p, 0), *slope = p->node->scale;
    for (int c = 0; c < p->spec->shape.c; c++)
        p->out[c] = in[c] < 0 ? (float)((double)slope[c] * (double)in[c]) : in[c];
}

static void layer_norm(const struct pixel *p)
{
    cg_reference_layer_norm(p->node, p->spec, source(p, 0), p->out);
}

static void group_norm(const struct pixel *p)
{
    cg_reference_group_norm(p->node, p->spec, source(p, 0), p->out);
}

static void lrn(const struct pixel *p)
{
    cg_reference_lrn(p->spec, source(p, 0), p->out);
}

static void softmax(const struct pixel *p)
{
    cg_reference_softmax(p->spec, source(p, 0), p->out);
}

static void concat(const struct pixel *p)
{
    float *out = p->out;
    for (int i = 0; i < p->spec->n_inputs; i++) {
        const int channels = cg_input_shape(p->graph, p->id, i).c;
        memcpy(out, source(p, i), (size_t)channels * sizeof *out);
        out += channels;
    }
}

static void move(const struct pixel *p)
{
    const float *in = source(p, 0);
    for (int c = 0; c < p->spec->shape.c; c++)
        p->out[c] = in[cg_reference_source(p->spec, c)];
}

/* ---- all nodes ---- */

static void (*const computations[CG_OP_COUNT])(const struct pixel *p) = {
    [CG_MAX_POOL] = largest,
    [CG_AVG_POOL] = average,
    [CG_GLOBAL_POOL] = average,
    [CG_PAD] = pad,
    [CG_UPSAMPLE] = upsample,
    [CG_DEPTH_TO_SPACE] = depth_to_space,
    [CG_ADD] = add,
    [CG_MUL] = mul,
    [CG_ACT] = act,
    [CG_AFFINE] = affine,
    [CG_CONCAT] = concat,
    [CG_SPLIT] = move,
    [CG_SHUFFLE] = move,
    [CG_PERMUTE] = move,
    [CG_PRELU] = prelu,
    [CG_LAYER_NORM] = layer_norm,
    [CG_GROUP_NORM] = group_norm,
    [CG_LRN] = lrn,
    [CG_SOFTMAX] = softmax,
};

static void compute_pixel(struct pixel *p, bool is_depthwise)
{
    if (is_depthwise)
        depthwise(p);
    else if (p->spec->op == CG_CONV || p->spec->op == CG_FC)
        conv(p);
    else
        computations[p->spec->op](p);
}

/* Whether any pixel of the image at hand is, whose first is the pixel at hand. */
static bool is_wanted(const struct pixel *p, const uint8_t *wanted)
{
    const int64_t image = (int64_t)p->spec->shape.h * p->spec->shape.w;
    return !wanted || memchr(wanted + p->at, 1, (size_t)image);
}

void cg_reference_compute(struct cg_reference_node *node, const struct cg_graph *graph, int id,
                          float *const *tensors, const uint8_t *wanted)
{
    const struct cg_node *spec = &graph->nodes[id];
    if (spec->op == CG_INPUT)
        return;
    struct pixel p = {
        .node = node, .graph = graph, .spec = spec, .id = id, .tensors = tensors, .out = tensors[id]};
    const bool is_depthwise = cg_node_is_depthwise(graph, id);
    p.in = cg_input_shape(graph, id, 0);
    p.window = cg_reference_window(graph, id);
    for (int i = 0; node->taps && i < PIXELS * p.window.kernel_h * p.window.kernel_w; i++)
        node->taps[i] = node->zeros;
    for (p.n = 0; p.n < spec->shape.n; p.n++) {
        if (spec->op == CG_GROUP_NORM && is_wanted(&p, wanted))
            cg_reference_group_statistics(node, spec, source(&p, 0));
        for (p.y = 0; p.y < spec->shape.h; p.y++)
            for (p.x = 0; p.x < spec->shape.w; p.x++, p.at++, p.out += spec->shape.c)
                if (!wanted || wanted[p.at])
                    compute_pixel(&p, is_depthwise);
    }
    if (p.n_held > 0)
        compute_held(&p);
}
