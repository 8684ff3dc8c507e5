#include "kernels/openvino/threads.h"

#include "kernels/plan_parts.h"

#include <sched.h>
#include <string.h>

static struct {
    int tids[CG_THREAD_LIST_MAX], n;
    bool noted;
} before;

static const void *bound_for;

void ov_threads_begin(void)
{
    if (!before.noted)
        before.n = cg_thread_list(before.tids, CG_THREAD_LIST_MAX);
    before.noted = true;
}

void ov_threads_free(void)
{
    cpu_set_t all[4]; /* more cpus than there are: the kernel takes those that there are */
    memset(all, 0xff, sizeof all);
    sched_setaffinity(0, sizeof all, all);
    bound_for = NULL;
}

void ov_threads_drop(const void *owner)
{
    if (bound_for == owner)
        bound_for = NULL;
}

static bool was_before(int tid)
{
    for (int i = 0; i < before.n; i++)
        if (before.tids[i] == tid)
            return true;
    return false;
}

int ov_threads_list(int *tids, int max)
{
    int all[CG_THREAD_LIST_MAX], found = 0;
    const int n = cg_thread_list(all, CG_THREAD_LIST_MAX);
    for (int i = 0; i < n && found < max; i++)
        if (!was_before(all[i]))
            tids[found++] = all[i];
    return found;
}

enum cg_status ov_threads_take(const void *owner, const int *cpus, int threads, struct cg_error *err)
{
    int tids[CG_THREAD_LIST_MAX];
    cpu_set_t rest[4];
    if (!cpus || bound_for == owner)
        return CG_OK;
    bound_for = owner;
    memset(rest, 0, sizeof rest);
    for (int i = threads > 1; i < threads; i++)
        CPU_SET_S((size_t)cpus[i], sizeof rest, rest);
    const int n = ov_threads_list(tids, CG_THREAD_LIST_MAX);
    for (int i = 0; i < n; i++)
        sched_setaffinity(tids[i], sizeof rest, rest);
    return cg_bind_thread(cpus[0])
               ? CG_OK
               : cg_fail(err, CG_UNAVAILABLE, "this thread could not be bound to cpu %d", cpus[0]);
}
