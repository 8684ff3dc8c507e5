#include "bench/device/peak.h"

#include "bench/device/emulation.h"
#include "bench/device/loops/loops.h"
#include "bench/device/team.h"

#include <math.h>
#include <stdio.h>

#define DEFAULT_BUDGET_NS 60000000

static void *prepare(const void *context)
{
    return (void *)(uintptr_t)context; /* registers need nothing */
}

static void work(void *local, int64_t turns)
{
    const struct cg_loops *loops = local;
    loops->fma(turns);
}

static void release(void *local)
{
    (void)local;
}

static enum cg_status refuse_emulation(struct cg_error *err)
{
    struct cg_emulation emulation;
    cg_emulation_detect(NULL, &emulation);
    return emulation.emulated
               ? cg_fail(err, CG_UNAVAILABLE, "nothing is timed under emulation: %s", emulation.evidence)
               : CG_OK;
}

enum cg_status cg_peak_measure(enum cg_isa isa, const int *cpus, int threads, int64_t budget_ns,
                               struct cg_peak *peak, struct cg_error *err)
{
    const struct cg_loops *loops = cg_loops_get(isa);
    struct cg_team_result result;
    *peak = (struct cg_peak){.isa = isa,
                             .threads = threads,
                             .madds_per_s = NAN,
                             .frequency_hz = NAN,
                             .madds_per_cycle = NAN,
                             .theory_madds_per_cycle = NAN};
    if (!loops)
        return cg_fail(err, CG_UNAVAILABLE, "this processor has no %s", cg_isa_name(isa));
    if (refuse_emulation(err) != CG_OK)
        return CG_UNAVAILABLE;
    const struct cg_team_job job = {.prepare = prepare,
                                    .work = work,
                                    .release = release,
                                    .context = loops,
                                    .units_per_turn = loops->madds_per_turn};
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

int cg_peak_explain(const struct cg_peak *peak, char *text, size_t size)
{
    const int lanes = cg_isa_lanes(peak->isa);
    if (isnan(peak->madds_per_s))
        return snprintf(text, size, "not measured");
    if (isnan(peak->theory_madds_per_cycle))
        return snprintf(text, size,
                        "%.2f GHz x %d thread%s x %.1f madds a cycle measured (%.2f vectors of %d lanes)",
                        peak->frequency_hz * 1e-9, peak->threads, peak->threads == 1 ? "" : "s",
                        peak->madds_per_cycle, peak->madds_per_cycle / lanes, lanes);
    const double theory = peak->frequency_hz * peak->threads * peak->theory_madds_per_cycle;
    return snprintf(
        text, size, "%.2f GHz x %d thread%s x %g pipe%s x %d lanes = %.1f Gmadds/s; measured %.1f %%",
        peak->frequency_hz * 1e-9, peak->threads, peak->threads == 1 ? "" : "s",
        peak->theory_madds_per_cycle / lanes, peak->theory_madds_per_cycle / lanes == 1 ? "" : "s", lanes,
        theory * 1e-9, 100 * peak->madds_per_s / theory);
}
