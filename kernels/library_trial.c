#include "kernels/library_trial.h"

#include "base/patience.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define LIMIT_S 30

struct answer {
    bool usable;
    char version[64], why_not[256];
};

/* What it prints, its crash handlers and its core file are nobody's business. */
static void be_quiet(void)
{
    static const int crashes[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS};
    const struct rlimit none = {0, 0};
    const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    dup2(null, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
    setrlimit(RLIMIT_CORE, &none);
    for (size_t i = 0; i < sizeof crashes / sizeof crashes[0]; i++)
        signal(crashes[i], SIG_DFL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static void load_and_ask(const struct cg_library_kind *kind, const char *path, struct answer *answer)
{
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (handle)
        answer->usable = kind->ask(handle, answer->version, answer->why_not);
    else
        snprintf(answer->why_not, sizeof answer->why_not, "cannot be loaded: %.200s", dlerror());
}

/* Until something can be read, or the other side is closed; false at the limit. */
static bool wait_for(int fd, struct cg_patience *patience)
{
    struct pollfd end = {.fd = fd, .events = POLLIN};
    while (cg_patience_left_ns(patience) > 0)
        if (poll(&end, 1, CG_PATIENCE_LOOK_MS) > 0)
            return true;
    return false;
}

/* Reads until `size` bytes are there, the other side is closed or the limit is reached. */
static size_t read_all(int fd, void *to, size_t size, struct cg_patience *patience)
{
    size_t n = 0;
    while (n < size && wait_for(fd, patience)) {
        const ssize_t got = read(fd, (char *)to + n, size - n);
        if (got == 0 || (got < 0 && errno != EINTR))
            break;
        n += got > 0 ? (size_t)got : 0;
    }
    return n;
}

/* What ended the process before it answered. */
static void say_end(int status, bool hangs, struct answer *answer)
{
    char *text = answer->why_not;
    const size_t size = sizeof answer->why_not;
    answer->usable = false;
    if (hangs)
        snprintf(text, size, "hangs while it is loaded");
    else if (WIFSIGNALED(status))
        snprintf(text, size, "crashes while it is loaded (%s)", strsignal(WTERMSIG(status)));
    else
        snprintf(text, size, "ends the process while it is loaded (status %d)", WEXITSTATUS(status));
}

bool cg_library_try(const struct cg_library_kind *kind, struct cg_library *library)
{
    struct answer answer = {.usable = false};
    struct cg_patience patience = cg_patience_of(LIMIT_S);
    int ends[2], status = 0;
    const bool piped = pipe2(ends, O_CLOEXEC) == 0;
    fflush(NULL);
    const pid_t pid = piped ? fork() : -1;
    if (pid == 0) {
        be_quiet();
        load_and_ask(kind, library->path, &answer);
        _exit(write(ends[1], &answer, sizeof answer) != sizeof answer);
    }
    if (piped)
        close(ends[1]);
    if (pid < 0)
        snprintf(answer.why_not, sizeof answer.why_not, "cannot be tried: %s", strerror(errno));
    const bool answered = pid > 0 && read_all(ends[0], &answer, sizeof answer, &patience) == sizeof answer;
    if (piped)
        close(ends[0]);
    const bool hangs = pid > 0 && !answered && cg_patience_left_ns(&patience) == 0;
    if (hangs)
        kill(pid, SIGKILL);
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (pid > 0 && !answered)
        say_end(status, hangs, &answer);
    snprintf(library->version, sizeof library->version, "%s", answer.version);
    if (!answer.usable)
        snprintf(library->why_not, sizeof library->why_not, "'%.200s' %s", library->path, answer.why_not);
    return answer.usable;
}
