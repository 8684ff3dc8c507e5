#include "bench/audit/costs.h"

#include "bench/graph/text.h"

#include <stdio.h>

/* The job that times `graph`, added when there is none yet. `hashes` stands beside jobs->jobs. */
static int job_for(struct cg_audit_jobs *jobs, uint64_t *hashes, const struct cg_job *network,
                   const struct cg_breach *breach, const struct cg_graph *graph)
{
    const uint64_t hash = cg_graph_hash(graph);
    for (int i = 1; i < jobs->n_jobs; i++)
        if (hashes[i] == hash)
            return i;
    const int index = jobs->n_jobs++;
    snprintf(jobs->labels[index], sizeof jobs->labels[index], "%.64s %s %s",
             breach->block[0] ? breach->block : "network", cg_guideline_name(breach->guideline),
             graph == breach->original ? "as it is" : "replaced");
    hashes[index] = hash;
    jobs->jobs[index] = *network;
    jobs->jobs[index].label = jobs->labels[index];
    jobs->jobs[index].graph = graph;
    jobs->jobs[index].weights = NULL;
    jobs->jobs[index].setting.edges = CG_EDGES_PLAN;
    return index;
}

enum cg_status cg_audit_jobs_make(const struct cg_audit *audit, const struct cg_job *network,
                                  struct cg_audit_jobs *jobs, struct cg_error *err)
{
    const size_t n = (size_t)audit->n_breaches, most = 2 * n + 1;
    struct cg_arena *arena = cg_arena_create(0);
    *jobs = (struct cg_audit_jobs){.arena = arena};
    if (!arena)
        return cg_fail(err, CG_NO_MEMORY, "no memory for the pieces of the network");
    uint64_t *hashes = cg_arena_array(arena, most, sizeof *hashes);
    jobs->jobs = cg_arena_array(arena, most, sizeof *jobs->jobs);
    jobs->labels = cg_arena_array(arena, most, sizeof *jobs->labels);
    jobs->original = cg_arena_array(arena, n, sizeof *jobs->original);
    jobs->replacement = cg_arena_array(arena, n, sizeof *jobs->replacement);
    if (!jobs->jobs || !jobs->labels || !jobs->original || !jobs->replacement || !hashes)
        return cg_fail(err, CG_NO_MEMORY, "no memory for the pieces of the network");
    jobs->jobs[jobs->n_jobs++] = *network;
    for (int i = 0; i < audit->n_breaches; i++) {
        const struct cg_breach *breach = &audit->breaches[i];
        const bool both = breach->original && breach->replacement;
        jobs->original[i] = both ? job_for(jobs, hashes, network, breach, breach->original) : -1;
        jobs->replacement[i] = both ? job_for(jobs, hashes, network, breach, breach->replacement) : -1;
    }
    return CG_OK;
}

void cg_audit_jobs_release(struct cg_audit_jobs *jobs)
{
    cg_arena_destroy(&jobs->arena);
    *jobs = (struct cg_audit_jobs){0};
}
