/* How jobs are measured. */
#ifndef CONVGAUGE_BENCH_JOB_PROTOCOL_H
#define CONVGAUGE_BENCH_JOB_PROTOCOL_H

#include "bench/stats/design.h"

#include <stdbool.h>
#include <stdint.h>

/* How to measure. Start from cg_protocol_default(). */
struct cg_protocol {
    int min_processes, max_processes; /* draws of workers; the interval's width is looked at only between
                                         them, first after cg_stop_first_look() of them (bench/stats) */
    int min_rounds, max_rounds;       /* a process; the pilot is the first process's first min_rounds */
    int least_rounds; /* a process, whatever the time, if min_rounds are not fewer: preparing it takes as long
                         as one or two, and is not to be more than a fifth */
    bool as_planned;  /* as many processes as the pilot plans between both, no more; else it plans the rounds,
                         and processes follow each other until the precision, the budget or max_processes */
    double precision; /* asked relative half-width of the 95 % interval of every ratio to the baseline */
    double budget_s;  /* wall-clock seconds for this group; 0: budget_per_job_s times its different jobs, or
                         what the planned processes take at least */
    double budget_per_job_s;
    int64_t end_ns;  /* 0; or the time of cg_now_ns() from which on nothing is begun, and rounds end with the
                        one that runs: a limit, whatever there is then */
    int64_t over_ns; /* likewise of counting, behind the rounds */
    double aim_per_job_s; /* that is planned for, where the budget is not less; 0: the budget */
    double piece_s; /* 0; or sustained load: a process is given rounds for this long whatever their noise, and
                       processes follow each other until the budget is used up */
    uint64_t seed;  /* of the order of cases */
    bool check;     /* compare with `reference` before timing (rule 1); off only in tests of the measuring */
    bool time;      /* false: compile and check only (`run --check-only`, emulation) */
    bool keep_duplicates;  /* identical jobs are measured apart (A/A pairs) instead of once */
    const char *counters;  /* NULL: none; or what cg_counters_open() takes: counted in a process of its own */
    int64_t sample_min_ns; /* a hot sample lasts at least this long, and 1000 timer ticks */
    double overhead; /* what rounds may cost beside samples and discarded runs, relative to these: hot samples
                        of short rounds are made longer for it, up to 10 times. 0: they are not */
    int64_t discard_min_ns; /* after each switch a job runs at least this long, discarded: cg_discard_ns() */
    int64_t
        warmup_cap_ns; /* a job's warm-up in one process ends here at the latest (after at least 4 runs) */
    double hang_s; /* a command to a worker may take this long plus 20 times what is expected; then SIGKILL */
};

/* The runs of a hot sample are chosen for one this much longer than the least. */
#define CG_SAMPLE_MARGIN 1.25

/* quick: 4 to 10 processes of 6 to 15 rounds as the pilot plans them, for 1.2 s a job; else 10 to 24
 * processes, as many as the precision takes, and 10 s a job. A group that runs over its budget all the same
 * ends with the process that it is in, once it has two. Jobs so long that their share would not hold the
 * fewest processes of the least rounds each get what these take. */
struct cg_protocol cg_protocol_default(bool quick);

/* Jobs whose runs are shorter are run twice after a switch before they are sampled. By then caches and branch
 * predictors have taken in a job again but for 0.4 % of its time: the second run of ShuffleNet V2 (2.7 ms)
 * behind other networks takes 1.1 % more than those from the fourth on, the third 0.4 %, of MobileNet V2 (5.4
 * ms) 0.3 and 0.1 % (Zen 4). */
#define CG_DISCARD_TWICE_NS 5e6

/* Nanoseconds that a job of `run_ns` a run takes before each sample, discarded: at least_ns, one run or two.
 */
double cg_discard_ns(double run_ns, int64_t least_ns);

/* Seconds that the protocol allows a group of so many different jobs: its budget. */
double cg_protocol_allows_s(const struct cg_protocol *protocol, int n_jobs);

/* A group may run over its budget by so much. */
#define CG_BUDGET_SLACK 1.05

/* Rounds that a process has whatever its budget. */
int cg_protocol_rounds_least(const struct cg_protocol *protocol);

/* Processes and rounds for a group of so many different jobs, where the noisiest log-ratio spreads like that
 * between rounds and processes; a process is prepared for prepare_s, a round takes round_s. The budget is
 * that of cg_protocol_allows_s() or more, INFINITY where there is none. */
struct cg_design cg_protocol_design(const struct cg_protocol *protocol, const struct cg_spread *spread,
                                    int n_jobs, double budget_s, double prepare_s, double round_s);

/* Seconds that the fewest processes take with the least rounds each. */
double cg_protocol_least_s(const struct cg_protocol *protocol, double prepare_s, double round_s);

/* `hash` chained with what the length of a measurement depends on. */
uint64_t cg_protocol_hash(uint64_t hash, const struct cg_protocol *protocol);

#endif
