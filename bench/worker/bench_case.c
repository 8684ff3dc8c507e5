#include "bench/worker/bench_case.h"

#include "base/array.h"
#include "bench/device/buffer.h"
#include "bench/device/pin.h"
#include "bench/device/state.h"
#include "bench/device/timer.h"
#include "bench/graph/text.h"
#include "bench/job/protocol.h"
#include "bench/worker/weights_file.h"

#include <math.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define WARM_UP_LEAST  4 /* windows, whatever the cap */
#define WARM_UP_BEFORE 2 /* of them before the rounds; 1 where the time of a run is known */
#define ITERATIONS_MAX 1000000

static void add_buffer(void *data, size_t bytes, void *context)
{
    struct cg_bench_case *bench_case = context;
    if (cg_array_fit(bench_case->buffers, bench_case->buffers_capacity, bench_case->n_buffers + 1))
        bench_case->buffers[bench_case->n_buffers++] = (struct cg_buffer){data, bytes};
    else
        bench_case->no_memory = true;
}

static enum cg_status prepare_cold(struct cg_bench_case *bench_case, struct cg_error *err)
{
    const struct cg_engine *engine = bench_case->engine;
    if (!cg_evict_method())
        return cg_fail(err, CG_UNAVAILABLE,
                       "this machine has no way to flush cache lines, so cold cannot be measured");
    if (!engine->buffers)
        return cg_fail(err, CG_UNSUPPORTED, "engine %s does not show its buffers, so cold cannot be measured",
                       engine->name);
    engine->buffers(bench_case->plan, add_buffer, bench_case);
    return bench_case->no_memory ? cg_fail(err, CG_NO_MEMORY, "no memory for a list of buffers") : CG_OK;
}

/* Which steps belong to the layer: those whose nodes all stand at or behind `from`. A step that holds nodes
 * of both sides cannot be told apart. */
static enum cg_status prepare_replay(struct cg_bench_case *bench_case, int from, struct cg_error *err)
{
    const struct cg_engine *engine = bench_case->engine;
    const struct cg_plan *plan = bench_case->plan;
    if (bench_case->job.setting.fusion == CG_FUSION_NONE)
        return cg_fail(err, CG_INVALID, "replay is measured with fusion full");
    if (from <= 0 || from >= bench_case->graph->n_nodes)
        return cg_fail(
            err, CG_UNSUPPORTED,
            "replay times the last layer of a stack behind its real predecessors, and this graph is "
            "no such stack; 'convgauge profile' times every layer of a network that way");
    bench_case->n_steps = engine->n_steps(plan);
    bench_case->step_ns = calloc((size_t)bench_case->n_steps + 1, sizeof *bench_case->step_ns);
    bench_case->step_counted = calloc((size_t)bench_case->n_steps + 1, sizeof *bench_case->step_counted);
    if (!bench_case->step_ns || !bench_case->step_counted)
        return cg_fail(err, CG_NO_MEMORY, "no memory for the times of steps");
    int counted = 0;
    for (int i = 0; i < bench_case->n_steps; i++) {
        struct cg_step step;
        engine->step(plan, i, &step);
        int behind = 0;
        for (int k = 0; k < step.n_nodes; k++)
            behind += step.nodes[k] >= from;
        if (behind > 0 && behind < step.n_nodes)
            return cg_fail(err, CG_UNSUPPORTED, "engine %s runs the layer and its predecessor as one step",
                           engine->name);
        bench_case->step_counted[i] = behind > 0;
        counted += behind > 0;
    }
    if (counted == 0)
        return cg_fail(err, CG_UNSUPPORTED, "engine %s has no step for the layer", engine->name);
    return CG_OK;
}

static enum cg_status set_input(struct cg_bench_case *bench_case, struct cg_error *err)
{
    float *input = cg_input_create(bench_case->graph, bench_case->input_seed, err);
    if (!input)
        return err->status;
    bench_case->engine->set_input(bench_case->plan, input);
    free(input);
    return CG_OK;
}

static enum cg_status load_job(struct cg_bench_case *bench_case, struct cg_error *err)
{
    struct cg_job_message *job = &bench_case->job;
    bench_case->graph = cg_graph_from_text(job->graph_text, err);
    if (!bench_case->graph)
        return err->status;
    bench_case->input_seed = job->weight_seed ? job->weight_seed : CG_DEFAULT_SEED;
    bench_case->weights = job->weights_path[0]
                              ? cg_weights_from_file(bench_case->graph, job->weights_path, err)
                              : cg_weights_create(bench_case->graph, bench_case->input_seed, err);
    job->setting.engine = bench_case->engine->name;
    job->graph_text = job->weights_path = NULL;
    return bench_case->weights ? CG_OK : err->status;
}

enum cg_status cg_bench_case_compile(struct cg_bench_case *bench_case,
                                     const struct cg_engine *(*find)(const char *name),
                                     int64_t smallest_sample_ns, struct cg_compiled *compiled,
                                     struct cg_error *err)
{
    struct cg_job_message *job = &bench_case->job;
    bench_case->engine = find(job->setting.engine);
    if (!bench_case->engine)
        return cg_fail(err, CG_INVALID, "there is no engine \"%s\"", job->setting.engine);
    enum cg_status status = load_job(bench_case, err);
    if (status != CG_OK)
        return status;
    if (job->sample_min_ns < smallest_sample_ns)
        job->sample_min_ns = smallest_sample_ns;
    bench_case->window_ns = job->sample_min_ns;

    const struct cg_engine *engine = bench_case->engine;
    cg_bench_case_bind(bench_case, NULL); /* what it writes first lies near; the warm-up says if it cannot */
    bench_case->memory_before = cg_peak_memory_anew();
    const int64_t start_ns = cg_now_ns();
    status = cg_plan_create(engine, bench_case->graph, bench_case->weights, &bench_case->job.setting,
                            &bench_case->plan, err);
    if (status != CG_OK)
        return status;
    compiled->compile_ns = bench_case->plan_ns = cg_now_ns() - start_ns;
    compiled->memory_bytes = engine->memory_bytes(bench_case->plan);
    engine->implementation(bench_case->plan, compiled->implementation, sizeof compiled->implementation);
    struct cg_engine_info info = {0};
    engine->probe(engine, &info);
    memcpy(compiled->version, info.version, sizeof compiled->version);
    status = set_input(bench_case, err);
    if (status == CG_OK && bench_case->job.setting.cache == CG_CACHE_COLD)
        status = prepare_cold(bench_case, err);
    if (status == CG_OK && bench_case->job.setting.cache == CG_CACHE_REPLAY)
        status = prepare_replay(bench_case, job->replay_from, err);
    return status;
}

void cg_bench_case_drop_weights(struct cg_bench_case *bench_case)
{
    cg_weights_destroy(&bench_case->weights);
}

void cg_bench_case_destroy(struct cg_bench_case **bench_case)
{
    struct cg_bench_case *c = *bench_case;
    if (!c)
        return;
    cg_thread_watch_close(&c->others);
    cg_plan_destroy(&c->plan);
    cg_weights_destroy(&c->weights);
    cg_graph_destroy(&c->graph);
    free(c->buffers);
    free(c->step_ns);
    free(c->step_counted);
    free(c);
    *bench_case = NULL;
}

enum cg_status cg_bench_case_bind(const struct cg_bench_case *bench_case, struct cg_error *err)
{
    int bound[2];
    if (!bench_case->job.setting.cpus ||
        (cg_affinity(0, bound, 2) == 1 && bound[0] == bench_case->job.setting.cpus[0]))
        return CG_OK;
    return cg_pin_self(bench_case->job.setting.cpus[0], err);
}

static enum cg_status run_replay(struct cg_bench_case *bench_case, int64_t *ns, struct cg_error *err)
{
    const enum cg_status status = bench_case->engine->run_timed(bench_case->plan, bench_case->step_ns, err);
    int64_t sum = 0;
    for (int i = 0; i < bench_case->n_steps; i++)
        if (bench_case->step_counted[i])
            sum += bench_case->step_ns[i];
    *ns = sum;
    return status;
}

enum cg_status cg_bench_case_time(struct cg_bench_case *bench_case, int iterations, int64_t *ns,
                                  struct cg_error *err)
{
    enum cg_status (*const run)(struct cg_plan *, struct cg_error *) = bench_case->engine->run;
    struct cg_plan *const plan = bench_case->plan;
    enum cg_status status = CG_OK;
    const int64_t start_ns = cg_now_ns();
    for (int i = 0; i < iterations && status == CG_OK; i++)
        status = run(plan, err);
    *ns = cg_now_ns() - start_ns;
    return status;
}

static int iterations_for(double least_ns, double run_ns)
{
    const double wanted = ceil(least_ns / fmax(run_ns, 1));
    return wanted < 1 ? 1 : wanted > ITERATIONS_MAX ? ITERATIONS_MAX : (int)wanted;
}

/* The plan's other threads, as the engine names them; of an engine that does not, all of the process. Some
 * runtimes make theirs in the first run only, or anew when another plan asked for fewer. */
static void watch_others(struct cg_bench_case *bench_case, bool again)
{
    const struct cg_engine *engine = bench_case->engine;
    if (bench_case->job.setting.threads == 1)
        return;
    if (!engine->thread_ids) {
        if (!again)
            cg_thread_watch_open(&bench_case->others, 0);
        return;
    }
    int tids[CG_THREADS_MAX];
    const int n = engine->thread_ids(bench_case->plan, tids, CG_THREADS_MAX);
    cg_thread_watch_follow(&bench_case->others, tids, n < CG_THREADS_MAX ? n : CG_THREADS_MAX);
}

static void set_iterations(struct cg_bench_case *bench_case)
{
    bench_case->iterations =
        bench_case->job.setting.cache == CG_CACHE_HOT
            ? iterations_for(CG_SAMPLE_MARGIN * (double)bench_case->job.sample_min_ns, bench_case->run_ns)
            : 1;
}

void cg_bench_case_lengthen(struct cg_bench_case *bench_case, int64_t sample_min_ns)
{
    if (sample_min_ns <= bench_case->job.sample_min_ns)
        return;
    bench_case->job.sample_min_ns = sample_min_ns;
    set_iterations(bench_case);
}

/* ---- warm-up and samples ---- */

static bool is_warm(const struct cg_bench_case *bench_case)
{
    return cg_warm_up_settled(&bench_case->warm_up) ||
           (bench_case->warm_up.n >= WARM_UP_LEAST &&
            bench_case->warm_up_ns >= bench_case->job.warmup_cap_ns);
}

/* So many runs as one window of the warm-up. */
static enum cg_status run_window(struct cg_bench_case *bench_case, int iterations, int64_t *ns,
                                 struct cg_error *err)
{
    const enum cg_status status = cg_bench_case_time(bench_case, iterations, ns, err);
    if (status != CG_OK)
        return status;
    if (bench_case->warm_up.n == 0)
        bench_case->first_run_ns = *ns;
    cg_warm_up_add(&bench_case->warm_up, (double)*ns / iterations);
    bench_case->warm_up_ns += *ns;
    bench_case->run_ns = cg_warm_up_run_ns(&bench_case->warm_up);
    return CG_OK;
}

enum cg_status cg_bench_case_run_first(struct cg_bench_case *bench_case, struct cg_error *err)
{
    int64_t ns;
    cg_bench_case_bind(bench_case, NULL);
    return run_window(bench_case, 1, &ns, err);
}

static int iterations_of_window(const struct cg_bench_case *bench_case)
{
    return bench_case->run_ns > 0 ? iterations_for((double)bench_case->window_ns, bench_case->run_ns) : 1;
}

enum cg_status cg_bench_case_warm_up(struct cg_bench_case *bench_case, bool samples_follow,
                                     struct cg_warmed *warmed, struct cg_error *err)
{
    const struct cg_warm_up *warm_up = &bench_case->warm_up;
    const int before = warm_up->known > 0 ? 1 : WARM_UP_BEFORE;
    enum cg_status status = cg_bench_case_bind(bench_case, err);
    while (status == CG_OK && !(samples_follow && warm_up->n >= before) && !is_warm(bench_case)) {
        int64_t ns;
        status = run_window(bench_case, iterations_of_window(bench_case), &ns, err);
    }
    if (status != CG_OK)
        return status;
    bench_case->run_ns = cg_warm_up_run_ns(warm_up);
    set_iterations(bench_case);
    watch_others(bench_case, false);
    *warmed = (struct cg_warmed){.run_ns = bench_case->run_ns, .settled = cg_warm_up_settled(warm_up)};
    return CG_OK;
}

/* What is left of the warm-up, before the first sample: *ns in all, *last_ns its last window. */
static enum cg_status finish_warm_up(struct cg_bench_case *bench_case, int64_t *ns, int64_t *last_ns,
                                     struct cg_error *err)
{
    *ns = *last_ns = 0;
    while (!is_warm(bench_case)) {
        const enum cg_status status = run_window(bench_case, iterations_of_window(bench_case), last_ns, err);
        if (status != CG_OK)
            return status;
        *ns += *last_ns;
        set_iterations(bench_case);
    }
    return CG_OK;
}

/* As long as cg_discard_ns() says, give or take half a run, and at least discard_min_ns. */
static enum cg_status run_discarded(struct cg_bench_case *bench_case, struct cg_round_sample *sample,
                                    struct cg_error *err)
{
    const int64_t least_ns = bench_case->job.discard_min_ns;
    int64_t all_ns, last_ns;
    enum cg_status status = finish_warm_up(bench_case, &all_ns, &last_ns, err);
    int64_t *ns = &sample->discarded_ns;
    *ns = last_ns > least_ns ? last_ns : all_ns < least_ns ? all_ns : least_ns;
    sample->warm_up_ns = all_ns - *ns;
    const double wanted_ns = cg_discard_ns(bench_case->run_ns, least_ns);
    while (status == CG_OK && (*ns < least_ns || (double)*ns < wanted_ns - 0.5 * bench_case->run_ns)) {
        int64_t more_ns;
        status = cg_bench_case_time(bench_case, iterations_for(wanted_ns - (double)*ns, bench_case->run_ns),
                                    &more_ns, err);
        *ns += more_ns;
    }
    return status;
}

void cg_bench_case_evict(struct cg_bench_case *bench_case)
{
    for (int i = 0; bench_case->job.setting.cache == CG_CACHE_COLD && i < bench_case->n_buffers; i++)
        cg_evict(bench_case->buffers[i].data, bench_case->buffers[i].bytes);
}

static enum cg_status sample_once(struct cg_bench_case *bench_case, int64_t *ns, struct cg_error *err)
{
    if (bench_case->job.setting.cache == CG_CACHE_REPLAY)
        return run_replay(bench_case, ns, err);
    cg_bench_case_evict(bench_case);
    return cg_bench_case_time(bench_case, bench_case->iterations, ns, err);
}

static int involuntary_switches(void)
{
    struct rusage usage;
    return getrusage(RUSAGE_THREAD, &usage) == 0 ? (int)usage.ru_nivcsw : 0;
}

/* Where the other threads were, and whether they were to be there. */
static void read_placement(const struct cg_bench_case *bench_case, struct cg_round_sample *sample)
{
    int ran[CG_THREADS_MAX];
    const int n = cg_thread_watch_ran(&bench_case->others, ran, CG_THREADS_MAX);
    if (bench_case->job.setting.cpus &&
        !cg_placement_is_right(sample->cpu, ran, n, bench_case->job.setting.cpus,
                               bench_case->job.setting.threads))
        sample->migrated = true;
    sample->placed = cg_placement_format(ran, n, sample->placement, sizeof sample->placement) <
                     (int)sizeof sample->placement;
}

enum cg_status cg_bench_case_sample(struct cg_bench_case *bench_case, struct cg_round_sample *sample,
                                    struct cg_error *err)
{
    enum cg_status status = cg_bench_case_bind(bench_case, err);
    *sample = (struct cg_round_sample){0};
    if (status == CG_OK)
        status = run_discarded(bench_case, sample, err);
    sample->settled = cg_warm_up_settled(&bench_case->warm_up);
    watch_others(bench_case, true);
    cg_thread_watch_mark(&bench_case->others);
    while (status == CG_OK) {
        const int switches = involuntary_switches();
        const int cpu = cg_current_cpu();
        status = sample_once(bench_case, &sample->ns, err);
        sample->cpu = cg_current_cpu();
        sample->migrated = bench_case->job.setting.cpus ? sample->cpu != bench_case->job.setting.cpus[0]
                                                        : sample->cpu != cpu;
        sample->involuntary_switches = involuntary_switches() - switches;
        sample->iterations = bench_case->iterations;
        if (bench_case->job.setting.cache != CG_CACHE_HOT || sample->ns >= bench_case->job.sample_min_ns ||
            bench_case->iterations >= ITERATIONS_MAX)
            break;
        /* Too short to count: the runs became faster than the warm-up saw. */
        sample->discarded_ns += sample->ns;
        bench_case->iterations = iterations_for(CG_SAMPLE_MARGIN * (double)bench_case->job.sample_min_ns,
                                                (double)sample->ns / bench_case->iterations);
    }
    if (status == CG_OK && bench_case->job.setting.threads > 1)
        read_placement(bench_case, sample);
    const struct cg_engine *engine = bench_case->plan->engine;
    if (engine->settle)
        engine->settle(bench_case->plan); /* its threads must not spin into the next case's sample */
    return status;
}
