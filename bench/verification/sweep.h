/* The shapes on which engines are held against the reference: every node kind by itself, at and around the
 * sizes where kernels have remainders, borders and special paths, and small graphs of the building blocks of
 * the networks, where a planner of memory can go wrong. They stand in sweep_layers.lua and sweep_units.lua,
 * which are built in. */
#ifndef CONVGAUGE_BENCH_VERIFICATION_SWEEP_H
#define CONVGAUGE_BENCH_VERIFICATION_SWEEP_H

#include "bench/config/sandbox.h"
#include "bench/graph/graph.h"

/* Cases of one kind: "conv 1x1", "depthwise", "unit: NASNet", ... */
struct cg_sweep_family {
    char name[32];
    int n_cases;
    int input, build; /* references to its Lua functions */
};

/* Zero-initialise. */
struct cg_sweep {
    struct cg_sandbox *sandbox;
    int n_families, capacity;
    struct cg_sweep_family *families;
};

/* Of the scripts that are built in; the last row has no name. */
struct cg_sweep_script {
    const char *name, *text;
};

extern const struct cg_sweep_script cg_sweep_scripts[];

/* Reads the families. cg_sweep_close() is needed after a failure, too. */
enum cg_status cg_sweep_open(struct cg_sweep *sweep, struct cg_error *err);
void cg_sweep_close(struct cg_sweep *sweep);

/* Case i of the family, the caller's; NULL with `err` set. */
struct cg_graph *cg_sweep_make(const struct cg_sweep *sweep, const struct cg_sweep_family *family, int i,
                               struct cg_error *err);

/* What a graph is, for people: "conv 3x3 16 -> 24 on 7x7, stride 2, 2 groups" when it is a single node, else
 * its input, output and number of nodes. At most `size` bytes with the terminator. */
void cg_sweep_describe(const struct cg_graph *graph, char *text, size_t size);

#endif
