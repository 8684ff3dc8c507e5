#include "kernels/reference/node.h"

#include <string.h>

/* What one pixel is computed from and where it goes. */
struct pixel {
    const struct cg_reference_node *node;
    const struct cg_graph *graph;
    const struct cg_node *spec;
    int id;
    const float *const *inputs;
    int64_t at;
    float *out;
};

/* The pixel of input i that belongs to output pixel `at`; an [n,1,1,c] factor of mul serves the whole map. */
static const float *source(const struct pixel *pixel, int i)
{
    const struct cg_shape shape = cg_input_shape(pixel->graph, pixel->id, i);
    const int64_t image = (int64_t)pixel->spec->shape.h * pixel->spec->shape.w;
    const bool spread = shape.h == 1 && shape.w == 1 && image > 1;
    return pixel->inputs[i] + (spread ? pixel->at / image : pixel->at) * shape.c;
}

static float activate(const struct pixel *pixel, double x)
{
    return (float)cg_reference_act(pixel->spec->act, x);
}

static void add(const struct pixel *pixel)
{
    for (int c = 0; c < pixel->spec->shape.c; c++) {
        double sum = 0;
        for (int i = 0; i < pixel->spec->n_inputs; i++)
            sum += (double)source(pixel, i)[c];
        pixel->out[c] = activate(pixel, sum);
    }
}

static void mul(const struct pixel *pixel)
{
    const float *a = source(pixel, 0), *b = source(pixel, 1);
    for (int c = 0; c < pixel->spec->shape.c; c++)
        pixel->out[c] = activate(pixel, (double)a[c] * (double)b[c]);
}

static void act(const struct pixel *pixel)
{
    const float *in = source(pixel, 0);
    for (int c = 0; c < pixel->spec->shape.c; c++)
        pixel->out[c] = activate(pixel, (double)in[c]);
}

static void affine(const struct pixel *pixel)
{
    const float *in = source(pixel, 0), *scale = pixel->node->scale, *shift = pixel->node->shift;
    for (int c = 0; c < pixel->spec->shape.c; c++)
        pixel->out[c] = activate(pixel, (double)in[c] * (double)scale[c] + (double)shift[c]);
}

static void concat(const struct pixel *pixel)
{
    float *out = pixel->out;
    for (int i = 0; i < pixel->spec->n_inputs; i++) {
        const int channels = cg_input_shape(pixel->graph, pixel->id, i).c;
        memcpy(out, source(pixel, i), (size_t)channels * sizeof *out);
        out += channels;
    }
}

static void split(const struct pixel *pixel)
{
    memcpy(pixel->out, source(pixel, 0) + pixel->spec->offset,
           (size_t)pixel->spec->shape.c * sizeof *pixel->out);
}

static void shuffle(const struct pixel *pixel)
{
    const float *in = source(pixel, 0);
    const int groups = pixel->spec->groups, width = pixel->spec->shape.c / groups;
    for (int j = 0; j < width; j++)
        for (int i = 0; i < groups; i++)
            pixel->out[j * groups + i] = in[i * width + j];
}

static void permute(const struct pixel *pixel)
{
    const float *in = source(pixel, 0);
    for (int c = 0; c < pixel->spec->shape.c; c++)
        pixel->out[c] = in[pixel->spec->index[c]];
}

static void (*const computations[CG_OP_COUNT])(const struct pixel *pixel) = {
    [CG_ADD] = add,       [CG_MUL] = mul,     [CG_ACT] = act,         [CG_AFFINE] = affine,
    [CG_CONCAT] = concat, [CG_SPLIT] = split, [CG_SHUFFLE] = shuffle, [CG_PERMUTE] = permute,
};

void cg_reference_pointwise(const struct cg_reference_node *node, const struct cg_graph *graph, int id,
                            const float *const *inputs, const uint8_t *wanted, float *output)
{
    const struct cg_node *spec = &graph->nodes[id];
    const int64_t pixels = (int64_t)spec->shape.n * spec->shape.h * spec->shape.w;
    struct pixel pixel = {.node = node, .graph = graph, .spec = spec, .id = id, .inputs = inputs};
    for (pixel.at = 0; pixel.at < pixels; pixel.at++) {
        if (wanted && !wanted[pixel.at])
            continue;
        pixel.out = output + pixel.at * spec->shape.c;
        computations[spec->op](&pixel);
    }
}
