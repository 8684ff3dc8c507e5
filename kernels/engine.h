/* What runs a graph. An engine compiles a graph into a plan (weights packed, memory laid out) and runs it.
 * Adding an engine = one folder with one `const struct cg_engine` + one row in engine_table.c. */
#ifndef CONVGAUGE_KERNELS_ENGINE_H
#define CONVGAUGE_KERNELS_ENGINE_H

#include "base/error.h"
#include "bench/graph/cost.h"
#include "bench/graph/graph.h"
#include "bench/graph/weights.h"
#include "kernels/setting.h"

#include <stddef.h>

struct cg_engine_info {
    bool available;
    bool missing;       /* there is no library of it to try */
    char version[64];   /* of the library, or of convgauge for its own engines */
    char isa[64];       /* what it would use here, e.g. "avx512" */
    char library[1024]; /* path of the library that is loaded when the engine is used; "" for others */
    char others[256];   /* further versions that were found, "1.23.2, 1.20.1" */
    char why_not[512];  /* a sentence when not available */
};

/* An option of a whole name (engine_name.h). */
struct cg_engine_option {
    const char *key;
    char values[3]; /* a character each of the two; the first holds where it is not named */
};

/* One step of a plan: what runs between two clock readings of run_timed. */
struct cg_step {
    const int *nodes; /* ids, in the graph given to compile, that this step computes; empty for a reorder */
    int n_nodes;
    enum cg_category category;
    char implementation[96]; /* the kernel that ran, e.g. "gemm_f32_14x32__avx512", "jit:avx512_core" */
};

/* A graph made ready. Engines embed this as the first member of their own struct. */
struct cg_plan {
    const struct cg_engine *engine;
    const struct cg_graph *graph; /* owned by the plan: a copy of what was compiled */
    struct cg_setting setting;    /* its cpus are NULL once compiled */
};

/* All functions return CG_OK or set `err`. A plan is used by one thread at a time. */
struct cg_engine {
    const char *name;
    const char *summary; /* one line for `list engines` */
    const char *layout;  /* of the tensors between layers, "NHWC"; NULL: a library chooses it */

    /* "NAME=value" pairs, NULL-terminated, that must be in the environment when a process that uses the
     * engine starts: thread runtimes read theirs while they are loaded. (optional: NULL) */
    const char *const *environment;

    /* What a whole name may set besides its version, up to a NULL key. Copies of the row stand for whole
     * names then. (optional: NULL; an engine whose library is loaded when it is used has a list, if an empty
     * one) */
    const struct cg_engine_option *options;
    bool one_version; /* whole names have options only */

    /* Whether layers may run together at CG_FUSION_FULL. If not, CG_FUSION_LAYERS makes the same plans. */
    bool joins_layers;

    /* `engine` is the row, or a copy of it under a whole name. */
    void (*probe)(const struct cg_engine *engine, struct cg_engine_info *info);

    /* Whether node `id` can run at all; if not, `why` receives the reason. */
    bool (*supports)(const struct cg_graph *graph, int id, char *why, size_t why_size);

    /* Bytes of the weights that a plan would hold, packed; -1 if that cannot be told. (optional: NULL, about
     * those of the graph) */
    int64_t (*weight_bytes)(const struct cg_graph *graph, const struct cg_setting *setting);

    /* Makes a plan. The graph is already unfused when setting->fusion is CG_FUSION_NONE, setting->engine is
     * the engine's (whole) name. Graph and weights are borrowed until return. CG_UNSUPPORTED names the node;
     * nothing falls back in silence. */
    enum cg_status (*compile)(const struct cg_graph *graph, const struct cg_weights *weights,
                              const struct cg_setting *setting, struct cg_plan **plan, struct cg_error *err);

    /* Copies the input in from, and the output out to, dense NHWC f32. Not timed. */
    void (*set_input)(struct cg_plan *plan, const float *nhwc);
    void (*get_output)(const struct cg_plan *plan, float *nhwc);

    /* One inference. Allocates nothing. */
    enum cg_status (*run)(struct cg_plan *plan, struct cg_error *err);

    /* One inference with a clock reading after every step: step_ns[i] = nanoseconds of step i, n_steps
     * entries. */
    enum cg_status (*run_timed)(struct cg_plan *plan, int64_t *step_ns, struct cg_error *err);

    int (*n_steps)(const struct cg_plan *plan);
    void (*step)(const struct cg_plan *plan, int i, struct cg_step *out);

    /* Bytes that the plan holds for running: packed weights + arena + edge buffers (the library's own figure,
     * or what was allocated on its behalf); -1 if the engine cannot know. */
    int64_t (*memory_bytes)(const struct cg_plan *plan);

    /* One word or phrase for the record: the implementation of the heaviest steps, e.g. "gemm avx512 14x32".
     */
    void (*implementation)(const struct cg_plan *plan, char *text, size_t size);

    /* How many times the rounding errors of sums in order the plan's algorithms may make (Winograd's);
     * outputs are held to tolerances that much wider. (optional: NULL, 1) */
    double (*rounding)(const struct cg_plan *plan);

    /* Calls visit(address, bytes, context) for every buffer that a run touches (weights, arena, edges), so
     * that they can be evicted from the caches. (optional: NULL) */
    void (*buffers)(const struct cg_plan *plan, void (*visit)(void *, size_t, void *), void *context);

    /* OS thread ids (gettid) of the plan's worker threads, caller's excluded: at most `max`; returns how many
     * there are. (optional: NULL) */
    int (*thread_ids)(const struct cg_plan *plan, int *tids, int max);

    /* Sends worker threads that still wait actively for the next run to sleep, as far as the engine's thread
     * runtime can be told; else they sleep when their spinning ends. Not timed. (optional: NULL) */
    void (*settle)(struct cg_plan *plan);

    void (*destroy)(struct cg_plan *plan);
};

/* Engines in the order of `list engines`; those not built in have a row too, which says why not. Behind them
 * stand those that were asked for by a whole name. NULL-terminated. */
extern const struct cg_engine *cg_engines[];

/* The engine of that name, or whole name: an engine of its own then, with that name, from now on. NULL with
 * `err` set: CG_INVALID for one that is not known or takes no such whole name. The library is not looked at.
 */
const struct cg_engine *cg_engine_named(const char *name, struct cg_error *err);

/* The length of the first whole name of a list: a comma in a path, behind which no engine's name stands, is
 * part of it, so that the whole is refused. */
size_t cg_engine_name_in_list(const char *list);

/* The same without a reason. */
const struct cg_engine *cg_engine_find(const char *name);

/* An environment for a process that may use any of the engines: `base` (NULL-terminated) with what the
 * engines want in place of variables of the same names. The array is the caller's, to be freed; its strings
 * are borrowed. NULL when there is no memory. */
char **cg_engine_environment(char *const *base);

/* Compiles with the checks that hold for all engines: threads >= 1, every node supported (the first that is
 * not is named with the reason; CG_UNSUPPORTED), unfuses for CG_FUSION_NONE. On success *plan is the
 * caller's, to be destroyed with cg_plan_destroy. */
enum cg_status cg_plan_create(const struct cg_engine *engine, const struct cg_graph *graph,
                              const struct cg_weights *weights, const struct cg_setting *setting,
                              struct cg_plan **plan, struct cg_error *err);

/* What the plan's engine says of its rounding; 1 where it says nothing. */
double cg_plan_rounding(const struct cg_plan *plan);

/* Takes NULL, clears the caller's pointer. */
void cg_plan_destroy(struct cg_plan **plan);

#endif
