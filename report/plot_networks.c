/* Figures of whole networks: under one setting, and beside the paper's devices. */
#include "report/plots.h"

#include "base/array.h"
#include "report/escape.h"
#include "report/paper.h"
#include "report/tables.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MAX_FAMILIES 48
#define MAX_RATES    4
#define MAX_NETWORKS 256 /* of a source */

/* The columns of a figure's data: of one image, NAN unknown. Two texts follow: what tells a network from its
 * family ("0.5x"), and its name; last 1 where it stands in a pair that runs against its multiply-adds. */
enum column {
    MADDS,
    SPEED,
    SPEED_LOW,
    SPEED_HIGH,
    ERROR,
    MEMORY,
    ROOFLINE,
    TIME,
    TIME_LOW,
    TIME_HIGH,
    COLUMNS
};

struct point {
    int source; /* the panel of an input; -1 and less: a device of the paper */
    int family;
    bool flipped;
    char width[32], label[96];
    double values[COLUMNS];
};

/* Networks of one or several sources, and their families: a series each. */
struct cloud {
    int n, room, n_families;
    struct point *points;
    struct {
        char name[64];
        int look; /* the same for all sources */
    } families[MAX_FAMILIES];
    struct cg_order order; /* of one view; no pairs: not asked for */
    bool failed;           /* no memory: points are missing */
};

/* ---- families ---- */

/* Families whose style is the same in every figure, by how their names begin; `whole`: the name goes no
 * further ("ShuffleNet V2-50" is another family) and is shown as it is here. */
static const struct {
    const char *name;
    bool whole;
} known[] = {{"ShuffleNet V2", true}, {"ShuffleNet V1", true}, {"MobileNet V2", true}, {"MobileNet V1", true},
             {"Xception", false},     {"DenseNet", false},     {"IGCV3", false},       {"IGCV2", false},
             {"CondenseNet", false},  {"NASNet", false},       {"PNASNet", false}};

static int look_of(const char *name)
{
    for (int i = 0; i < (int)(sizeof known / sizeof known[0]); i++) {
        const size_t length = strlen(known[i].name);
        if (strncasecmp(name, known[i].name, length) == 0 && (!known[i].whole || !name[length]))
            return i;
    }
    return -1;
}

static int family_of(struct cloud *cloud, const char *name)
{
    const int look = look_of(name);
    const char *shown = look >= 0 && known[look].whole ? known[look].name : name;
    for (int f = 0; f < cloud->n_families; f++)
        if (strcmp(cloud->families[f].name, shown) == 0)
            return f;
    if (cloud->n_families == MAX_FAMILIES)
        return MAX_FAMILIES - 1;
    snprintf(cloud->families[cloud->n_families].name, sizeof cloud->families[0].name, "%.60s", shown);
    cloud->families[cloud->n_families].look = look;
    return cloud->n_families++;
}

/* Families that are not known here take the styles that are left, in their order. */
static void settle_looks(struct cloud *cloud)
{
    unsigned taken = 0;
    for (int f = 0; f < cloud->n_families; f++)
        taken |= cloud->families[f].look >= 0 ? 1u << cloud->families[f].look : 0;
    for (int f = 0; f < cloud->n_families; f++) {
        const int left = __builtin_ctz(~taken);
        if (cloud->families[f].look >= 0)
            continue;
        cloud->families[f].look = left < CG_FIGURE_LOOKS ? left : f % CG_FIGURE_LOOKS;
        taken |= 1u << cloud->families[f].look;
    }
}

/* ---- points ---- */

static void add_point(struct cloud *cloud, const struct point *point)
{
    if (cg_array_fit(cloud->points, cloud->room, cloud->n + 1))
        cloud->points[cloud->n++] = *point;
    else
        cloud->failed = true;
}

static double positive(double value)
{
    return value > 0 ? value : NAN;
}

/* The end of an interval; `value`: there is none. */
static double end_or(double end, double value)
{
    return isfinite(end) ? end : value;
}

/* Adds a measured network. */
static void add_measured(struct cloud *cloud, int source, const struct cg_case_view *network, bool flipped)
{
    const struct cg_case_record *c = network->c;
    const struct cg_record *r = network->record;
    const double images = r->setting.batch > 0 ? r->setting.batch : 1, ms = 1e6, speed = r->images_per_s,
                 time = r->time.median / ms;
    const char *dagger = c->reconstruction == 1 ? " " CG_DAGGER : "";
    const char *family = c->title ? c->title : c->network ? c->network : "other";
    struct point p = {.source = source,
                      .family = family_of(cloud, cg_phrase("%.50s%s", family, dagger).text),
                      .flipped = flipped,
                      .values = {[MADDS] = positive((double)r->madds / images / 1e6),
                                 [SPEED] = positive(speed),
                                 [SPEED_LOW] = end_or(1e9 * images / r->time.ci_high, speed),
                                 [SPEED_HIGH] = end_or(1e9 * images / r->time.ci_low, speed),
                                 [ERROR] = positive(c->published_top1_error),
                                 [MEMORY] = positive((double)r->mem_access_bytes / 1e6),
                                 [ROOFLINE] = positive(r->roofline_ns / ms),
                                 [TIME] = time,
                                 [TIME_LOW] = end_or(r->time.ci_low / ms, time),
                                 [TIME_HIGH] = end_or(r->time.ci_high / ms, time)}};
    snprintf(p.label, sizeof p.label, "%.88s%s", cg_case_words(c), dagger);
    snprintf(p.width, sizeof p.width, "%.16s", c->variant ? c->variant : "");
    add_point(cloud, &p);
}

/* Adds the measured networks of a view, flipped[i] of each (NULL: not known); returns how many. */
static int add_view(struct cloud *cloud, int source, const struct cg_suite_view *view, const bool *flipped)
{
    const int before = cloud->n;
    for (int i = 0; i < view->n_networks && cloud->n - before < MAX_NETWORKS; i++)
        if (view->networks[i]->record->time.median > 0)
            add_measured(cloud, source, view->networks[i], flipped && flipped[i]);
    return cloud->n - before;
}

#define PAPER_SOURCE(device) (-1 - (int)(device))

/* Adds the networks of the paper's Table 8 that have a speed on a device and an error. */
static void add_paper(struct cloud *cloud, enum cg_paper_device device)
{
    struct cg_paper_network rows[CG_PAPER_NETWORKS];
    const int n = cg_paper_networks(rows, CG_PAPER_NETWORKS);
    for (int i = 0; i < n; i++) {
        const char *variant = strchr(rows[i].id, ':');
        const double speed = rows[i].images_per_s[device], time = 1e3 / speed;
        if (isnan(speed) || isnan(rows[i].top1_error))
            continue;
        struct point p = {.source = PAPER_SOURCE(device),
                          .family = family_of(cloud, rows[i].family),
                          .values = {positive(rows[i].madds / 1e6), speed, speed, speed, rows[i].top1_error,
                                     NAN, NAN, time, time, time}};
        snprintf(p.label, sizeof p.label, "%.60s", rows[i].model);
        snprintf(p.width, sizeof p.width, "%.16s", variant ? variant + 1 : "");
        add_point(cloud, &p);
    }
}

static int compare_points(const void *a, const void *b)
{
    const struct point *p = a, *q = b;
    const double x = p->values[MADDS], y = q->values[MADDS];
    return x != y ? (x < y ? -1 : 1) : strcmp(p->label, q->label);
}

/* After all were added: the points' order, the families' styles. */
static void settle(struct cloud *cloud)
{
    settle_looks(cloud);
    if (cloud->n > 0)
        qsort(cloud->points, (size_t)cloud->n, sizeof cloud->points[0], compare_points);
}

/* The points of a family as a series, if there are any. */
static void put_family(const struct cloud *cloud, int source, int f, struct cg_figure *figure)
{
    bool begun = false;
    for (int i = 0; i < cloud->n; i++) {
        const struct point *p = &cloud->points[i];
        if (p->source != source || p->family != f)
            continue;
        if (!begun)
            cg_figure_series(figure, cloud->families[f].look, cloud->families[f].name);
        begun = true;
        for (int c = 0; c < COLUMNS; c++)
            fprintf(figure->data, isfinite(p->values[c]) ? "%.8g " : "NaN ", p->values[c]);
        cg_put_gnuplot_data(p->width, figure->data);
        putc(' ', figure->data);
        cg_put_gnuplot_data(p->label, figure->data);
        fprintf(figure->data, " %d\n", p->flipped);
    }
}

/* A panel of a source's points. */
static void put_panel(const struct cloud *cloud, int source, const char *head, struct cg_figure *figure)
{
    if (figure->panels == 0)
        fputs("# M madds; images/s; low; high; top-1 error, %; memory access, MB; predicted, ms; ms; low; "
              "high; width; network; 1: against its madds\n",
              figure->data);
    cg_figure_panel(figure, head, "");
    for (int look = 0; look < CG_FIGURE_LOOKS; look++) /* the same order in every legend */
        for (int f = 0; f < cloud->n_families; f++)
            if (cloud->families[f].look == look)
                put_family(cloud, source, f, figure);
}

/* ---- figures ---- */

/* A figure of a view, drawn from `least` networks on that have both values. */
static const struct kind {
    const char *name, *title;
    enum column a, b;
    int least;
    const char *sentence; /* at the caption's end */
} kinds[] = {
    {"figure1", "The paper's Figure 1: error against speed, speed against FLOPs", SPEED, ERROR, 2,
     "Beside it the paper's own panels, from its Table 8 (GPU: a, c, batches of 8; ARM: b, d, batch 1); all "
     "errors as published."},
    {"speed", "Speed over multiply-adds", MADDS, SPEED, 2,
     "Broken lines: equal multiply-adds per second; were FLOPs all, every network would lie on one. Bars: 95 "
     "% intervals."},
    {"memory", "Speed over memory access cost", MEMORY, SPEED, 2,
     "Memory access cost: the paper's formula over convolutions and FC, 4 bytes an element. Bars: 95 % "
     "intervals."},
    {"roofline", "Measured time over the roofline's prediction", ROOFLINE, TIME, 2,
     "Predicted: over the layers, the longer of madds at the measured peak and bytes at the measured "
     "bandwidth. Bars: 95 % intervals."},
    {"ranks", "Rank by multiply-adds against rank by measured speed", MADDS, TIME, 3,
     "Fewest multiply-adds and fastest on top; solid: networks of pairs whose order by time is significantly "
     "(Holm) that against their multiply-adds; dotted: of none."},
};

/* A panel of what was measured under a view. */
static void put_measured(const struct cloud *cloud, int source, const char *device,
                         const struct cg_setting *setting, struct cg_figure *figure)
{
    put_panel(
        cloud, source,
        cg_phrase("%.80s, %.30s, %s", device, setting->engine, cg_format_threads(setting->threads).text).text,
        figure);
}

static void plot(struct cg_figures *figures, const struct kind *kind, const struct cg_panel *panel,
                 const struct cg_suite_view *view, const struct cloud *cloud)
{
    int n = 0;
    bool daggers = false;
    for (int i = 0; i < cloud->n; i++) {
        const struct point *p = &cloud->points[i];
        n += p->source == panel->input_index && !isnan(p->values[kind->a] + p->values[kind->b]);
        daggers |= strstr(p->label, CG_DAGGER) != NULL;
    }
    const struct cg_phrase slug = cg_view_slug(view, kind->name);
    struct cg_phrase title = cg_phrase("%s", kind->title);
    if (kind->a == MADDS && cloud->order.pairs > 0)
        title = cg_phrase("%s: %d of %d pairs run against their FLOPs, %d undecided", kind->title,
                          cloud->order.flipped, cloud->order.pairs,
                          cloud->order.pairs - cloud->order.agree - cloud->order.flipped);
    struct cg_figure *figure =
        n >= kind->least
            ? cg_figure_begin(figures, kind->name,
                              cg_phrase("%d %.80s", panel->input_index + 1, slug.text).text, title.text)
            : NULL;
    if (!figure)
        return;
    cg_figure_say(figure, "%.100s; %.200s; %d networks, n = %d process%s each. %s%s", panel->device,
                  cg_setting_words(&view->setting).text, n, view->processes, view->processes == 1 ? "" : "es",
                  kind->sentence,
                  daggers ? " " CG_DAGGER ": a reconstruction, not the paper's own network." : "");
    cg_figure_number(figure, "peak", cg_device_peak(&view->results->device, &view->setting) / 1e9);
    put_measured(cloud, panel->input_index, panel->device, &view->setting, figure);
    for (int d = CG_PAPER_DEVICE_COUNT - 1; d >= 0 && kind->b == ERROR; d--) /* the GPU first, as there */
        put_panel(cloud, PAPER_SOURCE(d), cg_paper_devices[d].title, figure);
    cg_figure_end(figures, figure, !cloud->failed);
}

void cg_plot_networks(struct cg_figures *figures, const struct cg_panel *panel, int v)
{
    const struct cg_suite_view *view = panel->views.items[v];
    struct cloud cloud = {0};
    bool *flipped = calloc((size_t)view->n_networks + 1, sizeof *flipped);
    cloud.failed = !flipped || !cg_order_with_flips(view, &cloud.order, flipped);
    add_view(&cloud, panel->input_index, view, flipped);
    for (int d = 0; d < CG_PAPER_DEVICE_COUNT; d++)
        add_paper(&cloud, (enum cg_paper_device)d);
    settle(&cloud);
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++)
        plot(figures, &kinds[k], panel, view, &cloud);
    free(flipped);
    free(cloud.points);
}

void cg_plot_rates(struct cg_figures *figures, const struct cg_panel *panels, int n)
{
    struct cloud cloud = {0};
    const struct cg_panel *shown[MAX_RATES];
    int n_shown = 0, views[MAX_RATES], wanted = 0;
    for (int v = 0, any = 1; any; v++) /* every device's first setting, then every second one, ... */
        for (int p = any = 0; p < n; p++) {
            const struct cg_suite_views *of_device = &panels[p].views;
            any |= v < of_device->n;
            if (v >= of_device->n || of_device->items[v]->n_networks < 2)
                continue;
            wanted++;
            if (n_shown == MAX_RATES || add_view(&cloud, n_shown, of_device->items[v], NULL) == 0)
                continue;
            views[n_shown] = v;
            shown[n_shown++] = &panels[p];
        }
    for (int d = 0; d < CG_PAPER_DEVICE_COUNT && n_shown > 0; d++)
        add_paper(&cloud, (enum cg_paper_device)d);
    settle(&cloud);
    struct cg_figure *figure =
        n_shown > 0 ? cg_figure_begin(figures, "rates", "speed-against-flops",
                                      "Speed against FLOPs: were FLOPs all, each panel would be a flat line")
                    : NULL;
    if (figure) {
        cg_figure_say(
            figure,
            "Multiply-adds a second, in per cent of the device's best network; grey: equal times. The "
            "paper's devices as in its Table 8 (ARM: batch 1; GPU: batches of 8).%s",
            n_shown < wanted ? " Only the first settings are shown." : "");
        for (int s = 0; s < n_shown; s++)
            put_measured(&cloud, s, shown[s]->device, &shown[s]->views.items[views[s]]->setting, figure);
        for (int d = 0; d < CG_PAPER_DEVICE_COUNT; d++)
            put_panel(&cloud, PAPER_SOURCE(d), cg_paper_devices[d].title, figure);
        cg_figure_end(figures, figure, !cloud.failed);
    }
    free(cloud.points);
}
