#include "tests/checker_scene.h"

#include "bench/verification/checker.h"
#include "tests/nodes.h"

#include <criterion/criterion.h>
#include <stdlib.h>

/* 3x3 stem, shuffle, depthwise, 1x1; the output has the corners, edges and tails that engines get wrong. */
struct cg_graph *scene_graph(enum fault fault)
{
    struct cg_graph *graph = cg_graph_create();
    struct cg_node stem = cg_node_of(CG_CONV), depthwise = cg_node_of(CG_CONV), point = cg_node_of(CG_CONV);
    stem.shape.c = DEPTH;
    stem.window = (struct cg_window){3, 3, 1, 1, 1, 1, 1, 1, 1, 1};
    if (fault == ONE_SIDED_PAD)
        stem.window = (struct cg_window){3, 3, 1, 1, 0, 0, 2, 2, 1, 1};
    stem.norm = stem.bias = true;
    stem.act = fault == WRONG_CLAMP ? CG_ACT_RELU : fault == NO_ACTIVATION ? CG_ACT_NONE : CG_ACT_RELU6;
    depthwise.shape.c = depthwise.groups = DEPTH;
    depthwise.window = (struct cg_window){3, 3, 1, 1, 1, 1, 1, 1, 1, 1};
    point.shape.c = OUT;
    point.bias = true;
    point.act = CG_ACT_RELU;
    int x = input(graph, 2, SIDE, SIDE, 8);
    x = one(graph, stem, x);
    x = shuffle(graph, x, fault == NO_SHUFFLE ? 1 : 3);
    x = one(graph, depthwise, x);
    one(graph, point, x);
    return graph;
}

float *seeded_input(const struct cg_graph *graph, uint64_t seed)
{
    float *input = cg_input_create(graph, seed, NULL);
    /* so that a clamp at 6 is reached here and there */
    for (int64_t i = 0; i < cg_shape_elements(graph->nodes[graph->input].shape); i++)
        input[i] *= 4;
    return input;
}

struct cg_expected *evaluate(const struct cg_graph *graph, const struct cg_weights *weights,
                             const float *input, int n_positions)
{
    struct cg_error err = {0};
    struct cg_position positions[CG_CHECK_POSITIONS] = {{0}};
    if (n_positions)
        n_positions = cg_check_positions(graph->nodes[graph->output].shape, 1, n_positions, positions);
    struct cg_expected *expected = cg_expected_create(graph, weights, input, positions, n_positions, &err);
    cr_assert(expected, "%s", err.text);
    return expected;
}

struct scene make_scene(void)
{
    struct cg_error err = {0};
    struct scene scene = {.graph = scene_graph(NO_FAULT)};
    scene.weights = cg_weights_create(scene.graph, 5, &err);
    cr_assert_not_null(scene.weights);
    scene.input = seeded_input(scene.graph, 9);
    scene.expected = evaluate(scene.graph, scene.weights, scene.input, CG_CHECK_POSITIONS);
    scene.whole = evaluate(scene.graph, scene.weights, scene.input, 0);
    return scene;
}

void free_scene(struct scene *scene)
{
    cg_expected_destroy(&scene->expected);
    cg_expected_destroy(&scene->whole);
    free(scene->input);
    cg_weights_destroy(&scene->weights);
    cg_graph_destroy(&scene->graph);
}

size_t output_bytes(const struct scene *scene)
{
    return (size_t)cg_shape_elements(scene->whole->shape) * sizeof(float);
}
