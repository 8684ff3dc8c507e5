/* How long a group takes whose costs and noise are known: arithmetic over the rules of stop.h. */
#ifndef CONVGAUGE_BENCH_SCHEDULER_GROUP_TIME_H
#define CONVGAUGE_BENCH_SCHEDULER_GROUP_TIME_H

#include "bench/job/measurement.h"
#include "bench/job/protocol.h"

/* What a group of jobs costs: once, and then by process and by round, in seconds. */
struct cg_group_time {
    double first_s, prepare_s, round_s;
    double longest_round_s; /* with samples as long as they may become */
    int different;          /* jobs that are measured */
};

/* Seconds until the precision is reached or the budget used up. Noise that is not known is taken to ask for
 * all that the protocol allows. */
double cg_group_seconds(const struct cg_protocol *protocol, const struct cg_group_time *time,
                        const struct cg_noise *noise);

/* Standard deviation between processes of the measurement's noisiest job (ratios to the baseline, if there is
 * one), beyond what measurement->noise.rounds explains; NAN with fewer than 5 processes, which tell little of
 * it. */
double cg_noise_between_processes(const struct cg_measurement *measurement);

#endif
