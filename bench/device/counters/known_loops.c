#include "bench/device/counters/parts.h"

#include "bench/device/loops/loops.h"
#include "bench/device/pin.h"
#include "bench/device/timer.h"
#include "bench/device/topology.h"
#include "base/random.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#define ADD_TURNS    100000
#define FMA_TURNS    40000
#define BRANCHES     2000000
#define CHASE_STEPS  400000
#define CHASE_MAX    ((size_t)192 << 20)
#define SPIN_NS      5000000
#define PAGES        512
#define PAGE         ((size_t)4096)
#define SLEEPS       20
#define MIGRATIONS   20
#define LINE         64
#define AFFINITY_MAX 4096

struct cg_known_work {
    enum cg_known_loop loop;
    size_t bytes; /* of the buffer */
    void *buffer;
    double missing; /* share of a walk's steps that find their line in no cache of the level */
};

/* Links the lines of the buffer into one random cycle (Sattolo's shuffle), so that no prefetcher can follow.
 */
static bool link_lines(struct cg_known_work *work)
{
    const size_t n = work->bytes / LINE;
    uint32_t *order = malloc(n * sizeof *order);
    uint64_t state = 2463534242u;
    if (!order || n < 2) {
        free(order);
        return false;
    }
    for (size_t i = 0; i < n; i++)
        order[i] = (uint32_t)i;
    for (size_t i = n - 1; i > 0; i--) {
        const size_t j = cg_random_next(&state) % i;
        const uint32_t swapped = order[i];
        order[i] = order[j];
        order[j] = swapped;
    }
    char *base = work->buffer;
    for (size_t i = 0; i < n; i++)
        *(void **)(void *)(base + (size_t)order[i] * LINE) = base + (size_t)order[(i + 1) % n] * LINE;
    free(order);
    return true;
}

static bool prepare_chase(struct cg_known_work *work)
{
    static const int64_t otherwise[] = {0, 32 << 10, 512 << 10, 8 << 20};
    const int cpu = cg_current_cpu(), level = 1 + (int)work->loop - CG_LOOP_CHASE_L1;
    int64_t cache = cg_cache_bytes(cpu < 0 ? 0 : cpu, level);
    if (cache < 0)
        cache = otherwise[level];
    size_t bytes = (size_t)cache * (level == 3 ? 4 : 8);
    if (bytes > CHASE_MAX)
        bytes = CHASE_MAX;
    work->bytes = bytes;
    /* Of a cache of such a size, real or not (some virtual machines' is not), no walk tells how often it
     * misses. */
    const double missing = 1 - (double)cache / (double)bytes;
    work->missing = missing > 0.3 ? missing : NAN;
    work->buffer = aligned_alloc(LINE, bytes);
    return work->buffer && link_lines(work);
}

static bool prepare_branches(struct cg_known_work *work)
{
    uint64_t state = 88172645u;
    work->bytes = BRANCHES;
    work->buffer = malloc(BRANCHES);
    for (size_t i = 0; work->buffer && i < BRANCHES; i++)
        ((unsigned char *)work->buffer)[i] = cg_random_next(&state) & 1;
    return work->buffer != NULL;
}

static bool prepare_touch(struct cg_known_work *work)
{
    work->bytes = PAGES * PAGE;
    work->buffer = mmap(NULL, work->bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (work->buffer == MAP_FAILED)
        work->buffer = NULL;
#ifdef MADV_NOHUGEPAGE
    if (work->buffer)
        madvise(work->buffer, work->bytes, MADV_NOHUGEPAGE);
#endif
    return work->buffer != NULL;
}

static double run_adds(const struct cg_known_work *work)
{
    cg_add_chain(ADD_TURNS);
#if defined(__x86_64__) || defined(__aarch64__)
    return (CG_CHAIN_ADDS + (work->loop == CG_LOOP_ADDS_ALL ? 2.0 : 0.0)) * ADD_TURNS;
#else
    return NAN;
#endif
}

static double run_fmas(const struct cg_known_work *work)
{
    const struct cg_loops *loops = cg_loops_get(cg_isa_best());
    loops->fma(FMA_TURNS);
    return 2.0 * FMA_TURNS * loops->madds_per_turn;
}

static double run_branches(const struct cg_known_work *work)
{
    const unsigned char *bits = work->buffer;
    uint64_t ones = 0, zeros = 0;
    for (size_t i = 0; i < BRANCHES; i++) {
        /* The barriers keep the compiler from turning the branch into arithmetic. */
        if (bits[i]) {
            __asm__ volatile("" : "+r"(ones));
            ones++;
        } else {
            __asm__ volatile("" : "+r"(zeros));
            zeros += 3;
        }
    }
    __asm__ volatile("" : : "r"(ones), "r"(zeros));
    return BRANCHES / 2.0;
}

static double run_chase(const struct cg_known_work *work)
{
    void *volatile *p = work->buffer;
    for (int i = 0; i < CHASE_STEPS; i++)
        p = *p;
    __asm__ volatile("" : : "r"(p));
    return CHASE_STEPS * work->missing;
}

static double run_spin(const struct cg_known_work *work)
{
    const int64_t start = cg_clock_ns(CLOCK_THREAD_CPUTIME_ID);
    int64_t now = start;
    while (now - start < SPIN_NS)
        now = cg_clock_ns(CLOCK_THREAD_CPUTIME_ID);
    return (double)(now - start);
}

static double run_touch(const struct cg_known_work *work)
{
    for (size_t i = 0; i < PAGES; i++)
        ((volatile char *)work->buffer)[i * PAGE] = 1;
    return PAGES;
}

static double run_sleep(const struct cg_known_work *work)
{
    const struct timespec moment = {0, 200000};
    for (int i = 0; i < SLEEPS; i++)
        nanosleep(&moment, NULL);
    return SLEEPS;
}

static double run_migrate(const struct cg_known_work *work)
{
    int moves = 0, here = cg_current_cpu();
    int *cpus = malloc(sizeof *cpus * AFFINITY_MAX);
    const int n = cpus ? cg_affinity(0, cpus, AFFINITY_MAX) : 0;
    for (int i = 0; i < MIGRATIONS && n > 1; i++) {
        const int to = cpus[i % 2];
        if (cg_pin_thread(0, &to, 1, NULL) != CG_OK)
            break;
        moves += to != here;
        here = to;
    }
    if (n > 1)
        cg_pin_thread(0, cpus, n < AFFINITY_MAX ? n : AFFINITY_MAX, NULL);
    free(cpus);
    return n > 1 ? moves : NAN; /* else nowhere to go */
}

static const struct {
    bool (*prepare)(struct cg_known_work *work); /* (optional) */
    double (*run)(const struct cg_known_work *work);
} rows[CG_LOOP_COUNT] = {
    [CG_LOOP_ADDS] = {NULL, run_adds},
    [CG_LOOP_ADDS_ALL] = {NULL, run_adds},
    [CG_LOOP_FMAS] = {NULL, run_fmas},
    [CG_LOOP_BRANCHES] = {prepare_branches, run_branches},
    [CG_LOOP_CHASE_L1] = {prepare_chase, run_chase},
    [CG_LOOP_CHASE_L2] = {prepare_chase, run_chase},
    [CG_LOOP_CHASE_L3] = {prepare_chase, run_chase},
    [CG_LOOP_SPIN] = {NULL, run_spin},
    [CG_LOOP_TOUCH] = {prepare_touch, run_touch},
    [CG_LOOP_SLEEP] = {NULL, run_sleep},
    [CG_LOOP_MIGRATE] = {NULL, run_migrate},
};

struct cg_known_work *cg_known_loop_prepare(enum cg_known_loop loop)
{
    struct cg_known_work *work = calloc(1, sizeof *work);
    if (!work)
        return NULL;
    work->loop = loop;
    if (rows[loop].prepare && !rows[loop].prepare(work))
        cg_known_loop_release(&work);
    return work;
}

void cg_known_loop_release(struct cg_known_work **work)
{
    if (!*work)
        return;
    if ((*work)->loop == CG_LOOP_TOUCH && (*work)->buffer)
        munmap((*work)->buffer, (*work)->bytes);
    else
        free((*work)->buffer);
    free(*work);
    *work = NULL;
}

double cg_known_loop_run(const struct cg_known_work *work)
{
    return work ? rows[work->loop].run(work) : NAN;
}
