/* Small graphs written in few words: one call a node, an error sticks until the end. */
#ifndef CONVGAUGE_BENCH_VERIFICATION_GRAPH_BUILD_H
#define CONVGAUGE_BENCH_VERIFICATION_GRAPH_BUILD_H

#include "bench/graph/graph.h"

/* A graph that grows: {.graph = cg_graph_create(), .err = err}. After the first failure the calls do nothing
 * and return -1, and `graph` is NULL. */
struct cg_build {
    struct cg_graph *graph;
    struct cg_error *err;
};

struct cg_kernel {
    int h, w, stride, dilation;
};

/* What a convolution is made of; zero-initialised fields mean a kernel of 1x1, stride, dilation and groups of
 * 1, the pads of CG_SAME, and nothing else. */
struct cg_conv_spec {
    int out, groups;
    struct cg_kernel kernel;
    enum { CG_SAME, CG_VALID, CG_LATE } pads; /* around evenly; none; below and right only */
    enum cg_act act;
    bool bias, norm;
};

/* Each adds a node that reads node x (or xs) and returns its id, or -1. */
int cg_build_input(struct cg_build *build, struct cg_shape shape);
int cg_build_node(struct cg_build *build, struct cg_node node, const int *xs, int n);
int cg_build_conv(struct cg_build *build, int x, struct cg_conv_spec spec);
int cg_build_point(struct cg_build *build, int x, int out, enum cg_act act); /* 1x1 with norm */
int cg_build_depthwise(struct cg_build *build, int x, int kernel, int stride,
                       enum cg_act act); /* with norm */
int cg_build_pool(struct cg_build *build, int x, enum cg_op op, int kernel, int stride, bool count_padding);
int cg_build_split(struct cg_build *build, int x, int offset, int channels);
int cg_build_shuffle(struct cg_build *build, int x, int groups);
int cg_build_act(struct cg_build *build, int x, enum cg_act act);
int cg_build_concat(struct cg_build *build, int a, int b);
int cg_build_add(struct cg_build *build, int a, int b, enum cg_act act);
int cg_build_mul(struct cg_build *build, int a, int b);
int cg_build_channels(const struct cg_build *build, int x);

#endif
