#include "bench/scheduler/stop.h"

#include "bench/stats/stats.h"

#include <math.h>

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
