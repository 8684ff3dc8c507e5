#include "bench/commands/build_record.h"

#include "bench/commit.h"
#include "config.h"
#include "kernels/engine.h"

enum cg_status cg_build_record_fill(struct cg_results *results, struct cg_error *err)
{
    struct cg_build_record *b = &results->build;
    int n = 0;
    while (cg_engines[n])
        n++;
    b->version = CG_VERSION;
    b->commit = CG_COMMIT[0] ? CG_COMMIT : NULL;
    b->compiler = CG_COMPILER;
    b->flags = CG_FLAGS_TEXT;
    b->buildtype = CG_BUILDTYPE;
    b->engines = cg_results_array(results, (size_t)n, sizeof *b->engines);
    if (!b->engines)
        return cg_fail(err, CG_NO_MEMORY, "no memory for the description of the build");
    for (int i = 0; i < n; i++) {
        struct cg_engine_info info = {0};
        cg_engines[i]->probe(&info);
        if (info.available)
            b->engines[b->n_engines++] =
                (struct cg_engine_version){cg_engines[i]->name, cg_results_text(results, info.version)};
    }
    return CG_OK;
}
