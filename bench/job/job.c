#include "bench/job/job.h"

#include "base/hash.h"
#include "bench/graph/text.h"

uint64_t cg_reference_key(const struct cg_job *job)
{
    uint64_t key = cg_hash_u64(CG_HASH_START, cg_graph_hash(job->graph));
    key = cg_hash_u64(key, job->weight_seed ? job->weight_seed : CG_DEFAULT_SEED);
    return cg_hash_u64(key, (uint64_t)(uintptr_t)job->weights);
}

static uint64_t hash_options(uint64_t hash, const struct cg_job *job)
{
    hash = cg_setting_hash(hash, &job->setting);
    return cg_hash_u64(hash, job->setting.cache == CG_CACHE_REPLAY ? (uint64_t)job->replay_from : 0);
}

uint64_t cg_jobs_hash(uint64_t hash, const struct cg_job *jobs, int n_jobs)
{
    for (int i = 0; i < n_jobs; i++)
        hash = hash_options(cg_hash_u64(hash, cg_graph_hash(jobs[i].graph)), &jobs[i]);
    return hash;
}

int cg_job_same_as(const struct cg_job *jobs, int index)
{
    const uint64_t key = hash_options(cg_reference_key(&jobs[index]), &jobs[index]);
    for (int i = 0; i < index; i++)
        if (hash_options(cg_reference_key(&jobs[i]), &jobs[i]) == key)
            return i;
    return -1;
}
