/* The chapters of a report: a suite each with its tables and figures; profiles; the comparison of files. */
#include "report/page_content.h"

#include <stdlib.h>
#include <string.h>

#define NETWORK_SETS 4 /* settings of a file whose networks get figures of their own */

static enum cg_status add_guideline_figure(struct cg_page *report, const struct cg_chapter *chapter,
                                           struct cg_error *err)
{
    struct cg_canvas canvas = {&report->folder, &report->figures};
    const int first = report->figures.n;
    const enum cg_status status = cg_plot_guideline(
        &canvas, chapter->panels, chapter->n < CG_PAGE_DETAILED ? chapter->n : CG_PAGE_DETAILED, err);
    cg_parts_add_figures(&report->parts, first, report->figures.n);
    return status;
}

/* Figures of one panel's networks under view `v`; over threads, and over devices, when v is negative. */
static enum cg_status add_network_figures(struct cg_page *report, const struct cg_chapter *chapter, int p,
                                          int v, struct cg_error *err)
{
    struct cg_canvas canvas = {&report->folder, &report->figures};
    const int first = report->figures.n;
    enum cg_status status = CG_OK;
    if (v >= 0 && v < NETWORK_SETS)
        status = cg_plot_networks(&canvas, &chapter->panels[p], v, err);
    else if (v < 0)
        status = cg_plot_threads(&canvas, &chapter->panels[p], err);
    if (status == CG_OK && v < 0 && p == 0 && chapter->n > 1)
        status = cg_plot_small_multiples(&canvas, chapter->panels, chapter->n, err);
    cg_parts_add_figures(&report->parts, first, report->figures.n);
    return status;
}

/* What the records of the chapter carry: one sentence a file and setting. */
static void add_chapter_caveats(struct cg_page *report, const struct cg_chapter *chapter)
{
    for (int p = 0; p < chapter->n && p < CG_PAGE_DETAILED; p++)
        for (int v = 0; v < chapter->panels[p].views.n; v++) {
            const struct cg_suite_view *view = chapter->panels[p].views.items[v];
            char text[2048], setting[256];
            if (view->measured == 0 || cg_say_suite_caveats(view, text, sizeof text) == 0)
                continue;
            cg_setting_text(&view->setting, setting, sizeof setting);
            cg_page_add_text(report, CG_PART_ITEM, "Caveats (%s%s%s): %s",
                             report->inputs->n > 1 ? chapter->panels[p].device : "",
                             report->inputs->n > 1 ? "; " : "", setting, text);
        }
}

/* Moves a table into the report; what is left of it is NULL. */
static void take_table(struct cg_page *report, struct cg_tables *tables, int t)
{
    if (tables->items[t])
        cg_parts_add_table(&report->parts, tables->items[t]);
    tables->items[t] = NULL;
}

static const char *suite_title(const struct cg_panel *panel)
{
    const struct cg_suite_record *suite = panel->views.suite;
    return suite->title ? suite->title : suite->name;
}

static bool is_of_setting(const struct cg_table *table, const char *setting)
{
    return table->setting && strncmp(table->setting, setting, strlen(setting)) == 0;
}

/* Guidelines: the verdict's tables, the figure, what all settings together say, then the other settings. */
static enum cg_status order_guideline(struct cg_page *report, const struct cg_chapter *chapter,
                                      struct cg_tables *tables, struct cg_error *err)
{
    char setting[256] = "";
    int rest = 0;
    if (tables->n > 0 && tables->items[0]->setting)
        snprintf(setting, sizeof setting, "%s", tables->items[0]->setting);
    setting[strcspn(setting, ";")] = '\0'; /* what stands behind is the kind of table */
    while (rest < tables->n && (rest == 0 || (rest < 2 && is_of_setting(tables->items[rest], setting))))
        take_table(report, tables, rest++);
    const enum cg_status status = add_guideline_figure(report, chapter, err);
    for (int t = rest; t < tables->n; t++)
        if (!tables->items[t]->setting)
            take_table(report, tables, t);
    for (int t = rest; t < tables->n; t++)
        take_table(report, tables, t);
    return status;
}

/* Networks: each setting's table with its figures, what else is said of it, and its score card. The tables
 * stand in the order of the measured views. */
static enum cg_status order_networks(struct cg_page *report, const struct cg_chapter *chapter,
                                     struct cg_tables *tables, struct cg_error *err)
{
    enum cg_status status = CG_OK;
    int t = 0;
    for (int p = 0; p < chapter->n && p < CG_PAGE_DETAILED && status == CG_OK; p++) {
        const struct cg_suite_views *views = &chapter->panels[p].views;
        for (int v = 0; v < views->n && status == CG_OK; v++) {
            char setting[256];
            if (views->items[v]->measured == 0)
                continue;
            cg_setting_text(&views->items[v]->setting, setting, sizeof setting);
            if (t < tables->n)
                take_table(report, tables, t++);
            status = add_network_figures(report, chapter, p, v, err);
            const char *main_title = suite_title(&chapter->panels[p]);
            while (t < tables->n && is_of_setting(tables->items[t], setting) &&
                   strncmp(tables->items[t]->title, main_title, strlen(main_title)) != 0)
                take_table(report, tables, t++);
            cg_parts_add_table(&report->parts, cg_table_of_proxies(views->items[v]));
        }
        if (status == CG_OK)
            status = add_network_figures(report, chapter, p, -1, err);
    }
    for (; t < tables->n; t++)
        take_table(report, tables, t);
    return status;
}

enum cg_status cg_page_add_chapter(struct cg_page *report, const struct cg_chapter *chapter,
                                   struct cg_error *err)
{
    char subject[256];
    const struct cg_suite_record *suite = chapter->panels[0].views.suite;
    cg_page_tell(report, chapter->name);
    cg_say_subject(suite, subject, sizeof subject);
    cg_parts_add(&report->parts, CG_PART_SECTION, suite->title ? suite->title : subject);
    struct cg_tables tables = {0};
    enum cg_status status = CG_OK;
    for (int p = 0; p < chapter->n && p < CG_PAGE_DETAILED && status == CG_OK; p++) {
        const int first = tables.n;
        status = cg_tables_of_suite(chapter->panels[p].input->results, chapter->panels[p].views.suite,
                                    &tables, err);
        for (int t = first; t < tables.n; t++)
            if (report->inputs->n > 1)
                tables.items[t]->title = cg_table_format(tables.items[t], "%s (%s)", tables.items[t]->title,
                                                         chapter->panels[p].device);
    }
    if (status == CG_OK)
        status = chapter->kind == CG_KIND_RANKING ? order_networks(report, chapter, &tables, err)
                                                  : order_guideline(report, chapter, &tables, err);
    cg_tables_free(&tables);
    add_chapter_caveats(report, chapter);
    if (chapter->n > CG_PAGE_DETAILED)
        cg_page_add_text(report, CG_PART_TEXT,
                         "The first %d of %d files are shown in detail; the overview has all.",
                         CG_PAGE_DETAILED, chapter->n);
    return status;
}

enum cg_status cg_page_add_profiles(struct cg_page *report, struct cg_error *err)
{
    struct cg_canvas canvas = {&report->folder, &report->figures};
    const int first = report->figures.n, before = report->parts.n;
    enum cg_status status = CG_OK;
    cg_parts_add(&report->parts, CG_PART_SECTION, "Where the time goes");
    for (int i = 0; i < report->inputs->n && i < CG_PAGE_DETAILED && status == CG_OK; i++) {
        const struct cg_input *input = &report->inputs->items[i];
        cg_parts_add_table(&report->parts, cg_table_of_breakdown(input->results, NULL));
        status = cg_plot_breakdown(&canvas, input, i, err);
        if (status == CG_OK)
            status = cg_plot_layers(&canvas, input, i, err);
    }
    cg_parts_add_figures(&report->parts, first, report->figures.n);
    if (report->parts.n == before + 1)
        cg_parts_add(
            &report->parts, CG_PART_TEXT,
            "The files hold no profiles: 'convgauge run breakdown' and 'convgauge run networks --layers' "
            "measure where the time goes.");
    return status;
}

enum cg_status cg_page_add_comparison(struct cg_page *report, struct cg_error *err)
{
    const int n = report->inputs->n - 1;
    if (n < 1)
        return CG_OK;
    cg_page_tell(report, "comparison");
    struct cg_comparison *comparisons = calloc((size_t)n, sizeof *comparisons);
    struct cg_tables tables = {0};
    enum cg_status status = comparisons ? CG_OK : cg_fail(err, CG_NO_MEMORY, "no memory to compare");
    int done = 0;
    for (; done < n && status == CG_OK; done++)
        status =
            cg_compare(&report->inputs->items[0], &report->inputs->items[done + 1], &comparisons[done], err);
    if (status == CG_OK && !cg_comparison_tables(comparisons, n, &tables))
        status = cg_fail(err, CG_NO_MEMORY, "no memory to compare");
    if (status == CG_OK)
        cg_parts_add(&report->parts, CG_PART_SECTION, "Comparison with the first file");
    for (int t = 0; t < tables.n; t++) {
        cg_parts_add_table(&report->parts, tables.items[t]);
        tables.items[t] = NULL;
    }
    cg_tables_free(&tables);
    for (int i = 0; comparisons && i < done; i++)
        cg_comparison_free(&comparisons[i]);
    free(comparisons);
    return status;
}
