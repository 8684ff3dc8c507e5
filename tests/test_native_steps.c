/* What steps of engine native say that they run. */
#include "kernels/native/microkernel.h"
#include "kernels/native/stages.h"
#include "tests/nodes.h"

#include <criterion/criterion.h>

/* Whether an operation that computes `node` computes `other`, too. */
static bool run_together(const struct nv_plan *plan, int node, int other)
{
    bool has[2] = {false, false};
    for (int o = 0; o < plan->n_ops; o++) {
        bool here[2] = {false, false};
        for (int k = 0; k < plan->ops[o].n_nodes; k++) {
            here[0] |= plan->nodes[plan->ops[o].first_node + k] == node;
            here[1] |= plan->nodes[plan->ops[o].first_node + k] == other;
        }
        has[0] |= here[0];
        has[1] |= here[0] && here[1];
    }
    cr_expect(has[0]);
    return has[1];
}

/* Two branches: the activation of the first stands behind the convolution of the second. */
Test(native_steps, a_moved_activation_counts_to_its_convolution)
{
    struct cg_graph *g = cg_graph_create();
    struct cg_error err = {0};
    struct cg_plan *base = NULL;
    cr_assert_not_null(g);
    const int in = input(g, 1, 14, 14, 32);
    const int a = conv(g, in, 32, 3, 1, 1, CG_ACT_NONE), b = conv(g, in, 32, 1, 1, 1, CG_ACT_NONE);
    struct cg_node act = cg_node_of(CG_ACT);
    act.act = CG_ACT_RELU;
    const int of_a = one(g, act, a), of_b = one(g, act, b);
    JOIN(g, CG_CONCAT, CG_ACT_NONE, of_a, of_b);
    struct cg_weights *weights = cg_weights_create(g, CG_DEFAULT_SEED, &err);
    cr_assert_not_null(weights, "%s", err.text);
    const struct nv_core core = {CG_PIPES_WHOLE, 1 << 20};
    const struct cg_setting setting = {.threads = 1, .isa = cg_native_isas[0]->isa, .fusion = CG_FUSION_FULL};
    cr_assert_eq(nv_compile(g, weights, &setting, &core, &base, &err), CG_OK, "%s", err.text);
    const struct nv_plan *plan = (const struct nv_plan *)base;
    cr_expect(run_together(plan, a, of_a));
    cr_expect(run_together(plan, b, of_b));
    cr_expect(!run_together(plan, b, of_a));
    cg_plan_destroy(&base);
    cg_weights_destroy(&weights);
    cg_graph_destroy(&g);
}
