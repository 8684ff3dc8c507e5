#include "bench/commands/run_samples.h"

static void copy_samples(struct cg_sample_arrays *to, const struct cg_samples *from)
{
    for (int i = 0; i < from->n; i++) {
        const struct cg_timed_sample *sample = &from->all[i];
        to->process[i] = sample->process;
        to->round[i] = sample->round;
        to->ns[i] = sample->ns;
        to->iterations[i] = sample->iterations;
        to->cpu[i] = sample->cpu < 0 ? CG_UNKNOWN : sample->cpu;
        if (to->placement)
            to->placement[i] = sample->placement < 0 ? CG_UNKNOWN : sample->placement;
    }
}

/* Where other threads ran, when there are any. */
static enum cg_status add_placements(struct cg_results *results, struct cg_record *record,
                                     const struct cg_placements *placements, struct cg_error *err)
{
    if (record->setting.threads < 2)
        return CG_OK;
    record->placements = cg_results_array(results, (size_t)placements->n + 1, sizeof *record->placements);
    if (!record->placements)
        return cg_fail(err, CG_NO_MEMORY, "no memory for the results");
    for (int i = 0; i < placements->n; i++)
        record->placements[record->n_placements++] = cg_results_text(results, placements->texts[i]);
    const enum cg_status status = cg_record_alloc_placement(results, &record->samples, err);
    return status == CG_OK ? cg_record_alloc_placement(results, &record->disturbed_samples, err) : status;
}

enum cg_status cg_run_add_samples(struct cg_results *results, struct cg_record *record,
                                  const struct cg_job_result *result, struct cg_error *err)
{
    if (result->samples.n == 0)
        return CG_OK;
    enum cg_status status = cg_record_alloc_samples(results, &record->samples, result->samples.n, err);
    if (status == CG_OK && result->rerun.n > 0)
        status = cg_record_alloc_samples(results, &record->disturbed_samples, result->rerun.n, err);
    if (status == CG_OK)
        status = add_placements(results, record, &result->placements, err);
    if (status != CG_OK)
        return status;
    copy_samples(&record->samples, &result->samples);
    copy_samples(&record->disturbed_samples, &result->rerun);
    return cg_record_summarise(record, err);
}
