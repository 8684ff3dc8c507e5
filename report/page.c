/* Writes a report: gathers what the files hold, has its parts made, draws and writes. */
#include "report/page_content.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void cg_page_tell(const struct cg_page *report, const char *what)
{
    if (report->options->progress)
        report->options->progress(what, report->options->progress_context);
}

void cg_page_add_text(struct cg_page *report, enum cg_part_kind kind, const char *format, ...)
{
    char text[4096];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    cg_parts_add(&report->parts, kind, text);
}

const char *cg_page_base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash && slash[1] ? slash + 1 : path;
}
static struct cg_chapter *chapter_of(struct cg_page *report, const struct cg_suite_record *suite)
{
    for (int i = 0; i < report->n_chapters; i++)
        if (strcmp(report->chapters[i].name, suite->name) == 0 && report->chapters[i].kind == suite->kind)
            return &report->chapters[i];
    if (report->n_chapters == CG_PAGE_SUITES)
        return NULL;
    struct cg_chapter *chapter = &report->chapters[report->n_chapters];
    *chapter = (struct cg_chapter){suite->name, suite->kind, 0,
                                   calloc((size_t)report->inputs->n, sizeof *chapter->panels)};
    report->n_chapters += chapter->panels != NULL;
    return chapter->panels ? chapter : NULL;
}

static enum cg_status gather(struct cg_page *report, struct cg_error *err)
{
    report->devices = calloc((size_t)report->inputs->n + 1, sizeof *report->devices);
    if (!report->devices)
        return cg_fail(err, CG_NO_MEMORY, "no memory for the report");
    for (int i = 0; i < report->inputs->n; i++) {
        const struct cg_input *input = &report->inputs->items[i];
        const char *model = input->results->device.cpu_model ? input->results->device.cpu_model
                                                             : cg_page_base_name(input->name);
        if (report->inputs->n > 1)
            snprintf(report->devices[i], sizeof report->devices[i], "%d: %.80s", i + 1, model);
        else
            snprintf(report->devices[i], sizeof report->devices[i], "%.80s", model);
        for (int s = 0; s < input->results->n_suites; s++) {
            const struct cg_suite_record *suite = input->results->suites[s];
            struct cg_chapter *chapter = suite->kind == CG_KIND_REUSE || suite->kind == CG_KIND_BREAKDOWN
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

static void release(struct cg_page *report)
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

static enum cg_status write_tables(struct cg_page *report, struct cg_error *err)
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

static enum cg_status fill(struct cg_page *report, struct cg_error *err)
{
    enum cg_status status = gather(report, err);
    if (status != CG_OK)
        return status;
    cg_page_add_overview(report);
    for (int c = 0; c < report->n_chapters && status == CG_OK; c++)
        if (report->chapters[c].n > 0)
            status = cg_page_add_chapter(report, &report->chapters[c], err);
    if (status == CG_OK)
        status = cg_page_add_profiles(report, err);
    if (status == CG_OK)
        status = cg_page_add_comparison(report, err);
    if (status == CG_OK) {
        cg_page_add_skipped(report);
        cg_page_add_words(report);
    }
    if (status == CG_OK && report->parts.failed)
        status = cg_fail(err, CG_NO_MEMORY, "no memory for the report");
    return status;
}

enum cg_status cg_report_write(const struct cg_inputs *inputs, const char *path,
                               const struct cg_report_options *options, bool *pictures, struct cg_error *err)
{
    struct cg_page *report = calloc(1, sizeof *report);
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
        cg_page_tell(report, "pictures");
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
