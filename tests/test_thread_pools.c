/* No engine's threads compute while another's case is sampled: the workers are watched from outside while
 * real engines, each with a thread pool of its own, are measured in turns. */
#include "bench/device/pin.h"
#include "bench/device/timer.h"
#include "bench/scheduler/measure.h"
#include "kernels/engine.h"
#include "tests/layers.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST_WORKERS 16
#define MOST_THREADS 32

/* A look that took longer may have seen two turns. Samples and the runs before them last 1 and 2 ms. */
#define LOOK_LIMIT_NS 700000
#define ATTEMPTS      6

struct watched {
    pid_t pid;
    int n, stat[MOST_THREADS]; /* open /proc/PID/task/TID/stat */
};

static struct {
    struct watched workers[MOST_WORKERS];
    int n;
    atomic_bool watching, over;
    struct watched_sums {
        atomic_int looks, together; /* that saw it running; that saw another one beside it */
    } sums[MOST_WORKERS];
} eye;

/* The state letter of /proc/.../stat stands behind the name in brackets. */
static bool is_running(int stat)
{
    char text[256];
    const ssize_t length = pread(stat, text, sizeof text - 1, 0);
    text[length > 0 ? length : 0] = '\0';
    const char *bracket = strrchr(text, ')');
    return bracket && strncmp(bracket, ") R", 3) == 0;
}

static unsigned who_runs(void)
{
    unsigned running = 0;
    for (int w = 0; w < eye.n; w++)
        for (int t = 0; t < eye.workers[w].n; t++)
            if (is_running(eye.workers[w].stat[t]))
                running |= 1u << w;
    return running;
}

/* Who runs before and after another one is seen running runs beside it. */
static void *look(void *unused)
{
    (void)unused;
    while (!atomic_load(&eye.over)) {
        const int64_t start = cg_now_ns();
        const unsigned before = atomic_load(&eye.watching) ? who_runs() : 0;
        if (before) {
            const unsigned between = who_runs(), kept = before & who_runs();
            const bool short_enough = cg_now_ns() - start < LOOK_LIMIT_NS;
            for (int w = 0; w < eye.n && short_enough; w++)
                if (kept & 1u << w) {
                    atomic_fetch_add(&eye.sums[w].looks, 1);
                    atomic_fetch_add(&eye.sums[w].together, (between & ~(1u << w)) != 0);
                }
        }
        usleep(100);
    }
    return NULL;
}

static void watch_threads(struct watched *worker)
{
    char path[400];
    snprintf(path, sizeof path, "/proc/%d/task", (int)worker->pid);
    DIR *tasks = opendir(path);
    const struct dirent *entry;
    while (tasks && (entry = readdir(tasks)) && worker->n < MOST_THREADS) {
        snprintf(path, sizeof path, "/proc/%d/task/%s/stat", (int)worker->pid, entry->d_name);
        const int stat = entry->d_name[0] == '.' ? -1 : open(path, O_RDONLY | O_CLOEXEC);
        if (stat >= 0)
            worker->stat[worker->n++] = stat;
    }
    if (tasks)
        closedir(tasks);
}

/* The children of this process are the workers. */
static void find_workers(void)
{
    char path[64], list[1024] = "";
    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)gettid());
    FILE *children = fopen(path, "r");
    cr_assert(children && (fgets(list, sizeof list, children) || feof(children)));
    fclose(children);
    char *rest = list;
    for (long pid; eye.n < MOST_WORKERS && (pid = strtol(rest, &rest, 10)) > 0; eye.n++) {
        eye.workers[eye.n].pid = (pid_t)pid;
        watch_threads(&eye.workers[eye.n]);
    }
}

/* The largest share of a worker's looks that saw another one computing beside it; NAN: one was hardly seen.
 */
static double largest_share(void)
{
    double share = 0;
    bool all_seen = true;
    for (int w = 0; w < eye.n; w++) {
        const int looks = atomic_load(&eye.sums[w].looks), together = atomic_load(&eye.sums[w].together);
        printf("worker %d: %d of %d looks saw another one computing\n", w, together, looks);
        all_seen &= looks >= 20;
        share = looks && (double)together / looks > share ? (double)together / looks : share;
    }
    return all_seen ? share : NAN;
}

/* Watched are the rounds of the first process: compiling and checking may overlap. */
static void progress(const struct cg_progress *now, void *unused)
{
    (void)unused;
    const bool rounds = now->process == 0 && now->round > 0;
    if (rounds && eye.n == 0)
        find_workers();
    atomic_store(&eye.watching, rounds && eye.n > 0);
}

static void forget(void)
{
    for (int w = 0; w < eye.n; w++) {
        for (int t = 0; t < eye.workers[w].n; t++)
            close(eye.workers[w].stat[t]);
        eye.workers[w].n = 0;
        atomic_store(&eye.sums[w].looks, 0);
        atomic_store(&eye.sums[w].together, 0);
    }
    eye.n = 0;
    atomic_store(&eye.watching, false);
    atomic_store(&eye.over, false);
}

/* With `cpus` all threads are bound, and were seen where they belong. */
static void watch_measuring(const char *const *engines, int n, int threads, const int *cpus, int rounds)
{
    const struct cg_session_options options = {
        .program = CG_TEST_WORKER, .no_disk_cache = true, .progress = progress};
    struct cg_session *session = NULL;
    struct cg_measurement measurement;
    struct cg_error err = {0};
    struct cg_protocol protocol = cg_protocol_default(true);
    struct cg_graph *graph = layer_graph(32, 64, 3);
    struct cg_job jobs[8];
    protocol.max_processes = 1;
    protocol.min_rounds = protocol.max_rounds = rounds;
    protocol.warmup_cap_ns = 20000000;
    protocol.budget_s = 60;
    for (int i = 0; i < n; i++)
        jobs[i] = (struct cg_job){.label = engines[i],
                                  .setting.engine = engines[i],
                                  .graph = graph,
                                  .setting.threads = threads,
                                  .setting.cpus = cpus,
                                  .setting.isa = cg_isa_best(),
                                  .setting.fusion = CG_FUSION_FULL};
    cr_assert_eq(cg_session_create(&options, &session, &err), CG_OK, "%s", err.text);
    pthread_t thread;
    cr_assert_eq(pthread_create(&thread, NULL, look, NULL), 0);
    const enum cg_status status =
        cg_measure(session, (struct cg_job_group){jobs, n, 0}, &protocol, &measurement, &err);
    atomic_store(&eye.over, true);
    pthread_join(thread, NULL);
    cr_assert_eq(status, CG_OK, "%s", err.text);
    for (int i = 0; i < n; i++) {
        cr_expect_eq(measurement.jobs[i].state, CG_JOB_MEASURED, "%s: %s", engines[i],
                     measurement.jobs[i].reason);
        cr_expect(!cpus || !(measurement.jobs[i].flags & CG_FLAG_BIT(CG_FLAG_MIGRATED)),
                  "%s: a thread was not on its cpu", engines[i]);
    }
    cr_expect_eq(eye.n, n, "%d workers for %d engines", eye.n, n);
    cg_measurement_free(&measurement);
    cg_session_destroy(&session);
    cg_graph_destroy(&graph);
}

Test(thread_pools, none_spins_into_a_sample_of_another_engine, .timeout = 280)
{
    const char *engines[8];
    int n = 0;
    for (int i = 0; cg_engines[i] && n < 8; i++) {
        struct cg_engine_info info = {0};
        cg_engines[i]->probe(cg_engines[i], &info);
        if (info.available && strcmp(cg_engines[i]->name, "reference") != 0)
            engines[n++] = cg_engines[i]->name;
    }
    int cpus[2];
    const bool two = cg_affinity(0, cpus, 2) >= 2;
    double share = NAN;
    /* What is ready to run counts as running: on a busy machine it is not quite 0. A pool that spins does so
     * every time, other programs come and go. */
    for (int attempt = 0; attempt < ATTEMPTS && !(share <= 0.1); attempt++) {
        forget();
        watch_measuring(engines, n, 2, two ? cpus : NULL, 60);
        share = largest_share();
    }
    cr_expect(share <= 0.1, "%g", share);
}

Test(thread_pools, one_that_spins_is_seen, .timeout = 280)
{
    static const char *const engines[] = {"plain", "restless"};
    double share = NAN;
    for (int attempt = 0; attempt < ATTEMPTS && !(share >= 0.5); attempt++) {
        forget();
        watch_measuring(engines, 2, 1, NULL, 12);
        share = largest_share();
    }
    cr_expect(share >= 0.5, "%g", share);
}

/* Both threads bound to one cpu, so the second is not on one of its own: every engine's threads are seen. */
Test(thread_pools, two_threads_on_one_cpu_are_flagged, .timeout = 280)
{
    const struct cg_session_options options = {.program = CG_TEST_WORKER, .no_disk_cache = true};
    int cpu = 0;
    cg_affinity(0, &cpu, 1);
    const int cpus[2] = {cpu, cpu};
    struct cg_graph *graph = layer_graph(32, 64, 3);
    struct cg_protocol protocol = cg_protocol_default(true);
    protocol.max_processes = 1;
    protocol.min_rounds = protocol.max_rounds = 4;
    protocol.warmup_cap_ns = 20000000;
    for (int i = 0; cg_engines[i]; i++) {
        struct cg_engine_info info = {0};
        struct cg_session *session = NULL;
        struct cg_measurement measurement;
        struct cg_error err = {0};
        cg_engines[i]->probe(cg_engines[i], &info);
        if (!info.available || strcmp(cg_engines[i]->name, "reference") == 0)
            continue;
        const struct cg_job job = {.label = cg_engines[i]->name,
                                   .setting.engine = cg_engines[i]->name,
                                   .graph = graph,
                                   .setting.threads = 2,
                                   .setting.cpus = cpus,
                                   .setting.isa = cg_isa_best(),
                                   .setting.fusion = CG_FUSION_FULL};
        cr_assert_eq(cg_session_create(&options, &session, &err), CG_OK, "%s", err.text);
        cr_assert_eq(cg_measure(session, (struct cg_job_group){&job, 1, 0}, &protocol, &measurement, &err),
                     CG_OK, "%s", err.text);
        cr_expect_eq(measurement.jobs[0].state, CG_JOB_MEASURED, "%s", measurement.jobs[0].reason);
        cr_expect(measurement.jobs[0].flags & CG_FLAG_BIT(CG_FLAG_MIGRATED), "%s", job.setting.engine);
        cg_measurement_free(&measurement);
        cg_session_destroy(&session);
    }
    cg_graph_destroy(&graph);
}
