/* The views of a suite that differ in one option: what tables over settings are made from. */
#ifndef CONVGAUGE_REPORT_SETTING_VIEWS_H
#define CONVGAUGE_REPORT_SETTING_VIEWS_H

#include "report/view.h"

/* Engines side by side in one table; more are left out. */
#define CG_MAX_ENGINES 8

/* The views of one fusion and number of threads, one an engine, in the order of the records; how many. */
int cg_views_of_engines(const struct cg_suite_views *all, int threads, enum cg_fusion fusion,
                        const struct cg_suite_view *views[CG_MAX_ENGINES]);

/* A place of a suite has a finding of its own: each trend of a group, or the group's effects. How many a
 * group has, the finding, and the name: "x1, ARM set (series)". */
int cg_n_places(const struct cg_suite_record *suite, const struct cg_group_view *group);
enum cg_finding cg_place_finding(const struct cg_suite_view *view, int group, int place);
struct cg_phrase cg_place_name(const struct cg_suite_record *suite, const struct cg_group_view *group,
                               int place);

/* The change of a cost from setting a to setting b of one run: their schedules differ, so processes are
 * compared (Welch). Logs. */
struct cg_estimate cg_change_between(struct cg_estimate a, struct cg_estimate b);

#endif
