/* index.html: one file that says all without its script, light and dark, for print and phone; and report.md.
 */
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
    if (part->folded)
        cg_put_between("<details><summary>Figure: ", figure->title, "</summary>\n", cg_put_html, out);
    fprintf(out, "<figure id=\"f-%s\"><div class=\"pic\" tabindex=\"0\" role=\"group\" aria-label=\"",
            figure->slug);
    cg_put_between("", figure->title, "\">", cg_put_html, out);
    cg_put_svg(svg, part->figure, &page->symbols, out);
    cg_put_between("</div>\n<figcaption>", figure->title,
                   strlen(figure->title) > 0 && figure->title[strlen(figure->title) - 1] == '.' ? " " : ". ",
                   cg_put_html, out);
    cg_put_html(figure->caption, out);
    for (int f = 0; f < CG_FORMS; f++) {
        const char *form = cg_form_name((enum cg_form)f);
        if (forms & 1u << f)
            fprintf(out, " <a class=\"form\" href=\"figures/%s.%s\">%s</a>", figure->slug, form, form);
    }
    fprintf(out, " <a href=\"figures/%s.gp\">script</a> <a href=\"figures/%s.dat\">data</a>", figure->slug,
            figure->slug);
    fprintf(out, "</figcaption></figure>\n%s", part->folded ? "</details>\n" : "");
    fclose(svg);
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

static bool is_item(const struct cg_parts *parts, int index)
{
    return index >= 0 && index < parts->n && parts->items[index].kind == CG_PART_ITEM;
}

static enum cg_status put_html_part(struct cg_page *page, int index, unsigned forms, FILE *out,
                                    struct cg_error *err)
{
    const struct cg_parts *parts = &page->parts;
    const struct cg_part *part = &parts->items[index];
    enum cg_status status = CG_OK;
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
        put_table_head(parts, index, out);
        status = cg_table_print_html(part->table, part->csv, part->folded, out, err);
        break;
    case CG_PART_FIGURE:
        if (forms)
            put_figure(page, part, forms, out);
        break;
    }
    return status;
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

enum cg_status cg_page_html(struct cg_page *page, unsigned forms, struct cg_error *err)
{
    struct cg_new_file file;
    enum cg_status status = cg_folder_create(&page->folder, page->folder.fd, "index", ".html", &file, err);
    if (status != CG_OK)
        return status;
    FILE *out = file.stream;
    const struct cg_sentence devices = cg_page_devices(page);
    const char *head = cg_page_head;
    for (const char *mark; (mark = strstr(head, DEVICES)) != NULL; head = mark + strlen(DEVICES)) {
        fwrite(head, 1, (size_t)(mark - head), out);
        cg_put_html(devices.text, out);
    }
    fputs(head, out);
    put_contents(&page->parts, out);
    fputs("<main>\n", out);
    for (int i = 0; i < page->parts.n && status == CG_OK; i++)
        status = put_html_part(page, i, forms, out, err);
    fputs("</main>\n</body>\n</html>\n", out);
    return cg_folder_finish(&file, status, err);
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
