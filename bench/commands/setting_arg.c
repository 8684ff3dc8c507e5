#include "bench/commands/setting_arg.h"

#include "base/nearest.h"

#include <stdlib.h>

const struct cg_engine *cg_engine_arg(const char *name, struct cg_error *err)
{
    const struct cg_engine *engine = cg_engine_find(name);
    struct cg_engine_info info = {0};
    if (!engine) {
        const char *names[32];
        char near[256];
        int n = 0;
        for (; n < 32 && cg_engines[n]; n++)
            names[n] = cg_engines[n]->name;
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

enum cg_status cg_isa_arg(const char *word, enum cg_isa *isa, struct cg_error *err)
{
    const int found = cg_isa_from_name(word);
    if (found < 0)
        return cg_fail(err, CG_INVALID,
                       "there is no instruction set '%s'; there are scalar, neon, avx2 and avx512", word);
    *isa = (enum cg_isa)found;
    return cg_isa_available(*isa) ? CG_OK
                                  : cg_fail(err, CG_UNAVAILABLE, "this processor has no %s; its best is %s",
                                            word, cg_isa_name(cg_isa_best()));
}

enum cg_status cg_fusion_arg(const char *word, enum cg_fusion *fusion, struct cg_error *err)
{
    const int found = cg_fusion_from_name(word);
    if (found < 0)
        return cg_fail(err, CG_INVALID, "--fusion takes " CG_FUSION_WORDS ", not '%s'", word);
    *fusion = (enum cg_fusion)found;
    return CG_OK;
}

enum cg_status cg_cache_arg(const char *word, enum cg_cache_state *cache, struct cg_error *err)
{
    const int found = cg_cache_state_from_name(word);
    if (found < 0)
        return cg_fail(err, CG_INVALID, "--cache takes hot, cold and replay, not '%s'", word);
    *cache = (enum cg_cache_state)found;
    return CG_OK;
}

enum cg_status cg_setting_arg(const struct cg_setting_words *words, const struct cg_topology *topology,
                              struct cg_setting *setting, int **cpus, struct cg_error *err)
{
    *setting = (struct cg_setting){.isa = cg_isa_best(), .threads = words->threads, .batch = words->batch};
    *cpus = malloc((size_t)words->threads * sizeof **cpus);
    enum cg_status status = *cpus ? CG_OK : cg_fail(err, CG_NO_MEMORY, "no memory for a list of cpus");
    if (status == CG_OK)
        status = cg_topology_choose(topology, words->cores, words->threads, *cpus, err);
    const struct cg_engine *engine = status == CG_OK ? cg_engine_arg(words->engine, err) : NULL;
    if (status == CG_OK && !engine)
        status = err->status;
    if (status == CG_OK && words->isa)
        status = cg_isa_arg(words->isa, &setting->isa, err);
    if (status == CG_OK)
        status = cg_fusion_arg(words->fusion, &setting->fusion, err);
    if (status == CG_OK) {
        setting->engine = engine->name;
        setting->cpus = *cpus;
    } else {
        free(*cpus);
        *cpus = NULL;
    }
    return status;
}
