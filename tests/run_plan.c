/* Runs the plan of a network so many times and ends: what tools of others (hyperfine, perf stat) can time. A
 * process that runs it N times and one that runs it 2 N times differ by N runs; all else is the same in both.
 */
#include "base/random.h"
#include "bench/config/config.h"
#include "kernels/engine.h"

#include <stdio.h>
#include <stdlib.h>

/* An input as measuring has it, values between -1 and 1: memory that was never written reads faster. */
static enum cg_status set_input(const struct cg_engine *engine, struct cg_plan *plan, struct cg_error *err)
{
    const struct cg_shape shape = plan->graph->nodes[plan->graph->input].shape;
    const size_t n = (size_t)shape.n * (size_t)shape.h * (size_t)shape.w * (size_t)shape.c;
    uint64_t random = CG_DEFAULT_SEED;
    float *input = malloc(n * sizeof *input);
    if (!input)
        return cg_fail(err, CG_NO_MEMORY, "no memory for an input");
    for (size_t i = 0; i < n; i++)
        input[i] = (float)(2 * cg_random_uniform(&random) - 1);
    engine->set_input(plan, input);
    free(input);
    return CG_OK;
}

static enum cg_status run_plan(const struct cg_network *network, const struct cg_weights *weights, long runs,
                               struct cg_error *err)
{
    const struct cg_setting setting = {.threads = 1, .isa = cg_isa_best(), .fusion = CG_FUSION_FULL};
    const struct cg_engine *engine = cg_engine_find("native");
    struct cg_plan *plan = NULL;
    enum cg_status status = cg_plan_create(engine, network->graph, weights, &setting, &plan, err);
    status = status ?: set_input(engine, plan, err);
    for (long i = 0; status == CG_OK && i < runs; i++)
        status = engine->run(plan, err);
    cg_plan_destroy(&plan);
    return status;
}

int main(int argc, char **argv)
{
    struct cg_error err = {0};
    char *end = NULL;
    const long runs = argc == 3 ? strtol(argv[2], &end, 10) : 0;
    if (runs < 1 || *end) {
        fprintf(stderr, "usage: run_plan NETWORK RUNS (native, one thread, on the cpu that it is given)\n");
        return 2;
    }
    struct cg_config *config = cg_config_open(&err);
    struct cg_network *network = config ? cg_config_load_network(config, argv[1], NULL, &err) : NULL;
    struct cg_weights *weights = network ? cg_weights_create(network->graph, CG_DEFAULT_SEED, &err) : NULL;
    const enum cg_status status = weights ? run_plan(network, weights, runs, &err) : err.status;
    if (status != CG_OK)
        fprintf(stderr, "run_plan: %s\n", err.text);
    cg_weights_destroy(&weights);
    cg_network_destroy(&network);
    cg_config_close(&config);
    return cg_exit_code(status);
}
