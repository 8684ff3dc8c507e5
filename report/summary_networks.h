/* The summary's part on networks. */
#ifndef CONVGAUGE_REPORT_SUMMARY_NETWORKS_H
#define CONVGAUGE_REPORT_SUMMARY_NETWORKS_H

#include "report/summary_parts.h"

/* Of a view of a ranking suite: whether FLOPs predict speed, a bar a network, pairs of few networks, the
 * paper's statements on families. */
void cg_summary_put_networks(struct cg_summary_text *s, const struct cg_suite_view *view);

#endif
