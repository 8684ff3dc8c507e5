#include "report/records.h"

#include "base/text.h"
#include "report/rounds.h"

#include <math.h>
#include <stdlib.h>

enum part { FMA, L2, FAR, PARTS };

/* The same kind of processor, as far as files tell: they name no machine. */
static bool same_processor(const struct cg_device_record *a, const struct cg_device_record *b)
{
    if (!cg_same_text(a->cpu_model, b->cpu_model) || !cg_same_text(a->architecture, b->architecture) ||
        !cg_same_text(a->features, b->features) || a->logical_cpus != b->logical_cpus ||
        a->n_caches != b->n_caches)
        return false;
    for (int i = 0; i < a->n_caches; i++)
        if (a->caches[i].level != b->caches[i].level ||
            (a->caches[i].level < 3 && a->caches[i].bytes != b->caches[i].bytes))
            return false;
    return true;
}

/* Log nanoseconds a unit of work in each process, of its undisturbed rounds; how many processes. `scratch`
 * has room for a value a round, as `costs` has. */
static size_t costs_of(const struct cg_schedule *s, enum part part, double *costs, double *scratch)
{
    const int64_t *const ns[PARTS] = {s->yardstick_fma_ns, s->yardstick_l2_ns, s->yardstick_far_ns};
    const int64_t work[PARTS] = {s->yardstick_fma_turns, s->yardstick_l2_bytes, s->yardstick_far_bytes};
    size_t n = 0;
    for (int i = 0, end; ns[part] && work[part] > 0 && i < s->n_rounds; i = end) {
        size_t kept = 0;
        for (end = i; end < s->n_rounds && s->process[end] == s->process[i]; end++)
            if (ns[part][end] > 0 && !(s->disturbed && s->disturbed[end] == 1))
                scratch[kept++] = (double)ns[part][end];
        if (kept > 0)
            costs[n++] = log(cg_median(scratch, kept) / (double)work[part]);
    }
    return n;
}

/* The log-ratio where it is beyond what processes differ by anyway, else 0; NAN unknown. */
static double known_shift(const struct cg_schedule *a, const struct cg_schedule *b, enum part part,
                          double *scratch)
{
    const size_t room = (size_t)(a->n_rounds > b->n_rounds ? a->n_rounds : b->n_rounds) + 1;
    double *const of_a = scratch + room, *const of_b = of_a + room;
    const size_t n_a = costs_of(a, part, of_a, scratch), n_b = costs_of(b, part, of_b, scratch);
    if (n_a == 0 || n_b == 0)
        return NAN;
    const struct cg_estimate shift = cg_estimate_difference(of_b, n_b, of_a, n_a);
    return shift.low <= 0 && shift.high >= 0 ? 0 : shift.mean;
}

/* The part of a record's time in which its multiply-adds do not keep the pipes busy, at most what memory can
 * lengthen: all of it where the peak is unknown. */
static double waiting_share(const struct cg_results *results, const struct cg_record *record)
{
    const double peak = cg_device_peak(&results->device, &record->setting),
                 busy_ns = 1e9 * (double)record->madds / peak;
    return isnan(busy_ns) ? 1 : fmax(0, 1 - busy_ns / record->time.median);
}

bool cg_machine_shift_find(const struct cg_results *a, const struct cg_record *record_a,
                           const struct cg_results *b, const struct cg_record *record_b,
                           struct cg_machine_shift *shift)
{
    *shift = (struct cg_machine_shift){NAN, NAN, NAN, NAN};
    const struct cg_schedule *sa = cg_schedule_of(a, record_a), *sb = cg_schedule_of(b, record_b);
    if (!sa || !sb || !same_processor(&a->device, &b->device))
        return true;
    const int rounds = sa->n_rounds > sb->n_rounds ? sa->n_rounds : sb->n_rounds;
    double *scratch = malloc(3 * ((size_t)rounds + 1) * sizeof *scratch);
    if (!scratch)
        return false;
    const double waiting = fmax(waiting_share(a, record_a), waiting_share(b, record_b));
    for (enum part part = FMA; part < PARTS; part++) {
        const double by = known_shift(sa, sb, part, scratch);
        const double explained = part == FMA ? by : waiting * by;
        if (isnan(by))
            continue;
        shift->slowest = fmax(shift->slowest, exp(by));
        shift->fastest = fmin(shift->fastest, exp(by));
        shift->explains_slower = fmax(shift->explains_slower, exp(explained));
        shift->explains_faster = fmin(shift->explains_faster, exp(explained));
    }
    free(scratch);
    return true;
}
