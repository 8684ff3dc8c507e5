/* The building blocks of the networks, at odd channel counts and in awkward neighbourhoods. */
#ifndef CONVGAUGE_TESTS_BLOCKS_H
#define CONVGAUGE_TESTS_BLOCKS_H

#include "bench/graph/graph.h"

struct block {
    const char *name;
    void (*build)(struct cg_graph *graph, int batch); /* into an empty graph */
};

extern const struct block blocks[];
extern const int n_blocks;

#endif
