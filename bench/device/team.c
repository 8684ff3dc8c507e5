#include "bench/device/team.h"

#include "bench/device/buffer.h"
#include "bench/device/emulation.h"
#include "bench/device/pin.h"
#include "bench/device/timer.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#define REPETITIONS 8

struct team {
    const struct cg_team_job *job;
    int threads;
    int64_t repetition_ns;
    struct cg_error failure; /* of the first that failed */
    atomic_int waiting;      /* of the barrier */
    atomic_int generation;
    atomic_int failed;
};

struct member {
    struct team *team;
    int cpu;
    pthread_t thread;
    double rate[REPETITIONS]; /* units a second */
    double frequency_hz;
};

/* Spins, for threads that each have a cpu; gives way after a while, for those that do not. */
static void barrier(struct team *team)
{
    const int generation = atomic_load(&team->generation);
    if (atomic_fetch_add(&team->waiting, 1) + 1 == team->threads) {
        atomic_store(&team->waiting, 0);
        atomic_fetch_add(&team->generation, 1);
        return;
    }
    for (int spins = 0; atomic_load(&team->generation) == generation; spins++)
        if (spins > 20000)
            sched_yield();
}

static void fail(struct team *team, const struct cg_error *err)
{
    if (!atomic_exchange(&team->failed, 1))
        team->failure = *err;
}

static void work(const struct cg_team_job *job, char *buffer, int64_t turns)
{
    const struct cg_loops *loops = job->loops;
    const size_t bytes = job->bytes, half = bytes / 2;
    switch (job->motion) {
    case CG_MADDS:
        loops->fma(turns);
        break;
    case CG_READ:
        loops->read(buffer, bytes, turns);
        break;
    case CG_WRITE:
        loops->write(buffer, bytes, turns);
        break;
    case CG_WRITE_STREAM:
        loops->write_stream(buffer, bytes, turns);
        break;
    case CG_COPY:
        loops->copy(buffer, buffer + half, half, turns);
        break;
    default:
        loops->copy_stream(buffer, buffer + half, half, turns);
    }
}

static int64_t timed(const struct cg_team_job *job, char *buffer, int64_t turns)
{
    const int64_t start = cg_now_ns();
    work(job, buffer, turns);
    return cg_now_ns() - start;
}

/* Turns that take about `ns`, found by doubling: this also warms caches and clocks up. */
static int64_t calibrate(const struct cg_team_job *job, char *buffer, int64_t ns)
{
    int64_t turns = 1, took;
    while ((took = timed(job, buffer, turns)) < ns / 4 && turns < INT64_MAX / 16)
        turns *= took < ns / 64 ? 8 : 2;
    const double exact = (double)turns * (double)ns / (double)(took > 0 ? took : 1);
    return exact < 1 ? 1 : (int64_t)exact;
}

static void *run_member(void *context)
{
    struct member *member = context;
    struct team *team = member->team;
    const struct cg_team_job *job = team->job;
    const double units_per_turn = job->bytes ? (double)job->bytes : job->loops->madds_per_turn;
    struct cg_error err = {0};
    char *buffer = NULL;
    if (cg_pin_self(member->cpu, &err) != CG_OK)
        fail(team, &err);
    else if (job->bytes && !(buffer = cg_buffer_make(job->bytes))) {
        cg_fail(&err, CG_NO_MEMORY, "no memory for a measurement of the machine");
        fail(team, &err);
    }
    barrier(team);
    if (!atomic_load(&team->failed)) {
        const int64_t turns = calibrate(job, buffer, team->repetition_ns);
        for (int i = 0; i < REPETITIONS; i++) {
            barrier(team);
            const int64_t ns = timed(job, buffer, turns);
            member->rate[i] = (double)turns * units_per_turn * 1e9 / (double)(ns > 0 ? ns : 1);
            const double hz = cg_measure_frequency(20000); /* still hot from the work */
            if (isnan(member->frequency_hz) || hz > member->frequency_hz)
                member->frequency_hz = hz;
        }
    }
    cg_buffer_free(buffer, job->bytes);
    return NULL;
}

/* Starts the members; on a failure, those that wait at the first barrier are let through. Returns how many.
 */
static int start(struct team *team, struct member *members, const int *cpus)
{
    int started = 0;
    for (; started < team->threads; started++) {
        members[started] = (struct member){.team = team, .cpu = cpus[started], .frequency_hz = NAN};
        if (pthread_create(&members[started].thread, NULL, run_member, &members[started]) != 0)
            break;
    }
    if (started == team->threads)
        return started;
    fail(team, &(struct cg_error){CG_FAILED, "a thread could not be started"});
    for (int missing = started; missing < team->threads; missing++)
        if (atomic_fetch_add(&team->waiting, 1) + 1 == team->threads)
            atomic_fetch_add(&team->generation, 1);
    return started;
}

/* The most units a second that all had together in a repetition. */
static double best_rate(const struct member *members, int threads)
{
    double best = NAN;
    for (int r = 0; r < REPETITIONS; r++) {
        double sum = 0;
        for (int i = 0; i < threads; i++)
            sum += members[i].rate[r];
        best = fmax(best, sum); /* the other one where one is NAN */
    }
    return best;
}

enum cg_status cg_team_measure(const struct cg_team_job *job, const int *cpus, int threads, int64_t budget_ns,
                               struct cg_team_result *result, struct cg_error *err)
{
    struct team team = {.job = job, .threads = threads};
    struct cg_emulation emulation;
    *result = (struct cg_team_result){NAN, NAN};
    cg_emulation_detect(NULL, &emulation);
    if (emulation.emulated)
        return cg_fail(err, CG_UNAVAILABLE, "nothing is timed under emulation: %s", emulation.evidence);
    if (threads < 1)
        return cg_fail(err, CG_INVALID, "%d threads", threads);
    /* Calibration takes about one repetition more. */
    team.repetition_ns = budget_ns / (REPETITIONS + 1) > 200000 ? budget_ns / (REPETITIONS + 1) : 200000;
    struct member *members = calloc((size_t)threads, sizeof *members);
    if (!members)
        return cg_fail(err, CG_NO_MEMORY, "no memory for %d threads", threads);
    const int started = start(&team, members, cpus);
    for (int i = 0; i < started; i++)
        pthread_join(members[i].thread, NULL);
    if (team.failure.status == CG_OK)
        *result = (struct cg_team_result){best_rate(members, threads), members[0].frequency_hz};
    else
        cg_fail(err, team.failure.status, "%s", team.failure.text);
    free(members);
    return team.failure.status;
}
