#include "bench/job/protocol.h"

#include "base/hash.h"
#include "bench/stats/stats.h"

#include <math.h>

#define OVERHEAD_AIM 0.008 /* 1 % is promised */
#define SD_OF_MAD    1.4826
#define SE_OF_MEDIAN 1.2533

struct cg_protocol cg_protocol_default(bool quick)
{
    return (struct cg_protocol){.max_processes = quick ? 4 : 24,
                                .min_rounds = quick ? 8 : 7,
                                .max_rounds = quick ? 15 : 60,
                                .precision = 0.01,
                                .budget_per_job_s = quick ? 2.5 : 10,
                                .seed = 1,
                                .check = true,
                                .time = true,
                                .sample_min_ns = 1000000,
                                .overhead = OVERHEAD_AIM,
                                .discard_min_ns = 2000000,
                                .warmup_cap_ns = 500000000,
                                .hang_s = 10};
}

double cg_protocol_allows_s(const struct cg_protocol *protocol, int n_jobs)
{
    return protocol->budget_s > 0 ? protocol->budget_s : protocol->budget_per_job_s * n_jobs;
}

int cg_protocol_rounds_needed(const struct cg_protocol *protocol, double mad)
{
    const int processes = cg_planned_processes(protocol->max_processes);
    const double t = processes > 1 ? cg_student_quantile(0.975, processes - 1) : 2;
    const double root = t * SE_OF_MEDIAN * SD_OF_MAD * mad / (0.7 * protocol->precision);
    const double rounds = ceil(root * root / processes);
    return (int)fmin(fmax(rounds, protocol->min_rounds), protocol->max_rounds);
}

int cg_protocol_rounds_least(const struct cg_protocol *protocol)
{
    return protocol->min_rounds < 3 ? protocol->min_rounds : 3;
}

int cg_protocol_rounds_within(const struct cg_protocol *protocol, int wanted, double budget_s,
                              double prepare_s, double round_s)
{
    const double each_s = budget_s / cg_planned_processes(protocol->max_processes) - prepare_s;
    if (!(round_s > 0) || each_s / round_s >= wanted)
        return wanted;
    return (int)fmax(cg_protocol_rounds_least(protocol), floor(each_s / round_s));
}

double cg_protocol_least_s(const struct cg_protocol *protocol, double prepare_s, double round_s)
{
    return cg_planned_processes(protocol->max_processes) *
           (prepare_s + cg_protocol_rounds_least(protocol) * round_s);
}

uint64_t cg_protocol_hash(uint64_t hash, const struct cg_protocol *protocol)
{
    const int counts[] = {protocol->max_processes, protocol->min_rounds, protocol->max_rounds,
                          protocol->check, protocol->time};
    const double seconds[] = {protocol->precision, protocol->budget_s, protocol->budget_per_job_s,
                              protocol->piece_s, protocol->overhead};
    hash = cg_hash_bytes(hash, counts, sizeof counts);
    hash = cg_hash_bytes(hash, seconds, sizeof seconds);
    return cg_hash_text(hash, protocol->counters ? protocol->counters : "");
}
