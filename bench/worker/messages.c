#include "bench/worker/messages.h"

#include <string.h>

CG_NAMES_DEFINE(cg_message, CG_MESSAGES)

static void put_setting(struct cg_wire *wire, const struct cg_setting *setting)
{
    cg_wire_put_text(wire, setting->engine);
    cg_wire_put_i32(wire, (int)setting->isa);
    cg_wire_put_i32(wire, setting->threads);
    cg_wire_put_i32(wire, setting->cpus != NULL);
    for (int i = 0; setting->cpus && i < setting->threads; i++)
        cg_wire_put_i32(wire, setting->cpus[i]);
    cg_wire_put_i32(wire, (int)setting->fusion);
    cg_wire_put_i32(wire, (int)setting->edges);
    cg_wire_put_i32(wire, (int)setting->cache);
    cg_wire_put_i32(wire, setting->batch);
}

void cg_put_job(struct cg_wire *wire, const struct cg_job_message *job)
{
    put_setting(wire, &job->setting);
    cg_wire_put_text(wire, job->graph_text);
    cg_wire_put_text(wire, job->weights_path);
    cg_wire_put_i64(wire, (int64_t)job->weight_seed);
    cg_wire_put_i32(wire, job->replay_from);
    cg_wire_put_i64(wire, job->sample_min_ns);
    cg_wire_put_i64(wire, job->discard_min_ns);
    cg_wire_put_i64(wire, job->warmup_cap_ns);
}

/* The next value, which must be one of 0 ... count - 1; else the wire has failed. */
static int get_below(struct cg_wire *wire, int count)
{
    const int value = cg_wire_get_i32(wire);
    if (value < 0 || value >= count)
        wire->failed = true;
    return wire->failed ? 0 : value;
}

/* `cpus` has room for CG_THREADS_MAX. */
static void get_setting(struct cg_wire *wire, struct cg_setting *setting, int *cpus)
{
    setting->engine = cg_wire_get_text(wire);
    setting->isa = (enum cg_isa)get_below(wire, CG_ISA_COUNT);
    setting->threads = get_below(wire, CG_THREADS_MAX + 1);
    if (get_below(wire, 2)) {
        setting->cpus = cpus;
        for (int i = 0; i < setting->threads; i++)
            cpus[i] = cg_wire_get_i32(wire);
    }
    setting->fusion = (enum cg_fusion)get_below(wire, CG_FUSION_COUNT);
    setting->edges = (enum cg_edges)get_below(wire, CG_EDGES_PLAN + 1);
    setting->cache = (enum cg_cache_state)get_below(wire, CG_CACHE_STATE_COUNT);
    setting->batch = cg_wire_get_i32(wire);
}

bool cg_get_job(struct cg_wire *wire, struct cg_job_message *job)
{
    memset(job, 0, sizeof *job);
    get_setting(wire, &job->setting, job->cpus);
    job->graph_text = cg_wire_get_text(wire);
    job->weights_path = cg_wire_get_text(wire);
    job->weight_seed = (uint64_t)cg_wire_get_i64(wire);
    job->replay_from = cg_wire_get_i32(wire);
    job->sample_min_ns = cg_wire_get_i64(wire);
    job->discard_min_ns = cg_wire_get_i64(wire);
    job->warmup_cap_ns = cg_wire_get_i64(wire);
    return !wire->failed;
}

void cg_put_status(struct cg_wire *wire, const struct cg_error *err)
{
    cg_wire_put_i32(wire, (int)err->status);
    cg_wire_put_text(wire, err->text);
}

enum cg_status cg_get_status(struct cg_wire *wire, struct cg_error *err)
{
    const int status = cg_wire_get_i32(wire);
    const char *text = cg_wire_get_text(wire);
    if (wire->failed || status < CG_OK || status > CG_INTERRUPTED)
        return cg_fail(err, CG_INVALID, "a worker's answer is damaged");
    if (status == CG_OK)
        return CG_OK;
    return cg_fail(err, (enum cg_status)status, "%s", text);
}

enum cg_status cg_answer_damaged(struct cg_error *err)
{
    return cg_fail(err, CG_FAILED, "a worker's answer is damaged");
}
