#include "tests/faulty_engine.h"

#include "base/clock.h"
#include "bench/worker/frame.h"
#include "tests/slow_down.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct faulty_plan {
    struct cg_plan base;
    struct cg_plan *inner;
    enum cg_fault fault;
    int settled;    /* how many samples have ended */
    double owed_ns; /* of cg_slow_down() */
    pthread_t thread;
    bool has_thread;
    atomic_bool stop;
};

static const struct cg_engine *inner_engine(enum cg_fault fault)
{
    const bool fast = fault == CG_FAULT_NATIVE || fault == CG_FAULT_SLOW || fault == CG_FAULT_SLOW3;
    return cg_engine_find(fast ? "native" : "reference");
}

static struct cg_plan *inner_of(const struct cg_plan *plan)
{
    return ((const struct faulty_plan *)plan)->inner;
}

static void crash(void)
{
    signal(SIGSEGV, SIG_DFL); /* a sanitizer's handler would end the process with a status instead */
    raise(SIGSEGV);
}

static void *spin(void *context)
{
    struct faulty_plan *plan = context;
    while (!atomic_load(&plan->stop))
        ;
    return NULL;
}

static void hang(void)
{
    for (;;)
        pause();
}

static enum cg_status compile_as(enum cg_fault fault, const struct cg_engine *engine,
                                 const struct cg_graph *graph, const struct cg_weights *weights,
                                 const struct cg_setting *options, struct cg_plan **plan,
                                 struct cg_error *err)
{
    if (fault == CG_FAULT_CRASH_COMPILE)
        crash();
    if (fault == CG_FAULT_HANG_COMPILE)
        hang();
    if (fault == CG_FAULT_HUNGRY)
        return cg_fail(err, CG_NO_MEMORY, "no memory for an arena");
    if (fault == CG_FAULT_CHATTY)
        printf("this must not reach the results\n");
    struct faulty_plan *made = calloc(1, sizeof *made);
    if (!made)
        return cg_fail(err, CG_NO_MEMORY, "no memory for a plan");
    made->fault = fault;
    const enum cg_status status = inner_engine(fault)->compile(graph, weights, options, &made->inner, err);
    if (status != CG_OK) {
        free(made);
        return status;
    }
    made->base = *made->inner;
    made->base.engine = engine;
    *plan = &made->base;
    if (fault == CG_FAULT_RESTLESS)
        made->has_thread = pthread_create(&made->thread, NULL, spin, made) == 0;
    return CG_OK;
}

static enum cg_status run(struct cg_plan *plan, struct cg_error *err)
{
    struct faulty_plan *faulty = (struct faulty_plan *)plan;
    const bool due = faulty->settled > 0; /* in the second sample, however many runs one takes */
    const int64_t start_ns = cg_now_ns();
    const enum cg_status status = faulty->inner->engine->run(faulty->inner, err);
    switch (faulty->fault) {
    case CG_FAULT_SLOW:
        cg_slow_down(&faulty->owed_ns, 0.05, start_ns);
        break;
    case CG_FAULT_SLOW3:
        cg_slow_down(&faulty->owed_ns, 0.03, start_ns);
        break;
    case CG_FAULT_LASTING:
        nanosleep(&(struct timespec){.tv_nsec = 2200000}, NULL);
        break;
    case CG_FAULT_ABORT_RUN:
        abort();
    case CG_FAULT_CRASH_RUN:
        if (due)
            crash();
        break;
    case CG_FAULT_HANG_RUN:
        if (due)
            hang();
        break;
    case CG_FAULT_EXIT_RUN:
        if (due)
            _exit(7);
        break;
    case CG_FAULT_ERROR_RUN:
        if (due)
            return cg_fail(err, CG_FAILED, "the kernel gave up");
        break;
    case CG_FAULT_GARBAGE:
        if (due && write(CG_WORKER_SOCKET, "stray bytes that are longer than a header", 41) != 41)
            return cg_fail(err, CG_IO, "cannot write garbage");
        break;
    default:
        break;
    }
    return status;
}

static enum cg_status run_timed(struct cg_plan *plan, int64_t *step_ns, struct cg_error *err)
{
    return inner_of(plan)->engine->run_timed(inner_of(plan), step_ns, err);
}

static void settle(struct cg_plan *plan)
{
    ((struct faulty_plan *)plan)->settled++;
}

static void get_output(const struct cg_plan *plan, float *nhwc)
{
    const struct faulty_plan *faulty = (const struct faulty_plan *)plan;
    faulty->inner->engine->get_output(faulty->inner, nhwc);
    if (faulty->fault == CG_FAULT_WRONG)
        nhwc[0] = nhwc[0] * 1.01f + 0.01f;
}

static void set_input(struct cg_plan *plan, const float *nhwc)
{
    inner_of(plan)->engine->set_input(inner_of(plan), nhwc);
}

static int n_steps(const struct cg_plan *plan)
{
    return inner_of(plan)->engine->n_steps(inner_of(plan));
}

static void step(const struct cg_plan *plan, int i, struct cg_step *out)
{
    inner_of(plan)->engine->step(inner_of(plan), i, out);
}

static int64_t memory_bytes(const struct cg_plan *plan)
{
    return inner_of(plan)->engine->memory_bytes(inner_of(plan));
}

static void implementation(const struct cg_plan *plan, char *text, size_t size)
{
    snprintf(text, size, "wrapped");
}

static void buffers(const struct cg_plan *plan, void (*visit)(void *, size_t, void *), void *context)
{
    if (inner_of(plan)->engine->buffers)
        inner_of(plan)->engine->buffers(inner_of(plan), visit, context);
}

static void destroy(struct cg_plan *plan)
{
    struct faulty_plan *faulty = (struct faulty_plan *)plan;
    if (faulty->has_thread) {
        atomic_store(&faulty->stop, true);
        pthread_join(faulty->thread, NULL);
    }
    cg_plan_destroy(&faulty->inner);
    free(faulty);
}

static void probe(const struct cg_engine *engine, struct cg_engine_info *info)
{
    *info = (struct cg_engine_info){.available = true};
    snprintf(info->version, sizeof info->version, "test");
}

static bool supports(const struct cg_graph *graph, int id, char *why, size_t why_size)
{
    return true;
}

static const struct cg_engine engines[];

#define CG_FAULT_COMPILE(id, name_, what)                                                                    \
    static enum cg_status compile_##id(const struct cg_graph *graph, const struct cg_weights *weights,       \
                                       const struct cg_setting *options, struct cg_plan **plan,              \
                                       struct cg_error *err)                                                 \
    {                                                                                                        \
        return compile_as(id, &engines[id], graph, weights, options, plan, err);                             \
    }
CG_FAULTS(CG_FAULT_COMPILE)
#undef CG_FAULT_COMPILE

static const struct cg_engine engines[] = {
#define CG_FAULT_ENGINE(id, name_, what)                                                                     \
    [id] = {.name = name_,                                                                                   \
            .summary = what,                                                                                 \
            .probe = probe,                                                                                  \
            .supports = supports,                                                                            \
            .compile = compile_##id,                                                                         \
            .set_input = set_input,                                                                          \
            .get_output = get_output,                                                                        \
            .run = run,                                                                                      \
            .run_timed = run_timed,                                                                          \
            .n_steps = n_steps,                                                                              \
            .step = step,                                                                                    \
            .memory_bytes = memory_bytes,                                                                    \
            .implementation = implementation,                                                                \
            .buffers = buffers,                                                                              \
            .settle = settle,                                                                                \
            .destroy = destroy},
    CG_FAULTS(CG_FAULT_ENGINE)
#undef CG_FAULT_ENGINE
};

const struct cg_engine *cg_test_engine_find(const char *name)
{
    for (int i = 0; i < CG_FAULT_COUNT; i++)
        if (strcmp(engines[i].name, name) == 0)
            return &engines[i];
    return cg_engine_find(name);
}
