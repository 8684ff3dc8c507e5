#include "bench/measure/order.h"

static uint64_t mix(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u); /* splitmix64 */
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static void shuffle(uint64_t *state, int n, int *items)
{
    for (int i = 0; i < n; i++)
        items[i] = i;
    for (int i = n - 1; i > 0; i--) {
        const int j = (int)(mix(state) % (uint64_t)(i + 1));
        const int kept = items[i];
        items[i] = items[j];
        items[j] = kept;
    }
}

void cg_order_of_round(uint64_t seed, int n, int64_t round, int *order, int *scratch)
{
    if (n <= 0)
        return;
    const int rows = n % 2 == 0 ? n : 2 * n;
    const int64_t block = round / rows;
    uint64_t state = seed ^ (uint64_t)block * 0xd1342543de82ef95u;
    mix(&state);
    int *names = scratch, *row_order = scratch + n;
    shuffle(&state, n, names);
    shuffle(&state, rows, row_order);
    const int row = row_order[round % rows];
    for (int position = 0; position < n; position++) {
        /* Williams' zigzag 0, n-1, 1, n-2, ... shifted by the row; odd n needs its mirror image as well. */
        const int from = row < n ? position : n - 1 - position;
        const int zigzag = from % 2 == 0 ? from / 2 : n - 1 - from / 2;
        order[position] = names[(zigzag + row) % n];
    }
}
