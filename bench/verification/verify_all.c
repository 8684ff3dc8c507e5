#include "bench/verification/verify_all.h"

#include "base/patience.h"

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
    volatile int at;        /* the case that it is in, counted through its own cases */
    volatile bool in_limit; /* what it does has the limit of a case */
    struct cg_verdict verdicts[];
};

/* The cases of one child: all subjects on the variants first ... last - 1, case k being subject k / width. */
struct batch {
    const struct cg_verify_cases *all;
    int first, last;
    bool seeks_leak; /* looks for lost memory behind each case, not at the end alone: it takes longer */
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

static void end_where_memory_is_lost(struct shared *shared)
{
    shared->in_limit = false;
    fflush(NULL);
    if (__lsan_do_recoverable_leak_check && __lsan_do_recoverable_leak_check())
        _exit(LOST_MEMORY);
}

static void child(const struct batch *batch, int from, struct shared *shared)
{
    if (batch->seeks_leak) {
        shared->at = cases(batch); /* what was lost before is no case's fault */
        end_where_memory_is_lost(shared);
    }
    for (int k = from; k < cases(batch); k++) {
        shared->at = k;
        shared->in_limit = true;
        cg_verify(&batch->all->subjects[subject_of(batch, k)], &batch->all->variants[variant_of(batch, k)],
                  &shared->verdicts[k]);
        if (batch->seeks_leak)
            end_where_memory_is_lost(shared);
    }
    shared->at = cases(batch);
    end_where_memory_is_lost(shared);
    _exit(0);
}

static bool lost_memory(int status)
{
    return WIFEXITED(status) && WEXITSTATUS(status) == LOST_MEMORY;
}

/* A case that held or was refused has failed then; one that did not hold keeps its reason. */
static void say_lost(const char *who, struct cg_verdict *verdict)
{
    if (verdict->status == CG_OK || cg_verdict_is_refusal(verdict))
        *verdict = (struct cg_verdict){.status = CG_FAILED, .error = verdict->error, .worst = verdict->worst};
    const size_t length = strlen(verdict->reason);
    snprintf(verdict->reason + length, sizeof verdict->reason - length,
             "%s%s memory: the sanitizer's report is above", length ? "; " : "", who);
}

/* What became of a child. */
struct end {
    int status; /* as wait() tells it */
    bool hung;  /* it was killed at the limit */
};

static void died(struct end end, int limit_s, struct cg_verdict *verdict)
{
    *verdict = (struct cg_verdict){.status = CG_FAILED, .error = NAN, .worst = NAN};
    if (end.hung)
        snprintf(verdict->reason, sizeof verdict->reason, "hung: no result within %d s", limit_s);
    else if (WIFSIGNALED(end.status))
        snprintf(verdict->reason, sizeof verdict->reason, "crashed: %s", strsignal(WTERMSIG(end.status)));
    else
        snprintf(verdict->reason, sizeof verdict->reason, "the engine ended the process with status %d",
                 WEXITSTATUS(end.status));
}

/* Waits for a child, telling progress five times a second, and kills one that hangs. */
static struct end wait_for(pid_t pid, const struct batch *batch, struct shared *shared)
{
    const struct cg_verify_cases *all = batch->all;
    const struct timespec nap = {.tv_nsec = 5000000};
    struct cg_patience patience = cg_patience_of(all->limit_s);
    struct end end = {0, false};
    int last = shared->at;
    for (int naps = 0;; naps++) {
        const pid_t got = waitpid(pid, &end.status, end.hung ? 0 : WNOHANG);
        if (end.hung)
            shared->at = last; /* where it came meanwhile is not what hung */
        if (got == pid || (got < 0 && errno != EINTR))
            return end;
        const int at = shared->at;
        if (at != last || !shared->in_limit)
            patience = cg_patience_of(all->limit_s);
        last = at;
        if (all->progress && naps % 40 == 0 && at < cases(batch))
            all->progress(subject_of(batch, at), variant_of(batch, at), all->context);
        if (cg_patience_left_ns(&patience) == 0)
            end.hung = kill(pid, SIGKILL) == 0;
        else
            nanosleep(&nap, NULL);
    }
}

/* Starts a child on the cases from `from` on and waits for its end. */
static enum cg_status run_child(const struct batch *batch, int from, struct shared *shared, struct end *end,
                                struct cg_error *err)
{
    shared->at = from;
    shared->in_limit = false;
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
    *end = wait_for(pid, batch, shared);
    return CG_OK;
}

/* Where memory was lost, all cases run again, to find those that lose it. */
static enum cg_status run_batch(struct batch *batch, struct shared *shared, struct cg_error *err)
{
    const int n = cases(batch);
    struct end end = {0, false};
    int found = 0;
    batch->seeks_leak = false;
    for (int from = 0; from < n;) {
        const enum cg_status status = run_child(batch, from, shared, &end, err);
        if (status != CG_OK)
            return status;
        const int at = shared->at;
        from = at + 1;
        if (at >= n && lost_memory(end.status) && !batch->seeks_leak) {
            batch->seeks_leak = true;
            from = 0;
        } else if (at < n && lost_memory(end.status) && batch->seeks_leak) {
            say_lost("it loses", &shared->verdicts[at]);
            found++;
        } else if (at < n) {
            died(end, batch->all->limit_s, &shared->verdicts[at]);
        }
    }
    if (batch->seeks_leak && found == 0)
        say_lost("this process loses, by none of its cases alone,", &shared->verdicts[n - 1]);
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
