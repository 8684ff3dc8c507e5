#include "bench/worker/messages.h"

#include <string.h>

CG_NAMES_DEFINE(cg_message, CG_MESSAGES)

void cg_put_job(struct cg_wire *wire, const struct cg_job_message *job)
{
    const struct cg_setting *s = &job->setting;
    cg_wire_put(wire, job, sizeof *job); /* its pointers mean nothing behind the wire */
    for (enum cg_setting_place at = 0; at < CG_SETTING_N; at++)
        if (cg_setting_options[at].type == CG_SETTING_TEXT)
            cg_wire_put_text(wire, cg_setting_get(s, at).text);
    cg_wire_put_text(wire, job->graph_text);
    cg_wire_put_text(wire, job->weights_path);
    cg_wire_put_bytes(wire, s->cpus, s->cpus ? (size_t)s->threads * sizeof *s->cpus : 0);
}

bool cg_get_job(struct cg_wire *wire, struct cg_job_message *job)
{
    struct cg_setting *s = &job->setting;
    size_t size;
    cg_wire_get(wire, job, sizeof *job);
    for (enum cg_setting_place at = 0; at < CG_SETTING_N; at++)
        if (cg_setting_options[at].type == CG_SETTING_TEXT)
            cg_setting_put(s, at, (struct cg_setting_value){.text = cg_wire_get_text(wire)});
    job->graph_text = cg_wire_get_text(wire);
    job->weights_path = cg_wire_get_text(wire);
    const void *cpus = cg_wire_get_bytes(wire, &size);
    s->cpus = size ? job->cpus : NULL;
    if (wire->failed || !cg_setting_is_valid(s) || (size && size != (size_t)s->threads * sizeof *s->cpus))
        return false;
    if (size)
        memcpy(job->cpus, cpus, size);
    return true;
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
