/* libFuzzer target: networks and suites written in Lua. Whatever is accepted has a cost, and nothing that is
 * shown of it holds what a terminal would obey. Its corpus is tests/fuzz/lua/; see tests/meson.build, target
 * fuzz_lua. */
#include "base/text.h"
#include "bench/config/config.h"
#include "bench/graph/cost.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char folder[] = "/tmp/cg_fuzz_lua_XXXXXX", path[64];

static void remove_file(void)
{
    unlink(path);
    rmdir(folder);
}

/* What the files are read with, the same for all. */
static const struct cg_config *open_config(void)
{
    static struct cg_config *config;
    struct cg_error err = {0};
    if (config)
        return config;
    config = cg_config_open(&err);
    if (!config || !mkdtemp(folder)) {
        fprintf(stderr, "%s\n", err.text);
        abort();
    }
    snprintf(path, sizeof path, "%s/x.lua", folder);
    atexit(remove_file);
    return config;
}

static void expect_plain(const char *const *texts, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (cg_has_control(texts[i])) {
            fprintf(stderr, "text %zu of %zu would be obeyed by a terminal\n", i, n);
            abort();
        }
}
#define EXPECT_PLAIN(...)                                                                                    \
    expect_plain((const char *const[]){__VA_ARGS__},                                                         \
                 sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static void look_at_graph(const struct cg_graph *graph)
{
    if (cg_graph_cost(graph).madds < 0 || cg_graph_peak_memory(graph) < 0)
        abort();
    for (int i = 0; i < graph->n_nodes; i++)
        EXPECT_PLAIN(graph->nodes[i].name);
    for (int i = 0; i < graph->n_blocks; i++)
        EXPECT_PLAIN(graph->blocks[i]);
}

static void look_at_suite(const struct cg_suite *suite)
{
    EXPECT_PLAIN(suite->name, suite->title, suite->source, suite->note, suite->axis, suite->factor_names[0],
                 suite->factor_names[1]);
    for (int g = 0; g < suite->n_groups; g++) {
        const struct cg_group *group = &suite->groups[g];
        EXPECT_PLAIN(group->name, group->set, group->title);
        for (int i = 0; i < group->n_cases; i++) {
            const struct cg_case *c = &group->cases[i];
            EXPECT_PLAIN(c->name, c->label, c->series, c->twin, c->widths, c->note);
            look_at_graph(c->graph);
        }
    }
}

static void expect_reason(bool loaded, const struct cg_error *err)
{
    if (!loaded && !err->text[0])
        abort(); /* a refusal says why */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const sizes[] = {"", "@9x6"};
    const struct cg_config *config = open_config();
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(data, 1, size, file) != size || fclose(file) != 0)
        abort();
    for (int i = 0; i < 2; i++) {
        char ref[80];
        struct cg_error err = {0};
        snprintf(ref, sizeof ref, "%s%s", path, sizes[i]);
        struct cg_network *network = cg_config_load_network(config, ref, NULL, &err);
        expect_reason(network, &err);
        if (network) {
            EXPECT_PLAIN(network->name, network->title, network->source, network->note, network->derivation);
            look_at_graph(network->graph);
        }
        cg_network_destroy(&network);
    }
    struct cg_error err = {0};
    struct cg_suite *suite = cg_config_load_suite(config, path, NULL, &err);
    expect_reason(suite, &err);
    if (suite)
        look_at_suite(suite);
    cg_suite_destroy(&suite);
    return 0;
}
