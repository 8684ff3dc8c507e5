#include "bench/scheduler/stop.h"

#include "bench/stats/stats.h"

#include <math.h>

int cg_round_log_ratios(const struct cg_samples *samples, const struct cg_samples *baseline, int process,
                        double *ratios, int64_t *process_of)
{
    int n = 0, b = 0;
    for (int i = 0; i < samples->n; i++) {
        if (process >= 0 && samples->process[i] != process)
            continue;
        double log_time = log((double)samples->ns[i] / samples->iterations[i]);
        if (baseline) {
            while (b < baseline->n &&
                   (baseline->process[b] < samples->process[i] ||
                    (baseline->process[b] == samples->process[i] && baseline->round[b] < samples->round[i])))
                b++;
            if (b == baseline->n || baseline->process[b] != samples->process[i] ||
                baseline->round[b] != samples->round[i])
                continue;
            log_time -= log((double)baseline->ns[b] / baseline->iterations[b]);
        }
        if (process_of)
            process_of[n] = samples->process[i];
        ratios[n++] = log_time;
    }
    return n;
}

#define SD_OF_MAD    1.4826
#define SE_OF_MEDIAN 1.2533

int cg_rounds_needed(double mad, double precision, int processes, int min_rounds, int max_rounds)
{
    const double t = processes > 1 ? cg_student_quantile(0.975, processes - 1) : 2;
    const double root = t * SE_OF_MEDIAN * SD_OF_MAD * mad / (0.7 * precision);
    const double rounds = ceil(root * root / processes);
    if (!(rounds > min_rounds))
        return min_rounds;
    return rounds < max_rounds ? (int)rounds : max_rounds;
}

int cg_rounds_least(const struct cg_protocol *protocol)
{
    return protocol->min_rounds < 3 ? protocol->min_rounds : 3;
}

double cg_budget_least_s(const struct cg_protocol *protocol, double prepare_s, double round_s)
{
    return cg_planned_processes(protocol->max_processes) * (prepare_s + cg_rounds_least(protocol) * round_s);
}

int cg_rounds_within(const struct cg_protocol *protocol, int wanted, double budget_s, double prepare_s,
                     double round_s)
{
    const double each_s = budget_s / cg_planned_processes(protocol->max_processes) - prepare_s;
    if (!(round_s > 0) || each_s / round_s >= wanted)
        return wanted;
    return (int)fmax(cg_rounds_least(protocol), floor(each_s / round_s));
}

double cg_samples_half_width(const struct cg_samples *samples, const struct cg_samples *baseline,
                             double *scratch, int64_t *process_scratch)
{
    /* scratch: the values, then the room that the estimate asks for */
    const int n = cg_round_log_ratios(samples, baseline, -1, scratch, process_scratch);
    if (n == 0)
        return NAN;
    const struct cg_estimate estimate =
        cg_estimate_over_processes(scratch, process_scratch, (size_t)n, scratch + n);
    return estimate.processes < 2 ? NAN : cg_half_width(estimate);
}
