#include "bench/device/counters/parts.h"
#include "bench/device/sysfile.h"
#include "base/clock.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

static int open_event(uint32_t type, uint64_t config, bool user_only)
{
    struct perf_event_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.size = sizeof attributes;
    attributes.type = type;
    attributes.config = config;
    attributes.inherit = 1;
    attributes.exclude_kernel = user_only;
    attributes.exclude_hv = user_only;
    return (int)syscall(SYS_perf_event_open, &attributes, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

int cg_soft_open(enum cg_soft_event event)
{
    static const struct {
        uint64_t config;
        bool by_user; /* what happens on the user's side says something, too */
    } rows[CG_SOFT_COUNT] = {
        [CG_SOFT_TASK_CLOCK] = {PERF_COUNT_SW_TASK_CLOCK, true},
        [CG_SOFT_PAGE_FAULTS] = {PERF_COUNT_SW_PAGE_FAULTS, true},
        [CG_SOFT_CONTEXT_SWITCHES] = {PERF_COUNT_SW_CONTEXT_SWITCHES, false},
        [CG_SOFT_MIGRATIONS] = {PERF_COUNT_SW_CPU_MIGRATIONS, false},
    };
    const int fd = open_event(PERF_TYPE_SOFTWARE, rows[event].config, false);
    /* Unprivileged users may count their own side only; then switches, made by the kernel, are not seen. */
    if (fd < 0 && (errno == EACCES || errno == EPERM) && rows[event].by_user)
        return open_event(PERF_TYPE_SOFTWARE, rows[event].config, true);
    return fd;
}

int64_t cg_soft_read(enum cg_soft_event event, int fd)
{
    int64_t value;
    char text[4096];
    struct rusage usage;
    if (fd >= 0)
        return read(fd, &value, sizeof value) == (ssize_t)sizeof value ? value : -1;
    if (event == CG_SOFT_TASK_CLOCK)
        return cg_clock_ns(CLOCK_PROCESS_CPUTIME_ID);
    if (event == CG_SOFT_MIGRATIONS)
        return cg_sys_read(NULL, text, sizeof text, "/proc/self/sched") > 0
                   ? cg_sys_value(text, "se.nr_migrations")
                   : -1;
    if (getrusage(RUSAGE_SELF, &usage) != 0)
        return -1;
    return event == CG_SOFT_PAGE_FAULTS ? (int64_t)usage.ru_minflt + usage.ru_majflt
                                        : (int64_t)usage.ru_nvcsw + usage.ru_nivcsw;
}

int cg_cycles_errno(void)
{
    const int fd = open_event(PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES, true);
    if (fd < 0)
        return errno;
    close(fd);
    return 0;
}
