#include "kernels/bind_thread.h"

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

bool cg_bind_thread(int cpu)
{
    if (cpu < 0)
        return false;
    cpu_set_t *set = CPU_ALLOC((size_t)cpu + 1);
    if (!set)
        return false;
    const size_t bytes = CPU_ALLOC_SIZE((size_t)cpu + 1);
    CPU_ZERO_S(bytes, set);
    CPU_SET_S((size_t)cpu, bytes, set);
    const int failed = sched_setaffinity(0, bytes, set);
    CPU_FREE(set);
    return !failed && sched_getcpu() == cpu;
}

int cg_thread_id(void)
{
    return (int)syscall(SYS_gettid);
}
