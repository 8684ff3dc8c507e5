/* Engines that this build leaves out: they keep their row in the table, say why they are not here, and
 * refuse. */
#include "kernels/absent.h"

#include <stdio.h>
#include <string.h>

void cg_absent_probe(struct cg_engine_info *info, const char *why_not)
{
    memset(info, 0, sizeof *info);
    snprintf(info->why_not, sizeof info->why_not, "%s", why_not);
}

bool cg_absent_supports(const struct cg_graph *graph, int id, char *why, size_t why_size)
{
    snprintf(why, why_size, "the engine is not part of this build");
    return false;
}

enum cg_status cg_absent_compile(const struct cg_graph *graph, const struct cg_weights *weights,
                                 const struct cg_compile_options *options, struct cg_plan **plan,
                                 struct cg_error *err)
{
    return cg_fail(err, CG_UNAVAILABLE, "the engine is not part of this build");
}
