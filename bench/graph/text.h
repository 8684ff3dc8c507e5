/* The text form of a graph: one line a node. It identifies a graph (names and origins apart), carries it to
 * the worker processes, and can be read by people. */
#ifndef CONVGAUGE_BENCH_GRAPH_TEXT_H
#define CONVGAUGE_BENCH_GRAPH_TEXT_H

#include "bench/graph/graph.h"

#include <stddef.h>

/* The graph as text, NUL-terminated, allocated with malloc: the caller frees it. With `identity` names,
 * origins and blocks are left out, so equal computations give equal texts. NULL when there is no memory. */
char *cg_graph_to_text(const struct cg_graph *graph, bool identity);

/* A graph from its text form. NULL with `err` set (line number and reason) when it does not parse or fit. */
struct cg_graph *cg_graph_from_text(const char *text, struct cg_error *err);

/* 64-bit hash of the identity text (FNV-1a): equal graphs are measured once under one hash. */
uint64_t cg_graph_hash(const struct cg_graph *graph);

#endif
