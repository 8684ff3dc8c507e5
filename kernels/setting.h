/* Under what a graph runs: the options that a measurement is named by, carried whole from the command line
 * through plan, job, message and record to the tables. A new option is a field here, a row of the command
 * line, a key of the results file and, if it divides cases, a field and a line of
 * cg_setting_difference() and a line of cg_setting_hash(). */
#ifndef CONVGAUGE_KERNELS_SETTING_H
#define CONVGAUGE_KERNELS_SETTING_H

#include "base/names.h"
#include "kernels/isa.h"

#include <stdbool.h>
#include <stdint.h>

/* How far an engine may merge nodes (X: identifier, name). "none": every node by itself: the engine gets
 * cg_graph_unfuse()'s graph and adds, activations, splits, concats and shuffles each run as their own pass.
 * "layers": a layer takes along what follows it (activation, addition) and placements of channels, but runs
 * over its whole map before the next layer starts. "full": the engine's best; it may run several layers
 * together, band by band, so that what lies between them stays in the caches. */
#define CG_FUSIONS(X)                                                                                        \
    X(CG_FUSION_NONE, "none")                                                                                \
    X(CG_FUSION_LAYERS, "layers")                                                                            \
    X(CG_FUSION_FULL, "full")

CG_ENUM(cg_fusion, CG_FUSIONS, CG_FUSION_COUNT)
CG_NAMES_DECLARE(cg_fusion)
#define CG_FUSION_WORDS "none, layers, full"

/* State of the caches when a sample starts (X: identifier, name). */
#define CG_CACHE_STATES(X)                                                                                   \
    X(CG_CACHE_HOT, "hot")       /* as the same job's discarded run left them */                             \
    X(CG_CACHE_COLD, "cold")     /* the plan's own buffers flushed line by line; a sample is one run */      \
    X(CG_CACHE_REPLAY, "replay") /* as the real predecessors left them: see cg_job.replay_from */

CG_ENUM(cg_cache_state, CG_CACHE_STATES, CG_CACHE_STATE_COUNT)
CG_NAMES_DECLARE(cg_cache_state)

/* Where a plan's input and output stand when a run starts and ends. */
enum cg_edges {
    CG_EDGES_NHWC, /* f32 NHWC, dense: any reorder is part of the run (whole networks) */
    CG_EDGES_PLAN, /* the plan's own layout: set_input and get_output convert outside the run (layer stacks)
                    */
};

#define CG_THREADS_MAX 1024

/* Zero-initialised fields are the defaults except threads (1) and isa (cg_isa_best()). In what was read from
 * a file or a published table a value that is not known is -1 (another negative number: a name of a later
 * version, which equals no other), NULL for the engine. */
struct cg_setting {
    const char *engine; /* a name from cg_engines; borrowed */
    enum cg_isa isa;    /* the highest instruction set that may be used */
    int threads;        /* >= 1; threads that share one run, the caller's included */
    const int *cpus;    /* NULL (not bound), or `threads` logical cpu numbers (OS index); borrowed */
    enum cg_fusion fusion;
    enum cg_edges edges;
    enum cg_cache_state cache;
    int batch; /* images of one run: the input's n; 0: as the graph has it */
};

/* The fields that divide cases: all but cpus and edges, which the suite decides. */
enum cg_setting_field {
    CG_FIELD_ENGINE = 1,
    CG_FIELD_ISA = 2,
    CG_FIELD_THREADS = 4,
    CG_FIELD_FUSION = 8,
    CG_FIELD_CACHE = 16,
    CG_FIELD_BATCH = 32,
};

/* In which of them two settings differ, bits of enum cg_setting_field. */
unsigned cg_setting_difference(const struct cg_setting *a, const struct cg_setting *b);

/* Whether times under both may stand in one row: they differ in none. */
bool cg_setting_equal(const struct cg_setting *a, const struct cg_setting *b);

/* Chains a hash with all fields, whatever they point to. */
uint64_t cg_setting_hash(uint64_t hash, const struct cg_setting *setting);

/* "native, 1 thread, avx512, hot" and, where fusion is not full or batch not 1, those; snprintf-like. */
int cg_setting_text(const struct cg_setting *setting, char *text, size_t size);

#endif
