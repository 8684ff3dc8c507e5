#include "report/split.h"

#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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

const struct cg_record **cg_profiled_records(const struct cg_results *results, int *n)
{
    const struct cg_record **list = malloc(((size_t)results->n_records + 1) * sizeof *list);
    struct cg_split split;
    *n = 0;
    for (int r = 0; list && r < results->n_records; r++) {
        const struct cg_record *first = results->records[r];
        bool taken = !cg_split_of(first, &split);
        for (int b = 0; b < *n && !taken; b++)
            taken = list[b] == first || (first->graph && cg_same_text(list[b]->graph, first->graph));
        for (int k = r; k < results->n_records && !taken; k++) {
            const struct cg_record *other = results->records[k];
            if ((k == r || (first->graph && cg_same_text(other->graph, first->graph))) &&
                cg_split_of(other, &split))
                list[(*n)++] = other;
        }
    }
    return list;
}

bool cg_is_last_profile(const struct cg_record *const *records, int n, int i)
{
    return i + 1 == n || !records[i]->graph || !cg_same_text(records[i + 1]->graph, records[i]->graph);
}
