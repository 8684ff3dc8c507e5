/* Where a device stands among those of ncnn's benchmark page. */
#ifndef CONVGAUGE_REPORT_PLACE_H
#define CONVGAUGE_REPORT_PLACE_H

#include "bench/record/record.h"
#include "report/table.h"

/* By the records under a setting whose networks the page has: its place for each network and over all, the
 * nearest devices, and where it is out of line. CPUs among CPUs, GPUs among GPUs. Without rows where fewer
 * than three networks are in common. */
struct cg_table *cg_table_of_place(const struct cg_results *results, const struct cg_setting *setting);

#endif
