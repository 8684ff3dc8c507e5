#include "bench/commands/profile_print.h"

#include "base/text.h"
#include "bench/record/json.h"
#include "bench/record/layout.h"
#include "report/format.h"
#include "report/split.h"

#include <math.h>
#include <stdio.h>
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

struct cg_step_words cg_step_words_of(const struct cg_profile *profile, const struct cg_profile_row *row)
{
    struct cg_step_words words = {.kind = "reorder"};
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
    words.in = graph->nodes[first].n_inputs > 0 ? cg_input_shape(graph, first, 0) : graph->nodes[first].shape;
    words.out = graph->nodes[last].shape;
    return words;
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

static void print_step(const struct cg_profile_view *view, const struct cg_profile_row *row)
{
    const struct cg_step_words words = cg_step_words_of(view->profile, row);
    const struct cg_phrase none = {""},
                           shape = words.out.c ? cg_phrase("%dx%dx%d", words.out.h, words.out.w, words.out.c)
                                               : none;
    if (strlen(words.name) > 26) /* a group of layers: on a line of its own */
        printf("%s\n", words.name);
    printf("%-26s %-11s %-12s %9.1f %6s %5.1f %7s %6s %-7s %7.1f  %s\n",
           strlen(words.name) > 26 ? "" : words.name, words.kind, shape.text, 1e-3 * row->ns.value,
           or_dash("%.1f", half_percent(row->ns)).text, 100 * row->share,
           or_dash("%.1f", row->madds > 0 ? (double)row->madds / row->ns.value : NAN).text,
           or_dash("%.0f", row->bound_percent).text, isnan(row->bound_percent) ? "" : row->bound.limit,
           1e-3 * (double)(row->read_bytes + row->write_bytes), row->implementation);
}

static void print_total(const char *name, struct cg_interval ns)
{
    printf("%-26s %-11s %-12s %9.1f %6s\n", name, "", "", 1e-3 * ns.value,
           or_dash("%.1f", half_percent(ns)).text);
}

static double category_ns(const struct cg_profile *profile, int category)
{
    double ns = 0;
    for (int i = 0; i < profile->n_rows; i++)
        if ((int)profile->rows[i].category == category)
            ns += profile->rows[i].ns.value;
    return ns;
}

/* Whether layers of several kinds ran as one step. */
static bool has_mixed_group(const struct cg_profile *profile)
{
    for (int i = 0; i < profile->n_rows; i++)
        for (int k = 0; k < profile->rows[i].n_nodes; k++) {
            const int id = profile->rows[i].nodes[k];
            if (cg_node_cost(profile->graph, id).madds > 0 &&
                cg_node_category(profile->graph, id) != profile->rows[i].category)
                return true;
        }
    return false;
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

static void print_split(const struct cg_profile_view *view)
{
    const struct cg_profile *profile = view->profile;
    const bool pies = has_pies(view);
    printf("\n%-14s %9s %7s", "kind", "us", "share %");
    if (pies)
        for (int d = 0; d < CG_PAPER_DEVICE_COUNT; d++)
            printf("  paper: %s", cg_paper_device_name((enum cg_paper_device)d));
    putchar('\n');
    for (int c = 0; c < CG_CATEGORY_COUNT; c++) {
        const double share = profile->category_share[c];
        printf("%-14s %9.1f %7.1f", cg_category_name((enum cg_category)c), 1e-3 * category_ns(profile, c),
               100 * share);
        for (int d = 0; pies && d < CG_PAPER_DEVICE_COUNT; d++) {
            printf("  %*s", 7 + (int)strlen(cg_paper_device_name((enum cg_paper_device)d)),
                   or_dash("%.1f", paper_percent(view, d, c)).text);
        }
        putchar('\n');
    }
    if (has_mixed_group(profile))
        printf(
            "layers that ran together count as the heaviest of them; --fusion layers times each by itself\n");
    if (pies)
        printf("paper: Figure 2's pies in percent; its Conv slice holds the depthwise layers too.\n");
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
    printf("%s on %s (%s), %s: %d processes of %d pairs of runs\n\n", view->network->name,
           view->job->setting.engine, profile->engine_version, setting.text, profile->n_processes,
           profile->n_pairs);
    printf("%-26s %-11s %-12s %9s %6s %5s %7s %6s %-7s %7s  %s\n", "", "", "", "", "", "share", "Gmadds",
           "% of", "bound", "", "");
    printf("%-26s %-11s %-12s %9s %6s %5s %7s %6s %-7s %7s  %s\n", "layer", "kind", "output", "us", "+- %",
           "%", "/s", "bound", "by", "kB", "kernel");
    for (int i = 0; i < profile->n_rows; i++)
        print_step(view, &profile->rows[i]);
    putchar('\n');
    print_total("sum of the layers", profile->sum_ns);
    print_total("end to end", profile->end_to_end_ns);
    printf("%-26s %.2f %% of end to end", "residual", 100 * profile->residual.value);
    if (!isnan(profile->residual.low))
        printf(" (95 %%: %s to %s)", or_dash("%.2f", 100 * profile->residual.low).text,
               or_dash("%.2f", 100 * profile->residual.high).text);
    printf("; one clock reading, %.0f ns, is taken off every layer\n", profile->clock_overhead_ns);
    note_disturbance(profile);
    print_split(view);
    if (view->network->reconstruction)
        printf("%s: structure not published, a reconstruction.\n", view->network->name);
    if (view->network->weights && view->network->note[0])
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

void cg_profile_print_csv(const struct cg_profile_view *view)
{
    printf("layer,kind,category,input,output,kernel,ns,ns_low,ns_high,share,madds,madds_per_s,read_bytes,"
           "write_bytes,"
           "bound_ns,bound_by,bound_percent\n");
    for (int i = 0; i < view->profile->n_rows; i++) {
        const struct cg_profile_row *row = &view->profile->rows[i];
        const struct cg_step_words words = cg_step_words_of(view->profile, row);
        printf("\"%s\",%s,%s,%dx%dx%dx%d,%dx%dx%dx%d,\"%s\"", words.name, words.kind,
               cg_category_name(row->category), words.in.n, words.in.h, words.in.w, words.in.c, words.out.n,
               words.out.h, words.out.w, words.out.c, row->implementation);
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
        putchar('\n');
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
        "{s:s, s:o, s:s, s:s, s:o, s:o, s:s, s:o, s:f, s:I, s:o, s:o, s:o, s:o, s:s?, s:o}", "name",
        words.name, "nodes", nodes, "kind", words.kind, "category", cg_category_name(row->category), "input",
        cg_json_shape(words.in), "output", cg_json_shape(words.out), "implementation", row->implementation,
        "time_ns", cg_json_interval(row->ns), "share", row->share, "madds", (json_int_t)row->madds,
        "madds_per_s", cg_json_number(row->madds > 0 ? 1e9 * (double)row->madds / row->ns.value : NAN),
        "read_bytes", reorder ? json_null() : json_integer(row->read_bytes), "write_bytes",
        reorder ? json_null() : json_integer(row->write_bytes), "bound_ns", cg_json_number(row->bound.ns),
        "bound_by", isnan(row->bound_percent) ? NULL : row->bound.limit, "bound_percent",
        cg_json_number(row->bound_percent));
}

static json_t *split_json(const struct cg_profile_view *view)
{
    json_t *split = json_array();
    for (int c = 0; c < CG_CATEGORY_COUNT; c++) {
        json_t *row =
            json_pack("{s:s, s:f, s:f}", "category", cg_category_name((enum cg_category)c), "time_ns",
                      category_ns(view->profile, c), "share", view->profile->category_share[c]);
        for (int d = 0; d < CG_PAPER_DEVICE_COUNT; d++) {
            char key[64];
            snprintf(key, sizeof key, "paper_%s_percent", cg_paper_device_name((enum cg_paper_device)d));
            json_object_set_new(row, key, cg_json_number(paper_percent(view, d, c)));
        }
        json_array_append_new(split, row);
    }
    return split;
}

enum cg_status cg_profile_print_json(const struct cg_profile_view *view, struct cg_error *err)
{
    const struct cg_profile *profile = view->profile;
    const struct cg_cost cost = cg_graph_cost(view->network->graph);
    json_t *layers = json_array();
    for (int i = 0; i < profile->n_rows; i++)
        json_array_append_new(layers, row_json(profile, &profile->rows[i]));
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
    cg_json_add_setting(json, &view->job->setting);
    return cg_json_print(json, stdout, err);
}
