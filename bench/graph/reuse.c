#include "base/arena.h"
#include "bench/graph/cost.h"

#include <string.h>

struct trace {
    const struct cg_graph *graph;
    int **channels; /* by node: for each of its channels, that of the source tensor that it is, or -1 */
    int *last;      /* by block: its last node, or -1 */
    bool *seen;     /* scratch, by channel of the source */
};

/* False when there is no memory. */
static bool trace_start(struct trace *t, const struct cg_graph *graph, struct cg_arena *arena)
{
    int most = 1;
    *t = (struct trace){.graph = graph,
                        .channels = cg_arena_array(arena, (size_t)graph->n_nodes, sizeof *t->channels),
                        .last = cg_arena_array(arena, (size_t)graph->n_blocks, sizeof *t->last)};
    bool ok = t->channels && t->last;
    for (int i = 0; ok && i < graph->n_blocks; i++)
        t->last[i] = -1;
    for (int id = 0; ok && id < graph->n_nodes; id++) {
        const struct cg_node *node = &graph->nodes[id];
        most = node->shape.c > most ? node->shape.c : most;
        t->channels[id] = cg_arena_array(arena, (size_t)node->shape.c, sizeof(int));
        ok = t->channels[id] != NULL;
        if (node->block >= 0)
            t->last[node->block] = id;
    }
    t->seen = cg_arena_array(arena, (size_t)most, sizeof *t->seen);
    return ok && t->seen;
}

/* Follows the channels through one node that only moves them; anything else ends them. */
static void follow(const struct trace *t, int id)
{
    const struct cg_node *node = &t->graph->nodes[id];
    int *out = t->channels[id];
    const int *in = node->n_inputs > 0 ? t->channels[node->inputs[0]] : NULL;
    const int per_group = node->op == CG_SHUFFLE ? node->shape.c / node->groups : 0;
    switch (node->op) {
    case CG_CONCAT:
        for (int i = 0; i < node->n_inputs; i++) {
            const size_t c = (size_t)t->graph->nodes[node->inputs[i]].shape.c;
            memcpy(out, t->channels[node->inputs[i]], c * sizeof *out);
            out += c;
        }
        break;
    case CG_SPLIT:
        memcpy(out, in + node->offset, (size_t)node->shape.c * sizeof *out);
        break;
    case CG_SHUFFLE:
        for (int j = 0; j < per_group; j++)
            for (int i = 0; i < node->groups; i++)
                out[j * node->groups + i] = in[i * per_group + j];
        break;
    case CG_PERMUTE:
        for (int i = 0; i < node->shape.c; i++)
            out[i] = in[node->index[i]];
        break;
    default:
        for (int i = 0; i < node->shape.c; i++)
            out[i] = -1;
        break;
    }
}

/* How many different channels of the source (`c` of them) stand in the tensor. */
static double share_in(const struct trace *t, int id, int c)
{
    int n = 0;
    memset(t->seen, 0, (size_t)c * sizeof *t->seen);
    for (int i = 0; i < t->graph->nodes[id].shape.c; i++) {
        const int channel = t->channels[id][i];
        if (channel >= 0 && !t->seen[channel]) {
            t->seen[channel] = true;
            n++;
        }
    }
    return (double)n / c;
}

/* From the block's last node on; what comes before it has none of its channels. */
static void fill_row(const struct trace *t, int block, double *share)
{
    const struct cg_graph *graph = t->graph;
    const int source = t->last[block], c = graph->nodes[source].shape.c;
    for (int id = 0; id < source; id++)
        memset(t->channels[id], -1, (size_t)graph->nodes[id].shape.c * sizeof(int));
    for (int i = 0; i < c; i++)
        t->channels[source][i] = i;
    for (int id = source + 1; id < graph->n_nodes; id++)
        follow(t, id);
    for (int k = block; k < graph->n_blocks; k++)
        if (t->last[k] >= source)
            share[block * graph->n_blocks + k] = share_in(t, t->last[k], c);
}

enum cg_status cg_graph_reuse(const struct cg_graph *graph, double *share, struct cg_error *err)
{
    struct trace t = {0};
    struct cg_arena *arena = cg_arena_create(0);
    const bool ok = arena && trace_start(&t, graph, arena);
    for (int i = 0; i < graph->n_blocks * graph->n_blocks; i++)
        share[i] = 0;
    for (int i = 0; ok && i < graph->n_blocks; i++)
        if (t.last[i] >= 0)
            fill_row(&t, i, share);
    cg_arena_destroy(&arena);
    return ok ? CG_OK
              : cg_fail(err, CG_NO_MEMORY, "no memory to follow the channels of %d nodes", graph->n_nodes);
}
