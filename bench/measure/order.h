/* The order of cases in each round: random, with every position and, as far as the count allows, every direct
 * predecessor balanced over rounds (Williams design), so that neither the place in a round nor the neighbour
 * favours a case. */
#ifndef CONVGAUGE_BENCH_MEASURE_ORDER_H
#define CONVGAUGE_BENCH_MEASURE_ORDER_H

#include <stdint.h>

/* Writes the order of round `round` (counted on over processes: 0, 1, 2, ...) of n cases into order[0..n).
 * Over each block of n rounds (2n if n is odd) every case stands in every position equally often. Depends on
 * (seed, n, round) only. `scratch` has 4 * n entries. */
void cg_order_of_round(uint64_t seed, int n, int64_t round, int *order, int *scratch);

#endif
