#include "tests/fuzz/small.h"

#include "bench/graph/cost.h"
#include "kernels/reference/cone.h"

#include <stdlib.h>

/* What the reference can do in a few milliseconds. */
#define MOST_MADDS    200000
#define MOST_ELEMENTS 20000

bool is_small(const struct cg_graph *graph)
{
    int64_t elements = 0;
    for (int id = 0; id < graph->n_nodes; id++) {
        const struct cg_node *node = &graph->nodes[id];
        elements += cg_shape_elements(node->shape) * node->window.kernel_h * node->window.kernel_w;
        if (elements > MOST_ELEMENTS)
            return false;
    }
    return cg_graph_cost(graph).madds <= MOST_MADDS;
}

void run_small(const struct cg_graph *graph, const struct cg_weights *weights)
{
    struct cg_error err = {0};
    float *input = calloc((size_t)cg_shape_elements(graph->nodes[graph->input].shape), sizeof *input);
    struct cg_expected *expected = input ? cg_expected_create(graph, weights, input, NULL, 0, &err) : NULL;
    if (input && !expected && err.status != CG_INVALID)
        abort(); /* the reference runs every graph, unless its values overflow */
    cg_expected_destroy(&expected);
    free(input);
}
