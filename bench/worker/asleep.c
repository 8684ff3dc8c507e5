#include "bench/worker/asleep.h"

#include "base/array.h"
#include "base/clock.h"

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* A worker that has just answered is asleep in microseconds; a pause of the caller takes a hundred. */
#define YIELD_NS 50000

/* The room is kept. */
static void close_files(struct cg_thread_watch *watch)
{
    for (int i = 0; i < watch->n; i++)
        close(watch->threads[i].fd);
    watch->n = 0;
}

void cg_thread_watch_close(struct cg_thread_watch *watch)
{
    close_files(watch);
    free(watch->threads);
    *watch = (struct cg_thread_watch){0};
}

static void watch_thread(struct cg_thread_watch *watch, int tasks, const char *tid)
{
    if (!cg_array_fit(watch->threads, watch->capacity, watch->n + 1))
        return;
    char name[300];
    snprintf(name, sizeof name, "%s/stat", tid);
    const int fd = openat(tasks, name, O_RDONLY | O_CLOEXEC);
    if (fd >= 0)
        watch->threads[watch->n++] =
            (struct cg_watched_thread){.tid = (int)strtol(tid, NULL, 10), .fd = fd, .ran_ns = -1};
}

void cg_thread_watch_open(struct cg_thread_watch *watch, pid_t pid)
{
    cg_thread_watch_close(watch);
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/task", (int)(pid ? pid : getpid()));
    DIR *tasks = opendir(path);
    if (!tasks)
        return;
    const struct dirent *entry;
    while ((entry = readdir(tasks))) {
        if (entry->d_name[0] == '.' || (int)strtol(entry->d_name, NULL, 10) == (int)gettid())
            continue;
        watch_thread(watch, dirfd(tasks), entry->d_name);
    }
    closedir(tasks);
}

void cg_thread_watch_follow(struct cg_thread_watch *watch, const int *tids, int n)
{
    bool same = watch->n == n;
    for (int i = 0; same && i < n; i++)
        same = watch->threads[i].tid == tids[i];
    if (same)
        return;
    close_files(watch);
    const int tasks = open("/proc/self/task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    for (int i = 0; tasks >= 0 && i < n; i++) {
        char tid[16];
        snprintf(tid, sizeof tid, "%d", tids[i]);
        watch_thread(watch, tasks, tid);
    }
    if (tasks >= 0)
        close(tasks);
}

bool cg_thread_watch_same(const struct cg_thread_watch *a, const struct cg_thread_watch *b)
{
    bool same = a->n == b->n;
    for (int i = 0; same && i < a->n; i++)
        same = a->threads[i].tid == b->threads[i].tid;
    return same;
}

/* What stands behind the name in brackets, which may itself hold brackets: " S 1 ...". NULL for a thread that
 * has ended. */
static const char *read_stat(int fd, char *text, size_t size)
{
    const ssize_t length = pread(fd, text, size - 1, 0);
    if (length <= 0)
        return NULL;
    text[length] = '\0';
    const char *bracket = strrchr(text, ')');
    return bracket ? bracket + 1 : NULL;
}

static bool is_running(int fd)
{
    char text[1024];
    const char *state = read_stat(fd, text, sizeof text);
    return state && state[0] == ' ' && state[1] == 'R';
}

#define PROCESSOR_FIELD 39 /* of proc_pid_stat(5), counted from 1; the state is the third */

static int last_cpu(int fd)
{
    char text[1024];
    const char *at = read_stat(fd, text, sizeof text);
    for (int field = 3; at && field < PROCESSOR_FIELD; field++)
        at = strchr(at + 1, ' ');
    return at ? (int)strtol(at, NULL, 10) : -1;
}

/* The clock of a thread's cpu time, as the kernel numbers them (pthread_getcpuclockid() wants a pthread_t,
 * which nobody has of an engine's own threads). */
static int64_t ran_ns(int tid)
{
    return cg_clock_ns((clockid_t)(~(unsigned)tid << 3 | 6));
}

void cg_thread_watch_mark(struct cg_thread_watch *watch)
{
    for (int i = 0; i < watch->n; i++)
        watch->threads[i].ran_ns = ran_ns(watch->threads[i].tid);
}

int cg_thread_watch_ran(const struct cg_thread_watch *watch, int *cpus, int max)
{
    int n = 0;
    for (int i = 0; i < watch->n; i++) {
        const struct cg_watched_thread *thread = &watch->threads[i];
        if (thread->ran_ns < 0 || ran_ns(thread->tid) <= thread->ran_ns)
            continue;
        const int cpu = last_cpu(thread->fd);
        if (cpu >= 0 && n < max)
            cpus[n++] = cpu;
    }
    return n;
}

bool cg_thread_watch_wait(const struct cg_thread_watch *watch, int64_t limit_ns)
{
    const int64_t start = cg_now_ns();
    for (int i = 0; i < watch->n; i++) {
        while (is_running(watch->threads[i].fd)) {
            const int64_t waited_ns = cg_now_ns() - start;
            if (waited_ns > limit_ns)
                return false;
            if (waited_ns < YIELD_NS) {
                sched_yield();
                continue;
            }
            const struct timespec pause = {.tv_nsec = 20000};
            nanosleep(&pause, NULL);
        }
    }
    return true;
}
