/* Every published network, built from its Lua file and held against results/paper/networks.csv. */
#include "base/csv.h"
#include "bench/config/config.h"
#include "bench/paper/tables.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static struct cg_config *open_config(void)
{
    struct cg_error err = {0};
    struct cg_config *config = cg_config_open(&err);
    cr_assert(config, "%s", err.text);
    return config;
}

Test(networks, counts_equal_the_published_table)
{
    struct cg_config *config = open_config();
    struct cg_error err = {0};
    struct cg_network *rows;
    int n, checked = 0;
    cr_assert_eq(cg_config_list_networks(config, &rows, &n, &err), CG_OK, "%s", err.text);
    for (int i = 0; i < n; i++) {
        struct cg_network *network = cg_config_load_network(config, rows[i].name, NULL, &err);
        cr_expect(network, "%s: %s", rows[i].name, err.text);
        if (!network)
            continue;
        const struct cg_cost cost = cg_graph_cost(network->graph);
        const struct cg_published *want = &network->published;
        cr_expect_str_eq(network->name, rows[i].name);
        if (!isnan(want->madds_computed)) {
            cr_expect(fabs((double)cost.madds - want->madds_computed) <= 5000.5,
                      "%s: %lld multiply-adds, expected %.0f", network->name, (long long)cost.madds,
                      want->madds_computed);
            cr_expect_eq(cost.params, want->params_computed, "%s: %lld parameters, expected %lld",
                         network->name, (long long)cost.params, (long long)want->params_computed);
            checked++;
        }
        cg_network_destroy(&network);
    }
    cr_expect(checked >= 99, "only %d networks were held against the table", checked);
    free(rows);
    cg_config_close(&config);
}

/* A table added to results/paper is also added to bench/paper/meson.build. */
Test(networks, every_published_table_is_built_in)
{
    DIR *folder = opendir(CG_TEST_ROOT "/results/paper");
    cr_assert(folder);
    int n = 0;
    for (const struct dirent *entry; (entry = readdir(folder));) {
        char name[256];
        char *dot = strstr(strcpy(name, entry->d_name), ".csv");
        if (!dot)
            continue;
        *dot = '\0';
        n++;
        const char *text = cg_paper_table(name);
        cr_expect(text && text[0] && text[strlen(text) - 1] == '\n', "no table '%s'", name);
    }
    closedir(folder);
    cr_expect(n >= 12, "only %d tables", n);
    cr_expect_null(cg_paper_table("nothing"));
    cr_expect(strstr(cg_paper_table("table8_networks"),
                     "\n1,ShuffleNet v2 0.5x,ours,224,41,39.7,417,57.0,shufflenet_v2:0.5x\n"));
}

/* Multiply-adds and weights of what ncnn's benchmark page was measured with. */
Test(networks, ncnns_classifiers_have_its_counts_exactly)
{
    struct cg_config *config = open_config();
    struct cg_csv csv;
    int checked = 0;
    cr_assert_eq(cg_csv_parse(cg_paper_table("ncnn_networks"), "networks.csv", &csv, NULL), CG_OK);
    for (int row = 0; row < csv.n_rows; row++) {
        const char *name = cg_csv_cell(&csv, row, cg_csv_column(&csv, "here"));
        struct cg_error err = {0};
        int64_t weights = 0;
        if (!name[0])
            continue;
        struct cg_network *network = cg_config_load_network(config, name, NULL, &err);
        cr_assert(network, "%s: %s", name, err.text);
        for (int id = 0; id < network->graph->n_nodes; id++)
            weights += cg_node_weights(network->graph, id);
        cr_expect_eq(cg_graph_cost(network->graph).madds,
                     atoll(cg_csv_cell(&csv, row, cg_csv_column(&csv, "madds"))), "%s: %lld multiply-adds",
                     name, (long long)cg_graph_cost(network->graph).madds);
        cr_expect_eq(weights, atoll(cg_csv_cell(&csv, row, cg_csv_column(&csv, "weights"))),
                     "%s: %lld weights", name, (long long)weights);
        cr_expect_eq(network->width, atoi(cg_csv_cell(&csv, row, cg_csv_column(&csv, "input"))));
        cg_network_destroy(&network);
        checked++;
    }
    cr_expect_eq(checked, 16);
    cg_csv_release(&csv);
    cg_config_close(&config);
}

/* Reconstructions are fitted to published multiply-adds; how closely is promised in their files. */
Test(networks, reconstructions_meet_the_published_count)
{
    static const struct {
        const char *name;
        double within;
    } rows[] = {{"igcv2:0.25", 0.02},           {"igcv2:0.5", 0.02},          {"igcv2:1.0", 0.02},
                {"xception_light:0.5x", 0.013}, {"xception_light:1x", 0.013}, {"xception_light:2x", 0.013},
                {"densenet_light:0.5x", 0.05},  {"densenet_light:2x", 0.05},  {"shufflenet_v1_50", 0.05}};
    struct cg_config *config = open_config();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct cg_error err = {0};
        struct cg_network *network = cg_config_load_network(config, rows[i].name, NULL, &err);
        cr_assert(network, "%s: %s", rows[i].name, err.text);
        const double ratio = (double)cg_graph_cost(network->graph).madds / network->published.madds;
        cr_expect(fabs(ratio - 1) <= rows[i].within, "%s: %.4f of the published count", rows[i].name, ratio);
        cr_expect(network->reconstruction);
        cr_expect(network->derivation[0]);
        cg_network_destroy(&network);
    };
    cg_config_close(&config);
}

Test(networks, references)
{
    static const struct {
        const char *ref, *name, *variant;
        int batch, h, w;
    } rows[] = {
        {"shufflenet_v2", "shufflenet_v2:1.0x", "1.0x", 1, 224, 224},
        {"resnet50", "resnet50:v1", "v1", 1, 224, 224},
        {"mobilenet_v2:0.75@192", "mobilenet_v2:0.75@192", "0.75", 1, 192, 192},
        {"mobilenet_v2:0.4", "mobilenet_v2:0.4@160", "0.4", 1, 160, 160},
        {"mobilenet_v2:1.0@640x480", "mobilenet_v2:1.0@640x480", "1.0", 1, 480, 640},
        {"mobilenet_v2:1.0@224", "mobilenet_v2:1.0", "1.0", 1, 224, 224},
        {"shufflenet_v2_50", "shufflenet_v2_50", "", 1, 224, 224},
        {"nasnet_a@160", "nasnet_a@160", "", 1, 160, 160},
    };
    struct cg_config *config = open_config();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct cg_error err = {0};
        struct cg_network *network = cg_config_load_network(config, rows[i].ref, NULL, &err);
        cr_assert(network, "%s: %s", rows[i].ref, err.text);
        const struct cg_shape input = network->graph->nodes[network->graph->input].shape;
        cr_expect_str_eq(network->name, rows[i].name);
        cr_expect_str_eq(network->variant, rows[i].variant);
        cr_expect(input.n == rows[i].batch && input.h == rows[i].h && input.w == rows[i].w && input.c == 3);
        cg_network_destroy(&network);
    };
    cg_config_close(&config);
}

Test(networks, batch_and_size)
{
    const struct cg_config_options options = {.batch = 4};
    struct cg_config *config = open_config();
    struct cg_error err = {0};
    struct cg_network *network =
        cg_config_load_network(config, "shufflenet_v1:1x_g3@320x240", &options, &err);
    cr_assert(network, "%s", err.text);
    const struct cg_shape input = network->graph->nodes[network->graph->input].shape;
    cr_expect(input.n == 4 && input.w == 320 && input.h == 240);
    cr_expect_str_eq(network->name, "shufflenet_v1:1x_g3@320x240");
    cg_network_destroy(&network);
    cg_config_close(&config);
}

/* Every family at sizes that its strides do not divide, upright and lying, and in batches: shapes fit, work
 * grows with the batch. */
Test(networks, any_size_and_batch_that_the_strides_allow)
{
    static const struct {
        int batch, width, height;
    } sizes[] = {{1, 96, 96}, {1, 225, 225}, {3, 101, 101}, {8, 160, 90}, {2, 90, 160}, {1, 331, 257}};
    struct cg_config *config = open_config();
    struct cg_error err = {0};
    struct cg_network *rows;
    int n;
    cr_assert_eq(cg_config_list_networks(config, &rows, &n, &err), CG_OK, "%s", err.text);
    for (int i = 0; i < n; i++) {
        for (size_t k = 0; k < sizeof sizes / sizeof sizes[0] && rows[i].is_default; k++) {
            char ref[2 * CG_NAME_MAX];
            const struct cg_config_options options = {.batch = sizes[k].batch};
            snprintf(ref, sizeof ref, "%s@%dx%d", rows[i].family, sizes[k].width, sizes[k].height);
            struct cg_network *network = cg_config_load_network(config, ref, &options, &err);
            struct cg_network *single = cg_config_load_network(config, ref, NULL, &err);
            cr_assert(network && single, "%s at %dx%d: %s", rows[i].name, sizes[k].width, sizes[k].height,
                      err.text);
            const struct cg_shape out = network->graph->nodes[network->graph->output].shape;
            cr_expect(out.n == sizes[k].batch && out.h == 1 && out.w == 1 && out.c == 1000, "%s: %dx%dx%dx%d",
                      network->name, out.n, out.h, out.w, out.c);
            cr_expect_eq(cg_graph_cost(network->graph).madds,
                         sizes[k].batch * cg_graph_cost(single->graph).madds);
            cr_expect_eq(cg_graph_cost(network->graph).params, cg_graph_cost(single->graph).params);
            cg_network_destroy(&network);
            cg_network_destroy(&single);
        }
    }
    free(rows);
    cg_config_close(&config);
}

Test(networks, bad_references_get_one_sentence)
{
    static const struct {
        const char *ref, *sentence;
    } rows[] = {
        {"shufflenet_v3", "'shufflenet_v2'"},
        {"shufflenet_v2:1x", "it has 0.5x, 1.0x, 1.5x, 2.0x"},
        {"shufflenet_v1:0.5x_g2", "is unpublished: at 0.5x only g = 3 and 8"},
        {"shufflenet_v1:0.25x_g8", "is unpublished"},
        {"nasnet_a:large", "has no variants"},
        {"resnet50@", "input size"},
        {"resnet50@0", "input size"},
        {"resnet50@224x", "input size"},
        {"resnet50@99999", "input size"},
        {"resnet50@-5", "input size"},
        {"resnet50:", "variant"},
        {"", "not the name of a network"},
        {"@192", "not the name of a network"},
        {"../networks/resnet50", "there is no network"},
        {"no/such/file.lua", "No such file"},
        {"/proc/self/status", "its name ends in none of .lua, .onnx and .param"},
        {"model.onnx", "reads no files of other programs"},
        {"densenet121@16", "does not fit"},
    };
    struct cg_config *config = open_config();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct cg_error err = {0};
        struct cg_network *network = cg_config_load_network(config, rows[i].ref, NULL, &err);
        cr_expect_null(network, "%s", rows[i].ref);
        cr_expect(strstr(err.text, rows[i].sentence), "%s: %s", rows[i].ref, err.text);
        cr_expect_null(strchr(err.text, '\n'));
        cg_network_destroy(&network);
    };
    cg_config_close(&config);
}

/* Where time goes is reported by block, so every layer must have one. */
Test(networks, every_layer_is_in_a_block)
{
    struct cg_config *config = open_config();
    struct cg_error err = {0};
    struct cg_network *rows;
    int n;
    cr_assert_eq(cg_config_list_networks(config, &rows, &n, &err), CG_OK, "%s", err.text);
    for (int i = 0; i < n; i++) {
        struct cg_network *network = cg_config_load_network(config, rows[i].name, NULL, &err);
        cr_assert(network, "%s", err.text);
        for (int id = 0; id < network->graph->n_nodes; id++) {
            const struct cg_node *node = &network->graph->nodes[id];
            cr_expect(node->op == CG_INPUT || node->block >= 0, "%s: %s (%s)", rows[i].name, node->name,
                      node->origin);
            cr_expect(node->op == CG_INPUT || strstr(node->origin, ".lua:"), "%s: origin '%s'", rows[i].name,
                      node->origin);
        }
        cg_network_destroy(&network);
    }
    free(rows);
    cg_config_close(&config);
}

/* Of several loads the fastest counts: the others were disturbed. */
Test(networks, table_8_loads_within_200_ms)
{
#if defined(__SANITIZE_ADDRESS__)
    const double limit_ms = 2000;
#else
    const double limit_ms = 200;
#endif
    struct cg_config *config = open_config();
    struct cg_error err = {0};
    double fastest_ms = INFINITY;
    for (int i = 0; i < 10 && fastest_ms >= limit_ms; i++) {
        const clock_t start = clock(); /* of this process's processor time */
        struct cg_suite *suite = cg_config_load_suite(config, "networks", NULL, &err);
        fastest_ms = fmin(fastest_ms, 1e3 * (double)(clock() - start) / CLOCKS_PER_SEC);
        cr_assert(suite, "%s", err.text);
        cg_suite_destroy(&suite);
    }
    cr_expect(fastest_ms < limit_ms, "%.0f ms", fastest_ms);
    cg_config_close(&config);
}

/* The n-th Lua block of a README, written to a temporary file whose name replaces `path`. */
static void write_example(const char *name, int n, char *path)
{
    static char text[65536];
    FILE *readme = fopen(name, "r");
    cr_assert(readme);
    text[fread(text, 1, sizeof text - 1, readme)] = '\0';
    fclose(readme);
    char *begin = text;
    for (int i = 0; i <= n; i++) {
        begin = strstr(begin, "```lua\n");
        cr_assert(begin);
        begin += strlen("```lua\n");
    }
    char *end = strstr(begin, "```");
    cr_assert(end);
    const int fd = mkstemps(path, 4);
    cr_assert_geq(fd, 0);
    cr_assert_eq(write(fd, begin, (size_t)(end - begin)), end - begin);
    close(fd);
}

/* add and mul take tensors or one list of them, and options behind either. */
Test(networks, joins_take_options_behind_lists_too)
{
    static const char *const joins[] = {"mul(x, x, {act = 'relu6'})", "mul({x, x}, {act = 'relu6'})",
                                        "add(x, x, x, {act = 'relu6'})", "add({x, x, x}, {act = 'relu6'})"};
    struct cg_config *config = open_config();
    for (size_t i = 0; i < sizeof joins / sizeof joins[0]; i++) {
        char path[] = "/tmp/cg_joins_XXXXXX.lua";
        const int fd = mkstemps(path, 4);
        cr_assert(fd >= 0);
        dprintf(fd, "network{name = 'n', source = 's', inputs = {8}, build = function(x) return %s end}\n",
                joins[i]);
        close(fd);
        struct cg_error err = {0};
        struct cg_network *network = cg_config_load_network(config, path, NULL, &err);
        cr_expect(network, "%s: %s", joins[i], err.text);
        if (network)
            cr_expect_eq(network->graph->nodes[network->graph->output].act, CG_ACT_RELU6, "%s", joins[i]);
        unlink(path);
        cg_network_destroy(&network);
    }
    cg_config_close(&config);
}

Test(networks, the_first_readmes_example_works)
{
    char path[] = "/tmp/cg_readme_XXXXXX.lua", ref[64];
    struct cg_config *config = open_config();
    struct cg_error err = {0};
    write_example(CG_TEST_ROOT "/README.md", 0, path);
    snprintf(ref, sizeof ref, "%s:small", path);
    struct cg_network *network = cg_config_load_network(config, ref, NULL, &err);
    cr_expect(network, "%s", err.text);
    if (network) {
        cr_expect_eq(network->graph->nodes[network->graph->output].shape.c, 1000);
        cr_expect_eq(network->graph->n_blocks, 5);
    }
    unlink(path);
    cg_network_destroy(&network);
    cg_config_close(&config);
}

Test(networks, the_readmes_examples_work)
{
    char network_path[] = "/tmp/cg_readme_XXXXXX.lua", suite_path[] = "/tmp/cg_readme_XXXXXX.lua", ref[64];
    struct cg_config *config = open_config();
    struct cg_error err = {0};
    write_example(CG_TEST_ROOT "/configs/README.md", 0, network_path);
    write_example(CG_TEST_ROOT "/configs/README.md", 1, suite_path);
    snprintf(ref, sizeof ref, "%s:large@192", network_path);
    struct cg_network *network = cg_config_load_network(config, ref, NULL, &err);
    cr_expect(network, "%s", err.text);
    if (network) {
        cr_expect_str_eq(network->name, "my_net:large@192");
        cr_expect_eq(network->graph->nodes[network->graph->output].shape.c, 1000);
        cr_expect_eq(network->graph->n_blocks, 8);
    }
    struct cg_suite *suite = cg_config_load_suite(config, suite_path, NULL, &err);
    cr_expect(suite, "%s", err.text);
    int networks = 0, stacks = 0;
    for (int g = 0; suite && g < suite->n_groups; g++)
        for (int i = 0; i < suite->groups[g].n_cases; i++)
            *(suite->groups[g].cases[i].network ? &networks : &stacks) += 1;
    cr_expect(networks == 2 && stacks == 2, "%d and %d", networks, stacks);
    unlink(network_path);
    unlink(suite_path);
    cg_network_destroy(&network);
    cg_suite_destroy(&suite);
    cg_config_close(&config);
}
