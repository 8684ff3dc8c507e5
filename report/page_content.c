#include "report/page_content.h"

#include <stdlib.h>
#include <string.h>

void cg_page_tell(const struct cg_page *page, const char *what)
{
    if (page->progress)
        page->progress(what, page->progress_context);
}

const char *cg_page_device(const struct cg_page *page, const struct cg_panel *panel)
{
    return page->inputs->n > 1 ? panel->device : "";
}

bool cg_page_is_well(const struct cg_page *page)
{
    return page->status == CG_OK && page->figures.status == CG_OK && !page->parts.failed;
}

static int at_most_detailed(int n)
{
    return n < CG_PAGE_DETAILED ? n : CG_PAGE_DETAILED;
}

static struct cg_chapter *chapter_of(struct cg_page *page, const struct cg_suite_record *suite)
{
    for (int i = 0; i < page->n_chapters; i++)
        if (strcmp(page->chapters[i].name, suite->name) == 0 && page->chapters[i].kind == suite->kind)
            return &page->chapters[i];
    if (page->n_chapters == CG_PAGE_SUITES)
        return NULL;
    struct cg_chapter *chapter = &page->chapters[page->n_chapters];
    *chapter = (struct cg_chapter){.name = suite->name,
                                   .kind = suite->kind,
                                   .panels = calloc((size_t)page->inputs->n, sizeof *chapter->panels)};
    page->n_chapters += chapter->panels != NULL;
    return chapter->panels ? chapter : NULL;
}

static void gather_suite(struct cg_page *page, int i, const struct cg_suite_record *suite)
{
    const struct cg_input *input = &page->inputs->items[i];
    if (suite->kind == CG_KIND_REUSE || suite->kind == CG_KIND_BREAKDOWN)
        return; /* nothing is timed; told with the profiles */
    struct cg_chapter *chapter = chapter_of(page, suite);
    if (!chapter || (chapter->n > 0 && chapter->panels[chapter->n - 1].input_index == i))
        return; /* a second suite of the same name in one file would stand for the first */
    struct cg_panel *panel = &chapter->panels[chapter->n];
    *panel = (struct cg_panel){input, i, page->devices[i].text, {0}};
    page->status = cg_suite_views_create(input->results, suite, &panel->views, page->err);
    if (panel->views.n > 0)
        chapter->detailed = at_most_detailed(++chapter->n);
    else
        cg_suite_views_free(&panel->views);
}

void cg_page_gather(struct cg_page *page)
{
    page->detailed = at_most_detailed(page->inputs->n);
    page->devices = calloc((size_t)page->inputs->n + 1, sizeof *page->devices);
    page->parts.failed = !page->devices;
    for (int i = 0; i < page->inputs->n && cg_page_is_well(page); i++) {
        const struct cg_input *input = &page->inputs->items[i];
        const char *model = input->results->device.cpu_model;
        model = model ? model : cg_input_file(input);
        page->devices[i] =
            page->inputs->n > 1 ? cg_phrase("%d: %.80s", i + 1, model) : cg_phrase("%.80s", model);
        for (int s = 0; s < input->results->n_suites && cg_page_is_well(page); s++)
            gather_suite(page, i, input->results->suites[s]);
    }
}

void cg_page_release(struct cg_page *page)
{
    for (int i = 0; i < page->n_chapters; i++) {
        for (int p = 0; p < page->chapters[i].n; p++)
            cg_suite_views_free(&page->chapters[i].panels[p].views);
        free(page->chapters[i].panels);
    }
    cg_parts_free(&page->parts);
    cg_figures_free(&page->figures);
    cg_folder_close(&page->folder);
    free(page->devices);
}
