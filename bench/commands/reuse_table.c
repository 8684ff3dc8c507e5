#include "base/arena.h"
#include "bench/commands/run_parts.h"
#include "bench/graph/cost.h"
#include "report/terminal.h"

#include <math.h>
#include <stdio.h>

/* Mean share at each distance, 0 .. n_blocks - 1. */
static void by_distance(const double *share, int n_blocks, double *mean)
{
    for (int j = 0; j < n_blocks; j++) {
        mean[j] = 0;
        for (int i = 0; i + j < n_blocks; i++)
            mean[j] += share[i * n_blocks + i + j] / (n_blocks - j);
    }
}

/* "r^j with r = 0.50" when the shares fall by the same factor to within one channel of the narrowest block,
 * "all channels" when none is lost. */
static void say_decay(const double *mean, int n_blocks, int channels, char *text, size_t size)
{
    const double r = mean[1];
    double worst = 0;
    for (int j = 1; j < n_blocks; j++)
        worst = fmax(worst, fabs(mean[j] - pow(r, j)));
    if (r > 1 - 1e-9 && worst < 1e-9)
        snprintf(text, size, "keeps every channel: a later block reads all of an earlier one's as they were");
    else if (worst * channels <= 1 + 1e-9)
        snprintf(text, size,
                 "keeps r^j of the channels with r = %.2f, to within one channel: the paper's Figure 4 (b)",
                 r);
    else
        snprintf(text, size,
                 "keeps %.2f of the channels in the next block; from r^j it differs by up to %.2f", r, worst);
}

static enum cg_status add_case(struct cg_table *table, const struct cg_case *c, struct cg_arena *arena,
                               struct cg_error *err)
{
    const struct cg_graph *graph = c->graph;
    const int n = graph->n_blocks;
    double *share = cg_arena_array(arena, (size_t)n * (size_t)n, sizeof *share);
    double *mean = cg_arena_array(arena, (size_t)n, sizeof *mean);
    char text[192];
    if (!share || !mean || n < 2 || cg_graph_reuse(graph, share, NULL) != CG_OK)
        return cg_fail(err, CG_NO_MEMORY, "no memory for a table");
    by_distance(share, n, mean);
    cg_table_add_row(table, NULL);
    cg_cell_text(table, c->label);
    cg_cell_text(table, c->widths);
    for (int j = 1; j < n; j++)
        cg_cell_fixed(table, mean[j], "%.3f");
    say_decay(mean, n, graph->nodes[graph->input].shape.c, text, sizeof text);
    cg_table_add_sentence(table, cg_table_format(table, "%s %s.", c->label, text));
    return CG_OK;
}

/* The share of a block's output channels that reaches the block j later unchanged, as the mean over all pairs
 * of blocks so far apart. */
static enum cg_status print_table(const struct cg_run *run, const struct cg_suite *suite,
                                  struct cg_error *err)
{
    const struct cg_planned_case *cases = run->plan->cases, *end = cases + run->plan->n_cases;
    enum cg_status status = CG_OK;
    int most = 0;
    for (const struct cg_planned_case *c = cases; c < end; c++)
        if (c->suite == suite && c->of->graph->n_blocks > most)
            most = c->of->graph->n_blocks;
    struct cg_table *table = cg_table_create(suite->name, suite->title);
    table->caption = cg_table_format(
        table, "%s; share of a block's channels that reach the block j later unchanged", suite->source);
    cg_table_add_column(table, "network", "units", CG_COLUMN_TEXT, 0);
    cg_table_add_column(table, "widths", "width", CG_COLUMN_TEXT, 0);
    for (int j = 1; j < most; j++)
        cg_table_add_column(table, cg_table_format(table, "share_%d", j), cg_table_format(table, "j=%d", j),
                            CG_COLUMN_NUMBER, 0);
    for (const struct cg_planned_case *c = cases; status == CG_OK && c < end; c++)
        if (c->suite == suite)
            status = add_case(table, c->of, run->plan->arena, err);
    if (suite->note[0])
        cg_table_add_note(table, suite->note);
    status = status ?: cg_table_print(table, run->request.format, cg_terminal_width(stdout), stdout, err);
    cg_table_destroy(&table);
    return status;
}

enum cg_status cg_run_print_computed(const struct cg_run *run, struct cg_error *err)
{
    enum cg_status status = CG_OK;
    for (int s = 0; status == CG_OK && s < run->plan->n_suites; s++) {
        const struct cg_suite *suite = run->plan->suites[s];
        if (suite->kind != CG_KIND_REUSE)
            continue;
        if (run->request.format == CG_FORMAT_JSON && run->plan->n_jobs > 0)
            return cg_fail(
                err, CG_INVALID,
                "suite %s is computed and not part of a results file: ask for it by itself with --json",
                suite->name);
        if (run->request.output && run->plan->n_jobs == 0)
            return cg_fail(
                err, CG_INVALID,
                "suite %s is computed, nothing is measured: there is no results file to write with -o",
                suite->name);
        status = print_table(run, suite, err);
    }
    return status;
}
