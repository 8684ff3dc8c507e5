/* Parameters of imported models: shared ones count once, and what is no plain number is told. */
#include "bench/graph/cost.h"
#include "bench/onnx/onnx.h"
#include "tests/onnx_models.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct reading {
    struct cg_graph *graph;
    struct cg_weights *weights;
    struct cg_error err;
    char note[256];
};

static struct reading read_model(struct cg_onnx_builder *b)
{
    struct reading r = {0};
    size_t size;
    unsigned char *bytes = model_end(b, "y", 13, &size);
    const struct cg_import_request request = {.note = r.note, .note_size = sizeof r.note};
    cg_onnx_import_memory(bytes, size, &request, &r.graph, &r.weights, &r.err);
    free(bytes);
    return r;
}

static void release(struct reading *r)
{
    cg_graph_destroy(&r->graph);
    cg_weights_destroy(&r->weights);
}

/* Three convolutions by one weight, the last with another bias. */
static struct cg_onnx_builder *three_convolutions(void)
{
    struct cg_onnx_builder *b = model_start(4, 6, 5);
    MODEL_FLOATS(b, "w", 0.0f, 4, 4, 1, 1);
    MODEL_FLOATS(b, "one", 1.0f, 4);
    MODEL_FLOATS(b, "other", 2.0f, 4);
    model_op(b, "Conv", "input w one", "first");
    model_op(b, "Conv", "first w one", "second");
    model_op(b, "Conv", "second w other", "y");
    return b;
}

Test(onnx_parameters, shared_ones_count_once_and_are_held_once)
{
    struct reading r = read_model(three_convolutions());
    cr_assert(r.graph, "%s", r.err.text);
    const struct cg_node *nodes = r.graph->nodes;
    cr_expect_eq(nodes[1].params, nodes[2].params);
    cr_expect_neq(nodes[1].params, nodes[3].params, "its bias is another");
    cr_expect_eq(cg_graph_cost(r.graph).params, 2 * (16 + 4));
    cr_expect_eq(cg_graph_cost(r.graph).madds, 3 * 16 * 30);
    cr_expect_eq(r.note[0], '\0', "%s", r.note);
    release(&r);
}

static float *element(struct cg_onnx_builder *b, size_t tensor, size_t i)
{
    return (float *)(void *)b->graph.initializer[tensor]->raw_data.data + i;
}

Test(onnx_parameters, a_value_that_is_not_finite_is_named)
{
    static const float values[] = {INFINITY, -INFINITY, NAN};
    for (int k = 0; k < 3; k++) {
        struct cg_onnx_builder *b = three_convolutions();
        *element(b, 2, 3) = values[k];
        struct reading r = read_model(b);
        cr_expect_eq(r.err.status, CG_INVALID);
        cr_expect(strstr(r.err.text, "the model is not finite: element 3 of the bias of 'Conv_2'"), "%s",
                  r.err.text);
        release(&r);
    }
}

Test(onnx_parameters, denormal_numbers_are_counted)
{
    struct cg_onnx_builder *b = three_convolutions();
    *element(b, 0, 0) = 1e-40f; /* read by three layers, by two sets */
    struct reading r = read_model(b);
    cr_assert(r.graph, "%s", r.err.text);
    cr_expect(strstr(r.note, "2 parameters are denormal"), "%s", r.note);
    release(&r);
}
