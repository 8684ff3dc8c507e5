#include "bench/graph/reuse.h"

#include <stdlib.h>
#include <string.h>

/* For every node, for each of its channels, the channel of the source tensor that it is, or -1. */
struct trace {
    const struct cg_graph *graph;
    int **channels; /* by node */
};

static void trace_release(struct trace *t)
{
    for (int id = 0; t->channels && id < t->graph->n_nodes; id++)
        free(t->channels[id]);
    free(t->channels);
}

static bool trace_alloc(struct trace *t, const struct cg_graph *graph)
{
    *t = (struct trace){.graph = graph, .channels = calloc((size_t)graph->n_nodes + 1, sizeof(int *))};
    for (int id = 0; t->channels && id < graph->n_nodes; id++) {
        t->channels[id] = malloc((size_t)graph->nodes[id].shape.c * sizeof(int));
        if (!t->channels[id])
            return false;
    }
    return t->channels != NULL;
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
static double share_in(const struct trace *t, int id, bool *seen, int c)
{
    int n = 0;
    memset(seen, 0, (size_t)c * sizeof *seen);
    for (int i = 0; i < t->graph->nodes[id].shape.c; i++) {
        const int channel = t->channels[id][i];
        if (channel >= 0 && !seen[channel]) {
            seen[channel] = true;
            n++;
        }
    }
    return (double)n / c;
}

static bool fill_row(const struct trace *t, const int *last, int block, double *share)
{
    const struct cg_graph *graph = t->graph;
    const int source = last[block], c = graph->nodes[source].shape.c;
    bool *seen = malloc((size_t)c * sizeof *seen);
    if (!seen)
        return false;
    for (int id = 0; id < graph->n_nodes; id++) {
        follow(t, id);
        for (int i = 0; id == source && i < c; i++)
            t->channels[id][i] = i;
        if (id < source)
            memset(t->channels[id], -1, (size_t)graph->nodes[id].shape.c * sizeof(int));
    }
    for (int k = block; k < graph->n_blocks; k++)
        if (last[k] >= source)
            share[block * graph->n_blocks + k] = share_in(t, last[k], seen, c);
    free(seen);
    return true;
}

enum cg_status cg_graph_reuse(const struct cg_graph *graph, double *share, struct cg_error *err)
{
    struct trace t = {0};
    int *last = malloc((size_t)(graph->n_blocks + 1) * sizeof *last);
    bool ok = last && trace_alloc(&t, graph);
    for (int i = 0; i < graph->n_blocks * graph->n_blocks; i++)
        share[i] = 0;
    for (int i = 0; ok && i < graph->n_blocks; i++)
        last[i] = -1;
    for (int id = 0; ok && id < graph->n_nodes; id++)
        if (graph->nodes[id].block >= 0)
            last[graph->nodes[id].block] = id;
    for (int i = 0; ok && i < graph->n_blocks; i++)
        ok = last[i] < 0 || fill_row(&t, last, i, share);
    if (t.graph)
        trace_release(&t);
    free(last);
    return ok ? CG_OK
              : cg_fail(err, CG_NO_MEMORY, "no memory to follow the channels of %d nodes", graph->n_nodes);
}
