/* Debian's oneDNN runs on libgomp. Its interface is called by name, not through a compiler's -fopenmp, so
 * that a build by another compiler than gcc does not bring a second OpenMP runtime into the process. */
#include "kernels/bind_thread.h"
#include "kernels/onednn/plan.h"

#include <stdatomic.h>
#include <string.h>

extern void GOMP_parallel(void (*body)(void *), void *data, unsigned threads, unsigned flags);
extern void omp_set_num_threads(int threads);
extern void omp_set_dynamic(int dynamic);
extern int omp_get_thread_num(void);
extern int omp_get_num_threads(void);

#define MOST_THREADS 1024

/* What the calling thread's team was last made to be: libgomp keeps one team a caller, and ends its surplus
 * threads when a smaller one is asked for. */
static _Thread_local struct {
    int threads, cpus[MOST_THREADS], tids[MOST_THREADS];
    bool bound;
} team;

struct roll_call {
    const int *cpus;
    int *tids;
    int threads;
    atomic_int present, unbound;
};

static void answer(void *data)
{
    struct roll_call *call = data;
    const int i = omp_get_thread_num();
    if (i >= call->threads || omp_get_num_threads() != call->threads)
        return;
    call->tids[i] = cg_thread_id();
    if (call->cpus && !cg_bind_thread(call->cpus[i]))
        atomic_store(&call->unbound, call->cpus[i] + 1);
    atomic_fetch_add(&call->present, 1);
}

static bool as_before(int threads, const int *cpus)
{
    if (team.threads != threads)
        return false;
    return !cpus || (team.bound && memcmp(team.cpus, cpus, (size_t)threads * sizeof *cpus) == 0);
}

static void report(int threads, int *tids)
{
    if (tids && threads > 1)
        memcpy(tids, team.tids + 1, ((size_t)threads - 1) * sizeof *tids);
}

enum cg_status cg_dnnl_threads(int threads, const int *cpus, int *tids, struct cg_error *err)
{
    if (threads > MOST_THREADS)
        return cg_fail(err, CG_INVALID, "at most %d threads, not %d", MOST_THREADS, threads);
    omp_set_num_threads(threads);
    if (as_before(threads, cpus)) {
        report(threads, tids);
        return CG_OK;
    }
    omp_set_dynamic(0);
    struct roll_call call = {.cpus = cpus, .tids = team.tids, .threads = threads};
    team.threads = 0;
    if (threads == 1) /* oneDNN opens no parallel region then, and neither may we: it would end the workers */
        team.tids[0] = cg_thread_id();
    if (threads == 1 && cpus && !cg_bind_thread(cpus[0]))
        atomic_store(&call.unbound, cpus[0] + 1);
    if (threads > 1) {
        GOMP_parallel(answer, &call, (unsigned)threads, 0);
        if (atomic_load(&call.present) != threads)
            return cg_fail(err, CG_UNAVAILABLE, "OpenMP does not give %d threads here", threads);
    }
    const int unbound = atomic_load(&call.unbound);
    if (unbound)
        return cg_fail(err, CG_UNAVAILABLE, "an OpenMP thread could not be bound to cpu %d", unbound - 1);
    team.threads = threads;
    team.bound = cpus != NULL;
    if (cpus)
        memcpy(team.cpus, cpus, (size_t)threads * sizeof *cpus);
    report(threads, tids);
    return CG_OK;
}
