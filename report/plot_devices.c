/* How fast the devices of several files are. */
#include "report/plots.h"

#include <math.h>
#include <stdlib.h>

#define MAX_DEVICES 1000

/* A file beside the first, or the first itself. */
struct device {
    struct cg_interval ratio;
    int file;
};

/* The fastest first. */
static int compare_devices(const void *a, const void *b)
{
    const struct device *x = a, *y = b;
    return x->ratio.value != y->ratio.value ? (x->ratio.value < y->ratio.value ? -1 : 1) : x->file - y->file;
}

static void put_devices(struct cg_figure *figure, const struct device *devices, int n,
                        const struct cg_phrase *names)
{
    cg_figure_text(figure, "axis", "time relative to the first file");
    cg_figure_number(figure, "ratio", 1);
    fputs("# row; time relative to the first file's; low; high; file\n", figure->data);
    cg_figure_panel(figure, "", "");
    cg_figure_series(figure, 0, "");
    for (int i = 0; i < n; i++)
        cg_figure_dot(figure, i + 1, devices[i].ratio, names[devices[i].file].text);
}

void cg_plot_devices(struct cg_figures *figures, const struct cg_comparison *comparisons, int n,
                     const struct cg_phrase *names)
{
    struct device *devices = calloc((size_t)n + 1, sizeof *devices);
    int shown = 1, faster = 0;
    bool all = true;
    if (devices)
        devices[0].ratio = (struct cg_interval){1, 1, 1};
    for (int i = 0; devices && i < n && all; i++)
        if (comparisons[i].n_matches > 0 && shown == MAX_DEVICES)
            all = false;
        else if (comparisons[i].n_matches > 0) {
            const struct cg_interval ratio = cg_ratio_of(comparisons[i].geometric_mean);
            faster += (isnan(ratio.high) ? ratio.value : ratio.high) < 1;
            devices[shown++] = (struct device){ratio, i + 1};
        }
    const struct cg_phrase title =
        cg_phrase("Time relative to %.150s: %d of %d take less", names[0].text, faster, shown - 1);
    struct cg_figure *figure = devices && shown == 1 /* nothing is in common */
                                   ? NULL
                                   : cg_figure_begin(figures, "dots", "devices", title.text);
    if (figure && devices) {
        qsort(devices, (size_t)shown, sizeof *devices, compare_devices);
        put_devices(figure, devices, shown, names);
    }
    if (figure) {
        cg_figure_say(figure,
                      "Geometric mean over the cases that a file has in common with the first, 95 %% "
                      "intervals by processes; published devices: point values. Less: the whole interval "
                      "lies below 1.%s",
                      !all ? " The first 1000 files; the table has all." : "");
        cg_figure_end(figures, figure, devices != NULL);
    }
    free(devices);
}
