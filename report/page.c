/* What a report holds, in its order. */
#include "report/page.h"

#include "report/device_table.h"
#include "report/escape.h"
#include "report/format.h"
#include "report/page_parts.h"
#include "report/plots.h"
#include "report/tables.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define SIDE_BY_SIDE 4 /* files whose properties stand in columns */
#define DETAILED     8 /* files whose tables are shown whole; of more, the overview and the comparison tell */
#define MAX_SUITES   64
#define NETWORK_SETS 4 /* settings of a file whose networks get figures of their own */

/* All panels of one suite name: one an input that has it. */
struct chapter {
    const char *name;
    enum cg_verdict_kind kind;
    int n;
    struct cg_panel *panels; /* room for every input */
};

struct report {
    const struct cg_inputs *inputs;
    struct cg_parts parts;
    struct cg_figures figures;
    struct cg_folder folder;
    char (*devices)[96]; /* short words for each input */
    int n_chapters;
    struct chapter chapters[MAX_SUITES];
    const struct cg_report_options *options;
};

static void tell(const struct report *report, const char *what)
{
    if (report->options->progress)
        report->options->progress(what, report->options->progress_context);
}

__attribute__((format(printf, 3, 4))) static void add_text(struct report *report, enum cg_part_kind kind,
                                                           const char *format, ...)
{
    char text[4096];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    cg_parts_add(&report->parts, kind, text);
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash && slash[1] ? slash + 1 : path;
}

static const char *or_unknown(const char *text)
{
    return text ? text : "unknown";
}

/* ---- gathering ---- */

static struct chapter *chapter_of(struct report *report, const struct cg_suite_record *suite)
{
    for (int i = 0; i < report->n_chapters; i++)
        if (strcmp(report->chapters[i].name, suite->name) == 0 && report->chapters[i].kind == suite->kind)
            return &report->chapters[i];
    if (report->n_chapters == MAX_SUITES)
        return NULL;
    struct chapter *chapter = &report->chapters[report->n_chapters];
    *chapter = (struct chapter){suite->name, suite->kind, 0,
                                calloc((size_t)report->inputs->n, sizeof *chapter->panels)};
    report->n_chapters += chapter->panels != NULL;
    return chapter->panels ? chapter : NULL;
}

static enum cg_status gather(struct report *report, struct cg_error *err)
{
    report->devices = calloc((size_t)report->inputs->n + 1, sizeof *report->devices);
    if (!report->devices)
        return cg_fail(err, CG_NO_MEMORY, "no memory for the report");
    for (int i = 0; i < report->inputs->n; i++) {
        const struct cg_input *input = &report->inputs->items[i];
        const char *model =
            input->results->device.cpu_model ? input->results->device.cpu_model : base_name(input->name);
        if (report->inputs->n > 1)
            snprintf(report->devices[i], sizeof report->devices[i], "%d: %.80s", i + 1, model);
        else
            snprintf(report->devices[i], sizeof report->devices[i], "%.80s", model);
        for (int s = 0; s < input->results->n_suites; s++) {
            const struct cg_suite_record *suite = input->results->suites[s];
            struct chapter *chapter = suite->kind == CG_KIND_REUSE || suite->kind == CG_KIND_BREAKDOWN
                                          ? NULL /* nothing is timed; told with the profiles */
                                          : chapter_of(report, suite);
            if (!chapter || (chapter->n > 0 && chapter->panels[chapter->n - 1].input_index == i))
                continue; /* a second suite of the same name in one file would stand for the first */
            struct cg_panel *panel = &chapter->panels[chapter->n];
            *panel = (struct cg_panel){input, i, report->devices[i], {0}};
            const enum cg_status status = cg_suite_views_create(input->results, suite, &panel->views, err);
            if (status != CG_OK)
                return status;
            if (panel->views.n > 0)
                chapter->n++;
            else
                cg_suite_views_free(&panel->views);
        }
    }
    return CG_OK;
}

static void release(struct report *report)
{
    for (int i = 0; i < report->n_chapters; i++) {
        for (int p = 0; p < report->chapters[i].n; p++)
            cg_suite_views_free(&report->chapters[i].panels[p].views);
        free(report->chapters[i].panels);
    }
    cg_parts_free(&report->parts);
    cg_figures_free(&report->figures);
    cg_folder_close(&report->folder);
    free(report->devices);
}

/* ---- overview ---- */

static struct cg_table *files_table(const struct report *report)
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
        cg_table_set_text(table, 1, base_name(input->name));
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
    struct report *report;
    const char *prefix;
};

static void add_caveat(const char *sentence, void *context)
{
    struct caveat_list *list = context;
    add_text(list->report, CG_PART_ITEM, "%s%s%s", list->prefix, list->prefix[0] ? ": " : "", sentence);
}

static bool same_but_fusion(const struct cg_setting *a, const struct cg_setting *b)
{
    struct cg_setting other = *b;
    other.fusion = a->fusion;
    return cg_setting_equal(a, &other);
}

static const struct cg_suite_view *view_for(const struct chapter *chapter, int input,
                                            const struct cg_setting *setting, const char *fusion)
{
    for (int p = 0; p < chapter->n; p++)
        for (int v = 0; chapter->panels[p].input_index == input && v < chapter->panels[p].views.n; v++) {
            const struct cg_suite_view *view = chapter->panels[p].views.items[v];
            if (same_but_fusion(&view->setting, setting) && view->setting.fusion &&
                strcmp(view->setting.fusion, fusion) == 0)
                return view;
        }
    return NULL;
}

static void overview_cells(struct cg_table *table, const struct report *report, int input,
                           const struct cg_setting *setting, bool *failed)
{
    int column = 2;
    for (int c = 0; c < report->n_chapters; c++) {
        const struct chapter *chapter = &report->chapters[c];
        const struct cg_suite_view *full = view_for(chapter, input, setting, "full");
        if (chapter->kind == CG_KIND_SLOPE)
            cg_table_set_text(table, column++, full ? cg_finding_name(full->finding) : NULL);
        if (chapter->kind == CG_KIND_FACTORIAL) {
            const struct cg_suite_view *none = view_for(chapter, input, setting, "none");
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
static struct cg_table *overview_table(const struct report *report)
{
    struct cg_table *table = cg_table_create("overview", "What holds where");
    if (!table)
        return NULL;
    cg_table_add_column(table, "device", "device", CG_COLUMN_TEXT, 0);
    cg_table_add_column(table, "setting", "setting", CG_COLUMN_TEXT, 0);
    for (int c = 0; c < report->n_chapters; c++) {
        const struct chapter *chapter = &report->chapters[c];
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
                    bool seen = !setting->fusion || strcmp(setting->fusion, "full") != 0;
                    for (int before = 0; before < c && !seen; before++)
                        seen = view_for(&report->chapters[before], i, setting, "full") != NULL;
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

static void add_overview(struct report *report)
{
    cg_parts_add(&report->parts, CG_PART_SECTION, report->inputs->n > 1 ? "Devices" : "Device");
    cg_parts_add_table(&report->parts, report->inputs->n <= SIDE_BY_SIDE ? cg_table_of_devices(report->inputs)
                                                                         : files_table(report));
    for (int i = 0; i < report->inputs->n && i < DETAILED; i++) {
        struct caveat_list list = {report, report->inputs->n > 1 ? report->devices[i] : ""};
        if (report->inputs->items[i].paper)
            add_text(report, CG_PART_ITEM, "%s: point values of the paper, no intervals.",
                     report->devices[i]);
        else
            cg_say_caveats(report->inputs->items[i].results, add_caveat, &list);
    }
    cg_parts_add(&report->parts, CG_PART_SECTION, "In short");
    for (int c = 0; c < report->n_chapters; c++)
        for (int p = 0; p < report->chapters[c].n && p < DETAILED; p++)
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
                    add_text(report, CG_PART_ITEM, "%s (%s%s%s)", text,
                             report->inputs->n > 1 ? panel->device : "", report->inputs->n > 1 ? "; " : "",
                             setting);
            }
    cg_parts_add_table(&report->parts, overview_table(report));
}

/* ---- chapters ---- */

static enum cg_status add_guideline_figure(struct report *report, const struct chapter *chapter,
                                           struct cg_error *err)
{
    struct cg_canvas canvas = {&report->folder, &report->figures};
    const int first = report->figures.n;
    const enum cg_status status =
        cg_plot_guideline(&canvas, chapter->panels, chapter->n < DETAILED ? chapter->n : DETAILED, err);
    cg_parts_add_figures(&report->parts, first, report->figures.n);
    return status;
}

/* Figures of one panel's networks under view `v`; over threads, and over devices, when v is negative. */
static enum cg_status add_network_figures(struct report *report, const struct chapter *chapter, int p, int v,
                                          struct cg_error *err)
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
static void add_chapter_caveats(struct report *report, const struct chapter *chapter)
{
    for (int p = 0; p < chapter->n && p < DETAILED; p++)
        for (int v = 0; v < chapter->panels[p].views.n; v++) {
            const struct cg_suite_view *view = chapter->panels[p].views.items[v];
            char text[2048], setting[256];
            if (view->measured == 0 || cg_say_suite_caveats(view, text, sizeof text) == 0)
                continue;
            cg_setting_text(&view->setting, setting, sizeof setting);
            add_text(report, CG_PART_ITEM, "Caveats (%s%s%s): %s",
                     report->inputs->n > 1 ? chapter->panels[p].device : "",
                     report->inputs->n > 1 ? "; " : "", setting, text);
        }
}

/* Moves a table into the report; what is left of it is NULL. */
static void take_table(struct report *report, struct cg_tables *tables, int t)
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
static enum cg_status order_guideline(struct report *report, const struct chapter *chapter,
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
static enum cg_status order_networks(struct report *report, const struct chapter *chapter,
                                     struct cg_tables *tables, struct cg_error *err)
{
    enum cg_status status = CG_OK;
    int t = 0;
    for (int p = 0; p < chapter->n && p < DETAILED && status == CG_OK; p++) {
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

static enum cg_status add_chapter(struct report *report, const struct chapter *chapter, struct cg_error *err)
{
    char subject[256];
    const struct cg_suite_record *suite = chapter->panels[0].views.suite;
    tell(report, chapter->name);
    cg_say_subject(suite, subject, sizeof subject);
    cg_parts_add(&report->parts, CG_PART_SECTION, suite->title ? suite->title : subject);
    struct cg_tables tables = {0};
    enum cg_status status = CG_OK;
    for (int p = 0; p < chapter->n && p < DETAILED && status == CG_OK; p++) {
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
    if (chapter->n > DETAILED)
        add_text(report, CG_PART_TEXT, "The first %d of %d files are shown in detail; the overview has all.",
                 DETAILED, chapter->n);
    return status;
}

static enum cg_status add_profiles(struct report *report, struct cg_error *err)
{
    struct cg_canvas canvas = {&report->folder, &report->figures};
    const int first = report->figures.n, before = report->parts.n;
    enum cg_status status = CG_OK;
    cg_parts_add(&report->parts, CG_PART_SECTION, "Where the time goes");
    for (int i = 0; i < report->inputs->n && i < DETAILED && status == CG_OK; i++) {
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

static enum cg_status add_comparison(struct report *report, struct cg_error *err)
{
    const int n = report->inputs->n - 1;
    if (n < 1)
        return CG_OK;
    tell(report, "comparison");
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

static void add_skipped(struct report *report)
{
    bool any = false;
    for (int i = 0; i < report->inputs->n && i < DETAILED; i++)
        any = any || report->inputs->items[i].results->n_skipped > 0;
    if (any)
        cg_parts_add(&report->parts, CG_PART_SECTION, "Skipped");
    for (int i = 0; i < report->inputs->n && i < DETAILED; i++)
        if (report->inputs->items[i].results->n_skipped > 0)
            cg_parts_add_table(&report->parts, cg_table_of_skipped(report->inputs->items[i].results));
}

static void add_words(struct report *report)
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

/* ---- writing ---- */

static enum cg_status write_tables(struct report *report, struct cg_error *err)
{
    int n = 0;
    for (int i = 0; i < report->parts.n; i++) {
        struct cg_part *part = &report->parts.items[i];
        if (part->kind != CG_PART_TABLE)
            continue;
        char slug[120];
        snprintf(slug, sizeof slug, "%02d-%.100s", ++n, part->table->id);
        snprintf(part->csv, sizeof part->csv, "%s.csv", slug);
        FILE *out = cg_folder_create(report->folder.tables_fd, slug, ".csv", err);
        if (!out)
            return CG_IO;
        enum cg_status status = cg_table_print(part->table, CG_FORMAT_CSV, 120, out, err);
        const enum cg_status finished = cg_folder_finish(out, part->csv, err);
        if (status != CG_OK || finished != CG_OK)
            return status != CG_OK ? status : finished;
    }
    return CG_OK;
}

static enum cg_status fill(struct report *report, struct cg_error *err)
{
    enum cg_status status = gather(report, err);
    if (status != CG_OK)
        return status;
    add_overview(report);
    for (int c = 0; c < report->n_chapters && status == CG_OK; c++)
        if (report->chapters[c].n > 0)
            status = add_chapter(report, &report->chapters[c], err);
    if (status == CG_OK)
        status = add_profiles(report, err);
    if (status == CG_OK)
        status = add_comparison(report, err);
    if (status == CG_OK) {
        add_skipped(report);
        add_words(report);
    }
    if (status == CG_OK && report->parts.failed)
        status = cg_fail(err, CG_NO_MEMORY, "no memory for the report");
    return status;
}

enum cg_status cg_report_write(const struct cg_inputs *inputs, const char *path,
                               const struct cg_report_options *options, bool *pictures, struct cg_error *err)
{
    struct report *report = calloc(1, sizeof *report);
    if (!report)
        return cg_fail(err, CG_NO_MEMORY, "no memory for the report");
    report->inputs = inputs;
    report->options = options;
    report->folder = (struct cg_folder){-1, -1, -1, path};
    const unsigned forms = options->forms | 1u << CG_FORM_SVG;
    *pictures = false;
    enum cg_status status = cg_folder_open(path, &report->folder, err);
    if (status == CG_OK)
        status = fill(report, err);
    if (status == CG_OK)
        status = write_tables(report, err);
    if (status == CG_OK) {
        int missing = 0;
        struct cg_error drawing = {0};
        tell(report, "pictures");
        const enum cg_status drawn =
            cg_figures_draw(&report->figures, &report->folder, forms, &missing, &drawing);
        *pictures = drawn == CG_OK;
        if (drawn == CG_OK && missing > 0)
            status =
                cg_fail(err, CG_FAILED, "gnuplot did not draw %d pictures in '%s/figures'", missing, path);
        else if (drawn != CG_OK && drawn != CG_UNAVAILABLE)
            status = cg_fail(err, drawn, "%s", drawing.text);
    }
    if (status == CG_OK)
        status = cg_page_html(&report->parts, &report->figures, &report->folder, *pictures ? forms : 0, err);
    if (status == CG_OK)
        status =
            cg_page_markdown(&report->parts, &report->figures, &report->folder, *pictures ? forms : 0, err);
    release(report);
    free(report);
    return status;
}
