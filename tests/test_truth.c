/* Injected truth: the real suites, timed by a made-up machine whose costs are known, go the whole way to the
 * answer on each guideline. */
#include "bench/device/topology.h"
#include "bench/graph/cost.h"
#include "report/plots.h"
#include "report/tables.h"
#include "report/widths.h"
#include "tests/made_up_machine.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int64_t rounded(int64_t c)
{
    return (c + 15) / 16 * 16;
}

/* Multiply-adds alone, of whole vectors of 16 output channels, shared by all threads: no memory, nothing a
 * layer. */
static double only_lanes(const struct cg_graph *graph, int threads)
{
    double ns = 0;
    for (int id = 0; id < graph->n_nodes; id++) {
        const struct cg_node *node = &graph->nodes[id];
        const int64_t madds = cg_node_cost(graph, id).madds;
        if (node->op == CG_CONV && madds > 0)
            ns +=
                (double)(madds / (node->shape.c / node->groups) * rounded(node->shape.c / node->groups)) / 40;
    }
    return ns / threads;
}

/* The same, and 300 ns a layer and thread: what synchronisation costs. */
static double lanes_and_layers(const struct cg_graph *graph, int threads)
{
    return only_lanes(graph, threads) + 300.0 * threads * (graph->n_nodes - 1);
}

/* What convolutions read and write, at the speed of the level that holds it; threads make nothing faster. */
static double only_bytes(const struct cg_graph *graph, int threads)
{
    const struct cg_device_record device = made_up_device();
    double ns = 0;
    (void)threads;
    for (int id = 0; id < graph->n_nodes; id++) {
        const int64_t bytes = 4 * cg_node_cost(graph, id).mem_access;
        if (bytes > 0)
            ns += (double)bytes / device.bandwidths[cg_memory_level(&device, bytes, 1)].bytes_per_s * 1e9;
    }
    return ns;
}

static const char *const guidelines[] = {"g1", "g2", "g3", "g4"};

static void expect_rounding_alone(const struct cg_suite_view *view)
{
    int split = 0;
    for (int g = 0; g < view->n_groups; g++)
        for (int t = 0; t < view->groups[g].n_trends; t++) {
            struct cg_trend_causes found;
            cr_assert(cg_causes_of_trend(view, &view->groups[g], &view->groups[g].trends[t], &found));
            if (!found.known)
                continue;
            const struct cg_causes *causes = &found.causes;
            split++;
            cr_expect(fabs(causes->rest.mean) < 0.005, "%s %s: rest %g", view->suite->name,
                      view->groups[g].group->name, exp(causes->rest.mean));
            cr_expect(fabs(causes->rounding.mean - causes->total.mean) < 0.005, "%s %s: rounding %g of %g",
                      view->suite->name, view->groups[g].group->name, exp(causes->rounding.mean),
                      exp(causes->total.mean));
        }
    cr_expect_geq(split, 1);
}

Test(truth, lanes_alone_have_no_effect_on_aligned_widths)
{
    for (size_t i = 0; i < sizeof guidelines / sizeof guidelines[0]; i++) {
        struct cg_results *results = measured(guidelines[i], only_lanes, 1);
        struct cg_suite_views views;
        const struct cg_answer answer = answer_on(results, &views);
        const struct cg_sentence line = cg_say_answer(&answer);
        cr_expect_eq(answer.view->finding, CG_NO_EFFECT, "%s", line.text);
        cr_expect(answer.causes.known, "%s", line.text);
        expect_rounding_alone(answer.view);
        if (i == 0)
            cr_expect_gt(answer.causes.causes.rounding.low, log(1.2), "%s", line.text);
        if (i < 3)
            cr_expect(answer.memory.known && answer.memory.verdict == CG_SAME, "%s", line.text);
        cg_suite_views_free(&views);
        cg_results_destroy(&results);
    }
}

/* FasterNet's group convolutions have 12 and 24 channels a group: what they cost there is rounding, too. */
Test(truth, lanes_alone_are_all_of_g5_in_the_papers_widths)
{
    struct cg_results *results = measured("g5", only_lanes, 1);
    struct cg_suite_views views;
    const struct cg_answer answer = answer_on(results, &views);
    cr_expect(answer.causes.known && answer.causes.causes.rounding.low > log(1.3), "%s",
              cg_say_answer(&answer).text);
    expect_rounding_alone(answer.view);
    cg_suite_views_free(&views);
    cg_results_destroy(&results);
}

Test(truth, bytes_alone_hold_and_grow_with_the_level)
{
    for (size_t i = 0; i < 2; i++) {
        struct cg_results *results = measured(guidelines[i], only_bytes, 1);
        struct cg_suite_views views;
        const struct cg_answer answer = answer_on(results, &views);
        const struct cg_sentence line = cg_say_answer(&answer);
        cr_expect_eq(answer.view->finding, CG_HOLDS, "%s", line.text);
        cr_expect(answer.memory.known && answer.memory.verdict == CG_SLOWER, "%s", line.text);
        cr_expect_eq(answer.memory.near.level_high, 1, "%s", line.text);
        cr_expect_eq(answer.memory.far.level_low, 3, "%s", line.text);
        cr_expect(answer.causes.known &&
                      answer.causes.causes.rest.mean > 0.75 * answer.causes.causes.total.mean,
                  "%s", line.text);
        cg_suite_views_free(&views);
        cg_results_destroy(&results);
    }
}

/* The data of the figure over working sets, malloc'd. */
static char *drawn_working_sets(const struct cg_suite_views *views)
{
    char path[] = "/tmp/convgauge-working-sets-XXXXXX";
    struct cg_error err = {0};
    struct cg_folder folder;
    size_t size;
    cr_assert(mkdtemp(path));
    cr_assert_eq(cg_folder_open(path, &folder, &err), CG_OK, "%s", err.text);
    struct cg_figures figures = {.folder = &folder, .err = &err};
    cg_plot_working_sets(&figures, &(struct cg_panel){.device = "made up", .views = *views});
    cr_assert(figures.status == CG_OK && figures.n == 1, "%s", err.text);
    char *data =
        cg_file_read(cg_phrase("%s/figures/%s.dat", path, figures.items[0].slug).text, 1 << 16, &size, &err);
    cr_assert(data, "%s", err.text);
    cg_figures_free(&figures);
    cg_folder_close(&folder);
    cr_expect_eq(system(cg_phrase("rm -r %s", path).text), 0);
    return data;
}

/* What runs more images than the rest of its suite stands in the suite's one view. */
Test(truth, a_working_set_by_batch_stands_beside_those_by_map)
{
    struct cg_results *results = measured("g1", only_bytes, 1);
    struct cg_suite_views views;
    cr_expect(answer_on(results, &views).memory.known);
    cr_assert_eq(views.n, 1);
    cr_expect_eq(views.items[0]->setting.batch, 1);
    cr_expect_eq(views.items[0]->measured, views.items[0]->n_cases);
    struct cg_working_set sets[8];
    cr_assert_eq(cg_working_sets_of(views.items[0], NULL, sets, 8), 6);
    const struct cg_working_set *by_batch = &sets[4], *by_map = &sets[5];
    cr_expect_str_eq(by_batch->group->group->name, "memory/16x56x56");
    cr_expect_eq(by_batch->group->cases[0].record->setting.batch, 16);
    cr_expect_str_eq(by_map->group->group->name, "memory/224x224");
    cr_expect(by_batch->low == by_map->low && by_batch->high == by_map->high && by_batch->level_low == 3);
    cr_expect_float_eq(by_batch->group->cases[3].ratio.mean, by_map->group->cases[3].ratio.mean, 0.005);
    cg_suite_views_free(&views);
    cg_results_destroy(&results);
}

/* G1's working sets at 112x112, 19 to 39 MiB, lie on both sides of the end of L3, 32 MiB; no others do. */
Test(truth, groups_that_straddle_levels_are_marked_in_the_figure)
{
    struct cg_results *results = measured("g1", only_bytes, 1);
    struct cg_suite_views views;
    cr_expect(answer_on(results, &views).memory.known);
    char *data = drawn_working_sets(&views);
    int rows = 0;
    for (char *line = strtok(data, "\n"); line; line = strtok(NULL, "\n")) {
        const double kib = strtod(line, NULL);
        if (line[0] == '#')
            continue;
        rows++;
        cr_expect_eq(strstr(line, "\"straddles\"") != NULL, kib > 32 << 10 && kib < 64 << 10, "%s", line);
    }
    cr_expect_eq(rows, 6);
    free(data);
    cg_suite_views_free(&views);
    cg_results_destroy(&results);
}

/* Some other program takes the memory in every other round: what reads more is slowed more. */
static double lanes_and_slow_memory(const struct cg_graph *graph, int threads)
{
    return only_lanes(graph, threads) + 4 * only_bytes(graph, threads);
}

/* The processor is slow in every other round. */
static double slow_lanes(const struct cg_graph *graph, int threads)
{
    return 1.3 * only_lanes(graph, threads);
}

static int rows_by_machine(const struct cg_suite_view *view)
{
    int n = 0;
    for (int i = 0; i < view->n_cases; i++)
        n += view->cases[i].verdict == CG_BY_MACHINE;
    for (int g = 0; g < view->n_groups; g++)
        for (int e = 0; e < 3; e++)
            n += view->groups[g].judged_effects[e].verdict == CG_BY_MACHINE;
    return n;
}

/* Memory that is slow in some rounds changes what G1 costs: neither state of the machine is taken for the
 * truth, and both are printed. */
Test(truth, a_ratio_that_depends_on_the_machine_is_undecided)
{
    for (size_t i = 0; i < 2; i++) {
        struct cg_results *results =
            measured_in(guidelines[i], &(struct states){only_lanes, lanes_and_slow_memory, 0}, 1);
        struct cg_suite_views views;
        const struct cg_answer answer = answer_on(results, &views);
        const struct cg_sentence line = cg_say_answer(&answer);
        const struct cg_judged cost = cg_trend_cost(answer.view, (int)(answer.group - answer.view->groups),
                                                    (int)(answer.trend - answer.group->trends));
        cr_expect_eq(answer.view->finding, CG_FINDING_BY_MACHINE, "%s", line.text);
        cr_expect(strstr(line.text, ": UNDECIDED: machine on aligned widths: ") &&
                      strstr(line.text, " (quiet rounds give ") && strstr(line.text, ", the others 1."),
                  "%s", line.text);
        cr_expect(fabs(cost.state.quiet.mean) < 0.005 && cost.state.others.low > cost.state.quiet.high + 0.01,
                  "%g, %g", exp(cost.state.quiet.mean), exp(cost.state.others.mean));
        cr_expect_geq(cg_count_undecided(answer.view), 1);
        cg_suite_views_free(&views);
        cg_results_destroy(&results);
    }
}

/* What slows all cases by the same factor leaves ratios alone: one table in twenty may say otherwise. */
Test(truth, what_slows_all_alike_changes_no_verdict)
{
    enum { DRAWS = 10 };
    int wrong = 0, tables = 0;
    for (size_t i = 0; i < DRAWS * sizeof guidelines / sizeof guidelines[0]; i++) {
        struct cg_results *results =
            measured_in(guidelines[i % 4], &(struct states){only_lanes, slow_lanes, 100 + i}, 1);
        struct cg_suite_views views;
        const struct cg_answer answer = answer_on(results, &views);
        const int n = rows_by_machine(answer.view);
        tables++;
        wrong += n > 0;
        cr_expect(n > 0 || answer.view->finding == CG_NO_EFFECT, "%s", cg_say_answer(&answer).text);
        cg_suite_views_free(&views);
        cg_results_destroy(&results);
    }
    cr_expect(wrong <= 5, "%d of %d tables", wrong, tables);
}

Test(truth, the_quantum_of_lanes_is_found)
{
    struct cg_results *results = measured("widths", only_lanes, 1);
    for (int i = 0; i < results->n_records; i++)
        results->records[i]->layout = "NHWC";
    struct cg_suite_views views;
    struct cg_error err = {0};
    cr_assert_eq(cg_suite_views_create(results, results->suites[0], &views, &err), CG_OK, "%s", err.text);
    const struct cg_suite_view *view = views.items[0];
    const struct cg_group_view *convolutions = &view->groups[0];
    struct cg_quantum fit;
    cr_assert(cg_widths_quantum(convolutions, &fit));
    cr_expect_eq(fit.quantum, 16);
    cr_expect(fit.share > 0.95 && fit.explained > 0.98, "share %g, explained %g", fit.share, fit.explained);
    cr_expect(
        strstr(cg_say_widths(view, convolutions).text, "NHWC: take multiples of 16; 58 channels against 64"),
        "%s", cg_say_widths(view, convolutions).text);
    struct cg_table *quanta = cg_table_of_quanta(&views);
    cr_expect_str_eq(quanta->columns[1].key, "layout");
    cr_expect_str_eq(cg_cell_shown(&quanta->rows[0].cells[1]), "NHWC");
    cg_table_destroy(&quanta);
    cg_suite_views_free(&views);
    cg_results_destroy(&results);
}

/* The answer on G3 says what an empty layer costs with one and two threads, and that fragments cost more with
 * two. */
Test(truth, layers_cost_more_with_threads)
{
    struct cg_error err = {0};
    struct cg_topology topology;
    cr_assert_eq(cg_topology_read(NULL, &topology, &err), CG_OK, "%s", err.text);
    const int threads = topology.n_cpus >= 2 ? 2 : 1; /* the plan pins them */
    cg_topology_destroy(&topology);
    struct cg_results *results = measured("g3", lanes_and_layers, threads);
    struct cg_suite_views views;
    const struct cg_answer answer = answer_on(results, &views);
    const struct cg_sentence line = cg_say_answer(&answer);
    struct cg_interval ns;
    cr_assert(cg_layer_overhead(answer.view, &ns));
    cr_expect_float_eq(ns.value, 306, 10, "%g ns", ns.value);
    cr_expect(answer.memory.known && answer.memory.verdict == CG_FASTER, "less at large maps: %s", line.text);
    if (threads == 2) {
        cr_expect(strstr(line.text, ", with 2 threads 0.6"), "%s", line.text);
        const char *waiting = strstr(line.text, ", of which they wait for each other ");
        cr_assert_not_null(waiting, "%s", line.text);
        cr_expect_float_eq(strtod(strpbrk(waiting, "0123456789"), NULL), 0.3, 0.02, "%s", waiting);
        cr_expect_eq(answer.small_threads.verdict, CG_SLOWER, "%s", line.text);
        cr_expect(strstr(line.text, ": the same; on the smallest working set ("), "%s", line.text);
        cr_expect(strstr(line.text, "With 2 threads 16-fragment-series costs "), "%s", line.text);
    }
    cg_suite_views_free(&views);
    cg_results_destroy(&results);
}

/* Where threads share all work and wait for nothing, small maps cost with two what they cost with one. */
Test(truth, threads_that_wait_for_nothing_change_nothing)
{
    struct cg_error err = {0};
    struct cg_topology topology;
    cr_assert_eq(cg_topology_read(NULL, &topology, &err), CG_OK, "%s", err.text);
    const int threads = topology.n_cpus >= 2 ? 2 : 1; /* the plan pins them */
    cg_topology_destroy(&topology);
    struct cg_results *results = measured("g3", only_lanes, threads);
    struct cg_suite_views views;
    const struct cg_answer answer = answer_on(results, &views);
    const struct cg_sentence line = cg_say_answer(&answer);
    if (threads == 2) {
        cr_expect(answer.small_threads.view && answer.small_threads.verdict == CG_SAME, "%s", line.text);
        cr_expect(!strstr(line.text, "wait for each other"), "%s", line.text);
    }
    cg_suite_views_free(&views);
    cg_results_destroy(&results);
}

/* Levels end where reads and, if those do not contradict, reported sizes say. */
Test(truth, levels_of_memory_are_those_that_reads_show)
{
    static const struct {
        int64_t bytes;
        int level;
    } rows[] = {{16 << 10, 0}, {900 << 10, 1}, {3 << 20, 2}, {31 << 20, 2}, {33 << 20, 3}, {1 << 30, 3}};
    struct cg_device_record device = made_up_device();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        cr_expect_eq(cg_memory_level(&device, rows[i].bytes, 1), rows[i].level, "%lld",
                     (long long)rows[i].bytes);
    cr_expect_eq(cg_memory_level(&device, 1 << 20, 2), -1, "nothing was measured with two threads");
    struct cg_cache_record invented = {3, "unified", 508 << 20, 64, 1, 1};
    device.caches = &invented;
    device.n_caches = 1;
    cr_expect_eq(cg_memory_level(&device, 100 << 20, 1), 3,
                 "a size that reads contradict counts for nothing");
}
