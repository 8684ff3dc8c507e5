/* What the effect in the paper's widths is made of, by the twins of its cases. */
#ifndef CONVGAUGE_REPORT_CAUSES_H
#define CONVGAUGE_REPORT_CAUSES_H

#include "bench/stats/causes.h"
#include "report/view.h"

/* Of a trend of a group: total = rounding x rest at its last step, from the slopes of log time per madd over
 * the steps, twins with steps of their own; of a factorial group, of both factors together. `known` is false
 * where no case has a measured twin. False without memory. */
struct cg_trend_causes {
    bool known;
    struct cg_causes causes;
};
bool cg_causes_of_trend(const struct cg_suite_view *view, const struct cg_group_view *group,
                        const struct cg_trend *trend, struct cg_trend_causes *found);

#endif
