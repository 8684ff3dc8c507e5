/* Writes a report: gathers what the files hold, has its sections made, draws and writes. */
#include "report/page_parts.h"

#include "base/text.h"
#include "report/sentences.h"

#include <stdlib.h>
#include <string.h>

/* Several files; so many that only their comparison shows them all. */
static bool has_several(const struct cg_page *page)
{
    return page->inputs->n > 1 && page->inputs->n == page->detailed;
}

static bool has_many(const struct cg_page *page)
{
    return page->inputs->n > page->detailed;
}

static bool has_skipped(const struct cg_page *page)
{
    for (int i = 0; i < page->detailed; i++)
        if (page->inputs->items[i].results->n_skipped > 0)
            return true;
    return false;
}

static bool has_lost_workers(const struct cg_page *page)
{
    for (int i = 0; i < page->detailed; i++)
        if (cg_lost_workers(page->inputs->items[i].results))
            return true;
    return false;
}

/* Something that was measured as ncnn's benchmark page is, or is of it. */
static bool has_atlas(const struct cg_page *page)
{
    for (int c = 0; c < page->n_chapters; c++)
        if (cg_same_text(page->chapters[c].name, "atlas"))
            return true;
    for (int i = 0; i < page->inputs->n; i++)
        if (page->inputs->items[i].published && strncmp(page->inputs->items[i].name, "paper:", 6) != 0)
            return true;
    return false;
}

/* The sections in their order. */
static const struct {
    const char *title, *title_of_one;         /* NULL: it heads its parts itself; of one file: if different */
    bool (*is_there)(const struct cg_page *); /* NULL: always */
    void (*add)(struct cg_page *page);
} sections[] = {
    {"In short", NULL, NULL, cg_page_add_short},
    {NULL, NULL, NULL, cg_page_add_rates},
    {"The first files in short", NULL, has_many, cg_page_add_answers},
    {NULL, NULL, NULL, cg_page_add_chapters},
    {"Where the time goes", NULL, NULL, cg_page_add_profiles},
    {NULL, NULL, NULL, cg_page_add_samples},
    {"Comparison with the first file", NULL, has_several, cg_page_add_comparison},
    {"The atlas", NULL, has_atlas, cg_page_add_atlas},
    {"Devices", "Device", NULL, cg_page_add_devices},
    {"Skipped", NULL, has_skipped, cg_page_add_skipped},
    {"Workers that ended before their time", NULL, has_lost_workers, cg_page_add_lost_workers},
    {"Words", NULL, NULL, cg_page_add_words},
};

static enum cg_status fill(struct cg_page *page, struct cg_error *err)
{
    page->err = page->figures.err = err;
    cg_page_gather(page);
    for (size_t i = 0; i < sizeof sections / sizeof sections[0] && cg_page_is_well(page); i++) {
        const bool of_one = page->inputs->n == 1 && sections[i].title_of_one;
        if (sections[i].is_there && !sections[i].is_there(page))
            continue;
        if (sections[i].title)
            cg_page_add(page, CG_PART_SECTION, "%s", of_one ? sections[i].title_of_one : sections[i].title);
        sections[i].add(page);
    }
    if (page->status != CG_OK || page->figures.status != CG_OK)
        return page->status != CG_OK ? page->status : page->figures.status;
    return page->parts.failed ? cg_fail(err, CG_NO_MEMORY, "no memory for the report") : CG_OK;
}

static enum cg_status write_tables(struct cg_page *page, struct cg_error *err)
{
    int n = 0;
    for (int i = 0; i < page->parts.n; i++) {
        struct cg_part *part = &page->parts.items[i];
        if (part->kind != CG_PART_TABLE)
            continue;
        char slug[120];
        snprintf(slug, sizeof slug, "%02d-%.100s", ++n, part->table->id);
        snprintf(part->csv, sizeof part->csv, "%s.csv", slug);
        struct cg_new_file file;
        enum cg_status status =
            cg_folder_create(&page->folder, page->folder.tables_fd, slug, ".csv", &file, err);
        if (status == CG_OK)
            status = cg_folder_finish(&file,
                                      cg_table_print(part->table, CG_FORMAT_CSV, 120, file.stream, err), err);
        if (status != CG_OK)
            return status;
    }
    return CG_OK;
}

/* *pictures: whether gnuplot is there and drew them. */
static enum cg_status draw(struct cg_page *page, unsigned forms, bool *pictures, struct cg_error *err)
{
    int missing = 0;
    struct cg_error drawing = {0};
    cg_page_tell(page, "pictures");
    const enum cg_status drawn = cg_figures_draw(&page->figures, forms, &missing, &drawing);
    *pictures = drawn == CG_OK;
    if (drawn == CG_OK && missing > 0)
        return cg_fail(err, CG_FAILED, "gnuplot did not draw %d pictures in '%s/figures'", missing,
                       page->folder.path);
    return drawn == CG_OK || drawn == CG_UNAVAILABLE ? CG_OK : cg_fail(err, drawn, "%s", drawing.text);
}

enum cg_status cg_report_write(const struct cg_inputs *inputs, const char *path,
                               const struct cg_report_options *options, bool *pictures, struct cg_error *err)
{
    struct cg_page *page = calloc(1, sizeof *page);
    if (!page)
        return cg_fail(err, CG_NO_MEMORY, "no memory for the report");
    page->inputs = inputs;
    page->options = options;
    page->figures.folder = &page->folder;
    page->folder = (struct cg_folder){-1, -1, -1, path};
    unsigned forms = options->forms | 1u << CG_FORM_SVG;
    *pictures = false;
    enum cg_status status = cg_folder_open(path, &page->folder, err);
    if (status == CG_OK)
        status = fill(page, err);
    if (status == CG_OK)
        status = write_tables(page, err);
    if (status == CG_OK)
        status = draw(page, forms, pictures, err);
    forms = *pictures ? forms : 0;
    if (status == CG_OK)
        status = cg_page_html(page, forms, err);
    if (status == CG_OK)
        status = cg_page_markdown(page, forms, err);
    cg_page_release(page);
    free(page);
    return status;
}
