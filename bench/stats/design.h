/* How many processes of how many rounds tell most in the time there is. */
#ifndef CONVGAUGE_BENCH_STATS_DESIGN_H
#define CONVGAUGE_BENCH_STATS_DESIGN_H

#include <stddef.h>
#include <stdint.h>

/* What a log-ratio varies by. */
struct cg_spread {
    double round_sd;      /* between rounds of a process */
    double process_share; /* variance between processes, whatever their rounds, over that between rounds */
};

/* What a measurement may take: processes of process_s + rounds * round_s seconds. */
struct cg_design_limits {
    int min_processes, max_processes;
    int min_rounds, max_rounds; /* a process */
    int least_rounds;           /* where the time does not hold min_processes of min_rounds */
    double process_s, round_s;
    double budget_s;  /* for all processes; INFINITY: any */
    double precision; /* relative half-width that is enough */
};

struct cg_design {
    int processes, rounds;
    double half_width; /* expected, of the log-ratio */
};

/* Half the width of the 95 % interval to expect: the median of R rounds has the variance pi/2 sd^2 / R, and
 * Student's t goes over the processes. INFINITY with fewer than two. */
double cg_expected_half_width(const struct cg_spread *spread, int processes, int rounds);

/* The design within the limits that reaches the precision in the shortest time, or else the one with the
 * smallest half-width that the budget holds. */
struct cg_design cg_design_best(const struct cg_spread *spread, const struct cg_design_limits *limits);

#endif
