#include "kernels/native/threads.h"

#include "kernels/plan_parts.h"

#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* How often a waiting thread looks before it sleeps: some tens of microseconds. Short enough that nobody
 * spins for long after a run, long enough for the steps of a network. */
#define SPINS 2000

struct worker {
    struct nv_threads *threads;
    pthread_t handle;
    int number, cpu, tid;
};

/* Words that are waited on stand in cache lines of their own. */
struct nv_threads {
    _Alignas(64) atomic_uint run; /* counts runs: a change starts one */
    atomic_uint run_sleepers;
    atomic_uint settled; /* the run behind which nobody spins */
    _Alignas(64) atomic_uint arrived;
    _Alignas(64) atomic_uint round; /* counts barriers */
    atomic_uint round_sleepers;
    _Alignas(64) atomic_bool stop;
    int n;
    void (*work)(void *context, int thread);
    void *context;
    int n_started;
    atomic_uint ready;
    struct worker workers[];
};

static void pause_briefly(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield" ::: "memory");
#endif
}

static void futex(atomic_uint *word, int op, unsigned value)
{
    syscall(SYS_futex, word, op | FUTEX_PRIVATE_FLAG, value, NULL, NULL, 0);
}

/* Returns when *word is no longer `old`. Spins no longer once *settled is `old` (NULL: nothing settles it).
 */
static void wait_change(atomic_uint *word, atomic_uint *sleepers, const atomic_uint *settled, unsigned old)
{
    for (int i = 0; i < SPINS; i++) {
        if (atomic_load_explicit(word, memory_order_acquire) != old)
            return;
        if (settled && atomic_load_explicit(settled, memory_order_relaxed) == old)
            break;
        pause_briefly();
    }
    atomic_fetch_add(sleepers, 1);
    while (atomic_load(word) == old)
        futex(word, FUTEX_WAIT, old);
    atomic_fetch_sub(sleepers, 1);
}

static void change(atomic_uint *word, atomic_uint *sleepers)
{
    atomic_fetch_add(word, 1);
    if (atomic_load(sleepers))
        futex(word, FUTEX_WAKE, INT_MAX);
}

static void *main_of_worker(void *argument)
{
    struct worker *self = argument;
    struct nv_threads *t = self->threads;
    self->tid = self->cpu < 0 || cg_bind_thread(self->cpu) ? cg_thread_id() : -1;
    unsigned seen = 0;
    atomic_fetch_add(&t->ready, 1);
    for (;;) {
        wait_change(&t->run, &t->run_sleepers, &t->settled, seen);
        seen++;
        if (atomic_load(&t->stop))
            return NULL;
        t->work(t->context, self->number);
        nv_threads_barrier(t);
    }
}

enum cg_status nv_threads_create(int n, const int *cpus, void (*work)(void *context, int thread),
                                 void *context, struct nv_threads **threads, struct cg_error *err)
{
    *threads = NULL;
    const size_t size = (sizeof(struct nv_threads) + (size_t)n * sizeof(struct worker) + 63) / 64 * 64;
    struct nv_threads *t = aligned_alloc(64, size);
    if (!t)
        return cg_fail(err, CG_NO_MEMORY, "no memory for %d threads", n);
    memset(t, 0, size);
    t->n = n;
    t->work = work;
    t->context = context;
    if (cpus && !cg_bind_thread(cpus[0])) {
        free(t);
        return cg_fail(err, CG_UNAVAILABLE, "cannot bind a thread to cpu %d", cpus[0]);
    }
    for (int i = 1; i < n; i++) {
        struct worker *w = &t->workers[i];
        *w = (struct worker){.threads = t, .number = i, .cpu = cpus ? cpus[i] : -1};
        const int failed = pthread_create(&w->handle, NULL, main_of_worker, w);
        if (failed) {
            nv_threads_destroy(t);
            return cg_fail(err, CG_FAILED, "cannot start thread %d of %d: %s", i, n, strerror(failed));
        }
        t->n_started++;
    }
    while (atomic_load(&t->ready) < (unsigned)t->n_started)
        sched_yield();
    for (int i = 1; i < n; i++)
        if (t->workers[i].tid < 0) {
            const int cpu = t->workers[i].cpu;
            nv_threads_destroy(t);
            return cg_fail(err, CG_UNAVAILABLE, "cannot bind a thread to cpu %d", cpu);
        }
    *threads = t;
    return CG_OK;
}

void nv_threads_barrier(struct nv_threads *t)
{
    if (t->n == 1)
        return;
    const unsigned round = atomic_load_explicit(&t->round, memory_order_relaxed);
    if (atomic_fetch_add(&t->arrived, 1) + 1 == (unsigned)t->n) {
        atomic_store(&t->arrived, 0);
        change(&t->round, &t->round_sleepers);
        return;
    }
    wait_change(&t->round, &t->round_sleepers, NULL, round);
}

void nv_threads_run(struct nv_threads *t)
{
    if (t->n > 1)
        change(&t->run, &t->run_sleepers);
    t->work(t->context, 0);
    nv_threads_barrier(t);
}

void nv_threads_settle(struct nv_threads *t)
{
    if (t->n > 1)
        atomic_store(&t->settled, atomic_load(&t->run));
}

int nv_threads_ids(const struct nv_threads *t, int *tids, int max)
{
    for (int i = 1; i < t->n && i <= max; i++)
        tids[i - 1] = t->workers[i].tid;
    return t->n - 1;
}

void nv_threads_destroy(struct nv_threads *t)
{
    if (!t)
        return;
    atomic_store(&t->stop, true);
    change(&t->run, &t->run_sleepers);
    for (int i = 1; i <= t->n_started; i++)
        pthread_join(t->workers[i].handle, NULL);
    free(t);
}
