/* The parts of a report that speak of all files: devices, findings in short, what was skipped, the words. */
#include "report/page_content.h"

#include "report/device_table.h"
#include "report/escape.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SIDE_BY_SIDE 4 /* files whose properties stand in columns */

static const char *or_unknown(const char *text)
{
    return text ? text : "unknown";
}

static struct cg_table *files_table(const struct cg_page *report)
{
    struct cg_table *table = cg_table_create("files", "Files");
    if (!table)
        return NULL;
    static const char *const columns[][2] = {
        {"id", ""},           {"file", "file"},      {"device", "device"},   {"isa", "ISA"},
        {"cores", "cores"},   {"memory", "memory"},  {"os", "system"},       {"compiler", "compiler"},
        {"commit", "commit"}, {"start", "measured"}, {"records", "records"}, {"processes", "processes"}};
    for (size_t c = 0; c < sizeof columns / sizeof columns[0]; c++)
        cg_table_add_column(table, columns[c][0], columns[c][1],
                            c == 4 || c == 10 || c == 11 ? CG_COLUMN_NUMBER : CG_COLUMN_TEXT, 0);
    for (int i = 0; i < report->inputs->n; i++) {
        const struct cg_input *input = &report->inputs->items[i];
        const struct cg_results *results = input->results;
        char text[64];
        cg_table_add_row(table, NULL);
        snprintf(text, sizeof text, "%d", i + 1);
        cg_table_set_text(table, 0, text);
        cg_table_set_text(table, 1, cg_page_base_name(input->name));
        cg_table_set_text(table, 2, or_unknown(results->device.cpu_model));
        cg_table_set_text(table, 3, results->device.isa);
        snprintf(text, sizeof text, "%d", results->device.cores);
        cg_table_set_number(table, 4, results->device.cores >= 0 ? results->device.cores : NAN, text);
        if (results->device.memory_bytes > 0) {
            snprintf(text, sizeof text, "%.1f GiB", (double)results->device.memory_bytes / (1 << 30));
            cg_table_set_text(table, 5, text);
        }
        cg_table_set_text(table, 6, results->device.os);
        cg_table_set_text(table, 7, results->build.compiler);
        cg_table_set_text(table, 8, results->build.commit);
        cg_table_set_text(table, 9, results->run.start);
        snprintf(text, sizeof text, "%d", results->n_records);
        cg_table_set_number(table, 10, results->n_records, text);
        snprintf(text, sizeof text, "%d", results->run.processes);
        cg_table_set_number(table, 11, results->run.processes >= 0 ? results->run.processes : NAN, text);
    }
    return table;
}

struct caveat_list {
    struct cg_page *report;
    const char *prefix;
};

static void add_caveat(const char *sentence, void *context)
{
    struct caveat_list *list = context;
    cg_page_add_text(list->report, CG_PART_ITEM, "%s%s%s", list->prefix, list->prefix[0] ? ": " : "",
                     sentence);
}

static bool same_but_fusion(const struct cg_setting *a, const struct cg_setting *b)
{
    struct cg_setting other = *b;
    other.fusion = a->fusion;
    return cg_setting_equal(a, &other);
}

static const struct cg_suite_view *view_for(const struct cg_chapter *chapter, int input,
                                            const struct cg_setting *setting, enum cg_fusion fusion)
{
    for (int p = 0; p < chapter->n; p++)
        for (int v = 0; chapter->panels[p].input_index == input && v < chapter->panels[p].views.n; v++) {
            const struct cg_suite_view *view = chapter->panels[p].views.items[v];
            if (same_but_fusion(&view->setting, setting) && view->setting.fusion == fusion)
                return view;
        }
    return NULL;
}

static void overview_cells(struct cg_table *table, const struct cg_page *report, int input,
                           const struct cg_setting *setting, bool *failed)
{
    int column = 2;
    for (int c = 0; c < report->n_chapters; c++) {
        const struct cg_chapter *chapter = &report->chapters[c];
        const struct cg_suite_view *full = view_for(chapter, input, setting, CG_FUSION_FULL);
        if (chapter->kind == CG_KIND_SLOPE)
            cg_table_set_text(table, column++, full ? cg_finding_name(full->finding) : NULL);
        if (chapter->kind == CG_KIND_FACTORIAL) {
            const struct cg_suite_view *none = view_for(chapter, input, setting, CG_FUSION_NONE);
            cg_table_set_text(table, column++, full ? cg_finding_name(full->finding) : NULL);
            cg_table_set_text(table, column++, none ? cg_finding_name(none->finding) : NULL);
        }
        if (chapter->kind == CG_KIND_RANKING) {
            struct cg_order order;
            char text[32];
            if (full && !cg_order_of(full, &order))
                *failed = true;
            snprintf(text, sizeof text, "%.2f", full ? order.spearman : NAN);
            cg_table_set_number(table, column++, full ? order.spearman : NAN, text);
            snprintf(text, sizeof text, "%d of %d", full ? order.flipped : 0, full ? order.pairs : 0);
            cg_table_set_text(table, column++, full ? text : NULL);
        }
    }
}

/* A row for each file and setting: what holds there. */
static struct cg_table *overview_table(const struct cg_page *report)
{
    struct cg_table *table = cg_table_create("overview", "What holds where");
    if (!table)
        return NULL;
    cg_table_add_column(table, "device", "device", CG_COLUMN_TEXT, 0);
    cg_table_add_column(table, "setting", "setting", CG_COLUMN_TEXT, 0);
    for (int c = 0; c < report->n_chapters; c++) {
        const struct cg_chapter *chapter = &report->chapters[c];
        char key[96], head[160];
        cg_slug(chapter->name, key, sizeof key);
        if (chapter->kind == CG_KIND_SLOPE)
            cg_table_add_column(table, key, chapter->name, CG_COLUMN_TEXT, 0);
        if (chapter->kind == CG_KIND_FACTORIAL) {
            snprintf(head, sizeof head, "%.100s\nfused", chapter->name);
            cg_table_add_column(table, key, head, CG_COLUMN_TEXT, 0);
            snprintf(head, sizeof head, "%.100s\nnot fused", chapter->name);
            cg_table_add_column(table, strcat(key, "_none"), head, CG_COLUMN_TEXT, 0);
        }
        if (chapter->kind == CG_KIND_RANKING) {
            snprintf(head, sizeof head, "%.100s: Spearman\nof madds and time", chapter->name);
            cg_table_add_column(table, "spearman", head, CG_COLUMN_NUMBER, 0);
            cg_table_add_column(table, "flipped_pairs", "pairs against\ntheir madds", CG_COLUMN_TEXT, 0);
        }
    }
    bool failed = false;
    for (int i = 0; i < report->inputs->n; i++)
        for (int c = 0; c < report->n_chapters; c++)
            for (int p = 0; p < report->chapters[c].n; p++) {
                const struct cg_panel *panel = &report->chapters[c].panels[p];
                for (int v = 0; panel->input_index == i && v < panel->views.n; v++) {
                    const struct cg_setting *setting = &panel->views.items[v]->setting;
                    bool seen = setting->fusion != CG_FUSION_FULL;
                    for (int before = 0; before < c && !seen; before++)
                        seen = view_for(&report->chapters[before], i, setting, CG_FUSION_FULL) != NULL;
                    if (seen)
                        continue;
                    char text[256];
                    cg_table_add_row(table, NULL);
                    cg_table_set_text(table, 0, report->devices[i]);
                    cg_setting_text(setting, text, sizeof text);
                    cg_table_set_text(table, 1, text);
                    overview_cells(table, report, i, setting, &failed);
                }
            }
    table->failed = table->failed || failed;
    cg_table_add_note(table,
                      "HOLDS, REVERSED, NO EFFECT, UNCLEAR as in the tables; MIXED: the groups differ; -: no "
                      "verdict; empty: not measured.");
    return table;
}

void cg_page_add_overview(struct cg_page *report)
{
    cg_parts_add(&report->parts, CG_PART_SECTION, report->inputs->n > 1 ? "Devices" : "Device");
    cg_parts_add_table(&report->parts, report->inputs->n <= SIDE_BY_SIDE ? cg_table_of_devices(report->inputs)
                                                                         : files_table(report));
    for (int i = 0; i < report->inputs->n && i < CG_PAGE_DETAILED; i++) {
        struct caveat_list list = {report, report->inputs->n > 1 ? report->devices[i] : ""};
        if (report->inputs->items[i].paper)
            cg_page_add_text(report, CG_PART_ITEM, "%s: point values of the paper, no intervals.",
                             report->devices[i]);
        else
            cg_say_caveats(report->inputs->items[i].results, add_caveat, &list);
    }
    cg_parts_add(&report->parts, CG_PART_SECTION, "In short");
    for (int c = 0; c < report->n_chapters; c++)
        for (int p = 0; p < report->chapters[c].n && p < CG_PAGE_DETAILED; p++)
            for (int v = 0; v < report->chapters[c].panels[p].views.n; v++) {
                const struct cg_panel *panel = &report->chapters[c].panels[p];
                char text[2048], setting[256];
                struct cg_order order;
                const struct cg_suite_view *view = panel->views.items[v];
                int said = cg_say_guideline(view, text, sizeof text);
                if (said == 0 && view->suite->kind == CG_KIND_RANKING && cg_order_of(view, &order))
                    said = cg_say_order(&order, text, sizeof text);
                cg_setting_text(&view->setting, setting, sizeof setting);
                if (said > 0)
                    cg_page_add_text(report, CG_PART_ITEM, "%s (%s%s%s)", text,
                                     report->inputs->n > 1 ? panel->device : "",
                                     report->inputs->n > 1 ? "; " : "", setting);
            }
    cg_parts_add_table(&report->parts, overview_table(report));
}

void cg_page_add_skipped(struct cg_page *report)
{
    bool any = false;
    for (int i = 0; i < report->inputs->n && i < CG_PAGE_DETAILED; i++)
        any = any || report->inputs->items[i].results->n_skipped > 0;
    if (any)
        cg_parts_add(&report->parts, CG_PART_SECTION, "Skipped");
    for (int i = 0; i < report->inputs->n && i < CG_PAGE_DETAILED; i++)
        if (report->inputs->items[i].results->n_skipped > 0)
            cg_parts_add_table(&report->parts, cg_table_of_skipped(report->inputs->items[i].results));
}

void cg_page_add_words(struct cg_page *report)
{
    static const char *const words[] = {
        "madds: multiply-adds of convolutions and fully connected layers, the paper's \"FLOPs\" (one "
        "multiply-add is one).",
        "Memory access cost: the paper's formula (its \"MAC\"): elements read and written plus weights, once "
        "each.",
        "Time per madd: time divided by madds, relative to the baseline of its group; above 1 is slower than "
        "the counts say.",
        "Intervals: 95 %, by Student's t over processes, each a fresh start; one process alone gives no "
        "verdict.",
        "FASTER, SLOWER: one-sided t tests beyond the margin (2 %, or the measured noise floor where it is "
        "larger), with "
        "Holm's correction over a table; SAME: both one-sided tests say within the margin; else UNCLEAR.",
        "HOLDS: the slope's interval is above 0 and the last step is SLOWER; REVERSED: the mirror; NO "
        "EFFECT: every step is "
        "SAME; else UNCLEAR. For G4: ReLU and short-cut together.",
        "The paper: ShuffleNet V2 (Ma, Zhang, Zheng, Sun; ECCV 2018, arXiv 1807.11164); its devices are one "
        "NVIDIA GTX 1080 Ti "
        "and one Qualcomm Snapdragon 810, point values without intervals.",
    };
    cg_parts_add(&report->parts, CG_PART_SECTION, "Words");
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        cg_parts_add(&report->parts, CG_PART_ITEM, words[i]);
}
