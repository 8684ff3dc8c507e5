#include "bench/verification/verify_all.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* What a child process writes and its parent reads. */
struct shared {
    volatile int at; /* the case that it is in, counted through its own cases */
    struct cg_verdict verdicts[];
};

/* The cases of one child: all subjects on the variants first ... last - 1, case k being subject k / width. */
struct batch {
    const struct cg_verify_cases *all;
    int first, last;
};

static int width(const struct batch *batch)
{
    return batch->last - batch->first;
}

static int cases(const struct batch *batch)
{
    return batch->all->n_subjects * width(batch);
}

static int subject_of(const struct batch *batch, int k)
{
    return k / width(batch);
}

static int variant_of(const struct batch *batch, int k)
{
    return batch->first + k % width(batch);
}

#define LOST_MEMORY 23 /* the status of a process that a leak sanitizer finds fault with */

/* There under a leak sanitizer, which by itself looks only where a process ends by exit(): that would run
 * what libraries do at their end. */
extern int __lsan_do_recoverable_leak_check(void) __attribute__((weak));

static void child(const struct batch *batch, int from, struct shared *shared)
{
    signal(SIGALRM, SIG_DFL);
    for (int k = from; k < cases(batch); k++) {
        shared->at = k;
        alarm((unsigned)batch->all->limit_s);
        cg_verify(&batch->all->subjects[subject_of(batch, k)], &batch->all->variants[variant_of(batch, k)],
                  &shared->verdicts[k]);
    }
    alarm(0);
    shared->at = cases(batch);
    fflush(NULL);
    _exit(__lsan_do_recoverable_leak_check && __lsan_do_recoverable_leak_check() ? LOST_MEMORY : 0);
}

static bool lost_memory(int status)
{
    return WIFEXITED(status) && WEXITSTATUS(status) == LOST_MEMORY;
}

static void died(int status, int limit_s, struct cg_verdict *verdict)
{
    *verdict = (struct cg_verdict){.status = CG_FAILED, .error = NAN, .worst = NAN};
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
        snprintf(verdict->reason, sizeof verdict->reason, "hung: no result within %d s", limit_s);
    else if (WIFSIGNALED(status))
        snprintf(verdict->reason, sizeof verdict->reason, "crashed: %s", strsignal(WTERMSIG(status)));
    else
        snprintf(verdict->reason, sizeof verdict->reason, "the engine ended the process with status %d",
                 WEXITSTATUS(status));
}

/* Waits for a child, telling progress five times a second; its wait status. */
static int wait_for(pid_t pid, const struct batch *batch, const struct shared *shared)
{
    const struct cg_verify_cases *all = batch->all;
    const struct timespec nap = {.tv_nsec = 5000000};
    int status;
    for (int naps = 0;; naps++) {
        const pid_t got = waitpid(pid, &status, all->progress ? WNOHANG : 0);
        if (got == pid)
            return status;
        if (got < 0 && errno != EINTR)
            return 0;
        const int at = shared->at;
        if (all->progress && naps % 40 == 0 && at < cases(batch))
            all->progress(subject_of(batch, at), variant_of(batch, at), all->context);
        if (all->progress)
            nanosleep(&nap, NULL);
    }
}

static enum cg_status run_batch(const struct batch *batch, struct shared *shared, struct cg_error *err)
{
    int from = 0;
    while (from < cases(batch)) {
        shared->at = from;
        fflush(NULL);
        const pid_t parent = getpid(), pid = fork();
        if (pid < 0)
            return cg_fail(err, CG_FAILED, "cannot start a process: %s", strerror(errno));
        if (pid == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            if (getppid() == parent)
                child(batch, from, shared);
            _exit(1);
        }
        const int status = wait_for(pid, batch, shared);
        if (shared->at >= cases(batch))
            return lost_memory(status) ? cg_fail(err, CG_CHECK_FAILED,
                                                 "engine %s loses memory: the sanitizer's report is above",
                                                 batch->all->variants[batch->first].engine->name)
                                       : CG_OK;
        died(status, batch->all->limit_s, &shared->verdicts[shared->at]);
        from = shared->at + 1;
    }
    return CG_OK;
}

static bool same_process(const struct cg_variant *a, const struct cg_variant *b)
{
    return a->engine == b->engine && a->setting.isa == b->setting.isa;
}

enum cg_status cg_verify_all(const struct cg_verify_cases *all, struct cg_verdict *verdicts,
                             struct cg_error *err)
{
    enum cg_status status = CG_OK;
    const int n_variants = all->n_variants, n_cases = all->n_subjects * n_variants;
    const size_t bytes = sizeof(struct shared) + sizeof *verdicts * (size_t)n_cases;
    struct shared *shared = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        return cg_fail(err, CG_NO_MEMORY, "no memory for the results of %d cases", n_cases);
    struct batch batch = {.all = all};
    while (status == CG_OK && batch.first < n_variants) {
        batch.last = batch.first + 1;
        while (batch.last < n_variants &&
               same_process(&all->variants[batch.first], &all->variants[batch.last]))
            batch.last++;
        status = run_batch(&batch, shared, err);
        for (int k = 0; status == CG_OK && k < cases(&batch); k++)
            verdicts[subject_of(&batch, k) * n_variants + variant_of(&batch, k)] = shared->verdicts[k];
        batch.first = batch.last;
    }
    munmap(shared, bytes);
    return status;
}
