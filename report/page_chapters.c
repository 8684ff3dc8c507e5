/* The chapters of a report: a suite each with its tables and figures; profiles; the comparison of files. */
#include "report/page_content.h"

#include "report/compare.h"
#include "report/report.h"
#include "report/tables.h"

#include <stdlib.h>
#include <string.h>

#define NETWORK_SETS 4 /* settings of a file whose networks get figures of their own */

/* Adds the figures drawn since there were `first`. */
static void add_figures(struct cg_page *page, int first)
{
    cg_parts_add_figures(&page->parts, first, page->figures.n);
}

/* What the records of the chapter carry: one sentence a file and setting. */
static void add_chapter_caveats(struct cg_page *page, const struct cg_chapter *chapter)
{
    for (int p = 0; p < chapter->detailed; p++)
        for (int v = 0; v < chapter->panels[p].views.n; v++) {
            const struct cg_suite_view *view = chapter->panels[p].views.items[v];
            const char *device = cg_page_device(page, &chapter->panels[p]);
            const struct cg_sentence said = cg_say_suite_caveats(view);
            if (view->measured > 0 && said.text[0])
                cg_parts_add(&page->parts, CG_PART_ITEM, "Caveats (%s%s%s): %s", device,
                             device[0] ? "; " : "", cg_setting_words(&view->setting).text, said.text);
        }
}

/* Moves a table into the report; what is left of it is NULL. */
static void take_table(struct cg_page *page, struct cg_tables *tables, int t)
{
    if (tables->items[t])
        cg_parts_add_table(&page->parts, tables->items[t]);
    tables->items[t] = NULL;
}

static bool is_of_setting(const struct cg_table *table, const char *setting)
{
    return table->setting && strncmp(table->setting, setting, strlen(setting)) == 0;
}

/* Guidelines: the verdict's tables, the figure, what all settings together say, then the other settings. */
static void order_guideline(struct cg_page *page, const struct cg_chapter *chapter, struct cg_tables *tables)
{
    struct cg_phrase setting = {""};
    int rest = 0;
    if (tables->n > 0 && tables->items[0]->setting)
        setting = cg_phrase("%s", tables->items[0]->setting);
    setting.text[strcspn(setting.text, ";")] = '\0'; /* what stands behind is the kind of table */
    while (rest < tables->n && (rest == 0 || (rest < 2 && is_of_setting(tables->items[rest], setting.text))))
        take_table(page, tables, rest++);
    const int first = page->figures.n;
    cg_plot_guideline(&page->figures, chapter->panels, chapter->detailed);
    add_figures(page, first);
    for (int t = rest; t < tables->n; t++)
        if (!tables->items[t]->setting)
            take_table(page, tables, t);
    for (int t = rest; t < tables->n; t++)
        take_table(page, tables, t);
}

/* One setting's table with its figures, what else is said of it (tables from *t on), and its score card. */
static void order_networks_of(struct cg_page *page, const struct cg_panel *panel, int v,
                              struct cg_tables *tables, int *t)
{
    const struct cg_suite_view *view = panel->views.items[v];
    const char *main_title = view->suite->title ? view->suite->title : view->suite->name;
    const struct cg_phrase setting = cg_setting_words(&view->setting);
    const int first = page->figures.n;
    if (*t < tables->n)
        take_table(page, tables, (*t)++);
    if (v < NETWORK_SETS)
        cg_plot_networks(&page->figures, panel, v);
    add_figures(page, first);
    while (*t < tables->n && is_of_setting(tables->items[*t], setting.text) &&
           strncmp(tables->items[*t]->title, main_title, strlen(main_title)) != 0)
        take_table(page, tables, (*t)++);
    cg_parts_add_table(&page->parts, cg_table_of_proxies(view));
}

/* Networks, setting by setting; then over threads, and, with the first panel, over devices. The tables stand
 * in the order of the measured views. */
static void order_networks(struct cg_page *page, const struct cg_chapter *chapter, struct cg_tables *tables)
{
    int t = 0;
    for (int p = 0; p < chapter->detailed && cg_page_is_well(page); p++) {
        const struct cg_panel *panel = &chapter->panels[p];
        for (int v = 0; v < panel->views.n; v++)
            if (panel->views.items[v]->measured > 0)
                order_networks_of(page, panel, v, tables, &t);
        const int first = page->figures.n;
        cg_plot_threads(&page->figures, panel);
        if (p == 0 && chapter->n > 1)
            cg_plot_small_multiples(&page->figures, chapter->panels, chapter->n);
        add_figures(page, first);
    }
    for (; t < tables->n; t++)
        take_table(page, tables, t);
}

static void add_chapter(struct cg_page *page, const struct cg_chapter *chapter)
{
    const struct cg_suite_record *suite = chapter->panels[0].views.suite;
    struct cg_tables tables = {0};
    cg_page_tell(page, chapter->name);
    cg_parts_add(&page->parts, CG_PART_SECTION, "%s", suite->title ? suite->title : cg_subject(suite).text);
    for (int p = 0; p < chapter->detailed && page->status == CG_OK; p++) {
        const struct cg_panel *panel = &chapter->panels[p];
        const int first = tables.n;
        page->status = cg_tables_of_suite(panel->input->results, panel->views.suite, &tables, page->err);
        for (int t = first; t < tables.n && page->inputs->n > 1; t++)
            tables.items[t]->title =
                cg_table_format(tables.items[t], "%s (%s)", tables.items[t]->title, panel->device);
    }
    if (chapter->kind == CG_KIND_RANKING)
        order_networks(page, chapter, &tables);
    else
        order_guideline(page, chapter, &tables);
    cg_tables_free(&tables);
    add_chapter_caveats(page, chapter);
    if (chapter->n > chapter->detailed)
        cg_parts_add(&page->parts, CG_PART_TEXT,
                     "The first %d of %d files are shown in detail; the overview has all.", CG_PAGE_DETAILED,
                     chapter->n);
}

void cg_page_add_chapters(struct cg_page *page)
{
    for (int c = 0; c < page->n_chapters && cg_page_is_well(page); c++)
        if (page->chapters[c].n > 0)
            add_chapter(page, &page->chapters[c]);
}

void cg_page_add_profiles(struct cg_page *page)
{
    const int first = page->figures.n, before = page->parts.n;
    for (int i = 0; i < page->detailed; i++) {
        const struct cg_input *input = &page->inputs->items[i];
        cg_parts_add_table(&page->parts, cg_table_of_breakdown(input->results, NULL));
        cg_plot_breakdown(&page->figures, input, i);
        cg_plot_layers(&page->figures, input, i);
    }
    add_figures(page, first);
    if (page->parts.n == before)
        cg_parts_add(&page->parts, CG_PART_TEXT,
                     "The files hold no profiles: 'convgauge run breakdown' and 'convgauge run networks "
                     "--layers' measure where the time goes.");
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
    if (cg_page_is_well(page))
        page->status = cg_comparison_tables(comparisons, n, &tables, page->err);
    for (int t = 0; t < tables.n; t++)
        take_table(page, &tables, t);
    cg_tables_free(&tables);
    for (int i = 0; comparisons && i < n; i++)
        cg_comparison_free(&comparisons[i]);
    free(comparisons);
}
