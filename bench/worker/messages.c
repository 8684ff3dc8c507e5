#include "bench/worker/messages.h"

#include <string.h>

static const char *const message_names[] = {[CG_MSG_NONE] = "none",
#define CG_MESSAGE_NAME(id, name) [id] = name,
                                            CG_MESSAGES(CG_MESSAGE_NAME)
#undef CG_MESSAGE_NAME
};

const char *cg_message_name(int message)
{
    return message >= 0 && message < CG_MESSAGE_COUNT ? message_names[message] : "unknown";
}

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

void cg_put_compiled(struct cg_wire *wire, const struct cg_compiled *compiled)
{
    cg_wire_put_text(wire, compiled->implementation);
    cg_wire_put_text(wire, compiled->version);
    cg_wire_put_i64(wire, compiled->memory_bytes);
    cg_wire_put_i64(wire, compiled->compile_ns);
}

void cg_get_compiled(struct cg_wire *wire, struct cg_compiled *compiled)
{
    cg_wire_get_text_into(wire, compiled->implementation, sizeof compiled->implementation);
    cg_wire_get_text_into(wire, compiled->version, sizeof compiled->version);
    compiled->memory_bytes = cg_wire_get_i64(wire);
    compiled->compile_ns = cg_wire_get_i64(wire);
}

void cg_put_round_sample(struct cg_wire *wire, const struct cg_round_sample *sample)
{
    cg_wire_put_i64(wire, sample->ns);
    cg_wire_put_i64(wire, sample->discarded_ns);
    cg_wire_put_i32(wire, sample->iterations);
    cg_wire_put_i32(wire, sample->cpu);
    cg_wire_put_i32(wire, sample->involuntary_switches);
    cg_wire_put_i32(wire, sample->migrated);
    cg_wire_put_i32(wire, sample->awake);
    cg_wire_put_i32(wire, sample->placed);
    cg_wire_put_text(wire, sample->placement);
}

void cg_get_round_sample(struct cg_wire *wire, struct cg_round_sample *sample)
{
    sample->ns = cg_wire_get_i64(wire);
    sample->discarded_ns = cg_wire_get_i64(wire);
    sample->iterations = cg_wire_get_i32(wire);
    sample->cpu = cg_wire_get_i32(wire);
    sample->involuntary_switches = cg_wire_get_i32(wire);
    sample->migrated = cg_wire_get_i32(wire) != 0;
    sample->awake = cg_wire_get_i32(wire) != 0;
    sample->placed = cg_wire_get_i32(wire) != 0;
    cg_wire_get_text_into(wire, sample->placement, sizeof sample->placement);
}

void cg_put_yard(struct cg_wire *wire, const struct cg_yard *yard)
{
    cg_wire_put_i64(wire, yard->fma_ns);
    cg_wire_put_i64(wire, yard->l2_ns);
    cg_wire_put_i64(wire, yard->far_ns);
    cg_wire_put_i64(wire, yard->all_ns);
    cg_wire_put_i64(wire, yard->fma_iterations);
    cg_wire_put_i64(wire, yard->l2_passes);
    cg_wire_put_i64(wire, yard->l2_pass_bytes);
    cg_wire_put_i64(wire, yard->far_bytes);
    cg_wire_put_f64(wire, yard->frequency_hz);
}

void cg_get_yard(struct cg_wire *wire, struct cg_yard *yard)
{
    yard->fma_ns = cg_wire_get_i64(wire);
    yard->l2_ns = cg_wire_get_i64(wire);
    yard->far_ns = cg_wire_get_i64(wire);
    yard->all_ns = cg_wire_get_i64(wire);
    yard->fma_iterations = cg_wire_get_i64(wire);
    yard->l2_passes = cg_wire_get_i64(wire);
    yard->l2_pass_bytes = cg_wire_get_i64(wire);
    yard->far_bytes = cg_wire_get_i64(wire);
    yard->frequency_hz = cg_wire_get_f64(wire);
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
