/* index.html: one file, no script, light and dark, for print and phone; and report.md. */
#include "report/escape.h"
#include "report/page_parts.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void put_base64(const unsigned char *bytes, size_t n, FILE *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < n; i += 3) {
        const unsigned b0 = bytes[i], b1 = i + 1 < n ? bytes[i + 1] : 0, b2 = i + 2 < n ? bytes[i + 2] : 0;
        const unsigned v = b0 << 16 | b1 << 8 | b2;
        putc(digits[v >> 18], out);
        putc(digits[v >> 12 & 63], out);
        putc(i + 1 < n ? digits[v >> 6 & 63] : '=', out);
        putc(i + 2 < n ? digits[v & 63] : '=', out);
    }
}

/* A picture of the folder as malloc'd bytes; NULL when it is not there. */
static unsigned char *read_picture(const struct cg_folder *folder, const char *name, size_t *size)
{
    struct stat info;
    const int fd = openat(folder->figures_fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &info) != 0 || !S_ISREG(info.st_mode) || info.st_size <= 0 ||
        info.st_size > 8 << 20) {
        if (fd >= 0)
            close(fd);
        return NULL;
    }
    unsigned char *bytes = malloc((size_t)info.st_size);
    *size = 0;
    while (bytes && *size < (size_t)info.st_size) {
        const ssize_t got = read(fd, bytes + *size, (size_t)info.st_size - *size);
        if (got <= 0)
            break;
        *size += (size_t)got;
    }
    close(fd);
    return bytes;
}

static void put_figure(const struct cg_figure *figure, const struct cg_folder *folder, unsigned forms,
                       FILE *out)
{
    size_t size = 0;
    unsigned char *svg = read_picture(folder, cg_phrase("%s.svg", figure->slug).text, &size);
    if (!svg)
        return;
    fprintf(out,
            "<figure id=\"f-%s\"><div class=\"pic\" tabindex=\"0\"><img width=\"%d\" height=\"%d\" alt=\"",
            figure->slug, figure->width, figure->height);
    cg_put_between("", figure->title, "\" src=\"data:image/svg+xml;base64,", cg_put_html, out);
    put_base64(svg, size, out);
    cg_put_between("\"></div>\n<figcaption>", figure->title, ". ", cg_put_html, out);
    cg_put_html(figure->caption, out);
    for (int f = 0; f < CG_FORMS; f++) {
        const char *form = cg_form_name((enum cg_form)f);
        if (forms & 1u << f)
            fprintf(out, " <a class=\"form\" href=\"figures/%s.%s\">%s</a>", figure->slug, form, form);
    }
    fprintf(
        out,
        " <a href=\"figures/%s.gp\">script</a> <a href=\"figures/%s.dat\">data</a></figcaption></figure>\n",
        figure->slug, figure->slug);
    free(svg);
}

static void put_contents(const struct cg_parts *parts, FILE *out)
{
    int n = 0;
    fputs("<nav aria-label=\"Contents\"><ul>\n", out);
    for (int i = 0; i < parts->n; i++)
        if (parts->items[i].kind == CG_PART_SECTION) {
            fprintf(out, "<li><a href=\"#s%d\">", ++n);
            cg_put_between("", parts->items[i].text, "</a></li>\n", cg_put_html, out);
        }
    fputs("</ul></nav>\n", out);
}

/* A table's heading: its setting where its title heads the section already. */
static void put_table_head(const struct cg_parts *parts, int index, FILE *out)
{
    const struct cg_table *table = parts->items[index].table;
    const char *section = NULL;
    for (int i = index - 1; i >= 0 && !section; i--)
        if (parts->items[i].kind == CG_PART_SECTION)
            section = parts->items[i].text;
    const bool repeats = section && strcmp(section, table->title) == 0;
    if (repeats && (!table->setting || parts->items[index - 1].kind == CG_PART_SECTION))
        return; /* the verdict comes first */
    cg_put_between("<h3>", repeats ? table->setting : table->title, "", cg_put_html, out);
    if (!repeats && table->setting)
        cg_put_between(" <small>", table->setting, "</small>", cg_put_html, out);
    fputs("</h3>\n", out);
}

static void put_page_head(const struct cg_parts *parts, FILE *out)
{
    fprintf(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src "
        "'unsafe-inline'\">\n<link rel=\"icon\" href=\"data:,\">\n"
        "<title>convgauge report</title>\n<style>\n%s</style>\n</head>\n<body>\n<h1>What the networks cost "
        "here</h1>\n",
        cg_page_css);
    put_contents(parts, out);
    fputs("<main>\n", out);
}

/* A page that is being written. */
struct page {
    const struct cg_parts *parts;
    const struct cg_figures *figures;
    unsigned forms;
    FILE *out;
    int sections; /* so far */
};

static bool is_item(const struct cg_parts *parts, int index)
{
    return index >= 0 && index < parts->n && parts->items[index].kind == CG_PART_ITEM;
}

static enum cg_status put_html_part(struct page *page, int index, struct cg_error *err)
{
    const struct cg_part *part = &page->parts->items[index];
    enum cg_status status = CG_OK;
    switch (part->kind) {
    case CG_PART_SECTION:
        fprintf(page->out, "<h2 id=\"s%d\">", ++page->sections);
        cg_put_between("", part->text, "</h2>\n", cg_put_html, page->out);
        break;
    case CG_PART_TEXT:
        cg_put_between("<p>", part->text, "</p>\n", cg_put_html, page->out);
        break;
    case CG_PART_ITEM:
        cg_put_between(is_item(page->parts, index - 1) ? "<li>" : "<ul>\n<li>", part->text,
                       is_item(page->parts, index + 1) ? "</li>\n" : "</li>\n</ul>\n", cg_put_html,
                       page->out);
        break;
    case CG_PART_TABLE:
        put_table_head(page->parts, index, page->out);
        status = cg_table_print_html(part->table, page->out, err);
        if (part->csv[0])
            fprintf(page->out, "<p class=\"note file\"><a href=\"tables/%s\">CSV</a></p>\n", part->csv);
        break;
    case CG_PART_FIGURE:
        if (page->forms)
            put_figure(&page->figures->items[part->figure], page->figures->folder, page->forms, page->out);
        break;
    }
    return status;
}

static enum cg_status put_markdown_part(struct page *page, int index, struct cg_error *err)
{
    const struct cg_part *part = &page->parts->items[index];
    const struct cg_figure *figure = part->figure >= 0 ? &page->figures->items[part->figure] : NULL;
    switch (part->kind) {
    case CG_PART_SECTION:
        cg_put_between("## ", part->text, "\n\n", cg_put_markdown, page->out);
        break;
    case CG_PART_TEXT:
        cg_put_between("", part->text, "\n\n", cg_put_markdown, page->out);
        break;
    case CG_PART_ITEM:
        cg_put_between("- ", part->text, is_item(page->parts, index + 1) ? "\n" : "\n\n", cg_put_markdown,
                       page->out);
        break;
    case CG_PART_TABLE:
        return cg_table_print(part->table, CG_FORMAT_MARKDOWN, 120, page->out, err);
    case CG_PART_FIGURE:
        if (!page->forms)
            break;
        cg_put_between("![", figure->title, "](figures/", cg_put_markdown, page->out);
        fprintf(page->out, "%s.svg)\n\n", figure->slug);
        cg_put_between("", figure->caption, "\n\n", cg_put_markdown, page->out);
        break;
    }
    return CG_OK;
}

enum cg_status cg_page_html(const struct cg_parts *parts, const struct cg_figures *figures, unsigned forms,
                            struct cg_error *err)
{
    struct page page = {parts, figures, forms, cg_folder_create(figures->folder->fd, "index", ".html", err),
                        0};
    enum cg_status status = CG_OK;
    if (!page.out)
        return CG_IO;
    put_page_head(parts, page.out);
    for (int i = 0; i < parts->n && status == CG_OK; i++)
        status = put_html_part(&page, i, err);
    fputs("</main>\n</body>\n</html>\n", page.out);
    const enum cg_status finished = cg_folder_finish(page.out, "index.html", err);
    return status != CG_OK ? status : finished;
}

enum cg_status cg_page_markdown(const struct cg_parts *parts, const struct cg_figures *figures,
                                unsigned forms, struct cg_error *err)
{
    struct page page = {parts, figures, forms, cg_folder_create(figures->folder->fd, "report", ".md", err),
                        0};
    enum cg_status status = CG_OK;
    if (!page.out)
        return CG_IO;
    fputs("# What the networks cost here\n\n", page.out);
    for (int i = 0; i < parts->n && status == CG_OK; i++)
        status = put_markdown_part(&page, i, err);
    const enum cg_status finished = cg_folder_finish(page.out, "report.md", err);
    return status != CG_OK ? status : finished;
}
