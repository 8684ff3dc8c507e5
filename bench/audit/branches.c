#include "bench/audit/cut.h"

#include <string.h>

/* Dilworth: the largest set of elements of which none needs another is as large as the smallest number of
 * chains that cover all; chains = elements - a maximum matching in the graph of "i is needed by k". */
struct order {
    int n;
    bool *needs;  /* needs[k * n + i]: k needs i, directly or through others */
    int *matched; /* the element whose chain continues with k, or -1 */
    bool *tried;
};

/* Tries to continue i's chain with some k, moving other chains where that helps (Kuhn). */
static bool match(struct order *o, int i)
{
    for (int k = i + 1; k < o->n; k++) {
        if (!o->needs[k * o->n + i] || o->tried[k])
            continue;
        o->tried[k] = true;
        if (o->matched[k] < 0 || match(o, o->matched[k])) {
            o->matched[k] = i;
            return true;
        }
    }
    return false;
}

/* Marks in `reached` every node of the block that needs node `from`. */
static void reach(const struct cg_graph *graph, const struct cg_block_view *view, int from, bool *reached)
{
    memset(reached, 0, (size_t)graph->n_nodes * sizeof *reached);
    reached[from] = true;
    for (int i = 0; i < view->n_nodes; i++) {
        const struct cg_node *node = &graph->nodes[view->nodes[i]];
        for (int k = 0; k < node->n_inputs; k++)
            reached[view->nodes[i]] |= reached[node->inputs[k]];
    }
}

static int largest_antichain(struct order *o)
{
    int chains = o->n;
    for (int k = 0; k < o->n; k++)
        o->matched[k] = -1;
    for (int i = 0; i < o->n; i++) {
        memset(o->tried, 0, (size_t)o->n * sizeof *o->tried);
        chains -= match(o, i);
    }
    return chains;
}

int cg_block_branches(const struct cg_graph *graph, const struct cg_block_view *view, struct cg_arena *arena)
{
    struct order o = {0};
    int *convs = cg_arena_array(arena, (size_t)view->n_nodes, sizeof *convs);
    bool *reached = cg_arena_array(arena, (size_t)graph->n_nodes, sizeof *reached);
    for (int i = 0; convs && i < view->n_nodes; i++)
        if (graph->nodes[view->nodes[i]].op == CG_CONV)
            convs[o.n++] = view->nodes[i];
    o.needs = cg_arena_array(arena, (size_t)o.n * (size_t)o.n, sizeof *o.needs);
    o.matched = cg_arena_array(arena, (size_t)o.n, sizeof *o.matched);
    o.tried = cg_arena_array(arena, (size_t)o.n, sizeof *o.tried);
    if (!convs || !reached || !o.needs || !o.matched || !o.tried)
        return -1;
    for (int i = 0; i < o.n; i++) {
        reach(graph, view, convs[i], reached);
        for (int k = i + 1; k < o.n; k++)
            o.needs[k * o.n + i] = reached[convs[k]];
    }
    return largest_antichain(&o);
}
