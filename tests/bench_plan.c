/* What it takes to make a plan: for each network (arguments; three usual ones without) and each engine, in a
 * process of its own, the time of the first and of the best of five compilations (and the least processor
 * time, which counts on a busy machine), the memory that the plan holds by the engine's own count, and by how
 * much the process grew at most while the first plan was made and run once. The graph's own weights are there
 * before, for all engines alike. */
#include "base/clock.h"
#include "bench/config/config.h"
#include "kernels/engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define REPEATS 5

static const char *const engines[] = {"native", "native:winograd=0", "xnnpack", "onednn"};

static double now_ms(void)
{
    return (double)cg_now_ns() / 1e6;
}

/* A line of /proc/self/status in MiB ("VmHWM:", the highest resident size, or "VmRSS:", the present one); -1
 * where there is none. */
static double status_mib(const char *key)
{
    FILE *file = fopen("/proc/self/status", "r");
    char line[256];
    double kib = -1024;
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, key, strlen(key)) == 0)
            kib = strtod(line + strlen(key), NULL);
    if (file)
        fclose(file);
    return kib / 1024;
}

/* The highest resident size starts anew from the present one; false where the system does not offer it. */
static bool forget_peak(void)
{
    FILE *file = fopen("/proc/self/clear_refs", "w");
    const bool written = file && fputs("5", file) >= 0;
    return file && fclose(file) == 0 && written;
}

static enum cg_status measure(const struct cg_network *network, const struct cg_weights *weights,
                              const struct cg_engine *engine, struct cg_error *err)
{
    const int cpus[1] = {0};
    const struct cg_setting options = {
        .threads = 1, .cpus = cpus, .isa = cg_isa_best(), .fusion = CG_FUSION_FULL};
    double first = 0, best = 0, busy = 0, grown = -1;
    int64_t held = 0;
    for (int i = 0; i < REPEATS; i++) {
        struct cg_plan *plan = NULL;
        const bool peak = i == 0 && forget_peak();
        const double before = status_mib("VmRSS:"), start = now_ms();
        const clock_t worked = clock();
        enum cg_status status = cg_plan_create(engine, network->graph, weights, &options, &plan, err);
        const double took = now_ms() - start, work = 1e3 * (double)(clock() - worked) / CLOCKS_PER_SEC;
        if (status == CG_OK && i == 0)
            status = engine->run(plan, err);
        if (status != CG_OK)
            return status;
        if (peak)
            grown = status_mib("VmHWM:") - before;
        first = i == 0 ? took : first;
        best = i == 0 || took < best ? took : best;
        busy = i == 0 || work < busy ? work : busy;
        held = engine->memory_bytes(plan);
        cg_plan_destroy(&plan);
    }
    printf("%-17s %-22s plan made in %7.1f ms (best of %d: %6.1f ms, processor time %6.1f), holds %6.1f MiB, "
           "process grew by ",
           engine->name, network->name, first, REPEATS, best, busy, (double)held / 1048576);
    if (grown < 0)
        printf("an unknown amount\n");
    else
        printf("%6.1f MiB\n", grown);
    return CG_OK;
}

/* In a child: libraries keep memory and kernels that they made for an engine before. */
static int measure_alone(const char *name, const struct cg_engine *engine)
{
    fflush(stdout);
    const pid_t child = fork();
    if (child < 0) {
        perror("fork");
        return 2;
    }
    if (child > 0) {
        int status = 0;
        return waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : 2;
    }
    struct cg_error err = {0};
    struct cg_config *config = cg_config_open(&err);
    struct cg_network *network = config ? cg_config_load_network(config, name, NULL, &err) : NULL;
    struct cg_weights *weights = network ? cg_weights_create(network->graph, CG_DEFAULT_SEED, &err) : NULL;
    const enum cg_status status = weights ? measure(network, weights, engine, &err) : err.status;
    if (status != CG_OK)
        fprintf(stderr, "%s on %s: %s\n", name, engine->name, err.text);
    fflush(stdout);
    _exit(status == CG_OK ? 0 : 2);
}

int main(int argc, char **argv)
{
    static const char *const usual[] = {"mobilenet_v2:1.0", "shufflenet_v2:1.0x", "resnet50"};
    const int n = argc > 1 ? argc - 1 : (int)(sizeof usual / sizeof usual[0]);
    int result = 0;
    for (int i = 0; i < n; i++)
        for (size_t e = 0; e < sizeof engines / sizeof engines[0]; e++) {
            const struct cg_engine *engine = cg_engine_find(engines[e]);
            if (engine && measure_alone(argc > 1 ? argv[i + 1] : usual[i], engine) != 0)
                result = 2;
        }
    return result;
}
