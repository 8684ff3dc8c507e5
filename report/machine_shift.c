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

/* Nanoseconds a unit of work, or NAN. `scratch` has room for a value a round. */
static double cost_of(const struct cg_schedule *s, enum part part, double *scratch)
{
    const int64_t *const ns[PARTS] = {s->yardstick_fma_ns, s->yardstick_l2_ns, s->yardstick_far_ns};
    const int64_t work[PARTS] = {s->yardstick_fma_turns, s->yardstick_l2_bytes, s->yardstick_far_bytes};
    size_t n = 0;
    if (!ns[part] || work[part] <= 0)
        return NAN;
    for (int i = 0; i < s->n_rounds; i++)
        if (ns[part][i] > 0 && !(s->disturbed && s->disturbed[i] == 1))
            scratch[n++] = (double)ns[part][i];
    return n ? cg_median(scratch, n) / (double)work[part] : NAN;
}

bool cg_machine_shift_find(const struct cg_results *a, const struct cg_record *record_a,
                           const struct cg_results *b, const struct cg_record *record_b,
                           struct cg_machine_shift *shift)
{
    *shift = (struct cg_machine_shift){NAN, NAN};
    const struct cg_schedule *sa = cg_schedule_of(a, record_a), *sb = cg_schedule_of(b, record_b);
    if (!sa || !sb || !same_processor(&a->device, &b->device))
        return true;
    const int rounds = sa->n_rounds > sb->n_rounds ? sa->n_rounds : sb->n_rounds;
    double *scratch = malloc(((size_t)rounds + 1) * sizeof *scratch);
    if (!scratch)
        return false;
    double slowest = 0, fastest = INFINITY;
    for (enum part part = FMA; part < PARTS; part++) {
        const double ratio = cost_of(sb, part, scratch) / cost_of(sa, part, scratch);
        if (!(ratio > 0))
            continue;
        slowest = fmax(slowest, ratio);
        fastest = fmin(fastest, ratio);
    }
    free(scratch);
    if (slowest > 0)
        *shift = (struct cg_machine_shift){slowest, fastest};
    return true;
}
