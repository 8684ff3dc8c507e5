/* Further processes of what was measured before: of a record, of a schedule. */
#ifndef CONVGAUGE_BENCH_RECORD_APPEND_H
#define CONVGAUGE_BENCH_RECORD_APPEND_H

#include "bench/record/record.h"

/* a + b of values from files, at most what there is room for. */
static inline int64_t cg_add_counts(int64_t a, int64_t b)
{
    int64_t sum;
    return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

/* Puts the samples of `from` behind those of `to`, its processes numbered from `first` on, and summarises
 * again. Of what is measured beside them (counters, layers, single runs) that of `from` counts where it has
 * any. Arrays are made anew in `whole`; all else is borrowed. False without memory. */
bool cg_record_append(struct cg_results *whole, struct cg_record *to, const struct cg_record *from,
                      int64_t first);

/* A record more of `whole`: `from` in this schedule, its processes numbered from `first` on. */
bool cg_record_add_from(struct cg_results *whole, const struct cg_record *from, int schedule, int64_t first);

/* The same with the rounds of schedules, the time of `from` behind the other's. The precision that both
 * together reach is not known. */
bool cg_schedule_append(struct cg_results *whole, struct cg_schedule *to, const struct cg_schedule *from,
                        int64_t first);

#endif
