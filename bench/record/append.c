#include "bench/record/append.h"

#include "base/text.h"
#include "bench/record/layout.h"

#include <math.h>
#include <string.h>

/* ---- arrays ---- */

/* `na` entries of a, then `nb` of b; of what is NULL they are unknown. NULL without memory. */
static int64_t *joined(struct cg_results *whole, const int64_t *a, int na, const int64_t *b, int nb,
                       int64_t unknown)
{
    int64_t *both = cg_results_array(whole, (size_t)na + (size_t)nb, sizeof *both);
    for (int i = 0; both && i < na + nb; i++)
        both[i] = i < na ? (a ? a[i] : unknown) : b ? b[i - na] : unknown;
    return both;
}

/* Puts the `nb` entries of every array of counts of `from` behind the `na` of `to`. */
static bool append_arrays(struct cg_results *whole, const struct cg_layout *layout, void *to,
                          const void *from, int na, int nb)
{
    const int n = na + nb;
    for (size_t i = 0; n > 0 && i < layout->n_fields; i++) {
        const struct cg_field *field = &layout->fields[i];
        int64_t *a, *b;
        if (field->type != CG_FIELD_INT64 || field->shape != CG_MANY)
            continue;
        memcpy(&a, (const char *)to + field->offset, sizeof a);
        memcpy(&b, (const char *)from + field->offset, sizeof b);
        if (!a && !b)
            continue;
        int64_t *both = joined(whole, a, na, b, nb, CG_UNKNOWN);
        if (!both)
            return false;
        memcpy((char *)to + field->offset, &both, sizeof both);
        memcpy((char *)to + field->count_offset, &n, sizeof n);
    }
    return true;
}

static bool has_text(const char *const *texts, int n, const char *text)
{
    for (int i = 0; i < n; i++)
        if (cg_same_text(texts[i], text))
            return true;
    return false;
}

/* ---- records ---- */

/* Samples of processes from `first` on, and of placements from `placements` on. */
static bool append_samples(struct cg_results *whole, struct cg_sample_arrays *to,
                           const struct cg_sample_arrays *from, int64_t first, int placements)
{
    const int n = to->n;
    if (!append_arrays(whole, &cg_layout_samples, to, from, n, from->n))
        return false;
    for (int i = n; i < to->n; i++) {
        to->process[i] = cg_add_counts(to->process[i], first);
        if (to->placement && to->placement[i] != CG_UNKNOWN)
            to->placement[i] = cg_add_counts(to->placement[i], placements);
    }
    return true;
}

bool cg_record_add_from(struct cg_results *whole, const struct cg_record *from, int schedule, int64_t first)
{
    struct cg_record *record = cg_results_add_record(whole);
    if (!record)
        return false;
    *record = *from;
    record->schedule = schedule;
    if (first == 0)
        return true;
    record->samples = record->disturbed_samples = (struct cg_sample_arrays){0};
    return append_samples(whole, &record->samples, &from->samples, first, 0) &&
           append_samples(whole, &record->disturbed_samples, &from->disturbed_samples, first, 0);
}

static bool append_placements(struct cg_results *whole, struct cg_record *to, const struct cg_record *from)
{
    const int n = to->n_placements + from->n_placements;
    const char **texts = cg_results_array(whole, (size_t)n, sizeof *texts);
    for (int i = 0; texts && i < n; i++)
        texts[i] = i < to->n_placements ? to->placements[i] : from->placements[i - to->n_placements];
    to->placements = texts;
    to->n_placements = n;
    return texts;
}

/* The flags of both, but for how an earlier part ended: bench/job/flags.h, which stands above, has the names.
 */
static bool append_flags(struct cg_results *whole, struct cg_record *to, const struct cg_record *from)
{
    static const char *const ends[] = {"partial", "budget", "precision"};
    const char **flags = cg_results_array(whole, (size_t)to->n_flags + (size_t)from->n_flags, sizeof *flags);
    int n = 0;
    if (!flags)
        return false;
    for (int i = 0; i < from->n_flags; i++)
        flags[n++] = from->flags[i];
    for (int i = 0; i < to->n_flags; i++)
        if (!has_text(ends, 3, to->flags[i]) && !has_text(flags, n, to->flags[i]))
            flags[n++] = to->flags[i];
    to->flags = flags;
    to->n_flags = n;
    return true;
}

bool cg_record_append(struct cg_results *whole, struct cg_record *to, const struct cg_record *from,
                      int64_t first)
{
    const int placements = to->n_placements;
    if (!append_samples(whole, &to->samples, &from->samples, first, placements) ||
        !append_samples(whole, &to->disturbed_samples, &from->disturbed_samples, first, placements) ||
        !append_placements(whole, to, from))
        return false;
    if (from->n_counters > 0) {
        to->counters = from->counters;
        to->n_counters = from->n_counters;
    }
    if (from->n_layers > 0) {
        to->layers = from->layers;
        to->n_layers = from->n_layers;
        to->residual_ns = from->residual_ns;
    }
    if (from->latency.n_processes > 0)
        to->latency = from->latency;
    if (from->instances.n > 0)
        to->instances = from->instances;
    to->error_vs_reference = fmax(to->error_vs_reference, from->error_vs_reference);
    return append_flags(whole, to, from) && cg_record_summarise(to, NULL) == CG_OK;
}

/* ---- schedules ---- */

static int64_t add_known(int64_t a, int64_t b)
{
    return a >= 0 && b >= 0 ? cg_add_counts(a, b) : CG_UNKNOWN;
}

static bool append_zones(struct cg_results *whole, struct cg_schedule *to, const struct cg_schedule *from)
{
    if (to->n_rounds == 0) {
        to->zones = from->zones;
        to->n_zones = from->n_zones;
        return true;
    }
    struct cg_zone_series *zones = cg_results_array(whole, (size_t)to->n_zones, sizeof *zones);
    for (int z = 0; zones && z < to->n_zones; z++) {
        const int64_t *more = NULL;
        for (int k = 0; k < from->n_zones; k++)
            if (from->zones[k].zone == to->zones[z].zone)
                more = from->zones[k].mc;
        zones[z] = (struct cg_zone_series){
            .zone = to->zones[z].zone,
            .n_rounds = to->n_rounds + from->n_rounds,
            .mc = joined(whole, to->zones[z].mc, to->n_rounds, more, from->n_rounds, CG_UNKNOWN_SIGNED)};
        if (!zones[z].mc)
            return false;
    }
    to->zones = zones;
    return zones;
}

/* The rounds of `from`, its processes from `first` on, its time behind the other's. */
static bool append_rounds(struct cg_results *whole, struct cg_schedule *to, const struct cg_schedule *from,
                          int64_t first)
{
    const int n = to->n_rounds;
    const bool timed = n > 0 && to->start_us[n - 1] >= 0 && to->wall_ns[n - 1] >= 0;
    const int64_t start_us = timed ? cg_add_counts(to->start_us[n - 1], to->wall_ns[n - 1] / 1000) : 0;
    if (!append_zones(whole, to, from) ||
        !append_arrays(whole, &cg_layout_schedule, to, from, n, from->n_rounds))
        return false;
    for (int i = n; i < to->n_rounds; i++) {
        to->process[i] = cg_add_counts(to->process[i], first);
        if (to->start_us[i] >= 0)
            to->start_us[i] = cg_add_counts(to->start_us[i], start_us);
    }
    return true;
}

bool cg_schedule_append(struct cg_results *whole, struct cg_schedule *to, const struct cg_schedule *from,
                        int64_t first)
{
    const int n = to->n_lost_workers + from->n_lost_workers;
    const int rounds = to->n_rounds, more = from->n_rounds;
    struct cg_lost_record *lost = cg_results_array(whole, (size_t)n, sizeof *lost);
    if (!lost || !append_rounds(whole, to, from, first))
        return false;
    for (int i = 0; i < n; i++)
        lost[i] = i < to->n_lost_workers ? to->lost_workers[i] : from->lost_workers[i - to->n_lost_workers];
    to->lost_workers = lost;
    to->n_lost_workers = n;
    to->stop = from->stop;
    to->processes = (int)add_known(to->processes, from->processes);
    to->reached_precision = NAN;
    to->reruns = (int)add_known(to->reruns, from->reruns);
    to->worker_restarts = (int)add_known(to->worker_restarts, from->worker_restarts);
    to->elapsed_s += from->elapsed_s;
    if (rounds + more > 0)
        to->overhead_fraction =
            (to->overhead_fraction * rounds + from->overhead_fraction * more) / (rounds + more);
    if (to->yardstick_fma_turns != from->yardstick_fma_turns ||
        to->yardstick_l2_bytes != from->yardstick_l2_bytes ||
        to->yardstick_far_bytes != from->yardstick_far_bytes)
        to->yardstick_fma_turns = to->yardstick_l2_bytes = to->yardstick_far_bytes = CG_UNKNOWN;
    return true;
}
