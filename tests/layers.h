/* Small graphs for tests that run something. */
#ifndef CONVGAUGE_TESTS_LAYERS_H
#define CONVGAUGE_TESTS_LAYERS_H

#include "bench/graph/graph.h"

#include <stdlib.h>

/* One convolution of `out` channels with a k x k kernel over 16 x 16 pixels of `in` channels; ends the
 * program when it cannot be made. */
static inline struct cg_graph *layer_graph(int in, int out, int k)
{
    struct cg_error err = {0};
    struct cg_graph *graph = cg_graph_create();
    struct cg_node input = cg_node_of(CG_INPUT), conv = cg_node_of(CG_CONV);
    input.shape = (struct cg_shape){1, 16, 16, in};
    const int from = graph ? cg_graph_add(graph, &input, &err) : -1;
    conv.shape.c = out;
    conv.n_inputs = 1;
    conv.inputs = &from;
    conv.window.kernel_h = conv.window.kernel_w = k;
    conv.window.pad_top = conv.window.pad_left = conv.window.pad_bottom = conv.window.pad_right = k / 2;
    conv.bias = true;
    if (from < 0 || cg_graph_add(graph, &conv, &err) < 0)
        abort();
    return graph;
}

#endif
