#include "bench/ncnn/write/export.h"

#include "base/file.h"
#include "bench/graph/channels.h"
#include "bench/ncnn/write/chain.h"

#include <stdlib.h>
#include <string.h>

#define MAGIC 7767517 /* that text files begin with */

bool cg_ncnn_repeats_alike(int in, int out)
{
    const float step = (float)in / (float)out;
    for (int at = 0; at < out; at++) {
        const int taken = (int)((float)at * step);
        if ((taken < in ? taken : in - 1) != cg_repeated(at, in, out))
            return false;
    }
    return true;
}

const char *cg_ncnn_cannot(const struct cg_graph *graph, int id)
{
    const struct cg_node *node = &graph->nodes[id];
    const bool pool = node->op == CG_MAX_POOL || node->op == CG_AVG_POOL;
    if (node->shape.n != 1)
        return "ncnn runs one image at a time";
    if (pool && (node->window.dilation_h != 1 || node->window.dilation_w != 1))
        return "ncnn's pools have no dilation";
    if (node->op == CG_UPSAMPLE && (!cg_ncnn_repeats_alike(cg_input_shape(graph, id, 0).h, node->shape.h) ||
                                    !cg_ncnn_repeats_alike(cg_input_shape(graph, id, 0).w, node->shape.w)))
        return "ncnn's Interp repeats other pixels at this size";
    if (node->op == CG_DEPTH_TO_SPACE &&
        node->shape.h / cg_input_shape(graph, id, 0).h != node->shape.w / cg_input_shape(graph, id, 0).w)
        return "ncnn's PixelShuffle has square blocks";
    if (node->op == CG_LRN && node->size % 2 == 0)
        return "ncnn normalises over an odd number of channels";
    if (node->act == CG_ACT_SWISH && node->alpha != 1.0f)
        return "ncnn's Swish has alpha 1";
    if (node->act == CG_ACT_CLIPPED_LINE && !(node->alpha > 0))
        return "ncnn's HardSigmoid has an alpha above 0";
    return NULL;
}

bool cg_ncnn_is_path(const char *path)
{
    const size_t length = strlen(path), end = strlen(".param");
    return length > end && strcmp(path + length - end, ".param") == 0;
}

char *cg_ncnn_bin_path(const char *path)
{
    const size_t stem = strlen(path) - (cg_ncnn_is_path(path) ? strlen(".param") : 0);
    char *bin = malloc(stem + sizeof ".bin");
    if (bin) {
        memcpy(bin, path, stem);
        strcpy(bin + stem, ".bin");
    }
    return bin;
}

void cg_ncnn_release(struct cg_ncnn_model *model)
{
    cg_text_release(&model->param);
    cg_text_release(&model->bin);
}

/* Readers of each value; of splits that are written as one layer, one. */
static void count_uses(struct cg_ncnn_writer *w)
{
    int n;
    cg_graph_uses(w->graph, w->uses);
    for (int id = 0; id < w->graph->n_nodes; id++)
        if (cg_graph_split_run(w->graph, id, &n) == id)
            w->uses[w->graph->nodes[id].inputs[0]] -= n - 1;
}

static void write_layers(struct cg_ncnn_writer *w, struct cg_ncnn_model *model)
{
    count_uses(w);
    cg_text_add_bytes(&model->bin, "", 0); /* there, if empty */
    cg_ncnn_find_vectors(w->graph, w->vector);
    for (int id = 0; id < w->graph->n_nodes && !w->failed; id++)
        cg_ncnn_write_node(w, id);
    w->failed |= w->lines.failed || w->head.failed || w->tail.failed;
    cg_text_add(&model->param, "%d\n%d %d\n", MAGIC, w->n_layers, w->n_blobs);
    if (!w->failed)
        cg_text_add_bytes(&model->param, w->lines.bytes, w->lines.length);
    w->failed |= model->param.failed || model->bin.failed;
}

enum cg_status cg_ncnn_make(const struct cg_graph *graph, const struct cg_weights *weights,
                            struct cg_ncnn_model *model, struct cg_error *err)
{
    if (graph->n_nodes == 0 || graph->input < 0 || graph->output == graph->input)
        return cg_fail(err, CG_INVALID, "a graph without layers cannot be written");
    for (int id = 0; id < graph->n_nodes; id++)
        if (cg_ncnn_cannot(graph, id))
            return cg_fail(err, CG_UNSUPPORTED, "layer %s: %s", graph->nodes[id].name,
                           cg_ncnn_cannot(graph, id));
    const size_t n = (size_t)graph->n_nodes;
    struct cg_ncnn_writer w = {.graph = graph, .weights = weights, .bin = &model->bin};
    w.uses = calloc(2 * n, sizeof *w.uses);
    w.taken = w.uses ? w.uses + n : NULL;
    w.vector = calloc(n, sizeof *w.vector);
    w.failed = !w.uses || !w.vector;
    if (!w.failed)
        write_layers(&w, model);
    free(w.uses);
    free(w.vector);
    cg_text_release(&w.lines);
    cg_text_release(&w.head);
    cg_text_release(&w.tail);
    if (!w.failed && !w.not_finite)
        return CG_OK;
    cg_ncnn_release(model);
    if (w.not_finite)
        return cg_fail(err, CG_UNSUPPORTED,
                       "layer %s: a weight (with its norm folded in) is not a finite number",
                       w.not_finite->name);
    return cg_fail(err, CG_NO_MEMORY, "no memory to write a model for ncnn");
}

enum cg_status cg_ncnn_export(const struct cg_graph *graph, const struct cg_weights *weights,
                              const char *path, struct cg_error *err)
{
    struct cg_ncnn_model model = {0};
    char *bin = cg_ncnn_bin_path(path);
    enum cg_status status = bin ? cg_ncnn_make(graph, weights, &model, err)
                                : cg_fail(err, CG_NO_MEMORY, "no memory to write '%s'", path);
    status = status ?: cg_file_write(bin, model.bin.bytes, model.bin.length, false, err);
    status = status ?: cg_file_write(path, model.param.bytes, model.param.length, false, err);
    cg_ncnn_release(&model);
    free(bin);
    return status;
}
