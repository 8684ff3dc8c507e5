#include "tests/bench_direct.h"

#include "bench/config/config.h"
#include "kernels/engine.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROUNDS    24
#define SAMPLE_NS 40e6
#define ALLOWED   1.03

float *bench_floats(int64_t n, float scale)
{
    static uint64_t state = 88172645463325252u;
    float *values = aligned_alloc(64, ((size_t)n * sizeof(float) + 1087) / 64 * 64);
    for (int64_t i = 0; values && i < n; i++) {
        state ^= state << 13, state ^= state >> 7, state ^= state << 17; /* xorshift64 */
        values[i] = scale * (float)((double)(state >> 11) / 4503599627370496.0 - 1.0);
    }
    if (!values) {
        fprintf(stderr, "no memory\n");
        exit(2);
    }
    return values;
}

static double now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double time_program(const struct direct_program *program, int iterations)
{
    const double start = now_ns();
    for (int i = 0; i < iterations; i++)
        program->run(program->state);
    return (now_ns() - start) / iterations;
}

static double time_plan(struct cg_plan *plan, int iterations)
{
    const double start = now_ns();
    for (int i = 0; i < iterations; i++)
        plan->engine->run(plan, NULL);
    return (now_ns() - start) / iterations;
}

static int compare(double a, double b)
{
    return a < b ? -1 : a > b;
}

static int compare_doubles(const void *a, const void *b)
{
    return compare(*(const double *)a, *(const double *)b);
}

static void print_steps(struct cg_plan *plan)
{
    const int n = plan->engine->n_steps(plan);
    int64_t *ns = calloc((size_t)n, sizeof *ns);
    for (int i = 0; ns && i < 5; i++)
        plan->engine->run_timed(plan, ns, NULL);
    for (int i = 0; ns && i < n; i++) {
        struct cg_step step;
        plan->engine->step(plan, i, &step);
        printf("  %9.1f us  %-12s %-24s %s\n", (double)ns[i] / 1e3, cg_category_name(step.category),
               step.n_nodes ? plan->graph->nodes[step.nodes[0]].name : "reorder", step.implementation);
    }
    free(ns);
}

static int measure(const struct direct_program *program, struct cg_plan *plan)
{
    const int iterations = (int)(SAMPLE_NS / time_program(program, 3)) + 1;
    double ratios[ROUNDS], best_program = INFINITY, best_plan = INFINITY, mean = 0, squares = 0;
    time_plan(plan, iterations);
    time_program(program, iterations);
    for (int i = 0; i < ROUNDS; i++) { /* in turns, each first in half of the rounds */
        double a, b;
        if (i % 2) {
            a = time_plan(plan, iterations);
            b = time_program(program, iterations);
        } else {
            b = time_program(program, iterations);
            a = time_plan(plan, iterations);
        }
        ratios[i] = a / b;
        best_plan = fmin(best_plan, a);
        best_program = fmin(best_program, b);
        mean += log(a / b) / ROUNDS;
    }
    for (int i = 0; i < ROUNDS; i++)
        squares += (log(ratios[i]) - mean) * (log(ratios[i]) - mean);
    const double half = 2.069 * sqrt(squares / (ROUNDS - 1) / ROUNDS); /* t, 23 degrees of freedom */
    qsort(ratios, ROUNDS, sizeof ratios[0], compare_doubles);
    printf("%-8s %-22s program %8.3f ms, engine %8.3f ms (best); engine / program: median %.3f, mean %.3f "
           "[%.3f, %.3f]\n",
           program->engine, program->network, best_program / 1e6, best_plan / 1e6,
           (ratios[ROUNDS / 2 - 1] + ratios[ROUNDS / 2]) / 2, exp(mean), exp(mean - half), exp(mean + half));
    return exp(mean - half) > ALLOWED;
}

int bench_direct(const struct direct_program *program)
{
    struct cg_error err = {0};
    struct cg_network *network = NULL;
    struct cg_weights *weights = NULL;
    struct cg_plan *plan = NULL;
    const int cpus[1] = {0};
    const struct cg_compile_options options = {
        .threads = 1, .cpus = cpus, .isa = cg_isa_best(), .fusion = CG_FUSION_FULL};
    struct cg_config *config = cg_config_open(&err);
    if (config)
        network = cg_config_load_network(config, program->network, NULL, &err);
    if (network)
        weights = cg_weights_create(network->graph, CG_DEFAULT_SEED, &err);
    enum cg_status status = weights ? CG_OK : err.status;
    if (weights)
        status =
            cg_plan_create(cg_engine_find(program->engine), network->graph, weights, &options, &plan, &err);
    int result = 2;
    if (status == CG_OK) {
        float *input = bench_floats(cg_shape_elements(plan->graph->nodes[plan->graph->input].shape), 1.7f);
        plan->engine->set_input(plan, input);
        free(input);
        result = measure(program, plan);
        if (getenv("BENCH_STEPS"))
            print_steps(plan);
    } else {
        fprintf(stderr, "%s on %s: %s\n", program->network, program->engine, err.text);
    }
    cg_plan_destroy(&plan);
    cg_weights_destroy(&weights);
    cg_network_destroy(&network);
    cg_config_close(&config);
    return result;
}
