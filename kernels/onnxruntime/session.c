#include "kernels/onnxruntime/plan.h"

/* What follows one after the other, until something fails. */
static enum cg_status set_options(const struct ort_plan *plan, const char *profile,
                                  struct ort_options *options, struct cg_error *err)
{
    const struct ort_api *ort = plan->ort;
    const struct cg_setting *setting = &plan->head.base.setting;
    const int level = setting->fusion == CG_FUSION_NONE ? ORT_OPTIMISE_NOTHING : ORT_OPTIMISE_ALL;
    struct ort_status *status = ort->set_optimisation(options, level);
    status = status ?: ort->set_intra_threads(options, setting->threads);
    status = status ?: ort->set_inter_threads(options, 1);
    status = status ?: ort->add_config(options, "session.intra_op.allow_spinning", plan->spin ? "1" : "0");
    if (plan->affinities[0])
        status = status ?: ort->add_config(options, "session.intra_op_thread_affinities", plan->affinities);
    if (profile)
        status = status ?: ort->enable_profiling(options, profile);
    return ort_check(ort, status, err);
}

enum cg_status ort_run_open(const struct ort_plan *plan, const char *profile, struct ort_run *run,
                            struct cg_error *err)
{
    const struct ort_api *ort = plan->ort;
    struct ort_options *options = NULL;
    *run = (struct ort_run){NULL, NULL};
    enum cg_status status = ort_check(ort, ort->create_options(&options), err);
    status = status ?: set_options(plan, profile, options, err);
    if (status == CG_OK) {
        struct ort_status *made =
            ort->create_session(ort->env, plan->head.model, plan->head.model_bytes, options, &run->session);
        made = made ?: ort->create_binding(run->session, &run->binding);
        made = made ?: ort->bind_input(run->binding, "input", plan->input);
        made = made ?: ort->bind_output(run->binding, "output", plan->output);
        status = cg_model_judge(&plan->head, ort_check(ort, made, err), err);
    }
    if (options)
        ort->release_options(options);
    return status;
}

void ort_run_close(const struct ort_plan *plan, struct ort_run *run)
{
    if (run->binding)
        plan->ort->release_binding(run->binding);
    if (run->session)
        plan->ort->release_session(run->session);
    *run = (struct ort_run){NULL, NULL};
}

enum cg_status ort_run_once(const struct ort_plan *plan, const struct ort_run *run, struct cg_error *err)
{
    return ort_check(plan->ort, plan->ort->run_with_binding(run->session, NULL, run->binding), err);
}
