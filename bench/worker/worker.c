/* The worker's side: answers one message after the other until it is told to quit or the scheduler is gone.
 */
#include "bench/worker/worker.h"

#include "base/array.h"
#include "bench/job/measurement.h"

#include "bench/worker/bench_case.h"
#include "bench/worker/frame.h"
#include "bench/worker/messages.h"

#include "bench/device/emulation.h"
#include "bench/device/state.h"
#include "bench/device/timer.h"
#include "bench/device/yardstick.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define SLOTS_MAX           65536
#define TICKS_A_SAMPLE      1000
#define FREQUENCY_NS        10000
#define POOL_SLEEP_LIMIT_NS 50000000

struct worker {
    const struct cg_engine *(*find)(const char *name);
    struct cg_bench_case **cases; /* by slot; NULL where there is none */
    int n_cases, cases_capacity;
    const struct cg_bench_case *last; /* that ran */
    int64_t smallest_sample_ns;
    struct cg_yardstick *yardstick;
    struct cg_counter_set *counters;
};

/* A message to be answered. */
struct request {
    struct worker *worker;
    struct cg_bench_case *bench_case; /* that the message begins with; NULL where it is about none */
    struct cg_wire *in, *out;
};

typedef enum cg_status handler(const struct request *request, struct cg_error *err);

static enum cg_status damaged(struct cg_error *err)
{
    return cg_fail(err, CG_INVALID, "a message to the worker is damaged");
}

static struct cg_bench_case *case_of_slot(struct worker *worker, int slot, struct cg_error *err)
{
    if (slot < 0 || slot >= worker->n_cases || !worker->cases[slot]) {
        cg_fail(err, CG_INVALID, "the worker has no case %d", slot);
        return NULL;
    }
    return worker->cases[slot];
}

static enum cg_status handle_hello(const struct request *request, struct cg_error *err)
{
    cg_wire_put_i32(request->out, (int32_t)getpid());
    return CG_OK;
}

/* 1000 ticks of the clock, at least; measured once and only when a case is compiled. */
static void measure_tick(struct worker *worker)
{
    if (worker->smallest_sample_ns > 0)
        return;
    const double tick_ns = cg_timer_tick_ns();
    worker->smallest_sample_ns =
        tick_ns > 0 && tick_ns < 1e6 ? (int64_t)ceil(TICKS_A_SAMPLE * tick_ns) : 1000000;
}

/* Room for the case in the slot. */
static enum cg_status grow(struct worker *worker, int slot, struct cg_error *err)
{
    if (slot < 0 || slot >= SLOTS_MAX)
        return damaged(err);
    if (!cg_array_fit(worker->cases, worker->cases_capacity, slot + 1))
        return cg_fail(err, CG_NO_MEMORY, "no memory for a case");
    for (; worker->n_cases <= slot; worker->n_cases++)
        worker->cases[worker->n_cases] = NULL;
    return CG_OK;
}

static enum cg_status handle_compile(const struct request *request, struct cg_error *err)
{
    struct worker *worker = request->worker;
    struct cg_compiled compiled = {0};
    const int slot = cg_wire_get_i32(request->in);
    enum cg_status status = grow(worker, slot, err);
    if (status != CG_OK)
        return status;
    struct cg_bench_case **place = &worker->cases[slot];
    cg_bench_case_destroy(place);
    *place = calloc(1, sizeof **place);
    if (!*place)
        return cg_fail(err, CG_NO_MEMORY, "no memory for a case");
    measure_tick(worker);
    status = cg_get_job(request->in, &(*place)->job)
                 ? cg_bench_case_compile(*place, worker->find, worker->smallest_sample_ns, &compiled, err)
                 : damaged(err);
    if (status != CG_OK)
        cg_bench_case_destroy(place);
    cg_wire_put(request->out, &compiled, sizeof compiled);
    return status;
}

static enum cg_status handle_check(const struct request *request, struct cg_error *err)
{
    size_t size;
    const void *reference = cg_wire_get_bytes(request->in, &size);
    if (request->in->failed)
        return damaged(err);
    return cg_check_case(request->bench_case, reference, size, request->out, err);
}

static enum cg_status handle_warm_up(const struct request *request, struct cg_error *err)
{
    struct cg_warmed warmed;
    const bool samples_follow = cg_wire_get_i32(request->in);
    request->bench_case->warm_up.known = cg_wire_get_f64(request->in);
    if (request->in->failed)
        return damaged(err);
    cg_bench_case_drop_weights(request->bench_case);
    const enum cg_status status = cg_bench_case_warm_up(request->bench_case, samples_follow, &warmed, err);
    request->worker->last = request->bench_case;
    cg_wire_put(request->out, &warmed, sizeof warmed);
    return status;
}

/* Threads of the case that ran last may still be on their way to sleep; those that `next` (NULL: the
 * yardstick) runs on as well need not. */
static bool wait_for_others(const struct worker *worker, const struct cg_bench_case *next)
{
    if (!worker->last)
        return true;
    const struct cg_thread_watch *last = &worker->last->others;
    if (last->n == 0 || (next && cg_thread_watch_same(last, &next->others)))
        return true;
    return cg_thread_watch_wait(last, POOL_SLEEP_LIMIT_NS);
}

static enum cg_status sample_slot(struct worker *worker, int slot, int64_t sample_min_ns, struct cg_wire *out,
                                  struct cg_error *err)
{
    struct cg_bench_case *bench_case = case_of_slot(worker, slot, err);
    if (!bench_case)
        return err->status;
    struct cg_round_sample sample;
    const bool asleep = wait_for_others(worker, bench_case);
    cg_bench_case_lengthen(bench_case, sample_min_ns);
    const enum cg_status status = cg_bench_case_sample(bench_case, &sample, err);
    worker->last = bench_case;
    sample.awake = !asleep;
    cg_wire_put(out, &sample, sizeof sample);
    return status;
}

static enum cg_status run_yardstick(struct worker *worker, const struct cg_yard_order *order,
                                    struct cg_wire *out, struct cg_error *err)
{
    struct cg_yard yard = {0};
    struct cg_bench_case *bench_case = case_of_slot(worker, order->slot, err);
    enum cg_status status = bench_case ? cg_bench_case_bind(bench_case, err) : err->status;
    if (status == CG_OK && !worker->yardstick)
        status = cg_yardstick_create(order->fma_iterations, order->l2_passes, order->part_ns,
                                     &worker->yardstick, err);
    if (status != CG_OK)
        return status;
    wait_for_others(worker, NULL);
    struct cg_yardstick_times times;
    const int64_t start_ns = cg_now_ns();
    cg_yardstick_run(worker->yardstick, &times);
    cg_yardstick_work(worker->yardstick, &yard.fma_iterations, &yard.l2_passes);
    cg_yardstick_bytes(worker->yardstick, &yard.l2_pass_bytes, &yard.far_bytes);
    yard.fma_ns = times.fma_ns;
    yard.l2_ns = times.l2_ns;
    yard.far_ns = times.far_ns;
    const double frequency_hz = cg_measure_frequency(FREQUENCY_NS);
    yard.frequency_hz = frequency_hz > 0 ? frequency_hz : 0;
    yard.all_ns = cg_now_ns() - start_ns;
    cg_wire_put(out, &yard, sizeof yard);
    return CG_OK;
}

static enum cg_status handle_yardstick(const struct request *request, struct cg_error *err)
{
    struct cg_yard_order order;
    return cg_wire_get(request->in, &order, sizeof order)
               ? run_yardstick(request->worker, &order, request->out, err)
               : damaged(err);
}

static enum cg_status handle_round(const struct request *request, struct cg_error *err)
{
    struct worker *worker = request->worker;
    struct cg_wire *in = request->in, *out = request->out;
    struct cg_rounds_order order;
    if (!cg_wire_get(in, &order, sizeof order))
        return damaged(err);
    for (int r = 0; r < order.n_rounds; r++) {
        const int64_t start_ns = cg_now_ns();
        cg_wire_put_i64(out, start_ns);
        enum cg_status status = order.yard.slot < 0 ? CG_OK : run_yardstick(worker, &order.yard, out, err);
        for (int i = 0; i < order.n && status == CG_OK; i++) {
            const int slot = cg_wire_get_i32(in);
            status = in->failed ? damaged(err) : sample_slot(worker, slot, order.sample_min_ns, out, err);
        }
        if (status != CG_OK)
            return status;
        cg_wire_put_i64(out, cg_now_ns() - start_ns);
    }
    return in->failed ? damaged(err) : CG_OK;
}

static enum cg_status handle_steps(const struct request *request, struct cg_error *err)
{
    const int pairs = cg_wire_get_i32(request->in);
    return request->in->failed || pairs < 0 ? damaged(err)
                                            : cg_step_times(request->bench_case, pairs, request->out, err);
}

static enum cg_status handle_counters(const struct request *request, struct cg_error *err)
{
    const char *list = cg_wire_get_text(request->in);
    if (request->in->failed)
        return damaged(err);
    cg_counters_close(&request->worker->counters);
    return cg_counters_open(list, &request->worker->counters, err);
}

static enum cg_status handle_count(const struct request *request, struct cg_error *err)
{
    struct worker *worker = request->worker;
    double values[CG_COUNTERS_MAX];
    if (!worker->counters)
        return cg_fail(err, CG_INVALID, "the worker was not told what to count");
    wait_for_others(worker, request->bench_case);
    worker->last = request->bench_case;
    const enum cg_status status = cg_count_case(request->bench_case, worker->counters, values, err);
    const int n = cg_counters_count(worker->counters);
    cg_wire_put_i32(request->out, n);
    for (int i = 0; i < n; i++) {
        const struct cg_counter *counter = cg_counters_get(worker->counters, i);
        struct cg_job_counter counted = {.value = values[i], .relative_error = counter->relative_error};
        snprintf(counted.name, sizeof counted.name, "%s", counter->name);
        snprintf(counted.unit, sizeof counted.unit, "%s", counter->unit);
        cg_wire_put(request->out, &counted, sizeof counted);
    }
    return status;
}

static enum cg_status handle_latency(const struct request *request, struct cg_error *err)
{
    const int runs = cg_wire_get_i32(request->in);
    const int64_t limit_ns = cg_wire_get_i64(request->in);
    if (request->in->failed || runs < 1)
        return damaged(err);
    wait_for_others(request->worker, request->bench_case);
    request->worker->last = request->bench_case;
    return cg_latency_case(request->bench_case, runs, limit_ns, request->out, err);
}

static enum cg_status handle_load(const struct request *request, struct cg_error *err)
{
    double runs;
    int64_t began_ns;
    const int64_t from_ns = cg_wire_get_i64(request->in), until_ns = cg_wire_get_i64(request->in);
    if (request->in->failed)
        return damaged(err);
    request->worker->last = request->bench_case;
    const enum cg_status status = cg_load_case(request->bench_case, from_ns, until_ns, &runs, &began_ns, err);
    cg_wire_put_f64(request->out, runs);
    cg_wire_put_i64(request->out, began_ns);
    return status;
}

static const struct {
    handler *run;
    bool has_case; /* the message begins with the slot of a case */
} handlers[CG_MESSAGE_COUNT] = {
    [CG_MSG_HELLO] = {handle_hello},       [CG_MSG_COMPILE] = {handle_compile},
    [CG_MSG_CHECK] = {handle_check, true}, [CG_MSG_WARM_UP] = {handle_warm_up, true},
    [CG_MSG_ROUND] = {handle_round},       [CG_MSG_YARDSTICK] = {handle_yardstick},
    [CG_MSG_STEPS] = {handle_steps, true}, [CG_MSG_COUNTERS] = {handle_counters},
    [CG_MSG_COUNT] = {handle_count, true}, [CG_MSG_LATENCY] = {handle_latency, true},
    [CG_MSG_LOAD] = {handle_load, true},
};

static enum cg_status handle(struct request *request, int type, struct cg_error *err)
{
    if (type < 0 || type >= CG_MESSAGE_COUNT || !handlers[type].run)
        return cg_fail(err, CG_INVALID, "the worker knows no message of type %d", type);
    if (handlers[type].has_case) {
        request->bench_case = case_of_slot(request->worker, cg_wire_get_i32(request->in), err);
        if (!request->bench_case)
            return err->status;
    }
    return handlers[type].run(request, err);
}

/* The answer's head holds a status; what a handler wrote before it failed is dropped. */
static enum cg_status answer(struct request request, int type, struct cg_error *err)
{
    struct cg_error failed = {0};
    cg_wire_clear(request.out);
    cg_put_status(request.out, &failed);
    if (handle(&request, type, &failed) != CG_OK) {
        cg_wire_clear(request.out);
        cg_put_status(request.out, &failed);
    }
    return cg_frame_send(CG_WORKER_SOCKET, type, request.out, err);
}

enum cg_status cg_worker_main(int argc, char **argv, const struct cg_engine *(*find)(const char *name),
                              struct cg_error *err)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    /* Orphaned before the request was in force, or called by hand: there is nobody to work for. */
    if (argc != 3 || strtol(argv[1], NULL, 10) != CG_FRAME_VERSION ||
        strtol(argv[2], NULL, 10) != (long)getppid())
        return cg_fail(err, CG_INVALID, "'worker' is called by the program itself");
    struct worker worker = {.find = find};
    struct cg_wire in = {0}, out = {0};
    enum cg_status status;
    int type = CG_MSG_HELLO;
    do {
        status = cg_frame_receive(CG_WORKER_SOCKET, &type, &in, NULL, NULL, err);
        if (status == CG_OK && type != CG_MSG_QUIT)
            status = answer((struct request){&worker, NULL, &in, &out}, type, err);
    } while (status == CG_OK && type != CG_MSG_QUIT);
    for (int i = 0; i < worker.n_cases; i++)
        cg_bench_case_destroy(&worker.cases[i]);
    free(worker.cases);
    cg_yardstick_destroy(&worker.yardstick);
    cg_counters_close(&worker.counters);
    cg_wire_free(&in);
    cg_wire_free(&out);
    return status;
}
