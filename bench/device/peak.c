#include "bench/device/peak.h"

#include "bench/device/cpu_id.h"
#include "bench/device/loops/loops.h"
#include "bench/device/team.h"
#include "base/text.h"

#include <math.h>

#define DEFAULT_BUDGET_NS 60000000

static void *prepare(const void *context)
{
    return (void *)(uintptr_t)context; /* registers need nothing */
}

static void work(void *local, int64_t turns)
{
    ((const struct cg_loops *)local)->fma(turns);
}

static void release(void *local)
{
    (void)local;
}

enum cg_status cg_peak_measure(enum cg_isa isa, const int *cpus, int threads, int64_t budget_ns,
                               struct cg_peak_record *peak, struct cg_error *err)
{
    const struct cg_loops *loops = cg_loops_get(isa);
    struct cg_team_result result;
    *peak = (struct cg_peak_record){.isa = cg_isa_name(isa), .threads = threads};
    peak->madds_per_s = peak->frequency_hz = peak->madds_per_cycle = peak->theory_madds_per_cycle = NAN;
    if (!loops)
        return cg_fail(err, CG_UNAVAILABLE, "this processor has no %s", cg_isa_name(isa));
    const struct cg_team_job job = {prepare, work, release, loops, loops->madds_per_turn};
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
