/* Measuring with workers that behave and workers that do not. */
#include "bench/scheduler/measure.h"
#include "bench/job/measurement.h"
#include "bench/device/pin.h"
#include "bench/graph/graph.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/layers.h"

static struct cg_protocol short_protocol(void)
{
    struct cg_protocol protocol = cg_protocol_default(true);
    protocol.max_processes = 2;
    protocol.min_rounds = protocol.max_rounds = 3;
    protocol.warmup_cap_ns = 20000000;
    protocol.budget_s = 60;
    protocol.hang_s = 3;
    return protocol;
}

static struct cg_session *open_session_with(struct cg_session_options options)
{
    options.program = CG_TEST_WORKER;
    options.no_disk_cache = true;
    struct cg_session *session = NULL;
    struct cg_error err = {0};
    cr_assert(cg_session_create(&options, &session, &err) == CG_OK, "%s", err.text);
    return session;
}

static struct cg_session *open_session(void)
{
    return open_session_with((struct cg_session_options){0});
}

static struct cg_job job_of(const struct cg_graph *graph, const char *engine)
{
    return (struct cg_job){.label = engine,
                           .setting.engine = engine,
                           .graph = graph,
                           .setting.threads = 1,
                           .setting.isa = cg_isa_best(),
                           .setting.fusion = CG_FUSION_FULL};
}

/* How many processes name this one as their parent. */
static int count_children(void)
{
    int n = 0;
    DIR *proc = opendir("/proc");
    const struct dirent *entry;
    while (proc && (entry = readdir(proc))) {
        char path[300], line[512];
        snprintf(path, sizeof path, "/proc/%s/stat", entry->d_name);
        FILE *file = entry->d_name[0] >= '0' && entry->d_name[0] <= '9' ? fopen(path, "r") : NULL;
        if (!file)
            continue;
        if (fgets(line, sizeof line, file)) {
            const char *bracket = strrchr(line, ')');
            int parent = 0;
            if (bracket && sscanf(bracket + 2, "%*c %d", &parent) == 1 && parent == (int)getpid())
                n++;
        }
        fclose(file);
    }
    if (proc)
        closedir(proc);
    return n;
}

static int count_descriptors(void)
{
    int n = 0;
    DIR *open_files = opendir("/proc/self/fd");
    while (open_files && readdir(open_files))
        n++;
    if (open_files)
        closedir(open_files);
    return n;
}

Test(measure, samples_of_every_round_and_process)
{
    struct cg_graph *a = layer_graph(8, 8, 3), *b = layer_graph(8, 16, 3);
    struct cg_session *session = open_session();
    const struct cg_job jobs[] = {job_of(a, "plain"), job_of(b, "plain"), job_of(a, "plain")};
    const struct cg_protocol protocol = short_protocol();
    struct cg_measurement measurement;
    struct cg_error err = {0};
    const int before = count_descriptors();
    const enum cg_status status =
        cg_measure(session, (struct cg_job_group){jobs, 3, 0}, &protocol, &measurement, &err);
    cr_assert(status == CG_OK, "%s", err.text);
    cr_expect(count_descriptors() == before);
    cr_expect(measurement.n_processes == 2);
    cr_expect(measurement.n_rounds >= 6);
    for (int i = 0; i < 3; i++) {
        const struct cg_job_result *result = &measurement.jobs[i];
        cr_expect(result->state == CG_JOB_MEASURED, "%s", result->reason);
        cr_expect(result->samples.n == 6, "job %d has %d samples", i, result->samples.n);
        cr_expect(result->error_vs_reference < 1e-5);
        cr_expect(result->same_as == (i == 2 ? 0 : -1));
        for (int s = 0; s < result->samples.n; s++) {
            cr_expect(result->samples.all[s].ns >= protocol.sample_min_ns, "a sample of %lld ns",
                      (long long)result->samples.all[s].ns);
            cr_expect(result->samples.all[s].iterations >= 1);
            cr_expect(s == 0 || result->samples.all[s].process >= result->samples.all[s - 1].process);
        }
    }
    cr_expect(measurement.sampled_s > 0 && measurement.yardstick_s > 0);
    cr_expect(measurement.yardstick_fma_turns > 0 && measurement.yardstick_l2_bytes > 0 &&
              measurement.yardstick_far_bytes > 0);
    cr_expect(measurement.overhead_fraction > 0 && measurement.overhead_fraction < 1);
    /* Rounds share messages; each has its own number, time and yardstick all the same. */
    for (int i = 0; i < measurement.n_rounds; i++) {
        const struct cg_round *round = &measurement.rounds[i], *last = round - (i > 0);
        cr_expect(round->yardstick_fma_ns > 0 && round->yardstick_l2_ns > 0 && round->yardstick_far_ns > 0);
        cr_expect(round->wall_ns >= 2 * (protocol.sample_min_ns + protocol.discard_min_ns));
        cr_expect(i == 0 || round->start_ns >= last->start_ns + last->wall_ns);
        cr_expect(i == 0 || round->process != last->process || round->round == last->round + 1);
    }
    cg_measurement_free(&measurement);
    cg_session_destroy(&session);
    cg_graph_destroy(&a);
    cg_graph_destroy(&b);
}

/* A job that goes wrong is skipped with its reason; the good ones beside it are measured to the end. */
static int64_t shortest(const struct cg_samples *samples)
{
    int64_t ns = INT64_MAX;
    for (int i = 0; i < samples->n; i++)
        ns = samples->all[i].ns < ns ? samples->all[i].ns : ns;
    return ns;
}

static int64_t shortest_sample(struct cg_session *session, const struct cg_job *jobs, bool lengthened)
{
    struct cg_protocol protocol = short_protocol();
    struct cg_measurement measurement;
    struct cg_error err = {0};
    protocol.overhead = lengthened ? protocol.overhead : 0;
    cr_assert(cg_measure(session, (struct cg_job_group){jobs, 2, 0}, &protocol, &measurement, &err) == CG_OK,
              "%s", err.text);
    cr_assert_gt(measurement.jobs[0].samples.n, 0, "%s", measurement.jobs[0].reason);
    const int64_t ns = shortest(&measurement.jobs[0].samples);
    cr_expect_geq(ns, protocol.sample_min_ns);
    cg_measurement_free(&measurement);
    return ns;
}

/* Two short cases: what a round costs beside them would be much of it. Of some attempts one must show it: in
 * others all of the short samples may have been disturbed. */
Test(measure, short_rounds_have_longer_samples)
{
    struct cg_graph *a = layer_graph(8, 8, 3), *b = layer_graph(8, 16, 3);
    struct cg_session *session = open_session();
    const struct cg_job jobs[] = {job_of(a, "around-native"), job_of(b, "around-native")};
    int64_t plain = 1, longer = 0;
    for (int attempt = 0; attempt < 10 && longer < 3 * plain; attempt++) {
        plain = shortest_sample(session, jobs, false);
        longer = shortest_sample(session, jobs, true);
    }
    cr_expect_geq(longer, 3 * plain, "samples of %lld ns, without lengthening %lld ns", (long long)longer,
                  (long long)plain);
    cg_session_destroy(&session);
    cg_graph_destroy(&a);
    cg_graph_destroy(&b);
}

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
        cr_expect(bad->state == CG_JOB_SKIPPED, "%s is %s", faults[i].engine, cg_job_state_name(bad->state));
        cr_expect(strstr(bad->reason, faults[i].reason), "%s: %s", faults[i].engine, bad->reason);
        cr_expect(bad->skip_status == faults[i].status, "%s: %s", faults[i].engine,
                  cg_status_name(bad->skip_status));
        cr_expect(bad->samples.n == 0);
        for (int k = 0; k < 3; k += 2)
            cr_expect(measurement.jobs[k].state == CG_JOB_MEASURED && measurement.jobs[k].samples.n == 6,
                      "beside %s: %s, %d samples", faults[i].engine, measurement.jobs[k].reason,
                      measurement.jobs[k].samples.n);
        cr_expect(count_children() == 0, "%s leaves a process behind", faults[i].engine);
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

Test(measure, check_only_times_nothing)
{
    struct cg_graph *graph = layer_graph(8, 8, 3);
    struct cg_session *session = open_session();
    const struct cg_job jobs[] = {job_of(graph, "plain"), job_of(graph, "wrong")};
    struct cg_protocol protocol = short_protocol();
    protocol.time = false;
    struct cg_measurement measurement;
    struct cg_error err = {0};
    cr_assert(cg_measure(session, (struct cg_job_group){jobs, 2, 0}, &protocol, &measurement, &err) == CG_OK,
              "%s", err.text);
    cr_expect(measurement.jobs[0].state == CG_JOB_CHECKED && measurement.jobs[0].samples.n == 0);
    cr_expect(measurement.jobs[1].state == CG_JOB_SKIPPED && measurement.n_rounds == 0);
    cg_measurement_free(&measurement);
    cg_session_destroy(&session);
    cg_graph_destroy(&graph);
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
            (struct cg_session_options){.progress = tell_of_rounds, .progress_context = &pipe_fds[1]});
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

Test(measure, threads_that_stay_awake_are_seen)
{
    struct cg_graph *graph = layer_graph(8, 8, 3);
    struct cg_session *session = open_session();
    const struct cg_job jobs[] = {job_of(graph, "plain"), job_of(graph, "restless")};
    struct cg_protocol protocol = short_protocol();
    protocol.max_processes = 1;
    struct cg_measurement measurement;
    struct cg_error err = {0};
    cr_assert(cg_measure(session, (struct cg_job_group){jobs, 2, 0}, &protocol, &measurement, &err) == CG_OK,
              "%s", err.text);
    cr_expect(measurement.jobs[0].flags & CG_FLAG_BIT(CG_FLAG_AWAKE));
    cg_measurement_free(&measurement);
    cg_session_destroy(&session);
    cg_graph_destroy(&graph);
}

/* Two threads, each on its cpu: what the second one ran on is kept by sample. */
Test(measure, where_other_threads_ran_is_kept)
{
    int cpus[2] = {-1, -1};
    if (cg_affinity(0, cpus, 2) < 2)
        cr_skip_test("one cpu only");
    struct cg_graph *graph = layer_graph(64, 256, 3);
    struct cg_session *session = open_session();
    struct cg_job jobs[] = {job_of(graph, "native"), job_of(graph, "native")};
    jobs[0].setting.threads = 2;
    jobs[0].setting.cpus = cpus;
    const struct cg_protocol protocol = short_protocol();
    struct cg_measurement measurement;
    struct cg_error err = {0};
    char other[16];
    snprintf(other, sizeof other, "%d", cpus[1]);
    cr_assert(cg_measure(session, (struct cg_job_group){jobs, 2, 0}, &protocol, &measurement, &err) == CG_OK,
              "%s", err.text);
    const struct cg_job_result *two = &measurement.jobs[0], *one = &measurement.jobs[1];
    int there = 0;
    cr_assert_gt(two->samples.n, 0, "%s", two->reason);
    for (int i = 0; i < two->samples.n; i++) {
        cr_assert(two->samples.all[i].placement >= 0 && two->samples.all[i].placement < two->placements.n);
        there += strcmp(two->placements.texts[two->samples.all[i].placement], other) == 0;
    }
    cr_expect(there == two->samples.n || (two->flags & CG_FLAG_BIT(CG_FLAG_MIGRATED)),
              "%d of %d samples had the second thread on cpu %s", there, two->samples.n, other);
    for (int i = 0; i < one->samples.n; i++)
        cr_expect_eq(one->samples.all[i].placement, -1, "one thread has no others");
    cg_measurement_free(&measurement);
    cg_session_destroy(&session);
    cg_graph_destroy(&graph);
}

/* Counted after the timing, in workers of their own: software events work everywhere, what does not is NAN.
 */
Test(measure, counters_are_counted_apart)
{
    struct cg_graph *a = layer_graph(8, 8, 3), *b = layer_graph(8, 16, 3);
    struct cg_session *session = open_session();
    const struct cg_job jobs[] = {job_of(a, "plain"), job_of(b, "crash-run"), job_of(b, "plain"),
                                  job_of(a, "plain")};
    struct cg_protocol protocol = short_protocol();
    struct cg_measurement measurement;
    struct cg_error err = {0};
    protocol.counters = "task_clock,cycles";
    cr_assert_eq(cg_measure(session, (struct cg_job_group){jobs, 4, 0}, &protocol, &measurement, &err), CG_OK,
                 "%s", err.text);
    cr_expect_eq(measurement.jobs[1].state, CG_JOB_SKIPPED);
    cr_expect_eq(measurement.jobs[1].n_counters, 0);
    for (int i = 0; i < 4; i += i ? 1 : 2) {
        const struct cg_job_result *result = &measurement.jobs[i];
        cr_assert_eq(result->n_counters, 2, "job %d has %d counters", i, result->n_counters);
        cr_expect_str_eq(result->counters[0].name, "task_clock");
        cr_expect_str_eq(result->counters[1].name, "cycles");
        /* The time that the processor worked for a run is about the time that a run takes: the unit is right.
         * The samples are few and short, and other tests run beside them. */
        double run_ns = INFINITY; /* of the least disturbed sample */
        for (int k = 0; k < result->samples.n; k++)
            run_ns = fmin(run_ns, (double)result->samples.all[k].ns / result->samples.all[k].iterations);
        cr_expect(result->counters[0].value > 0.05 * run_ns && result->counters[0].value < 20 * run_ns,
                  "%g ns counted, %g ns timed", result->counters[0].value, run_ns);
        cr_expect(isnan(result->counters[1].value) || result->counters[1].value > 0);
    }
    cr_expect_eq(count_children(), 0);
    cg_measurement_free(&measurement);
    protocol.counters = "nonsense";
    cr_expect_neq(cg_measure(session, (struct cg_job_group){jobs, 1, 0}, &protocol, &measurement, &err),
                  CG_OK);
    cr_expect(strstr(err.text, "nonsense"), "%s", err.text);
    cg_measurement_free(&measurement);
    cg_session_destroy(&session);
    cg_graph_destroy(&a);
    cg_graph_destroy(&b);
}

/* Sustained load: no precision is asked for, processes follow each other until the time is over, and every
 * round knows when it began. */
Test(measure, a_load_is_sustained_until_its_time_is_over)
{
    struct cg_graph *graph = layer_graph(8, 8, 3);
    struct cg_session *session = open_session();
    const struct cg_job job = job_of(graph, "plain");
    struct cg_protocol protocol = short_protocol();
    struct cg_measurement m;
    struct cg_error err = {0};
    protocol.min_rounds = 1;
    protocol.max_rounds = 1000;
    protocol.max_processes = 1000;
    protocol.precision = 0.5;
    protocol.piece_s = 0.3;
    /* Where processes take long to start, two of them need more time. */
    for (protocol.budget_s = 2;; protocol.budget_s *= 2) {
        cr_assert_eq(cg_measure(session, (struct cg_job_group){&job, 1, -1}, &protocol, &m, &err), CG_OK,
                     "%s", err.text);
        if (m.n_processes >= 2 || protocol.budget_s > 30)
            break;
        cg_measurement_free(&m);
    }
    cr_expect_gt(m.elapsed_s, 0.95 * protocol.budget_s, "%g of %g s", m.elapsed_s, protocol.budget_s);
    cr_expect_geq(m.n_processes, 2);
    cr_expect_eq(m.stop, CG_STOP_BUDGET);
    cr_expect(!(m.jobs[0].flags & (CG_FLAG_BIT(CG_FLAG_BUDGET) | CG_FLAG_BIT(CG_FLAG_PRECISION))));
    for (int i = 1; i < m.n_rounds; i++)
        cr_expect_gt(m.rounds[i].start_ns, m.rounds[i - 1].start_ns);
    cg_measurement_free(&m);
    cg_session_destroy(&session);
    cg_graph_destroy(&graph);
}
