#include "report/axes.h"

#include "report/escape.h"

#include <math.h>

#define LOG_ROOM    1.35 /* factor beyond the outermost values */
#define LINEAR_ROOM 0.06 /* share of the range */

struct cg_axis cg_axis_empty(bool log)
{
    return (struct cg_axis){log, NAN, NAN};
}

void cg_axis_include(struct cg_axis *axis, double value)
{
    if (!isfinite(value) || (axis->log && value <= 0))
        return;
    if (!(axis->low <= value))
        axis->low = value;
    if (!(axis->high >= value))
        axis->high = value;
}

void cg_axis_pad(struct cg_axis *axis)
{
    if (isnan(axis->low)) {
        axis->low = 1;
        axis->high = 10;
    } else if (axis->log) {
        axis->low /= LOG_ROOM;
        axis->high *= LOG_ROOM;
    } else {
        const double room = axis->high > axis->low ? LINEAR_ROOM * (axis->high - axis->low) : 1;
        axis->low -= room;
        axis->high += room;
    }
}

double cg_axis_place(const struct cg_axis *axis, double value)
{
    return axis->log ? log(value / axis->low) / log(axis->high / axis->low)
                     : (value - axis->low) / (axis->high - axis->low);
}

/* 1, 2 and 5 of each decade where that makes few tics, else 1 and 3, else the decades. */
static void put_log_tics(const struct cg_axis *axis, FILE *script)
{
    static const double steps[][3] = {{1, 2, 5}, {1, 3, 0}, {1, 0, 0}};
    const double decades = log10(axis->high / axis->low);
    const double *step = steps[decades <= 2.2 ? 0 : decades <= 3.5 ? 1 : 2];
    const char *comma = "";
    for (int d = (int)floor(log10(axis->low)); d <= (int)ceil(log10(axis->high)); d++)
        for (int s = 0; s < 3 && step[s] > 0; s++) {
            const double at = step[s] * pow(10, d);
            if (at < axis->low * 0.999 || at > axis->high * 1.001)
                continue;
            fprintf(script, "%s%.6g", comma, at);
            comma = ", ";
        }
}

/* A step of 1, 2 or 5 times a power of ten that makes 4 to 9 tics. */
static double linear_step(double range)
{
    const double unit = pow(10, floor(log10(range)));
    const double parts = range / unit;
    return parts < 2 ? unit / 5 : parts < 4.5 ? unit / 2 : unit;
}

void cg_axis_put(const struct cg_axis *axis, char which, FILE *script)
{
    fprintf(script, "%s logscale %c\nset %crange [%.6g:%.6g]\nset format %c '%%g'\nset %ctics ",
            axis->log ? "set" : "unset", which, which, axis->low, axis->high, which, which);
    if (axis->log) {
        fputs("(", script);
        put_log_tics(axis, script);
        fputs(")\n", script);
    } else {
        fprintf(script, "%.6g\n", linear_step(axis->high - axis->low));
    }
}

void cg_area_put(const struct cg_area *area, const struct cg_figure *figure)
{
    fprintf(
        figure->script,
        "set lmargin at screen %.5f\nset rmargin at screen %.5f\nset bmargin at screen %.5f\nset tmargin at "
        "screen %.5f\n",
        area->left / figure->width, area->right / figure->width, area->bottom / figure->height,
        area->top / figure->height);
}

/* ---- labels ---- */

#define POINT_PX 6.0  /* half a point's size, with air */
#define EM_WIDTH 0.72 /* of a character, in font sizes: PNG draws wider than SVG */

struct rectangle {
    double left, right, bottom, top;
};

static bool overlap(struct rectangle a, struct rectangle b)
{
    return a.left < b.right && b.left < a.right && a.bottom < b.top && b.bottom < a.top;
}

/* How many of 24 steps along a line lie in the rectangle. */
static int steps_inside(struct rectangle r, const struct cg_label *a, const struct cg_label *b)
{
    int inside = 0;
    for (int i = 1; i < 24; i++) {
        const double t = i / 24.0, x = a->x + t * (b->x - a->x), y = a->y + t * (b->y - a->y);
        inside += x > r.left && x < r.right && y > r.bottom && y < r.top;
    }
    return inside;
}

static struct rectangle text_at(const struct cg_label *label, int align, double dx, double dy, double font_px)
{
    const double width = EM_WIDTH * font_px * cg_text_width(label->text), y = label->y + dy,
                 left = label->x + dx -
                        (align > 0   ? 0
                         : align < 0 ? width
                                     : width / 2);
    return (struct rectangle){left, left + width, y - 0.65 * font_px, y + 0.65 * font_px};
}

/* Whether a text may stand there, given the labels that stand already. */
static bool is_free(struct rectangle r, const struct cg_label *labels, int n, int own,
                    const struct cg_area *area, double font_px)
{
    if (r.left < area->left || r.right > area->right || r.bottom < area->bottom || r.top > area->top)
        return false;
    for (int i = 0; i < n; i++) {
        const struct rectangle point = {labels[i].x - POINT_PX, labels[i].x + POINT_PX,
                                        labels[i].y - POINT_PX, labels[i].y + POINT_PX};
        if (overlap(r, point))
            return false;
        if (i != own && labels[i].shown &&
            overlap(r, text_at(&labels[i], labels[i].align, labels[i].dx, labels[i].dy, font_px)))
            return false;
    }
    return true;
}

void cg_labels_place(struct cg_label *labels, int n, const int (*lines)[2], int n_lines,
                     const struct cg_area *area, double font_px)
{
    for (int i = 0; i < n; i++)
        labels[i].shown = false;
    for (int i = 0; i < n; i++) {
        if (!labels[i].text || !labels[i].text[0])
            continue;
        const double gap = POINT_PX + 3, up = POINT_PX + 0.65 * font_px + 1;
        const struct {
            int align;
            double dx, dy;
        } places[] = {{1, gap, 0},      {-1, -gap, 0},      {0, 0, up},        {0, 0, -up},
                      {1, gap - 4, up}, {-1, -gap + 4, up}, {1, gap - 4, -up}, {-1, -gap + 4, -up}};
        int fewest = 1 << 20;
        for (size_t p = 0; p < sizeof places / sizeof places[0]; p++) {
            const struct rectangle r =
                text_at(&labels[i], places[p].align, places[p].dx, places[p].dy, font_px);
            int crossed = 0;
            if (!is_free(r, labels, n, i, area, font_px))
                continue;
            for (int l = 0; l < n_lines; l++)
                crossed += steps_inside(r, &labels[lines[l][0]], &labels[lines[l][1]]);
            if (crossed < fewest) {
                fewest = crossed;
                labels[i].align = places[p].align;
                labels[i].dx = places[p].dx;
                labels[i].dy = places[p].dy;
            }
        }
        labels[i].shown = fewest < 1 << 20;
    }
}
