#include "bench/onnx/network_arg.h"
#include "base/text.h"
#include "bench/commands/command.h"
#include "bench/record/json.h"
#include "bench/commands/options.h"
#include "report/format.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A published figure that differs by more than this share of it gets its note printed. */
#define WORTH_A_NOTE 0.01

static double difference(const struct cg_network *network, const struct cg_cost *cost)
{
    const double published = network->published.madds;
    return isnan(published)
               ? NAN
               : (double)cost->madds / network->graph->nodes[network->graph->input].shape.n / published - 1;
}

/* ---- JSON ---- */

static json_t *cost_json(const struct cg_cost *cost)
{
    return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I}", "madds", (json_int_t)cost->madds, "params",
                     (json_int_t)cost->params, "activations", (json_int_t)cost->activations,
                     "mem_access_elements", (json_int_t)cost->mem_access, "mem_access_bytes",
                     (json_int_t)cost->mem_access * 4, "mem_access_all_elements",
                     (json_int_t)cost->mem_access_all);
}

static json_t *layers_json(const struct cg_graph *graph)
{
    json_t *layers = json_array();
    for (int id = 0; id < graph->n_nodes; id++) {
        const struct cg_node *node = &graph->nodes[id];
        if (node->op == CG_INPUT)
            continue;
        const struct cg_cost cost = cg_node_cost(graph, id);
        json_t *layer = cost_json(&cost);
        json_object_set_new(layer, "name", json_string(node->name));
        json_object_set_new(layer, "kind", json_string(cg_op_name(node->op)));
        json_object_set_new(layer, "category", json_string(cg_category_name(cg_node_category(graph, id))));
        json_object_set_new(layer, "input", cg_json_shape(cg_input_shape(graph, id, 0)));
        json_object_set_new(layer, "output", cg_json_shape(node->shape));
        json_array_append_new(layers, layer);
    }
    return layers;
}

static json_t *network_json(const struct cg_network *network, bool layers)
{
    const struct cg_graph *graph = network->graph;
    const struct cg_published *published = &network->published;
    const struct cg_cost cost = cg_graph_cost(graph);
    json_t *total = cost_json(&cost);
    json_object_set_new(total, "peak_memory_bytes", json_integer(cg_graph_peak_memory(graph)));
    return json_pack("{s:s, s:s, s:s, s:o, s:o, s:b, s:o, s:o, s:s?, s:o*}", "network", network->family,
                     "variant", network->variant, "name", network->name, "input",
                     cg_json_shape(graph->nodes[graph->input].shape), "total", total, "reconstruction",
                     network->reconstruction, "published_madds", cg_json_number(published->madds),
                     "difference_percent", cg_json_number(100 * difference(network, &cost)), "note",
                     published->note[0] ? published->note : NULL, "layers",
                     layers ? layers_json(graph) : NULL);
}

/* ---- text ---- */

static void print_head(void)
{
    printf("%-34s %9s %9s %8s %11s %9s %9s %9s %8s\n", "", "MFLOPs", "", "differ-", "", "activat.",
           "mem. acc.", "all ops", "peak");
    printf("%-34s %9s %9s %8s %11s %9s %9s %9s %8s\n", "network", "(madds)", "published", "ence",
           "parameters", "M elem.", "M elem.", "M elem.", "MB");
}

static void print_row(const struct cg_network *network)
{
    const struct cg_cost cost = cg_graph_cost(network->graph);
    const double relative = difference(network, &cost);
    const bool known = !isnan(relative);
    printf("%-*s %9.2f %9s %8s %11lld %9.2f %9.2f %9.2f %8.2f\n", network->reconstruction ? 36 : 34,
           cg_phrase("%s%s", network->name, network->reconstruction ? "†" : "").text,
           1e-6 * (double)cost.madds, cg_phrase(known ? "%.4g" : "-", 1e-6 * network->published.madds).text,
           cg_phrase(known ? "%+.1f %%" : "-", 100 * relative).text, (long long)cost.params,
           1e-6 * (double)cost.activations, 1e-6 * (double)cost.mem_access,
           1e-6 * (double)cost.mem_access_all, 1e-6 * (double)cg_graph_peak_memory(network->graph));
    if (fabs(relative) > WORTH_A_NOTE && network->published.note[0])
        printf("    note: %s\n", network->published.note);
}

static void print_foot(bool reconstructions)
{
    printf(
        "\nMFLOPs (madds): millions of multiply-adds of convolutions and FC, the paper's \"FLOPs\".\n"
        "activat.: elements that convolutions write.\n"
        "mem. acc.: the paper's memory access cost, input + output + weights of every convolution and FC;\n"
        "all ops: the same over every operation. peak: predicted memory of a plan that runs layer by layer, "
        "f32;\n"
        "groups of layers that run together need less.\n");
    if (reconstructions)
        printf("† structure not published: a reconstruction; its file tells the derivation.\n");
}

/* "56x56x24" */
static struct cg_phrase map_of(struct cg_shape shape)
{
    return cg_phrase("%dx%dx%d", shape.h, shape.w, shape.c);
}

static void print_layers(const struct cg_graph *graph)
{
    printf("%-28s %-11s %-16s %-16s %10s %10s %10s\n", "layer", "kind", "input", "output", "Mmadds",
           "parameters", "mem. acc.");
    for (int id = 0; id < graph->n_nodes; id++) {
        const struct cg_node *node = &graph->nodes[id];
        if (node->op == CG_INPUT)
            continue;
        const struct cg_cost cost = cg_node_cost(graph, id);
        char name[4 * CG_NAME_MAX]; /* it may be of a file */
        printf("%-28s %-11s %-16s %-16s %10.3f %10lld %10lld\n", cg_printable(node->name, name, sizeof name),
               cg_node_is_depthwise(graph, id) ? "depthwise" : cg_op_name(node->op),
               map_of(cg_input_shape(graph, id, 0)).text, map_of(node->shape).text, 1e-6 * (double)cost.madds,
               (long long)cost.params, (long long)cost.mem_access_all);
    }
    putchar('\n');
}

/* ---- the command ---- */

struct asked {
    bool all, layers, json;
    int batch; /* 0: 1, or what a file says */
};

/* One network's JSON has its layers; of several, where they are asked for. */
static json_t *costs_json(struct cg_network *const *networks, int n, const struct asked *asked)
{
    if (n == 1 && !asked->all)
        return network_json(networks[0], true);
    json_t *array = json_array();
    for (int i = 0; i < n; i++)
        json_array_append_new(array, network_json(networks[i], asked->layers));
    return array;
}

static void print_costs(struct cg_network *const *networks, int n, const struct asked *asked)
{
    bool reconstructions = false;
    for (int i = 0; i < n && asked->layers; i++) {
        if (n > 1)
            printf("%s\n", networks[i]->name);
        print_layers(networks[i]->graph);
    }
    print_head();
    for (int i = 0; i < n; i++) {
        print_row(networks[i]);
        if (networks[i]->note[0] && !asked->all)
            printf("    %s\n", networks[i]->note);
        reconstructions = reconstructions || networks[i]->reconstruction;
    }
    print_foot(reconstructions);
}

/* Nothing is printed before all networks are there. */
static enum cg_status cost_of(const char *const *refs, int n, const struct asked *asked, struct cg_error *err)
{
    struct cg_network **networks = calloc((size_t)n, sizeof *networks);
    enum cg_status status = networks ? CG_OK : cg_fail(err, CG_NO_MEMORY, "no memory for %d networks", n);
    for (int i = 0; i < n && status == CG_OK; i++)
        status = (networks[i] = cg_network_arg(refs[i], asked->batch, err)) ? CG_OK : err->status;
    if (status == CG_OK && asked->json)
        status = cg_json_print(costs_json(networks, n, asked), stdout, err);
    else if (status == CG_OK)
        print_costs(networks, n, asked);
    for (int i = 0; networks && i < n; i++)
        cg_network_destroy(&networks[i]);
    free(networks);
    return status;
}

static enum cg_status cost_of_all(const struct asked *asked, struct cg_error *err)
{
    struct cg_config *config = cg_config_open(err);
    struct cg_network *rows = NULL;
    int n = 0;
    enum cg_status status = config ? cg_config_list_networks(config, &rows, &n, err) : err->status;
    const char **names = calloc((size_t)n + 1, sizeof *names);
    if (!names)
        status = cg_fail(err, CG_NO_MEMORY, "no memory for %d networks", n);
    for (int i = 0; names && i < n; i++)
        names[i] = rows[i].name;
    status = status ?: cost_of(names, n, asked, err);
    free(names);
    free(rows);
    cg_config_close(&config);
    return status;
}

enum cg_status cg_command_cost(int argc, char **argv, struct cg_error *err)
{
    struct asked asked = {0};
    struct cg_words words = {0, -1};
    const struct cg_option options[] = {
        {"all", 'a', CG_OPTION_FLAG, NULL, "every network there is, with the published figures", &asked.all},
        {"layers", 'l', CG_OPTION_FLAG, NULL, "layer by layer", &asked.layers},
        {"batch", 'b', CG_OPTION_INT, "N", "images a run (1, or what an .onnx file says)", &asked.batch, 1,
         4096},
        {"json", 0, CG_OPTION_FLAG, NULL, "JSON instead of text", &asked.json},
    };
    const enum cg_status status = cg_options_parse(argc, argv, CG_ROWS(options), &words, err);
    if (status != CG_OK || words.first < 0)
        return status;
    const int n = argc - words.first;
    if (asked.all == (n > 0))
        return cg_fail(err, CG_INVALID, "give networks or --all; 'convgauge list networks' names them");
    return asked.all ? cost_of_all(&asked, err)
                     : cost_of((const char *const *)(argv + words.first), n, &asked, err);
}
