#include "report/page_parts.h"

#include "base/array.h"
#include "base/text.h"
#include "report/network_names.h"

static struct cg_part *add(struct cg_page *page, enum cg_part_kind kind)
{
    struct cg_parts *parts = &page->parts;
    page->fold = page->fold && kind != CG_PART_SECTION;
    if (parts->failed || !cg_array_fit(parts->items, parts->room, parts->n + 1)) {
        parts->failed = true;
        return NULL;
    }
    const bool of_details = kind == CG_PART_TABLE || kind == CG_PART_FIGURE;
    struct cg_part *part = &parts->items[parts->n++];
    *part = (struct cg_part){.kind = kind, .figure = -1, .folded = page->fold && of_details};
    return part;
}

void cg_page_add(struct cg_page *page, enum cg_part_kind kind, const char *format, ...)
{
    struct cg_part *part = add(page, kind);
    struct cg_text text = {0};
    va_list args;
    va_start(args, format);
    cg_text_add_args(&text, format, args);
    va_end(args);
    page->parts.failed = page->parts.failed || text.failed;
    if (part)
        part->text = text.bytes;
    else
        cg_text_release(&text);
}

void cg_page_add_caveat(struct cg_page *page, int first, const char *who, const char *said)
{
    const size_t own = strlen(said);
    for (int i = first; i < page->parts.n; i++) {
        char *before = page->parts.items[i].text;
        const size_t length = before ? strlen(before) : 0;
        if (length < own + 2 || memcmp(before + length - own - 2, ": ", 2) != 0 ||
            strcmp(before + length - own, said) != 0)
            continue;
        struct cg_text text = {0};
        before[length - own - 2] = '\0'; /* the colon */
        cg_text_add(&text, "%s; %s: %s", before, who, said);
        page->parts.failed = page->parts.failed || text.failed;
        free(before);
        page->parts.items[i].text = text.bytes;
        return;
    }
    cg_page_add(page, CG_PART_ITEM, "%s: %s", who, said);
}

void cg_page_add_table(struct cg_page *page, struct cg_table *table)
{
    const bool full = !table->failed && table->n_rows > 0;
    struct cg_part *part = full ? add(page, CG_PART_TABLE) : NULL;
    page->parts.failed = page->parts.failed || table->failed;
    if (part)
        part->table = table;
    else
        cg_table_destroy(&table);
}

/* Figures of these kinds are details. */
static bool is_secondary(const struct cg_figure *figure)
{
    static const char *const kinds[] = {"working_sets", "memory", "roofline", "ranks", "layers", "samples"};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(figure->kind, kinds[i]) == 0)
            return true;
    return strstr(figure->slug, "proxies") != NULL;
}

void cg_page_add_figures(struct cg_page *page)
{
    for (; page->parts.n_figures < page->figures.n; page->parts.n_figures++) {
        struct cg_part *part = add(page, CG_PART_FIGURE);
        if (!part)
            continue;
        part->figure = page->parts.n_figures;
        part->folded = part->folded || is_secondary(&page->figures.items[part->figure]);
    }
}

void cg_page_tell(const struct cg_page *page, const char *what)
{
    if (page->options->progress)
        page->options->progress(what, page->options->progress_context);
}

struct cg_phrase cg_page_setting(const struct cg_page *page, const struct cg_panel *panel,
                                 const struct cg_suite_view *view)
{
    const bool one = page->inputs->n == 1;
    return cg_phrase("%s%s%s", one ? "" : panel->device, one ? "" : "; ",
                     cg_setting_words(&view->setting).text);
}

struct cg_sentence cg_page_devices(const struct cg_page *page)
{
    struct cg_sentence said = {""};
    const int n = page->inputs->n, shown = n < 4 ? n : 3;
    if (n > shown)
        cg_say(&said, "%d devices: ", n);
    for (int i = 0; i < shown; i++) {
        const char *name = page->devices[i].text + (n > 1 ? strcspn(page->devices[i].text, " ") + 1 : 0);
        cg_say(&said, "%s%s", n > shown && i > 0 ? ", " : cg_joint(i, n), name);
    }
    cg_say(&said, "%s", n > shown ? ", ..." : "");
    return said;
}

bool cg_page_is_well(const struct cg_page *page)
{
    return page->status == CG_OK && page->figures.status == CG_OK && !page->parts.failed;
}

static int at_most_detailed(const struct cg_page *page, int n)
{
    const int most = page->options->detailed > 0 ? page->options->detailed : CG_PAGE_DETAILED;
    return n < most ? n : most;
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
        chapter->detailed = at_most_detailed(page, ++chapter->n);
    else
        cg_suite_views_free(&panel->views);
}

void cg_page_gather(struct cg_page *page)
{
    page->detailed = at_most_detailed(page, page->inputs->n);
    page->devices = calloc((size_t)page->inputs->n + 1, sizeof *page->devices);
    page->parts.failed = !page->devices;
    for (int i = 0; i < page->inputs->n && cg_page_is_well(page); i++) {
        const struct cg_input *input = &page->inputs->items[i];
        const char *model = input->results->device.cpu_model;
        model = model ? model : cg_input_file(input);
        page->devices[i] =
            page->inputs->n > 1 ? cg_phrase("%d: %.80s", i + 1, model) : cg_phrase("%.80s", model);
        cg_name_as_published(input->results);
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
    for (int i = 0; i < page->parts.n; i++) {
        free(page->parts.items[i].text);
        cg_table_destroy(&page->parts.items[i].table);
    }
    free(page->parts.items);
    cg_figures_free(&page->figures);
    cg_folder_close(&page->folder);
    free(page->devices);
}
