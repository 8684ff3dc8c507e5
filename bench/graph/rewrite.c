#include "bench/graph/rewrite.h"

#include <stdlib.h>
#include <string.h>

/* A copy in the making: nodes of `source` added one by one to `graph`, new_id[old] telling where they went.
 */
struct rewrite {
    const struct cg_graph *source;
    struct cg_graph *graph;
    struct cg_shape input; /* for cg_graph_with_input() */
    int *new_id;
    int *uses;   /* of the source's nodes */
    int *inputs; /* scratch for one node's inputs */
};

static void rewrite_release(struct rewrite *r)
{
    free(r->new_id);
    free(r->uses);
    free(r->inputs);
}

static bool rewrite_start(struct rewrite *r, const struct cg_graph *source, struct cg_error *err)
{
    int most_inputs = 2;
    for (int i = 0; i < source->n_nodes; i++)
        if (source->nodes[i].n_inputs > most_inputs)
            most_inputs = source->nodes[i].n_inputs;
    *r = (struct rewrite){
        .source = source,
        .graph = cg_graph_create(),
        .new_id = malloc((size_t)(source->n_nodes + 1) * sizeof *r->new_id),
        .uses = malloc((size_t)(source->n_nodes + 1) * sizeof *r->uses),
        .inputs = malloc((size_t)most_inputs * sizeof *r->inputs),
    };
    bool ok = r->graph && r->new_id && r->uses && r->inputs;
    for (int i = 0; ok && i < source->n_blocks; i++)
        ok = cg_graph_add_block(r->graph, source->blocks[i]) >= 0;
    if (ok) {
        r->graph->n_params = source->n_params;
        cg_graph_uses(source, r->uses);
        return true;
    }
    cg_fail(err, CG_NO_MEMORY, "no memory to rewrite a graph of %d nodes", source->n_nodes);
    cg_graph_destroy(&r->graph);
    rewrite_release(r);
    return false;
}

/* Adds what node `id` of the source becomes; returns the id that stands for it, or -1. */
typedef int rewrite_step(struct rewrite *r, int id, struct cg_error *err);

static struct cg_graph *rewrite(const struct cg_graph *source, rewrite_step *step, struct cg_shape input,
                                struct cg_error *err)
{
    struct rewrite r;
    if (!rewrite_start(&r, source, err))
        return NULL;
    r.input = input;
    bool ok = true;
    for (int id = 0; ok && id < source->n_nodes; id++) {
        r.new_id[id] = step(&r, id, err);
        ok = r.new_id[id] >= 0;
    }
    if (ok)
        r.graph->output = r.new_id[source->output];
    else
        cg_graph_destroy(&r.graph);
    rewrite_release(&r);
    return r.graph;
}

/* The node as a prototype whose inputs are the new ids (in r->inputs, valid until the next call). */
static struct cg_node prototype(struct rewrite *r, int id)
{
    struct cg_node node = r->source->nodes[id];
    for (int k = 0; k < node.n_inputs; k++)
        r->inputs[k] = r->new_id[node.inputs[k]];
    node.inputs = r->inputs;
    return node;
}

static int resize(struct rewrite *r, int id, struct cg_error *err)
{
    struct cg_node node = prototype(r, id);
    if (node.op == CG_INPUT)
        node.shape = (struct cg_shape){r->input.n, r->input.h, r->input.w, node.shape.c};
    return cg_graph_add(r->graph, &node, err);
}

struct cg_graph *cg_graph_with_input(const struct cg_graph *graph, struct cg_shape input,
                                     struct cg_error *err)
{
    return rewrite(graph, resize, input, err);
}

struct cg_graph *cg_graph_copy(const struct cg_graph *graph)
{
    const bool has_input = graph->input >= 0;
    return cg_graph_with_input(graph, has_input ? graph->nodes[graph->input].shape : (struct cg_shape){0},
                               NULL);
}

/* Adds `node`, whose activation is to follow as a node of its own; returns the last id or -1. */
static int add_with_separate_act(struct rewrite *r, struct cg_node *node, struct cg_error *err)
{
    const enum cg_act act = node->act;
    node->act = CG_ACT_NONE;
    const int id = cg_graph_add(r->graph, node, err);
    if (id < 0 || act == CG_ACT_NONE)
        return id;
    struct cg_node separate = cg_node_of(CG_ACT);
    separate.act = act;
    separate.n_inputs = 1;
    separate.inputs = &id;
    separate.block = node->block;
    memcpy(separate.origin, node->origin, sizeof separate.origin);
    return cg_graph_add(r->graph, &separate, err);
}

/* An add of many as a chain of adds of two; returns the last id or -1. */
static int add_chain(struct rewrite *r, const struct cg_node *node, struct cg_error *err)
{
    int sum = node->inputs[0];
    for (int k = 1; k < node->n_inputs; k++) {
        const int pair[2] = {sum, node->inputs[k]};
        struct cg_node link = *node;
        link.inputs = pair;
        link.n_inputs = 2;
        link.act = k == node->n_inputs - 1 ? node->act : CG_ACT_NONE;
        sum = add_with_separate_act(r, &link, err);
        if (sum < 0)
            return -1;
    }
    return sum;
}

static int unfuse(struct rewrite *r, int id, struct cg_error *err)
{
    struct cg_node node = prototype(r, id);
    if (node.op == CG_ADD && node.n_inputs > 2)
        return add_chain(r, &node, err);
    return node.op == CG_ACT ? cg_graph_add(r->graph, &node, err) : add_with_separate_act(r, &node, err);
}

struct cg_graph *cg_graph_unfuse(const struct cg_graph *graph, struct cg_error *err)
{
    return rewrite(graph, unfuse, (struct cg_shape){0}, err);
}

static int fuse(struct rewrite *r, int id, struct cg_error *err)
{
    const struct cg_node node = prototype(r, id);
    if (node.op == CG_ACT) {
        const int source = r->source->nodes[id].inputs[0];
        struct cg_node *before = &r->graph->nodes[r->new_id[source]];
        if (r->uses[source] == 1 && before->op != CG_ACT && before->act == CG_ACT_NONE &&
            cg_op_has(before->op, CG_HAS_ACT) && cg_act_fuses(node.act)) {
            before->act = node.act;
            return r->new_id[source];
        }
    }
    return cg_graph_add(r->graph, &node, err);
}

struct cg_graph *cg_graph_fuse(const struct cg_graph *graph, struct cg_error *err)
{
    return rewrite(graph, fuse, (struct cg_shape){0}, err);
}
