/* The suites in configs/suites. */
#include "bench/config/config.h"
#include "bench/graph/cost.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct cg_config *open_config(void)
{
    struct cg_error err = {0};
    struct cg_config *config = cg_config_open(&err);
    cr_assert(config, "%s", err.text);
    return config;
}

static struct cg_suite *load(const struct cg_config *config, const char *name, bool quick)
{
    struct cg_error err = {0};
    const struct cg_config_options options = {.quick = quick};
    struct cg_suite *suite = cg_config_load_suite(config, name, &options, &err);
    cr_assert(suite, "%s: %s", name, err.text);
    return suite;
}

/* What the quick selection must hold: cases times fusions. */
Test(suites, quick_selection_is_95_cases)
{
    static const struct {
        const char *name;
        int cases;
    } rows[] = {{"g1", 12 + 4}, {"g2", 12 + 3}, {"g3", 15 + 5}, {"g4", 24 + 8}, {"networks", 12}};
    struct cg_config *config = open_config();
    double madds = 0;
    int total = 0;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct cg_suite *suite = load(config, rows[i].name, true);
        const int fusions = suite->fusions[CG_FUSION_FULL] + suite->fusions[CG_FUSION_NONE];
        int cases = 0;
        for (int g = 0; g < suite->n_groups; g++) {
            cr_expect(suite->groups[g].quick);
            for (int k = 0; k < suite->groups[g].n_cases; k++, cases += fusions) {
                cr_expect(suite->groups[g].cases[k].quick);
                madds += fusions * (double)cg_graph_cost(suite->groups[g].cases[k].graph).madds;
            }
        }
        cr_expect_eq(cases, rows[i].cases, "%s has %d quick cases", rows[i].name, cases);
        total += cases;
        cg_suite_destroy(&suite);
    }
    cr_expect_eq(total, 95);
    cr_expect(madds > 62e9 && madds < 63.5e9, "a round is %.2f Gmadds", madds / 1e9);
    cg_config_close(&config);
}

static const struct cg_case *find_case(const struct cg_suite *suite, const char *name)
{
    for (int g = 0; g < suite->n_groups; g++)
        for (int k = 0; k < suite->groups[g].n_cases; k++)
            if (strcmp(suite->groups[g].cases[k].name, name) == 0)
                return &suite->groups[g].cases[k];
    return NULL;
}

/* Cases against the multiply-adds and figures that the paper's tables and their derivations give. */
Test(suites, cases_are_the_papers)
{
    static const struct {
        const char *suite, *name;
        double madds_m, step, gtx1080ti, snapdragon810;
    } rows[] = {
        {"g1", "g1/arm/x1/1:12", 60.96, 2.484907, NAN, 57.6},
        {"g1", "g1/gpu/x4/1:6", 16281.1, 1.791759, 189, NAN},
        {"g1", "g1/aligned/n192/1:16", 2312.1, 2.772589, NAN, NAN},
        {"g2", "g2/arm/x1/g=8", 132.72, 3, NAN, 27.8},
        {"g2", "g2/arm/x4/g=8", 2032.1, 3, NAN, 1.8},
        {"g2", "g2/gpu/x2/g=2", 2032.1, 1, 873, NAN},
        {"g3", "g3/arm/x1/1-fragment", 128.5, 0, NAN, 40.2},
        {"g3", "g3/gpu/x4/4-fragment-parallel", 8220.8, 2, 292, NAN},
        {"g4", "g4/c64/neither", 136.48, NAN, 2376, 20.2},
        {"g4:wide_28", "g4:wide_28/c128/ReLU", 2183.66, NAN, 1735, 5.2},
    };
    struct cg_config *config = open_config();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct cg_suite *suite = load(config, rows[i].suite, false);
        const struct cg_case *found = find_case(suite, rows[i].name);
        cr_expect(found, "%s is missing", rows[i].name);
        if (found) {
            const double madds = (double)cg_graph_cost(found->graph).madds / 1e6;
            const double figures[] = {found->step, found->paper[CG_PAPER_GPU].value,
                                      found->paper[CG_PAPER_ARM].value};
            const double wanted[] = {rows[i].step, rows[i].gtx1080ti, rows[i].snapdragon810};
            cr_expect(fabs(madds - rows[i].madds_m) < 0.06, "%s: %.2f M", rows[i].name, madds);
            for (int k = 0; k < 3; k++)
                cr_expect(isnan(wanted[k]) ? isnan(figures[k]) : fabs(figures[k] - wanted[k]) < 1e-5,
                          "%s: figure %d is %g, expected %g", rows[i].name, k, figures[k], wanted[k]);
        }
        cg_suite_destroy(&suite);
    }
    cg_config_close(&config);
}

/* Whether every width of a case is a multiple of 16: channels of all nodes, and those of a group's ends where
 * that is not one channel. */
static bool is_aligned(const struct cg_graph *graph)
{
    for (int id = 0; id < graph->n_nodes; id++) {
        const struct cg_node *node = &graph->nodes[id];
        const int groups = node->op == CG_CONV && !cg_node_is_depthwise(graph, id) ? node->groups : 1;
        if (node->shape.c % (16 * groups) != 0 ||
            (node->op == CG_CONV && cg_input_shape(graph, id, 0).c % (16 * groups) != 0))
            return false;
    }
    return true;
}

/* What a verdict on a guideline rests on: every width a multiple of 16, multiply-adds that are exactly equal
 * or to within the stated share; of G6, whose claim is on unequal ones, they are those of the kernels. */
Test(suites, aligned_sets_are_equal_and_in_16s)
{
    static const struct {
        const char *suite;
        int groups;
        double percent;
    } rows[] = {{"g1", 7, 0},   {"g2", 7, 0},        {"g3", 3, 0},   {"g4", 3, 0},
                {"g5", 7, 0.5}, {"g6", 5, INFINITY}, {"g7", 4, 0},   {"g8", 3, 0},
                {"g9", 4, 0.5}, {"g10", 4, 0},       {"g11", 4, 0.6}};
    struct cg_config *config = open_config();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct cg_suite *suite = load(config, rows[i].suite, false);
        int aligned = 0;
        for (int g = 0; g < suite->n_groups; g++) {
            const struct cg_group *group = &suite->groups[g];
            if (strncmp(group->title, "aligned", 7) != 0)
                continue;
            aligned++;
            const int64_t first = cg_graph_cost(group->cases[group->baseline].graph).madds;
            for (int k = 0; k < group->n_cases; k++) {
                const int64_t madds = cg_graph_cost(group->cases[k].graph).madds;
                const double percent = 100 * fabs((double)madds / (double)first - 1);
                cr_expect(percent <= rows[i].percent, "%s: %g %%", group->cases[k].name, percent);
                cr_expect(is_aligned(group->cases[k].graph), "%s", group->cases[k].name);
            }
        }
        cr_expect_eq(aligned, rows[i].groups, "%s: %d", rows[i].suite, aligned);
        cg_suite_destroy(&suite);
    }
    cg_config_close(&config);
}

/* Multiply-adds a pixel, and what convolutions write, of cases whose counts are known by hand. */
Test(suites, cases_of_later_guidelines_have_their_counts)
{
    static const struct {
        const char *suite, *name;
        int64_t madds, activations;
    } rows[] = {
        {"g5", "g5/paper/96x56x56/partial", 10 * 3136 * 9 * 24 * 24, 10 * 3136 * 24},
        {"g5", "g5/paper/768x7x7/groups=16", 10 * 49 * 9 * 48 * 768, 10 * 49 * 768},
        {"g5", "g5/aligned/1x1-c128/partial", 3136 * 25600, 3136 * (32 + 128)},
        {"g5", "g5/aligned/1x1-c128/depthwise", 3136 * 25728, 3136 * (128 + 192)},
        {"g6", "g6/aligned/c128/k=21", 4 * 784 * 128 * 441, 4 * 784 * 128},
        {"g6", "g6/factors/k=7/1x7 + 7x1", 4 * 784 * 128 * 14, 8 * 784 * 128},
        {"g7", "g7/others/28x28/GELU", 6 * 784 * (8 * 32 * 32 + 36 * 32), 6 * 784 * 9 * 32},
        {"g9", "g9/aligned/7x7/depthwise", 8 * 49 * (8 * 256 * 256 + 36 * 256), 8 * 49 * 9 * 256},
        {"g9", "g9/aligned/7x7/fused", 8 * 49 * 10 * 256 * 208, 8 * 49 * (208 + 256)},
        {"g10", "g10/aligned/1x1/x1", 10 * 196 * 256 * 256, 10 * 196 * 256},
        {"g10", "g10/aligned/1x1/x8", 10 * 196 * 256 * 256, 8 * 10 * 196 * 256},
        {"g11", "g11/beside/bottleneck/1x1 + 3x3", 6 * 784 * 9 * 288 * 32, 6 * 784 * (144 + 32)},
    };
    struct cg_config *config = open_config();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct cg_suite *suite = load(config, rows[i].suite, false);
        const struct cg_case *found = find_case(suite, rows[i].name);
        cr_assert(found, "%s is missing", rows[i].name);
        const struct cg_cost cost = cg_graph_cost(found->graph);
        cr_expect_eq(cost.madds, rows[i].madds, "%s: %lld", rows[i].name, (long long)cost.madds);
        cr_expect_eq(cost.activations, rows[i].activations, "%s: %lld", rows[i].name,
                     (long long)cost.activations);
        cg_suite_destroy(&suite);
    }
    cg_config_close(&config);
}

/* Squeeze-and-excite by position: the classifier makes up for weights, too. */
Test(suites, g8_has_equal_weights)
{
    struct cg_config *config = open_config();
    struct cg_suite *suite = load(config, "g8", false);
    int64_t weights[8] = {0};
    for (int k = 0; k < suite->groups[0].n_cases; k++) {
        const struct cg_graph *graph = suite->groups[0].cases[k].graph;
        for (int id = 0; id < graph->n_nodes; id++)
            weights[k] += cg_node_weights(graph, id);
        cr_expect_eq(weights[k], weights[0], "%s", suite->groups[0].cases[k].name);
    }
    cr_expect_eq(suite->groups[0].n_cases, 5);
    cg_suite_destroy(&suite);
    cg_config_close(&config);
}

/* A claim is one sentence with a source, of every guideline; what makes none has no verdict either. */
Test(suites, guidelines_make_claims)
{
    struct cg_config *config = open_config();
    struct cg_suite *rows;
    struct cg_error err = {0};
    int n, numbered = 0;
    cr_assert_eq(cg_config_list_suites(config, &rows, &n, &err), CG_OK, "%s", err.text);
    for (int i = 0; i < n; i++) {
        const int number = cg_guideline_number(rows[i].name);
        const size_t length = strlen(rows[i].claim);
        cr_expect_eq(number > 0, length > 0, "%s", rows[i].name);
        if (number == 0)
            continue;
        cr_expect_eq(number, ++numbered, "%s", rows[i].name);
        cr_expect(rows[i].claim[length - 1] == '.' && strstr(rows[i].source, "arXiv"), "%s", rows[i].claim);
    }
    cr_expect_eq(numbered, 11);
    free(rows);
    cg_config_close(&config);
}

static const struct cg_case *twin_of(const struct cg_group *group, const char *label)
{
    for (int k = 0; k < group->n_cases; k++)
        if (strcmp(group->cases[k].twin, label) == 0)
            return &group->cases[k];
    return NULL;
}

/* Each case of the paper's sets whose widths are no multiples of 16 has a twin whose are, in full runs; the
 * baseline's is at multiply-adds that are no fewer than theirs. */
Test(suites, cases_between_lanes_have_twins)
{
    static const char *const names[] = {"g1", "g2", "g3", "g4"};
    struct cg_config *config = open_config();
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct cg_suite *suite = load(config, names[i], false);
        for (int g = 0; g < suite->n_groups; g++) {
            const struct cg_group *group = &suite->groups[g];
            const struct cg_case *base = &group->cases[group->baseline], *size = twin_of(group, base->label);
            for (int k = 0; k < group->n_cases; k++) {
                const struct cg_case *c = &group->cases[k], *twin = twin_of(group, c->label);
                if (c->twin[0]) {
                    cr_expect(is_aligned(c->graph), "%s", c->name);
                    cr_expect(!size || cg_graph_cost(c->graph).madds <= cg_graph_cost(size->graph).madds);
                } else if (!group->set[0] || strcmp(group->set, "arm") == 0 ||
                           strcmp(group->set, "gpu") == 0) {
                    cr_expect(is_aligned(c->graph) || twin, "%s has no twin", c->name);
                }
            }
        }
        cg_suite_destroy(&suite);
    }
    cg_config_close(&config);
}

Test(suites, g4_says_that_its_unit_is_inferred)
{
    struct cg_config *config = open_config();
    struct cg_suite *suite = load(config, "g4", false);
    const struct cg_case *both = find_case(suite, "g4/c32/ReLU + short-cut");
    const struct cg_case *relu = find_case(suite, "g4/c32/ReLU");
    cr_assert(both && relu);
    cr_expect(both->inferred && both->factors[0] && both->factors[1]);
    cr_expect(relu->factors[0] && !relu->factors[1]);
    cr_expect(suite->fusions[CG_FUSION_FULL] && suite->fusions[CG_FUSION_NONE]);
    cr_expect_str_eq(suite->factor_names[1], "short-cut");
    cg_suite_destroy(&suite);
    cg_config_close(&config);
}

Test(suites, unknown_names_get_the_nearest)
{
    static const struct {
        const char *name, *sentence;
    } rows[] = {{"g1x", "did you mean 'g1'"},
                {"network", "did you mean 'networks'"},
                {"g4:wide", "it has quarter, wide_28, equal_28"},
                {"g1:other", "has one reading"},
                {"../suites/g1", "there is no suite"},
                {"", "there is no suite"},
                {"mobilenet_v2:1.0", "there is no suite"}};
    struct cg_config *config = open_config();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct cg_error err = {0};
        struct cg_suite *suite = cg_config_load_suite(config, rows[i].name, NULL, &err);
        cr_expect_null(suite);
        cr_expect_eq(err.status, CG_INVALID);
        cr_expect(strstr(err.text, rows[i].sentence), "%s: %s", rows[i].name, err.text);
    }
    cg_config_close(&config);
}

Test(suites, every_listed_suite_loads)
{
    struct cg_config *config = open_config();
    struct cg_error err = {0};
    struct cg_suite *rows;
    int n;
    cr_assert_eq(cg_config_list_suites(config, &rows, &n, &err), CG_OK, "%s", err.text);
    cr_assert_geq(n, 5);
    cr_expect_str_eq(rows[0].name, "g1");
    cr_expect_str_eq(rows[10].name, "g11");
    cr_expect_str_eq(rows[11].name, "networks");
    for (int i = 0; i < n; i++) {
        struct cg_suite *suite = load(config, rows[i].name, false);
        cr_expect_gt(suite->n_groups, 0);
        for (int g = 0; g < suite->n_groups; g++)
            for (int k = 0; k < suite->groups[g].n_cases; k++)
                cr_expect(suite->groups[g].cases[k].graph, "%s has no graph", suite->groups[g].cases[k].name);
        cg_suite_destroy(&suite);
    }
    free(rows);
    cg_config_close(&config);
}

/* Figure 4: r^j of the channels of block i reach block i + j; DenseNet keeps all. */
Test(suites, reuse_follows_the_papers_figure)
{
    static const struct {
        const char *name;
        double kept;
    } rows[] = {{"reuse/figure4/ShuffleNet v2, r = 0.5", 0.5}, {"reuse/figure4/DenseNet, growth 32", 1}};
    struct cg_config *config = open_config();
    struct cg_suite *suite = load(config, "reuse", false);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct cg_case *found = find_case(suite, rows[i].name);
        cr_assert(found, "%s", rows[i].name);
        const int n = found->graph->n_blocks;
        double *share = calloc((size_t)(n * n), sizeof *share), expected = 1;
        struct cg_error err = {0};
        cr_assert_eq(cg_graph_reuse(found->graph, share, &err), CG_OK);
        for (int k = 0; k < n; k++, expected *= rows[i].kept) {
            if (expected * 256 >= 1) /* fewer than one channel is none */
                cr_expect(fabs(share[k] - expected) < 1e-9, "%s: block %d has %g", rows[i].name, k, share[k]);
        }
        cr_expect_float_eq(share[n], 0, 1e-12, "a later block does not reach an earlier one");
        free(share);
    }
    cg_suite_destroy(&suite);
    cg_config_close(&config);
}

static const char net_text[] =
    "network { name = 'own', source = 'tests', variants = { { 'small', 8 }, { 'large', 16 } },\n"
    "  build = function(image, v) return image:conv{v[2], 3}:global_pool():fc{10} end }\n";

/* Writes a file of that name in the folder. */
static void write_text(const char *folder, const char *name, const char *text, char path[256])
{
    snprintf(path, 256, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    cr_assert(file);
    fputs(text, file);
    fclose(file);
}

Test(suites, networks_are_told_from_suites)
{
    static const struct {
        const char *word;
        int network;
    } rows[] = {{"g1", 0},           {"g4:equal_28", 0},
                {"mobilenet_v2", 1}, {"mobilenet_v2:1.0@192", 1},
                {"x/y.onnx:out", 1}, {"net.param", 1},
                {"my.lua:small", 1}, {"mobilnet_v2", -1},
                {"nosuch", -1},      {"/nowhere/nothing.lua", -1}};
    char folder[] = "/tmp/cg_named_XXXXXX", net[256], suite[256], neither[256];
    struct cg_config *config = open_config();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct cg_error err = {0};
        cr_expect_eq(cg_config_is_network(config, rows[i].word, &err), rows[i].network, "%s: %s",
                     rows[i].word, err.text);
        cr_expect(rows[i].network >= 0 || err.text[0]);
        cr_expect(strcmp(rows[i].word, "mobilnet_v2") != 0 || strstr(err.text, "did you mean 'mobilenet_v2'"),
                  "%s", err.text);
    }
    cr_assert(mkdtemp(folder));
    write_text(folder, "net.lua", net_text, net);
    write_text(folder, "suite.lua",
               "suite { name = 'mine', title = 'mine', kind = 'plain', groups = { { name = 'a', cases = {\n"
               "  { 'own', network = 'net.lua:large' } } } } }\n",
               suite);
    write_text(folder, "neither.lua", "local x = 1\n", neither);
    struct cg_error err = {0};
    cr_expect_eq(cg_config_is_network(config, net, &err), 1, "%s", err.text);
    cr_expect_eq(cg_config_is_network(config, suite, &err), 0, "%s", err.text);
    cr_expect_eq(cg_config_is_network(config, neither, &err), -1);
    cr_expect(strstr(err.text, "neither network{...} nor suite{...}"), "%s", err.text);
    /* a suite's paths are relative to its file */
    struct cg_suite *mine = cg_config_load_suite(config, suite, NULL, &err);
    cr_assert(mine, "%s", err.text);
    cr_expect_str_eq(mine->groups[0].cases[0].network->name, "own:large");
    cg_suite_destroy(&mine);
    unlink(net);
    unlink(suite);
    unlink(neither);
    rmdir(folder);
    cg_config_close(&config);
}

Test(suites, networks_named_become_a_suite)
{
    static const char *const names[] = {"shufflenet_v2:1.0x", "mobilenet_v2:1.0"};
    struct cg_config *config = open_config();
    struct cg_error err = {0};
    struct cg_suite *suite = cg_config_suite_of(config, names, 2, NULL, NULL, &err);
    cr_assert(suite, "%s", err.text);
    cr_expect(suite->kind == CG_KIND_RANKING && suite->n_groups == 1 && suite->groups[0].n_cases == 2);
    cr_expect(suite->whole_networks && suite->fusions[CG_FUSION_FULL] && !cg_suite_has_baseline(suite));
    const struct cg_case *first = &suite->groups[0].cases[0];
    cr_expect_str_eq(first->label, "shufflenet_v2:1.0x");
    cr_expect(first->paper[CG_PAPER_GPU].value == 341 && first->paper[CG_PAPER_GPU].batch == 8 &&
              first->paper[CG_PAPER_ARM].value == 24.4);
    cg_suite_destroy(&suite);
    suite = cg_config_suite_of(config, names, 2, "mobilenet_v2:1.0", NULL, &err);
    cr_assert(suite, "%s", err.text);
    cr_expect(cg_suite_has_baseline(suite) && suite->groups[0].baseline == 1 &&
              suite->groups[0].n_cases == 2);
    cg_suite_destroy(&suite);
    suite = cg_config_suite_of(config, names, 2, "resnet50:v1@64", NULL, &err);
    cr_assert(suite, "%s", err.text);
    cr_expect(suite->groups[0].baseline == 0 && suite->groups[0].n_cases == 3);
    cr_expect_str_eq(suite->groups[0].cases[0].label, "resnet50:v1@64");
    cg_suite_destroy(&suite);
    static const char *const twice[] = {"mobilenet_v2:1.0", "mobilenet_v2"};
    cr_expect_null(cg_config_suite_of(config, twice, 2, NULL, NULL, &err));
    cr_expect(strstr(err.text, "two of the networks named are called mobilenet_v2:1.0"), "%s", err.text);
    cg_config_close(&config);
}
