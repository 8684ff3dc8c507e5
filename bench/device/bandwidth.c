#include "bench/device/buffer.h"
#include "bench/device/emulation.h"
#include "bench/device/loops/loops.h"
#include "bench/device/peak.h"
#include "bench/device/team.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define DEFAULT_BUDGET_NS 60000000
#define STREAM_MIN        ((size_t)1 << 20) /* going past the caches cannot win below */

enum motion { READ, WRITE, WRITE_STREAM, COPY, COPY_STREAM };

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
    if (!local->buffer) {
        free(local);
        return NULL;
    }
    return local;
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
    case COPY_STREAM:
        loops->copy_stream(local->buffer, local->buffer + half, half, turns);
        break;
    }
}

/* Whether the loops of this ISA are worth trying: the widest; for small working sets also the next, since the
 * widest is not always the fastest from the first level (a Zen 4 loads 64 bytes a cycle in halves, not quite
 * as many whole). */
static bool worth(enum cg_isa isa, size_t bytes)
{
    int wider = 0;
    for (int i = (int)isa + 1; i < CG_ISA_COUNT; i++)
        wider += cg_loops_get((enum cg_isa)i) != NULL;
    return cg_loops_get(isa) && wider < (bytes < STREAM_MIN ? 2 : 1);
}

static enum cg_status best_of(enum motion motion, size_t bytes, const int *cpus, int threads,
                              int64_t budget_ns, double *bytes_per_s, double *frequency_hz,
                              struct cg_error *err)
{
    for (int isa = 0; isa < CG_ISA_COUNT; isa++) {
        const struct cg_loops *loops = cg_loops_get((enum cg_isa)isa);
        struct cg_team_result result;
        if (!worth((enum cg_isa)isa, bytes) || (motion == WRITE_STREAM && !loops->write_stream) ||
            (motion == COPY_STREAM && !loops->copy_stream))
            continue;
        const struct plan plan = {loops, motion, bytes};
        const struct cg_team_job job = {.prepare = prepare,
                                        .work = work,
                                        .release = release,
                                        .context = &plan,
                                        .units_per_turn = (double)bytes};
        const enum cg_status status = cg_team_measure(&job, cpus, threads, budget_ns, &result, err);
        if (status != CG_OK)
            return status;
        if (isnan(*bytes_per_s) || result.units_per_s > *bytes_per_s) {
            *bytes_per_s = result.units_per_s;
            *frequency_hz = result.frequency_hz;
        }
    }
    return CG_OK;
}

enum cg_status cg_bandwidth_measure(int64_t working_set_bytes, const int *cpus, int threads,
                                    int64_t budget_ns, struct cg_bandwidth *bandwidth, struct cg_error *err)
{
    const size_t bytes = (size_t)working_set_bytes / (2 * CG_LOOP_BLOCK) * (2 * CG_LOOP_BLOCK);
    const int64_t each = (budget_ns > 0 ? budget_ns : DEFAULT_BUDGET_NS) / 10; /* five motions, two ISAs */
    struct cg_emulation emulation;
    double hz = NAN;
    *bandwidth = (struct cg_bandwidth){.working_set_bytes = (int64_t)bytes,
                                       .threads = threads,
                                       .read_bytes_per_s = NAN,
                                       .write_bytes_per_s = NAN,
                                       .copy_bytes_per_s = NAN,
                                       .frequency_hz = NAN,
                                       .theory_read_bytes_per_s = NAN};
    if (working_set_bytes < 2 * CG_LOOP_BLOCK)
        return cg_fail(err, CG_INVALID, "a working set of %lld bytes is too small to be measured",
                       (long long)working_set_bytes);
    cg_emulation_detect(NULL, &emulation);
    if (emulation.emulated)
        return cg_fail(err, CG_UNAVAILABLE, "nothing is timed under emulation: %s", emulation.evidence);
    static const enum motion motions[] = {READ, WRITE, WRITE_STREAM, COPY, COPY_STREAM};
    double *const figures[] = {&bandwidth->read_bytes_per_s, &bandwidth->write_bytes_per_s,
                               &bandwidth->write_bytes_per_s, &bandwidth->copy_bytes_per_s,
                               &bandwidth->copy_bytes_per_s};
    for (int i = 0; i < 5; i++) {
        if ((motions[i] == WRITE_STREAM || motions[i] == COPY_STREAM) && bytes < STREAM_MIN)
            continue;
        const enum cg_status status = best_of(motions[i], bytes, cpus, threads, each, figures[i],
                                              i == 0 ? &bandwidth->frequency_hz : &hz, err);
        if (status != CG_OK)
            return status;
    }
    return CG_OK;
}

int cg_bandwidth_explain(const struct cg_bandwidth *b, char *text, size_t size)
{
    if (isnan(b->read_bytes_per_s) || isnan(b->frequency_hz))
        return snprintf(text, size, "the frequency is not known");
    const double cycles_per_s = b->frequency_hz * b->threads;
    const int length =
        b->threads == 1 ? snprintf(text, size, "%.2f GHz", b->frequency_hz * 1e-9)
                        : snprintf(text, size, "%.2f GHz x %d threads", b->frequency_hz * 1e-9, b->threads);
    char *rest = (size_t)length < size ? text + length : NULL;
    const size_t room = rest ? size - (size_t)length : 0;
    if (isnan(b->theory_read_bytes_per_s))
        return length +
               snprintf(rest, room, " x %.1f bytes a cycle measured", b->read_bytes_per_s / cycles_per_s);
    return length + snprintf(rest, room, " x %.0f bytes a cycle = %.1f GB/s; measured %.1f %%",
                             b->theory_read_bytes_per_s / cycles_per_s, b->theory_read_bytes_per_s * 1e-9,
                             100 * b->read_bytes_per_s / b->theory_read_bytes_per_s);
}
