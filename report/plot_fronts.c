/* Figure of fronts: top-1 error over multiply-adds and over time, up to 2018 and since. */
#include "report/plots.h"

#include "report/escape.h"
#include "report/since.h"
#include "report/tables.h"

#include <math.h>

/* The columns that draw_scatter.gp reads. Only networks of a front are named, and who leaves it is said. */
static void put_entrant(const struct cg_entrant *item, struct cg_figure *figure)
{
    const struct cg_record *r = item->c->record;
    const double images = r->setting.batch > 0 ? r->setting.batch : 1, ms = 1e6 * images;
    const bool named = item->front[CG_BY_MADDS] || item->front[CG_BY_TIME];
    const double low = isfinite(r->time.ci_low) ? r->time.ci_low : r->time.median,
                 high = isfinite(r->time.ci_high) ? r->time.ci_high : r->time.median;
    fprintf(figure->data, "%.8g NaN NaN NaN %.8g NaN NaN %.8g %.8g %.8g ", (double)r->madds / images / 1e6,
            item->error, r->time.median / ms, low / ms, high / ms);
    cg_put_gnuplot_data(
        named ? cg_phrase("%.200s%s", cg_case_words(item->c->c), item->beaten_by ? " (leaves)" : "").text
              : "",
        figure->data);
    putc(' ', figure->data);
    cg_put_gnuplot_data(cg_case_words(item->c->c), figure->data);
    putc('\n', figure->data);
}

static void put_all(const struct cg_since *since, struct cg_figure *figure)
{
    cg_figure_panel(figure, "", "");
    for (int later = 0; later < 2; later++) {
        cg_figure_series(figure, later ? 0 : 8,
                         cg_phrase(later ? "since %d" : "up to %d", CG_SINCE_YEAR).text);
        for (int i = 0; i < since->n; i++)
            if (since->items[i].later == later)
                put_entrant(&since->items[i], figure);
    }
    cg_figure_panel(figure, "", "");
    for (int by = 0; by < CG_BY_COUNT; by++)
        for (int early = 1; early >= 0; early--) {
            cg_figure_series(figure, 0, "");
            for (int i = 0; i < since->n; i++)
                if (early ? since->items[i].early_front[by] : since->items[i].front[by])
                    put_entrant(&since->items[i], figure);
        }
}

void cg_plot_fronts(struct cg_figures *figures, const struct cg_panel *panel, int v)
{
    const struct cg_suite_view *view = panel->views.items[v];
    struct cg_since since;
    const bool enough = cg_since_of(view, &since);
    const char *words = cg_since_words(&since);
    struct cg_figure *figure =
        since.compared > 0
            ? cg_figure_begin(
                  figures, "fronts",
                  cg_phrase("%d %.80s", panel->input_index + 1, cg_view_slug(view, "fronts").text).text,
                  words[0] ? cg_phrase("Since %d %s", CG_SINCE_YEAR, words).text
                           : "Top-1 error over multiply-adds and over time")
            : NULL;
    if (figure) {
        cg_figure_say(figure,
                      "%.100s; %.200s; %d networks, n = %d process%s each. Lines: what no network of up to "
                      "%d, and none of all, undercuts in both. Errors as published.",
                      panel->device, cg_setting_words(&view->setting).text, since.n, view->processes,
                      view->processes == 1 ? "" : "es", CG_SINCE_YEAR);
        cg_figure_say(figure, " %s", cg_say_leaving(&since).text);
        cg_figure_number(figure, "year", CG_SINCE_YEAR);
        put_all(&since, figure);
        cg_figure_end(figures, figure, enough);
    }
    cg_since_free(&since);
}
