#include "bench/device/peak.h"

#include "bench/device/cpu_id.h"
#include "bench/device/team.h"
#include "base/text.h"

#include <math.h>

#define DEFAULT_BUDGET_NS 60000000
#define STREAM_MIN        ((size_t)1 << 20) /* going past the caches cannot win below */

CG_NAMES_DEFINE(cg_flow, CG_FLOWS)

enum cg_status cg_peak_measure(enum cg_isa isa, const int *cpus, int threads, int64_t budget_ns,
                               struct cg_peak_record *peak, struct cg_error *err)
{
    const struct cg_team_job job = {.loops = cg_loops_get(isa), .motion = CG_MADDS};
    struct cg_team_result result;
    *peak = (struct cg_peak_record){.isa = cg_isa_name(isa), .threads = threads};
    peak->madds_per_s = peak->frequency_hz = peak->madds_per_cycle = peak->theory_madds_per_cycle = NAN;
    if (!job.loops)
        return cg_fail(err, CG_UNAVAILABLE, "this processor has no %s", cg_isa_name(isa));
    const enum cg_status status =
        cg_team_measure(&job, cpus, threads, budget_ns > 0 ? budget_ns : DEFAULT_BUDGET_NS, &result, err);
    if (status != CG_OK)
        return status;
    const struct cg_core_facts *facts = cg_core_facts_of(cpus[0]);
    peak->madds_per_s = result.units_per_s;
    peak->frequency_hz = result.frequency_hz;
    peak->madds_per_cycle = result.units_per_s / threads / result.frequency_hz;
    if (facts && facts->madds[isa] > 0)
        peak->theory_madds_per_cycle = facts->madds[isa];
    return CG_OK;
}

void cg_peak_explain(const struct cg_peak_record *peak, char *text, size_t size)
{
    const int lanes = cg_isa_lanes((enum cg_isa)cg_isa_from_name(peak->isa));
    text[0] = '\0';
    if (isnan(peak->madds_per_s)) {
        cg_append(text, size, "not measured");
        return;
    }
    cg_append(text, size, "%.2f GHz x %d thread%s x ", peak->frequency_hz * 1e-9, peak->threads,
              peak->threads == 1 ? "" : "s");
    const double pipes = peak->theory_madds_per_cycle / lanes;
    const double theory = peak->frequency_hz * peak->threads * peak->theory_madds_per_cycle;
    if (isnan(pipes))
        cg_append(text, size, "%.1f madds a cycle measured (%.2f vectors of %d lanes)", peak->madds_per_cycle,
                  peak->madds_per_cycle / lanes, lanes);
    else
        cg_append(text, size, "%g pipe%s x %d lanes = %.1f Gmadds/s; measured %.1f %%", pipes,
                  pipes == 1 ? "" : "s", lanes, theory * 1e-9, 100 * peak->madds_per_s / theory);
}

/* Whether the loops of this ISA are worth trying: the widest; for small working sets also the next, since the
 * widest is not always the fastest from the first level (a Zen 4 loads 64 bytes a cycle in halves, not quite
 * as many whole). */
static bool worth(enum cg_isa isa, const struct cg_team_job *job)
{
    const struct cg_loops *loops = cg_loops_get(isa);
    int wider = 0;
    for (int i = (int)isa + 1; i < CG_ISA_COUNT; i++)
        wider += cg_loops_get((enum cg_isa)i) != NULL;
    return loops && wider < (job->bytes < STREAM_MIN ? 2 : 1) &&
           (job->motion != CG_WRITE_STREAM || loops->write_stream) &&
           (job->motion != CG_COPY_STREAM || loops->copy_stream);
}

/* The best of the ISAs' loops; NAN where none can do the motion. */
static enum cg_status best_of(struct cg_team_job job, const int *cpus, int threads, int64_t budget_ns,
                              struct cg_team_result *best, struct cg_error *err)
{
    for (int isa = 0; isa < CG_ISA_COUNT; isa++) {
        struct cg_team_result result;
        if (!worth((enum cg_isa)isa, &job))
            continue;
        job.loops = cg_loops_get((enum cg_isa)isa);
        const enum cg_status status = cg_team_measure(&job, cpus, threads, budget_ns, &result, err);
        if (status != CG_OK)
            return status;
        if (!(result.units_per_s <= best->units_per_s))
            *best = result;
    }
    return CG_OK;
}

enum cg_status cg_bandwidth_measure(int64_t working_set_bytes, const int *cpus, int threads,
                                    int64_t budget_ns, struct cg_bandwidth *b, struct cg_error *err)
{
    const size_t bytes = (size_t)working_set_bytes / (2 * CG_LOOP_BLOCK) * (2 * CG_LOOP_BLOCK);
    const int64_t each = (budget_ns > 0 ? budget_ns : DEFAULT_BUDGET_NS) / 10; /* five motions, two ISAs */
    struct cg_team_result best[CG_MOTIONS];
    *b = (struct cg_bandwidth){.working_set_bytes = (int64_t)bytes, .threads = threads};
    b->bytes_per_s[CG_READS] = b->bytes_per_s[CG_WRITES] = b->bytes_per_s[CG_COPIES] = NAN;
    b->frequency_hz = b->theory_read_bytes_per_s = NAN;
    if (working_set_bytes < 2 * CG_LOOP_BLOCK)
        return cg_fail(err, CG_INVALID, "a working set of %lld bytes is too small to be measured",
                       (long long)working_set_bytes);
    for (int i = CG_READ; i < CG_MOTIONS; i++) {
        const struct cg_team_job job = {.motion = (enum cg_motion)i, .bytes = bytes};
        best[i] = (struct cg_team_result){NAN, NAN};
        if ((i == CG_WRITE_STREAM || i == CG_COPY_STREAM) && bytes < STREAM_MIN)
            continue;
        const enum cg_status status = best_of(job, cpus, threads, each, &best[i], err);
        if (status != CG_OK)
            return status;
    }
    b->bytes_per_s[CG_READS] = best[CG_READ].units_per_s;
    b->frequency_hz = best[CG_READ].frequency_hz;
    b->bytes_per_s[CG_WRITES] = fmax(best[CG_WRITE].units_per_s, best[CG_WRITE_STREAM].units_per_s);
    b->bytes_per_s[CG_COPIES] = fmax(best[CG_COPY].units_per_s, best[CG_COPY_STREAM].units_per_s);
    return CG_OK;
}

void cg_bandwidth_explain(const struct cg_bandwidth *b, char *text, size_t size)
{
    const double cycles_per_s = b->frequency_hz * b->threads;
    text[0] = '\0';
    if (isnan(b->bytes_per_s[CG_READS]) || isnan(b->frequency_hz)) {
        cg_append(text, size, "the frequency is not known");
        return;
    }
    cg_append(text, size, "%.2f GHz", b->frequency_hz * 1e-9);
    if (b->threads > 1)
        cg_append(text, size, " x %d threads", b->threads);
    if (isnan(b->theory_read_bytes_per_s))
        cg_append(text, size, " x %.1f bytes a cycle measured", b->bytes_per_s[CG_READS] / cycles_per_s);
    else
        cg_append(text, size, " x %.0f bytes a cycle = %.1f GB/s; measured %.1f %%",
                  b->theory_read_bytes_per_s / cycles_per_s, b->theory_read_bytes_per_s * 1e-9,
                  100 * b->bytes_per_s[CG_READS] / b->theory_read_bytes_per_s);
}
