#include "bench/device/counters/backends.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const uint64_t configs[CG_SOFT_COUNT] = {
    [CG_SOFT_TASK_CLOCK] = PERF_COUNT_SW_TASK_CLOCK,
    [CG_SOFT_PAGE_FAULTS] = PERF_COUNT_SW_PAGE_FAULTS,
    [CG_SOFT_CONTEXT_SWITCHES] = PERF_COUNT_SW_CONTEXT_SWITCHES,
    [CG_SOFT_MIGRATIONS] = PERF_COUNT_SW_CPU_MIGRATIONS,
};

static int open_event(uint32_t type, uint64_t config, int user_only)
{
    struct perf_event_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.size = sizeof attributes;
    attributes.type = type;
    attributes.config = config;
    attributes.inherit = 1;
    attributes.exclude_kernel = user_only != 0;
    attributes.exclude_hv = user_only != 0;
    return (int)syscall(SYS_perf_event_open, &attributes, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

int cg_soft_open(enum cg_soft_event event)
{
    const int fd = open_event(PERF_TYPE_SOFTWARE, configs[event], 0);
    /* Unprivileged users may count their own side only; then switches, made by the kernel, are not seen. */
    if (fd < 0 && (errno == EACCES || errno == EPERM) && event != CG_SOFT_CONTEXT_SWITCHES &&
        event != CG_SOFT_MIGRATIONS)
        return open_event(PERF_TYPE_SOFTWARE, configs[event], 1);
    return fd;
}

static int64_t own_migrations(void)
{
    char line[128];
    long long count = -1;
    FILE *file = fopen("/proc/self/sched", "re");
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "se.nr_migrations : %lld", &count) == 1)
            break;
    if (file)
        fclose(file);
    return count;
}

int64_t cg_soft_read(enum cg_soft_event event, int fd)
{
    int64_t value;
    struct rusage usage;
    struct timespec cpu_time;
    if (fd >= 0)
        return read(fd, &value, sizeof value) == (ssize_t)sizeof value ? value : -1;
    if (event == CG_SOFT_TASK_CLOCK)
        return clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu_time) == 0
                   ? (int64_t)cpu_time.tv_sec * 1000000000 + cpu_time.tv_nsec
                   : -1;
    if (event == CG_SOFT_MIGRATIONS)
        return own_migrations();
    if (getrusage(RUSAGE_SELF, &usage) != 0)
        return -1;
    return event == CG_SOFT_PAGE_FAULTS ? (int64_t)usage.ru_minflt + usage.ru_majflt
                                        : (int64_t)usage.ru_nvcsw + usage.ru_nivcsw;
}

int cg_cycles_errno(void)
{
    const int fd = open_event(PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES, 1);
    if (fd < 0)
        return errno;
    close(fd);
    return 0;
}
