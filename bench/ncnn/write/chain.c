#include "bench/ncnn/write/chain.h"

#include <math.h>
#include <stdio.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "weights are written as they stand: little-endian machines only"
#endif

/* ---- blobs ---- */

void cg_ncnn_find_vectors(const struct cg_graph *graph, bool *vector)
{
    for (int id = 0; id < graph->n_nodes; id++) {
        const struct cg_node *node = &graph->nodes[id];
        const struct cg_window *w = &node->window;
        const bool point = node->op == CG_CONV && node->groups == 1 && w->kernel_h == 1 && w->kernel_w == 1 &&
                           !w->pad_top && !w->pad_left && !w->pad_bottom && !w->pad_right;
        bool keeps = point;
        switch (node->op) {
        case CG_ADD:
        case CG_MUL:
        case CG_CONCAT:
        case CG_SPLIT:
        case CG_ACT:
        case CG_AFFINE:
        case CG_PRELU:
        case CG_LAYER_NORM:
        case CG_SOFTMAX:
            keeps = true;
            break;
        default:
            break;
        }
        for (int i = 0; keeps && i < node->n_inputs; i++)
            keeps = vector[node->inputs[i]];
        vector[id] = keeps || node->op == CG_FC || node->op == CG_GLOBAL_POOL;
    }
}

void cg_ncnn_blob(const struct cg_ncnn_writer *w, int id, char name[CG_NCNN_BLOB_MAX])
{
    if (id == w->graph->input)
        snprintf(name, CG_NCNN_BLOB_MAX, CG_NCNN_INPUT);
    else if (id == w->graph->output && w->uses[id] == 1)
        snprintf(name, CG_NCNN_BLOB_MAX, CG_NCNN_OUTPUT);
    else
        snprintf(name, CG_NCNN_BLOB_MAX, "%d", id);
}

/* The name of a blob between the layers of the node being written. */
static void name_between(struct cg_ncnn_writer *w, char name[CG_NCNN_BLOB_MAX])
{
    snprintf(name, CG_NCNN_BLOB_MAX, "%d.%d", w->id, ++w->n_between);
}

/* The blob for that reader of several; the last one of the output is the model's. */
static void copy_name(const struct cg_ncnn_writer *w, int id, int copy, char name[CG_NCNN_BLOB_MAX])
{
    char blob[CG_NCNN_BLOB_MAX];
    cg_ncnn_blob(w, id, blob);
    if (w->uses[id] == 1)
        snprintf(name, CG_NCNN_BLOB_MAX, "%s", blob);
    else if (id == w->graph->output && copy == w->uses[id] - 1)
        snprintf(name, CG_NCNN_BLOB_MAX, CG_NCNN_OUTPUT);
    else
        snprintf(name, CG_NCNN_BLOB_MAX, "%.12s_%d", blob, copy);
}

void cg_ncnn_share(struct cg_ncnn_writer *w, int id)
{
    char blob[CG_NCNN_BLOB_MAX], name[CG_NCNN_BLOB_MAX];
    struct cg_text tops = {0};
    if (w->uses[id] < 2)
        return;
    cg_ncnn_blob(w, id, blob);
    for (int copy = 0; copy < w->uses[id]; copy++) {
        copy_name(w, id, copy, name);
        cg_text_add(&tops, " %s", name);
    }
    cg_ncnn_line(w, "Split", blob, w->uses[id], tops.failed ? "" : tops.bytes + 1, "");
    w->failed |= tops.failed;
    cg_text_release(&tops);
}

void cg_ncnn_take(struct cg_ncnn_writer *w, int i, bool map, char name[CG_NCNN_BLOB_MAX])
{
    const int input = w->node->inputs[i];
    copy_name(w, input, w->taken[input]++, name);
    if (!map || !w->vector[input])
        return;
    char vector[CG_NCNN_BLOB_MAX], params[48];
    snprintf(vector, sizeof vector, "%s", name);
    snprintf(params, sizeof params, " 0=1 1=1 2=%d", w->graph->nodes[input].shape.c);
    name_between(w, name);
    cg_ncnn_line(w, "Reshape", vector, 1, name, params);
}

/* ---- layers ---- */

/* "type name": the node's name, which is one word in these files, and a number from its second layer on. */
static void add_name(struct cg_ncnn_writer *w, struct cg_text *text, const char *type)
{
    char name[CG_NAME_MAX + 16];
    snprintf(name, sizeof name, "%s", w->node->name);
    for (char *c = name; *c; c++)
        if ((unsigned char)*c <= ' ' || *c == 0x7f)
            *c = '_';
    if (w->n++ > 0)
        cg_append(name, sizeof name, "_%d", w->n);
    cg_text_add(text, "%-24s %-24s", type, name);
    w->n_layers++;
}

void cg_ncnn_line(struct cg_ncnn_writer *w, const char *type, const char *bottom, int n_tops,
                  const char *tops, const char *params)
{
    add_name(w, &w->lines, type);
    cg_text_add(&w->lines, " 1 %d %s %s%s\n", n_tops, bottom, tops, params);
    w->n_blobs += n_tops;
}

/* Ends the open layer, if there is one. */
static void end_layer(struct cg_ncnn_writer *w, const char *top)
{
    if (!w->head.length)
        return;
    cg_text_add(&w->lines, "%s %s%s\n", w->head.bytes, top, w->tail.length ? w->tail.bytes : "");
    w->n_blobs++;
    w->head.length = w->tail.length = 0;
    snprintf(w->value, sizeof w->value, "%s", top);
}

void cg_ncnn_open(struct cg_ncnn_writer *w, const char *type, int n, const char *bottoms)
{
    char between[CG_NCNN_BLOB_MAX];
    if (w->head.length) {
        name_between(w, between);
        end_layer(w, between);
    }
    add_name(w, &w->head, type);
    if (n > 0)
        cg_text_add(&w->head, " %d 1 %s", n, bottoms ? bottoms : w->value);
    else
        cg_text_add(&w->head, " 0 1");
}

void cg_ncnn_close(struct cg_ncnn_writer *w)
{
    char name[CG_NCNN_BLOB_MAX];
    if (!w->head.length)
        cg_ncnn_open(w, "Noop", 1, NULL);
    cg_ncnn_blob(w, w->id, name);
    end_layer(w, name);
    cg_ncnn_share(w, w->id);
}

void cg_ncnn_put_float(struct cg_ncnn_writer *w, int param, float value)
{
    cg_text_add(&w->tail, " %d=%.8e", param, (double)value);
}

void cg_ncnn_raw(struct cg_ncnn_writer *w, const float *values, size_t n)
{
    for (size_t i = 0; i < n && !w->not_finite; i++)
        if (!isfinite(values[i]))
            w->not_finite = w->node;
    cg_text_add_bytes(w->bin, (const char *)values, n * sizeof *values);
}

void cg_ncnn_marked(struct cg_ncnn_writer *w, const float *values, size_t n)
{
    static const float mark = 0; /* its bits are those of the integer 0: f32 */
    cg_ncnn_raw(w, &mark, 1);
    cg_ncnn_raw(w, values, n);
}

/* ---- activations ---- */

static void open_pair(struct cg_ncnn_writer *w, const char *type, float alpha, float beta)
{
    cg_ncnn_open(w, type, 1, NULL);
    cg_ncnn_put_float(w, 0, alpha);
    cg_ncnn_put_float(w, 1, beta);
}

/* A bound that is not there is left out. */
static void open_clip(struct cg_ncnn_writer *w)
{
    cg_ncnn_open(w, "Clip", 1, NULL);
    if (!isinf(w->node->alpha))
        cg_ncnn_put_float(w, 0, w->node->alpha);
    if (!isinf(w->node->beta))
        cg_ncnn_put_float(w, 1, w->node->beta);
}

void cg_ncnn_act(struct cg_ncnn_writer *w)
{
    static const char *const plain[CG_ACT_COUNT] = {
        [CG_ACT_RELU] = "ReLU",   [CG_ACT_SIGMOID] = "Sigmoid",  [CG_ACT_LEAKY_RELU] = "ReLU",
        [CG_ACT_ELU] = "ELU",     [CG_ACT_GELU] = "GELU",        [CG_ACT_GELU_TANH] = "GELU",
        [CG_ACT_SWISH] = "Swish", [CG_ACT_MISH] = "Mish",        [CG_ACT_TANH] = "TanH",
        [CG_ACT_ERF] = "Erf",     [CG_ACT_SOFTPLUS] = "Softplus"};
    const struct cg_node *node = w->node;
    const float sixth = 1.0f / 6.0f;
    switch (node->act) {
    case CG_ACT_NONE:
        return;
    case CG_ACT_RELU6:
        open_pair(w, "Clip", 0, 6);
        return;
    case CG_ACT_HARD_SIGMOID:
    case CG_ACT_HARD_SWISH:
        open_pair(w, node->act == CG_ACT_HARD_SWISH ? "HardSwish" : "HardSigmoid", sixth, 0.5f);
        return;
    case CG_ACT_CLIP:
        open_clip(w);
        return;
    case CG_ACT_CLIPPED_LINE:
        open_pair(w, "HardSigmoid", node->alpha, node->beta);
        return;
    default:
        cg_ncnn_open(w, plain[node->act], 1, NULL);
    }
    if (node->act == CG_ACT_LEAKY_RELU || node->act == CG_ACT_ELU)
        cg_ncnn_put_float(w, 0, node->alpha);
    if (node->act == CG_ACT_GELU_TANH)
        cg_text_add(&w->tail, " 0=1");
}
