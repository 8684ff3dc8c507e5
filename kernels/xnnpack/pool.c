#include "kernels/xnnpack/plan.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

/* One pool of threads for all plans that ask for the same one: what a program that deploys XNNPACK has. It
 * stays, asleep, until the process ends: starting threads for every plan would cost more than the plans. */
struct cg_xnn_pool {
    struct cg_xnn_pool *next;
    pthreadpool_t handle;
    int threads, n_tids;
    int *cpus;  /* NULL: not bound */
    int tids[]; /* the caller's first; then the cpus */
};

static struct cg_xnn_pool *pools;
static pthread_mutex_t pools_lock = PTHREAD_MUTEX_INITIALIZER;

struct answers {
    struct cg_roll_call call;
    int caller;
    atomic_int next;
};

/* Runs once on every thread: an item that has begun waits for all others to begin, so that no thread takes
 * two. The caller's thread is thread 0. */
static void answer(void *context, size_t item)
{
    struct answers *answers = context;
    const bool is_caller = cg_thread_id() == answers->caller;
    cg_roll_call_answer(&answers->call, is_caller ? 0 : 1 + atomic_fetch_add(&answers->next, 1));
    while (atomic_load(&answers->call.present) < answers->call.threads)
        sched_yield();
}

static enum cg_status start(struct cg_xnn_pool *pool, struct cg_error *err)
{
    if (pool->threads > 1) {
        pool->handle = pthreadpool_create((size_t)pool->threads);
        if (!pool->handle)
            return cg_fail(err, CG_FAILED, "pthreadpool could not start %d threads", pool->threads);
        if (pthreadpool_get_threads_count(pool->handle) != (size_t)pool->threads)
            return cg_fail(err, CG_FAILED, "pthreadpool started %zu threads instead of %d",
                           pthreadpool_get_threads_count(pool->handle), pool->threads);
    }
    struct answers answers = {.call = {.cpus = pool->cpus, .tids = pool->tids, .threads = pool->threads},
                              .caller = cg_thread_id()};
    pthreadpool_parallelize_1d(pool->handle, answer, &answers, (size_t)pool->threads,
                               PTHREADPOOL_FLAG_YIELD_WORKERS);
    pool->n_tids = atomic_load(&answers.next);
    return cg_roll_call_result(&answers.call, "pthreadpool", err);
}

static void destroy(struct cg_xnn_pool *pool)
{
    if (pool->handle)
        pthreadpool_destroy(pool->handle);
    free(pool);
}

static bool same(const struct cg_xnn_pool *pool, int threads, const int *cpus)
{
    if (pool->threads != threads || !pool->cpus != !cpus)
        return false;
    return !cpus || memcmp(pool->cpus, cpus, (size_t)threads * sizeof *cpus) == 0;
}

static enum cg_status create(int threads, const int *cpus, struct cg_xnn_pool **result, struct cg_error *err)
{
    struct cg_xnn_pool *pool = calloc(1, sizeof *pool + 2 * (size_t)threads * sizeof *cpus);
    if (!pool)
        return cg_fail(err, CG_NO_MEMORY, "no memory for a thread pool");
    pool->threads = threads;
    pool->cpus = cpus ? memcpy(pool->tids + threads, cpus, (size_t)threads * sizeof *cpus) : NULL;
    const enum cg_status status = start(pool, err);
    if (status == CG_OK)
        *result = pool;
    else
        destroy(pool);
    return status;
}

enum cg_status cg_xnn_pool_get(int threads, const int *cpus, struct cg_xnn_pool **result,
                               struct cg_error *err)
{
    enum cg_status status = CG_OK;
    pthread_mutex_lock(&pools_lock);
    struct cg_xnn_pool *pool = pools;
    while (pool && !same(pool, threads, cpus))
        pool = pool->next;
    if (!pool) {
        status = create(threads, cpus, &pool, err);
        if (status == CG_OK) {
            pool->next = pools;
            pools = pool;
        }
    } else if (cpus && !cg_bind_thread(cpus[0])) {
        status = cg_fail(err, CG_UNAVAILABLE, "the calling thread could not be bound to cpu %d", cpus[0]);
    }
    if (status == CG_OK)
        *result = pool;
    pthread_mutex_unlock(&pools_lock);
    return status;
}

pthreadpool_t cg_xnn_pool_handle(const struct cg_xnn_pool *pool)
{
    return pool->handle;
}

int cg_xnn_pool_tids(const struct cg_xnn_pool *pool, int *tids, int max)
{
    for (int i = 0; i < pool->n_tids && i < max; i++)
        tids[i] = pool->tids[1 + i];
    return pool->n_tids;
}

static void nothing(void *context, size_t item)
{
}

void cg_xnn_pool_settle(const struct cg_xnn_pool *pool)
{
    /* Workers spin after an operation for about a million rounds; the flag of the last operation sends them
     * to the kernel at once. */
    if (pool->handle)
        pthreadpool_parallelize_1d(pool->handle, nothing, NULL, (size_t)pool->threads,
                                   PTHREADPOOL_FLAG_YIELD_WORKERS);
}
