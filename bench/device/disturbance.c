#include "bench/device/state.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

static const struct {
    const char *name, *words;
} rows[] = {
#define ROW(id, name, words) [id##_INDEX] = {name, words},
    CG_DISTURBANCES(ROW)
#undef ROW
};

const char *cg_disturbance_name(int index)
{
    return index >= 0 && index < CG_DISTURBANCE_COUNT ? rows[index].name : "unknown";
}

struct cg_state_limits cg_state_default_limits(void)
{
    return (struct cg_state_limits){.frequency_change = 0.03,
                                    .steal_share = 0.01,
                                    .switches_per_s = 50,
                                    .other_share = 0.05,
                                    .temperature_c = 95};
}

struct finding {
    unsigned bits;
    char *text;
    size_t size, length;
};

/* Notes a disturbance with its figure. */
static void found(struct finding *f, int index, const char *format, double figure)
{
    f->bits |= 1u << index;
    if (!f->text || f->length >= f->size)
        return;
    int wrote =
        snprintf(f->text + f->length, f->size - f->length, "%s%s", f->length ? "; " : "", rows[index].words);
    f->length += wrote > 0 ? (size_t)wrote : 0;
    if (f->length >= f->size)
        return;
    wrote = snprintf(f->text + f->length, f->size - f->length, format, figure);
    f->length += wrote > 0 ? (size_t)wrote : 0;
}

unsigned cg_state_disturbed(const struct cg_state *before, const struct cg_state *after, int n_cpus,
                            const struct cg_state_limits *limits, char *why, size_t why_size)
{
    const struct cg_state_limits usual = cg_state_default_limits();
    const struct cg_state_limits *l = limits ? limits : &usual;
    struct finding f = {.text = why, .size = why_size};
    const double elapsed = (double)(after->time_ns - before->time_ns);
    const double cpu_time = elapsed * (n_cpus > 0 ? n_cpus : 1);
    const long ticks = sysconf(_SC_CLK_TCK);
    const double tick_ns = 1e9 / (double)(ticks > 0 ? ticks : 100);
    if (why && why_size)
        why[0] = 0;
    if (!(elapsed > 0))
        return 0;
    const double change = after->frequency_hz / before->frequency_hz - 1;
    if (fabs(change) > l->frequency_change) /* false for NAN */
        found(&f, CG_DISTURBED_FREQUENCY_INDEX, " by %+.1f %%", change * 100);
    if (after->throttle_count > before->throttle_count)
        found(&f, CG_DISTURBED_THROTTLE_INDEX, " (%.0f times)",
              after->throttle_count - before->throttle_count);
    /* The kernel counts in ticks: of each cpu, up to one tick may belong to the time before. */
    const double slack = tick_ns * (n_cpus > 0 ? n_cpus : 1);
    const double steal = after->steal_ns - before->steal_ns;
    if (steal - slack > l->steal_share * cpu_time)
        found(&f, CG_DISTURBED_STEAL_INDEX, " (%.1f %%)", 100 * steal / cpu_time);
    if (before->involuntary_switches >= 0 && after->involuntary_switches >= 0) {
        const double switches = (double)(after->involuntary_switches - before->involuntary_switches);
        /* One or two in a short stretch are the scheduler's own housekeeping. */
        if (switches > 2 && switches > l->switches_per_s * elapsed * 1e-9)
            found(&f, CG_DISTURBED_SWITCH_INDEX, " (%.0f times)", switches);
    }
    if (before->migrations >= 0 && after->migrations > before->migrations)
        found(&f, CG_DISTURBED_MIGRATION_INDEX, " (%.0f times)",
              (double)(after->migrations - before->migrations));
    const double other = after->busy_other_ns - before->busy_other_ns;
    if (other - 2 * slack > l->other_share * cpu_time)
        found(&f, CG_DISTURBED_LOAD_INDEX, " (%.0f %% of their time)", 100 * other / cpu_time);
    if (after->temperature_c >= l->temperature_c)
        found(&f, CG_DISTURBED_TEMPERATURE_INDEX, " (%.0f C)", after->temperature_c);
    if (before->major_faults >= 0 && after->major_faults > before->major_faults + 8)
        found(&f, CG_DISTURBED_SWAP_INDEX, " (%.0f)", (double)(after->major_faults - before->major_faults));
    return f.bits;
}
