/* The order of cases in each round: random, with every position and, as far as the count allows, every direct
 * predecessor balanced over rounds (Williams design), so that neither the place in a round nor the neighbour
 * favours a case.
 *
 * Cases of several workers stand in blocks, one a worker: to hand the machine from one worker process to the
 * next costs as much as some samples last, and a free order would do so before nearly every case. What blocks
 * do to comparisons:
 * - Place. The blocks stand in a balanced order too, and so do the cases inside each. So over the rounds of
 *   both designs every case has the same mean place in a round, however many cases the workers have (each
 *   block precedes each other one in half of the rounds): a drift that is steady within a round cancels, of
 *   cases of one worker and of two.
 * - Distance. Of n cases of three workers two of one worker are n/9 apart on average, not n/3, and two of
 *   different workers 4n/9: what wanders faster than a round cancels better within an engine and by a third
 *   worse between engines. It widens their interval and moves nothing.
 * - The first of a block finds the caches as another process left them. That is what the discarded run before
 *   every sample is for (2 ms or one run); and as every case is first equally often, what it leaves over
 *   is the same for all cases of a worker, and once a round for each worker.
 * - Neighbours. Most cases follow one of their own engine, as they do for a user who runs that engine: a
 *   clock that wide vectors have lowered is met by the engine that lowered it. */
#ifndef CONVGAUGE_BENCH_SCHEDULER_ORDER_H
#define CONVGAUGE_BENCH_SCHEDULER_ORDER_H

#include <stdint.h>

/* Writes the order of round `round` (counted on over processes: 0, 1, 2, ...) of n cases into order[0..n).
 * Over each block of n rounds (2n if n is odd) every case stands in every position equally often. Depends on
 * (seed, n, round) only. `scratch` has 4 * n entries. */
void cg_order_of_round(uint64_t seed, int n, int64_t round, int *order, int *scratch);

/* The same with the cases of a block together: block[i] is that of case i, from 0 on, and none is empty.
 * `scratch` has 6 * n entries. */
void cg_order_in_blocks(uint64_t seed, int n, const int *block, int64_t round, int *order, int *scratch);

#endif
