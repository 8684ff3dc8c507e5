#include "report/cloud.h"

#include "report/escape.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Families whose style is the same in every figure, by how their names begin; `whole`: the name goes no
 * further ("ShuffleNet V2-50" is another family). */
static const struct {
    const char *begin, *shown;
    bool whole;
} known[] = {
    {"shufflenet v2", "ShuffleNet v2", true},
    {"shufflenet v1", "ShuffleNet v1", true},
    {"mobilenet v2", "MobileNet v2", true},
    {"mobilenet v1", "MobileNet v1", true},
    {"xception", NULL, false},
    {"densenet", NULL, false},
    {"igcv3", NULL, false},
    {"igcv2", NULL, false},
    {"condensenet", NULL, false},
    {"nasnet", NULL, false},
    {"pnasnet", NULL, false},
};
#define N_KNOWN ((int)(sizeof known / sizeof known[0]))

static int style_of(const char *name)
{
    for (int i = 0; i < N_KNOWN; i++) {
        const size_t length = strlen(known[i].begin);
        if (strncasecmp(name, known[i].begin, length) == 0 && (!known[i].whole || !name[length]))
            return i;
    }
    return -1;
}

static int family_of(struct cg_cloud *cloud, const char *name)
{
    const int style = style_of(name);
    const char *shown = style >= 0 && known[style].shown ? known[style].shown : name;
    char text[sizeof cloud->families[0].name];
    snprintf(text, sizeof text, "%.60s", shown);
    for (int i = 0; i < cloud->n_families; i++)
        if (strcmp(cloud->families[i].name, text) == 0)
            return i;
    if (cloud->n_families == CG_CLOUD_FAMILIES)
        return CG_CLOUD_FAMILIES - 1;
    struct cg_cloud_family *family = &cloud->families[cloud->n_families];
    memcpy(family->name, text, sizeof text);
    family->style = style;
    return cloud->n_families++;
}

/* Families that are not known here take the styles that are left, in their order. */
static void settle_styles(struct cg_cloud *cloud)
{
    bool taken[CG_FIGURE_STYLES] = {false};
    for (int i = 0; i < cloud->n_families; i++)
        if (cloud->families[i].style >= 0)
            taken[cloud->families[i].style % CG_FIGURE_STYLES] = true;
    for (int i = 0; i < cloud->n_families; i++) {
        int style = 0;
        if (cloud->families[i].style >= 0)
            continue;
        while (style < CG_FIGURE_STYLES && taken[style])
            style++;
        cloud->families[i].style = style < CG_FIGURE_STYLES ? style : i % CG_FIGURE_STYLES;
        taken[cloud->families[i].style] = true;
    }
}

static double value_of(const struct cg_point *p, enum cg_quantity quantity)
{
    return p->values[quantity].value;
}

static int compare_points(const void *a, const void *b)
{
    const double x = value_of(a, CG_POINT_MADDS), y = value_of(b, CG_POINT_MADDS);
    if (x != y)
        return x < y ? -1 : 1;
    return strcmp(((const struct cg_point *)a)->label, ((const struct cg_point *)b)->label);
}

static void settle(struct cg_cloud *cloud)
{
    qsort(cloud->points, (size_t)cloud->n, sizeof cloud->points[0], compare_points);
    settle_styles(cloud);
    for (int i = 0; i < cloud->n; i++) {
        struct cg_point *p = &cloud->points[i];
        p->rank_madds = i;
        for (int k = 0; k < cloud->n; k++) { /* equal times: the next free place */
            const double own = value_of(p, CG_POINT_TIME), other = value_of(&cloud->points[k], CG_POINT_TIME);
            p->rank_speed += other < own || (k < i && other == own);
        }
    }
}

static struct cg_interval of_unit(double value, double unit)
{
    return (struct cg_interval){value > 0 ? value / unit : NAN, NAN, NAN};
}

static void add_point(struct cg_cloud *cloud, const struct cg_case_record *c, const struct cg_record *r)
{
    const double images = r->setting.batch > 0 ? r->setting.batch : 1, ms = 1e6;
    const char *dagger = c->reconstruction == 1 ? " " CG_DAGGER : "";
    const char *family = c->title ? c->title : c->network ? c->network : "other";
    struct cg_point *p = &cloud->points[cloud->n++];
    *p = (struct cg_point){
        .family = family_of(cloud, cg_phrase("%.50s%s", family, dagger).text),
        .values = {[CG_POINT_MADDS] = of_unit((double)r->madds / images, 1e6),
                   [CG_POINT_SPEED] = {r->images_per_s, 1e9 * images / r->time.ci_high,
                                       1e9 * images / r->time.ci_low},
                   [CG_POINT_ERROR] = {c->published_top1_error, NAN, NAN},
                   [CG_POINT_MEMORY] = of_unit((double)r->mem_access_bytes, 1e6),
                   [CG_POINT_ROOFLINE] = of_unit(r->roofline_ns, ms),
                   [CG_POINT_TIME] = {r->time.median / ms, r->time.ci_low / ms, r->time.ci_high / ms}},
    };
    snprintf(p->label, sizeof p->label, "%.88s%s", cg_case_words(c), dagger);
    snprintf(p->width, sizeof p->width, "%.16s", c->variant ? c->variant : "");
}

void cg_cloud_of_view(const struct cg_suite_view *view, struct cg_cloud *cloud)
{
    cloud->n = cloud->n_families = 0;
    for (int i = 0; i < view->n_networks && cloud->n < CG_CLOUD_POINTS; i++)
        if (view->networks[i]->record->time.median > 0)
            add_point(cloud, view->networks[i]->c, view->networks[i]->record);
    settle(cloud);
}

void cg_cloud_of_paper(enum cg_paper_device device, struct cg_cloud *cloud)
{
    struct cg_paper_network rows[CG_PAPER_NETWORKS];
    const int n = cg_paper_networks(rows, CG_PAPER_NETWORKS);
    cloud->n = cloud->n_families = 0;
    for (int i = 0; i < n; i++) {
        if (isnan(rows[i].images_per_s[device]) || isnan(rows[i].top1_error))
            continue;
        const char *variant = strchr(rows[i].id, ':');
        struct cg_point *p = &cloud->points[cloud->n++];
        *p = (struct cg_point){.family = family_of(cloud, rows[i].family),
                               .values = {[CG_POINT_MADDS] = of_unit(rows[i].madds, 1e6),
                                          [CG_POINT_SPEED] = of_unit(rows[i].images_per_s[device], 1),
                                          [CG_POINT_ERROR] = of_unit(rows[i].top1_error, 1),
                                          [CG_POINT_MEMORY] = of_unit(NAN, 1),
                                          [CG_POINT_ROOFLINE] = of_unit(NAN, 1),
                                          [CG_POINT_TIME] = of_unit(1e3 / rows[i].images_per_s[device], 1)}};
        snprintf(p->label, sizeof p->label, "%.60s", rows[i].model);
        snprintf(p->width, sizeof p->width, "%.16s", variant ? variant + 1 : "");
    }
    settle(cloud);
}

/* ---- drawing ---- */

static bool is_drawn(const struct cg_scatter *scatter, const struct cg_point *p)
{
    return isfinite(value_of(p, scatter->x)) && isfinite(value_of(p, scatter->y));
}

void cg_scatter_include(struct cg_scatter *scatter)
{
    for (int i = 0; i < scatter->cloud->n; i++)
        if (is_drawn(scatter, &scatter->cloud->points[i])) {
            cg_axis_include(&scatter->x_axis, value_of(&scatter->cloud->points[i], scatter->x));
            cg_axis_include(&scatter->y_axis, value_of(&scatter->cloud->points[i], scatter->y));
        }
}

static double or_value(double bound, double value)
{
    return isfinite(bound) ? bound : value;
}

void cg_scatter_data(struct cg_scatter *scatter)
{
    FILE *data = scatter->figure->data;
    scatter->first = scatter->figure->blocks;
    fputs("# x, y, network, x low, x high, y low, y high\n", data);
    for (int f = 0; f < scatter->cloud->n_families; f++) {
        scatter->counts[f] = 0;
        for (int i = 0; i < scatter->cloud->n; i++) {
            const struct cg_point *p = &scatter->cloud->points[i];
            if (p->family != f || !is_drawn(scatter, p))
                continue;
            const struct cg_interval x = p->values[scatter->x], y = p->values[scatter->y];
            fprintf(data, "%.8g %.8g ", x.value, y.value);
            cg_put_gnuplot_data(p->label, data);
            fprintf(data, " %.8g %.8g %.8g %.8g\n", or_value(x.low, x.value), or_value(x.high, x.value),
                    or_value(y.low, y.value), or_value(y.high, y.value));
            scatter->counts[f]++;
        }
        if (scatter->counts[f] == 0)
            fputs("NaN NaN \"\" NaN NaN NaN NaN\n", data);
        cg_figure_end_block(scatter->figure);
    }
}

struct placing {
    struct cg_label labels[3 * CG_CLOUD_POINTS]; /* points, then the ends of their bars */
    int lines[2 * CG_CLOUD_POINTS][2];
    int n, n_lines;
};

static double across(double place, double from, double to)
{
    return from + fmin(fmax(place, 0), 1) * (to - from);
}

static struct cg_label label_at(const struct cg_scatter *scatter, double x, double y, const char *text)
{
    const struct cg_area *area = &scatter->area;
    return (struct cg_label){.x = across(cg_axis_place(&scatter->x_axis, x), area->left, area->right),
                             .y = across(cg_axis_place(&scatter->y_axis, y), area->bottom, area->top),
                             .text = text};
}

/* The bar of a point's interval: texts keep off its ends and give way to it. */
static void add_bar(struct placing *placing, const struct cg_scatter *scatter, double x_low, double x_high,
                    double y_low, double y_high)
{
    placing->lines[placing->n_lines][0] = placing->n;
    placing->labels[placing->n++] = label_at(scatter, x_low, y_low, "");
    placing->lines[placing->n_lines++][1] = placing->n;
    placing->labels[placing->n++] = label_at(scatter, x_high, y_high, "");
}

static void put_labels(const struct cg_scatter *scatter)
{
    const struct cg_point *points[CG_CLOUD_POINTS];
    fputs("unset label\n", scatter->figure->script);
    struct placing *placing = scatter->label_px > 0 ? calloc(1, sizeof *placing) : NULL;
    if (!placing)
        return; /* without memory: without labels */
    int n = 0;
    for (int i = 0; i < scatter->cloud->n; i++) {
        const struct cg_point *p = &scatter->cloud->points[i];
        if (!is_drawn(scatter, p))
            continue;
        for (int k = n - 1; k >= 0; k--) /* the point before it on the family's line */
            if (points[k]->family == p->family) {
                placing->lines[placing->n_lines][0] = k;
                placing->lines[placing->n_lines++][1] = n;
                break;
            }
        points[n++] = p;
        placing->labels[placing->n++] =
            label_at(scatter, value_of(p, scatter->x), value_of(p, scatter->y), p->width);
    }
    for (int i = 0; i < n; i++) {
        const struct cg_interval x = points[i]->values[scatter->x], y = points[i]->values[scatter->y];
        if (isfinite(x.low) && isfinite(x.high))
            add_bar(placing, scatter, x.low, x.high, y.value, y.value);
        else if (isfinite(y.low) && isfinite(y.high))
            add_bar(placing, scatter, x.value, x.value, y.low, y.high);
    }
    struct cg_label *labels = placing->labels;
    cg_labels_place(labels, placing->n, (const int(*)[2])placing->lines, placing->n_lines, &scatter->area,
                    scatter->label_px);
    for (int i = 0; i < n; i++) {
        if (!labels[i].shown)
            continue;
        cg_put_gnuplot_line("set label ", labels[i].text, "", scatter->figure->script);
        fprintf(scatter->figure->script,
                " at %.8g,%.8g %s noenhanced font ',%g' textcolor rgb '#333333' offset screen %.5f,%.5f\n",
                value_of(points[i], scatter->x), value_of(points[i], scatter->y),
                labels[i].align > 0   ? "left"
                : labels[i].align < 0 ? "right"
                                      : "center",
                scatter->label_px, labels[i].dx / scatter->figure->width,
                labels[i].dy / scatter->figure->height);
    }
    free(placing);
}

static void put_key(const struct cg_cloud_family *family, FILE *script)
{
    fprintf(script, "%s title ", cg_figure_style(family->style).text);
    cg_put_gnuplot(family->name, script);
}

/* The same family under the name of another source: "DenseNet" of the paper, "DenseNet, light" here. */
static bool is_same_known(const struct cg_cloud_family *a, const struct cg_cloud_family *b)
{
    return a->style == b->style && style_of(a->name) >= 0 && style_of(b->name) >= 0;
}

static bool is_named_before(const struct cg_cloud *const *clouds, int c, int f)
{
    for (int b = 0; b <= c; b++)
        for (int k = 0; k < (b < c ? clouds[b]->n_families : f); k++)
            if (strcmp(clouds[b]->families[k].name, clouds[c]->families[f].name) == 0 ||
                (b < c && is_same_known(&clouds[b]->families[k], &clouds[c]->families[f])))
                return true;
    return false;
}

#define LEGEND_COLUMN_PX 265
#define LEGEND_ROW_PX    17

int cg_cloud_legend_height(const struct cg_cloud *const *clouds, int n, double width)
{
    const int columns = width < LEGEND_COLUMN_PX ? 1 : (int)(width / LEGEND_COLUMN_PX);
    int names = 0;
    for (int c = 0; c < n; c++)
        for (int f = 0; f < clouds[c]->n_families; f++)
            names += !is_named_before(clouds, c, f);
    return ((names + columns - 1) / columns + 1) * LEGEND_ROW_PX;
}

void cg_cloud_legend(const struct cg_cloud *const *clouds, int n, const struct cg_figure *figure,
                     const struct cg_area *area)
{
    FILE *out = figure->script;
    const char *comma = "";
    cg_area_put(area, figure);
    fputs("set key inside center center horizontal Left reverse samplen 3 font ',11'\nunset border\nunset "
          "tics\n"
          "unset logscale\nset xrange [0:1]\nset yrange [0:1]\nplot ",
          out);
    for (int style = 0; style < CG_FIGURE_STYLES; style++)
        for (int c = 0; c < n; c++)
            for (int f = 0; f < clouds[c]->n_families; f++) {
                if (clouds[c]->families[f].style != style || is_named_before(clouds, c, f))
                    continue;
                fprintf(out, "%sNaN with linespoints ", comma);
                put_key(&clouds[c]->families[f], out);
                comma = ", \\\n  ";
            }
    fputs(comma[0] ? "\n" : "NaN notitle\n", out);
    fputs("set border 3 lc rgb '#444444'\nset xtics nomirror out\nset ytics nomirror out\nset grid lc rgb "
          "'#dddddd' lt 1\nunset key\n",
          out);
}

/* Families in the order of their styles: the same order in every legend. */
static void order_of(const struct cg_cloud *cloud, int *order)
{
    for (int i = 0; i < cloud->n_families; i++) {
        int at = i;
        for (; at > 0 && cloud->families[order[at - 1]].style > cloud->families[i].style; at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
}

void cg_scatter_plot(const struct cg_scatter *scatter, const char *before)
{
    FILE *out = scatter->figure->script;
    int order[CG_CLOUD_FAMILIES];
    bool any = before[0] != '\0';
    cg_area_put(&scatter->area, scatter->figure);
    cg_axis_put(&scatter->x_axis, 'x', out);
    cg_axis_put(&scatter->y_axis, 'y', out);
    put_labels(scatter);
    order_of(scatter->cloud, order);
    fprintf(out, "plot %s", before);
    for (int i = 0; i < scatter->cloud->n_families; i++) {
        const int f = order[i];
        const struct cg_cloud_family *family = &scatter->cloud->families[f];
        if (scatter->counts[f] == 0)
            continue;
        fprintf(out, "%s\\\n  '%s.dat' index %d using 1:2:4:5:6:7 with xyerrorbars %s notitle",
                any ? ", " : "", scatter->figure->slug, scatter->first + f,
                cg_figure_bar_style(family->style).text);
        fprintf(out, ", \\\n  '' index %d using 1:2 with linespoints ", scatter->first + f);
        if (scatter->legend)
            put_key(family, out);
        else
            fprintf(out, "%s notitle", cg_figure_style(family->style).text);
        any = true;
    }
    fputs(any ? "\n" : "NaN notitle\n", out);
}
