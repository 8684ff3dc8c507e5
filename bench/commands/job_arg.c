#include "bench/commands/job_arg.h"

#include "bench/commands/engine_arg.h"

enum cg_status cg_job_arg(const struct cg_job_words *words, const struct cg_network *network, const int *cpus,
                          struct cg_job *job, struct cg_error *err)
{
    const struct cg_engine *engine = cg_engine_arg(words->engine, err);
    const int isa = words->isa ? cg_isa_from_name(words->isa) : (int)cg_isa_best();
    const int fusion = cg_fusion_from_name(words->fusion);
    if (!engine)
        return err->status;
    if (isa < 0)
        return cg_fail(err, CG_INVALID,
                       "there is no instruction set '%s'; there are scalar, neon, avx2 and avx512",
                       words->isa);
    if (!cg_isa_available((enum cg_isa)isa))
        return cg_fail(err, CG_UNAVAILABLE, "this processor has no %s; its best is %s", words->isa,
                       cg_isa_name(cg_isa_best()));
    if (fusion < 0)
        return cg_fail(err, CG_INVALID, "--fusion takes %s, not '%s'", cg_fusion_names(), words->fusion);
    *job = (struct cg_job){.label = network->name,
                           .engine = engine->name,
                           .graph = network->graph,
                           .weights = network->weights,
                           .threads = words->threads,
                           .cpus = cpus,
                           .isa = (enum cg_isa)isa,
                           .fusion = (enum cg_fusion)fusion,
                           .edges = CG_EDGES_NHWC};
    return CG_OK;
}
