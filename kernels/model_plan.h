/* What the plans of engines have in common that are given a whole model as ONNX: the model's bytes, input and
 * output as the library takes them (dense NCHW; set_input and get_output convert, outside of runs), the
 * library's threads, and steps found in what its profiler says of a run. */
#ifndef CONVGAUGE_KERNELS_MODEL_PLAN_H
#define CONVGAUGE_KERNELS_MODEL_PLAN_H

#include "kernels/engine.h"

/* One operation that the library ran, in the order of its run. */
struct cg_model_operation {
    char name[128]; /* as the library calls it: "$ID..." of its graph node somewhere in it */
    char kind[64];  /* "Conv" */
    int64_t ns;     /* up to its end, from that of the operation before, or from the run's start */
};

struct cg_model_trace {
    struct cg_model_operation *operations; /* malloc'd */
    int n, capacity;
};

struct cg_model_step {
    int node;                /* that its operations are named after; -1: the library's own, all of one kind */
    int first_node, n_nodes; /* in step_nodes */
    int n_operations;
    enum cg_category category;
    char kinds[96]; /* of its operations */
};

struct cg_model_plan {
    struct cg_plan base;
    struct cg_graph *graph;
    void *model; /* ONNX */
    size_t model_bytes;
    float *input, *output;
    int *tids; /* of the library's threads for this plan */
    int n_tids;

    /* Runs once under the library's profiler. */
    enum cg_status (*trace)(struct cg_model_plan *plan, struct cg_model_trace *trace, struct cg_error *err);
    struct cg_model_step *steps; /* NULL: not looked for yet (model_steps.h) */
    int n_steps, n_operations;
    int *step_nodes;
};

/* A plan of `size` bytes, zeroed, with graph, model, input and output; the engine is that of setting->engine.
 * NULL with `err` set. cg_model_plan_free() frees it, not what the library made. */
void *cg_model_plan_create(size_t size, const struct cg_graph *graph, const struct cg_weights *weights,
                           const struct cg_setting *setting, struct cg_error *err);
void cg_model_plan_free(struct cg_model_plan *plan);

/* Dimensions of input or output as they stand in the model; returns how many there are. */
int cg_model_dims(const struct cg_model_plan *plan, bool input, int64_t dims[4]);

/* What a library that takes no later operator set said of a model that needs one: CG_UNSUPPORTED with both.
 * Every other status is passed on. */
enum cg_status cg_model_judge(const struct cg_model_plan *plan, enum cg_status status, struct cg_error *err);

/* Keeps as the plan's the threads of this process that are not among those that were there `before`
 * (cg_thread_list()). CG_FAILED for more than the setting's. */
enum cg_status cg_model_keep_threads(struct cg_model_plan *plan, const int *before, int n_before,
                                     struct cg_error *err);

/* Functions of struct cg_engine; those for steps stand in model_steps.h. */
bool cg_model_supports(const struct cg_graph *graph, int id, char *why, size_t why_size);
void cg_model_set_input(struct cg_plan *plan, const float *nhwc);
void cg_model_get_output(const struct cg_plan *plan, float *nhwc);
int64_t cg_model_memory_bytes(const struct cg_plan *plan);
int cg_model_thread_ids(const struct cg_plan *plan, int *tids, int max);

#endif
