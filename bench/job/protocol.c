#include "bench/job/protocol.h"

#include "base/hash.h"

#define OVERHEAD_AIM 0.008 /* 1 % is promised */

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
