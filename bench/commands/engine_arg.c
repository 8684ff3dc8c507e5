#include "bench/commands/engine_arg.h"

#include "base/nearest.h"

const struct cg_engine *cg_engine_arg(const char *name, struct cg_error *err)
{
    const struct cg_engine *engine = cg_engine_find(name);
    struct cg_engine_info info = {0};
    if (!engine) {
        const char *names[32];
        char near[256];
        int n = 0;
        while (n < 32 && cg_engines[n]) {
            names[n] = cg_engines[n]->name;
            n++;
        }
        cg_nearest(name, names, n, near, sizeof near);
        cg_fail(err, CG_INVALID, "unknown engine '%s'%s%s%s; 'convgauge list engines' lists them", name,
                near[0] ? " (did you mean " : "", near, near[0] ? "?)" : "");
        return NULL;
    }
    engine->probe(&info);
    if (!info.available) {
        cg_fail(err, CG_UNAVAILABLE, "engine %s is not available: %s", name, info.why_not);
        return NULL;
    }
    return engine;
}
