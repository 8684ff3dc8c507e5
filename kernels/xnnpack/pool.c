#include "kernels/bind_thread.h"
#include "kernels/xnnpack/plan.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* One pool of threads for all plans that ask for the same one: what a program that deploys XNNPACK has. It
 * stays, asleep, until the process ends: starting threads for every plan would cost more than the plans. */
struct cg_xnn_pool {
    struct cg_xnn_pool *next;
    int threads;
    int *cpus; /* NULL: not bound */
    int *tids; /* of the workers, caller's excluded */
    int n_tids;
    pthreadpool_t handle;
};

static struct cg_xnn_pool *pools;
static atomic_flag pools_lock = ATOMIC_FLAG_INIT;

static void lock(void)
{
    while (atomic_flag_test_and_set(&pools_lock))
        sched_yield();
}

static void unlock(void)
{
    atomic_flag_clear(&pools_lock);
}

struct roll_call {
    struct cg_xnn_pool *pool;
    int caller;
    atomic_int arrived, next, unbound;
};

/* Runs once on every thread: an item that has begun waits for all others to begin, so that no thread takes
 * two. */
static void answer(void *context, size_t item)
{
    struct roll_call *call = context;
    struct cg_xnn_pool *pool = call->pool;
    const int tid = cg_thread_id();
    int i = 0; /* the caller's thread is thread 0 */
    if (tid != call->caller) {
        i = 1 + atomic_fetch_add(&call->next, 1);
        pool->tids[i - 1] = tid;
    }
    if (pool->cpus && !cg_bind_thread(pool->cpus[i]))
        atomic_store(&call->unbound, pool->cpus[i] + 1);
    atomic_fetch_add(&call->arrived, 1);
    while (atomic_load(&call->arrived) < pool->threads)
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
    struct roll_call call = {.pool = pool, .caller = cg_thread_id()};
    pthreadpool_parallelize_1d(pool->handle, answer, &call, (size_t)pool->threads,
                               PTHREADPOOL_FLAG_YIELD_WORKERS);
    pool->n_tids = atomic_load(&call.next);
    const int unbound = atomic_load(&call.unbound);
    if (unbound)
        return cg_fail(err, CG_UNAVAILABLE, "a thread of pthreadpool could not be bound to cpu %d",
                       unbound - 1);
    return CG_OK;
}

static void destroy(struct cg_xnn_pool *pool)
{
    if (pool->handle)
        pthreadpool_destroy(pool->handle);
    free(pool->cpus);
    free(pool->tids);
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
    struct cg_xnn_pool *pool = calloc(1, sizeof *pool);
    if (!pool)
        return cg_fail(err, CG_NO_MEMORY, "no memory for a thread pool");
    pool->threads = threads;
    pool->tids = calloc((size_t)threads, sizeof *pool->tids);
    pool->cpus = cpus ? malloc((size_t)threads * sizeof *cpus) : NULL;
    enum cg_status status = CG_OK;
    if (!pool->tids || (cpus && !pool->cpus))
        status = cg_fail(err, CG_NO_MEMORY, "no memory for a thread pool");
    if (status == CG_OK) {
        if (cpus)
            memcpy(pool->cpus, cpus, (size_t)threads * sizeof *cpus);
        status = start(pool, err);
    }
    if (status != CG_OK) {
        destroy(pool);
        return status;
    }
    *result = pool;
    return CG_OK;
}

enum cg_status cg_xnn_pool_get(int threads, const int *cpus, struct cg_xnn_pool **result,
                               struct cg_error *err)
{
    enum cg_status status = CG_OK;
    lock();
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
    unlock();
    return status;
}

void cg_xnn_pool_put(struct cg_xnn_pool **pointer)
{
    struct cg_xnn_pool *pool = *pointer;
    *pointer = NULL;
    if (!pool)
        return;
    cg_xnn_pool_settle(pool);
}

pthreadpool_t cg_xnn_pool_handle(const struct cg_xnn_pool *pool)
{
    return pool->handle;
}

int cg_xnn_pool_tids(const struct cg_xnn_pool *pool, int *tids, int max)
{
    for (int i = 0; i < pool->n_tids && i < max; i++)
        tids[i] = pool->tids[i];
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
