/* The tables of a results file, suite by suite. */
#ifndef CONVGAUGE_REPORT_TABLES_H
#define CONVGAUGE_REPORT_TABLES_H

#include "report/sentences.h"
#include "report/table.h"
#include "report/view.h"

/* All views of a suite: one a setting under which it was measured. */
struct cg_suite_views {
    const struct cg_suite_record *suite;
    int n;
    struct cg_suite_view **items;
};

enum cg_status cg_suite_views_create(const struct cg_results *results, const struct cg_suite_record *suite,
                                     struct cg_suite_views *views, struct cg_error *err);
void cg_suite_views_free(struct cg_suite_views *views);

/* Each makes one table, NULL without memory; the caller's. The order is filled in beside a ranking's table.
 */
struct cg_table *cg_table_of_slope(const struct cg_suite_view *view);
struct cg_table *cg_table_of_factorial(const struct cg_suite_view *view);
struct cg_table *cg_table_of_effects(const struct cg_suite_view *view);
struct cg_table *cg_table_of_plain(const struct cg_suite_view *view);
struct cg_table *cg_table_of_networks(const struct cg_suite_view *view);
struct cg_table *cg_table_of_levels(const struct cg_suite_view *view);     /* no rows: nothing to say */
struct cg_table *cg_table_of_statements(const struct cg_suite_view *view); /* the same */
struct cg_table *cg_table_of_proxies(const struct cg_suite_view *view);    /* the score card */
struct cg_table *cg_table_of_counters(const struct cg_suite_view *view);   /* no rows: nothing was counted */
struct cg_table *cg_table_of_breakdown(const struct cg_results *results, const struct cg_suite_record *suite);
struct cg_table *cg_table_of_skipped(const struct cg_results *results);

/* Over settings of one suite; NULL with *failed false when there is nothing to compare. */
struct cg_table *cg_table_of_engines(const struct cg_suite_views *views, int threads, enum cg_fusion fusion,
                                     bool *failed);
struct cg_table *cg_table_of_peers(const struct cg_suite_views *views, int threads, enum cg_fusion fusion,
                                   bool *failed);
struct cg_table *cg_table_of_fusion(const struct cg_suite_views *views, int threads, bool *failed);
struct cg_table *cg_table_of_growth(const struct cg_suite_views *views, const char *engine,
                                    enum cg_fusion fusion, bool *failed);

/* Adds every table of a suite that has a measurement. */
enum cg_status cg_tables_of_suite(const struct cg_results *results, const struct cg_suite_record *suite,
                                  struct cg_tables *tables, struct cg_error *err);

/* The order of a ranking suite's networks by madds and by time. False without memory. */
bool cg_order_of(const struct cg_suite_view *view, struct cg_order *order);

/* Ids: suite, setting and kind of a table as a slug: "g1-native-1t-avx512-hot". */
void cg_view_slug(const struct cg_suite_view *view, const char *kind, char *slug, size_t size);

/* A network's name with its dagger where it is a reconstruction. */
void cg_case_label(const struct cg_case_record *c, char *text, size_t size);

/* Adds the notes of a view's measured cases, each after the labels of the cases that it speaks of. */
void cg_add_case_notes(struct cg_table *table, const struct cg_suite_view *view);

/* Published relative figure beside a case; NAN. */
double cg_case_paper_ratio(const struct cg_suite_view *view, const struct cg_group_view *group, int index,
                           const char *device);

#endif
