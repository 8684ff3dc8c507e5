#include "bench/scheduler/group_time.h"

#include "bench/scheduler/stop.h"
#include "bench/stats/stats.h"

#include <math.h>

#define RERUNS 1.05 /* rounds that are disturbed and run again */

/* Rounds that the pilot will ask for. */
static double rounds_of(const struct cg_protocol *protocol, const struct cg_group_time *time,
                        const struct cg_noise *noise, double budget_s)
{
    const int wanted = isnan(noise->rounds) ? protocol->max_rounds
                                            : cg_rounds_needed(noise->rounds, protocol->precision,
                                                               cg_planned_processes(protocol->max_processes),
                                                               protocol->min_rounds, protocol->max_rounds);
    return budget_s > 0 ? cg_rounds_within(protocol, wanted, budget_s, time->prepare_s, time->round_s)
                        : wanted;
}

/* Processes after which the precision will be reached. */
static int processes_of(const struct cg_protocol *protocol, const struct cg_noise *noise, double rounds)
{
    const int most = protocol->max_processes;
    const double sd = cg_process_sd(noise->rounds, noise->processes, rounds);
    int n = cg_stop_first_look(most);
    while (n < most && !(sd * cg_student_quantile(0.975, n - 1) <= protocol->precision * sqrt(n)))
        n++;
    return n;
}

/* The budget as the scheduler will have it; 0: none. */
static double budget_of(const struct cg_protocol *protocol, const struct cg_group_time *time)
{
    if (protocol->budget_s > 0)
        return protocol->budget_s;
    return fmax(protocol->budget_per_job_s * time->different,
                cg_budget_least_s(protocol, time->prepare_s, time->round_s));
}

double cg_group_seconds(const struct cg_protocol *protocol, const struct cg_group_time *time,
                        const struct cg_noise *noise)
{
    if (!protocol->time)
        return time->first_s + time->prepare_s;
    const double budget_s = budget_of(protocol, time), rounds = rounds_of(protocol, time, noise, budget_s);
    const int wanted = processes_of(protocol, noise, rounds);
    const double process_s = time->prepare_s + RERUNS * rounds * time->round_s;
    const double pilot_s = fmax(0, protocol->min_rounds - rounds) * time->round_s; /* in the first one */
    /* At least two are run, and the next one is begun as long as it would end within the budget. */
    int n = wanted < 2 ? wanted : 2;
    while (n < wanted &&
           (budget_s <= 0 || time->first_s + pilot_s + (n + 1) * process_s <= CG_BUDGET_SLACK * budget_s))
        n++;
    return time->first_s + pilot_s + n * process_s;
}
