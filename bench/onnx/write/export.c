/* Writing a model: names, the nodes in execution order, the file. */
#include "bench/onnx/write/model.h"

#include "bench/onnx/write/export_nodes.h"
#include "bench/onnx/write/packed.h"
#include "bench/onnx/write/values.h"

#include "config.h"

#include <string.h>

/* The names of a graph's nodes are unique. '$' stands in no value name but those made up here and in
 * export_nodes.c, which keeps the latter apart from all others. */
static void name_values(struct cg_onnx_exporter *ex)
{
    const struct cg_graph *graph = ex->graph;
    for (int id = 0; id < graph->n_nodes; id++) {
        const char *name = graph->nodes[id].name;
        const bool reserved = strcmp(name, "input") == 0 || strcmp(name, "output") == 0;
        if (id == graph->input)
            ex->written[id].name = "input";
        else if (id == graph->output)
            ex->written[id].name = "output";
        else if (ex->numbered || reserved || name[0] == '\0' || strchr(name, '$'))
            ex->written[id].name = cg_onnx_build_name(&ex->builder, "$%d", id);
        else
            ex->written[id].name = name;
    }
}

static void describe_edges(struct cg_onnx_exporter *ex)
{
    const struct cg_shape in = ex->graph->nodes[ex->graph->input].shape;
    const struct cg_shape out = ex->graph->nodes[ex->graph->output].shape;
    const int64_t in_dims[] = {in.n, in.c, in.h, in.w}, out_dims[] = {out.n, out.c, out.h, out.w};
    cg_onnx_build_input(&ex->builder, "input", in_dims, 4);
    cg_onnx_build_output(&ex->builder, "output", out_dims, (size_t)ex->ranks[ex->graph->output]);
}

/* Of files with that operator set, as the standard pairs them from 14 on. */
static int64_t format_version(int64_t opset)
{
    return opset < 15 ? 7 : opset < 19 ? 8 : opset < 21 ? 9 : opset < 23 ? 10 : opset - 12;
}

/* Where the model goes: into the file `name`, or into memory. */
struct destination {
    const char *name; /* in errors, too */
    void **bytes;     /* NULL: a file */
    size_t *size;
};

static enum cg_status deliver_model(struct cg_onnx_exporter *ex, const struct destination *to,
                                    struct cg_error *err)
{
    Onnx__ModelProto model = ONNX__MODEL_PROTO__INIT;
    Onnx__OperatorSetIdProto opset = ONNX__OPERATOR_SET_ID_PROTO__INIT, *opsets[] = {&opset};
    opset.domain = (char *)"";
    opset.has_version = 1;
    opset.version = cg_onnx_export_opset(ex->graph);
    model.has_ir_version = 1;
    model.ir_version = format_version(opset.version);
    model.n_opset_import = 1;
    model.opset_import = opsets;
    model.producer_name = (char *)CG_ONNX_PRODUCER;
    model.producer_version = (char *)CG_VERSION;
    model.graph = &ex->builder.graph;
    return to->bytes ? cg_onnx_message_pack(&model.base, to->name, to->bytes, to->size, err)
                     : cg_onnx_message_write(&model.base, to->name, err);
}

/* Parameters in f32, before any memory is spent on them. */
static enum cg_status refuse_huge(const struct cg_weights *weights, const char *name, struct cg_error *err)
{
    uint64_t elements = 0;
    for (int i = 0; i < weights->n_params; i++)
        elements += weights->params[i].n_weight;
    if (elements > INT32_MAX / sizeof(float))
        return cg_fail(err, CG_UNSUPPORTED,
                       "'%s' would have %llu MiB of weights; an ONNX file holds less than 2 GiB", name,
                       (unsigned long long)(elements * sizeof(float) >> 20));
    return CG_OK;
}

static enum cg_status export_nodes(struct cg_onnx_exporter *ex, const struct destination *to,
                                   struct cg_error *err)
{
    for (int id = 0; id < ex->graph->n_nodes; id++) {
        const enum cg_status status = cg_onnx_write_node(ex, id, err);
        if (status != CG_OK)
            return status;
    }
    describe_edges(ex);
    if (ex->builder.failed)
        return cg_fail(err, CG_NO_MEMORY, "no memory to write '%s'", to->name);
    return deliver_model(ex, to, err);
}

static enum cg_status export_to(const struct cg_graph *graph, const struct cg_weights *weights,
                                const struct destination *to, const struct cg_onnx_export_options *options,
                                struct cg_error *err)
{
    if (graph->n_nodes == 0 || graph->input < 0 || graph->output == graph->input)
        return cg_fail(err, CG_INVALID, "a graph without layers cannot be written");
    enum cg_status status = refuse_huge(weights, to->name, err);
    if (status != CG_OK)
        return status;
    const size_t n = (size_t)graph->n_nodes;
    struct cg_onnx_exporter ex = {.graph = graph,
                                  .weights = weights,
                                  .fold = options && options->fold,
                                  .numbered = options && options->numbered};
    cg_onnx_build_start(&ex.builder, "convgauge");
    ex.written = cg_onnx_build_alloc(&ex.builder, n, sizeof *ex.written);
    ex.uses = cg_onnx_build_alloc(&ex.builder, n, sizeof *ex.uses);
    ex.ranks = cg_onnx_build_alloc(&ex.builder, n, sizeof *ex.ranks);
    if (ex.written && ex.uses && ex.ranks) {
        cg_graph_uses(graph, ex.uses);
        cg_onnx_ranks(graph, ex.ranks);
        name_values(&ex);
        status = export_nodes(&ex, to, err);
    } else {
        status = cg_fail(err, CG_NO_MEMORY, "no memory to write '%s'", to->name);
    }
    cg_arena_destroy(&ex.builder.arena);
    return status;
}

enum cg_status cg_onnx_export(const struct cg_graph *graph, const struct cg_weights *weights,
                              const char *path, const struct cg_onnx_export_options *options,
                              struct cg_error *err)
{
    const struct destination file = {.name = path};
    return export_to(graph, weights, &file, options, err);
}

enum cg_status cg_onnx_export_memory(const struct cg_graph *graph, const struct cg_weights *weights,
                                     const struct cg_onnx_export_options *options, void **bytes, size_t *size,
                                     struct cg_error *err)
{
    const struct destination memory = {"the model", bytes, size};
    *bytes = NULL;
    *size = 0;
    return export_to(graph, weights, &memory, options, err);
}
