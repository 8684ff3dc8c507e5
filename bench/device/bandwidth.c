#include "bench/device/buffer.h"
#include "bench/device/loops/loops.h"
#include "bench/device/peak.h"
#include "bench/device/team.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>

#define DEFAULT_BUDGET_NS 60000000
#define STREAM_MIN        ((size_t)1 << 20) /* going past the caches cannot win below */

enum motion { READ, WRITE, WRITE_STREAM, COPY, COPY_STREAM, MOTIONS };

struct plan {
    const struct cg_loops *loops;
    enum motion motion;
    size_t bytes; /* working set: copies split it in halves */
};

struct local {
    struct plan plan;
    char *buffer;
};

static void *prepare(const void *context)
{
    struct local *local = malloc(sizeof *local);
    if (!local)
        return NULL;
    local->plan = *(const struct plan *)context;
    local->buffer = cg_buffer_make(local->plan.bytes);
    if (local->buffer)
        return local;
    free(local);
    return NULL;
}

static void release(void *context)
{
    struct local *local = context;
    cg_buffer_free(local->buffer, local->plan.bytes);
    free(local);
}

static void work(void *context, int64_t turns)
{
    const struct local *local = context;
    const struct cg_loops *loops = local->plan.loops;
    const size_t bytes = local->plan.bytes, half = bytes / 2;
    switch (local->plan.motion) {
    case READ:
        loops->read(local->buffer, bytes, turns);
        break;
    case WRITE:
        loops->write(local->buffer, bytes, turns);
        break;
    case WRITE_STREAM:
        loops->write_stream(local->buffer, bytes, turns);
        break;
    case COPY:
        loops->copy(local->buffer, local->buffer + half, half, turns);
        break;
    default:
        loops->copy_stream(local->buffer, local->buffer + half, half, turns);
    }
}

/* Whether the loops of this ISA are worth trying: the widest; for small working sets also the next, since the
 * widest is not always the fastest from the first level (a Zen 4 loads 64 bytes a cycle in halves, not quite
 * as many whole). */
static bool worth(enum cg_isa isa, const struct plan *plan)
{
    const struct cg_loops *loops = cg_loops_get(isa);
    int wider = 0;
    for (int i = (int)isa + 1; i < CG_ISA_COUNT; i++)
        wider += cg_loops_get((enum cg_isa)i) != NULL;
    return loops && wider < (plan->bytes < STREAM_MIN ? 2 : 1) &&
           (plan->motion != WRITE_STREAM || loops->write_stream) &&
           (plan->motion != COPY_STREAM || loops->copy_stream);
}

/* The best of the ISAs' loops; NAN where none can do the motion. */
static enum cg_status best_of(struct plan plan, const int *cpus, int threads, int64_t budget_ns,
                              struct cg_team_result *best, struct cg_error *err)
{
    const struct cg_team_job job = {prepare, work, release, &plan, (double)plan.bytes};
    *best = (struct cg_team_result){NAN, NAN};
    for (int isa = 0; isa < CG_ISA_COUNT; isa++) {
        struct cg_team_result result;
        if (!worth((enum cg_isa)isa, &plan))
            continue;
        plan.loops = cg_loops_get((enum cg_isa)isa);
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
    struct cg_team_result best[MOTIONS];
    *b = (struct cg_bandwidth){.working_set_bytes = (int64_t)bytes, .threads = threads};
    b->read_bytes_per_s = b->write_bytes_per_s = b->copy_bytes_per_s = NAN;
    b->frequency_hz = b->theory_read_bytes_per_s = NAN;
    if (working_set_bytes < 2 * CG_LOOP_BLOCK)
        return cg_fail(err, CG_INVALID, "a working set of %lld bytes is too small to be measured",
                       (long long)working_set_bytes);
    for (int i = 0; i < MOTIONS; i++) {
        const bool streams = i == WRITE_STREAM || i == COPY_STREAM;
        best[i] = (struct cg_team_result){NAN, NAN};
        if (streams && bytes < STREAM_MIN)
            continue;
        const struct plan plan = {.motion = (enum motion)i, .bytes = bytes};
        const enum cg_status status = best_of(plan, cpus, threads, each, &best[i], err);
        if (status != CG_OK)
            return status;
    }
    b->read_bytes_per_s = best[READ].units_per_s;
    b->frequency_hz = best[READ].frequency_hz;
    b->write_bytes_per_s = fmax(best[WRITE].units_per_s, best[WRITE_STREAM].units_per_s);
    b->copy_bytes_per_s = fmax(best[COPY].units_per_s, best[COPY_STREAM].units_per_s);
    return CG_OK;
}

void cg_bandwidth_explain(const struct cg_bandwidth *b, char *text, size_t size)
{
    const double cycles_per_s = b->frequency_hz * b->threads;
    text[0] = '\0';
    if (isnan(b->read_bytes_per_s) || isnan(b->frequency_hz)) {
        cg_append(text, size, "the frequency is not known");
        return;
    }
    cg_append(text, size, "%.2f GHz", b->frequency_hz * 1e-9);
    if (b->threads > 1)
        cg_append(text, size, " x %d threads", b->threads);
    if (isnan(b->theory_read_bytes_per_s))
        cg_append(text, size, " x %.1f bytes a cycle measured", b->read_bytes_per_s / cycles_per_s);
    else
        cg_append(text, size, " x %.0f bytes a cycle = %.1f GB/s; measured %.1f %%",
                  b->theory_read_bytes_per_s / cycles_per_s, b->theory_read_bytes_per_s * 1e-9,
                  100 * b->read_bytes_per_s / b->theory_read_bytes_per_s);
}
