/* Times over numbers of threads, side by side, and what the most of them gain. */
#include "report/tables.h"

#include <math.h>

/* The views that differ from a setting in threads alone, fewest first; how many. */
static int views_by_threads(const struct cg_suite_views *all, const struct cg_setting *of,
                            const struct cg_suite_view *views[CG_MAX_ENGINES])
{
    int n = 0;
    for (int i = 0; i < all->n && n < CG_MAX_ENGINES; i++) {
        const struct cg_suite_view *view = all->items[i];
        if (cg_setting_difference(&view->setting, of) & ~CG_FIELD_THREADS)
            continue;
        int at = n++;
        for (; at > 0 && views[at - 1]->setting.threads > view->setting.threads; at--)
            views[at] = views[at - 1];
        views[at] = view;
    }
    return n;
}

static void add_row(struct cg_table *table, const struct cg_suite_view *const *views, int n, int index)
{
    const struct cg_case_view *c = &views[0]->cases[index];
    const struct cg_record *most = views[n - 1]->cases[index].record;
    struct cg_estimate gain = cg_unknown_estimate;
    if (!c->record || !most || c->same != index)
        return;
    table->failed = table->failed || !cg_record_log_ratio(views[0]->results, c->record, most, &gain, NULL);
    cg_table_add_row(table, NULL);
    cg_cell_text(table, cg_case_label(c->c).text);
    for (int v = 0; v < n; v++) {
        const struct cg_record *record = views[v]->cases[index].record;
        const struct cg_interval unknown = {NAN, NAN, NAN};
        cg_cell_ms(table, record ? cg_record_time(record) : unknown);
    }
    cg_cell_ratio(table, cg_ratio_of(gain));
}

struct cg_table *cg_table_of_threads(const struct cg_suite_views *all, const struct cg_setting *of)
{
    const struct cg_phrase rest = cg_rest_of_setting(all, of);
    const struct cg_suite_view *views[CG_MAX_ENGINES];
    const int n = views_by_threads(all, of, views);
    struct cg_table *table =
        cg_table_create(cg_phrase("%.60s threads %.40s %.20s%.60s", all->suite->name,
                                  of->engine ? of->engine : "", cg_fusion_name(of->fusion), rest.text)
                            .text,
                        "Over numbers of threads");
    if (n < 2 || cg_is_guideline(all->suite))
        return table;
    table->caption = cg_table_format(table, "ms [95 %% interval]; engine %s, fusion %s%s, %s",
                                     of->engine ? of->engine : "?", cg_fusion_name(of->fusion), rest.text,
                                     cg_device_words(views[0]->results));
    cg_table_add_column(table, "case", "case", CG_COLUMN_TEXT, 0);
    for (int v = 0; v < n; v++)
        cg_table_add_column(table, cg_phrase("time_ns_%dt", views[v]->setting.threads).text,
                            cg_format_threads(views[v]->setting.threads).text, CG_COLUMN_INTERVAL,
                            v > 0 && v < n - 1);
    cg_table_add_column(table, "speed_up", cg_phrase("speed-up\nby %d", views[n - 1]->setting.threads).text,
                        CG_COLUMN_INTERVAL, 0);
    for (int i = 0; i < views[0]->n_cases; i++)
        add_row(table, views, n, i);
    return table;
}
