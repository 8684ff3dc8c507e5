#include "bench/worker/child.h"

#include "bench/device/emulation.h"
#include "bench/device/timer.h"
#include "kernels/engine.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static void release(struct cg_child *child)
{
    if (child->fd >= 0)
        close(child->fd);
    child->fd = -1;
    child->alive = false;
    cg_thread_watch_close(&child->threads);
}

/* Waits for the process to end, at most `limit_ns`. */
static bool reap(pid_t pid, int64_t limit_ns, int *wait_status)
{
    const int64_t start = cg_now_ns();
    for (;;) {
        const pid_t got = waitpid(pid, wait_status, WNOHANG);
        if (got == pid || (got < 0 && errno != EINTR))
            return true;
        if (cg_now_ns() - start > limit_ns)
            return false;
        const struct timespec pause = {.tv_nsec = 200000};
        nanosleep(&pause, NULL);
    }
}

static void kill_and_reap(pid_t pid, int *wait_status)
{
    kill(-pid, SIGKILL);
    kill(pid, SIGKILL);
    while (waitpid(pid, wait_status, 0) < 0 && errno == EINTR)
        ;
}

void cg_child_kill(struct cg_child *child)
{
    if (child->alive) {
        int wait_status;
        kill_and_reap(child->pid, &wait_status);
        release(child);
    }
    cg_wire_free(&child->out);
    cg_wire_free(&child->in);
}

void cg_child_stop(struct cg_child *child)
{
    if (child->alive) {
        cg_wire_clear(&child->out);
        int wait_status;
        if (cg_frame_send(child->fd, CG_MSG_QUIT, &child->out, NULL) != CG_OK ||
            !reap(child->pid, 1000000000, &wait_status))
            kill_and_reap(child->pid, &wait_status);
        else
            kill(-child->pid, SIGKILL); /* whatever the worker itself left behind in its group */
        release(child);
    }
    cg_child_kill(child);
}

/* What ended the process, as a sentence. */
static enum cg_status report_end(struct cg_child *child, struct cg_error *err)
{
    int wait_status = 0;
    bool ended = reap(child->pid, 2000000000, &wait_status);
    if (!ended)
        kill_and_reap(child->pid, &wait_status);
    else
        kill(-child->pid, SIGKILL);
    release(child);
    if (!ended)
        return cg_fail(err, CG_FAILED, "the worker closed its connection and had to be killed");
    if (WIFSIGNALED(wait_status) && WTERMSIG(wait_status) == SIGKILL)
        return cg_fail(
            err, CG_FAILED,
            "the worker was killed (SIGKILL): by the system for want of memory, or by another program");
    if (WIFSIGNALED(wait_status))
        return cg_fail(err, CG_FAILED, "the worker crashed: %s", strsignal(WTERMSIG(wait_status)));
    return cg_fail(err, CG_FAILED, "the worker ended by itself with status %d", WEXITSTATUS(wait_status));
}

/* What became of a message that was not sent or not answered; the worker is gone after it. */
static enum cg_status end_with(struct cg_child *child, const struct cg_error *why, double timeout_s,
                               struct cg_error *err)
{
    if (why->status == CG_FAILED)
        return report_end(child, err);
    int wait_status;
    kill_and_reap(child->pid, &wait_status);
    release(child);
    switch (why->status) {
    case CG_UNAVAILABLE:
        return cg_fail(err, CG_FAILED, "the worker hung: no answer in %.3g s, so it was killed", timeout_s);
    case CG_INTERRUPTED:
        return cg_fail(err, CG_INTERRUPTED, "interrupted");
    default:
        return cg_fail(err, CG_FAILED, "the worker broke the protocol: %s", why->text);
    }
}

enum cg_status cg_child_send(struct cg_child *child, enum cg_message type, struct cg_error *err)
{
    struct cg_error local = {0};
    const enum cg_status status = cg_frame_send(child->fd, type, &child->out, &local);
    if (status == CG_INVALID || status == CG_NO_MEMORY)
        return cg_fail(err, status, "%s", local.text); /* nothing was sent: the worker is well */
    return status == CG_OK ? CG_OK : end_with(child, &local, 0, err);
}

enum cg_status cg_child_receive(struct cg_child *child, enum cg_message type, double timeout_s,
                                const volatile sig_atomic_t *interrupted, struct cg_error *err)
{
    struct cg_error local = {0};
    struct cg_patience patience = cg_patience_of(timeout_s);
    int answer = 0;
    enum cg_status status = cg_frame_receive(child->fd, &answer, &child->in, &patience, interrupted, &local);
    if (status == CG_OK && answer != (int)type)
        status = cg_fail(&local, CG_INVALID, "the worker answered \"%s\" to \"%s\"", cg_message_name(answer),
                         cg_message_name(type));
    return status == CG_OK ? cg_get_status(&child->in, err) : end_with(child, &local, timeout_s, err);
}

enum cg_status cg_child_ask(struct cg_child *child, enum cg_message type, double timeout_s,
                            const volatile sig_atomic_t *interrupted, struct cg_error *err)
{
    const enum cg_status status = cg_child_send(child, type, err);
    return status == CG_OK ? cg_child_receive(child, type, timeout_s, interrupted, err) : status;
}

/* What starts a worker. */
struct worker_command {
    struct cg_starter emulator, loader;
    char file[4096], version[16], parent[16];
    const char *executed; /* the file that the kernel is given */
    char *argv[2 * CG_STARTER_WORDS + 5];
};

/* Under an emulator of user programs the kernel cannot execute ours: the emulator is called again, as it was
 * called for this process, with our file. Where the loader was called by itself, so it is again. */
static enum cg_status command_of(const char *program, struct worker_command *command, struct cg_error *err)
{
    static char name[] = "convgauge", word[] = "worker";
    char **argv = command->argv;
    command->loader.n_words = 0;
    cg_emulator_command_read(NULL, &command->emulator);
    if (!program)
        cg_loader_command_read(NULL, &command->loader);
    const int emulator = command->emulator.n_words, loader = command->loader.n_words;
    snprintf(command->file, sizeof command->file, "%s", program ? program : "/proc/self/exe");
    if (emulator > 0 && !program) {
        const ssize_t length = readlink("/proc/self/exe", command->file, sizeof command->file - 1);
        if (length <= 0)
            return cg_fail(err, CG_FAILED, "cannot start a worker: %s", strerror(errno));
        command->file[length] = '\0';
    }
    snprintf(command->version, sizeof command->version, "%d", CG_FRAME_VERSION);
    snprintf(command->parent, sizeof command->parent, "%d", (int)getpid());
    memcpy(argv, command->emulator.words, (size_t)emulator * sizeof *argv);
    argv += emulator;
    *argv++ = emulator > 0 ? command->file : name;
    if (loader > 1)
        memcpy(argv, command->loader.words + 1, (size_t)(loader - 1) * sizeof *argv);
    argv += loader > 1 ? loader - 1 : 0;
    *argv++ = word;
    *argv++ = command->version;
    *argv++ = command->parent;
    *argv = NULL;
    command->executed = emulator > 0 ? command->emulator.program : command->file;
    return CG_OK;
}

static enum cg_status spawn(const char *program, int socket_fd, pid_t *pid, struct cg_error *err)
{
    struct worker_command command;
    const enum cg_status status = command_of(program, &command, err);
    if (status != CG_OK)
        return status;

    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    int error = posix_spawn_file_actions_init(&actions);
    if (error)
        return cg_fail(err, CG_NO_MEMORY, "cannot start a worker: %s", strerror(error));
    error = posix_spawnattr_init(&attributes);
    if (error) {
        posix_spawn_file_actions_destroy(&actions);
        return cg_fail(err, CG_NO_MEMORY, "cannot start a worker: %s", strerror(error));
    }
    posix_spawn_file_actions_adddup2(&actions, socket_fd, CG_WORKER_SOCKET);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
    posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setpgroup(&attributes, 0); /* Ctrl-C in a terminal reaches the scheduler only */
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    char **environment =
        cg_engine_environment(environ); /* thread runtimes read theirs while they are loaded */
    if (environment)
        error = posix_spawn(pid, command.executed, &actions, &attributes, command.argv, environment);
    else
        error = ENOMEM;
    free(environment);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (error)
        return cg_fail(err, CG_FAILED, "cannot start a worker: %s", strerror(error));
    return CG_OK;
}

enum cg_status cg_child_start(struct cg_child *child, const char *program, struct cg_error *err)
{
    int sockets[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) < 0)
        return cg_fail(err, CG_FAILED, "cannot make a socket pair: %s", strerror(errno));
    const enum cg_status status = spawn(program, sockets[1], &child->pid, err);
    close(sockets[1]);
    if (status != CG_OK) {
        close(sockets[0]);
        return status;
    }
    child->fd = sockets[0];
    child->alive = true;
    cg_wire_clear(&child->out);
    return cg_child_ask(child, CG_MSG_HELLO, 20, NULL, err);
}
