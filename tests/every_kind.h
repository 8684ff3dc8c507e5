/* A graph of all that graphs can hold, for what writes and reads them. */
#ifndef CONVGAUGE_TESTS_EVERY_KIND_H
#define CONVGAUGE_TESTS_EVERY_KIND_H

#include "bench/graph/graph.h"

/* A graph with every node kind, activation, and ways in which they meet; ends the program when it cannot be
 * made. */
struct cg_graph *every_kind_graph(void);

#endif
