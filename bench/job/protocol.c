#include "bench/job/protocol.h"

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
