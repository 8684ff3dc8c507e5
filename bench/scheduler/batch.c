#include "bench/scheduler/batch.h"

#include "bench/scheduler/order.h"

#include "bench/device/timer.h"

#include <math.h>
#include <string.h>

#define ASLEEP_LIMIT_NS 200000000
/* Of a round, for each of the yardstick's six timed parts; and the bounds of a part. */
#define YARDSTICK_SHARE  0.0003
#define YARDSTICK_MIN_NS 5000
#define YARDSTICK_MAX_NS 50000
#define SHORT_REST       1.5
#define MEASURING        "while measuring: "

double cg_batch_round_ns(const struct cg_scheduler *scheduler)
{
    const struct cg_protocol *protocol = scheduler->protocol;
    const double sample_ns = CG_SAMPLE_MARGIN * (double)scheduler->sample_min_ns;
    double ns = 0;
    for (int i = 0; i < scheduler->n_jobs; i++) {
        const struct cg_scheduled *scheduled = &scheduler->jobs[i];
        if (scheduled->active)
            ns += cg_discard_ns(scheduled->run_ns, protocol->discard_min_ns) +
                  (scheduled->job->setting.cache == CG_CACHE_HOT ? fmax(scheduled->run_ns, sample_ns)
                                                                 : scheduled->run_ns);
    }
    return ns;
}

/* ---- the yardstick ---- */

/* The first active job, in whose worker the yardstick runs; n_jobs: none. */
static int first_active(const struct cg_scheduler *scheduler)
{
    int slot = 0;
    while (slot < scheduler->n_jobs && !scheduler->jobs[slot].active)
        slot++;
    return slot;
}

static struct cg_yard_order yard_order(const struct cg_scheduler *scheduler, int slot)
{
    const double part_ns = YARDSTICK_SHARE * cg_batch_round_ns(scheduler);
    return (struct cg_yard_order){.slot = slot,
                                  .fma_iterations = scheduler->fma_iterations,
                                  .l2_passes = scheduler->l2_passes,
                                  .part_ns =
                                      (int64_t)fmin(fmax(part_ns, YARDSTICK_MIN_NS), YARDSTICK_MAX_NS)};
}

/* False when the answer is damaged. */
static bool take_yardstick(struct cg_scheduler *scheduler, struct cg_wire *in, struct cg_round *round)
{
    struct cg_yard yard;
    if (!cg_wire_get(in, &yard, sizeof yard))
        return false;
    scheduler->fma_iterations = yard.fma_iterations;
    scheduler->l2_passes = yard.l2_passes;
    round->yardstick_fma_ns = yard.fma_ns;
    round->yardstick_l2_ns = yard.l2_ns;
    round->yardstick_far_ns = yard.far_ns;
    scheduler->measurement->yardstick_fma_turns = yard.fma_iterations;
    scheduler->measurement->yardstick_l2_bytes = yard.l2_passes * yard.l2_pass_bytes;
    scheduler->measurement->yardstick_far_bytes = yard.far_bytes;
    round->frequency_hz = yard.frequency_hz;
    scheduler->measurement->yardstick_s += (double)yard.all_ns * 1e-9;
    if (scheduler->best_fma_ns == 0 || yard.fma_ns < scheduler->best_fma_ns)
        scheduler->best_fma_ns = yard.fma_ns;
    return true;
}

/* The worker is the next to compute: waits until the last one is asleep. False: it is not. */
static bool take_turn(struct cg_scheduler *scheduler, int worker)
{
    bool asleep = true;
    if (scheduler->last_worker >= 0 && scheduler->last_worker != worker)
        asleep =
            cg_thread_watch_wait(&scheduler->workers[scheduler->last_worker].child.threads, ASLEEP_LIMIT_NS);
    scheduler->last_worker = worker;
    return asleep;
}

/* ---- batches ---- */

/* Rounds of the same cases, each in an order of its own. */
struct batch {
    const int *slots; /* n for each round */
    int n, n_rounds;
    bool yardstick;          /* before each round */
    struct cg_round *rounds; /* n_rounds, numbered and zero; filled in where there is a yardstick */
};

static double limit_s(const struct cg_scheduler *scheduler, const struct batch *batch)
{
    double ns = 0;
    for (int i = 0; i < batch->n; i++)
        ns += 3 * scheduler->jobs[batch->slots[i]].run_ns + (double)scheduler->sample_min_ns +
              (double)scheduler->protocol->discard_min_ns;
    return scheduler->protocol->hang_s + 20 * batch->n_rounds * ns * 1e-9;
}

static void put_batch(struct cg_scheduler *scheduler, struct cg_wire *out, const struct batch *batch)
{
    const struct cg_rounds_order order = {
        .n_rounds = batch->n_rounds,
        .n = batch->n,
        .sample_min_ns = scheduler->sample_min_ns,
        .yard = yard_order(scheduler, batch->yardstick ? first_active(scheduler) : -1)};
    cg_wire_clear(out);
    cg_wire_put(out, &order, sizeof order);
    for (int i = 0; i < batch->n_rounds * batch->n; i++)
        cg_wire_put_i32(out, batch->slots[i]);
}

/* Takes in the samples of a round that a worker has answered with. False when one is damaged. */
static bool take_samples(struct cg_scheduler *scheduler, struct cg_wire *in, const int *slots, int n,
                         struct cg_round *round, bool awake)
{
    struct cg_measurement *measurement = scheduler->measurement;
    for (int i = 0; i < n; i++) {
        struct cg_round_sample sample;
        if (!cg_wire_get(in, &sample, sizeof sample) || sample.ns <= 0 || sample.iterations < 1)
            return false;
        sample.placement[sizeof sample.placement - 1] = 0;
        sample.awake = sample.awake || awake;
        scheduler->jobs[slots[i]].run_ns = (double)sample.ns / sample.iterations;
        measurement->sampled_s += (double)sample.ns * 1e-9;
        measurement->discarded_s += (double)sample.discarded_ns * 1e-9;
        measurement->stage_s[CG_STAGE_WARM_UP] += (double)sample.warm_up_ns * 1e-9;
        round->overhead_ns -= sample.ns + sample.discarded_ns + sample.warm_up_ns;
        round->involuntary_switches += sample.involuntary_switches;
        if (!sample.settled)
            scheduler->jobs[slots[i]].result->flags |= CG_FLAG_BIT(CG_FLAG_NOT_SETTLED);
        scheduler->pending[scheduler->n_pending++] =
            (struct cg_pending_sample){slots[i], round->round, sample};
    }
    return true;
}

/* The rounds of an answer; false when one is damaged. */
static bool take_rounds(struct cg_scheduler *scheduler, struct cg_wire *in, const struct batch *batch,
                        bool awake)
{
    for (int r = 0; r < batch->n_rounds; r++) {
        struct cg_round *round = &batch->rounds[r];
        const int *slots = batch->slots + r * batch->n;
        const int64_t start_ns = cg_wire_get_i64(in);
        if ((batch->yardstick && !take_yardstick(scheduler, in, round)) ||
            !take_samples(scheduler, in, slots, batch->n, round, awake && r == 0))
            return false;
        const int64_t wall_ns = cg_wire_get_i64(in);
        if (!batch->yardstick)
            continue;
        round->start_ns = start_ns - scheduler->start_ns;
        round->wall_ns = wall_ns;
    }
    return !in->failed;
}

/* A batch in its worker. What goes wrong is charged to its case: a skip and CG_UNAVAILABLE (the rounds are
 * then to be run again); with several cases in the message nobody knows whose fault it was, so they are run
 * again with one case a message until it is found. */
static enum cg_status run_batch(struct cg_scheduler *scheduler, const struct batch *batch,
                                struct cg_error *err)
{
    const int first = batch->slots[0], worker = scheduler->jobs[first].worker;
    struct cg_child *child = &scheduler->workers[worker].child;
    if (!child->alive) /* since the last message to it, which has told of it */
        return CG_UNAVAILABLE;
    const bool awake = !take_turn(scheduler, worker);
    put_batch(scheduler, &child->out, batch);
    struct cg_error local = {0};
    const enum cg_status status = cg_child_ask(child, CG_MSG_ROUND, limit_s(scheduler, batch),
                                               scheduler->session->options.interrupted, &local);
    if (status == CG_INTERRUPTED)
        return cg_fail(err, CG_INTERRUPTED, "interrupted");
    if (status == CG_OK && take_rounds(scheduler, &child->in, batch, awake))
        return CG_OK;
    if (status == CG_OK)
        cg_answer_damaged(&local);
    enum cg_status noted = CG_OK;
    if (!child->alive)
        noted = cg_measurement_lose(scheduler->measurement, first, batch->n == 1, MEASURING, local.text, err);
    scheduler->single = batch->n > 1;
    if (batch->n == 1) {
        if (!child->alive)
            cg_context(&local, MEASURING "%s", scheduler->jobs[first].job->setting.engine);
        cg_scheduler_skip(scheduler, first, &local);
    }
    return noted ?: CG_UNAVAILABLE;
}

/* ---- rounds ---- */

/* The cases of a worker with equal numbers of threads: within a block neither processes nor thread pools take
 * turns. */
static bool in_one_block(const struct cg_scheduled *a, const struct cg_scheduled *b)
{
    return a->worker == b->worker && a->job->setting.threads == b->job->setting.threads;
}

/* The active jobs in the orders of the next `n_rounds` rounds. Returns how many jobs. */
static int order_rounds(struct cg_scheduler *scheduler, int n_rounds)
{
    const struct cg_scheduled *jobs = scheduler->jobs;
    int active = 0, n_blocks = 0;
    int *slots = scheduler->scratch, *blocks = slots + scheduler->n_jobs, *room = blocks + scheduler->n_jobs;
    for (int i = 0; i < scheduler->n_jobs; i++) {
        if (!jobs[i].active)
            continue;
        int first = 0;
        while (first < active && !in_one_block(&jobs[slots[first]], &jobs[i]))
            first++;
        blocks[active] = first < active ? blocks[first] : n_blocks++;
        slots[active++] = i;
    }
    for (int r = 0; r < n_rounds; r++) {
        int *order = scheduler->order + r * active;
        cg_order_in_blocks(scheduler->protocol->seed, active, blocks, scheduler->order_round + r, order,
                           room);
        for (int i = 0; i < active; i++)
            order[i] = slots[order[i]];
    }
    return active;
}

static bool is_one_worker(const struct cg_scheduler *scheduler)
{
    const int first = first_active(scheduler);
    for (int i = first; i < scheduler->n_jobs; i++)
        if (scheduler->jobs[i].active && scheduler->jobs[i].worker != scheduler->jobs[first].worker)
            return false;
    return true;
}

/* A round whose cases have several workers, or are to be run one a message. The yardstick goes with the first
 * message to its worker: before it the machine has changed hands anyway. */
static enum cg_status run_apart(struct cg_scheduler *scheduler, struct cg_round *round, struct cg_error *err)
{
    const int64_t start_ns = cg_now_ns();
    const int active = order_rounds(scheduler, 1);
    const struct cg_scheduled *jobs = scheduler->jobs;
    const int *order = scheduler->order, yard_worker = jobs[first_active(scheduler)].worker;
    enum cg_status status = CG_OK;
    bool yardstick = true;
    for (int first = 0, n; first < active && status == CG_OK; first += n) {
        for (n = 1; !scheduler->single && first + n < active; n++)
            if (jobs[order[first + n]].worker != jobs[order[first]].worker)
                break;
        const bool here = yardstick && jobs[order[first]].worker == yard_worker;
        const struct batch batch = {
            .slots = order + first, .n = n, .n_rounds = 1, .yardstick = here, .rounds = round};
        status = run_batch(scheduler, &batch, err);
        yardstick = yardstick && !here;
    }
    round->start_ns = start_ns - scheduler->start_ns;
    round->wall_ns = cg_now_ns() - start_ns;
    return status;
}

enum cg_status cg_batch_prepare(struct cg_scheduler *scheduler, struct cg_error *err)
{
    const int slot = first_active(scheduler);
    if (slot == scheduler->n_jobs)
        return CG_OK;
    const double yardstick_s = scheduler->measurement->yardstick_s;
    const int worker = scheduler->jobs[slot].worker;
    struct cg_child *child = &scheduler->workers[worker].child;
    struct cg_round round = {0};
    struct cg_error local = {0};
    take_turn(scheduler, worker);
    const struct cg_yard_order order = yard_order(scheduler, slot);
    cg_wire_clear(&child->out);
    cg_wire_put(&child->out, &order, sizeof order);
    const enum cg_status status = cg_child_ask(child, CG_MSG_YARDSTICK, scheduler->protocol->hang_s + 5,
                                               scheduler->session->options.interrupted, &local);
    if (status == CG_OK)
        take_yardstick(scheduler, &child->in, &round);
    scheduler->measurement->yardstick_s = yardstick_s;
    if (status == CG_INTERRUPTED)
        return cg_fail(err, status, "%s", local.text);
    return child->alive
               ? CG_OK
               : cg_measurement_lose(scheduler->measurement, slot, false, MEASURING, local.text, err);
}

enum cg_status cg_batch_run(struct cg_scheduler *scheduler, int number, int most, double long_ns, int *n_done,
                            struct cg_error *err)
{
    struct cg_measurement *measurement = scheduler->measurement;
    const struct cg_measurement before = *measurement;
    const int pending_before = scheduler->n_pending;
    struct cg_round *rounds = measurement->rounds + measurement->n_rounds;
    const bool together = !scheduler->single && is_one_worker(scheduler);
    double fit = together ? ceil(long_ns / fmax(cg_batch_round_ns(scheduler), 1)) : 1;
    if (together && most < SHORT_REST * fit) /* the rest would be too short a stretch to be judged */
        fit = most;
    const int n = (int)fmax(1, fmin(fit, most < CG_BATCH_ROUNDS_MAX ? most : CG_BATCH_ROUNDS_MAX));
    for (int r = 0; r < n; r++)
        rounds[r] = (struct cg_round){.process = scheduler->process,
                                      .round = number + r,
                                      .steal_fraction = -1,
                                      .siblings_fraction = -1,
                                      .throttled = -1,
                                      .temperature_c = NAN};
    enum cg_status status;
    if (together) {
        const struct batch batch = {.n = order_rounds(scheduler, n),
                                    .slots = scheduler->order,
                                    .n_rounds = n,
                                    .yardstick = true,
                                    .rounds = rounds};
        status = run_batch(scheduler, &batch, err);
    } else {
        status = run_apart(scheduler, rounds, err);
    }
    if (status != CG_OK) {
        scheduler->n_pending = pending_before;
        measurement->sampled_s = before.sampled_s;
        measurement->discarded_s = before.discarded_s;
        measurement->stage_s[CG_STAGE_WARM_UP] = before.stage_s[CG_STAGE_WARM_UP];
        measurement->yardstick_s = before.yardstick_s;
        return status;
    }
    for (int r = 0; r < n; r++)
        rounds[r].overhead_ns += rounds[r].wall_ns;
    scheduler->order_round += n;
    measurement->n_rounds += n;
    *n_done = n;
    return CG_OK;
}
