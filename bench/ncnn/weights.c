/* Weights as ncnn stores them, and the graph's. */
#include "base/half.h"
#include "bench/ncnn/reader.h"
#include "bench/onnx/write/values.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Marks of an array. */
#define MARK_F32     0u
#define MARK_F32_TOO 0x0002c056u
#define MARK_F16     0x01306b47u
#define MARK_INT8    0x000d4b38u

/* Those bytes of the file; NULL with a failure when they are not there. */
static const char *take(struct cg_ncnn_reader *r, uint64_t size)
{
    if (cg_ncnn_failed(r) || !r->bin)
        return NULL;
    if (r->lost_at) {
        cg_ncnn_fail(
            r, CG_UNSUPPORTED,
            "where its weights begin is not known, as layer %.60s (%.40s, line %d) before it is not read",
            r->lost_at->name, r->lost_at->type, r->lost_at->line);
        return NULL;
    }
    if (size > r->bin_left) {
        cg_ncnn_fail(r, CG_INVALID,
                     "the .bin file ends %llu bytes before the layer's weights do; it belongs to another "
                     ".param file or "
                     "is cut off",
                     (unsigned long long)(size - r->bin_left));
        return NULL;
    }
    const char *bytes = r->bin;
    r->bin += size;
    r->bin_left -= (size_t)size;
    return bytes;
}

static void copy_halves(const char *from, float *to, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        uint16_t bits;
        memcpy(&bits, from + 2 * i, sizeof bits);
        to[i] = (float)cg_half(bits);
    }
}

float *cg_ncnn_floats(struct cg_ncnn_reader *r, int64_t n, bool marked)
{
    uint32_t mark = MARK_F32;
    const char *head = marked ? take(r, sizeof mark) : NULL;
    if (head)
        memcpy(&mark, head, sizeof mark);
    if (mark == MARK_INT8)
        cg_ncnn_fail(r, CG_UNSUPPORTED, "its weights are integers");
    else if (mark != MARK_F32 && mark != MARK_F32_TOO && mark != MARK_F16)
        cg_ncnn_fail(r, CG_UNSUPPORTED, "its weights are stored in a form that is not read (mark %08x)",
                     mark);
    const uint64_t size = mark == MARK_F16 ? ((uint64_t)n * 2 + 3) / 4 * 4 : (uint64_t)n * 4;
    const char *bytes = take(r, size);
    float *values = bytes ? cg_arena_array(r->arena, (size_t)n, sizeof *values) : NULL;
    if (bytes && !values)
        cg_ncnn_fail(r, CG_NO_MEMORY, "no memory for its weights");
    if (values && mark == MARK_F16)
        copy_halves(bytes, values, n);
    else if (values && n)
        memcpy(values, bytes, (size_t)size);
    for (int64_t i = 0; values && i < n; i++)
        if (!isfinite(values[i])) {
            cg_ncnn_fail(r, CG_INVALID, "weight %lld is not a finite number", (long long)i);
            return NULL;
        }
    return values;
}

float *cg_ncnn_filled(struct cg_ncnn_reader *r, int n, float value)
{
    float *values = r->bin && !cg_ncnn_failed(r) ? cg_arena_array(r->arena, (size_t)n, sizeof *values) : NULL;
    for (int i = 0; values && i < n; i++)
        values[i] = value;
    return values;
}

static void keep(struct cg_ncnn_reader *r, float **to, const float *values, size_t n)
{
    *to = malloc((n ? n : 1) * sizeof **to);
    if (!*to)
        cg_ncnn_fail(r, CG_NO_MEMORY, "no memory for its weights");
    else if (n)
        memcpy(*to, values, n * sizeof **to);
}

static struct cg_params *params_of(const struct cg_ncnn_reader *r, int node)
{
    return &r->weights->params[r->graph->nodes[node].params];
}

/* Weights of the layer, of which ncnn counts all in an int; all layers together may have as many. */
static bool count(struct cg_ncnn_reader *r, int node, int size)
{
    const struct cg_node *n = &r->graph->nodes[node];
    const int64_t in = cg_input_shape(r->graph, node, 0).c / n->groups;
    const int64_t taps = (int64_t)n->window.kernel_h * n->window.kernel_w;
    int64_t needed;
    if (__builtin_mul_overflow(in * taps, (int64_t)n->shape.c, &needed) || needed != size)
        cg_ncnn_fail(
            r, CG_INVALID,
            "its %d weights are not %d output channels x %lld x %lld (input channels of a group, elements of "
            "the window)",
            size, n->shape.c, (long long)in, (long long)taps);
    r->n_weights += size;
    if (r->n_weights > INT32_MAX)
        cg_ncnn_fail(r, CG_UNSUPPORTED, "up to here there are more than 2^31 - 1 weights");
    return !cg_ncnn_failed(r);
}

void cg_ncnn_read_weights(struct cg_ncnn_reader *r, int node, int size)
{
    if (cg_ncnn_failed(r) || !count(r, node, size))
        return;
    const size_t out = (size_t)r->graph->nodes[node].shape.c;
    const size_t in = (size_t)cg_input_shape(r->graph, node, 0).c / (size_t)r->graph->nodes[node].groups;
    const float *weight = cg_ncnn_floats(r, size, true);
    const float *bias = r->graph->nodes[node].bias ? cg_ncnn_floats(r, (int64_t)out, false) : NULL;
    if (!weight || cg_ncnn_failed(r))
        return;
    struct cg_params *p = params_of(r, node);
    p->n_weight = (size_t)size;
    keep(r, &p->weight, weight, p->n_weight);
    if (bias)
        keep(r, &p->bias, bias, out);
    if (p->weight)
        cg_transpose(weight, p->weight, out, in, p->n_weight / out / in);
}

void cg_ncnn_set_scale(struct cg_ncnn_reader *r, int node, const float *scale, const float *shift)
{
    if (cg_ncnn_failed(r) || !scale)
        return;
    struct cg_params *p = params_of(r, node);
    keep(r, &p->scale, scale, (size_t)p->out);
    if (shift)
        keep(r, &p->shift, shift, (size_t)p->out);
}

/* ---- affines ---- */

/* The parameters that the affine can go into: of a layer without an activation, or of an affine, that nothing
 * else reads. */
static struct cg_params *mergeable(struct cg_ncnn_reader *r, const struct cg_ncnn_value *value)
{
    const struct cg_node *node = &r->graph->nodes[value->node];
    const bool has_scale = node->op == CG_CONV || node->op == CG_FC || node->op == CG_AFFINE;
    return has_scale && !value->shared && value->form == CG_NCNN_MAP && node->act == CG_ACT_NONE
               ? &r->weights->params[node->params]
               : NULL;
}

int cg_ncnn_add_affine(struct cg_ncnn_reader *r, const struct cg_ncnn_value *value, const float *scale,
                       const float *shift)
{
    if (cg_ncnn_failed(r))
        return 0;
    struct cg_params *p = mergeable(r, value);
    if (!p) {
        const struct cg_node node = cg_ncnn_over(CG_AFFINE, &value->node);
        const int id = cg_ncnn_add(r, &node);
        cg_ncnn_set_scale(r, id, scale, shift);
        return id;
    }
    struct cg_node *node = &r->graph->nodes[value->node];
    node->norm = node->op != CG_AFFINE;
    if (!p->scale)
        cg_ncnn_set_scale(r, value->node, scale, shift);
    else
        for (int i = 0; scale && i < p->out; i++) {
            p->scale[i] = p->scale[i] * scale[i];
            p->shift[i] = p->shift[i] * scale[i] + shift[i];
            if (!isfinite(p->scale[i]) || !isfinite(p->shift[i]))
                cg_ncnn_fail(r, CG_INVALID, "channel %d is scaled out of the range of floats", i);
        }
    return value->node;
}
