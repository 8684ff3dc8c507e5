#include "bench/commands/options.h"

#include "base/nearest.h"
#include "kernels/engine.h"

#include <string.h>

int cg_engine_word(const char *word, struct cg_error *err)
{
    const char *names[32];
    char near[256];
    int n = 0;
    for (; n < 32 && cg_engines[n]; n++) {
        struct cg_engine_info info = {0};
        names[n] = cg_engines[n]->name;
        if (strcmp(names[n], word) != 0)
            continue;
        cg_engines[n]->probe(&info);
        if (info.available)
            return n;
        cg_fail(err, CG_UNAVAILABLE, "engine %s is not available: %s", word, info.why_not);
        return -1;
    }
    cg_nearest(word, names, n, near, sizeof near);
    cg_fail(err, CG_INVALID, "unknown engine '%s'%s%s%s; 'convgauge list engines' lists them", word,
            near[0] ? " (did you mean " : "", near, near[0] ? "?)" : "");
    return -1;
}

int cg_isa_word(const char *word, struct cg_error *err)
{
    const int isa = cg_isa_from_name(word);
    if (isa < 0)
        cg_fail(err, CG_INVALID, "there is no instruction set '%s'; there are scalar, neon, avx2 and avx512",
                word);
    else if (!cg_isa_available((enum cg_isa)isa))
        cg_fail(err, CG_UNAVAILABLE, "this processor has no %s; its best is %s", word,
                cg_isa_name(cg_isa_best()));
    return isa >= 0 && cg_isa_available((enum cg_isa)isa) ? isa : -1;
}

int cg_fusion_word(const char *word, struct cg_error *err)
{
    const int fusion = cg_fusion_from_name(word);
    if (fusion < 0)
        cg_fail(err, CG_INVALID, "--fusion takes " CG_FUSION_WORDS ", not '%s'", word);
    return fusion;
}

int cg_cache_word(const char *word, struct cg_error *err)
{
    const int cache = cg_cache_state_from_name(word);
    if (cache < 0)
        cg_fail(err, CG_INVALID, "--cache takes hot, cold and replay, not '%s'", word);
    return cache;
}
