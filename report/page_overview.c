/* The sections of a report that speak of all files: devices, findings in short, what was skipped, the words.
 */
#include "report/page_parts.h"

#include "base/csv.h"
#include "bench/paper/tables.h"
#include "report/escape.h"
#include "report/place.h"
#include "report/report.h"
#include "report/tables.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void cg_page_add_devices(struct cg_page *page)
{
    cg_page_add_table(page, cg_table_of_devices(page->inputs));
    const int before = page->parts.n;
    for (int i = 0; i < page->detailed; i++) {
        const bool one = page->inputs->n == 1;
        const struct cg_caveats caveats = cg_caveats_of(page->inputs->items[i].results);
        if (page->inputs->items[i].published)
            cg_page_add_caveat(page, before, page->devices[i].text, "published point values, no intervals.");
        for (int c = 0; c < caveats.n && !page->inputs->items[i].published; c++)
            if (one)
                cg_page_add(page, CG_PART_ITEM, "%s", caveats.items[c].text);
            else
                cg_page_add_caveat(page, before, page->devices[i].text, caveats.items[c].text);
    }
}

/* ---- what holds where ---- */

/* The view of an input under a setting but for its fusion, which is `fusion`; NULL: not measured. */
static const struct cg_suite_view *view_for(const struct cg_chapter *chapter, int input,
                                            const struct cg_setting *setting, enum cg_fusion fusion)
{
    for (int p = 0; p < chapter->n; p++)
        for (int v = 0; chapter->panels[p].input_index == input && v < chapter->panels[p].views.n; v++) {
            const struct cg_suite_view *view = chapter->panels[p].views.items[v];
            struct cg_setting other = *setting;
            other.fusion = view->setting.fusion;
            if (view->setting.fusion == fusion && cg_setting_equal(&view->setting, &other))
                return view;
        }
    return NULL;
}

static void add_chapter_columns(struct cg_table *table, const struct cg_chapter *chapter)
{
    const struct cg_phrase key = cg_slug(chapter->name);
    if (chapter->kind == CG_KIND_SLOPE)
        cg_table_add_column(table, key.text, chapter->name, CG_COLUMN_TEXT, 0);
    if (chapter->kind == CG_KIND_FACTORIAL) {
        cg_table_add_column(table, key.text, cg_phrase("%.100s\nfused", chapter->name).text, CG_COLUMN_TEXT,
                            0);
        cg_table_add_column(table, cg_phrase("%s_none", key.text).text,
                            cg_phrase("%.100s\nnot fused", chapter->name).text, CG_COLUMN_TEXT, 0);
    }
    if (chapter->kind == CG_KIND_RANKING) {
        cg_table_add_column(table, "spearman",
                            cg_phrase("%.100s: Spearman\nof madds and time", chapter->name).text,
                            CG_COLUMN_NUMBER, 0);
        cg_table_add_column(table, "flipped_pairs", "pairs against\ntheir madds", CG_COLUMN_TEXT, 0);
    }
}

static void add_finding(struct cg_table *table, const struct cg_suite_view *view)
{
    cg_cell_text(table, view ? cg_finding_words(view).text : NULL);
}

static void add_chapter_cells(struct cg_table *table, const struct cg_chapter *chapter, int input,
                              const struct cg_setting *setting)
{
    const struct cg_suite_view *full = view_for(chapter, input, setting, CG_FUSION_FULL);
    if (chapter->kind == CG_KIND_SLOPE || chapter->kind == CG_KIND_FACTORIAL)
        add_finding(table, full);
    if (chapter->kind == CG_KIND_FACTORIAL)
        add_finding(table, view_for(chapter, input, setting, CG_FUSION_NONE));
    if (chapter->kind == CG_KIND_RANKING) {
        struct cg_order order = {.spearman = NAN};
        if (full && !cg_order_of(full, &order))
            table->failed = true;
        cg_cell_fixed(table, order.spearman, "%.2f");
        cg_cell_text(table, full ? cg_phrase("%d of %d", order.flipped, order.pairs).text : NULL);
    }
}

/* A row for each setting with fusion of a panel that no chapter before had. */
static void add_setting_rows(struct cg_table *table, const struct cg_page *page, int chapter,
                             const struct cg_panel *panel)
{
    for (int v = 0; v < panel->views.n; v++) {
        const struct cg_setting *setting = &panel->views.items[v]->setting;
        bool seen = setting->fusion != CG_FUSION_FULL;
        for (int before = 0; before < chapter && !seen; before++)
            seen = view_for(&page->chapters[before], panel->input_index, setting, CG_FUSION_FULL) != NULL;
        if (seen)
            continue;
        cg_table_add_row(table, NULL);
        cg_cell_text(table, panel->device);
        cg_cell_text(table, cg_setting_words(setting).text);
        for (int c = 0; c < page->n_chapters; c++)
            add_chapter_cells(table, &page->chapters[c], panel->input_index, setting);
    }
}

static struct cg_table *table_of_findings(const struct cg_page *page)
{
    struct cg_table *table = cg_table_create("overview", "What holds where");
    cg_table_add_column(table, "device", "device", CG_COLUMN_TEXT, 0);
    cg_table_add_column(table, "setting", "setting", CG_COLUMN_TEXT, 0);
    for (int c = 0; c < page->n_chapters; c++)
        add_chapter_columns(table, &page->chapters[c]);
    for (int i = 0; i < page->inputs->n; i++)
        for (int c = 0; c < page->n_chapters; c++)
            for (int p = 0; p < page->chapters[c].n; p++)
                if (page->chapters[c].panels[p].input_index == i)
                    add_setting_rows(table, page, c, &page->chapters[c].panels[p]);
    cg_table_add_note(table,
                      "HOLDS, REVERSED, NO EFFECT, UNCLEAR, UNDECIDED: machine as in the tables; MIXED: "
                      "groups contradict each "
                      "other; in 5 of 8: the others are undecided; -: no verdict; empty: not measured.");
    return table;
}

/* How a ranking's madds and times go together, in a sentence; "" of guidelines, whose answers stand above. */
static struct cg_sentence say_short(const struct cg_suite_view *view)
{
    struct cg_order order;
    if (view->suite->kind == CG_KIND_RANKING && cg_order_of(view, &order))
        return cg_say_order(&order);
    return (struct cg_sentence){""};
}

static void add_answers(struct cg_page *page, int input)
{
    struct cg_tables tables = {0};
    cg_tables_of_answers(page->inputs->items[input].results, &tables);
    page->parts.failed = page->parts.failed || tables.failed;
    for (int t = 0; t < tables.n; t++) {
        struct cg_table *table = tables.items[t];
        if (page->inputs->n > 1 && table->caption)
            table->caption = cg_table_format(table, "%d: %s", input + 1, table->caption);
        cg_page_add_table(page, table);
    }
    free(tables.items);
}

void cg_page_add_answers(struct cg_page *page)
{
    for (int i = 0; i < page->detailed; i++)
        if (!page->inputs->items[i].published)
            add_answers(page, i);
    for (int c = 0; c < page->n_chapters; c++)
        for (int p = 0; p < page->chapters[c].detailed; p++) {
            const struct cg_panel *panel = &page->chapters[c].panels[p];
            for (int v = 0; v < panel->views.n; v++) {
                const struct cg_sentence said = say_short(panel->views.items[v]);
                if (said.text[0])
                    cg_page_add(page, CG_PART_ITEM, "%s (%s)", said.text,
                                cg_page_setting(page, panel, panel->views.items[v]).text);
            }
        }
}

/* Of many devices their comparison is the answer. */
void cg_page_add_short(struct cg_page *page)
{
    const bool many = page->inputs->n > page->detailed;
    if (many)
        cg_page_add_comparison(page);
    else
        cg_page_add_answers(page);
    page->fold = many;
    cg_page_add_table(page, table_of_findings(page));
}

/* What the tables of others say, the figure with the files in it, and where published devices stand. */
void cg_page_add_atlas(struct cg_page *page)
{
    struct cg_csv said;
    page->parts.failed |=
        cg_csv_parse(cg_paper_table("published_sentences"), "sentences.csv", &said, NULL) != CG_OK;
    for (int row = 0; row < said.n_rows; row++)
        cg_page_add(page, CG_PART_ITEM, "%s", cg_csv_cell(&said, row, 1));
    cg_csv_release(&said);
    cg_page_add(
        page, CG_PART_TEXT,
        "Of public tables (ncnn's benchmark page, timm's): medians over systems on chip or correlations over "
        "models, 95 %% "
        "intervals by bootstrap over these. results/published/README.md says what is not comparable.");
    cg_plot_atlas(&page->figures, page->inputs);
    cg_plot_findings(&page->figures);
    cg_page_add_figures(page);
    for (int i = 0; i < page->detailed; i++) {
        const struct cg_results *results = page->inputs->items[i].results;
        if (page->inputs->items[i].published && results->n_records > 0)
            cg_page_add_table(page, cg_table_of_place(results, &results->records[0]->setting));
    }
}

void cg_page_add_skipped(struct cg_page *page)
{
    for (int i = 0; i < page->detailed; i++)
        cg_page_add_table(page, cg_table_of_skipped(page->inputs->items[i].results));
}

void cg_page_add_lost_workers(struct cg_page *page)
{
    for (int i = 0; i < page->detailed; i++)
        cg_page_add_table(page, cg_table_of_lost_workers(page->inputs->items[i].results));
}

void cg_page_add_words(struct cg_page *page)
{
    int length;
    for (size_t at = 0; cg_page_words[at]; at += (size_t)length + 1) {
        length = (int)strcspn(&cg_page_words[at], "\n");
        cg_page_add(page, CG_PART_ITEM, "%.*s", length, &cg_page_words[at]);
    }
}
