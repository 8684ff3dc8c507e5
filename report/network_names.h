/* What networks are called where people read of them. */
#ifndef CONVGAUGE_REPORT_NETWORK_NAMES_H
#define CONVGAUGE_REPORT_NETWORK_NAMES_H

#include "bench/record/record.h"

/* "ours" and "our impl." of the paper's Table 8, at the end of labels, become "the authors'". */
void cg_name_authors(struct cg_results *results);

/* Every whole network by its published name and variant, in all suites the same: "ShuffleNet V1 0.5x (g=3)"
 * for the label "shufflenet_v1:0.5x_g3" and for the paper's "ShuffleNet v1 0.5x (g=3)"; records as the case
 * that they measure. Labels that say something else ("resnet50 without SE", "before pruning") stay as they
 * are, as do networks without a name of their own; without memory, all do. */
void cg_name_as_published(struct cg_results *results);

#endif
