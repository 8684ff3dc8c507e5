/* index.html: one file, no script, light and dark, for print and phone. */
#include "report/escape.h"
#include "report/page_parts.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char style[] =
    ":root{color-scheme:light "
    "dark;--bg:#fff;--fg:#1b1b1f;--soft:#50505a;--line:#c9c9d2;--band:#f1f1f5;--link:#0b5394}\n"
    "@media(prefers-color-scheme:dark){:root{--bg:#16161a;--fg:#ececf1;--soft:#b4b4c0;--line:#44444f;--band:#"
    "222228;"
    "--link:#8ec5ff}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0 auto;max-width:86rem;padding:1rem;background:var(--bg);color:var(--fg);"
    "font:16px/1.5 system-ui,'DejaVu Sans',sans-serif;overflow-wrap:anywhere}\n"
    "a{color:var(--link)}h1{font-size:1.7rem;line-height:1.2}h2{margin-top:2.5rem;border-bottom:1px solid "
    "var(--line);"
    "font-size:1.35rem}\n"
    "nav ul{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;padding:0;list-style:none}\n"
    ".scroll{overflow-x:auto;margin:.6rem 0}table{border-collapse:collapse;font-size:.86rem;"
    "font-variant-numeric:tabular-nums}\n"
    "caption{text-align:left;color:var(--soft);padding:.2rem 0;overflow-wrap:normal}\n"
    "th,td{padding:.18rem .6rem;text-align:left;white-space:nowrap;border-bottom:1px solid var(--line);"
    "vertical-align:bottom}\n"
    "td.n,th.n{text-align:right}thead th{border-bottom:2px solid var(--soft)}"
    "tr.section th{background:var(--band);white-space:normal}\n"
    ".verdict{font-weight:600}.note,figcaption{color:var(--soft);font-size:.88rem;margin:.3rem 0}\n"
    "h3 "
    "small{font-weight:400;color:var(--soft)}p,li,figcaption{max-width:60rem}.form{text-transform:uppercase}."
    "pic{overflow-x:auto}"
    "@media(max-width:44rem){.pic img{max-width:none;width:44rem}}\n"
    "figure{margin:1rem 0}figure img{max-width:100%;height:auto;background:#fff;border:1px solid "
    "var(--line)}\n"
    "@page{size:A4 landscape;margin:12mm}\n"
    "@media print{:root{--bg:#fff;--fg:#000;--soft:#333;--line:#999;--band:#eee;--link:#000}"
    "body{max-width:none;padding:0;font-size:10pt}nav,.file{display:none}table{font-size:7pt}"
    "th,td{padding:.1rem .35rem}.scroll,.pic{overflow:visible}.pic img{width:auto;max-width:100%;"
    "max-height:165mm}"
    "h2,h3,figure,tr{break-inside:avoid}h2,h3{break-after:avoid}}\n";

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
    char name[128];
    size_t size = 0;
    snprintf(name, sizeof name, "%s.svg", figure->slug);
    unsigned char *svg = read_picture(folder, name, &size);
    if (!svg)
        return;
    fprintf(out,
            "<figure id=\"f-%s\"><div class=\"pic\" tabindex=\"0\"><img width=\"%d\" height=\"%d\" alt=\"",
            figure->slug, figure->width, figure->height);
    cg_put_html(figure->title, out);
    fputs("\" src=\"data:image/svg+xml;base64,", out);
    put_base64(svg, size, out);
    fputs("\"></div>\n<figcaption>", out);
    cg_put_html(figure->title, out);
    fputs(". ", out);
    cg_put_html(figure->caption, out);
    for (int f = 0; f < CG_FORMS; f++)
        if (forms & 1u << f)
            fprintf(out, " <a class=\"form\" href=\"figures/%s.%s\">%s</a>", figure->slug, cg_form_names[f],
                    cg_form_names[f]);
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
            cg_put_html(parts->items[i].text, out);
            fputs("</a></li>\n", out);
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
            section = parts->items[i].text ? parts->items[i].text : "";
    const bool repeats = section && strcmp(section, table->title) == 0;
    if (repeats && (!table->setting || parts->items[index - 1].kind == CG_PART_SECTION))
        return; /* the verdict comes first */
    fputs("<h3>", out);
    cg_put_html(repeats ? table->setting : table->title, out);
    if (!repeats && table->setting) {
        fputs(" <small>", out);
        cg_put_html(table->setting, out);
        fputs("</small>", out);
    }
    fputs("</h3>\n", out);
}

enum cg_status cg_page_html(const struct cg_parts *parts, const struct cg_figures *figures,
                            const struct cg_folder *folder, unsigned forms, struct cg_error *err)
{
    FILE *out = cg_folder_create(folder->fd, "index", ".html", err);
    if (!out)
        return CG_IO;
    int sections = 0;
    bool in_list = false;
    enum cg_status status = CG_OK;
    fprintf(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src "
        "'unsafe-inline'\">\n<link rel=\"icon\" href=\"data:,\">\n"
        "<title>convgauge report</title>\n<style>\n%s</style>\n</head>\n<body>\n<h1>What the networks cost "
        "here</h1>\n",
        style);
    put_contents(parts, out);
    fputs("<main>\n", out);
    for (int i = 0; i < parts->n && status == CG_OK; i++) {
        const struct cg_part *part = &parts->items[i];
        if (in_list && part->kind != CG_PART_ITEM)
            fputs("</ul>\n", out);
        if (!in_list && part->kind == CG_PART_ITEM)
            fputs("<ul>\n", out);
        in_list = part->kind == CG_PART_ITEM;
        switch (part->kind) {
        case CG_PART_SECTION:
            fprintf(out, "<h2 id=\"s%d\">", ++sections);
            cg_put_html(part->text, out);
            fputs("</h2>\n", out);
            break;
        case CG_PART_TEXT:
            fputs("<p>", out);
            cg_put_html(part->text, out);
            fputs("</p>\n", out);
            break;
        case CG_PART_ITEM:
            fputs("<li>", out);
            cg_put_html(part->text, out);
            fputs("</li>\n", out);
            break;
        case CG_PART_TABLE:
            put_table_head(parts, i, out);
            status = cg_table_print_html(part->table, out, err);
            if (part->csv[0])
                fprintf(out, "<p class=\"note file\"><a href=\"tables/%s\">CSV</a></p>\n", part->csv);
            break;
        case CG_PART_FIGURE:
            if (forms)
                put_figure(&figures->items[part->figure], folder, forms, out);
            break;
        }
    }
    if (in_list)
        fputs("</ul>\n", out);
    fputs("</main>\n</body>\n</html>\n", out);
    const enum cg_status finished = cg_folder_finish(out, "index.html", err);
    return status != CG_OK ? status : finished;
}

enum cg_status cg_page_markdown(const struct cg_parts *parts, const struct cg_figures *figures,
                                const struct cg_folder *folder, unsigned forms, struct cg_error *err)
{
    FILE *out = cg_folder_create(folder->fd, "report", ".md", err);
    if (!out)
        return CG_IO;
    enum cg_status status = CG_OK;
    fputs("# What the networks cost here\n\n", out);
    for (int i = 0; i < parts->n && status == CG_OK; i++) {
        const struct cg_part *part = &parts->items[i];
        switch (part->kind) {
        case CG_PART_SECTION:
            fputs("## ", out);
            cg_put_markdown(part->text, out);
            fputs("\n\n", out);
            break;
        case CG_PART_TEXT:
            cg_put_markdown(part->text, out);
            fputs("\n\n", out);
            break;
        case CG_PART_ITEM:
            fputs("- ", out);
            cg_put_markdown(part->text, out);
            fputs(i + 1 < parts->n && parts->items[i + 1].kind == CG_PART_ITEM ? "\n" : "\n\n", out);
            break;
        case CG_PART_TABLE:
            status = cg_table_print(part->table, CG_FORMAT_MARKDOWN, 120, out, err);
            break;
        case CG_PART_FIGURE:
            if (forms) {
                const struct cg_figure *figure = &figures->items[part->figure];
                fputs("![", out);
                cg_put_markdown(figure->title, out);
                fprintf(out, "](figures/%s.svg)\n\n", figure->slug);
                cg_put_markdown(figure->caption, out);
                fputs("\n\n", out);
            }
            break;
        }
    }
    const enum cg_status finished = cg_folder_finish(out, "report.md", err);
    return status != CG_OK ? status : finished;
}
