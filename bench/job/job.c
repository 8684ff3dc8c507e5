#include "bench/job/job.h"

#include "bench/graph/text.h"

CG_NAMES_DEFINE(cg_cache_state, CG_CACHE_STATES)

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash ^= value + 0x9e3779b97f4a7c15u + (hash << 6) + (hash >> 2);
    return hash * 0x100000001b3u;
}

static uint64_t mix_text(uint64_t hash, const char *text)
{
    for (; *text; text++)
        hash = mix(hash, (unsigned char)*text);
    return hash;
}

uint64_t cg_reference_key(const struct cg_job *job)
{
    uint64_t key = mix(0, cg_graph_hash(job->graph));
    key = mix(key, job->weight_seed ? job->weight_seed : CG_DEFAULT_SEED);
    return mix(key, (uint64_t)(uintptr_t)job->weights);
}

uint64_t cg_engine_key(const struct cg_job *job)
{
    uint64_t key = mix_text(0, job->engine);
    key = mix(key, (uint64_t)job->threads);
    for (int i = 0; job->cpus && i < job->threads; i++)
        key = mix(key, (uint64_t)job->cpus[i] + 1);
    key = mix(key, job->isa);
    return mix(key, job->fusion);
}

uint64_t cg_job_key(const struct cg_job *job)
{
    uint64_t key = mix(cg_reference_key(job), cg_engine_key(job));
    key = mix(key, job->edges);
    key = mix(key, job->cache);
    return mix(key, job->cache == CG_CACHE_REPLAY ? (uint64_t)job->replay_from : 0);
}

uint64_t cg_group_key(const struct cg_job *jobs, int n_jobs)
{
    uint64_t key = 0;
    for (int i = 0; i < n_jobs; i++)
        key = mix(key, cg_job_key(&jobs[i]));
    return key;
}

int cg_job_same_as(const struct cg_job *jobs, int index)
{
    const uint64_t key = cg_job_key(&jobs[index]);
    for (int i = 0; i < index; i++)
        if (cg_job_key(&jobs[i]) == key)
            return i;
    return -1;
}
