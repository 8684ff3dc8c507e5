/* The bound of a layer: no code on this machine can be faster. */
#ifndef CONVGAUGE_BENCH_DEVICE_ROOFLINE_H
#define CONVGAUGE_BENCH_DEVICE_ROOFLINE_H

#include "bench/device/peak.h"
#include "bench/graph/graph.h"

#include <stdbool.h>

#define CG_LEVELS_MAX 5

struct cg_roofline {
    enum cg_isa isa;
    int threads;
    double madds_per_s; /* NAN unknown */
    int n_levels;       /* from L1 to DRAM */
    struct {
        char name[8];
        int64_t capacity_bytes; /* of all the caches of this level that the threads use; INT64_MAX for DRAM */
        double bytes_per_s[CG_FLOW_COUNT];
    } levels[CG_LEVELS_MAX];
};

struct cg_bound {
    double ns; /* max(compute, memory); NAN when peaks are unknown */
    double
        compute_ns;   /* madds / peak; 0 for layers without multiply-adds; taps outside of the map left out */
    double memory_ns; /* of the level that takes longest for the bytes that must come from it */
    int64_t madds, read_bytes, write_bytes, working_set_bytes;
    int level;         /* index into levels: that one */
    const char *limit; /* "compute" or the level's name; "unknown" */
};

/* The bound of a node: max(madds / peak, bytes of each level / its bandwidth). Multiply-adds are those of the
 * direct sum, without taps outside of the map: Winograd's algorithm, which makes fewer, can go beyond it.
 * Every byte of input, weights and output passes the first level once; from each further one comes at least
 * what the levels before it, all together, cannot hold of the working set (hot), or everything (cold). Time
 * of a level is max(read / read bandwidth, written / write bandwidth, 2 min(read, written) / copy bandwidth):
 * reads and writes may overlap, so anything slower would not be a bound. */
struct cg_bound cg_roofline_node(const struct cg_roofline *roofline, const struct cg_graph *graph, int id,
                                 bool cold);

/* The same for any amount of work: a step of several nodes, a whole graph. working_set_bytes decides
 * what the levels hold. */
struct cg_bound cg_roofline_work(const struct cg_roofline *roofline, int64_t madds, int64_t read_bytes,
                                 int64_t write_bytes, int64_t working_set_bytes, bool cold);

/* What a run of the graph takes at least when the caches are cold: its input and the weights of all nodes
 * come from DRAM once, at the bandwidth of reading (what the nodes hand to each other may stay in a cache).
 * NAN when that is unknown. */
double cg_roofline_cold_ns(const struct cg_roofline *roofline, const struct cg_graph *graph);

/* 100 x bound / measured; NAN when either is unknown. */
double cg_bound_percent(const struct cg_bound *bound, double measured_ns);

#endif
