/* What the audit finds, by the paper's own reading of the networks (section 3), and what it puts in its
 * place. */
#include "bench/audit/audit.h"
#include "bench/audit/cut.h"
#include "bench/config/config.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

struct found {
    struct cg_network *network;
    struct cg_audit audit;
    int count[CG_GUIDELINE_COUNT];
};

static struct found audit(const char *ref)
{
    struct cg_error err = {0};
    struct found found = {0};
    struct cg_config *config = cg_config_open(&err);
    cr_assert(config, "%s", err.text);
    found.network = cg_config_load_network(config, ref, NULL, &err);
    cr_assert(found.network, "%s", err.text);
    cr_assert_eq(cg_audit_find(found.network->graph, &found.audit, &err), CG_OK, "%s", err.text);
    for (int i = 0; i < found.audit.n_breaches; i++)
        found.count[found.audit.breaches[i].guideline]++;
    cg_config_close(&config);
    return found;
}

static void forget(struct found *found)
{
    cg_audit_release(&found->audit);
    cg_network_destroy(&found->network);
}

Test(audit, networks_break_what_the_paper_says)
{
    static const struct {
        const char *network;
        int broken[CG_GUIDELINE_COUNT]; /* 1: must be listed, 0: must not, -1: either */
    } rows[] = {
        {"mobilenet_v2:1.0", {1, 0, 0, 1}},    {"shufflenet_v1:1x_g3", {1, 1, 0, 1}},
        {"nasnet_a", {-1, 0, 1, -1}},          {"pnasnet_5", {-1, 0, 1, -1}},
        {"igcv3:1.0", {1, 1, 0, 1}},           {"resnet50", {1, 0, -1, 1}},
        {"shufflenet_v1:1x_g1", {1, 0, 0, 1}}, {"condensenet:g8", {1, 1, 0, -1}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct found found = audit(rows[i].network);
        for (int g = 0; g < CG_GUIDELINE_COUNT; g++)
            if (rows[i].broken[g] >= 0)
                cr_expect_eq(found.count[g] > 0, rows[i].broken[g], "%s: %d breaches of %s", rows[i].network,
                             found.count[g], cg_guideline_name((enum cg_guideline)g));
        forget(&found);
    }
}

/* The stride-1 unit of ShuffleNet V2 was designed to break none. */
Test(audit, shufflenet_v2s_basic_unit_breaks_none)
{
    struct found found = audit("shufflenet_v2:1.0x");
    for (int i = 0; i < found.audit.n_breaches; i++) {
        const char *block = found.audit.breaches[i].block;
        cr_expect(strcmp(block, "stage2.1") == 0 || strcmp(block, "stage3.1") == 0 ||
                      strcmp(block, "stage4.1") == 0 || strcmp(block, "stem") == 0 ||
                      strcmp(block, "head") == 0,
                  "%s: %s", block, found.audit.breaches[i].what);
    }
    forget(&found);
}

/* Cells read the last cell and the one before it, which may have a larger map: the path that brings it down
 * is left out, so that every cell can be timed. */
Test(audit, every_cell_of_nasnet_can_be_cut_out)
{
    static const char *const networks[] = {"nasnet_a", "pnasnet_5"};
    for (size_t n = 0; n < 2; n++) {
        struct found found = audit(networks[n]);
        int shortened = 0;
        for (int i = 0; i < found.audit.n_breaches; i++) {
            const struct cg_breach *b = &found.audit.breaches[i];
            cr_expect(b->original && b->replacement, "%s %s: %s: %s", networks[n], b->block, b->what,
                      b->why_not);
            shortened += strstr(b->what, "earlier map") != NULL;
        }
        cr_expect_gt(shortened, 0);
        forget(&found);
    }
}

static int add_layer(struct cg_graph *graph, struct cg_node node, int input, int block)
{
    struct cg_error err = {0};
    node.n_inputs = input >= 0;
    node.inputs = &input;
    node.block = block;
    const int id = cg_graph_add(graph, &node, &err);
    cr_assert_geq(id, 0, "%s", err.text);
    return id;
}

static struct cg_graph *plain_block(bool relu)
{
    struct cg_graph *graph = cg_graph_create();
    const int block = cg_graph_add_block(graph, "plain");
    struct cg_node input = cg_node_of(CG_INPUT), conv = cg_node_of(CG_CONV);
    input.shape = (struct cg_shape){1, 28, 28, 64};
    conv.shape.c = 64;
    conv.act = relu ? CG_ACT_RELU : CG_ACT_NONE;
    int id = add_layer(graph, input, -1, -1);
    for (int i = 0; i < 3; i++)
        id = add_layer(graph, conv, id, block);
    return graph;
}

Test(audit, an_equal_width_plain_block_breaks_none)
{
    for (int relu = 0; relu < 2; relu++) {
        struct cg_graph *graph = plain_block(relu);
        struct cg_audit found;
        cr_assert_eq(cg_audit_find(graph, &found, NULL), CG_OK);
        cr_expect_eq(found.n_breaches, 0);
        cg_audit_release(&found);
        cg_graph_destroy(&graph);
    }
}

/* Every pair has nearly equal work, and the replacement keeps its guideline. */
Test(audit, replacements_keep_the_guideline)
{
    static const char *const networks[] = {"mobilenet_v2:1.0", "shufflenet_v1:1x_g3", "nasnet_a",
                                           "igcv3:1.0",        "shufflenet_v2:1.0x",  "resnet50",
                                           "densenet121",      "mobilenet_v3"};
    for (size_t n = 0; n < sizeof networks / sizeof networks[0]; n++) {
        struct found found = audit(networks[n]);
        cr_expect_gt(found.audit.n_breaches, 0, "%s", networks[n]);
        for (int i = 0; i < found.audit.n_breaches; i++) {
            const struct cg_breach *b = &found.audit.breaches[i];
            struct cg_audit again;
            if (!b->original) {
                cr_expect(b->why_not[0]);
                continue;
            }
            const double ratio = (double)b->replacement_madds / (double)b->original_madds;
            cr_expect(ratio >= 0.999 && ratio < 2, "%s %s: %s has %.3f of the work", networks[n], b->block,
                      b->what, ratio);
            cr_assert_eq(cg_audit_find(b->replacement, &again, NULL), CG_OK);
            for (int k = 0; k < again.n_breaches; k++)
                cr_expect_neq(again.breaches[k].guideline, b->guideline, "%s %s: %s", networks[n], b->block,
                              b->what);
            cg_audit_release(&again);
        }
        forget(&found);
    }
}

/* G4's replacement is the same block without the operations: equal multiply-adds, fewer elements moved. */
Test(audit, g4_takes_out_the_elementwise_operations_only)
{
    struct found found = audit("mobilenet_v2:1.0");
    int with_add = 0;
    for (int i = 0; i < found.audit.n_breaches; i++) {
        const struct cg_breach *b = &found.audit.breaches[i];
        if (b->guideline != CG_G4)
            continue;
        int adds = 0, acts = 0;
        for (int id = 0; id < b->replacement->n_nodes; id++) {
            adds += b->replacement->nodes[id].op == CG_ADD;
            acts += b->replacement->nodes[id].act != CG_ACT_NONE;
        }
        cr_expect_eq(adds + acts, 0, "%s: %d adds and %d activations are left", b->block, adds, acts);
        cr_expect_eq(b->original_madds, b->replacement_madds);
        for (int id = 0; id < b->original->n_nodes; id++)
            with_add += b->original->nodes[id].op == CG_ADD;
    }
    cr_expect_eq(with_add, 10, "MobileNet V2 has 10 short-cuts, not %d", with_add);
    forget(&found);
}

Test(audit, branches_are_counted)
{
    static const struct {
        const char *network, *block;
        int branches;
    } rows[] = {
        {"mobilenet_v2:1.0", "stage2.2", 1},
        {"shufflenet_v2:1.0x", "stage2.1", 2},
        {"shufflenet_v2:1.0x", "stage2.2", 1},
        {"resnet50", "conv2.1", 2},
        {"resnet50", "conv2.2", 1},
    };
    struct cg_arena *arena = cg_arena_create(0);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct found found = audit(rows[i].network);
        const struct cg_graph *graph = found.network->graph;
        for (int block = 0; block < graph->n_blocks; block++) {
            struct cg_block_view view;
            if (strcmp(graph->blocks[block], rows[i].block) != 0)
                continue;
            cr_assert(cg_block_look(graph, block, arena, &view));
            cr_expect_eq(cg_block_branches(graph, &view, arena), rows[i].branches, "%s %s", rows[i].network,
                         rows[i].block);
        }
        forget(&found);
    }
    cg_arena_destroy(&arena);
}
