/* Debian's oneDNN runs on libgomp. Its interface is called by name, not through a compiler's -fopenmp, so
 * that a build by another compiler than gcc does not bring a second OpenMP runtime into the process. */
#include "kernels/onednn/plan.h"

#include <semaphore.h>
#include <string.h>

extern void GOMP_parallel(void (*body)(void *), void *data, unsigned threads, unsigned flags);
extern void GOMP_parallel_start(void (*body)(void *), void *data, unsigned threads);
extern void GOMP_parallel_end(void);
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
    int parked; /* workers that sleep in a parallel region that is open */
    sem_t gate; /* where they do */
} team;

static void answer(void *data)
{
    struct cg_roll_call *call = data;
    const int i = omp_get_thread_num();
    if (i < call->threads && omp_get_num_threads() == call->threads)
        cg_roll_call_answer(call, i);
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

static void park(void *gate)
{
    while (omp_get_thread_num() > 0 && sem_wait(gate) != 0)
        ;
}

void cg_dnnl_settle(void)
{
    if (team.threads <= 1 || team.parked > 0 || sem_init(&team.gate, 0, 0) != 0)
        return;
    /* A region that the caller leaves open: its other threads wait in the kernel instead of for the next
     * region. Their spinning cannot be cut short otherwise, but by settings that hold inside runs too. */
    GOMP_parallel_start(park, &team.gate, (unsigned)team.threads);
    team.parked = team.threads - 1;
}

static void unpark(void)
{
    for (int i = 0; i < team.parked; i++)
        sem_post(&team.gate);
    GOMP_parallel_end();
    sem_destroy(&team.gate);
    team.parked = 0;
}

enum cg_status cg_dnnl_threads(int threads, const int *cpus, int *tids, struct cg_error *err)
{
    if (threads > MOST_THREADS)
        return cg_fail(err, CG_INVALID, "at most %d threads, not %d", MOST_THREADS, threads);
    /* One thread needs no team: the others sleep on beside it. */
    if (team.parked > 0 && threads > 1)
        unpark();
    omp_set_num_threads(threads);
    if (as_before(threads, cpus)) {
        report(threads, tids);
        return CG_OK;
    }
    omp_set_dynamic(0);
    struct cg_roll_call call = {.cpus = cpus, .tids = team.tids, .threads = threads};
    team.threads = 0;
    if (threads == 1) /* oneDNN opens no parallel region then, and neither may we: it would end the workers */
        cg_roll_call_answer(&call, 0);
    else
        GOMP_parallel(answer, &call, (unsigned)threads, 0);
    if (atomic_load(&call.present) != threads)
        return cg_fail(err, CG_UNAVAILABLE, "OpenMP does not give %d threads here", threads);
    if (cg_roll_call_result(&call, "OpenMP", err) != CG_OK)
        return CG_UNAVAILABLE;
    team.threads = threads;
    team.bound = cpus != NULL;
    if (cpus)
        memcpy(team.cpus, cpus, (size_t)threads * sizeof *cpus);
    report(threads, tids);
    return CG_OK;
}
