/* What a plan asks for is what runs: so many threads, each bound to its cpu, and no other thread of the
 * process. One test an engine, so that each has a process of its own. */
#include "bench/device/pin.h"
#include "bench/device/timer.h"
#include "kernels/engine.h"
#include "tests/layers.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define MOST_THREADS  64
#define MOST_CPUS     1024
#define ENOUGH_NS     1000000              /* that a thread has to compute */
#define PATIENCE_NS   INT64_C(20000000000) /* for that, on a busy machine */
#define OVERLOOKED_NS 200000               /* a thread that wakes and goes back to sleep */

static int allowed[MOST_CPUS], n_allowed;

/* The kernel's clock of a thread's processor time: clockid 6 beside the inverted thread id. */
static int64_t thread_ns(int tid)
{
    struct timespec t = {0};
    clock_gettime((clockid_t)((~(unsigned)tid << 3) | 6u), &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int threads_of_this_process(int *tids)
{
    DIR *tasks = opendir("/proc/self/task");
    const struct dirent *entry;
    int n = 0;
    cr_assert_not_null(tasks);
    while ((entry = readdir(tasks)) && n < MOST_THREADS)
        if (entry->d_name[0] != '.')
            tids[n++] = atoi(entry->d_name);
    closedir(tasks);
    return n;
}

static void expect_bound(const char *what, int tid, int cpu)
{
    int cpus[MOST_CPUS];
    const int n = cg_affinity(tid, cpus, MOST_CPUS);
    cr_expect(n == 1 && cpus[0] == cpu, "%s: bound to %d cpus, the first %d, instead of cpu %d", what, n,
              cpus[0], cpu);
}

static struct cg_plan *compiled(const struct cg_engine *engine, int threads, const int *cpus,
                                struct cg_error *err)
{
    const struct cg_setting options = {
        .threads = threads, .cpus = cpus, .isa = cg_isa_best(), .fusion = CG_FUSION_FULL};
    struct cg_graph *graph = layer_graph(32, 64, 3);
    struct cg_weights *weights = cg_weights_create(graph, CG_DEFAULT_SEED, err);
    struct cg_plan *plan = NULL;
    cr_assert_not_null(weights, "%s", err->text);
    const enum cg_status status = cg_plan_create(engine, graph, weights, &options, &plan, err);
    cr_expect_eq(status == CG_OK, plan != NULL);
    cg_weights_destroy(&weights);
    cg_graph_destroy(&graph);
    return plan;
}

static bool is_one_of(int tid, const int *tids, int n)
{
    for (int i = 0; i < n; i++)
        if (tids[i] == tid)
            return true;
    return false;
}

/* Runs the plan until each of its threads has computed: the longest time that another thread ran meanwhile.
 */
static int64_t others_ns(struct cg_plan *plan, const int *workers, int n)
{
    struct cg_error err = {0};
    int tids[MOST_THREADS], late = n;
    int64_t before[MOST_THREADS];
    const int n_tids = threads_of_this_process(tids);
    for (int i = 0; i < n_tids; i++)
        before[i] = thread_ns(tids[i]);
    for (const int64_t end = cg_now_ns() + PATIENCE_NS; late >= 0 && cg_now_ns() < end;) {
        for (int run = 0; run < 20; run++)
            cr_assert_eq(plan->engine->run(plan, &err), CG_OK, "%s", err.text);
        late = -1;
        for (int i = 0; i < n_tids; i++)
            for (int w = 0; w <= n; w++)
                if (tids[i] == workers[w] && thread_ns(tids[i]) - before[i] < ENOUGH_NS)
                    late = w;
    }
    cr_expect_eq(late, -1, "%s: thread %d of %d does not compute", plan->engine->name, late, n + 1);
    int64_t most = 0;
    for (int i = 0; i < n_tids; i++) {
        const int64_t ns = thread_ns(tids[i]) - before[i];
        if (!is_one_of(tids[i], workers, n + 1) && ns > most)
            most = ns;
    }
    return most;
}

/* A thread that takes part does so every time; one that wakes for something else may take longer once. */
static void expect_that_these_run(struct cg_plan *plan, const int *workers, int n)
{
    int64_t ns = OVERLOOKED_NS;
    for (int attempt = 0; attempt < 10 && ns >= OVERLOOKED_NS; attempt++)
        ns = others_ns(plan, workers, n);
    cr_expect_lt(ns, OVERLOOKED_NS, "%s: a thread beyond the %d asked for ran %lld ns", plan->engine->name,
                 n + 1, (long long)ns);
}

static void expect_threads(const struct cg_engine *engine, int threads, const int *cpus)
{
    struct cg_error err = {0};
    struct cg_plan *plan = compiled(engine, threads, cpus, &err);
    cr_assert_not_null(plan, "%s", err.text);
    int workers[MOST_THREADS] = {(int)getpid()}; /* a test runs on its process's first thread */
    const int n = engine->thread_ids(plan, workers + 1, MOST_THREADS - 1);
    cr_assert_eq(n, threads - 1, "%s at %d threads has %d workers", engine->name, threads, n);
    for (int i = 0; i < threads; i++) {
        expect_bound(engine->name, workers[i], cpus[i]);
        for (int k = 0; k < i; k++)
            cr_expect_neq(workers[i], workers[k], "%s: one thread counts twice", engine->name);
    }
    expect_that_these_run(plan, workers, n);
    for (int i = 0; i < threads; i++) /* still where they were */
        expect_bound(engine->name, workers[i], cpus[i]);
    cg_plan_destroy(&plan);
    usleep(100000); /* those that wait actively have gone to sleep */
}

static void run_some(struct cg_plan *plan)
{
    struct cg_error err = {0};
    for (int run = 0; run < 20; run++)
        cr_assert_eq(plan->engine->run(plan, &err), CG_OK, "%s", err.text);
}

/* How long the plan's second thread computes from now on for 5 ms, of which the caller runs `beside` (NULL:
 * nothing). */
static int64_t second_ns(const struct cg_plan *plan, struct cg_plan *beside)
{
    int tid;
    cr_assert_eq(plan->engine->thread_ids(plan, &tid, 1), 1);
    const int64_t before = thread_ns(tid), end = cg_now_ns() + 5000000;
    while (beside && cg_now_ns() < end)
        run_some(beside);
    while (cg_now_ns() < end)
        usleep(200);
    return thread_ns(tid) - before;
}

/* A settled plan's thread sleeps, also beside a plan of one thread, and computes again in the next run. */
static void expect_to_settle(const struct cg_engine *engine)
{
    struct cg_error err = {0};
    const int64_t enough = OVERLOOKED_NS;
    struct cg_plan *two = compiled(engine, 2, allowed, &err), *one = compiled(engine, 1, allowed, &err);
    cr_assert(two && one, "%s", err.text);
    cr_assert_not_null(engine->settle);
    int64_t asleep = INT64_MAX, beside = INT64_MAX, awake = 0;
    for (int attempt = 0; attempt < 20 && asleep >= enough; attempt++) { /* it may find its cpu busy */
        run_some(two);
        engine->settle(two);
        engine->settle(two); /* twice is no harm */
        asleep = second_ns(two, NULL);
    }
    for (int attempt = 0; attempt < 20 && beside >= enough; attempt++) {
        run_some(two);
        engine->settle(two);
        beside = second_ns(two, one);
        engine->settle(one);
    }
    for (int attempt = 0; attempt < 20 && awake < enough; attempt++)
        awake = second_ns(two, two);
    cr_expect_lt(asleep, enough, "%s: computes for %lld ns after the last run", engine->name,
                 (long long)asleep);
    cr_expect_lt(beside, enough, "%s: computes for %lld ns beside a plan of one thread", engine->name,
                 (long long)beside);
    cr_expect_geq(awake, enough, "%s: computes for %lld ns only once it has been settled", engine->name,
                  (long long)awake);
    cg_plan_destroy(&two);
    cg_plan_destroy(&one);
}

static void check(const char *name)
{
    const struct cg_engine *engine = cg_engine_find(name);
    struct cg_engine_info info = {0};
    struct cg_error err = {0};
    cr_assert_not_null(engine);
    engine->probe(engine, &info);
    if (!info.available)
        cr_skip_test("%s", info.why_not);
    n_allowed = cg_affinity(0, allowed, MOST_CPUS);
    cr_assert_gt(n_allowed, 0);
    expect_threads(engine, 1, allowed);
    if (n_allowed >= 2) {
        const int other_way_round[] = {allowed[1], allowed[0]};
        expect_threads(engine, 2, allowed);
        expect_threads(engine, 1, allowed + 1);
        expect_threads(engine, 2, other_way_round);
        expect_threads(engine, 1, allowed);
        expect_to_settle(engine);
    }
    const int none[] = {MOST_CPUS * 64}; /* more cpus than Linux can have */
    cr_expect_null(compiled(engine, 1, none, &err));
    cr_expect(err.text[0], "%s does not say why", name);
}

Test(engine_threads, native, .timeout = 120)
{
    check("native");
}

Test(engine_threads, onednn, .timeout = 120)
{
    check("onednn");
}

Test(engine_threads, xnnpack, .timeout = 120)
{
    check("xnnpack");
}
