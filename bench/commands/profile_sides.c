#include "bench/commands/profile_sides.h"

#include "base/arena.h"
#include "report/format.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COLUMN 12

/* Layers that every setting runs apart from all others. */
struct part {
    int n_nodes;
    int *nodes; /* of the network's graph */
    double *ns; /* by profile */
    double fastest_ns, slowest_ns;
};

struct sides {
    const struct cg_profile_view *views;
    int n, n_parts;
    const struct cg_graph *graph; /* the network's */
    int *root;                    /* of each node, a node of its part */
    struct part *parts;
    struct part reorders;
    struct cg_arena *arena;
};

static int root_of(const struct sides *s, int id)
{
    while (s->root[id] != id)
        id = s->root[id] = s->root[s->root[id]];
    return id;
}

/* The node of the network's graph that a node of a profile belongs to: without fusion activations are nodes
 * of their own there, and sums of several are chains. */
static int origin_of(const struct sides *s, const struct cg_graph *from, int id)
{
    if (from->n_nodes == s->graph->n_nodes)
        return id;
    for (; from->nodes[id].n_inputs > 0; id = from->nodes[id].inputs[0])
        for (int k = 0; k < s->graph->n_nodes && from->nodes[id].op != CG_ACT; k++)
            if (s->graph->nodes[k].op == from->nodes[id].op &&
                strcmp(s->graph->nodes[k].name, from->nodes[id].name) == 0)
                return k;
    return s->graph->input;
}

static void join_row(const struct sides *s, const struct cg_profile *profile,
                     const struct cg_profile_row *row)
{
    for (int k = 1; k < row->n_nodes; k++) {
        const int a = root_of(s, origin_of(s, profile->graph, row->nodes[0])),
                  b = root_of(s, origin_of(s, profile->graph, row->nodes[k]));
        s->root[a < b ? b : a] = a < b ? a : b;
    }
}

/* The part of a node, made where it is the first of it. */
static struct part *part_of(struct sides *s, int id, int *place)
{
    const int root = root_of(s, id);
    if (place[root] < 0) {
        place[root] = s->n_parts++;
        s->parts[place[root]] = (struct part){
            .nodes = cg_arena_array(s->arena, (size_t)s->graph->n_nodes, sizeof(int)),
            .ns = cg_arena_array(s->arena, (size_t)s->n, sizeof(double)),
        };
    }
    return &s->parts[place[root]];
}

static bool book(struct sides *s)
{
    int *place = cg_arena_array(s->arena, (size_t)s->graph->n_nodes, sizeof *place);
    for (int id = 0; place && id < s->graph->n_nodes; id++)
        place[id] = -1;
    for (int v = 0; place && v < s->n; v++) {
        const struct cg_profile *profile = s->views[v].profile;
        for (int i = 0; i < profile->n_rows; i++) {
            const struct cg_profile_row *row = &profile->rows[i];
            struct part *part = row->n_nodes == 0
                                    ? &s->reorders
                                    : part_of(s, origin_of(s, profile->graph, row->nodes[0]), place);
            if (!part->ns || (row->n_nodes > 0 && !part->nodes))
                return false;
            part->ns[v] += row->ns.value;
        }
    }
    for (int id = 0; place && id < s->graph->n_nodes; id++)
        if (place[root_of(s, id)] >= 0) {
            struct part *part = &s->parts[place[root_of(s, id)]];
            part->nodes[part->n_nodes++] = id;
        }
    return place;
}

static void find_ends(struct part *part, int n)
{
    part->fastest_ns = INFINITY;
    for (int v = 0; v < n; v++) {
        part->fastest_ns = fmin(part->fastest_ns, part->ns[v]);
        part->slowest_ns = fmax(part->slowest_ns, part->ns[v]);
    }
}

static bool make(struct sides *s)
{
    const size_t nodes = (size_t)s->graph->n_nodes;
    s->root = cg_arena_array(s->arena, nodes, sizeof *s->root);
    s->parts = cg_arena_array(s->arena, nodes, sizeof *s->parts);
    s->reorders.ns = cg_arena_array(s->arena, (size_t)s->n, sizeof(double));
    if (!s->root || !s->parts || !s->reorders.ns)
        return false;
    for (int id = 0; id < s->graph->n_nodes; id++)
        s->root[id] = id;
    for (int v = 0; v < s->n; v++)
        for (int i = 0; i < s->views[v].profile->n_rows; i++)
            join_row(s, s->views[v].profile, &s->views[v].profile->rows[i]);
    if (!book(s))
        return false;
    for (int i = 0; i < s->n_parts; i++)
        find_ends(&s->parts[i], s->n);
    find_ends(&s->reorders, s->n);
    return true;
}

/* ---- printed ---- */

static int by_time(const void *a, const void *b)
{
    const double x = ((const struct part *)a)->slowest_ns, y = ((const struct part *)b)->slowest_ns;
    return x < y ? 1 : x > y ? -1 : 0;
}

static int by_loss(const void *a, const void *b)
{
    const struct part *x = a, *y = b;
    const double loss = x->slowest_ns - x->fastest_ns, other = y->slowest_ns - y->fastest_ns;
    return loss < other ? 1 : loss > other ? -1 : 0;
}

static int by_place(const void *a, const void *b)
{
    return ((const struct part *)a)->nodes[0] - ((const struct part *)b)->nodes[0];
}

/* Times and, but for one that took none, how they stand to the fastest. */
static void print_times(const struct part *part, int n)
{
    for (int v = 0; v < n; v++)
        if (part->fastest_ns > 0)
            printf(" %*.1f %5.2f", COLUMN, 1e-3 * part->ns[v], part->ns[v] / part->fastest_ns);
        else
            printf(" %*.1f %5s", COLUMN, 1e-3 * part->ns[v], "");
    putchar('\n');
}

static void print_part(const struct sides *s, const struct part *part)
{
    struct cg_graph *graph = (struct cg_graph *)s->graph;
    const struct cg_profile profile = {.graph = graph};
    const struct cg_profile_row row = {.n_nodes = part->n_nodes, .nodes = part->nodes};
    const struct cg_step_words words = cg_step_words_of(&profile, &row);
    cg_print_step_name(words.name);
    printf("%-14.14s %-10s", words.block, words.kind);
    print_times(part, s->n);
}

static void print_total(const struct sides *s, const char *name, bool end_to_end)
{
    struct part total = {.ns = cg_arena_array(s->arena, (size_t)s->n, sizeof(double))};
    if (!total.ns)
        return;
    for (int v = 0; v < s->n; v++)
        total.ns[v] =
            end_to_end ? s->views[v].profile->end_to_end_ns.value : s->views[v].profile->sum_ns.value;
    find_ends(&total, s->n);
    printf("%-26s %-14s %-10s", name, "", "");
    print_times(&total, s->n);
}

static void print_all(struct sides *s, enum cg_profile_sort sort)
{
    unsigned differ = 0;
    qsort(s->parts, (size_t)s->n_parts, sizeof *s->parts,
          sort == CG_PROFILE_BY_TIME   ? by_time
          : sort == CG_PROFILE_BY_LOSS ? by_loss
                                       : by_place);
    for (int v = 1; v < s->n; v++)
        differ |= cg_setting_difference(&s->views[0].job->setting, &s->views[v].job->setting);
    struct cg_phrase words;
    cg_setting_say(&s->views[0].job->setting, ~differ, CG_SAY_ALL, words.text, sizeof words.text);
    printf("%s, %s: microseconds, and times the fastest\n\n", s->views[0].network->name, words.text);
    printf("%-26s %-14s %-10s", "layers", "block", "kind");
    for (int v = 0; v < s->n; v++) {
        cg_setting_say(&s->views[v].job->setting, differ, CG_SAY_SHORT, words.text, sizeof words.text);
        printf(" %*.*s", COLUMN + 6, COLUMN + 6, words.text);
    }
    putchar('\n');
    for (int i = 0; i < s->n_parts; i++)
        print_part(s, &s->parts[i]);
    if (s->reorders.slowest_ns > 0) {
        printf("%-26s %-14s %-10s", "(reorders)", "", "");
        print_times(&s->reorders, s->n);
    }
    putchar('\n');
    print_total(s, "sum of the layers", false);
    print_total(s, "end to end", true);
    puts("\nA row holds the layers that one of the settings runs as one step; --json has the intervals.");
}

bool cg_profile_sides_print(const struct cg_profile_view *views, int n, enum cg_profile_sort sort)
{
    struct sides s = {.views = views, .n = n, .graph = views[0].network->graph, .arena = cg_arena_create(0)};
    const bool enough = s.arena && make(&s);
    if (enough)
        print_all(&s, sort);
    cg_arena_destroy(&s.arena);
    return enough;
}
