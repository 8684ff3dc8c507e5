/* What a suite of widths shows: the quantum by which an engine rounds numbers of channels up. */
#ifndef CONVGAUGE_REPORT_WIDTHS_H
#define CONVGAUGE_REPORT_WIDTHS_H

#include "bench/stats/causes.h"
#include "report/view.h"

/* Fits the sawtooth of a group's costs over its widths; CG_QUANTUM_WIDTHS_MIN of them or more, from
 * CG_WIDTHS_FROM channels on (a narrower layer is all overhead). False: too few were measured. */
#define CG_WIDTHS_FROM 8
bool cg_widths_quantum(const struct cg_group_view *group, struct cg_quantum *fit);

/* "1x1 convolutions, 28x28 (native, 1 thread, ...): take multiples of 8: 58 channels cost as much as 64 (0.98
 * [0.97, 0.99] of its time, 0.82 of its multiply-adds). The sawtooth explains 74 % of ..." "" when too few
 * were measured. */
struct cg_sentence cg_say_widths(const struct cg_suite_view *view, const struct cg_group_view *group);

#endif
