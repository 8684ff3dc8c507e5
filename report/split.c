#include "report/split.h"

#include "base/text.h"

#include <math.h>

bool cg_split_of(const struct cg_record *record, struct cg_split *split)
{
    *split = (struct cg_split){.residual_percent = NAN};
    for (int i = 0; i < record->n_layers; i++)
        for (int k = 0; k < CG_CATEGORY_COUNT; k++)
            if (cg_same_text(record->layers[i].category, cg_category_name((enum cg_category)k)) &&
                !isnan(record->layers[i].time_ns))
                split->ns[k] += record->layers[i].time_ns;
    for (int k = 0; k < CG_CATEGORY_COUNT; k++)
        split->sum_ns += split->ns[k];
    if (!isnan(record->residual_ns) && split->sum_ns > 0)
        split->residual_percent = 100 * record->residual_ns / (split->sum_ns + record->residual_ns);
    return split->sum_ns > 0;
}

double cg_split_paper(const char *network, enum cg_paper_device device, enum cg_category category)
{
    static const char *const printed[CG_CATEGORY_COUNT] = {[CG_CAT_CONV] = "Conv",
                                                           [CG_CAT_SHUFFLE] = "Shuffle",
                                                           [CG_CAT_ELEMENTWISE] = "Elemwise",
                                                           [CG_CAT_DATA] = "Data",
                                                           [CG_CAT_OTHER] = "Other"};
    return printed[category] ? cg_paper_share(network, device, printed[category]) : NAN;
}
