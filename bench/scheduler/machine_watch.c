#include "bench/scheduler/machine_watch.h"

#include "bench/job/measurement.h"

#include "bench/device/timer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The yardstick's limit that makes a round be run again (what is noted: case_flags.c). */
#define FMA_DISTURBED 1.25
#define STEAL_NOTED   0.01

static int collect_cpus(const struct cg_scheduler *scheduler, int *cpus, int max)
{
    int n = 0;
    for (int i = 0; i < scheduler->n_jobs; i++) {
        const struct cg_job *job = scheduler->jobs[i].job;
        for (int k = 0; scheduler->jobs[i].active && job->setting.cpus && k < job->setting.threads; k++) {
            int at = 0;
            while (at < n && cpus[at] != job->setting.cpus[k])
                at++;
            if (at == n && n < max)
                cpus[n++] = job->setting.cpus[k];
        }
    }
    return n;
}

/* Cpu time of the workers, in ns: what "other processes" seen from here have not done. */
static double workers_cpu_ns(const struct cg_scheduler *scheduler)
{
    double sum = 0;
    for (int i = 0; i < scheduler->n_workers; i++) {
        clockid_t clock;
        if (scheduler->workers[i].child.alive &&
            clock_getcpuclockid(scheduler->workers[i].child.pid, &clock) == 0)
            sum += fmax(0, (double)cg_clock_ns(clock));
    }
    return sum;
}

static void read_state(const struct cg_scheduler *scheduler, const struct cg_watch *watch,
                       double frequency_hz, struct cg_state *state)
{
    cg_state_read(watch->reader, state);
    state->busy_other_ns -= workers_cpu_ns(scheduler);
    state->frequency_hz = frequency_hz > 0 ? frequency_hz : NAN;
}

/* The first reader says which thermal zones there are. */
static void list_zones(struct cg_measurement *m, const struct cg_state_reader *reader)
{
    struct cg_zone zones[CG_ZONES_MAX];
    if (m->n_rounds > 0)
        return;
    m->n_zones = cg_zones_list(cg_state_sensors(reader), zones);
    for (int i = 0; i < m->n_zones; i++)
        m->zones[i] = zones[i].number;
}

void cg_watch_open(struct cg_scheduler *scheduler, struct cg_watch *watch, double frequency_hz)
{
    enum { WATCHED_MAX = 1024 };
    struct cg_state_options options = {.frequency = false};
    int *cpus = calloc(WATCHED_MAX, sizeof *cpus),
        *tids = calloc((size_t)scheduler->n_workers + 1, sizeof *tids);
    if (cpus && tids) {
        watch->n_cpus = collect_cpus(scheduler, cpus, WATCHED_MAX);
        for (int i = 0; i < scheduler->n_workers; i++)
            if (scheduler->workers[i].child.alive)
                tids[options.n_tids++] = (int)scheduler->workers[i].child.pid;
        options.cpus = watch->n_cpus ? cpus : NULL;
        options.n_cpus = watch->n_cpus;
        options.tids = tids;
        watch->reader = cg_state_open(&options);
        if (watch->reader) {
            list_zones(scheduler->measurement, watch->reader);
            read_state(scheduler, watch, frequency_hz, &watch->before);
        }
    }
    free(cpus);
    free(tids);
    watch->before_ns = cg_now_ns();
}

static unsigned flags_of(unsigned disturbances)
{
    unsigned flags = 0;
    if (disturbances & (CG_DISTURBED_THROTTLE | CG_DISTURBED_FREQUENCY | CG_DISTURBED_TEMPERATURE))
        flags |= CG_FLAG_BIT(CG_FLAG_THROTTLED);
    if (disturbances & CG_DISTURBED_STEAL)
        flags |= CG_FLAG_BIT(CG_FLAG_STOLEN);
    if (disturbances & (CG_DISTURBED_SWITCH | CG_DISTURBED_LOAD | CG_DISTURBED_SWAP))
        flags |= CG_FLAG_BIT(CG_FLAG_PREEMPTED);
    if (disturbances & CG_DISTURBED_QUOTA)
        flags |= CG_FLAG_BIT(CG_FLAG_QUOTA);
    if (disturbances & CG_DISTURBED_MIGRATION)
        flags |= CG_FLAG_BIT(CG_FLAG_MIGRATED);
    return flags;
}

/* Files the pending samples under their jobs: as what counts, or as what was run again. */
static void commit(struct cg_scheduler *scheduler, bool rerun)
{
    struct cg_measurement *measurement = scheduler->measurement;
    for (int i = 0; i < scheduler->n_pending; i++) {
        const struct cg_pending_sample *pending = &scheduler->pending[i];
        struct cg_scheduled *scheduled = &scheduler->jobs[pending->scheduled];
        const struct cg_round_sample *sample = &pending->sample;
        if (!scheduled->active)
            continue;
        struct cg_samples *samples = rerun ? &scheduled->result->rerun : &scheduled->result->samples;
        const int placement =
            sample->placed ? cg_placements_find(&scheduled->result->placements, sample->placement) : -1;
        cg_samples_add(samples, (struct cg_timed_sample){.process = scheduler->process,
                                                         .round = pending->round,
                                                         .ns = sample->ns,
                                                         .iterations = sample->iterations,
                                                         .cpu = sample->cpu,
                                                         .placement = placement});
        if (rerun)
            continue;
        scheduled->n_samples++;
        scheduled->preempted += sample->involuntary_switches > 0;
        if (sample->migrated)
            scheduled->result->flags |= CG_FLAG_BIT(CG_FLAG_MIGRATED);
        if (sample->awake)
            scheduled->result->flags |= CG_FLAG_BIT(CG_FLAG_AWAKE);
    }
    scheduler->n_pending = 0;
    scheduler->first_pending_round = measurement->n_rounds;
}

/* What the state of the machine says of a stretch of rounds. */
struct stretch {
    unsigned disturbances;
    double steal, siblings; /* fractions; -1 unknown */
    int64_t throttled;      /* -1 unknown */
    double temperature_c;
    int32_t zone_mc[CG_ZONES_MAX];
};

/* Compares with the state at the stretch's beginning, which is its end from now on. */
static void read_stretch(const struct cg_scheduler *scheduler, struct cg_watch *watch,
                         struct stretch *stretch)
{
    const struct cg_measurement *measurement = scheduler->measurement;
    *stretch = (struct stretch){.steal = -1, .siblings = -1, .throttled = -1, .temperature_c = NAN};
    for (int k = 0; k < CG_ZONES_MAX; k++)
        stretch->zone_mc[k] = CG_ZONE_UNKNOWN;
    if (!watch->reader)
        return;
    struct cg_state after;
    const struct cg_state *before = &watch->before;
    read_state(scheduler, watch, measurement->rounds[measurement->n_rounds - 1].frequency_hz, &after);
    const double elapsed_ns = (double)(after.time_ns - before->time_ns);
    stretch->disturbances = cg_state_disturbed(before, &after, watch->n_cpus);
    if (watch->n_cpus == 0) /* not bound: work on any cpu is not work on theirs */
        stretch->disturbances &= ~(unsigned)CG_DISTURBED_LOAD;
    if (elapsed_ns < CG_WATCH_WINDOW_NS / 2) /* too short a stretch for figures in steps of 10 ms */
        stretch->disturbances &= ~(unsigned)(CG_DISTURBED_STEAL | CG_DISTURBED_LOAD | CG_DISTURBED_SWITCH);
    if (elapsed_ns > 0 && !isnan(after.steal_ns))
        stretch->steal = (after.steal_ns - before->steal_ns) / elapsed_ns;
    const double siblings_ns = elapsed_ns * cg_state_siblings(watch->reader);
    if (siblings_ns > 0 && !isnan(after.siblings_busy_ns))
        stretch->siblings = fmin(1, (after.siblings_busy_ns - before->siblings_busy_ns) / siblings_ns);
    if (before->throttled >= 0 && after.throttled >= before->throttled)
        stretch->throttled = after.throttled - before->throttled;
    stretch->temperature_c = after.temperature_c;
    cg_zones_temperatures(cg_state_sensors(watch->reader), measurement->zones, measurement->n_zones,
                          stretch->zone_mc);
    watch->before = after;
}

int cg_watch_close_window(struct cg_scheduler *scheduler, struct cg_watch *watch)
{
    struct cg_measurement *measurement = scheduler->measurement;
    const int first = scheduler->first_pending_round, n = measurement->n_rounds - first;
    if (n == 0)
        return 0;
    struct stretch stretch;
    read_stretch(scheduler, watch, &stretch);
    watch->before_ns = cg_now_ns();
    const unsigned flags = flags_of(stretch.disturbances);
    bool disturbed = stretch.disturbances != 0;
    for (int i = first; i < measurement->n_rounds; i++)
        if ((double)measurement->rounds[i].yardstick_fma_ns > FMA_DISTURBED * (double)scheduler->best_fma_ns)
            disturbed = true;
    /* The first disturbed stretch is run again whatever its length; on a machine that is always busy later
     * ones only as long as they stay the smaller part, or nothing would ever count. */
    const bool few = watch->reruns == 0 || watch->reruns + n <= watch->counted / 3;
    const bool rerun = disturbed && few && watch->reruns + n <= watch->max_reruns;
    for (int i = first; i < measurement->n_rounds; i++) {
        struct cg_round *round = &measurement->rounds[i];
        round->steal_fraction = stretch.steal;
        round->siblings_fraction = stretch.siblings;
        round->throttled = stretch.throttled;
        round->temperature_c = stretch.temperature_c;
        memcpy(round->zone_mc, stretch.zone_mc, sizeof round->zone_mc);
        round->flags |= flags | (stretch.steal > STEAL_NOTED ? CG_FLAG_BIT(CG_FLAG_STOLEN) : 0);
        round->disturbed = rerun;
        if (disturbed)
            round->flags |= CG_FLAG_BIT(CG_FLAG_DISTURBED);
    }
    commit(scheduler, rerun);
    watch->counted += rerun ? 0 : n;
    if (!rerun)
        return 0;
    watch->reruns += n;
    measurement->n_reruns += n;
    return n;
}
