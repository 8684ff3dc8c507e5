/* What the source of a later guideline prints of the cases that measure it again: columns of its table, from
 * results/paper/guidelines.csv. */
#ifndef CONVGAUGE_REPORT_PRINTED_H
#define CONVGAUGE_REPORT_PRINTED_H

#include "base/csv.h"
#include "report/table.h"
#include "report/view.h"

#define CG_PRINTED_MAX 4 /* devices of a source */

/* Of a suite's view, which it borrows. Names belong to the csv. */
struct cg_printed {
    const struct cg_suite_view *view;
    struct cg_csv csv;
    int n;
    struct {
        const char *name;
        bool second_hand, of_density; /* GFLOPS of whole networks at unequal work, not times */
        bool has, has_ratio;          /* of measured cases: these figures, ratios to the baseline */
    } columns[CG_PRINTED_MAX];
};

/* Finds what is printed of the view's measured cases; without columns where there is nothing, or no memory.
 * The caller closes it. */
void cg_printed_open(const struct cg_suite_view *view, struct cg_printed *printed);
void cg_printed_close(struct cg_printed *printed);

/* For each device the time relative to the baseline (per madd where the suite compares that; of densities per
 * FLOP of the printed network), and the printed time or density itself, first where there is no ratio. */
void cg_printed_add_columns(const struct cg_printed *printed, struct cg_table *table);
void cg_printed_add_cells(const struct cg_printed *printed, struct cg_table *table,
                          const struct cg_case_view *c);

#endif
