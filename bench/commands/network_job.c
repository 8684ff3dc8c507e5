#include "bench/commands/network_job.h"

#include "bench/commands/measuring.h"
#include "bench/onnx/network_arg.h"

struct cg_network_job cg_network_job_default(void)
{
    return (struct cg_network_job){.line = cg_progress_start(),
                                   .asked = {.single = true, .without = CG_FIELD_CACHE}};
}

enum cg_status cg_network_job_load(struct cg_network_job *it, const char *ref, struct cg_error *err)
{
    struct cg_setting *setting = &it->job.setting;
    *setting = cg_asked_setting(&it->asked, it->which);
    if (cg_device_read(NULL, &it->device, err) != CG_OK)
        return err->status;
    if (cg_topology_choose(&it->device.topology, it->cores, setting->threads, it->cpus, err) != CG_OK)
        return err->status;
    it->network = cg_network_arg(ref, setting->batch, err);
    if (!it->network)
        return err->status;
    const struct cg_graph *graph = it->network->graph;
    setting->cpus = it->cpus;
    setting->batch = graph->nodes[graph->input].shape.n;
    it->job.label = it->network->name;
    it->job.graph = graph;
    it->job.weights = it->network->weights;
    return CG_OK;
}

enum cg_status cg_network_job_start(struct cg_network_job *it, const char *instead,
                                    void (*progress)(const struct cg_progress *, void *), void *context,
                                    struct cg_error *err)
{
    const struct cg_session_options options = {
        .progress = it->line.terminal ? progress : NULL, .context = context, .interrupted = &cg_interrupted};
    if (cg_refuse_emulated(&it->device, instead, err) != CG_OK)
        return err->status;
    cg_cores_say(&it->device.topology, it->cores);
    return cg_session_create(&options, &it->session, err);
}

void cg_network_job_free(struct cg_network_job *it)
{
    cg_progress_clear(&it->line);
    cg_session_destroy(&it->session);
    cg_network_destroy(&it->network);
    cg_device_destroy(&it->device);
}
