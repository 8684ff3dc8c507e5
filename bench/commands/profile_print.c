#include "bench/commands/profile_print.h"

#include "base/text.h"
#include "bench/commands/profile_kinds.h"
#include "bench/record/json.h"
#include "bench/record/layout.h"
#include "report/format.h"
#include "report/split.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- one step in words ---- */

/* The node that stands for the step: the one with the most multiply-adds, else the first. -1 for a reorder.
 */
static int main_node(const struct cg_profile *profile, const struct cg_profile_row *row)
{
    int best = row->n_nodes > 0 ? row->nodes[0] : -1;
    for (int k = 1; k < row->n_nodes; k++)
        if (cg_node_cost(profile->graph, row->nodes[k]).madds > cg_node_cost(profile->graph, best).madds)
            best = row->nodes[k];
    return best;
}

int cg_profile_sort_word(const char *word, struct cg_error *err)
{
    static const char *const names[] = {"run", "time", "loss"};
    const int sort = cg_name_find(names, 3, word);
    if (sort < 0)
        cg_fail(err, CG_INVALID, "--sort takes run, time and loss, not '%s'", word);
    return sort;
}

/* Nanoseconds above the bound; -INFINITY where that is not known. */
static double loss_of(const struct cg_profile_row *row)
{
    return isnan(row->bound.ns) ? -INFINITY : row->ns.value - row->bound.ns;
}

static int by_time(const void *a, const void *b)
{
    const double x = (*(const struct cg_profile_row *const *)a)->ns.value,
                 y = (*(const struct cg_profile_row *const *)b)->ns.value;
    return x < y ? 1 : x > y ? -1 : 0;
}

static int by_loss(const void *a, const void *b)
{
    const double x = loss_of(*(const struct cg_profile_row *const *)a),
                 y = loss_of(*(const struct cg_profile_row *const *)b);
    return x < y ? 1 : x > y ? -1 : 0;
}

/* The rows in the order of the view, n_rows of them; free() them. NULL without memory. */
static const struct cg_profile_row **rows_of(const struct cg_profile_view *view)
{
    const int n = view->profile->n_rows;
    const struct cg_profile_row **rows = calloc((size_t)n + 1, sizeof *rows);
    for (int i = 0; rows && i < n; i++)
        rows[i] = &view->profile->rows[i];
    if (rows && view->sort != CG_PROFILE_AS_RUN)
        qsort(rows, (size_t)n, sizeof *rows, view->sort == CG_PROFILE_BY_TIME ? by_time : by_loss);
    return rows;
}

struct cg_step_words cg_step_words_of(const struct cg_profile *profile, const struct cg_profile_row *row)
{
    struct cg_step_words words = {.kind = "reorder", .block = ""};
    const int id = main_node(profile, row);
    if (id < 0) {
        snprintf(words.name, sizeof words.name, "(reorder)");
        return words;
    }
    const struct cg_graph *graph = profile->graph;
    int first = -1, last = id, named = 0;
    bool whole = true;
    for (int k = 0; k < row->n_nodes; k++) {
        const int layer = row->nodes[k];
        if (layer != id && cg_node_cost(graph, layer).madds == 0)
            continue;
        first = first < 0 ? layer : first;
        last = layer;
        whole =
            cg_append(words.name, sizeof words.name, "%s%s", named++ ? "+" : "", graph->nodes[layer].name);
    }
    if (row->n_nodes > named)
        whole = cg_append(words.name, sizeof words.name, " +%d", row->n_nodes - named);
    if (!whole)
        strcpy(words.name + sizeof words.name - 4, "...");
    words.kind = cg_node_is_depthwise(graph, id) ? "depthwise" : cg_op_name(graph->nodes[id].op);
    if (graph->nodes[id].block >= 0)
        words.block = graph->blocks[graph->nodes[id].block];
    words.in = graph->nodes[first].n_inputs > 0 ? cg_input_shape(graph, first, 0) : graph->nodes[first].shape;
    words.out = graph->nodes[last].shape;
    return words;
}

#define NAME_WIDTH 26
#define LINE_WIDTH 116

void cg_print_step_name(const char *name)
{
    const size_t length = strlen(name);
    size_t shown = length > LINE_WIDTH ? LINE_WIDTH : length;
    while (shown < length && (name[shown] & 0xC0) == 0x80) /* inside a character */
        shown--;
    if (length > NAME_WIDTH)
        printf("%.*s%s\n", (int)shown, name, shown < length ? "..." : "");
    printf("%-*s ", NAME_WIDTH, length > NAME_WIDTH ? "" : name);
}

/* Half the width of an interval, in percent of its value; NAN when there is none. */
static double half_percent(struct cg_interval interval)
{
    return interval.value > 0 ? 50 * (interval.high - interval.low) / interval.value : NAN;
}

/* A figure with its unit's digits, or "-". */
static struct cg_phrase or_dash(const char *format, double value)
{
    return isfinite(value) ? cg_phrase(format, value) : cg_phrase("-");
}

/* ---- text ---- */

/* Columns for the names of blocks, 0 where there are none. */
static int block_width(const struct cg_graph *graph)
{
    size_t width = 0;
    for (int b = 0; b < graph->n_blocks; b++)
        width = strlen(graph->blocks[b]) > width ? strlen(graph->blocks[b]) : width;
    return width == 0 ? 0 : width < 5 ? 5 : (int)width;
}

static void print_step(const struct cg_profile_view *view, const struct cg_profile_row *row)
{
    const struct cg_step_words words = cg_step_words_of(view->profile, row);
    const struct cg_phrase none = {""},
                           shape = words.out.c ? cg_phrase("%dx%dx%d", words.out.h, words.out.w, words.out.c)
                                               : none;
    const int blocks = block_width(view->profile->graph);
    cg_print_step_name(words.name);
    if (blocks > 0)
        printf("%-*s ", blocks, words.block);
    printf("%-14s %-12s %9.1f %6s %5.1f %7s %6s %-7s %8s %7.1f  %s\n",
           cg_kind_of_step(view->profile, row, words.kind).text, shape.text, 1e-3 * row->ns.value,
           or_dash("%.1f", half_percent(row->ns)).text, 100 * row->share,
           or_dash("%.1f", row->madds > 0 ? (double)row->madds / row->ns.value : NAN).text,
           or_dash("%.0f", row->bound_percent).text, isnan(row->bound_percent) ? "" : row->bound.limit,
           or_dash("%.1f", 1e-3 * loss_of(row)).text, 1e-3 * (double)(row->read_bytes + row->write_bytes),
           row->implementation);
}

static void print_total(const char *name, struct cg_interval ns)
{
    printf("%-26s %-14s %-12s %9.1f %6s\n", name, "", "", 1e-3 * ns.value,
           or_dash("%.1f", half_percent(ns)).text);
}

/* The paper's pies (Figure 2) of this network, in percent; NAN where it has none. The paper books depthwise
 * under its "Conv"; the row of conv holds that slice. */
static double paper_percent(const struct cg_profile_view *view, int device, int category)
{
    return cg_split_paper(view->network->name, (enum cg_paper_device)device, (enum cg_category)category);
}

static bool has_pies(const struct cg_profile_view *view)
{
    bool any = false;
    for (int d = 0; d < CG_PAPER_DEVICE_COUNT; d++)
        for (int c = 0; c < CG_CATEGORY_COUNT; c++)
            any = any || !isnan(paper_percent(view, d, c));
    return any;
}

static bool has_winograd(const struct cg_profile *profile)
{
    bool any = false;
    for (int i = 0; i < profile->n_rows; i++)
        any = any || strstr(profile->rows[i].implementation, "winograd");
    return any;
}

static void print_shares(const struct cg_kind_row *row, double all_ns)
{
    printf("%-14s %9.1f %7.1f", row->name.text, 1e-3 * row->ns, 100 * row->ns / all_ns);
}

/* How much of a kind's time its bounds take. */
static void print_bounds(const struct cg_kind_row *row)
{
    const double of[] = {row->peak_ns, row->bound_ns, row->lanes_ns};
    for (int i = 0; i < 3; i++)
        printf(" %8s", or_dash("%.1f", row->ns > 0 ? 100 * of[i] / row->ns : NAN).text);
}

static void print_split(const struct cg_profile_view *view)
{
    struct cg_kind_row rows[CG_KIND_ROWS];
    const int n = cg_profile_kinds(view->profile, rows), lanes = view->profile->lanes;
    const struct cg_kind_row all = cg_profile_all(view->profile);
    const bool pies = has_pies(view);
    printf("\n%-14s %9s %7s", "kind", "us", "share %");
    if (lanes > 0)
        printf(" %8s %8s %8s", "% peak", "% bound", "% lanes");
    if (pies)
        for (int d = 0; d < CG_PAPER_DEVICE_COUNT; d++)
            printf("  paper: %s", cg_paper_device_name((enum cg_paper_device)d));
    putchar('\n');
    for (int i = 0; i < n; i++) {
        print_shares(&rows[i], all.ns);
        if (lanes > 0)
            print_bounds(&rows[i]);
        for (int d = 0; pies && rows[i].category >= 0 && d < CG_PAPER_DEVICE_COUNT; d++)
            printf("  %*s", 7 + (int)strlen(cg_paper_device_name((enum cg_paper_device)d)),
                   or_dash("%.1f", paper_percent(view, d, rows[i].category)).text);
        putchar('\n');
    }
    if (lanes > 0) {
        print_shares(&all, all.ns);
        print_bounds(&all);
        printf("\n%% peak: all multiply-adds at the FMA peak, of the time; %% bound: the layers' bounds, "
               "without taps\noutside of the map; %% lanes: the same with channels filled up to vectors of "
               "%d.\n",
               lanes);
        if (has_winograd(view->profile))
            puts("Multiply-adds are those of the direct sum; Winograd's algorithm makes fewer, so its "
                 "shares\ncan exceed 100 %.");
    }
    if (n > CG_CATEGORY_COUNT)
        printf("%s: layers that ran together; --fusion layers times each by itself\n",
               rows[CG_CATEGORY_COUNT].name.text);
    if (pies)
        printf("paper: Figure 2's pies in percent; its Conv slice holds the depthwise layers too.\n");
}

/* Layers that ran inside another's step and that its name does not have, by kind. */
static void print_merged(const struct cg_profile *profile)
{
    int merged[CG_OP_COUNT] = {0}, kinds = 0;
    for (int i = 0; i < profile->n_rows; i++) {
        const struct cg_profile_row *row = &profile->rows[i];
        for (int k = 0; k < row->n_nodes; k++)
            if (row->nodes[k] != main_node(profile, row) &&
                cg_node_cost(profile->graph, row->nodes[k]).madds == 0)
                merged[profile->graph->nodes[row->nodes[k]].op]++;
    }
    for (int op = 0; op < CG_OP_COUNT; op++)
        if (merged[op] > 0)
            printf("%s%d %s", kinds++ ? ", " : "merged into the steps of others: ", merged[op],
                   cg_op_name((enum cg_op)op));
    if (kinds > 0)
        puts(" (--json names them)");
}

/* On a quiet machine the layers' medians add up to the median of the sums; interruptions that hit one layer
 * in each run raise every sum and no median. */
static void note_disturbance(const struct cg_profile *profile)
{
    double medians_ns = 0;
    for (int i = 0; i < profile->n_rows; i++)
        medians_ns += profile->rows[i].ns.value;
    if (profile->sum_ns.value > 1.05 * medians_ns)
        printf("note: the layers' medians add up to %.1f us only: the machine was disturbed in most runs\n",
               1e-3 * medians_ns);
}

void cg_profile_print_text(const struct cg_profile_view *view)
{
    const struct cg_profile *profile = view->profile;
    const unsigned apart = CG_FIELD_ENGINE | CG_FIELD_CACHE | CG_FIELD_BATCH;
    struct cg_phrase setting;
    cg_setting_say(&view->job->setting, ~apart, CG_SAY_ALL, setting.text, sizeof setting.text);
    printf("%s on %s (%s), %s: %d process%s of %d pairs of runs\n\n", view->network->name,
           view->job->setting.engine, profile->engine_version, setting.text, profile->n_processes,
           profile->n_processes == 1 ? "" : "es", profile->n_pairs);
    const int blocks = block_width(profile->graph), gap = blocks > 0 ? blocks + 1 : 0;
    printf("%-26s %*s%-14s %-12s %9s %6s %5s %7s %6s %-7s %8s %7s  %s\n", "", gap, "", "", "", "", "",
           "share", "Gmadds", "% of", "bound", "loss", "", "");
    printf("%-26s %-*s%-14s %-12s %9s %6s %5s %7s %6s %-7s %8s %7s  %s\n", "layer", gap,
           blocks > 0 ? "block" : "", "kind", "output", "us", "+- %", "%", "/s", "bound", "by", "us", "kB",
           "kernel");
    const struct cg_profile_row **rows = rows_of(view);
    for (int i = 0; rows && i < profile->n_rows; i++)
        print_step(view, rows[i]);
    free(rows);
    putchar('\n');
    print_total("sum of the layers", profile->sum_ns);
    print_total("end to end", profile->end_to_end_ns);
    printf("%-26s %.2f %% of end to end", "residual", 100 * profile->residual.value);
    if (!isnan(profile->residual.low))
        printf(" (95 %%: %s to %s)", or_dash("%.2f", 100 * profile->residual.low).text,
               or_dash("%.2f", 100 * profile->residual.high).text);
    printf("; one clock reading, %.0f ns, is taken off every layer\n", profile->clock_overhead_ns);
    note_disturbance(profile);
    print_merged(profile);
    print_split(view);
    if (view->network->reconstruction)
        printf("%s: structure not published, a reconstruction.\n", view->network->name);
    if (view->network->note[0])
        printf("%s: %s\n", view->network->name, view->network->note);
}

/* ---- CSV ---- */

static void csv_number(double value)
{
    if (isnan(value) || isinf(value))
        putchar(',');
    else
        printf(",%.9g", value);
}

/* One layer, behind `before`. */
static void print_csv_row(const struct cg_profile *profile, const struct cg_profile_row *row,
                          const char *before)
{
    const struct cg_step_words words = cg_step_words_of(profile, row);
    printf("%s\"%s\",%s,%s,%dx%dx%dx%d,%dx%dx%dx%d,\"%s\"", before, words.name,
           cg_kind_of_step(profile, row, words.kind).text, cg_category_name(row->category), words.in.n,
           words.in.h, words.in.w, words.in.c, words.out.n, words.out.h, words.out.w, words.out.c,
           row->implementation);
    csv_number(row->ns.value);
    csv_number(row->ns.low);
    csv_number(row->ns.high);
    csv_number(row->share);
    printf(",%lld", (long long)row->madds);
    csv_number(row->madds > 0 ? 1e9 * (double)row->madds / row->ns.value : NAN);
    printf(",%lld,%lld", (long long)row->read_bytes, (long long)row->write_bytes);
    csv_number(row->bound.ns);
    printf(",%s", isnan(row->bound_percent) ? "" : row->bound.limit);
    csv_number(row->bound_percent);
    printf(",\"%s\"\n", words.block);
}

void cg_profile_print_csv(const struct cg_profile_view *views, int n)
{
    printf("%slayer,kind,category,input,output,kernel,ns,ns_low,ns_high,share,madds,madds_per_s,read_bytes,"
           "write_bytes,bound_ns,bound_by,bound_percent,block\n",
           n > 1 ? "network,setting," : "");
    for (int v = 0; v < n; v++) {
        const struct cg_profile_row **rows = rows_of(&views[v]);
        struct cg_phrase setting, before = {""};
        cg_setting_say(&views[v].job->setting, -1u, CG_SAY_SHORT, setting.text, sizeof setting.text);
        if (n > 1)
            before = cg_phrase("\"%s\",\"%s\",", views[v].network->name, setting.text);
        for (int i = 0; rows && i < views[v].profile->n_rows; i++)
            print_csv_row(views[v].profile, rows[i], before.text);
        free(rows);
    }
}

/* ---- JSON ---- */

static json_t *row_json(const struct cg_profile *profile, const struct cg_profile_row *row)
{
    const struct cg_step_words words = cg_step_words_of(profile, row);
    json_t *nodes = json_array();
    for (int k = 0; k < row->n_nodes; k++)
        json_array_append_new(nodes, json_string(profile->graph->nodes[row->nodes[k]].name));
    const bool reorder = row->n_nodes == 0;
    return json_pack(
        "{s:s, s:o, s:o, s:s, s:s, s:o, s:o, s:s, s:o, s:f, s:I, s:o, s:o, s:o, s:o, s:s?, s:o}", "name",
        words.name, "nodes", nodes, "block", cg_json_text(words.block[0] ? words.block : NULL), "kind",
        cg_kind_of_step(profile, row, words.kind).text, "category", cg_category_name(row->category), "input",
        cg_json_shape(words.in), "output", cg_json_shape(words.out), "implementation", row->implementation,
        "time_ns", cg_json_interval(row->ns), "share", row->share, "madds", (json_int_t)row->madds,
        "madds_per_s", cg_json_number(row->madds > 0 ? 1e9 * (double)row->madds / row->ns.value : NAN),
        "read_bytes", reorder ? json_null() : json_integer(row->read_bytes), "write_bytes",
        reorder ? json_null() : json_integer(row->write_bytes), "bound_ns", cg_json_number(row->bound.ns),
        "bound_by", isnan(row->bound_percent) ? NULL : row->bound.limit, "bound_percent",
        cg_json_number(row->bound_percent));
}

static json_t *kind_json(const struct cg_kind_row *row)
{
    return json_pack("{s:s, s:f, s:o, s:o, s:o}", "category", row->name.text, "time_ns", row->ns, "peak_ns",
                     cg_json_number(row->peak_ns), "bound_ns", cg_json_number(row->bound_ns),
                     "bound_in_lanes_ns", cg_json_number(row->lanes_ns));
}

static json_t *split_json(const struct cg_profile_view *view)
{
    struct cg_kind_row rows[CG_KIND_ROWS];
    const int n = cg_profile_kinds(view->profile, rows);
    const double all_ns = cg_profile_all(view->profile).ns;
    json_t *split = json_array();
    for (int i = 0; i < n; i++) {
        json_t *row = kind_json(&rows[i]);
        json_object_set_new(row, "share", cg_json_number(rows[i].ns / all_ns));
        for (int d = 0; d < CG_PAPER_DEVICE_COUNT; d++) {
            char key[64];
            snprintf(key, sizeof key, "paper_%s_percent", cg_paper_device_name((enum cg_paper_device)d));
            json_object_set_new(
                row, key,
                cg_json_number(rows[i].category >= 0 ? paper_percent(view, d, rows[i].category) : NAN));
        }
        json_array_append_new(split, row);
    }
    return split;
}

json_t *cg_profile_json(const struct cg_profile_view *view)
{
    const struct cg_profile *profile = view->profile;
    const struct cg_cost cost = cg_graph_cost(view->network->graph);
    json_t *layers = json_array();
    const struct cg_profile_row **rows = rows_of(view);
    for (int i = 0; rows && i < profile->n_rows; i++)
        json_array_append_new(layers, row_json(profile, rows[i]));
    free(rows);
    json_t *total = json_pack("{s:I, s:I, s:I, s:I, s:I}", "madds", (json_int_t)cost.madds, "params",
                              (json_int_t)cost.params, "mem_access_elements", (json_int_t)cost.mem_access,
                              "mem_access_bytes", (json_int_t)cost.mem_access * 4, "peak_memory_bytes",
                              (json_int_t)cg_graph_peak_memory(view->network->graph));
    json_t *json = json_pack(
        "{s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:f, s:i, s:i, s:o, s:b, s:o, s:o, s:[o, o]}",
        "network", view->network->family, "variant", view->network->variant, "name", view->network->name,
        "engine_version", profile->engine_version, "input",
        cg_json_shape(view->network->graph->nodes[view->network->graph->input].shape), "total", total,
        "layers", layers, "sum_ns", cg_json_interval(profile->sum_ns), "end_to_end_ns",
        cg_json_interval(profile->end_to_end_ns), "split", split_json(view), "clock_overhead_ns",
        profile->clock_overhead_ns, "processes", profile->n_processes, "pairs", profile->n_pairs,
        "error_vs_reference", cg_json_number(profile->error_vs_reference), "complete", profile->complete,
        "memory_bytes", profile->memory_bytes < 0 ? json_null() : json_integer(profile->memory_bytes),
        "residual_percent", cg_json_number(100 * profile->residual.value), "residual_percent_ci",
        cg_json_number(100 * profile->residual.low), cg_json_number(100 * profile->residual.high));
    const struct cg_kind_row all = cg_profile_all(profile);
    json_object_set_new(json, "all", kind_json(&all));
    json_object_set_new(json, "lanes", profile->lanes > 0 ? json_integer(profile->lanes) : json_null());
    cg_json_add_setting(json, &view->job->setting);
    return json;
}
