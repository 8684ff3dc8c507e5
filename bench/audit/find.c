#include "bench/audit/audit.h"

#include "base/array.h"
#include "base/text.h"
#include "bench/audit/cut.h"
#include "bench/graph/cost.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

CG_NAMES_DEFINE(cg_guideline, CG_GUIDELINES)

/* The search over one graph. */
struct finder {
    const struct cg_graph *graph;
    struct cg_audit *audit;
    struct cg_arena *arena; /* of what the search writes down */
    struct cg_error *err;
};

/* False with the error set. */
static bool no_memory(struct finder *f)
{
    cg_fail(f->err, CG_NO_MEMORY, "no memory to audit the network");
    return false;
}

/* A new breach in the list, in words as printf() writes them, or NULL with the error set. */
__attribute__((format(printf, 4, 5))) static struct cg_breach *
new_breach(struct finder *f, enum cg_guideline guideline, int block, const char *format, ...)
{
    struct cg_audit *audit = f->audit;
    if (!cg_array_fit(audit->breaches, audit->breaches_capacity, audit->n_breaches + 1)) {
        no_memory(f);
        return NULL;
    }
    struct cg_breach *breach = &audit->breaches[audit->n_breaches++];
    *breach = (struct cg_breach){.guideline = guideline};
    if (block >= 0)
        snprintf(breach->block, sizeof breach->block, "%s", f->graph->blocks[block]);
    va_list args;
    va_start(args, format);
    vsnprintf(breach->what, sizeof breach->what, format, args);
    va_end(args);
    return breach;
}

/* Counts the pair's multiply-adds; false when a graph is missing. */
static bool complete(struct cg_breach *breach)
{
    if (!breach->original || !breach->replacement)
        return false;
    breach->original_madds = cg_graph_cost(breach->original).madds;
    breach->replacement_madds = cg_graph_cost(breach->replacement).madds;
    return true;
}

/* The next multiple of `step`. */
static int round_up(double value, int step)
{
    return (int)ceil(value / step - 1e-9) * step;
}

static bool is_pointwise(const struct cg_node *node)
{
    return node->op == CG_CONV && node->window.kernel_h == 1 && node->window.kernel_w == 1;
}

/* Memory access cost over eq. (1)'s lower bound for the same multiply-adds, or over eq. (2)'s at equal widths
 * where there are groups; 1 = equal widths. */
static double access_ratio(double map, double c1, double c2, double groups)
{
    const double madds = map * c1 * c2 / groups;
    const double bound = 2 * sqrt(map * madds * groups) + madds / map;
    return (map * (c1 + c2) + madds / map) / bound;
}

/* Convolution `id` as it is beside one of other widths and groups; `breach` is NULL without memory. */
static bool replace_conv(struct finder *f, struct cg_breach *breach, int id, int c1, int c2, int groups)
{
    const struct cg_node *node = &f->graph->nodes[id];
    if (!breach)
        return false;
    breach->original =
        cg_conv_alone(f->graph, id, cg_input_shape(f->graph, id, 0).c, node->shape.c, node->groups, f->err);
    breach->replacement = cg_conv_alone(f->graph, id, c1, c2, groups, f->err);
    return complete(breach);
}

static bool find_g1(struct finder *f, int id)
{
    const struct cg_node *node = &f->graph->nodes[id];
    const int c1 = cg_input_shape(f->graph, id, 0).c, c2 = node->shape.c;
    const double map = (double)node->shape.n * node->shape.h * node->shape.w;
    if (!is_pointwise(node) || access_ratio(map, c1, c2, node->groups) <= 1 + CG_AUDIT_EXCESS)
        return true;
    int step = 8;
    while (step % node->groups != 0)
        step += 8;
    const int c = round_up(sqrt((double)c1 * c2), step);
    struct cg_breach *breach =
        new_breach(f, CG_G1, node->block, "%.40s %d->%d becomes %d->%d", node->name, c1, c2, c, c);
    return replace_conv(f, breach, id, c, c, node->groups);
}

static bool find_g2(struct finder *f, int id)
{
    const struct cg_node *node = &f->graph->nodes[id];
    if (node->op != CG_CONV || node->groups == 1 || cg_node_is_depthwise(f->graph, id))
        return true;
    const int c1 = cg_input_shape(f->graph, id, 0).c, c2 = node->shape.c;
    const double by = sqrt((double)node->groups);
    const int n1 = round_up(c1 / by, 8), n2 = round_up(c2 / by, 8);
    struct cg_breach *breach = new_breach(f, CG_G2, node->block, "%.40s %d->%d g=%d becomes %d->%d g=1",
                                          node->name, c1, c2, node->groups, n1, n2);
    return replace_conv(f, breach, id, n1, n2, 1);
}

/* Notes why a block has no replacement that can be measured. */
static bool cannot_cut(struct cg_breach *breach)
{
    snprintf(breach->why_not, sizeof breach->why_not, "its inputs have maps of different sizes");
    return true;
}

/* left_out: nodes that the view leaves out so that it reads one map, or -1 when that cannot be. */
static bool find_g3(struct finder *f, int block, const struct cg_block_view *view, int branches, int left_out)
{
    struct cg_breach *breach = new_breach(f, CG_G3, block, "%d convolutions side by side", branches);
    if (!breach || left_out < 0)
        return breach && cannot_cut(breach);
    breach->original = cg_block_cut(f->graph, view, NULL, f->arena, f->err);
    if (!breach->original)
        return false;
    const struct cg_shape map = f->graph->nodes[view->output].shape;
    const double pixels = (double)map.n * map.h * map.w;
    const int c = round_up(sqrt((double)cg_graph_cost(breach->original).madds / pixels), 8);
    snprintf(breach->what, sizeof breach->what, "%d side by side become one 1x1 %d->%d%s", branches, c, c,
             left_out ? " (less the path from an earlier map)" : "");
    breach->replacement = cg_pointwise_alone(map, c, f->err);
    return complete(breach);
}

/* The operand of an add that the block did not compute, or -1: its own input, which a short-cut carries. */
static int shortcut_operand(const struct cg_graph *graph, const struct cg_block_view *view, int id)
{
    const struct cg_node *node = &graph->nodes[id];
    for (int k = 0; node->op == CG_ADD && node->n_inputs == 2 && k < 2; k++) {
        int from = node->inputs[k];
        while (graph->nodes[from].op == CG_SPLIT && graph->nodes[from].block == node->block)
            from = graph->nodes[from].inputs[0];
        for (int i = 0; i < view->n_inputs; i++)
            if (view->inputs[i] == from)
                return node->inputs[1 - k];
    }
    return -1;
}

/* The width that the block's own input and output have at most. */
static int outer_width(const struct cg_graph *graph, const struct cg_block_view *view)
{
    int width = graph->nodes[view->output].shape.c;
    for (int i = 0; i < view->n_inputs; i++)
        if (graph->nodes[view->inputs[i]].shape.c > width)
            width = graph->nodes[view->inputs[i]].shape.c;
    return width;
}

static bool find_g4(struct finder *f, int block, const struct cg_block_view *view, int left_out)
{
    const struct cg_graph *graph = f->graph;
    bool *drop_act = cg_arena_array(f->arena, (size_t)graph->n_nodes, sizeof *drop_act);
    int *instead = cg_arena_array(f->arena, (size_t)graph->n_nodes, sizeof *instead);
    int acts = 0, adds = 0;
    if (!drop_act || !instead)
        return no_memory(f);
    const int width = outer_width(graph, view);
    for (int id = 0; id < graph->n_nodes; id++)
        instead[id] = -1;
    for (int i = 0; i < view->n_nodes; i++) {
        const int id = view->nodes[i];
        const struct cg_node *node = &graph->nodes[id];
        drop_act[id] = node->act != CG_ACT_NONE && node->shape.c > width && node->shape.h * node->shape.w > 1;
        instead[id] = shortcut_operand(graph, view, id);
        acts += drop_act[id];
        adds += instead[id] >= 0;
    }
    if (acts + adds == 0)
        return true;
    struct cg_breach *breach = new_breach(f, CG_G4, block, "without");
    if (breach && acts > 0)
        cg_append(breach->what, sizeof breach->what, " %d wide activation%s", acts, acts == 1 ? "" : "s");
    if (breach && adds > 0)
        cg_append(breach->what, sizeof breach->what, "%s %d add%s", acts > 0 ? " and" : "", adds,
                  adds == 1 ? "" : "s");
    if (!breach || left_out < 0)
        return breach && cannot_cut(breach);
    const struct cg_cut_changes changes = {drop_act, instead};
    breach->original = cg_block_cut(graph, view, NULL, f->arena, f->err);
    breach->replacement = breach->original ? cg_block_cut(graph, view, &changes, f->arena, f->err) : NULL;
    return complete(breach);
}

/* What concerns a block as a whole. */
static bool find_in_whole_block(struct finder *f, int block, struct cg_block_view *view)
{
    const int branches = cg_block_branches(f->graph, view, f->arena);
    if (branches < 0)
        return no_memory(f);
    const int left_out = cg_block_keep_one_map(f->graph, f->arena, view);
    return (branches < 2 || find_g3(f, block, view, branches, left_out)) && find_g4(f, block, view, left_out);
}

static bool find_in_block(struct finder *f, int block)
{
    struct cg_block_view view;
    if (!cg_block_look(f->graph, block, f->arena, &view))
        return no_memory(f);
    bool ok = true;
    for (int i = 0; ok && i < view.n_nodes; i++)
        ok = find_g1(f, view.nodes[i]);
    for (int i = 0; ok && i < view.n_nodes; i++)
        ok = find_g2(f, view.nodes[i]);
    return ok && (block < 0 || view.n_nodes == 0 || find_in_whole_block(f, block, &view));
}

enum cg_status cg_audit_find(const struct cg_graph *graph, struct cg_audit *audit, struct cg_error *err)
{
    struct cg_error unseen = {0};
    struct finder f = {graph, audit, cg_arena_create(0), err ? err : &unseen};
    *audit = (struct cg_audit){.has_blocks = graph->n_blocks > 0};
    bool ok = f.arena || no_memory(&f);
    for (int block = -1; ok && block < graph->n_blocks; block++)
        ok = find_in_block(&f, block);
    cg_arena_destroy(&f.arena);
    return ok ? CG_OK : f.err->status;
}

void cg_breach_release(struct cg_breach *breach)
{
    cg_graph_destroy(&breach->original);
    cg_graph_destroy(&breach->replacement);
}

void cg_audit_release(struct cg_audit *audit)
{
    for (int i = 0; i < audit->n_breaches; i++)
        cg_breach_release(&audit->breaches[i]);
    free(audit->breaches);
    *audit = (struct cg_audit){0};
}
