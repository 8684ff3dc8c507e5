/* Reading a model: its layers in the file's order, then the graph and the weights. */
#include "base/file.h"
#include "bench/graph/rewrite.h"
#include "bench/ncnn/readers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BUDGET_BASE   ((size_t)64 << 20)
#define BUDGET_FACTOR 8
#define MOST_TEXT     ((size_t)16 << 20)
#define MOST_BIN      ((size_t)8 << 30)
#define SHAPE         30 /* the parameter that says a layer's outputs */
#define FEATURES      31 /* and the one that switches off what an engine may do */

/* ---- the output ---- */

static bool is_output(const struct cg_ncnn_blob *blob)
{
    return blob->reads == 0;
}

/* The blob that was asked for; else the only one that no layer reads, or that of the name that written models
 * have. */
static enum cg_status find_output(struct cg_ncnn_reader *r)
{
    const char *wanted = r->wanted.output;
    char names[200] = "";
    int n = 0;
    for (int i = 0; i < r->file.n_blobs; i++) {
        const struct cg_ncnn_blob *blob = &r->file.blobs[i];
        const bool named = strcmp(blob->name, wanted ? wanted : CG_NCNN_OUTPUT) == 0;
        if (named || (!wanted && is_output(blob)))
            r->output = i;
        if (named)
            return CG_OK;
        if (is_output(blob) && ++n <= 8)
            cg_append(names, sizeof names, "%s%.60s", n > 1 ? ", " : "", blob->name);
    }
    if (wanted)
        return cg_ncnn_fail(r, CG_INVALID, "there is no blob '%.80s'; those that no layer reads are %s",
                            wanted, names);
    if (n != 1)
        return cg_ncnn_fail(r, CG_INVALID, "the network has %d outputs%s%s%s", n,
                            n ? "; say which, as in NET.param:BLOB, of " : "", names, n > 8 ? " ..." : "");
    return CG_OK;
}

/* Marks the layers that the output needs. */
static void find_live(struct cg_ncnn_reader *r)
{
    r->live[r->file.blobs[r->output].layer] = true;
    for (int l = r->file.n_layers - 1; l >= 0; l--)
        for (int i = 0; r->live[l] && i < r->file.layers[l].n_bottoms; i++)
            r->live[r->file.blobs[r->file.layers[l].bottoms[i]].layer] = true;
}

/* ---- layers ---- */

/* What stands in parameter 30, [dimensions, width, height, channels] of each output, or with a depth before
 * the channels, must be so, at the file's own size. */
static void check_shapes(struct cg_ncnn_reader *r)
{
    int n;
    const int *said = cg_ncnn_ints(r, SHAPE, &n), tops = r->layer->n_tops;
    const bool own_size = r->wanted.width == 0 && r->wanted.height == 0;
    if (!said || !own_size || tops == 0 || n % tops != 0 || (n / tops != 4 && n / tops != 5))
        return;
    for (int i = 0; i < tops; i++, said += n / tops) {
        const struct cg_ncnn_value *value = &r->values[r->layer->first_top + i];
        if (value->form == CG_NCNN_NONE || value->form == CG_NCNN_CONSTANT)
            continue;
        struct cg_shape s = cg_ncnn_shape(r, value->node);
        s.c = value->part ? value->part->channels : s.c;
        const bool vector = said[0] == 1 && said[1] == cg_shape_elements(s);
        const bool map = said[0] == 3 && said[1] == s.w && said[2] == s.h && said[n / tops - 1] == s.c;
        if (!vector && !map && value->form == CG_NCNN_MAP)
            cg_ncnn_fail(
                r, CG_INVALID,
                "the file says that it gives %dx%dx%d (width, height, channels), but that is %dx%dx%d; if it "
                "was written for another size, say the size, as in NET.param@224",
                said[1], said[2], said[n / tops - 1], s.w, s.h, s.c);
    }
}

static void check_params(struct cg_ncnn_reader *r, const struct cg_ncnn_type *type)
{
    for (int id = 0; id < CG_NCNN_PARAMS; id++)
        if (r->layer->params[id].text && !(type->params >> id & 1) && id != SHAPE && id != FEATURES)
            cg_ncnn_fail(r, CG_UNSUPPORTED, "parameter %d", id);
}

static void read_layer(struct cg_ncnn_reader *r)
{
    const struct cg_ncnn_layer *layer = r->layer;
    const struct cg_ncnn_type *type = cg_ncnn_type_find(layer->type);
    if (!type) {
        cg_ncnn_fail(r, CG_UNSUPPORTED, "%s", cg_ncnn_refusal_of(layer->type));
        return;
    }
    if (layer->n_bottoms < type->least_bottoms || layer->n_bottoms > type->most_bottoms)
        cg_ncnn_fail(r, CG_INVALID, "it reads %d blobs; it takes %d to %d", layer->n_bottoms,
                     type->least_bottoms, type->most_bottoms);
    if (layer->n_tops < 1 || layer->n_tops > type->most_tops)
        cg_ncnn_fail(r, CG_INVALID, "it gives %d blobs", layer->n_tops);
    check_params(r, type);
    r->variant = type->variant;
    if (!cg_ncnn_failed(r))
        type->read(r);
    if (!cg_ncnn_failed(r))
        check_shapes(r);
}

static bool reads_nothing_broken(const struct cg_ncnn_reader *r)
{
    for (int i = 0; i < r->layer->n_bottoms; i++)
        if (r->values[r->layer->bottoms[i]].form == CG_NCNN_NONE)
            return false;
    return true;
}

/* Layers that the output does not need are read for what lies in the .bin file behind their weights. */
static enum cg_status read_layers(struct cg_ncnn_reader *r)
{
    for (int l = 0; l < r->file.n_layers; l++) {
        r->layer = &r->file.layers[l];
        const bool whole = reads_nothing_broken(r);
        if (whole)
            read_layer(r);
        if (r->error.status == CG_UNSUPPORTED && r->live[l])
            cg_refusals_add(&r->refusals, r->layer->type, r->error.text, r->layer->name);
        else if (cg_ncnn_failed(r) && (r->live[l] || r->error.status != CG_UNSUPPORTED))
            return cg_context(&r->error, "line %d: layer %.60s (%.40s)", r->layer->line, r->layer->name,
                              r->layer->type);
        if ((cg_ncnn_failed(r) || !whole) && !r->lost_at)
            r->lost_at = r->layer;
        for (int i = 0; cg_ncnn_failed(r) && i < r->layer->n_tops; i++)
            r->values[r->layer->first_top + i].form = CG_NCNN_NONE;
        r->error = (struct cg_error){0};
    }
    return r->refusals.n > 0 ? cg_refusals_fail(&r->refusals, "layers", &r->error) : CG_OK;
}

static enum cg_status finish(struct cg_ncnn_reader *r)
{
    const struct cg_ncnn_value *output = &r->values[r->output];
    if (output->form == CG_NCNN_CONSTANT || (output->node == r->graph->input && !output->part))
        return cg_ncnn_fail(r, CG_INVALID, "the output '%.80s' is not computed from the input",
                            r->file.blobs[r->output].name);
    if (r->bin && !r->lost_at && r->bin_left > 0)
        return cg_ncnn_fail(
            r, CG_INVALID,
            "the .bin file is %zu bytes longer than the weights; it belongs to another .param file",
            r->bin_left);
    if (!r->bin && r->wanted.note)
        cg_append(r->wanted.note, r->wanted.note_size,
                  "There is no .bin file beside it: its weights are drawn at random.");
    const int node = cg_ncnn_node(r, output);
    return cg_ncnn_failed(r) ? r->error.status : cg_graph_set_output(r->graph, node, &r->error);
}

static enum cg_status read_model(struct cg_ncnn_reader *r, const struct cg_ncnn_bytes *files)
{
    if (cg_ncnn_parse(files->param, files->param_size, r->arena, &r->file, &r->error) != CG_OK)
        return r->error.status;
    r->values = cg_arena_array(r->arena, (size_t)r->file.n_blobs, sizeof *r->values);
    r->live = cg_arena_array(r->arena, (size_t)r->file.n_layers, sizeof *r->live);
    r->graph = cg_graph_create();
    r->weights = calloc(1, sizeof *r->weights);
    if (!r->values || !r->live || !r->graph || !r->weights)
        return cg_ncnn_fail(r, CG_NO_MEMORY, "no memory for a graph");
    if (find_output(r) != CG_OK)
        return r->error.status;
    find_live(r);
    return read_layers(r) == CG_OK ? finish(r) : r->error.status;
}

enum cg_status cg_ncnn_import_memory(const struct cg_ncnn_bytes *files,
                                     const struct cg_import_request *request, struct cg_graph **graph,
                                     struct cg_weights **weights, struct cg_error *err)
{
    struct cg_ncnn_reader r = {.wanted = request ? *request : (struct cg_import_request){0},
                               .bin = files->bin,
                               .bin_left = files->bin_size};
    *graph = NULL;
    *weights = NULL;
    r.arena = cg_arena_create(BUDGET_BASE + BUDGET_FACTOR * (files->param_size + files->bin_size));
    if (!r.arena)
        cg_ncnn_fail(&r, CG_NO_MEMORY, "no memory to read a model");
    else if (read_model(&r, files) == CG_OK)
        *graph = cg_graph_fuse(r.graph, &r.error);
    if (*graph && r.bin) {
        *weights = r.weights;
        r.weights = NULL;
    }
    if (r.weights)
        cg_weights_destroy(&r.weights);
    cg_graph_destroy(&r.graph);
    cg_arena_destroy(&r.arena);
    if (err)
        *err = r.error;
    return r.error.status;
}

enum cg_status cg_ncnn_import(const char *path, const struct cg_import_request *request,
                              struct cg_graph **graph, struct cg_weights **weights, struct cg_error *err)
{
    struct cg_ncnn_bytes files = {0};
    char *bin_path = cg_ncnn_bin_path(path), *bin = NULL;
    *graph = NULL;
    *weights = NULL;
    char *param = cg_file_read(path, MOST_TEXT, &files.param_size, err);
    if (!param || !bin_path) {
        free(param);
        free(bin_path);
        return param ? cg_fail(err, CG_NO_MEMORY, "no memory to read '%s'", path) : err->status;
    }
    enum cg_status status = CG_OK;
    if (access(bin_path, F_OK) == 0) {
        bin = cg_file_read(bin_path, MOST_BIN, &files.bin_size, err);
        status = bin ? CG_OK : err->status;
    }
    files.param = param;
    files.bin = bin;
    if (status == CG_OK && cg_ncnn_import_memory(&files, request, graph, weights, err) != CG_OK)
        status = cg_context(err, "%s", path);
    free(param);
    free(bin);
    free(bin_path);
    return status;
}
