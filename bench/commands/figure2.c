#include "bench/commands/profile_print.h"
#include "report/split.h"

#include <math.h>

void cg_figure2_read(const struct cg_network *network, struct cg_figure2 *figure)
{
    figure->known = false;
    for (int d = 0; d < CG_PAPER_DEVICE_COUNT; d++)
        for (int c = 0; c < CG_CATEGORY_COUNT; c++) {
            const double percent =
                cg_split_paper(network->name, (enum cg_paper_device)d, (enum cg_category)c);
            figure->percent[d][c] = percent;
            figure->known = figure->known || !isnan(percent);
        }
}
