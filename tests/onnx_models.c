#include "tests/onnx_models.h"

#include "bench/graph/text.h"
#include "bench/onnx/onnx.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct cg_onnx_builder *model_start(int c, int h, int w)
{
    struct cg_onnx_builder *b = calloc(1, sizeof *b);
    if (!b)
        abort();
    cg_onnx_build_start(b, "test");
    const int64_t dims[] = {1, c, h, w};
    cg_onnx_build_input(b, "input", dims, 4);
    return b;
}

/* The blank-separated words of `text`; "-" is the empty name. */
static size_t words(struct cg_onnx_builder *b, const char *text, const char **list, size_t most)
{
    size_t n = 0;
    while (*text && n < most) {
        const int length = (int)strcspn(text, " ");
        list[n++] = length == 1 && *text == '-' ? "" : cg_onnx_build_name(b, "%.*s", length, text);
        text += length + (text[length] == ' ');
    }
    return n;
}

Onnx__NodeProto *model_op(struct cg_onnx_builder *b, const char *op, const char *inputs, const char *outputs)
{
    const char *in[16], *out[16];
    const size_t n_in = words(b, inputs, in, 16), n_out = words(b, outputs, out, 16);
    Onnx__NodeProto *node =
        cg_onnx_build_node(b, op, cg_onnx_build_name(b, "%s_%zu", op, b->graph.n_node), in, n_in, n_out);
    for (size_t o = 0; o < n_out; o++)
        node->output[o] = (char *)out[o];
    return node;
}

const char *model_floats(struct cg_onnx_builder *b, const char *name, const int64_t *dims, size_t rank,
                         float first)
{
    size_t n = 1;
    for (size_t i = 0; i < rank; i++)
        n *= (size_t)dims[i];
    float *values = cg_onnx_build_alloc(b, n, sizeof *values);
    if (!values)
        abort();
    for (size_t i = 0; i < n; i++)
        values[i] = first + 0.125f * (float)i;
    return cg_onnx_build_floats(b, name, dims, rank, values);
}

unsigned char *model_end(struct cg_onnx_builder *b, const char *output, int opset, size_t *size)
{
    Onnx__ModelProto model = ONNX__MODEL_PROTO__INIT;
    Onnx__OperatorSetIdProto set = ONNX__OPERATOR_SET_ID_PROTO__INIT, *sets[] = {&set};
    const int64_t dims[] = {1};
    cg_onnx_build_output(b, output, dims, 1);
    set.has_version = 1;
    set.version = opset;
    model.has_ir_version = 1;
    model.ir_version = 7;
    model.n_opset_import = 1;
    model.opset_import = sets;
    model.graph = &b->graph;
    if (b->failed)
        abort();
    *size = onnx__model_proto__get_packed_size(&model);
    unsigned char *bytes = malloc(*size);
    if (!bytes)
        abort();
    onnx__model_proto__pack(&model, bytes);
    cg_arena_destroy(&b->arena);
    free(b);
    return bytes;
}

char *model_text(unsigned char *bytes, size_t size, struct cg_weights **weights)
{
    struct cg_error err = {0};
    struct cg_graph *graph;
    char *text = NULL;
    const enum cg_status status = cg_onnx_import_memory(bytes, size, NULL, &graph, weights, &err);
    free(bytes);
    if (status == CG_OK)
        text = cg_graph_to_text(graph, true);
    else
        cr_assert_gt(asprintf(&text, "%s: %s", cg_status_name(status), err.text), 0);
    cg_graph_destroy(&graph);
    return text;
}

enum cg_status model_status(const unsigned char *bytes, size_t size, struct cg_error *err)
{
    struct cg_graph *graph = NULL;
    struct cg_weights *weights = NULL;
    *err = (struct cg_error){0};
    const enum cg_status status = cg_onnx_import_memory(bytes, size, NULL, &graph, &weights, err);
    cr_expect_eq(status == CG_OK, graph != NULL && weights != NULL, "status %s", cg_status_name(status));
    cr_expect(status == CG_OK || err->text[0], "refused without a reason");
    cg_graph_destroy(&graph);
    cg_weights_destroy(&weights);
    return status;
}
