/* The layers of each kind of node. */
#include "bench/graph/channels.h"
#include "bench/ncnn/write/chain.h"
#include "bench/onnx/write/values.h"

#include <stdlib.h>

/* ---- convolutions and fully connected layers ---- */

/* The weights with the norm folded in, behind each other as [out][in][taps], and the bias, if there is one.
 */
static void add_weights(struct cg_ncnn_writer *w, size_t taps)
{
    const struct cg_params *p = &w->weights->params[w->node->params];
    const size_t out = (size_t)p->out, n = p->n_weight;
    float *folded = malloc((2 * n + out) * sizeof *folded);
    w->failed |= !folded;
    if (!folded)
        return;
    float *ordered = folded + n, *bias = ordered + n;
    cg_weights_fold(w->graph, w->weights, w->id, folded, bias);
    cg_transpose(folded, ordered, out, taps, n / out / taps);
    cg_ncnn_marked(w, ordered, n);
    if (w->node->bias || w->node->norm)
        cg_ncnn_raw(w, bias, out);
    free(folded);
}

/* The activation, in the layer where ncnn has it there. */
static void add_act(struct cg_ncnn_writer *w)
{
    static const int types[CG_ACT_COUNT] = {
        [CG_ACT_RELU] = 1, [CG_ACT_RELU6] = 3, [CG_ACT_SIGMOID] = 4, [CG_ACT_HARD_SWISH] = 6};
    const int type = types[w->node->act];
    if (!type) {
        cg_ncnn_act(w);
        return;
    }
    cg_text_add(&w->tail, " 9=%d", type);
    if (type == 3)
        cg_text_add(&w->tail, " -23310=2,0.0,6.0");
    if (type == 6)
        cg_text_add(&w->tail, " -23310=2,%.8e,0.5", 1.0 / 6.0);
}

static void write_fc(struct cg_ncnn_writer *w)
{
    const struct cg_params *p = &w->weights->params[w->node->params];
    char value[CG_NCNN_BLOB_MAX];
    cg_ncnn_take(w, 0, false, value);
    cg_ncnn_open(w, "InnerProduct", 1, value);
    cg_text_add(&w->tail, " 0=%d 1=%d 2=%zu", p->out, w->node->bias || w->node->norm, p->n_weight);
    add_weights(w, 1);
    add_act(w);
}

static void write_conv(struct cg_ncnn_writer *w)
{
    const struct cg_node *node = w->node;
    const struct cg_window *k = &node->window;
    const struct cg_params *p = &w->weights->params[node->params];
    char value[CG_NCNN_BLOB_MAX];
    if (w->vector[w->id]) {
        write_fc(w);
        return;
    }
    cg_ncnn_take(w, 0, true, value);
    cg_ncnn_open(w, node->groups > 1 ? "ConvolutionDepthWise" : "Convolution", 1, value);
    cg_text_add(&w->tail, " 0=%d 1=%d 11=%d 2=%d 12=%d 3=%d 13=%d 4=%d 14=%d 15=%d 16=%d 5=%d 6=%zu", p->out,
                k->kernel_w, k->kernel_h, k->dilation_w, k->dilation_h, k->stride_w, k->stride_h, k->pad_left,
                k->pad_top, k->pad_right, k->pad_bottom, node->bias || node->norm, p->n_weight);
    if (node->groups > 1)
        cg_text_add(&w->tail, " 7=%d", node->groups);
    add_weights(w, (size_t)k->kernel_h * (size_t)k->kernel_w);
    add_act(w);
}

/* ---- pools and pads ---- */

static void open_first(struct cg_ncnn_writer *w, const char *type, bool map)
{
    char value[CG_NCNN_BLOB_MAX];
    cg_ncnn_take(w, 0, map, value);
    cg_ncnn_open(w, type, 1, value);
}

static void write_pool(struct cg_ncnn_writer *w)
{
    const struct cg_window *k = &w->node->window;
    open_first(w, "Pooling", true);
    cg_text_add(&w->tail, " 0=%d 1=%d 11=%d 2=%d 12=%d 3=%d 13=%d 14=%d 15=%d 5=1 6=%d",
                w->node->op == CG_AVG_POOL, k->kernel_w, k->kernel_h, k->stride_w, k->stride_h, k->pad_left,
                k->pad_top, k->pad_right, k->pad_bottom, w->node->count_padding);
}

static void write_global_pool(struct cg_ncnn_writer *w)
{
    open_first(w, "Pooling", true);
    cg_text_add(&w->tail, " 0=1 4=1");
}

static void write_upsample(struct cg_ncnn_writer *w)
{
    open_first(w, "Interp", true);
    cg_text_add(&w->tail, " 0=1 3=%d 4=%d", w->node->shape.h, w->node->shape.w);
}

static void write_depth_to_space(struct cg_ncnn_writer *w)
{
    open_first(w, "PixelShuffle", true);
    cg_text_add(&w->tail, " 0=%d 1=1", w->node->shape.h / w->in.h);
}

/* Elements first to last - 1 of axis 0, 1, 2: channels, rows, columns. */
static void add_crop(struct cg_ncnn_writer *w, int axis, int first, int last)
{
    cg_text_add(&w->tail, " -23309=1,%d -23310=1,%d -23311=1,%d", first, last, axis);
}

static int positive(int pad)
{
    return pad > 0 ? pad : 0;
}

/* Cropped first where pads are negative. */
static void write_pad(struct cg_ncnn_writer *w)
{
    const struct cg_window *k = &w->node->window;
    const int h = w->in.h, width = w->in.w;
    cg_ncnn_take(w, 0, true, w->value);
    if (k->pad_top < 0 || k->pad_bottom < 0) {
        cg_ncnn_open(w, "Crop", 1, NULL);
        add_crop(w, 1, positive(-k->pad_top), h - positive(-k->pad_bottom));
    }
    if (k->pad_left < 0 || k->pad_right < 0) {
        cg_ncnn_open(w, "Crop", 1, NULL);
        add_crop(w, 2, positive(-k->pad_left), width - positive(-k->pad_right));
    }
    if (k->pad_top > 0 || k->pad_bottom > 0 || k->pad_left > 0 || k->pad_right > 0) {
        cg_ncnn_open(w, "Padding", 1, NULL);
        cg_text_add(&w->tail, " 0=%d 1=%d 2=%d 3=%d 4=0 5=0.0", positive(k->pad_top), positive(k->pad_bottom),
                    positive(k->pad_left), positive(k->pad_right));
    }
}

/* ---- several inputs ---- */

/* A layer that reads all inputs, of one form where `alike`. */
static void open_many(struct cg_ncnn_writer *w, const char *type, bool alike)
{
    struct cg_text bottoms = {0};
    char value[CG_NCNN_BLOB_MAX];
    for (int i = 0; i < w->node->n_inputs; i++) {
        cg_ncnn_take(w, i, alike && !w->vector[w->id], value);
        cg_text_add(&bottoms, "%s%s", i ? " " : "", value);
    }
    w->failed |= bottoms.failed;
    cg_ncnn_open(w, type, w->node->n_inputs, bottoms.failed ? "" : bottoms.bytes);
    cg_text_release(&bottoms);
}

/* BinaryOp takes a vector for a value a channel. */
static void write_add(struct cg_ncnn_writer *w)
{
    const bool pair = w->node->n_inputs == 2;
    open_many(w, pair ? "BinaryOp" : "Eltwise", !pair);
    cg_text_add(&w->tail, pair ? " 0=0" : " 0=1");
}

static void write_mul(struct cg_ncnn_writer *w)
{
    open_many(w, "BinaryOp", false);
    cg_text_add(&w->tail, " 0=2");
}

static void write_concat(struct cg_ncnn_writer *w)
{
    open_many(w, "Concat", true);
    cg_text_add(&w->tail, " 0=0");
}

/* ---- channels ---- */

/* One Slice for n splits that part their input: whole nodes. */
static void write_parts(struct cg_ncnn_writer *w, int n)
{
    struct cg_text tops = {0}, params = {0};
    char value[CG_NCNN_BLOB_MAX], name[CG_NCNN_BLOB_MAX];
    cg_ncnn_take(w, 0, false, value);
    cg_text_add(&params, " -23300=%d", n);
    for (int i = 0; i < n; i++) {
        cg_ncnn_blob(w, w->id + i, name);
        cg_text_add(&tops, "%s%s", i ? " " : "", name);
        cg_text_add(&params, ",%d", w->node[i].shape.c);
    }
    w->failed |= tops.failed || params.failed;
    if (!w->failed)
        cg_ncnn_line(w, "Slice", value, n, tops.bytes, params.bytes);
    for (int i = 0; i < n; i++)
        cg_ncnn_share(w, w->id + i);
    cg_text_release(&tops);
    cg_text_release(&params);
}

static void write_split(struct cg_ncnn_writer *w)
{
    open_first(w, "Crop", false);
    add_crop(w, 0, w->node->offset, w->node->offset + w->node->shape.c);
}

/* Pieces of channels behind each other, by their first channel: how often a permutation takes them, 0 for
 * channels that begin none; and how many of these are named already. */
struct pieces {
    int n; /* channels */
    bool *begins;
    int *uses, *taken;
};

static void find_pieces(const struct cg_node *node, struct pieces *p)
{
    p->begins[0] = p->begins[p->n] = true;
    for (int at = 0, end; at < node->shape.c; at = end) {
        end = cg_permutation_run_end(node, at);
        p->begins[node->index[at]] = p->begins[node->index[end - 1] + 1] = true;
    }
    for (int at = 0; at < node->shape.c; at++)
        p->uses[node->index[at]] += p->begins[node->index[at]];
}

static void add_piece(struct cg_text *text, const struct cg_ncnn_writer *w, const struct pieces *p, int first,
                      int copy)
{
    cg_text_add(text, text->length ? " %d.c%d" : "%d.c%d", w->id, first);
    if (p->uses[first] > 1 && copy >= 0)
        cg_text_add(text, "_%d", copy);
}

/* One Slice into all pieces, and a Split for each that is taken several times. */
static void write_pieces(struct cg_ncnn_writer *w, const struct pieces *p, const char *value)
{
    struct cg_text tops = {0}, sizes = {0};
    int n = 0;
    for (int first = 0, end; first < p->n; first = end, n++) {
        for (end = first + 1; !p->begins[end];)
            end++;
        add_piece(&tops, w, p, first, -1);
        cg_text_add(&sizes, ",%d", end - first);
    }
    struct cg_text params = {0};
    cg_text_add(&params, " -23300=%d%s", n, sizes.failed ? "" : sizes.bytes);
    w->failed |= tops.failed || sizes.failed || params.failed;
    if (!w->failed)
        cg_ncnn_line(w, "Slice", value, n, tops.bytes, params.bytes);
    for (int first = 0; first < p->n && !w->failed; first++) {
        struct cg_text piece = {0}, copies = {0};
        for (int copy = 0; p->begins[first] && p->uses[first] > 1 && copy < p->uses[first]; copy++)
            add_piece(&copies, w, p, first, copy);
        add_piece(&piece, w, p, first, -1);
        w->failed |= piece.failed || copies.failed;
        if (copies.length && !w->failed)
            cg_ncnn_line(w, "Split", piece.bytes, p->uses[first], copies.bytes, "");
        cg_text_release(&piece);
        cg_text_release(&copies);
    }
    cg_text_release(&params);
    cg_text_release(&tops);
    cg_text_release(&sizes);
}

static void join_pieces(struct cg_ncnn_writer *w, const struct pieces *p)
{
    struct cg_text parts = {0};
    int n = 0;
    for (int at = 0; at < w->node->shape.c; at++) {
        const int channel = w->node->index[at];
        if (!p->begins[channel])
            continue;
        add_piece(&parts, w, p, channel, p->taken[channel]++);
        n++;
    }
    w->failed |= parts.failed;
    cg_ncnn_open(w, "Concat", n, parts.failed ? "" : parts.bytes);
    cg_text_add(&w->tail, " 0=0");
    cg_text_release(&parts);
}

/* ncnn does not gather: unless it is a shuffle, pieces are sliced and joined. */
static void write_permute(struct cg_ncnn_writer *w)
{
    const bool shuffle = w->node->op == CG_SHUFFLE;
    const int groups = shuffle ? w->node->groups : cg_permutation_groups(w->graph, w->id);
    const size_t n = (size_t)w->in.c;
    char value[CG_NCNN_BLOB_MAX];
    if (groups) {
        open_first(w, "ShuffleChannel", true);
        cg_text_add(&w->tail, " 0=%d", groups);
        return;
    }
    struct pieces p = {
        .n = w->in.c, .begins = calloc(n + 1, sizeof *p.begins), .uses = calloc(2 * n, sizeof *p.uses)};
    cg_ncnn_take(w, 0, true, value);
    if (p.begins && p.uses) {
        p.taken = p.uses + n;
        find_pieces(w->node, &p);
        write_pieces(w, &p, value);
        join_pieces(w, &p);
    } else {
        w->failed = true;
    }
    free(p.begins);
    free(p.uses);
}

/* ---- values ---- */

/* The activation is all there is. */
static void write_act(struct cg_ncnn_writer *w)
{
    cg_ncnn_take(w, 0, false, w->value);
}

static const struct cg_params *params_of(const struct cg_ncnn_writer *w)
{
    return &w->weights->params[w->node->params];
}

static void write_affine(struct cg_ncnn_writer *w)
{
    const struct cg_params *p = params_of(w);
    open_first(w, "Scale", false);
    cg_text_add(&w->tail, " 0=%d 1=1", p->out);
    cg_ncnn_raw(w, p->scale, (size_t)p->out);
    cg_ncnn_raw(w, p->shift, (size_t)p->out);
}

static void write_prelu(struct cg_ncnn_writer *w)
{
    const struct cg_params *p = params_of(w);
    open_first(w, "PReLU", false);
    cg_text_add(&w->tail, " 0=%d", p->out);
    cg_ncnn_raw(w, p->scale, (size_t)p->out);
}

static void add_norm(struct cg_ncnn_writer *w, int epsilon)
{
    const struct cg_params *p = params_of(w);
    cg_ncnn_put_float(w, epsilon, w->node->epsilon);
    cg_text_add(&w->tail, " %d=1", epsilon + 1);
    cg_ncnn_raw(w, p->scale, (size_t)p->out);
    cg_ncnn_raw(w, p->shift, (size_t)p->out);
}

/* ncnn normalises the last dimension: channels go there and back. */
static void write_layer_norm(struct cg_ncnn_writer *w)
{
    const bool map = !w->vector[w->id];
    cg_ncnn_take(w, 0, false, w->value);
    if (map) {
        cg_ncnn_open(w, "Permute", 1, NULL);
        cg_text_add(&w->tail, " 0=3");
    }
    cg_ncnn_open(w, "LayerNorm", 1, NULL);
    cg_text_add(&w->tail, " 0=%d", w->node->shape.c);
    add_norm(w, 1);
    if (map) {
        cg_ncnn_open(w, "Permute", 1, NULL);
        cg_text_add(&w->tail, " 0=4");
    }
}

static void write_group_norm(struct cg_ncnn_writer *w)
{
    open_first(w, "GroupNorm", true);
    cg_text_add(&w->tail, " 0=%d 1=%d", w->node->groups, w->node->shape.c);
    add_norm(w, 2);
}

static void write_lrn(struct cg_ncnn_writer *w)
{
    open_first(w, "LRN", true);
    cg_text_add(&w->tail, " 0=0 1=%d", w->node->size);
    cg_ncnn_put_float(w, 2, w->node->alpha);
    cg_ncnn_put_float(w, 3, w->node->beta);
    cg_ncnn_put_float(w, 4, w->node->k);
}

static void write_softmax(struct cg_ncnn_writer *w)
{
    open_first(w, "Softmax", false);
    cg_text_add(&w->tail, " 0=0 1=1");
    if (!w->node->log)
        return;
    cg_ncnn_open(w, "UnaryOp", 1, NULL);
    cg_text_add(&w->tail, " 0=8");
}

/* ---- a node ---- */

static void (*const kinds[CG_OP_COUNT])(struct cg_ncnn_writer *) = {
    [CG_CONV] = write_conv,
    [CG_FC] = write_fc,
    [CG_MAX_POOL] = write_pool,
    [CG_AVG_POOL] = write_pool,
    [CG_GLOBAL_POOL] = write_global_pool,
    [CG_ADD] = write_add,
    [CG_MUL] = write_mul,
    [CG_CONCAT] = write_concat,
    [CG_SPLIT] = write_split,
    [CG_SHUFFLE] = write_permute,
    [CG_PERMUTE] = write_permute,
    [CG_ACT] = write_act,
    [CG_AFFINE] = write_affine,
    [CG_PAD] = write_pad,
    [CG_UPSAMPLE] = write_upsample,
    [CG_DEPTH_TO_SPACE] = write_depth_to_space,
    [CG_PRELU] = write_prelu,
    [CG_LAYER_NORM] = write_layer_norm,
    [CG_GROUP_NORM] = write_group_norm,
    [CG_LRN] = write_lrn,
    [CG_SOFTMAX] = write_softmax,
};

void cg_ncnn_write_node(struct cg_ncnn_writer *w, int id)
{
    const struct cg_node *node = &w->graph->nodes[id];
    int n = 0;
    const int first = cg_graph_split_run(w->graph, id, &n);
    w->id = id;
    w->node = node;
    w->n = w->n_between = 0;
    if (first == id)
        write_parts(w, n);
    if (first >= 0)
        return;
    if (node->op == CG_INPUT) {
        cg_ncnn_open(w, "Input", 0, NULL);
        cg_text_add(&w->tail, " 0=%d 1=%d 2=%d", node->shape.w, node->shape.h, node->shape.c);
    } else {
        w->in = cg_input_shape(w->graph, id, 0);
        kinds[node->op](w);
        if (!cg_op_has(node->op, CG_HAS_WEIGHTS)) /* else it stands there */
            cg_ncnn_act(w);
    }
    cg_ncnn_close(w);
}
