#include "bench/device/yardstick.h"

#include "bench/device/buffer.h"
#include "bench/device/loops/loops.h"
#include "bench/device/pin.h"
#include "bench/device/timer.h"
#include "bench/device/topology.h"

#include <stdlib.h>

#define L2_BYTES_MAX   ((size_t)1 << 20)
#define L2_BYTES_MIN   ((size_t)128 << 10)
#define TRIES          5 /* the fastest counts */
#define CLOCK_READINGS 100

struct cg_yardstick {
    const struct cg_loops *loops;
    int64_t fma_turns, l2_passes;
    size_t bytes, far_bytes;
    void *buffer; /* of far_bytes */
};

/* Half of a second-level cache within bounds, and twice one whatever the bounds. */
static void choose_sizes(size_t *near, size_t *far)
{
    const int cpu = cg_current_cpu();
    const int64_t l2 = cg_cache_bytes(cpu < 0 ? 0 : cpu, 2);
    size_t half = l2 > 0 ? (size_t)l2 / 2 : (size_t)256 << 10;
    half = half < L2_BYTES_MIN ? L2_BYTES_MIN : half > L2_BYTES_MAX ? L2_BYTES_MAX : half;
    *near = half / CG_LOOP_BLOCK * CG_LOOP_BLOCK;
    *far = l2 > 0 ? 2 * (size_t)l2 / CG_LOOP_BLOCK * CG_LOOP_BLOCK : 0;
    *far = *far > 4 * *near ? *far : 4 * *near;
}

static int64_t run_fma(const void *yardstick, int64_t turns)
{
    const struct cg_yardstick *y = yardstick;
    const int64_t start = cg_now_ns();
    y->loops->fma(turns);
    return cg_now_ns() - start;
}

static int64_t run_l2(const void *yardstick, int64_t passes)
{
    const struct cg_yardstick *y = yardstick;
    const int64_t start = cg_now_ns();
    y->loops->read(y->buffer, y->bytes, passes);
    return cg_now_ns() - start;
}

/* What reading the clock twice takes at least. */
static int64_t clock_cost_ns(void)
{
    int64_t least = INT64_MAX;
    for (int i = 0; i < CLOCK_READINGS; i++) {
        const int64_t start = cg_now_ns(), ns = cg_now_ns() - start;
        least = ns < least ? ns : least;
    }
    return least;
}

static int64_t least_of_tries(cg_timed_work *run, const void *context, int64_t work)
{
    int64_t least = INT64_MAX;
    for (int i = 0; i < TRIES; i++) {
        const int64_t ns = run(context, work);
        least = ns < least ? ns : least;
    }
    return least;
}

int64_t cg_work_for(cg_timed_work *run, const void *context, int64_t part_ns, int64_t clock_ns)
{
    int64_t work = 1, ns;
    run(context, work); /* cold code and cold data */
    while ((ns = least_of_tries(run, context, work) - clock_ns) < part_ns / 4 && work < INT64_MAX / 4)
        work *= 2;
    const double exact = (double)work * (double)part_ns / (double)(ns > 0 ? ns : 1);
    return exact < 1 ? 1 : (int64_t)(exact + 0.5);
}

enum cg_status cg_yardstick_create(int64_t fma_iterations, int64_t l2_passes, int64_t part_ns,
                                   struct cg_yardstick **yardstick, struct cg_error *err)
{
    struct cg_yardstick *y = calloc(1, sizeof *y);
    *yardstick = NULL;
    if (!y)
        return cg_fail(err, CG_NO_MEMORY, "no memory for the yardstick");
    y->loops = cg_loops_get(cg_isa_best());
    choose_sizes(&y->bytes, &y->far_bytes);
    y->buffer = cg_buffer_make(y->far_bytes);
    if (!y->buffer) {
        free(y);
        return cg_fail(err, CG_NO_MEMORY, "no memory for the yardstick");
    }
    const int64_t clock_ns = clock_cost_ns();
    y->fma_turns = fma_iterations > 0 ? fma_iterations : cg_work_for(run_fma, y, part_ns, clock_ns);
    y->l2_passes = l2_passes > 0 ? l2_passes : cg_work_for(run_l2, y, part_ns, clock_ns);
    *yardstick = y;
    return CG_OK;
}

void cg_yardstick_destroy(struct cg_yardstick **yardstick)
{
    if (!*yardstick)
        return;
    cg_buffer_free((*yardstick)->buffer, (*yardstick)->far_bytes);
    free(*yardstick);
    *yardstick = NULL;
}

void cg_yardstick_work(const struct cg_yardstick *yardstick, int64_t *fma_iterations, int64_t *l2_passes)
{
    *fma_iterations = yardstick->fma_turns;
    *l2_passes = yardstick->l2_passes;
}

void cg_yardstick_bytes(const struct cg_yardstick *yardstick, int64_t *l2_pass_bytes, int64_t *far_bytes)
{
    *l2_pass_bytes = (int64_t)yardstick->bytes;
    *far_bytes = (int64_t)yardstick->far_bytes;
}

/* The middle one of three: an interrupt in one of them is no slow machine. */
static int64_t middle(const struct cg_yardstick *y, int64_t work, cg_timed_work *run)
{
    const int64_t a = run(y, work), b = run(y, work), c = run(y, work);
    const int64_t low = a < b ? a : b, high = a < b ? b : a;
    return c < low ? low : c > high ? high : c;
}

void cg_yardstick_run(struct cg_yardstick *yardstick, struct cg_yardstick_times *times)
{
    const int64_t start = cg_now_ns();
    yardstick->loops->read(yardstick->buffer, yardstick->far_bytes, 1);
    times->far_ns = cg_now_ns() - start;
    run_l2(yardstick, 1); /* what the measured code has pushed out comes back first */
    times->l2_ns = middle(yardstick, yardstick->l2_passes, run_l2);
    times->fma_ns = middle(yardstick, yardstick->fma_turns, run_fma);
}
