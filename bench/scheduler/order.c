#include "bench/scheduler/order.h"

#include "base/random.h"

static void shuffle(uint64_t *state, int n, int *items)
{
    for (int i = 0; i < n; i++)
        items[i] = i;
    for (int i = n - 1; i > 0; i--) {
        const int j = (int)(cg_random_next(state) % (uint64_t)(i + 1));
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
    cg_random_next(&state);
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

void cg_order_in_blocks(uint64_t seed, int n, const int *block, int64_t round, int *order, int *scratch)
{
    int *blocks = scratch, *inside = scratch + n, *room = scratch + 2 * n;
    int done = 0, n_blocks = 0;
    for (int i = 0; i < n; i++)
        n_blocks = block[i] >= n_blocks ? block[i] + 1 : n_blocks;
    cg_order_of_round(seed, n_blocks, round, blocks, room);
    for (int b = 0; b < n_blocks; b++) {
        int *cases = order + done;
        int size = 0;
        for (int i = 0; i < n; i++)
            if (block[i] == blocks[b])
                cases[size++] = i;
        /* A seed of its own for each block, or blocks of one size would all have the same order. */
        uint64_t state = seed + (uint64_t)blocks[b];
        cg_order_of_round(cg_random_next(&state), size, round, inside, room);
        for (int i = 0; i < size; i++)
            room[i] = cases[inside[i]];
        for (int i = 0; i < size; i++)
            cases[i] = room[i];
        done += size;
    }
}
