#include "tests/dosed_engine.h"

#include "base/clock.h"
#include "bench/graph/text.h"
#include "tests/slow_down.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const struct cg_engine cg_engine_native;

struct cg_engine cg_engine_dosed;

static double dose(void)
{
    const char *text = getenv("CONVGAUGE_DOSE");
    char *end = NULL;
    const double share = text ? strtod(text, &end) : 0;
    if (text && (end == text || *end || !(share >= 0 && share <= 10))) {
        fprintf(stderr, "CONVGAUGE_DOSE takes a share from 0 to 10 such as 0.05, not '%s'\n", text);
        exit(2);
    }
    return share;
}

static bool is_meant(const struct cg_graph *graph)
{
    const char *asked = getenv("CONVGAUGE_DOSED_GRAPH");
    char hash[24];
    snprintf(hash, sizeof hash, "%016" PRIx64, cg_graph_hash(graph));
    return !asked || strcmp(asked, hash) == 0;
}

/* A plan of native's own; one that is to be slowed is marked by its engine. */
static enum cg_status compile(const struct cg_graph *graph, const struct cg_weights *weights,
                              const struct cg_setting *setting, struct cg_plan **plan, struct cg_error *err)
{
    const enum cg_status status = cg_engine_native.compile(graph, weights, setting, plan, err);
    if (status == CG_OK && dose() > 0 && is_meant(graph))
        (*plan)->engine = &cg_engine_dosed;
    return status;
}

static enum cg_status run(struct cg_plan *plan, struct cg_error *err)
{
    static double share = -1, owed_ns; /* the plans of a process have the dose in common */
    if (plan->engine != &cg_engine_dosed)
        return cg_engine_native.run(plan, err);
    share = share < 0 ? dose() : share;
    const int64_t start_ns = cg_now_ns();
    const enum cg_status status = cg_engine_native.run(plan, err);
    cg_slow_down(&owed_ns, share, start_ns);
    return status;
}

__attribute__((constructor)) static void derive(void)
{
    cg_engine_dosed = cg_engine_native;
    cg_engine_dosed.name = "dosed";
    cg_engine_dosed.summary = "native, slowed by $CONVGAUGE_DOSE (tests/trust.sh)";
    cg_engine_dosed.compile = compile;
    cg_engine_dosed.run = run;
}
