#include "kernels/setting.h"

#include "base/hash.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

CG_NAMES_DEFINE(cg_isa, CG_ISAS)
CG_NAMES_DEFINE(cg_fusion, CG_FUSIONS)
CG_NAMES_DEFINE(cg_cache_state, CG_CACHE_STATES)

unsigned cg_setting_difference(const struct cg_setting *a, const struct cg_setting *b)
{
    const bool one_engine =
        a->engine == b->engine || (a->engine && b->engine && strcmp(a->engine, b->engine) == 0);
    return (one_engine ? 0 : CG_FIELD_ENGINE) | (a->isa != b->isa ? CG_FIELD_ISA : 0) |
           (a->threads != b->threads ? CG_FIELD_THREADS : 0) |
           (a->fusion != b->fusion ? CG_FIELD_FUSION : 0) | (a->cache != b->cache ? CG_FIELD_CACHE : 0) |
           (a->batch != b->batch ? CG_FIELD_BATCH : 0);
}

bool cg_setting_equal(const struct cg_setting *a, const struct cg_setting *b)
{
    return cg_setting_difference(a, b) == 0;
}

uint64_t cg_setting_hash(uint64_t hash, const struct cg_setting *setting)
{
    hash = cg_hash_text(hash, setting->engine ? setting->engine : "");
    hash = cg_hash_u64(hash, (uint64_t)setting->threads);
    for (int i = 0; setting->cpus && i < setting->threads; i++)
        hash = cg_hash_u64(hash, (uint64_t)setting->cpus[i] + 1);
    hash = cg_hash_u64(hash, setting->isa);
    hash = cg_hash_u64(hash, setting->fusion);
    hash = cg_hash_u64(hash, setting->edges);
    hash = cg_hash_u64(hash, setting->cache);
    return cg_hash_u64(hash, (uint64_t)setting->batch);
}

int cg_setting_text(const struct cg_setting *setting, char *text, size_t size)
{
    char extra[128] = "";
    if (setting->fusion != CG_FUSION_FULL && (int)setting->fusion >= 0)
        cg_append(extra, sizeof extra, ", fusion %s", cg_fusion_name(setting->fusion));
    if (setting->batch > 1)
        cg_append(extra, sizeof extra, ", batch %d", setting->batch);
    return snprintf(text, size, "%s, %d thread%s, %s, %s%s", setting->engine ? setting->engine : "?",
                    setting->threads, setting->threads == 1 ? "" : "s",
                    (int)setting->isa < 0 ? "ISA unknown" : cg_isa_name(setting->isa),
                    (int)setting->cache < 0 ? "cache unknown" : cg_cache_state_name(setting->cache), extra);
}
