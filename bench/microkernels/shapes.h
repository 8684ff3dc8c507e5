/* The shapes at which networks call engine native's micro-kernels: one of each, gathered from graphs. */
#ifndef CONVGAUGE_BENCH_MICROKERNELS_SHAPES_H
#define CONVGAUGE_BENCH_MICROKERNELS_SHAPES_H

#include "bench/graph/graph.h"
#include "kernels/native/microkernel.h"

/* The tables of a set of micro-kernels that a shape is for (X: identifier, name in results). */
#define CG_KERNEL_KINDS(X)                                                                                   \
    X(CG_KERNEL_GEMM, "gemm")                                                                                \
    X(CG_KERNEL_GROUP, "group")                                                                              \
    X(CG_KERNEL_DEPTHWISE, "depthwise")                                                                      \
    X(CG_KERNEL_MAX_POOL, "max_pool")                                                                        \
    X(CG_KERNEL_AVG_POOL, "avg_pool")                                                                        \
    X(CG_KERNEL_PASS, "pass")

enum cg_kernel_kind {
#define CG_KERNEL_KIND_ENUM(id, name) id,
    CG_KERNEL_KINDS(CG_KERNEL_KIND_ENUM)
#undef CG_KERNEL_KIND_ENUM
        CG_KERNEL_KIND_COUNT
};

const char *cg_kernel_kind_name(enum cg_kernel_kind kind);

/* What one call works on. Fields that a kind does not use are 0, so that equal shapes are equal bytes. */
struct cg_kernel_shape {
    enum cg_kernel_kind kind;
    enum cg_pass pass;          /* passes */
    int m, n;                   /* gemm: rows and columns, at most what a call is given; pass: pixels;
                                   group: rows and outputs of a group */
    int segments, segment, row; /* gemm, group: parts of k, their length, floats from row to row */
    int groups;                 /* group: they take turns channel by channel, as a shuffle lays them */
    struct cg_window window;    /* windows */
    int h, w;                   /* windows: the input map */
    int channels, stride;       /* windows, passes: of one call; floats from pixel to pixel */
};

struct cg_kernel_shapes {
    int n, room;
    struct cg_kernel_shape *at;
};

/* Adds what `graph` needs and is not there yet. CG_NO_MEMORY or CG_OK; the array is freed with free(). */
enum cg_status cg_kernel_shapes_add(struct cg_kernel_shapes *shapes, const struct cg_graph *graph,
                                    struct cg_error *err);

#define CG_KERNEL_SHAPE_TEXT 96

/* "m=168 n=96 k=3x48", "14x14x64 3x3 s2 p1", "784 pixels of 58/116": unique to a shape. */
void cg_kernel_shape_text(const struct cg_kernel_shape *shape, char text[CG_KERNEL_SHAPE_TEXT]);

#endif
