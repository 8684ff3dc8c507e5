/* What rounds cost beside what they time: the yardstick, the readings around a sample, messages, the state of
 * the machine. At most 1 % of the time, so rounds of short cases have longer samples. */
#ifndef CONVGAUGE_BENCH_SCHEDULER_OVERHEAD_H
#define CONVGAUGE_BENCH_SCHEDULER_OVERHEAD_H

/* Samples are lengthened so many times at most. */
#define CG_SAMPLE_LENGTHENED_MOST 10

/* Of the time of rounds, what comes between them: a message and a reading of the machine's state every
 * quarter of a second. */
#define CG_OVERHEAD_BETWEEN 0.0011

/* A round, as far as its overhead depends on it. */
struct cg_round_work {
    int n_workers, n_cases;
    int n_threaded;  /* of the cases: with several threads */
    double least_ns; /* of its samples and discarded runs when nothing is lengthened: what the yardstick's
                        work is made for */
};

/* How long samples and discarded runs of a round have to take for what it costs beside them to be `fraction`
 * of it. */
double cg_overhead_round_ns(const struct cg_round_work *work, double fraction);

/* The same where the overhead inside a round has been measured. */
double cg_overhead_round_as_seen_ns(double inside_ns, double fraction);

#endif
