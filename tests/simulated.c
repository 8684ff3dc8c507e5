#include "tests/simulated.h"

#include "base/random.h"

#include <math.h>

#define ROUNDS 12

const struct simulated_world simulated_worlds[SIMULATED_WORLDS] = {
    {1.0, 0.001, 0.01, 0.00, 0.00}, {1.3, 0.004, 0.01, 0.02, 0.05}, {0.8, 0.008, 0.02, 0.05, 0.20},
    {1.0, 0.012, 0.01, 0.05, 0.10}, {2.0, 0.020, 0.03, 0.10, 0.30}, {1.0, 0.000, 0.02, 0.02, 0.50},
};

double simulated_normal(uint64_t *random)
{
    const double u = 1 - cg_random_uniform(random), v = cg_random_uniform(random);
    return sqrt(-2 * log(u)) * cos(2 * acos(-1) * v);
}

/* Log-ratios of one process, formed inside rounds: drift cancels. */
static void sample_process(const struct simulated_world *world, uint64_t *random, double *log_ratios)
{
    const double effect = world->process_sd * simulated_normal(random), phase = cg_random_uniform(random) * 6;
    for (int r = 0; r < ROUNDS; r++) {
        const double machine = world->drift * sin(phase + r * 0.4);
        double sides[2];
        for (int s = 0; s < 2; s++) {
            sides[s] = machine + world->noise_sd * simulated_normal(random);
            if (cg_random_uniform(random) < world->outliers)
                sides[s] += log(1 + cg_random_uniform(random));
        }
        log_ratios[r] = log(world->true_ratio) + effect + sides[0] - sides[1];
    }
}

struct cg_estimate simulated_measure(const struct simulated_world *world, int max_processes, double precision,
                                     uint64_t *random, int *used)
{
    static double values[SIMULATED_PROCESSES * ROUNDS], scratch[3 * SIMULATED_PROCESSES * ROUNDS];
    static int64_t processes[SIMULATED_PROCESSES * ROUNDS];
    struct cg_estimate estimate = {0};
    for (int p = 0; p < max_processes; p++) {
        sample_process(world, random, values + p * ROUNDS);
        for (int r = 0; r < ROUNDS; r++)
            processes[p * ROUNDS + r] = p;
        estimate = cg_estimate_over_processes(values, processes, (size_t)(p + 1) * ROUNDS, scratch);
        const double half = cg_half_width(estimate);
        *used = p + 1;
        if (cg_stop_reached(&half, 1, p + 1, max_processes, precision))
            break;
    }
    return estimate;
}

double simulated_coverage(const struct simulated_world *world, int max_processes, double precision,
                          int trials, double *mean_processes)
{
    uint64_t random = 20180730;
    int covered = 0, total = 0;
    for (int t = 0; t < trials; t++) {
        int used = 0;
        const struct cg_estimate e = simulated_measure(world, max_processes, precision, &random, &used);
        covered += e.low <= log(world->true_ratio) && log(world->true_ratio) <= e.high;
        total += used;
    }
    *mean_processes = (double)total / trials;
    return (double)covered / trials;
}
