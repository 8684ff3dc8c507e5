/* Measuring with workers that crash, hang or lie, and runs that are interrupted. */
#include "bench/scheduler/measure.h"
#include "tests/layers.h"
#include "tests/measuring.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

Test(measure, a_fault_costs_its_case_only)
{
    static const struct {
        const char *engine, *reason;
        enum cg_status status;
    } faults[] = {
        {"crash-compile", "crashed: Segmentation fault", CG_FAILED},
        {"crash-run", "crashed: Segmentation fault", CG_FAILED},
        {"abort-run", "crashed: Aborted", CG_FAILED},
        {"exit-run", "status 7", CG_FAILED},
        {"error-run", "gave up", CG_FAILED},
        {"garbage", "protocol", CG_FAILED},
        {"wrong", "values are wrong", CG_CHECK_FAILED},
        {"hungry", "no memory", CG_NO_MEMORY},
        {"nonsense", "no engine", CG_INVALID},
        {"hang-run", "hung", CG_FAILED},
    };
    struct cg_graph *graph = layer_graph(8, 8, 3), *other = layer_graph(8, 12, 3);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        struct cg_session *session = open_session();
        const struct cg_job jobs[] = {job_of(graph, "plain"), job_of(graph, faults[i].engine),
                                      job_of(other, "plain")};
        const struct cg_protocol protocol = short_protocol();
        struct cg_measurement measurement;
        struct cg_error err = {0};
        const enum cg_status status =
            cg_measure(session, (struct cg_job_group){jobs, 3, 0}, &protocol, &measurement, &err);
        cr_expect(status == CG_OK, "%s: %s", faults[i].engine, err.text);
        const struct cg_job_result *bad = &measurement.jobs[1];
        cr_expect(bad->state == CG_JOB_SKIPPED, "%s", faults[i].engine);
        cr_expect(strstr(bad->reason, faults[i].reason), "%s: %s", faults[i].engine, bad->reason);
        cr_expect(bad->skip_status == faults[i].status, "%s: %s", faults[i].engine,
                  cg_status_name(bad->skip_status));
        cr_expect(bad->samples.n == 0);
        for (int k = 0; k < 3; k += 2)
            cr_expect(measurement.jobs[k].state == CG_JOB_MEASURED && measurement.jobs[k].samples.n == 6,
                      "beside %s: %s, %d samples", faults[i].engine, measurement.jobs[k].reason,
                      measurement.jobs[k].samples.n);
        cr_expect(count_children() == 0, "%s leaves a process behind", faults[i].engine);
        /* A worker that ended is named with its case and with what ended it. */
        const bool ends = faults[i].status == CG_FAILED && strcmp(faults[i].engine, "error-run") != 0;
        cr_expect(measurement.n_lost == ends, "%s: %d", faults[i].engine, measurement.n_lost);
        for (int k = 0; k < measurement.n_lost; k++)
            cr_expect(measurement.lost[k].job == 1 && measurement.lost[k].alone &&
                          measurement.lost[k].times == 1 && strstr(measurement.lost[k].how, faults[i].reason),
                      "%s: %s", faults[i].engine, measurement.lost[k].how);
        cg_measurement_free(&measurement);
        cg_session_destroy(&session);
    }
    cg_graph_destroy(&graph);
    cg_graph_destroy(&other);
}

Test(measure, a_faulty_case_in_one_worker_with_good_ones)
{
    /* error-run in one worker with itself: two graphs, both fail, and the call still ends. */
    struct cg_graph *a = layer_graph(8, 8, 3), *b = layer_graph(8, 16, 3);
    struct cg_session *session = open_session();
    const struct cg_job jobs[] = {job_of(a, "crash-run"), job_of(b, "crash-run")};
    const struct cg_protocol protocol = short_protocol();
    struct cg_measurement measurement;
    struct cg_error err = {0};
    cr_expect(cg_measure(session, (struct cg_job_group){jobs, 2, 0}, &protocol, &measurement, &err) == CG_OK,
              "%s", err.text);
    for (int i = 0; i < 2; i++)
        cr_expect(measurement.jobs[i].state == CG_JOB_SKIPPED);
    cr_expect(measurement.stop == CG_STOP_NOTHING);
    cg_measurement_free(&measurement);
    cg_session_destroy(&session);
    cg_graph_destroy(&a);
    cg_graph_destroy(&b);
}

/* Kills the worker, once there are rounds, as a system without memory does. */
static void kill_worker(const struct cg_progress *now, void *killed)
{
    int *done = killed;
    if (now->round < 1 || now->round > 200 || *done) /* so that rounds follow */
        return;
    *done = 1;
    const pid_t worker = first_child();
    cr_assert(worker > 0);
    kill(worker, SIGKILL);
}

/* Of two cases of one worker nobody knows over which it ended: both are measured all the same, and it is
 * said. */
Test(measure, a_killed_worker_is_named)
{
    struct cg_graph *a = layer_graph(8, 8, 3), *b = layer_graph(8, 16, 3);
    int killed = 0;
    struct cg_session *session =
        open_session_with((struct cg_session_options){.progress = kill_worker, .context = &killed});
    const struct cg_job jobs[] = {job_of(a, "plain"), job_of(b, "plain")};
    struct cg_protocol protocol = short_protocol();
    protocol.min_rounds = protocol.max_rounds = 300;
    struct cg_measurement measurement;
    struct cg_error err = {0};
    cr_expect(cg_measure(session, (struct cg_job_group){jobs, 2, 0}, &protocol, &measurement, &err) == CG_OK,
              "%s", err.text);
    for (int i = 0; i < 2; i++)
        cr_expect(measurement.jobs[i].state == CG_JOB_MEASURED, "%s", measurement.jobs[i].reason);
    cr_assert(measurement.n_lost == 1, "%d", measurement.n_lost);
    cr_expect(measurement.lost[0].times == 1 && !measurement.lost[0].alone);
    cr_expect(strstr(measurement.lost[0].how, "killed (SIGKILL)"), "%s", measurement.lost[0].how);
    cg_measurement_free(&measurement);
    cg_session_destroy(&session);
    cg_graph_destroy(&a);
    cg_graph_destroy(&b);
}

static volatile sig_atomic_t interrupted;

static void on_alarm(int number)
{
    interrupted = 1;
}

/* As soon as there are rounds: a little later, so in the midst of one. */
static void interrupt_soon(const struct cg_progress *now, void *unused)
{
    if (now->round >= 3)
        ualarm(3000, 0);
}

Test(measure, an_interruption_keeps_whole_rounds)
{
    struct cg_graph *a = layer_graph(8, 8, 3), *b = layer_graph(8, 16, 3);
    struct cg_session *session = open_session_with(
        (struct cg_session_options){.interrupted = &interrupted, .progress = interrupt_soon});
    const struct cg_job jobs[] = {job_of(a, "plain"), job_of(b, "plain")};
    struct cg_protocol protocol = short_protocol();
    protocol.max_processes = 8;
    protocol.min_rounds = protocol.max_rounds = 500;
    struct cg_measurement measurement;
    struct cg_error err = {0};
    signal(SIGALRM, on_alarm);
    cr_expect(cg_measure(session, (struct cg_job_group){jobs, 2, 0}, &protocol, &measurement, &err) ==
              CG_INTERRUPTED);
    cr_expect_leq(measurement.n_processes, 1, "%d processes began", measurement.n_processes);
    cr_expect(measurement.stop == CG_STOP_INTERRUPTED);
    cr_expect(measurement.jobs[0].samples.n + measurement.jobs[0].rerun.n > 0);
    cr_expect(measurement.jobs[0].samples.n == measurement.jobs[1].samples.n);
    cr_expect(measurement.jobs[0].samples.n == 0 || measurement.jobs[0].flags & CG_FLAG_BIT(CG_FLAG_PARTIAL));
    cr_expect(count_children() == 0);
    cg_measurement_free(&measurement);
    cg_session_destroy(&session);
    cg_graph_destroy(&a);
    cg_graph_destroy(&b);
}

/* Writes a byte to a file descriptor once there are rounds. */
static void tell_of_rounds(const struct cg_progress *now, void *descriptor)
{
    if (now->round > 0)
        cr_assert(write(*(const int *)descriptor, "r", 1) == 1);
}

/* A worker dies with its scheduler, whatever ends that. */
Test(measure, no_orphan_when_the_scheduler_is_killed, .timeout = 120)
{
    int pipe_fds[2];
    cr_assert(pipe(pipe_fds) == 0);
    const pid_t child = fork();
    if (child == 0) {
        close(pipe_fds[0]); /* the write end passes to nobody: closed on exec would be worker's too, so keep
                               it */
        struct cg_graph *graph = layer_graph(8, 8, 3);
        struct cg_session *session = open_session_with(
            (struct cg_session_options){.progress = tell_of_rounds, .context = &pipe_fds[1]});
        const struct cg_job jobs[] = {job_of(graph, "plain")};
        struct cg_protocol protocol = short_protocol();
        protocol.min_rounds = protocol.max_rounds = 5000;
        struct cg_measurement measurement;
        struct cg_error err = {0};
        cg_measure(session, (struct cg_job_group){jobs, 1, 0}, &protocol, &measurement, &err);
        _exit(0);
    }
    close(pipe_fds[1]);
    char byte;
    cr_expect(read(pipe_fds[0], &byte, 1) == 1, "no round was measured");
    kill(child, SIGKILL);
    int wait_status;
    waitpid(child, &wait_status, 0);
    /* The workers hold the write end too: it is at its end only when they are gone, and this returns. */
    while (read(pipe_fds[0], &byte, 1) == 1)
        ;
    close(pipe_fds[0]);
}
