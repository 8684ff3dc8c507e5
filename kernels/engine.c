#include "kernels/engine.h"

#include "bench/graph/rewrite.h"

#include <string.h>

static enum cg_status check_supported(const struct cg_engine *engine, const struct cg_graph *graph,
                                      struct cg_error *err)
{
    for (int id = 0; id < graph->n_nodes; id++) {
        char why[256] = "";
        if (!engine->supports(graph, id, why, sizeof why))
            return cg_fail(err, CG_UNSUPPORTED, "engine %s cannot run node %s (%s): %s", engine->name,
                           graph->nodes[id].name, cg_op_name(graph->nodes[id].op), why);
    }
    return CG_OK;
}

enum cg_status cg_plan_create(const struct cg_engine *engine, const struct cg_graph *graph,
                              const struct cg_weights *weights, const struct cg_setting *setting,
                              struct cg_plan **plan, struct cg_error *err)
{
    *plan = NULL;
    struct cg_engine_info info = {0};
    engine->probe(engine, &info);
    if (!info.available)
        return cg_fail(err, CG_UNAVAILABLE, "engine %s is not available: %s", engine->name, info.why_not);
    if (setting->threads < 1)
        return cg_fail(err, CG_INVALID, "threads must be at least 1, not %d", setting->threads);
    if (!cg_isa_available(setting->isa))
        return cg_fail(err, CG_UNAVAILABLE, "this processor has no %s", cg_isa_name(setting->isa));

    struct cg_setting named = *setting;
    struct cg_graph *unfused = NULL;
    named.engine = engine->name;
    if (setting->fusion == CG_FUSION_NONE) {
        unfused = cg_graph_unfuse(graph, err);
        if (!unfused)
            return err ? err->status : CG_NO_MEMORY;
        graph = unfused;
    }
    enum cg_status status = check_supported(engine, graph, err);
    if (status == CG_OK)
        status = engine->compile(graph, weights, &named, plan, err);
    cg_graph_destroy(&unfused);
    return status;
}

double cg_plan_rounding(const struct cg_plan *plan)
{
    return plan->engine->rounding ? plan->engine->rounding(plan) : 1;
}

void cg_plan_destroy(struct cg_plan **plan)
{
    if (!*plan)
        return;
    (*plan)->engine->destroy(*plan);
    *plan = NULL;
}
