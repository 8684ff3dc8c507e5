#include "tests/bench_direct.h"

#include "base/clock.h"
#include "bench/config/config.h"
#include "bench/stats/stats.h"
#include "kernels/engine.h"

#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PROCESSES 6
#define ROUNDS    12
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

static double time_program(const struct direct_program *program, int iterations)
{
    const double start = (double)cg_now_ns();
    for (int i = 0; i < iterations; i++)
        program->run(program->state);
    return ((double)cg_now_ns() - start) / iterations;
}

static double time_plan(struct cg_plan *plan, int iterations)
{
    const double start = (double)cg_now_ns();
    for (int i = 0; i < iterations; i++)
        plan->engine->run(plan, NULL);
    return ((double)cg_now_ns() - start) / iterations;
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

/* What a process tells: the median over rounds of log(engine / program), and the best times in ns. */
static void measure(const struct direct_program *program, struct cg_plan *plan)
{
    const int iterations = (int)(SAMPLE_NS / time_program(program, 3)) + 1;
    double logs[ROUNDS], best_program = INFINITY, best_plan = INFINITY;
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
        logs[i] = log(a / b);
        best_plan = fmin(best_plan, a);
        best_program = fmin(best_program, b);
    }
    printf("%.9g %.9g %.9g\n", cg_median(logs, ROUNDS), best_program, best_plan);
}

static int run_one(const struct direct_program *program, bool steps)
{
    struct cg_error err = {0};
    struct cg_network *network = NULL;
    struct cg_weights *weights = NULL;
    struct cg_plan *plan = NULL;
    const int cpus[1] = {sched_getcpu()};
    const struct cg_setting options = {
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
    if (status == CG_OK) {
        float *input = bench_floats(cg_shape_elements(plan->graph->nodes[plan->graph->input].shape), 1.7f);
        plan->engine->set_input(plan, input);
        free(input);
        measure(program, plan);
        if (steps)
            print_steps(plan);
    } else {
        fprintf(stderr, "%s on %s: %s\n", program->network, program->engine, err.text);
    }
    cg_plan_destroy(&plan);
    cg_weights_destroy(&weights);
    cg_network_destroy(&network);
    cg_config_close(&config);
    return status == CG_OK ? 0 : 2;
}

/* One log-ratio a process: each has an address layout of its own. */
static int run_processes(const char *self, const struct direct_program *program)
{
    double logs[PROCESSES], best_program = INFINITY, best_plan = INFINITY;
    char command[4200];
    snprintf(command, sizeof command, "exec '%s' %s", self, program->network);
    for (int i = 0; i < PROCESSES; i++) {
        double a, b;
        FILE *process = popen(command, "r");
        const bool told = process && fscanf(process, "%lf %lf %lf", &logs[i], &a, &b) == 3;
        if (!process || pclose(process) != 0 || !told) {
            fprintf(stderr, "%s on %s: a process failed\n", program->network, program->engine);
            return 2;
        }
        best_program = fmin(best_program, a);
        best_plan = fmin(best_plan, b);
    }
    const struct cg_interval ratio = cg_ratio_of(cg_estimate_of(logs, PROCESSES));
    printf("%-8s %-20s program %7.3f ms, engine %7.3f ms (best); engine / program %.3f [%.3f, %.3f]\n",
           program->engine, program->network, best_program / 1e6, best_plan / 1e6, ratio.value, ratio.low,
           ratio.high);
    fflush(stdout);
    return ratio.low > ALLOWED;
}

int bench_direct(int argc, char **argv, const struct direct_program *programs, int n_programs)
{
    int worst = 0;
    char self[4096] = "";
    if (argc < 2 && readlink("/proc/self/exe", self, sizeof self - 1) < 0) {
        perror("/proc/self/exe");
        return 2;
    }
    for (int i = 0; i < n_programs && argc < 2; i++) {
        const int result = run_processes(self, &programs[i]);
        worst = result > worst ? result : worst;
    }
    if (argc < 2)
        return worst;
    for (int i = 0; i < n_programs; i++)
        if (strcmp(argv[1], programs[i].network) == 0)
            return run_one(&programs[i], argc > 2);
    fprintf(stderr, "no program for '%s' here\n", argv[1]);
    return 2;
}
