/* The rounds of one process: order, samples, yardstick, and whether the machine was disturbed. */
#include "bench/measure/order.h"
#include "bench/measure/results.h"
#include "bench/measure/scheduler.h"
#include "bench/measure/stop.h"

#include "bench/device/timer.h"
#include "bench/stats/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ASLEEP_LIMIT_NS 200000000
/* The state of the machine is compared over stretches of at least this long: the kernel counts time in steps
 * of 1 to 10 ms, so a short round cannot be judged by itself. */
#define WINDOW_NS 250000000
/* The yardstick's limit that makes a round be run again (what is noted: round_flags.c). */
#define FMA_DISTURBED 1.25
#define STEAL_NOTED   0.01

/* What the state of the machine is compared with, kept while the rounds of a process run. */
struct watch {
    struct cg_state_reader *reader;
    struct cg_state before;
    int64_t before_ns;
    int n_cpus;
    int counted, reruns, max_reruns; /* rounds */
    double sampled_s, discarded_s, yardstick_s, wall_s;
};

/* The yardstick, in the worker of the first active job. */
static enum cg_status run_yardstick(struct cg_scheduler *scheduler, struct cg_round *round,
                                    struct cg_error *err)
{
    int slot = 0;
    while (slot < scheduler->n_jobs && !scheduler->jobs[slot].active)
        slot++;
    if (slot == scheduler->n_jobs)
        return cg_fail(err, CG_FAILED, "no job is left");
    const int worker = scheduler->jobs[slot].worker;
    struct cg_child *child = &scheduler->workers[worker].child;
    if (scheduler->last_worker >= 0 && scheduler->last_worker != worker)
        cg_thread_watch_wait(&scheduler->workers[scheduler->last_worker].child.threads, ASLEEP_LIMIT_NS);
    scheduler->last_worker = worker;
    cg_wire_clear(&child->out);
    cg_wire_put_i32(&child->out, slot);
    cg_wire_put_i64(&child->out, scheduler->fma_iterations);
    cg_wire_put_i64(&child->out, scheduler->l2_passes);
    const enum cg_status status = cg_child_ask(child, CG_MSG_YARDSTICK, scheduler->protocol->hang_s + 5,
                                               scheduler->session->options.interrupted, err);
    if (status != CG_OK)
        return status;
    struct cg_yard yard;
    cg_get_yard(&child->in, &yard);
    if (child->in.failed)
        return cg_fail(err, CG_FAILED, "a worker's answer is damaged");
    scheduler->fma_iterations = yard.fma_iterations;
    scheduler->l2_passes = yard.l2_passes;
    round->yardstick_fma_ns = yard.fma_ns;
    round->yardstick_l2_ns = yard.l2_ns;
    round->frequency_hz = yard.frequency_hz;
    if (scheduler->best_fma_ns == 0 || yard.fma_ns < scheduler->best_fma_ns)
        scheduler->best_fma_ns = yard.fma_ns;
    return CG_OK;
}

static double expected_s(const struct cg_scheduler *scheduler, const int *slots, int n)
{
    double ns = 0;
    for (int i = 0; i < n; i++)
        ns += 3 * scheduler->jobs[slots[i]].run_ns + (double)scheduler->protocol->sample_min_ns +
              (double)scheduler->protocol->discard_min_ns;
    return ns * 1e-9;
}

/* Takes in the samples that a worker has answered with. Returns how many there were. */
static int take_samples(struct cg_scheduler *scheduler, struct cg_wire *in, const int *slots, int n,
                        int round, bool awake)
{
    for (int i = 0; i < n; i++) {
        struct cg_round_sample sample;
        const int slot = cg_wire_get_i32(in);
        cg_get_round_sample(in, &sample);
        if (in->failed || slot != slots[i] || sample.ns <= 0 || sample.iterations < 1)
            return i;
        sample.awake = sample.awake || awake;
        scheduler->jobs[slot].run_ns = (double)sample.ns / sample.iterations;
        scheduler->pending[scheduler->n_pending++] = (struct cg_pending_sample){slot, round, sample};
    }
    return n;
}

/* A batch of cases of one worker. What goes wrong is charged to its case: a skip and CG_UNAVAILABLE (the
 * round is then to be run again); with several cases in the message and a dead worker nobody knows whose
 * fault it was, so the round is run again with one case a message. */
static enum cg_status run_batch(struct cg_scheduler *scheduler, const int *slots, int n, int round,
                                struct cg_error *err)
{
    const int worker = scheduler->jobs[slots[0]].worker;
    struct cg_child *child = &scheduler->workers[worker].child;
    bool awake = false;
    if (scheduler->last_worker >= 0 && scheduler->last_worker != worker)
        awake =
            !cg_thread_watch_wait(&scheduler->workers[scheduler->last_worker].child.threads, ASLEEP_LIMIT_NS);
    scheduler->last_worker = worker;
    cg_wire_clear(&child->out);
    cg_wire_put_i32(&child->out, n);
    for (int i = 0; i < n; i++)
        cg_wire_put_i32(&child->out, slots[i]);
    struct cg_error local = {0};
    enum cg_status status =
        cg_child_ask(child, CG_MSG_ROUND, scheduler->protocol->hang_s + 20 * expected_s(scheduler, slots, n),
                     scheduler->session->options.interrupted, &local);
    if (status == CG_INTERRUPTED)
        return cg_fail(err, CG_INTERRUPTED, "interrupted");
    if (!child->alive) {
        scheduler->measurement->n_worker_restarts++;
        if (n == 1) {
            cg_context(&local, "while measuring: %s", scheduler->jobs[slots[0]].job->engine);
            cg_scheduler_skip(scheduler, slots[0], &local);
        }
        scheduler->single = true;
        return CG_UNAVAILABLE;
    }
    const int taken = take_samples(scheduler, &child->in, slots, n, round, awake);
    if (status == CG_OK && taken == n)
        return CG_OK;
    if (status == CG_OK)
        cg_fail(&local, CG_FAILED, "a worker's answer is damaged");
    cg_scheduler_skip(scheduler, slots[taken < n ? taken : n - 1], &local);
    return CG_UNAVAILABLE;
}

/* All active cases once. On CG_UNAVAILABLE nothing of the round is kept. */
static enum cg_status run_round(struct cg_scheduler *scheduler, int number, struct cg_error *err)
{
    int active = 0;
    int *slots = scheduler->scratch, *order = scheduler->order,
        *room = scheduler->scratch + scheduler->n_jobs;
    for (int i = 0; i < scheduler->n_jobs; i++)
        if (scheduler->jobs[i].active)
            slots[active++] = i;
    cg_order_of_round(scheduler->protocol->seed, active, scheduler->order_round, order, room);
    for (int i = 0; i < active; i++)
        order[i] = slots[order[i]];
    const int pending_before = scheduler->n_pending;
    int first = 0;
    while (first < active) {
        int n = 1;
        while (!scheduler->single && first + n < active &&
               scheduler->jobs[order[first + n]].worker == scheduler->jobs[order[first]].worker)
            n++;
        const enum cg_status status = run_batch(scheduler, order + first, n, number, err);
        if (status != CG_OK) {
            scheduler->n_pending = pending_before;
            return status;
        }
        first += n;
    }
    scheduler->order_round++;
    return CG_OK;
}

/* ---- the state of the machine ---- */

static int collect_cpus(const struct cg_scheduler *scheduler, int *cpus, int max)
{
    int n = 0;
    for (int i = 0; i < scheduler->n_jobs; i++) {
        const struct cg_job *job = scheduler->jobs[i].job;
        for (int k = 0; scheduler->jobs[i].active && job->cpus && k < job->threads; k++) {
            int at = 0;
            while (at < n && cpus[at] != job->cpus[k])
                at++;
            if (at == n && n < max)
                cpus[n++] = job->cpus[k];
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
        struct timespec time;
        if (scheduler->workers[i].child.alive &&
            clock_getcpuclockid(scheduler->workers[i].child.pid, &clock) == 0 &&
            clock_gettime(clock, &time) == 0)
            sum += (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
    }
    return sum;
}

static void read_state(const struct cg_scheduler *scheduler, const struct watch *watch, double frequency_hz,
                       struct cg_state *state)
{
    cg_state_read(watch->reader, state);
    state->busy_other_ns -= workers_cpu_ns(scheduler);
    state->frequency_hz = frequency_hz > 0 ? frequency_hz : NAN;
}

static void open_watch(struct cg_scheduler *scheduler, struct watch *watch, double frequency_hz)
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
        if (watch->reader)
            read_state(scheduler, watch, frequency_hz, &watch->before);
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
        if (!cg_samples_reserve(samples, 1))
            continue;
        const int placement =
            sample->placed ? cg_placements_find(&scheduled->result->placements, sample->placement) : -1;
        cg_samples_add(samples, scheduler->process, pending->round, sample->ns, sample->iterations,
                       sample->cpu, placement);
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

/* Ends a stretch of rounds: reads the state, judges, files. Returns how many rounds have to be run again. */
static int close_window(struct cg_scheduler *scheduler, struct watch *watch)
{
    struct cg_measurement *measurement = scheduler->measurement;
    const int first = scheduler->first_pending_round, n = measurement->n_rounds - first;
    if (n == 0)
        return 0;
    unsigned disturbances = 0;
    double steal = -1, temperature_c = NAN;
    if (watch->reader) {
        struct cg_state after;
        read_state(scheduler, watch, measurement->rounds[measurement->n_rounds - 1].frequency_hz, &after);
        const int64_t elapsed_ns = after.time_ns - watch->before.time_ns;
        disturbances = cg_state_disturbed(&watch->before, &after, watch->n_cpus, NULL, NULL, 0);
        if (watch->n_cpus == 0) /* not bound: work on any cpu is not work on theirs */
            disturbances &= ~(unsigned)CG_DISTURBED_LOAD;
        if (elapsed_ns < WINDOW_NS / 2) /* too short a stretch for figures in steps of 10 ms */
            disturbances &= ~(unsigned)(CG_DISTURBED_STEAL | CG_DISTURBED_LOAD | CG_DISTURBED_SWITCH);
        if (elapsed_ns > 0 && !isnan(after.steal_ns))
            steal = (after.steal_ns - watch->before.steal_ns) / (double)elapsed_ns;
        temperature_c = after.temperature_c;
        watch->before = after;
    }
    watch->before_ns = cg_now_ns();
    unsigned flags = flags_of(disturbances);
    bool disturbed = disturbances != 0;
    for (int i = first; i < measurement->n_rounds; i++)
        if ((double)measurement->rounds[i].yardstick_fma_ns > FMA_DISTURBED * (double)scheduler->best_fma_ns)
            disturbed = true;
    /* The first disturbed stretch is run again whatever its length; on a machine that is always busy later
     * ones only as long as they stay the smaller part, or nothing would ever count. */
    const bool few = watch->reruns == 0 || watch->reruns + n <= watch->counted / 3;
    const bool rerun = disturbed && few && watch->reruns + n <= watch->max_reruns;
    for (int i = first; i < measurement->n_rounds; i++) {
        struct cg_round *round = &measurement->rounds[i];
        round->steal_fraction = steal;
        round->temperature_c = temperature_c;
        round->flags |= flags | (steal > STEAL_NOTED ? CG_FLAG_BIT(CG_FLAG_STOLEN) : 0);
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

/* ---- the process ---- */

/* Room for everything that the rounds of this process store. */
static enum cg_status reserve(struct cg_scheduler *scheduler, int max_rounds, struct cg_error *err)
{
    struct cg_measurement *measurement = scheduler->measurement;
    bool ok = true;
    for (int i = 0; i < scheduler->n_jobs && ok; i++)
        if (scheduler->jobs[i].active)
            ok = cg_samples_reserve(&scheduler->jobs[i].result->samples, max_rounds) &&
                 cg_samples_reserve(&scheduler->jobs[i].result->rerun, max_rounds);
    const int rounds = measurement->n_rounds + max_rounds;
    if (ok && rounds > scheduler->rounds_capacity) {
        struct cg_round *larger = realloc(measurement->rounds, (size_t)rounds * sizeof *larger);
        ok = larger != NULL;
        if (ok) {
            measurement->rounds = larger;
            scheduler->rounds_capacity = rounds;
        }
    }
    const int pending = max_rounds * scheduler->n_jobs;
    if (ok && pending > scheduler->pending_capacity) {
        struct cg_pending_sample *larger = realloc(scheduler->pending, (size_t)pending * sizeof *larger);
        ok = larger != NULL;
        if (ok) {
            scheduler->pending = larger;
            scheduler->pending_capacity = pending;
        }
    }
    return ok ? CG_OK : cg_fail(err, CG_NO_MEMORY, "no memory for samples");
}

/* Spread of the log-ratios of the noisiest job, in the pilot. */
static double pilot_mad(struct cg_scheduler *scheduler)
{
    const struct cg_measurement *measurement = scheduler->measurement;
    const int baseline = cg_scheduler_baseline(scheduler);
    const struct cg_samples *base = baseline >= 0 ? &measurement->jobs[baseline].samples : NULL;
    double worst = 0;
    for (int i = 0; i < scheduler->n_jobs; i++) {
        if (!scheduler->jobs[i].active || (base && i == baseline))
            continue;
        const struct cg_samples *samples = &measurement->jobs[i].samples;
        double *values = calloc(2 * (size_t)samples->n + 2, sizeof *values);
        if (!values)
            return worst;
        const int n = cg_round_log_ratios(samples, base, scheduler->process, values, NULL);
        if (n > 1)
            worst = fmax(worst, cg_summarise(values, (size_t)n, values + n).mad);
        free(values);
    }
    return worst;
}

/* How many rounds each process gets: what the noise between rounds asks for, as far as the budget goes. */
static int rounds_by_pilot(struct cg_scheduler *scheduler)
{
    const struct cg_protocol *protocol = scheduler->protocol;
    if (protocol->piece_s > 0) {
        const double fit = scheduler->round_s > 0 ? protocol->piece_s / scheduler->round_s : 0;
        return (int)fmin(fmax(fit, protocol->min_rounds), protocol->max_rounds);
    }
    int rounds = cg_rounds_needed(pilot_mad(scheduler), protocol->precision, protocol->max_processes,
                                  protocol->min_rounds, protocol->max_rounds);
    const double each_s = scheduler->budget_s / protocol->max_processes - scheduler->prepare_s;
    const double affordable = scheduler->round_s > 0 ? floor(each_s / scheduler->round_s) : rounds;
    const int least = protocol->min_rounds < 3 ? protocol->min_rounds : 3;
    if (affordable < rounds)
        rounds = affordable > least ? (int)affordable : least;
    return rounds;
}

static void count_round(struct cg_scheduler *scheduler, struct watch *watch, struct cg_round *round, int from)
{
    int switches = 0;
    for (int i = from; i < scheduler->n_pending; i++) {
        const struct cg_round_sample *sample = &scheduler->pending[i].sample;
        watch->sampled_s += (double)sample->ns * 1e-9;
        watch->discarded_s += (double)sample->discarded_ns * 1e-9;
        switches += sample->involuntary_switches;
    }
    round->involuntary_switches = switches;
}

/* Whether the process has to end before its rounds are done. */
static bool over_budget(const struct cg_scheduler *scheduler, int done)
{
    const int least = scheduler->protocol->min_rounds < 3 ? scheduler->protocol->min_rounds : 3;
    return done >= least && cg_scheduler_elapsed_s(scheduler) > scheduler->budget_s;
}

static void add_times(struct cg_measurement *measurement, const struct watch *watch)
{
    measurement->sampled_s += watch->sampled_s;
    measurement->discarded_s += watch->discarded_s;
    measurement->yardstick_s += watch->yardstick_s;
    measurement->rounds_s += watch->wall_s;
}

/* The yardstick and all cases. CG_UNAVAILABLE: a case fell out; what is left is to be prepared again. */
static enum cg_status one_round(struct cg_scheduler *scheduler, struct watch *watch, int number,
                                struct cg_error *err)
{
    struct cg_measurement *measurement = scheduler->measurement;
    const int64_t start_ns = cg_now_ns();
    struct cg_round round = {.process = scheduler->process,
                             .round = number,
                             .start_ns = start_ns - scheduler->start_ns,
                             .steal_fraction = -1,
                             .temperature_c = NAN};
    struct cg_error local = {0};
    enum cg_status status = run_yardstick(scheduler, &round, &local);
    if (status == CG_INTERRUPTED)
        return cg_fail(err, CG_INTERRUPTED, "interrupted");
    if (status != CG_OK) { /* the yardstick itself crashed: as any other lost worker */
        scheduler->measurement->n_worker_restarts++;
        return CG_UNAVAILABLE;
    }
    const int64_t yardstick_ns = cg_now_ns() - start_ns;
    const int from = scheduler->n_pending;
    status = run_round(scheduler, number, err);
    if (status != CG_OK)
        return status;
    round.wall_ns = cg_now_ns() - start_ns;
    watch->yardstick_s += (double)yardstick_ns * 1e-9;
    count_round(scheduler, watch, &round, from);
    measurement->rounds[measurement->n_rounds++] = round;
    return CG_OK;
}

enum cg_status cg_scheduler_rounds(struct cg_scheduler *scheduler, struct cg_error *err)
{
    const struct cg_protocol *protocol = scheduler->protocol;
    const bool pilot = scheduler->n_rounds == 0;
    int target = pilot ? protocol->min_rounds : scheduler->n_rounds;
    const int most = pilot ? protocol->max_rounds : scheduler->n_rounds;
    enum cg_status status = reserve(scheduler, 2 * most, err);
    if (status != CG_OK)
        return status;
    struct watch watch = {.max_reruns = most};
    open_watch(scheduler, &watch, 0);
    scheduler->first_pending_round = scheduler->measurement->n_rounds;
    int done = 0, number = 0, crashes = 0;
    while (done < target && status == CG_OK) {
        const int64_t start_ns = cg_now_ns();
        status = one_round(scheduler, &watch, number, err);
        if (status == CG_UNAVAILABLE) {
            /* Crashed: the jobs that are left are prepared again; the state reader watches processes that are
             * gone. */
            cg_state_close(&watch.reader);
            status = crashes++ > 2 * scheduler->n_jobs + 4
                         ? cg_fail(err, CG_FAILED, "the workers keep on crashing")
                         : cg_scheduler_prepare(scheduler, err);
            if (cg_scheduler_active(scheduler) == 0)
                break;
            open_watch(scheduler, &watch, 0);
            continue;
        }
        if (status != CG_OK)
            break;
        number++;
        done++;
        if (cg_now_ns() - watch.before_ns >= WINDOW_NS || done == target)
            done -= close_window(scheduler, &watch);
        cg_scheduler_progress(scheduler, pilot && scheduler->n_rounds == 0 ? "pilot" : "rounds", "", done,
                              false);
        const double round_s = (double)(cg_now_ns() - start_ns) * 1e-9;
        watch.wall_s += round_s;
        scheduler->round_s = watch.wall_s / number;
        if (done == target && pilot && scheduler->n_rounds == 0)
            target = scheduler->n_rounds = rounds_by_pilot(scheduler);
        if (over_budget(scheduler, done))
            break;
    }
    close_window(scheduler, &watch);
    cg_state_close(&watch.reader);
    add_times(scheduler->measurement, &watch);
    return status;
}
