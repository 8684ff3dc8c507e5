#include "tests/reference_runs.h"

#include "kernels/engine.h"
#include "tests/nodes.h"

#include <criterion/criterion.h>
#include <stdlib.h>

struct cg_graph *graph_with_input(struct cg_shape shape)
{
    struct cg_graph *graph = cg_graph_create();
    input(graph, shape.n, shape.h, shape.w, shape.c);
    return graph;
}

struct cg_graph *branched(int batch, bool global)
{
    struct cg_graph *graph = graph_with_input((struct cg_shape){batch, 19, 17, 8});
    struct cg_node depthwise = cg_node_of(CG_CONV), point = cg_node_of(CG_CONV);
    depthwise.shape.c = depthwise.groups = 6;
    depthwise.window = (struct cg_window){3, 3, 1, 1, 1, 1, 1, 1, 1, 1};
    point.shape.c = 6;
    point.bias = true;
    const int stem = conv(graph, 0, 12, 3, 2, 1, CG_ACT_RELU);
    const int keep = split(graph, stem, 0, 6);
    const int work = split(graph, stem, 6, 6);
    const int deep = one(graph, depthwise, work);
    int thin = one(graph, point, deep);
    if (global) {
        const int mean = one(graph, cg_node_of(CG_GLOBAL_POOL), thin);
        thin = node(graph, cg_node_of(CG_MUL), (const int[]){thin, mean}, 2);
    }
    const int pooled = pool(graph, CG_AVG_POOL, keep, 3, 1);
    const int both = node(graph, cg_node_of(CG_CONCAT), (const int[]){pooled, thin}, 2);
    shuffle(graph, both, 2);
    return graph;
}

float *seeded_input(const struct cg_graph *graph)
{
    return cg_input_create(graph, 7, NULL);
}

float *run_reference(const struct cg_graph *graph, const struct cg_weights *weights, const float *input)
{
    struct cg_error err = {0};
    struct cg_plan *plan = NULL;
    const struct cg_engine *engine = cg_engine_find("reference");
    const struct cg_setting options = {.threads = 1, .isa = cg_isa_best(), .fusion = CG_FUSION_FULL};
    cr_assert(cg_plan_create(engine, graph, weights, &options, &plan, &err) == CG_OK, "%s", err.text);
    float *output = malloc((size_t)cg_shape_elements(graph->nodes[graph->output].shape) * sizeof *output);
    engine->set_input(plan, input);
    cr_assert(engine->run(plan, &err) == CG_OK);
    engine->get_output(plan, output);
    cg_plan_destroy(&plan);
    return output;
}
