/* Costs of breaches formed from made-up measurements of known truth, and what is said of them. */
#include "bench/audit/costs.h"
#include "bench/job/measurement.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROCESSES 5
#define ROUNDS    12

static struct cg_graph *pointwise(int c_in, int c_out)
{
    struct cg_graph *graph = cg_graph_create();
    struct cg_node input = cg_node_of(CG_INPUT), conv = cg_node_of(CG_CONV);
    struct cg_error err = {0};
    input.shape = (struct cg_shape){1, 8, 8, c_in};
    const int id = cg_graph_add(graph, &input, &err);
    conv.shape.c = c_out;
    conv.n_inputs = 1;
    conv.inputs = &id;
    cr_assert_geq(cg_graph_add(graph, &conv, &err), 0, "%s", err.text);
    return graph;
}

static struct cg_breach breach(enum cg_guideline guideline, const char *block, int c_in, int c_out, int c)
{
    struct cg_breach b = {.guideline = guideline};
    snprintf(b.block, sizeof b.block, "%s", block);
    b.original = pointwise(c_in, c_out);
    b.replacement = pointwise(c, c);
    b.original_madds = (int64_t)64 * c_in * c_out;
    b.replacement_madds = (int64_t)64 * c * c;
    return b;
}

/* Two equal places in two blocks, one of another guideline, one that cannot be replaced. */
static struct cg_audit made_up_audit(void)
{
    struct cg_audit audit = {
        .has_blocks = true, .n_breaches = 4, .breaches = calloc(4, sizeof *audit.breaches)};
    audit.breaches[0] = breach(CG_G1, "a", 16, 64, 32);
    audit.breaches[1] = breach(CG_G1, "b", 16, 64, 32);
    audit.breaches[2] = breach(CG_G2, "b", 24, 24, 32);
    audit.breaches[3] = (struct cg_breach){.guideline = CG_G3, .block = "b", .why_not = "of its maps"};
    return audit;
}

/* Every round is slower or faster as a whole by up to half; noise inside a round is as given. */
static void add_samples(struct cg_measurement *m, int job, double ns, double noise, int processes)
{
    uint64_t state = (uint64_t)job * 7919 + 17;
    cr_assert(cg_samples_reserve(&m->jobs[job].samples, processes * ROUNDS));
    for (int p = 0; p < processes; p++)
        for (int r = 0; r < ROUNDS; r++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            const double drift = 1 + 0.5 * ((p * ROUNDS + r) % 7) / 7.0;
            const double own = 1 + noise * ((double)(state >> 40) / (1 << 24) - 0.5);
            cg_samples_add(&m->jobs[job].samples,
                           (struct cg_timed_sample){.process = p,
                                                    .round = r,
                                                    .ns = (int64_t)(100 * ns * drift * own),
                                                    .iterations = 100,
                                                    .placement = -1});
        }
    m->jobs[job].state = CG_JOB_MEASURED;
}

struct made_up {
    struct cg_audit audit;
    struct cg_audit_jobs jobs;
    struct cg_measurement measurement;
    struct cg_audit_costs costs;
};

static struct made_up make_up(double g1_ns, double noise, int processes)
{
    struct made_up m = {.audit = made_up_audit()};
    struct cg_error err = {0};
    struct cg_graph *network = pointwise(8, 8);
    const struct cg_job whole = {
        .label = "whole", .setting.engine = "native", .graph = network, .setting.threads = 1};
    cr_assert_eq(cg_audit_jobs_make(&m.audit, &whole, &m.jobs, &err), CG_OK, "%s", err.text);
    cr_assert_eq(m.jobs.n_jobs, 4,
                 "the network, the two equal G1 originals, the G2 original, and one equal "
                 "replacement, not %d",
                 m.jobs.n_jobs);
    cr_assert_eq(cg_measurement_init(&m.measurement, m.jobs.n_jobs, -1, &err), CG_OK);
    add_samples(&m.measurement, 0, 100000, noise, processes);
    add_samples(&m.measurement, m.jobs.original[0], g1_ns, noise, processes);
    add_samples(&m.measurement, m.jobs.replacement[0], 10000, noise, processes);
    add_samples(&m.measurement, m.jobs.original[2], 5625, noise, processes); /* the replacement's rate */
    cr_assert_eq(cg_audit_costs_make(&m.audit, &m.jobs, &m.measurement, 0.01, &m.costs, &err), CG_OK, "%s",
                 err.text);
    cg_graph_destroy(&network);
    return m;
}

static void forget(struct made_up *m)
{
    cg_audit_costs_release(&m->costs);
    cg_measurement_free(&m->measurement);
    cg_audit_jobs_release(&m->jobs);
    cg_audit_release(&m->audit);
}

Test(audit_costs, equal_pieces_are_timed_once_and_counted_in_every_place)
{
    struct made_up m = make_up(12000, 0.002, PROCESSES);
    cr_expect_eq(m.jobs.original[0], m.jobs.original[1]);
    cr_expect_eq(m.jobs.replacement[0], m.jobs.replacement[2]);
    cr_expect_eq(m.jobs.original[3], -1);
    cr_expect_eq(m.jobs.jobs[0].setting.edges, CG_EDGES_NHWC);
    cr_expect_eq(m.jobs.jobs[1].setting.edges, CG_EDGES_PLAN, "pieces begin in the plan's own layout");
    cr_expect_eq(m.costs.guidelines[CG_G1].places, 2);
    cr_expect_eq(m.costs.guidelines[CG_G1].measured, 2);
    cr_expect_eq(m.costs.guidelines[CG_G1].original_madds, 2 * 64 * 16 * 64);
    cr_expect_eq(m.costs.guidelines[CG_G3].places, 1);
    cr_expect_eq(m.costs.guidelines[CG_G3].measured, 0);
    cr_expect(isnan(m.costs.guidelines[CG_G3].cost_ns.value));
    cr_expect_eq(m.costs.n_blocks, 2);
    cr_expect_str_eq(m.costs.block_names[1], "b");
    cr_expect_eq(m.costs.blocks[1][CG_G1].places, 1);
    forget(&m);
}

/* 20 % slower at equal multiply-adds, though rounds differ by half: the pairs cancel it. */
Test(audit_costs, costs_are_formed_in_rounds_at_equal_madds)
{
    struct made_up m = make_up(12000, 0.002, PROCESSES);
    const struct cg_audit_cost *place = &m.costs.breaches[0], *whole = &m.costs.guidelines[CG_G1],
                               *g2 = &m.costs.guidelines[CG_G2];
    cr_expect_float_eq(exp(place->ratio.mean), 1.2, 0.003);
    const double width = place->ratio.high - place->ratio.low;
    cr_expect(width > 2 * 0.01 && width < 2 * 0.011, "the noise floor of 1 %% is nearly all of %g", width);
    cr_expect_eq(place->verdict, CG_SLOWER);
    cr_expect_float_eq(whole->cost_ns.value, 2 * place->cost_ns.value, 1);
    /* the median drift of a round is about 1.21 */
    cr_expect(place->cost_ns.value > 2000 && place->cost_ns.value < 3000, "%g", place->cost_ns.value);
    cr_expect_float_eq(exp(g2->ratio.mean), 1, 0.003);
    cr_expect_eq(g2->verdict, CG_SAME);
    cr_expect_eq(m.costs.processes, PROCESSES);
    forget(&m);
}

Test(audit_costs, the_sentence_says_what_the_verdict_supports)
{
    static const struct {
        double ns, noise;
        int processes;
        const char *wanted;
    } rows[] = {
        {12000, 0.002, PROCESSES, "is broken at 2 places in 2 blocks; that costs "},
        {8000, 0.002, PROCESSES, "that costs nothing here"},
        {10000, 0.002, PROCESSES, "costs nothing that can be seen here"},
        {10200, 0.4, PROCESSES, "is unclear"},
        {12000, 0.002, 1, "no verdict"},
    };
    char text[1024];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct made_up m = make_up(rows[i].ns, rows[i].noise, rows[i].processes);
        cg_audit_say(&m.audit, &m.costs, CG_G1, text, sizeof text);
        cr_expect(strstr(text, rows[i].wanted), "%g ns: %s", rows[i].ns, text);
        forget(&m);
    }
    struct made_up m = make_up(12000, 0.002, PROCESSES);
    cg_audit_say(&m.audit, &m.costs, CG_G3, text, sizeof text);
    cr_expect(strstr(text, "none of the places could be timed"), "%s", text);
    cg_audit_say(&m.audit, &m.costs, CG_G4, text, sizeof text);
    cr_expect_str_eq(text, "G4 (no element-wise operation) is broken nowhere.");
    m.audit.has_blocks = false;
    cg_audit_say(&m.audit, &m.costs, CG_G4, text, sizeof text);
    cr_expect_str_eq(text, "G4 (no element-wise operation) was not looked for: the network names no blocks.");
    cg_audit_say(&m.audit, NULL, CG_G2, text, sizeof text);
    cr_expect_str_eq(text, "G2 (no group convolution) is broken at 1 place in 1 block.");
    forget(&m);
}

/* A piece that an engine cannot run leaves its place out of the sums, and the sentence says so. */
Test(audit_costs, a_place_that_was_not_timed_is_left_out)
{
    struct made_up m = make_up(12000, 0.002, PROCESSES);
    const struct cg_error why = {CG_UNSUPPORTED, "not this one"};
    struct cg_error err = {0};
    cg_result_skip(&m.measurement.jobs[m.jobs.original[2]], &why);
    cg_audit_costs_release(&m.costs);
    cr_assert_eq(cg_audit_costs_make(&m.audit, &m.jobs, &m.measurement, NAN, &m.costs, &err), CG_OK);
    cr_expect_eq(m.costs.guidelines[CG_G2].measured, 0);
    cr_expect_eq(m.costs.guidelines[CG_G1].measured, 2);
    cr_expect_float_eq(m.costs.delta, 0.02, 1e-9);
    forget(&m);
}
