#include "bench/measure/asleep.h"

#include "bench/device/timer.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void cg_thread_watch_close(struct cg_thread_watch *watch)
{
    for (int i = 0; i < watch->n; i++)
        close(watch->fds[i]);
    free(watch->fds);
    *watch = (struct cg_thread_watch){0};
}

static void watch_thread(struct cg_thread_watch *watch, int tasks, const char *tid)
{
    if (watch->n == watch->capacity) {
        const int capacity = watch->capacity ? 2 * watch->capacity : 8;
        int *fds = realloc(watch->fds, (size_t)capacity * sizeof *fds);
        if (!fds)
            return;
        watch->fds = fds;
        watch->capacity = capacity;
    }
    char name[300];
    snprintf(name, sizeof name, "%s/stat", tid);
    const int fd = openat(tasks, name, O_RDONLY | O_CLOEXEC);
    if (fd >= 0)
        watch->fds[watch->n++] = fd;
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

/* The state letter stands after the name in brackets, which may itself hold brackets. A thread that has ended
 * does not compute. */
static bool is_running(int fd)
{
    char text[256];
    const ssize_t length = pread(fd, text, sizeof text - 1, 0);
    if (length <= 0)
        return false;
    text[length] = '\0';
    const char *bracket = strrchr(text, ')');
    return bracket && bracket[1] == ' ' && bracket[2] == 'R';
}

bool cg_thread_watch_wait(const struct cg_thread_watch *watch, int64_t limit_ns)
{
    const int64_t start = cg_now_ns();
    for (int i = 0; i < watch->n; i++) {
        while (is_running(watch->fds[i])) {
            if (cg_now_ns() - start > limit_ns)
                return false;
            const struct timespec pause = {.tv_nsec = 20000};
            nanosleep(&pause, NULL);
        }
    }
    return true;
}
