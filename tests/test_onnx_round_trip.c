/* Export and import: graphs, costs and weights come back as they were, plain and folded. */
#include "bench/config/config.h"
#include "bench/graph/rewrite.h"
#include "bench/graph/text.h"
#include "bench/onnx/onnx.h"
#include "bench/onnx/tensor.h"
#include "kernels/reference/cone.h"
#include "tests/every_kind.h"
#include "tests/relative.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];

static void make_folder(void)
{
    snprintf(folder, sizeof folder, "/tmp/cg_onnx_XXXXXX");
    cr_assert(mkdtemp(folder));
}

static void remove_folder(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    cr_expect_eq(system(command), 0);
}

static const char *in_folder(const char *name)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

TestSuite(onnx_round_trip, .init = make_folder, .fini = remove_folder);

static void expect_equal_graphs(const struct cg_graph *a, const struct cg_graph *b, const char *name)
{
    char *x = cg_graph_to_text(a, true), *y = cg_graph_to_text(b, true);
    const struct cg_cost p = cg_graph_cost(a), q = cg_graph_cost(b);
    cr_expect_str_eq(x, y, "%s: written\n%s\nread\n%s", name, x, y);
    cr_expect_eq(cg_graph_hash(a), cg_graph_hash(b), "%s", name);
    cr_expect(p.madds == q.madds && p.params == q.params && p.mem_access == q.mem_access &&
                  p.mem_access_all == q.mem_access_all,
              "%s: other costs", name);
    free(x);
    free(y);
}

static bool equal_floats(const float *a, const float *b, size_t n)
{
    return (!a && !b) || (a && b && memcmp(a, b, n * sizeof *a) == 0);
}

static void expect_equal_weights(const struct cg_weights *a, const struct cg_weights *b, const char *name)
{
    cr_assert_eq(a->n_params, b->n_params, "%s", name);
    for (int i = 0; i < a->n_params; i++) {
        const struct cg_params *p = &a->params[i], *q = &b->params[i];
        const size_t out = (size_t)p->out;
        cr_expect(p->out == q->out && p->n_weight == q->n_weight &&
                      equal_floats(p->weight, q->weight, p->n_weight) &&
                      equal_floats(p->bias, q->bias, out) && equal_floats(p->scale, q->scale, out) &&
                      equal_floats(p->shift, q->shift, out),
                  "%s: parameter set %d came back changed", name, i);
    }
}

/* Layers' weights and biases with the norm folded in, bit by bit: what engines compute with. */
static void expect_equal_folded_weights(const struct cg_graph *a, const struct cg_weights *p,
                                        const struct cg_graph *b, const struct cg_weights *q,
                                        const char *name)
{
    for (int id = 0; id < a->n_nodes; id++) {
        if (a->nodes[id].params < 0)
            continue;
        const struct cg_params *own = &p->params[a->nodes[id].params],
                               *read = &q->params[b->nodes[id].params];
        const size_t out = (size_t)own->out, n = own->n_weight > out ? own->n_weight : out;
        cr_assert(own->out == read->out && own->n_weight == read->n_weight, "%s: node %d", name, id);
        float *x = calloc(2 * (n + out), sizeof *x), *y = x + n + out;
        cr_assert_not_null(x);
        cg_weights_fold(a, p, id, x, x + n);
        cg_weights_fold(b, q, id, y, y + n);
        cr_expect(equal_floats(x, y, n + out), "%s: node %d has other weights", name, id);
        free(x);
    }
}

/* The graph that a folded file holds: a bias in each layer in place of its norm. */
static struct cg_graph *without_norms(const struct cg_graph *graph)
{
    struct cg_graph *folded = cg_graph_copy(graph);
    cr_assert_not_null(folded);
    for (int id = 0; id < folded->n_nodes; id++)
        if (folded->nodes[id].norm) {
            folded->nodes[id].norm = false;
            folded->nodes[id].bias = true;
        }
    return folded;
}

static void expect_round_trip(const struct cg_graph *graph, const char *name)
{
    struct cg_error err = {0};
    struct cg_graph *fused = cg_graph_fuse(graph, &err);
    struct cg_weights *weights = cg_weights_create(fused, 7, &err);
    cr_assert(fused && weights, "%s: %s", name, err.text);
    for (int fold = 0; fold < 2; fold++) {
        const struct cg_onnx_export_options options = {.fold = fold};
        struct cg_graph *read = NULL, *wanted = fold ? without_norms(fused) : cg_graph_copy(fused);
        struct cg_weights *read_weights = NULL;
        cr_expect_eq(cg_onnx_export(fused, weights, in_folder("g.onnx"), &options, &err), CG_OK, "%s: %s",
                     name, err.text);
        cr_expect_eq(cg_onnx_import(in_folder("g.onnx"), NULL, &read, &read_weights, &err), CG_OK, "%s: %s",
                     name, err.text);
        if (read) {
            expect_equal_graphs(wanted, read, name);
            if (fold)
                expect_equal_folded_weights(fused, weights, read, read_weights, name);
            else
                expect_equal_weights(weights, read_weights, name);
        }
        cg_graph_destroy(&wanted);
        cg_graph_destroy(&read);
        cg_weights_destroy(&read_weights);
    }
    cg_graph_destroy(&fused);
    cg_weights_destroy(&weights);
}

Test(onnx_round_trip, every_node_kind_comes_back_as_it_was)
{
    struct cg_graph *graph = every_kind_graph();
    expect_round_trip(graph, "every kind");
    cg_graph_destroy(&graph);
}

Test(onnx_round_trip, every_network_comes_back_as_it_was)
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
        expect_round_trip(network->graph, rows[i].name);
        cg_network_destroy(&network);
    }
    free(rows);
    cg_config_close(&config);
}

/* Pools whose last windows reach over the edge: at 227 a map is odd that is even at 224. */
Test(onnx_round_trip, pools_in_ceil_mode_fit_other_sizes)
{
    struct cg_error err = {0};
    struct cg_config *config = cg_config_open(&err);
    struct cg_network *network = cg_config_load_network(config, "squeezenet:1.1", NULL, &err);
    struct cg_network *larger = cg_config_load_network(config, "squeezenet:1.1@227", NULL, &err);
    cr_assert(network && larger, "%s", err.text);
    struct cg_graph *graph = network->graph, *read = NULL, *again = NULL;
    struct cg_weights *weights = cg_weights_create(graph, 7, &err), *read_weights = NULL, *more = NULL;
    const struct cg_onnx_export_options options = {0};
    const struct cg_import_request at_227 = {.height = 227, .width = 227};
    cr_assert(weights, "%s", err.text);
    cr_assert_eq(cg_onnx_export(graph, weights, in_folder("a.onnx"), &options, &err), CG_OK, "%s", err.text);
    cr_assert_eq(cg_onnx_import(in_folder("a.onnx"), &at_227, &read, &read_weights, &err), CG_OK, "%s",
                 err.text);
    expect_equal_graphs(larger->graph, read, "at 227");
    /* what is read says it, too: back to 224 */
    const struct cg_import_request at_224 = {.height = 224, .width = 224};
    cr_assert_eq(cg_onnx_export(read, read_weights, in_folder("b.onnx"), &options, &err), CG_OK, "%s",
                 err.text);
    cr_assert_eq(cg_onnx_import(in_folder("b.onnx"), &at_224, &again, &more, &err), CG_OK, "%s", err.text);
    expect_equal_graphs(graph, again, "at 224");
    cg_graph_destroy(&read);
    cg_graph_destroy(&again);
    cg_weights_destroy(&weights);
    cg_weights_destroy(&read_weights);
    cg_weights_destroy(&more);
    cg_network_destroy(&network);
    cg_network_destroy(&larger);
    cg_config_close(&config);
}

static struct cg_expected *expected_of(const struct cg_graph *graph, const struct cg_weights *weights)
{
    struct cg_error err = {0};
    float *input = cg_input_create(graph, 3, &err);
    struct cg_expected *expected = cg_expected_create(graph, weights, input, NULL, 0, &err);
    cr_assert(expected, "%s", err.text);
    free(input);
    return expected;
}

static bool has_norm(const struct cg_graph *graph)
{
    for (int id = 0; id < graph->n_nodes; id++)
        if (graph->nodes[id].norm)
            return true;
    return false;
}

Test(onnx_round_trip, folded_and_plain_files_compute_the_same)
{
    struct cg_error err = {0};
    struct cg_graph *graph = every_kind_graph();
    struct cg_weights *weights = cg_weights_create(graph, 7, &err);
    struct cg_expected *original = expected_of(graph, weights);
    for (int fold = 0; fold < 2; fold++) {
        const struct cg_onnx_export_options options = {.fold = fold};
        struct cg_graph *read;
        struct cg_weights *read_weights;
        cr_assert_eq(cg_onnx_export(graph, weights, in_folder("g.onnx"), &options, &err), CG_OK, "%s",
                     err.text);
        cr_assert_eq(cg_onnx_import(in_folder("g.onnx"), NULL, &read, &read_weights, &err), CG_OK, "%s",
                     err.text);
        struct cg_expected *again = expected_of(read, read_weights);
        const double error =
            relative_error(again->values, original->values, cg_shape_elements(original->shape));
        cr_expect(fold ? error < 1e-6 : error == 0.0, "fold %d: relative error %g", fold, error);
        cr_expect_eq(has_norm(read), !fold);
        cr_expect_eq(cg_graph_cost(graph).madds, cg_graph_cost(read).madds);
        cg_expected_destroy(&again);
        cg_graph_destroy(&read);
        cg_weights_destroy(&read_weights);
    }
    cg_expected_destroy(&original);
    cg_weights_destroy(&weights);
    cg_graph_destroy(&graph);
}

Test(onnx_round_trip, what_onnx_cannot_hold_is_refused_and_leaves_no_file)
{
    struct cg_error err = {0};
    struct cg_graph *graph = cg_graph_create();
    struct cg_node input = cg_node_of(CG_INPUT), pool = cg_node_of(CG_AVG_POOL);
    const int from = 0;
    input.shape = (struct cg_shape){1, 9, 9, 4};
    pool.n_inputs = 1;
    pool.inputs = &from;
    pool.window.kernel_h = pool.window.kernel_w = pool.window.dilation_h = 2;
    cg_graph_add(graph, &input, &err);
    cr_assert_geq(cg_graph_add(graph, &pool, &err), 0, "%s", err.text);
    struct cg_weights *weights = cg_weights_create(graph, 1, &err);
    cr_expect_eq(cg_onnx_export(graph, weights, in_folder("no.onnx"), NULL, &err), CG_UNSUPPORTED);
    cr_expect_neq(access(in_folder("no.onnx"), F_OK), 0);
    cr_expect_eq(cg_onnx_export(graph, weights, "/nowhere/at/all.onnx", NULL, &err), CG_UNSUPPORTED);
    graph->nodes[1].window.dilation_h = 1;
    cr_expect_eq(cg_onnx_export(graph, weights, "/nowhere/at/all.onnx", NULL, &err), CG_IO);
    cg_weights_destroy(&weights);
    cg_graph_destroy(&graph);
}
