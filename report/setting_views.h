/* The views of a suite that differ in one option: what tables over settings are made from. */
#ifndef CONVGAUGE_REPORT_SETTING_VIEWS_H
#define CONVGAUGE_REPORT_SETTING_VIEWS_H

#include "report/view.h"

/* Engines side by side in one table; more are left out. */
#define CG_MAX_ENGINES 8

/* The views of one fusion and number of threads, one an engine, in the order of the records; how many. */
int cg_views_of_engines(const struct cg_suite_views *all, int threads, enum cg_fusion fusion,
                        const struct cg_suite_view *views[CG_MAX_ENGINES]);

/* The name of a trend's place: "x1, ARM set (series)". */
struct cg_phrase cg_place_name(const struct cg_group_view *group, int trend);

/* The change of a cost from setting a to setting b of one run: their schedules differ, so processes are
 * compared (Welch). Logs. */
struct cg_estimate cg_change_between(struct cg_estimate a, struct cg_estimate b);

#endif
