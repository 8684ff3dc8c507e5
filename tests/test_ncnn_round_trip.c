/* What is written for ncnn and read again computes the same, with the same multiply-adds. */
#include "bench/config/config.h"
#include "bench/graph/cost.h"
#include "bench/graph/rewrite.h"
#include "bench/ncnn/ncnn.h"
#include "kernels/reference/cone.h"
#include "tests/every_kind.h"
#include "tests/relative.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static struct cg_expected *expected_of(const struct cg_graph *graph, const struct cg_weights *weights,
                                       const char *name)
{
    struct cg_error err = {0};
    float *input = cg_input_create(graph, 3, &err);
    struct cg_expected *expected = cg_expected_create(graph, weights, input, NULL, 0, &err);
    cr_assert(expected, "%s: %s", name, err.text);
    free(input);
    return expected;
}

/* The same outputs, but for the rounding of folded norms. */
static void expect_same_outputs(const struct cg_graph *a, const struct cg_weights *p,
                                const struct cg_graph *b, const struct cg_weights *q, const char *name)
{
    struct cg_expected *x = expected_of(a, p, name), *y = expected_of(b, q, name);
    cr_assert(cg_shape_equal(x->shape, y->shape), "%s", name);
    const double error = relative_error(y->values, x->values, cg_shape_elements(x->shape));
    cr_expect(error < 1e-5, "%s: relative error %g", name, error);
    cg_expected_destroy(&x);
    cg_expected_destroy(&y);
}

/* Written and read; `side`: outputs are compared at an input of that many pixels, 0: as it is. Where windows
 * of both do not fit that, counts are. */
static void expect_round_trip(const struct cg_graph *graph, int side, const char *name)
{
    struct cg_error err = {0};
    struct cg_ncnn_model model = {0};
    struct cg_graph *read = NULL;
    struct cg_weights *weights = cg_weights_create(graph, 7, &err), *read_weights = NULL;
    cr_assert(weights, "%s: %s", name, err.text);
    cr_assert_eq(cg_ncnn_make(graph, weights, &model, &err), CG_OK, "%s: %s", name, err.text);
    const struct cg_ncnn_bytes files = {model.param.bytes, model.bin.bytes, model.param.length,
                                        model.bin.length};
    cr_assert_eq(cg_ncnn_import_memory(&files, NULL, &read, &read_weights, &err), CG_OK, "%s: %s\n%.3000s",
                 name, err.text, model.param.bytes);
    cr_expect_eq(cg_graph_cost(graph).madds, cg_graph_cost(read).madds, "%s", name);
    struct cg_shape shape = graph->nodes[graph->input].shape;
    shape.h = side ? side : shape.h;
    shape.w = side ? side : shape.w;
    struct cg_graph *small = cg_graph_with_input(graph, shape, &err),
                    *small_read = cg_graph_with_input(read, shape, &err);
    cr_expect_eq(!small, !small_read, "%s: %s", name, err.text);
    cr_expect(small || side, "%s: %s", name, err.text);
    if (small && small_read)
        expect_same_outputs(small, weights, small_read, read_weights, name);
    cg_graph_destroy(&small);
    cg_graph_destroy(&small_read);
    cg_graph_destroy(&read);
    cg_weights_destroy(&read_weights);
    cg_weights_destroy(&weights);
    cg_ncnn_release(&model);
}

/* The graph of every kind, as far as ncnn has it. */
static struct cg_graph *kinds_of_ncnn(void)
{
    struct cg_error err = {0};
    struct cg_graph *every = every_kind_graph();
    struct cg_shape one = every->nodes[every->input].shape;
    one.n = 1;
    struct cg_graph *graph = cg_graph_with_input(every, one, &err);
    cr_assert(graph, "%s", err.text);
    for (int id = 0; id < graph->n_nodes; id++)
        if (graph->nodes[id].act == CG_ACT_SWISH)
            graph->nodes[id].alpha = 1;
    cg_graph_destroy(&every);
    return graph;
}

Test(ncnn_round_trip, every_node_kind)
{
    struct cg_error err = {0};
    struct cg_graph *graph = kinds_of_ncnn();
    expect_round_trip(graph, 0, "every kind");
    struct cg_graph *apart = cg_graph_unfuse(graph, &err);
    cr_assert(apart, "%s", err.text);
    expect_round_trip(apart, 0, "every kind, activations apart");
    cg_graph_destroy(&apart);
    cg_graph_destroy(&graph);
}

Test(ncnn_round_trip, every_network)
{
    struct cg_error err = {0};
    struct cg_config *config = cg_config_open(&err);
    struct cg_network *rows = NULL;
    int n = 0;
    cr_assert(config, "%s", err.text);
    cr_assert_eq(cg_config_list_networks(config, &rows, &n, &err), CG_OK, "%s", err.text);
    cr_expect(n >= 40);
    for (int i = 0; i < n; i++) {
        struct cg_network *network = cg_config_load_network(config, rows[i].name, NULL, &err);
        cr_assert(network, "%s", err.text);
        expect_round_trip(network->graph, 64, rows[i].name);
        cg_network_destroy(&network);
    }
    free(rows);
    cg_config_close(&config);
}

Test(ncnn_round_trip, what_ncnn_does_not_have_is_refused_by_the_layers_name)
{
    struct cg_error err = {0};
    struct cg_ncnn_model model = {0};
    struct cg_graph *graph = every_kind_graph(); /* of two images */
    struct cg_weights *weights = cg_weights_create(graph, 7, &err);
    cr_expect_eq(cg_ncnn_make(graph, weights, &model, &err), CG_UNSUPPORTED);
    cr_expect(strstr(err.text, "one image at a time"), "%s", err.text);
    cr_expect(!model.param.bytes && !model.bin.bytes);
    cg_graph_destroy(&graph);
    graph = kinds_of_ncnn();
    for (int id = 0; id < graph->n_nodes; id++)
        if (graph->nodes[id].act == CG_ACT_SWISH)
            graph->nodes[id].alpha = 2;
    cr_expect_eq(cg_ncnn_make(graph, weights, &model, &err), CG_UNSUPPORTED);
    cr_expect(strstr(err.text, "layer act") && strstr(err.text, "Swish"), "%s", err.text);
    cg_weights_destroy(&weights);
    cg_graph_destroy(&graph);
}
