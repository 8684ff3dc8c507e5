#include "bench/commands/process.h"

#include "bench/device/pin.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* Commands run with 256 KiB; threads get as much as the process, and libraries' threads run on them. */
#define STACK_KIB 512

volatile sig_atomic_t cg_interrupted;

static void end_now(int number)
{
    static const char sentence[] = "\nconvgauge: interrupted\n";
    (void)number;
    if (write(STDERR_FILENO, sentence, sizeof sentence - 1) < 0) {
        /* there is no one to tell */
    }
    _exit(cg_exit_code(CG_INTERRUPTED));
}

static void note(int number)
{
    (void)number;
    cg_interrupted = 1;
}

static void handle(void (*handler)(int))
{
    static const int asked_to_end[] = {SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < sizeof asked_to_end / sizeof *asked_to_end; i++) {
        struct sigaction before, action = {.sa_handler = handler};
        sigemptyset(&action.sa_mask);
        if (sigaction(asked_to_end[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(asked_to_end[i], &action, NULL);
    }
}

/* Files that are opened later must not be taken for standard input or output. What reads finds nothing; what
 * is printed to a descriptor that was closed fails, as it would have; but messages have nowhere to go. */
static void open_standard_descriptors(void)
{
    static const int flags[] = {O_RDONLY, O_RDONLY, O_WRONLY};
    for (int fd = 0; fd < 3; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
            open("/dev/null", flags[fd]); /* takes the lowest that is free, which is this one */
}

enum cg_status cg_process_start(struct cg_error *err)
{
    struct rlimit stack;
    open_standard_descriptors();
    cg_affinity_restore();
    signal(SIGXFSZ, SIG_IGN);
    handle(end_now);
    if (getrlimit(RLIMIT_STACK, &stack) == 0 && stack.rlim_cur < STACK_KIB * 1024)
        return cg_fail(err, CG_UNAVAILABLE,
                       "the stack is limited to %llu KiB and %d are needed; 'ulimit -s 8192' allows more",
                       (unsigned long long)stack.rlim_cur / 1024, STACK_KIB);
    return CG_OK;
}

const char *cg_program_word(void)
{
    return strchr(program_invocation_name, '/') ? program_invocation_name : "convgauge";
}

void cg_catch_interrupts(void)
{
    handle(note);
    signal(SIGPIPE, SIG_IGN);
}

enum cg_status cg_process_finish(enum cg_status status, struct cg_error *err)
{
    const bool lost_before = ferror(stdout) != 0;
    const bool lost_now = fclose(stdout) != 0;
    if (status != CG_OK || !(lost_before || lost_now))
        return status;
    return lost_now ? cg_fail(err, CG_IO, "cannot write the output: %s", strerror(errno))
                    : cg_fail(err, CG_IO, "cannot write the output: a part of it is lost");
}
