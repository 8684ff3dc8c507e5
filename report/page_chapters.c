/* The chapters of a report: a suite each with its tables and figures; profiles; the comparison of files. */
#include "report/page_parts.h"

#include "base/text.h"
#include "report/compare.h"
#include "report/place.h"
#include "report/report.h"
#include "report/tables.h"

#include <stdlib.h>

/* What the records of the chapter carry: one sentence a file and setting. */
static void add_chapter_caveats(struct cg_page *page, const struct cg_chapter *chapter)
{
    const int before = page->parts.n;
    for (int p = 0; p < chapter->detailed; p++)
        for (int v = 0; v < chapter->panels[p].views.n; v++) {
            const struct cg_suite_view *view = chapter->panels[p].views.items[v];
            const struct cg_sentence said = cg_say_suite_caveats(view);
            if (said.text[0])
                cg_page_add_caveat(
                    page, before,
                    cg_phrase("Caveats (%.240s)", cg_page_setting(page, &chapter->panels[p], view).text).text,
                    said.text);
        }
}

/* Moves a table into the report; of several files it names its own. */
static void take_table(struct cg_page *page, const struct cg_panel *panel, struct cg_table *table)
{
    if (page->inputs->n > 1)
        table->title = cg_table_format(table, "%s (%s)", table->title, panel->device);
    cg_page_add_table(page, table);
}

/* Moves all tables. */
static void take_tables(struct cg_page *page, const struct cg_panel *panel, struct cg_tables *tables)
{
    page->parts.failed = page->parts.failed || tables->failed;
    for (int t = 0; t < tables->n; t++)
        take_table(page, panel, tables->items[t]);
    free(tables->items);
    *tables = (struct cg_tables){0};
}

/* The verdict of one setting, the figure, what all settings together say, then the other settings. Tables are
 * folded. */
static void add_guideline(struct cg_page *page, const struct cg_chapter *chapter)
{
    const struct cg_panel *panels = chapter->panels;
    struct cg_tables tables = {0};
    page->fold = true;
    cg_tables_of_view(&panels[0].views, panels[0].views.items[0], &tables);
    take_tables(page, &panels[0], &tables);
    page->fold = false;
    cg_plot_guideline(&page->figures, panels, chapter->detailed);
    for (int p = 0; p < chapter->detailed; p++) {
        cg_plot_widths(&page->figures, &panels[p]);
        cg_plot_working_sets(&page->figures, &panels[p]);
        if (cg_is_of_engines(panels[p].views.suite))
            cg_plot_engines(&page->figures, &panels[p]);
    }
    cg_page_add_figures(page);
    page->fold = true;
    for (int p = 0; p < chapter->detailed; p++) {
        cg_tables_over_settings(&panels[p].views, &tables);
        take_tables(page, &panels[p], &tables);
    }
    for (int p = 0; p < chapter->detailed; p++) {
        for (int v = p == 0; v < panels[p].views.n; v++)
            cg_tables_of_view(&panels[p].views, panels[p].views.items[v], &tables);
        take_tables(page, &panels[p], &tables);
    }
}

/* One setting's table with what else is said of it, and its score card; of a file's first setting with their
 * figures: those of the others would be much the same, and one figure has the engines side by side. All but
 * the first table and its figures is folded. */
static void add_networks_of(struct cg_page *page, const struct cg_panel *panel, int v)
{
    const struct cg_suite_view *view = panel->views.items[v];
    struct cg_tables tables = {0};
    struct cg_table *proxies = cg_table_of_proxies(view);
    take_table(page, panel, cg_table_of_networks(view));
    if (v == 0) {
        cg_plot_networks(&page->figures, panel, v);
        cg_plot_fronts(&page->figures, panel, v);
        cg_plot_proxies(&page->figures, panel, proxies);
    }
    cg_page_add_figures(page);
    page->fold = true;
    cg_tables_add(&tables, cg_table_of_levels(view));
    cg_tables_add(&tables, cg_table_of_statements(view));
    cg_tables_add(&tables, cg_table_of_since(view));
    cg_tables_add(&tables, cg_table_of_counters(view));
    if (cg_same_text(view->suite->name, "atlas"))
        cg_tables_add(&tables, cg_table_of_place(view->results, &view->setting));
    take_tables(page, panel, &tables);
    cg_page_add_table(page, proxies);
}

/* Networks, setting by setting; then over threads. */
static void add_networks(struct cg_page *page, const struct cg_chapter *chapter)
{
    struct cg_tables tables = {0};
    for (int p = 0; p < chapter->detailed && cg_page_is_well(page); p++) {
        const struct cg_panel *panel = &chapter->panels[p];
        for (int v = 0; v < panel->views.n; v++)
            add_networks_of(page, panel, v);
        cg_plot_engines(&page->figures, panel);
        cg_plot_threads(&page->figures, panel);
        cg_page_add_figures(page);
        cg_tables_over_settings(&panel->views, &tables);
        take_tables(page, panel, &tables);
    }
}

void cg_page_add_rates(struct cg_page *page)
{
    for (int i = 0; i < page->n_chapters; i++)
        if (page->chapters[i].kind == CG_KIND_RANKING) {
            cg_plot_rates(&page->figures, page->chapters[i].panels, page->chapters[i].detailed);
            cg_page_add_figures(page);
            return;
        }
}

static void add_chapter(struct cg_page *page, const struct cg_chapter *chapter)
{
    const struct cg_suite_record *suite = chapter->panels[0].views.suite;
    cg_page_tell(page, chapter->name);
    cg_page_add(page, CG_PART_SECTION, "%s", suite->title ? suite->title : cg_subject(suite).text);
    if (chapter->kind == CG_KIND_RANKING)
        add_networks(page, chapter);
    else
        add_guideline(page, chapter);
    add_chapter_caveats(page, chapter);
    if (chapter->n > chapter->detailed)
        cg_page_add(page, CG_PART_TEXT, "The first %d of %d files are shown in detail; the overview has all.",
                    chapter->detailed, chapter->n);
}

void cg_page_add_chapters(struct cg_page *page)
{
    for (int c = 0; c < page->n_chapters && cg_page_is_well(page); c++)
        if (page->chapters[c].n > 0)
            add_chapter(page, &page->chapters[c]);
}

void cg_page_add_profiles(struct cg_page *page)
{
    const int before = page->parts.n;
    for (int i = 0; i < page->detailed; i++) {
        const struct cg_input *input = &page->inputs->items[i];
        struct cg_table *table = cg_table_of_breakdown(input->results, NULL);
        cg_plot_breakdown(&page->figures, table, cg_device_words(input->results), i);
        cg_page_add_table(page, table);
        cg_plot_layers(&page->figures, input, i);
        page->fold = true;
    }
    page->fold = false;
    cg_page_add_figures(page);
    if (page->parts.n == before)
        cg_page_add(page, CG_PART_TEXT,
                    "The files hold no profiles: 'convgauge run breakdown' and 'convgauge run networks "
                    "--layers' measure where the time goes.");
}

void cg_page_add_samples(struct cg_page *page)
{
    const int before = page->figures.n;
    for (int i = 0; i < page->detailed && cg_page_is_well(page); i++)
        cg_plot_samples(&page->figures, &page->inputs->items[i], i);
    if (page->figures.n > before)
        cg_page_add(page, CG_PART_SECTION, "Samples over time");
    cg_page_add_figures(page);
}

void cg_page_add_comparison(struct cg_page *page)
{
    const int n = page->inputs->n - 1;
    struct cg_tables tables = {0};
    struct cg_comparison *comparisons = calloc((size_t)n + 1, sizeof *comparisons);
    page->parts.failed = page->parts.failed || !comparisons;
    cg_page_tell(page, "comparison");
    for (int i = 0; i < n && cg_page_is_well(page); i++)
        page->status =
            cg_compare(&page->inputs->items[0], &page->inputs->items[i + 1], &comparisons[i], page->err);
    if (cg_page_is_well(page)) {
        cg_plot_devices(&page->figures, comparisons, n, page->devices);
        cg_page_add_figures(page);
        cg_comparison_tables(comparisons, n, page->options->detailed - 1, &tables);
    }
    page->parts.failed = page->parts.failed || tables.failed;
    for (int t = 0; t < tables.n; t++) {
        cg_page_add_table(page, tables.items[t]);
        page->fold = true;
    }
    free(tables.items);
    for (int i = 0; comparisons && i < n; i++)
        cg_comparison_free(&comparisons[i]);
    free(comparisons);
}
