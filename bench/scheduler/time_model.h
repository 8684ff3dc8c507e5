/* How long one run of a graph takes on an engine, before it has been measured: a few layers of each kind are
 * timed once, the rest is arithmetic. Meant for predicting how long a run will take, not for results. */
#ifndef CONVGAUGE_BENCH_SCHEDULER_TIME_MODEL_H
#define CONVGAUGE_BENCH_SCHEDULER_TIME_MODEL_H

#include "bench/job/job.h"
#include "bench/job/measurement.h"

struct cg_session;

/* What limits a node in the same way (X: identifier). */
enum cg_layer_kind {
    CG_LAYER_POINTWISE, /* 1x1, one group */
    CG_LAYER_GROUPED,   /* any kernel in several groups, depthwise apart */
    CG_LAYER_SPATIAL,   /* k x k, one group */
    CG_LAYER_DEPTHWISE,
    CG_LAYER_FC,
    CG_LAYER_POOL,
    CG_LAYER_MOVE, /* everything that computes no multiply-adds: per element */
    CG_LAYER_KIND_COUNT
};

#define CG_MODEL_POINTS 4

struct cg_time_model {
    struct cg_noise noise;
    struct {
        int n;
        double width[CG_MODEL_POINTS];       /* channels of a group, in or out, whichever is fewer */
        double ns_per_unit[CG_MODEL_POINTS]; /* unit: a multiply-add; an element where there are none */
    } kinds[CG_LAYER_KIND_COUNT];
};

/* Times the layers on the engine and options of `job` (its graph is not looked at) and, with `noise`, the
 * noise of two equal cases (else NAN): about a second each. */
enum cg_status cg_time_model_measure(struct cg_session *session, const struct cg_job *job, bool noise,
                                     struct cg_time_model *model, struct cg_error *err);

/* Nanoseconds of one run of the graph. */
double cg_time_model_run_ns(const struct cg_time_model *model, const struct cg_graph *graph);

#endif
