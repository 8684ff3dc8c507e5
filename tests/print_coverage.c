/* The simulated coverage of 95 % intervals as CSV, for tests/trust.sh. usage: print_coverage TRIALS */
#include "tests/simulated.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static void print(const struct simulated_world *world, int most, int trials)
{
    double used;
    const double share = simulated_coverage(world, most, 0.01, trials, &used);
    printf("\"ratio %g, process sd %g, noise sd %g, outliers %g, drift %g\",%d,%.3f,%d,%ld\n",
           world->true_ratio, world->process_sd, world->noise_sd, world->outliers, world->drift, most, used,
           trials, lround(share * trials));
}

int main(int argc, char **argv)
{
    const int trials = argc == 2 ? atoi(argv[1]) : 0;
    if (trials < 1) {
        fprintf(stderr, "usage: print_coverage TRIALS\n");
        return 2;
    }
    printf("world,most,used,trials,covered\n");
    for (int w = 0; w < SIMULATED_WORLDS; w++)
        for (int most = 4; most <= SIMULATED_PROCESSES; most = most == 4 ? 8 : most == 8 ? 24 : most + 1)
            print(&simulated_worlds[w], most, trials);
    return 0;
}
