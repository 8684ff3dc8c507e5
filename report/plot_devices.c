/* How fast the devices of several files are. */
#include "report/plots.h"

#include "report/escape.h"

#include <math.h>

#define MAX_DEVICES 300

static void put_device(FILE *data, struct cg_interval ratio, const char *name)
{
    fprintf(data, "%.6g %.6g %.6g ", ratio.value, isnan(ratio.low) ? ratio.value : ratio.low,
            isnan(ratio.high) ? ratio.value : ratio.high);
    cg_put_gnuplot_data(name, data);
    putc('\n', data);
}

void cg_plot_devices(struct cg_figures *figures, const struct cg_comparison *comparisons, int n,
                     const struct cg_phrase *names)
{
    struct cg_figure *figure = cg_figure_begin(figures, "devices", "devices",
                                               cg_phrase("Time relative to %.150s", names[0].text).text);
    if (!figure)
        return;
    cg_figure_panel(figure, "", "");
    cg_figure_series(figure, 0, "");
    fputs("# time relative to the first file's; low; high; file\n", figure->data);
    put_device(figure->data, (struct cg_interval){1, 1, 1}, names[0].text);
    for (int i = 0; i < n && i < MAX_DEVICES; i++)
        if (comparisons[i].n_matches > 0)
            put_device(figure->data, cg_ratio_of(comparisons[i].geometric_mean), names[i + 1].text);
    cg_figure_say(figure,
                  "Geometric mean over the cases that a file has in common with the first, 95 %% "
                  "intervals by processes; the paper's devices: point values.%s",
                  n > MAX_DEVICES ? " The first 300 files; the table has all." : "");
    cg_figure_end(figures, figure, true);
}
