/* The tables of a results file, suite by suite, and what they share. Each function makes one table, without
 * rows when there is nothing to show; it is the caller's. */
#ifndef CONVGAUGE_REPORT_TABLES_H
#define CONVGAUGE_REPORT_TABLES_H

#include "report/sentences.h"
#include "report/table.h"
#include "report/view.h"

/* Of a suite under one setting. */
struct cg_table *cg_table_of_cases(const struct cg_suite_view *view);  /* of suites but rankings */
struct cg_table *cg_table_of_causes(const struct cg_suite_view *view); /* lanes and the rest, by twins */
struct cg_table *cg_table_of_working_sets(const struct cg_suite_view *view);
struct cg_table *cg_table_of_widths(const struct cg_suite_view *view);
struct cg_table *cg_table_of_effects(const struct cg_suite_view *view);
struct cg_table *cg_table_of_networks(const struct cg_suite_view *view);
struct cg_table *cg_table_of_pairs(const struct cg_suite_view *view); /* of few networks, or against one */
struct cg_table *cg_table_of_levels(const struct cg_suite_view *view);
struct cg_table *cg_table_of_statements(const struct cg_suite_view *view);
struct cg_table *cg_table_of_since(const struct cg_suite_view *view);   /* since.h; of suites with years */
struct cg_table *cg_table_of_proxies(const struct cg_suite_view *view); /* the score card */
struct cg_table *cg_table_of_counters(const struct cg_suite_view *view);
/* Of guidelines: their costs, and what they show, with several plans at once (run --instances). */
struct cg_table *cg_table_of_load(const struct cg_suite_view *view);

/* Over the settings of one suite. */
struct cg_table *cg_table_of_engines(const struct cg_suite_views *views, const struct cg_setting *of);
struct cg_table *cg_table_of_peers(const struct cg_suite_views *views, const struct cg_setting *of);
struct cg_table *cg_table_of_fusion(const struct cg_suite_views *views, const struct cg_setting *of);
struct cg_table *cg_table_of_growth(const struct cg_suite_views *views, const struct cg_setting *of);
/* Of engines on whole networks, all numbers of threads and fusions together: ratios to the fastest, what
 * ShuffleNet's structure costs, what fusion and threads gain; a sentence an engine. Without rows where there
 * is one engine. */
struct cg_table *cg_table_of_sides(const struct cg_suite_views *views, const struct cg_setting *of);

/* Of suites that are no guidelines. */
struct cg_table *cg_table_of_threads(const struct cg_suite_views *views, const struct cg_setting *of);

struct cg_table *cg_table_of_quanta(const struct cg_suite_views *views); /* of suites of widths */

/* Of a file; `suite` NULL: of all its profiles. Cells: network, engine or device, time, the categories. */
#define CG_BREAKDOWN_FIRST 3
struct cg_table *cg_table_of_breakdown(const struct cg_results *results, const struct cg_suite_record *suite);
struct cg_table *cg_table_of_latency(const struct cg_results *results);
/* Where a suite stands at several batches, networks over these, a table a setting; whether a suite stands
 * before at another batch. */
bool cg_is_at_further_batch(const struct cg_results *results, int suite);
void cg_tables_of_batches(const struct cg_results *results, struct cg_tables *tables);
struct cg_table *cg_table_of_instances(const struct cg_results *results);
struct cg_table *cg_table_of_skipped(const struct cg_results *results);
struct cg_table *cg_table_of_lost_workers(const struct cg_results *results);

/* The order of a ranking suite's networks by madds and by time. False without memory. */
bool cg_order_of(const struct cg_suite_view *view, struct cg_order *order);

/* The same, and which of view->networks stand in a pair that significantly runs against its madds: sets
 * flipped[i] of these. */
bool cg_order_with_flips(const struct cg_suite_view *view, struct cg_order *order, bool *flipped);

/* ---- what tables share ---- */

/* Of a suite under a setting: id of suite, setting and kind ("g1-native-1t-avx512-hot"), the suite's title
 * or `title`. */
struct cg_table *cg_table_of_view(const struct cg_suite_view *view, const char *kind, const char *title);
struct cg_phrase cg_view_slug(const struct cg_suite_view *view, const char *kind);

/* Caption: device and setting; the setting tells it apart from other tables of its title. */
void cg_describe_view(struct cg_table *table, const struct cg_suite_view *view);

/* The views of a suite under a setting but for its engine, one an engine, in the order of the records; how
 * many. */
int cg_views_of_engines(const struct cg_suite_views *all, const struct cg_setting *of,
                        const struct cg_suite_view *views[CG_MAX_ENGINES]);

/* What else of the setting tells a suite's tables over settings apart beside engine, threads and fusion:
 * ", avx2, cold"; "" where all views have it in common. */
struct cg_phrase cg_rest_of_setting(const struct cg_suite_views *all, const struct cg_setting *of);

/* The name of a trend's place: "x1, ARM set (series)". */
struct cg_phrase cg_place_name(const struct cg_group_view *group, int trend);

/* A column for a device of the paper; "%s" in the formats stands for its word. */
void cg_add_paper_column(struct cg_table *table, int device, const char *key, const char *head, int rank);

/* "1.05 [1.04, 1.06] SLOWER", or as a change "+5.1 % [4.0, 6.2] SLOWER". */
void cg_cell_judged(struct cg_table *table, const struct cg_judged *row, bool as_change);

/* What quiet rounds and the others give, as a note, where that leaves a row undecided. */
void cg_add_state_note(struct cg_table *table, const char *what, const struct cg_judged *row);

/* What RegNet says of activations (G10), of the view's cases: a sentence, with a paired bootstrap. */
void cg_add_activations(struct cg_table *table, const struct cg_suite_view *view);

/* The notes of the suite and of its measured cases, each after the labels of the cases that it speaks of,
 * and what the marks on labels mean. */
void cg_add_notes(struct cg_table *table, const struct cg_suite_view *view);

#define CG_RECONSTRUCTION_NOTE                                                                               \
    CG_DAGGER " A reconstruction: the structure is not published in full; not the paper's own network."

#endif
