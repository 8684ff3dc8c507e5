/* Times a network in turns with a program of another kind: one line "N" on standard input asks for N runs,
 * the answer is the nanoseconds that they took. onnxruntime.cjs is the other side. usage:
 * turns NETWORK ENGINE CPU[,CPU...] (a thread on each) */
#include "bench/onnx/network_arg.h"
#include "bench/device/timer.h"
#include "kernels/engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_CPUS 64

static int parse_cpus(const char *text, int *cpus)
{
    int n = 0;
    for (char *end; n < MOST_CPUS; text = end + 1) {
        cpus[n] = (int)strtol(text, &end, 10);
        if (end == text || cpus[n] < 0 || (*end && *end != ','))
            return 0;
        n++;
        if (!*end)
            return n;
    }
    return 0;
}

static enum cg_status take_turns(struct cg_plan *plan, struct cg_error *err)
{
    char line[32];
    puts("ready");
    fflush(stdout);
    while (fgets(line, sizeof line, stdin)) {
        const long runs = strtol(line, NULL, 10);
        const int64_t start = cg_now_ns();
        for (long i = 0; i < runs; i++) {
            const enum cg_status status = plan->engine->run(plan, err);
            if (status != CG_OK)
                return status;
        }
        printf("%lld\n", (long long)(cg_now_ns() - start));
        if (plan->engine->settle)
            plan->engine->settle(plan);
        fflush(stdout);
    }
    return CG_OK;
}

static enum cg_status measure(const struct cg_network *network, const char *name, int threads,
                              const int *cpus, struct cg_error *err)
{
    struct cg_setting options = cg_setting_default();
    const struct cg_engine *engine = cg_engine_find(name);
    struct cg_plan *plan = NULL;
    if (!engine)
        return cg_fail(err, CG_INVALID, "unknown engine '%s'", name);
    options.threads = threads;
    options.cpus = cpus;
    struct cg_weights *drawn =
        network->weights ? NULL : cg_weights_create(network->graph, CG_DEFAULT_SEED, err);
    const struct cg_weights *weights = network->weights ? network->weights : drawn;
    if (!weights)
        return err->status;
    enum cg_status status = cg_plan_create(engine, network->graph, weights, &options, &plan, err);
    cg_weights_destroy(&drawn);
    if (status != CG_OK)
        return status;
    float *input = cg_input_create(plan->graph, CG_DEFAULT_SEED, err);
    if (input)
        engine->set_input(plan, input);
    status = input ? take_turns(plan, err) : err->status;
    free(input);
    cg_plan_destroy(&plan);
    return status;
}

int main(int argc, char **argv)
{
    struct cg_error err = {0};
    int cpus[MOST_CPUS];
    const int threads = argc == 4 ? parse_cpus(argv[3], cpus) : 0;
    if (threads == 0) {
        fprintf(stderr, "usage: turns NETWORK ENGINE CPU[,CPU...]\n");
        return 2;
    }
    struct cg_network *network = cg_network_arg(argv[1], 1, &err);
    const enum cg_status status = network ? measure(network, argv[2], threads, cpus, &err) : err.status;
    cg_network_destroy(&network);
    if (status != CG_OK)
        fprintf(stderr, "turns: %s\n", err.text);
    return cg_exit_code(status);
}
