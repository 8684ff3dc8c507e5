/* index.html, with what is read first, and details.html, with what is folded there: each one file that says
 * all without its script, light and dark, for print and phone; and report.md. */
#include "report/escape.h"
#include "report/page_parts.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEVICES "{devices}" /* stands for them in page_head.html */

/* A picture of the folder; NULL when it is not there. The caller closes it. */
static FILE *open_picture(const struct cg_folder *folder, const char *name)
{
    struct stat info;
    const int fd = openat(folder->figures_fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    const bool usable = fd >= 0 && fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_size > 0;
    FILE *picture = usable ? fdopen(fd, "r") : NULL;
    if (fd >= 0 && !picture)
        close(fd);
    return picture;
}

static void put_figure(struct cg_page *page, const struct cg_part *part, unsigned forms, FILE *out)
{
    const struct cg_figure *figure = &page->figures.items[part->figure];
    FILE *svg = open_picture(&page->folder, cg_phrase("%s.svg", figure->slug).text);
    if (!svg)
        return;
    fprintf(out, "<figure id=\"f-%s\"><figcaption>", figure->slug);
    cg_put_between("<b>", figure->title, "</b> ", cg_put_html, out);
    cg_put_html(figure->caption, out);
    for (int f = 0; f < CG_FORMS; f++) {
        const char *form = cg_form_name((enum cg_form)f);
        if (forms & 1u << f)
            fprintf(out, " <a class=\"form\" href=\"figures/%s.%s\">%s</a>", figure->slug, form, form);
    }
    fprintf(out, " <a href=\"figures/%s.gp\">script</a> <a href=\"figures/%s.dat\">data</a>", figure->slug,
            figure->slug);
    fputs("</figcaption>\n", out);
    cg_put_svg(svg, part->figure, &page->symbols, out);
    fputs("</figure>\n", out);
    fclose(svg);
}

/* Of "G1: equal channel width ..." the beginning: what the report says first is to stand high. */
static void put_contents(const struct cg_parts *parts, FILE *out)
{
    int n = 0;
    fputs("<nav aria-label=\"Contents\"><ul>\n", out);
    for (int i = 0; i < parts->n; i++)
        if (parts->items[i].kind == CG_PART_SECTION) {
            const char *text = parts->items[i].text;
            fprintf(out, "<li><a href=\"#s%d\">", ++n);
            cg_put_between("", cg_phrase("%.*s", (int)strcspn(text, ":"), text).text, "</a></li>\n",
                           cg_put_html, out);
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

static bool is_item(const struct cg_parts *parts, int index)
{
    return index >= 0 && index < parts->n && parts->items[index].kind == CG_PART_ITEM;
}

/* A table; in the first page, of one that is folded, its sentences and the way to it. */
static enum cg_status put_table(const struct cg_page *page, int index, bool details, FILE *out,
                                struct cg_error *err)
{
    const struct cg_part *part = &page->parts.items[index];
    const struct cg_table *table = part->table;
    const bool folded = part->folded && !details, alone = folded && table->n_sentences == 0;
    if (!alone)
        put_table_head(&page->parts, index, out);
    if (!details)
        cg_table_put_sentences(table, out);
    if (!folded)
        return cg_table_print_html(table, part->csv, out, err);
    fprintf(out, "<p class=\"note file\"><a href=\"details.html#t-%.*s\">", (int)strcspn(part->csv, "."),
            part->csv);
    cg_put_html(alone ? table->title : "The table", out);
    if (alone && table->setting)
        cg_put_between(" (", table->setting, ")", cg_put_html, out);
    fprintf(out, ": %d row%s</a></p>\n", table->n_rows, table->n_rows == 1 ? "" : "s");
    return CG_OK;
}

static void put_folded_figure(const struct cg_figure *figure, FILE *out)
{
    fprintf(out, "<p class=\"note file\"><a href=\"details.html#f-%s\">", figure->slug);
    cg_put_between("Figure: ", figure->title, "</a></p>\n", cg_put_html, out);
}

/* Whether it stands in a page: headings in the second one where something follows. */
static bool is_shown(const struct cg_page *page, int index, bool details, unsigned forms)
{
    const struct cg_part *part = &page->parts.items[index];
    if (part->kind == CG_PART_FIGURE && !forms)
        return false;
    if (!details || part->folded)
        return true;
    bool any = false;
    for (int i = index + 1; part->kind == CG_PART_SECTION && i < page->parts.n; i++) {
        if (page->parts.items[i].kind == CG_PART_SECTION)
            break;
        any = any || (page->parts.items[i].folded && is_shown(page, i, true, forms));
    }
    return any;
}

static enum cg_status put_html_part(struct cg_page *page, int index, bool details, unsigned forms, FILE *out,
                                    struct cg_error *err)
{
    const struct cg_parts *parts = &page->parts;
    const struct cg_part *part = &parts->items[index];
    int section = 1;
    switch (part->kind) {
    case CG_PART_SECTION:
        for (int i = 0; i < index; i++)
            section += parts->items[i].kind == CG_PART_SECTION;
        fprintf(out, "<h2 id=\"s%d\">", section);
        cg_put_between("", part->text, "</h2>\n", cg_put_html, out);
        break;
    case CG_PART_TEXT:
        cg_put_between("<p>", part->text, "</p>\n", cg_put_html, out);
        break;
    case CG_PART_ITEM:
        cg_put_between(is_item(parts, index - 1) ? "<li>" : "<ul>\n<li>", part->text,
                       is_item(parts, index + 1) ? "</li>\n" : "</li>\n</ul>\n", cg_put_html, out);
        break;
    case CG_PART_TABLE:
        return put_table(page, index, details, out, err);
    case CG_PART_FIGURE:
        if (part->folded && !details)
            put_folded_figure(&page->figures.items[part->figure], out);
        else
            put_figure(page, part, forms, out);
        break;
    }
    return CG_OK;
}

static enum cg_status put_markdown_part(const struct cg_page *page, int index, unsigned forms, FILE *out,
                                        struct cg_error *err)
{
    const struct cg_part *part = &page->parts.items[index];
    const struct cg_figure *figure = part->figure >= 0 ? &page->figures.items[part->figure] : NULL;
    switch (part->kind) {
    case CG_PART_SECTION:
        cg_put_between("## ", part->text, "\n\n", cg_put_markdown, out);
        break;
    case CG_PART_TEXT:
        cg_put_between("", part->text, "\n\n", cg_put_markdown, out);
        break;
    case CG_PART_ITEM:
        cg_put_between("- ", part->text, is_item(&page->parts, index + 1) ? "\n" : "\n\n", cg_put_markdown,
                       out);
        break;
    case CG_PART_TABLE:
        return cg_table_print(part->table, CG_FORMAT_MARKDOWN, 120, out, err);
    case CG_PART_FIGURE:
        if (!forms)
            break;
        cg_put_between("![", figure->title, "](figures/", cg_put_markdown, out);
        fprintf(out, "%s.svg)\n\n", figure->slug);
        cg_put_between("", figure->caption, "\n\n", cg_put_markdown, out);
        break;
    }
    return CG_OK;
}

static void put_head(const struct cg_page *page, bool details, FILE *out)
{
    const struct cg_sentence devices = cg_page_devices(page);
    const char *head = cg_page_head;
    for (const char *mark; (mark = strstr(head, DEVICES)) != NULL; head = mark + strlen(DEVICES)) {
        fwrite(head, 1, (size_t)(mark - head), out);
        cg_put_html(devices.text, out);
    }
    fputs(head, out);
    if (details)
        fputs("<p>Tables and figures that are folded in <a href=\"index.html\">the report</a>.</p>\n", out);
    else
        put_contents(&page->parts, out);
}

static enum cg_status put_page(struct cg_page *page, bool details, unsigned forms, struct cg_error *err)
{
    struct cg_new_file file;
    enum cg_status status =
        cg_folder_create(&page->folder, page->folder.fd, details ? "details" : "index", ".html", &file, err);
    if (status != CG_OK)
        return status;
    page->symbols = (struct cg_svg_symbols){.drawn = false};
    put_head(page, details, file.stream);
    fputs("<main>\n", file.stream);
    for (int i = 0; i < page->parts.n && status == CG_OK; i++)
        if (is_shown(page, i, details, forms))
            status = put_html_part(page, i, details, forms, file.stream, err);
    fputs("</main>\n</body>\n</html>\n", file.stream);
    return cg_folder_finish(&file, status, err);
}

enum cg_status cg_page_html(struct cg_page *page, unsigned forms, struct cg_error *err)
{
    const enum cg_status status = put_page(page, false, forms, err);
    return status == CG_OK ? put_page(page, true, forms, err) : status;
}

enum cg_status cg_page_markdown(const struct cg_page *page, unsigned forms, struct cg_error *err)
{
    struct cg_new_file file;
    enum cg_status status = cg_folder_create(&page->folder, page->folder.fd, "report", ".md", &file, err);
    if (status != CG_OK)
        return status;
    FILE *out = file.stream;
    cg_put_between("# ", cg_page_devices(page).text, ": what networks cost\n\n", cg_put_markdown, out);
    for (int i = 0; i < page->parts.n && status == CG_OK; i++)
        status = put_markdown_part(page, i, forms, out, err);
    return cg_folder_finish(&file, status, err);
}
