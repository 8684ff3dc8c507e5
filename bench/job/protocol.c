#include "bench/job/protocol.h"

#include "base/hash.h"

#include <math.h>

#define OVERHEAD_AIM 0.008 /* 1 % is promised */
/* Planned for, of the asked precision: what is expected is exceeded every other time. */
#define PLANNED_PRECISION 0.7

struct cg_protocol cg_protocol_default(bool quick)
{
    return (struct cg_protocol){.min_processes = quick ? 4 : 10,
                                .max_processes = quick ? 10 : 24,
                                .as_planned = quick,
                                .min_rounds = quick ? 6 : 7,
                                .least_rounds = quick ? 6 : 5,
                                .max_rounds = quick ? 15 : 60,
                                .precision = 0.01,
                                .budget_per_job_s = quick ? 2.5 : 10,
                                .aim_per_job_s = quick ? 1.2 : 0,
                                .seed = 1,
                                .check = true,
                                .time = true,
                                .sample_min_ns = 1000000,
                                .overhead = OVERHEAD_AIM,
                                .discard_min_ns = 2000000,
                                .warmup_cap_ns = 500000000,
                                .hang_s = 10};
}

double cg_discard_ns(double run_ns, int64_t least_ns)
{
    return fmax((run_ns < CG_DISCARD_TWICE_NS ? 2 : 1) * run_ns, (double)least_ns);
}

double cg_protocol_allows_s(const struct cg_protocol *protocol, int n_jobs)
{
    return protocol->budget_s > 0 ? protocol->budget_s : protocol->budget_per_job_s * n_jobs;
}

int cg_protocol_rounds_least(const struct cg_protocol *protocol)
{
    return protocol->min_rounds < protocol->least_rounds ? protocol->min_rounds : protocol->least_rounds;
}

/* Of the processes that there may be. */
static int fewest_processes(const struct cg_protocol *protocol)
{
    return protocol->min_processes < protocol->max_processes ? protocol->min_processes
                                                             : protocol->max_processes;
}

struct cg_design cg_protocol_design(const struct cg_protocol *protocol, const struct cg_spread *spread,
                                    int n_jobs, double budget_s, double prepare_s, double round_s)
{
    const double aim_s = protocol->aim_per_job_s * n_jobs;
    const double least_s = cg_protocol_least_s(protocol, prepare_s, round_s);
    const struct cg_design_limits limits = {
        .min_processes = fewest_processes(protocol),
        .max_processes = protocol->max_processes,
        .min_rounds = protocol->min_rounds,
        .max_rounds = protocol->max_rounds,
        .least_rounds = cg_protocol_rounds_least(protocol),
        .process_s = prepare_s,
        .round_s = round_s,
        .budget_s = aim_s > 0 ? fmin(fmax(aim_s, least_s), budget_s) : budget_s,
        .precision = PLANNED_PRECISION * protocol->precision,
    };
    return cg_design_best(spread, &limits);
}

double cg_protocol_least_s(const struct cg_protocol *protocol, double prepare_s, double round_s)
{
    return fewest_processes(protocol) * (prepare_s + cg_protocol_rounds_least(protocol) * round_s);
}

uint64_t cg_protocol_hash(uint64_t hash, const struct cg_protocol *protocol)
{
    const int counts[] = {protocol->min_processes, protocol->max_processes, protocol->min_rounds,
                          protocol->max_rounds,    protocol->check,         protocol->time};
    const double seconds[] = {protocol->precision,     protocol->budget_s, protocol->budget_per_job_s,
                              protocol->aim_per_job_s, protocol->piece_s,  protocol->overhead};
    hash = cg_hash_bytes(hash, counts, sizeof counts);
    hash = cg_hash_bytes(hash, seconds, sizeof seconds);
    return cg_hash_text(hash, protocol->counters ? protocol->counters : "");
}
