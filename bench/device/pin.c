#include "bench/device/pin.h"

#include <errno.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#define CPUS_MAX 65536 /* room for any kernel's mask: a mask shorter than the kernel's is refused */

union mask {
    cpu_set_t set;
    unsigned char room[CPUS_MAX / 8];
};

static union mask given; /* to the process, before its libraries ran */
static long given_bytes;

static __attribute__((no_sanitize("address", "thread", "undefined"))) void remember_given(void)
{
    given_bytes = syscall(SYS_sched_getaffinity, 0, sizeof given, &given.set);
}
/* Of a program, these run before the constructors of the libraries that it is linked with (System V ABI). */
static void (*const before_libraries)(void) __attribute__((section(".preinit_array"), used)) = remember_given;

void cg_affinity_restore(void)
{
    if (given_bytes > 0)
        sched_setaffinity(0, (size_t)given_bytes, &given.set);
}

enum cg_status cg_pin_thread(int tid, const int *cpus, int n, struct cg_error *err)
{
    union mask mask = {.room = {0}};
    for (int i = 0; i < n; i++)
        if (cpus[i] >= 0 && cpus[i] < CPUS_MAX)
            CPU_SET_S((size_t)cpus[i], sizeof mask, &mask.set);
    if (sched_setaffinity((pid_t)tid, sizeof mask, &mask.set) == 0)
        return CG_OK;
    return cg_fail(err, CG_UNAVAILABLE, "a thread cannot be bound to cpu %d%s: %s%s", n > 0 ? cpus[0] : -1,
                   n > 1 ? " ..." : "", strerror(errno),
                   getenv("HWLOC_XMLFILE")
                       ? "; HWLOC_XMLFILE names the topology of another machine, perhaps: unset it to measure"
                       : "");
}

enum cg_status cg_pin_self(int cpu, struct cg_error *err)
{
    const enum cg_status status = cg_pin_thread(0, &cpu, 1, err);
    if (status != CG_OK)
        return status;
    /* The kernel has moved the thread before the call returns; emulators only pretend. */
    const int here = cg_current_cpu();
    if (here >= 0 && here != cpu)
        return cg_fail(err, CG_UNAVAILABLE, "a thread bound to cpu %d runs on cpu %d", cpu, here);
    return CG_OK;
}

int cg_current_cpu(void)
{
    return sched_getcpu();
}

int cg_affinity(int tid, int *cpus, int max)
{
    /* Called before each sample, so: no allocation, and only the bytes that the kernel fills are touched,
     * which the C library's function would not tell. */
    union mask mask;
    int n = 0;
    const long bytes = syscall(SYS_sched_getaffinity, (pid_t)tid, sizeof mask, &mask.set);
    if (bytes <= 0)
        return -1;
    const int count = CPU_COUNT_S((size_t)bytes, &mask.set);
    for (int cpu = 0; n < count && cpu < CPUS_MAX; cpu++) {
        if (!CPU_ISSET_S((size_t)cpu, (size_t)bytes, &mask.set))
            continue;
        if (n < max)
            cpus[n] = cpu;
        n++;
    }
    return n;
}
