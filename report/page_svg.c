/* A figure inside the page: gnuplot's SVG without what the page says once (symbols, what is usual) and with
 * short figures. Of tags and attributes only those pass that its drawings need: a label must not act as
 * markup. */
#include "report/page_parts.h"
#include "report/svg_values.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DEEPEST 16 /* groups in groups */

struct svg {
    int number; /* of the figure: tells its patterns from those of others */
    bool in_text;
    bool open;            /* a group whose end is still to be written: the next one may say the same ... */
    struct cg_span group; /* ... as its tag */
    struct cg_svg_symbols *symbols, fresh; /* of the page, and what this figure adds to them */
    int depth;
    struct cg_span kept[DEEPEST]; /* tags of the groups that are written; NULL: it is not, empty: no other
                                  says the same */
    FILE *out;
};

/* ---- attributes ---- */

enum form { AS_IS, NUMBERS, PATH, COLOUR, ID, LINK };

static const struct attribute {
    const char *name;
    enum form form;
    const char *usual; /* of a group: need not be said */
} attributes[] = {{"d", PATH, ""},
                  {"transform", NUMBERS, ""},
                  {"points", NUMBERS, ""},
                  {"x", NUMBERS, ""},
                  {"y", NUMBERS, ""},
                  {"width", NUMBERS, ""},
                  {"height", NUMBERS, ""},
                  {"r", NUMBERS, ""},
                  {"cx", NUMBERS, ""},
                  {"cy", NUMBERS, ""},
                  {"font-size", NUMBERS, "13.20"},
                  {"stroke-dasharray", NUMBERS, ""},
                  {"stroke-width", NUMBERS, "1.00"},
                  {"fill", COLOUR, "none"},
                  {"stroke", COLOUR, "currentColor"},
                  {"color", COLOUR, "black"},
                  {"text-anchor", AS_IS, "start"},
                  {"fill-opacity", AS_IS, "1.00"},
                  {"font-weight", AS_IS, "normal"},
                  {"font-style", AS_IS, "normal"},
                  {"patternUnits", AS_IS, ""},
                  {"style", AS_IS, ""},
                  {"id", ID, ""},
                  {"xlink:href", LINK, ""}};

/* The next attribute of a tag: its name and value; false at the end. */
static bool next_attribute(struct cg_span *tag, struct cg_span *name, struct cg_span *value)
{
    const char *at = tag->at + strspn(tag->at, " \t\r\n");
    const char *equals = memchr(at, '=', (size_t)(tag->end > at ? tag->end - at : 0));
    const char *quote = equals ? equals + 1 + strspn(equals + 1, " \t\r\n") : NULL;
    const char *end = quote && (*quote == '"' || *quote == '\'') ? strchr(quote + 1, *quote) : NULL;
    if (!end || end >= tag->end)
        return false;
    *name = (struct cg_span){at, at + strcspn(at, " =\t\r\n")};
    *value = (struct cg_span){quote + 1, end};
    tag->at = end + 1;
    return true;
}

static const struct attribute *find_attribute(struct cg_span name)
{
    for (size_t i = 0; i < sizeof attributes / sizeof attributes[0]; i++)
        if (cg_span_is(name, attributes[i].name))
            return &attributes[i];
    return NULL;
}

enum kind { SHAPE, GROUP, TEXT };

static void put_attribute(const struct svg *svg, const struct attribute *attribute, struct cg_span value,
                          enum kind kind)
{
    FILE *out = svg->out;
    char text[CG_SPAN_BEGINNING];
    double x, y;
    int length = 0;
    if (kind == TEXT &&
        sscanf(cg_span_beginning(value, text), "translate(%lf,%lf)%n", &x, &y, &length) == 2 &&
        length == value.end - value.at) {
        fputs(" x=\"", out);
        cg_put_tenths(lround(10 * x), out);
        fputs("\" y=\"", out);
        cg_put_tenths(lround(10 * y), out);
        putc('"', out);
        return;
    }
    fprintf(out, " %s=\"", attribute->form == LINK ? "href" : attribute->name);
    if (attribute->form == ID)
        fprintf(out, "f%d-", svg->number);
    if (attribute->form == PATH && cg_is_of_lines(value))
        cg_put_path(value, out);
    else if (attribute->form == COLOUR)
        cg_put_colour(value, svg->number, out);
    else if (attribute->form == NUMBERS || attribute->form == PATH)
        cg_put_numbers(value, out);
    else
        fwrite(value.at, 1, (size_t)(value.end - value.at), out);
    putc('"', out);
}

/* Whether it needs to be said of a tag. */
static bool is_said(const struct attribute *attribute, struct cg_span value, enum kind kind)
{
    if (!attribute || (attribute->form == ID && strncmp(value.at, "gpPat", 5) != 0) ||
        (attribute->form == LINK && *value.at != '#'))
        return false;
    if (kind == TEXT && (cg_span_is(value, "none") || cg_span_is(value, "black")))
        return false;
    return kind == SHAPE || !cg_span_is(value, attribute->usual);
}

/* Writes the attributes that say something, if `put`; how many these are. */
static int say_attributes(const struct svg *svg, struct cg_span tag, enum kind kind, bool put)
{
    struct cg_span name, value;
    int n = 0;
    while (next_attribute(&tag, &name, &value)) {
        const struct attribute *attribute = find_attribute(name);
        if (!is_said(attribute, value, kind))
            continue;
        n++;
        if (put)
            put_attribute(svg, attribute, value, kind);
    }
    return n;
}

/* ---- tags ---- */

/* Whether what follows is a line of a legend: a title that is written as a text as well. */
static bool is_key(const char *at)
{
    if (strncmp(at, "<title>", 7) != 0)
        return false;
    const char *name = at + 7, *text = strstr(name, "<text>");
    const size_t length = strcspn(name, "<");
    return text && text - name < 1000 && strncmp(text + 6, name, length) == 0 && text[6 + length] == '<';
}

/* Ends the group that is still open. */
static void close_open(struct svg *svg)
{
    fputs(svg->open ? "</g>" : "", svg->out);
    svg->open = false;
}

static void begin_group(struct svg *svg, struct cg_span tag, bool key)
{
    const size_t length = (size_t)(tag.end - tag.at);
    const bool again = svg->open && !key && (size_t)(svg->group.end - svg->group.at) == length &&
                       memcmp(svg->group.at, tag.at, length) == 0;
    if (again) {
        svg->open = false;
        return;
    }
    close_open(svg);
    fprintf(svg->out, "<g%s", key ? " class=\"k\"" : "");
    say_attributes(svg, tag, GROUP, true);
    putc('>', svg->out);
}

static void begin_text(struct svg *svg, struct cg_span tag)
{
    close_open(svg);
    fputs("<text", svg->out);
    say_attributes(svg, tag, TEXT, true);
    putc('>', svg->out);
    svg->in_text = true;
}

/* A group is left out where it says nothing, or holds nothing; that of a text becomes the text. Returns where
 * to go on. */
static const char *put_group(struct svg *svg, struct cg_span tag)
{
    const char *inside = tag.end + 1, *next = inside + strspn(inside, " \t\r\n");
    if (strncmp(next, "</g>", 4) == 0)
        return next + 4;
    const bool text = strncmp(next, "<text>", 6) == 0, key = is_key(inside);
    const bool kept = svg->depth < DEEPEST && !text && (key || say_attributes(svg, tag, GROUP, false) > 0);
    if (svg->depth < DEEPEST)
        svg->kept[svg->depth] = (struct cg_span){kept ? tag.at : NULL, kept && key ? tag.at : tag.end};
    svg->depth++;
    if (kept)
        begin_group(svg, tag, key);
    if (text)
        begin_text(svg, tag);
    return text ? next + 6 : inside;
}

static void end_group(struct svg *svg)
{
    if (svg->depth == 0 || --svg->depth >= DEEPEST || !svg->kept[svg->depth].at)
        return;
    close_open(svg);
    svg->open = true;
    svg->group = svg->kept[svg->depth];
}

/* A path that only moves: of gnuplot's tics without length. */
static bool draws_nothing(struct cg_span tag)
{
    struct cg_span name, value;
    while (next_attribute(&tag, &name, &value))
        if (cg_span_is(name, "d"))
            return cg_is_of_lines(value) && !memchr(value.at, 'L', (size_t)(value.end - value.at));
    return false;
}

/* ---- symbols: of each size that is used there is one in the page ---- */

/* Writes a symbol at a place; false where it is none of a size that can be told. */
static bool put_symbol(struct svg *svg, struct cg_span tag)
{
    struct cg_span name, value, colour = {NULL, NULL};
    unsigned n = CG_SVG_SYMBOLS;
    char text[CG_SPAN_BEGINNING];
    double x = NAN, y = NAN, size = NAN;
    while (next_attribute(&tag, &name, &value))
        if (cg_span_is(name, "color"))
            colour = value;
        else if ((!cg_span_is(name, "xlink:href") ||
                  sscanf(cg_span_beginning(value, text), "#gpPt%u", &n) != 1) &&
                 (!cg_span_is(name, "transform") ||
                  sscanf(cg_span_beginning(value, text), "translate(%lf,%lf) scale(%lf)", &x, &y, &size) !=
                      3))
            return false;
    if (!colour.at || n >= CG_SVG_SYMBOLS || !(size > 0 && size < 6.35))
        return false;
    const uint64_t tenths = (uint64_t)lround(10 * size), bit = (uint64_t)1 << tenths;
    svg->fresh.sizes[n] |= bit & ~svg->symbols->sizes[n];
    close_open(svg);
    fprintf(svg->out, "<use href=\"#p%u-%d\" x=\"", n, (int)tenths);
    cg_put_tenths(lround(10 * x), svg->out);
    fputs("\" y=\"", svg->out);
    cg_put_tenths(lround(10 * y), svg->out);
    fputs("\" color=\"", svg->out);
    cg_put_colour(colour, svg->number, svg->out);
    fputs("\"/>", svg->out);
    return true;
}

static void put_fresh_symbols(struct svg *svg)
{
    fputs("<defs>", svg->out);
    for (int n = 0; n < CG_SVG_SYMBOLS; n++) {
        for (int size = 0; size < 64; size++)
            if (svg->fresh.sizes[n] >> size & 1)
                fprintf(svg->out, "<use id=\"p%d-%d\" href=\"#gpPt%d\" transform=\"scale(%.1f)\"/>", n, size,
                        n, size / 10.0);
        svg->symbols->sizes[n] |= svg->fresh.sizes[n];
    }
    fputs("</defs>", svg->out);
}

/* Writes a tag if it is one of a drawing; returns where to go on. */
static const char *put_tag(struct svg *svg, struct cg_span tag)
{
    static const char *const drawn[] = {"text",    "tspan",    "path", "use",    "circle",
                                        "polygon", "polyline", "rect", "pattern"};
    const bool ends = *tag.at == '/';
    const char *at = tag.at + ends;
    const struct cg_span name = {at, at + strcspn(at, " />\t\r\n")}, rest = {name.end, tag.end};
    if (cg_span_is(name, "g") && !ends)
        return put_group(svg, rest);
    if (cg_span_is(name, "g"))
        end_group(svg);
    if (cg_span_is(name, "use") && put_symbol(svg, rest))
        return tag.end + 1;
    for (size_t i = 0; i < sizeof drawn / sizeof drawn[0]; i++)
        if (cg_span_is(name, drawn[i]) && !(cg_span_is(name, "path") && draws_nothing(rest))) {
            close_open(svg);
            fprintf(svg->out, "<%s%s", ends ? "/" : "", drawn[i]);
            say_attributes(svg, rest, SHAPE, true);
            fputs(tag.end[-1] == '/' ? "/>" : ">", svg->out);
            svg->in_text = cg_span_is(name, "text") ? !ends : svg->in_text;
        }
    return tag.end + 1;
}

static void put_drawing(struct svg *svg, const char *at)
{
    for (const char *tag; (tag = strchr(at, '<')) != NULL;) {
        const char *end = strchr(tag, '>');
        if (svg->in_text)
            fwrite(at, 1, (size_t)(tag - at), svg->out);
        if (!end)
            return;
        at = put_tag(svg, (struct cg_span){tag + 1, end});
    }
}

#define LEGIBLE 10.2 /* pixels of the smallest text on a phone */

static double smallest_font(const char *svg)
{
    static const char mark[] = "font-size=\"";
    double smallest = 20;
    for (const char *at = svg; (at = strstr(at, mark)) != NULL; at += sizeof mark)
        smallest = fmin(smallest, fmax(strtod(at + sizeof mark - 1, NULL), 5));
    return smallest;
}

bool cg_put_svg(FILE *file, int number, struct cg_svg_symbols *symbols_of_page, FILE *out)
{
    struct svg svg = {.number = number, .symbols = symbols_of_page, .out = out};
    char *text = NULL;
    size_t size = 0;
    int width, height;
    const bool is_read = getdelim(&text, &size, '\0', file) > 0;
    const char *head = is_read ? strstr(text, "<svg") : NULL, *symbols = head ? strstr(head, "<defs>") : NULL;
    const char *drawing = symbols ? strstr(symbols, "</defs>") : NULL;
    const bool usable = drawing && sscanf(head, "<svg width=\"%d\" height=\"%d\"", &width, &height) == 2;
    if (usable) {
        fprintf(out, "<svg viewBox=\"0 0 %d %d\" style=\"--w:%d;--p:%d\">", width, height, width,
                (int)ceil(width * LEGIBLE / smallest_font(drawing)));
        if (!symbols_of_page->drawn)
            fwrite(symbols, 1, (size_t)(drawing - symbols) + 7, out);
        symbols_of_page->drawn = true;
        put_drawing(&svg, drawing + 7); /* the white ground stands before the symbols */
        close_open(&svg);
        put_fresh_symbols(&svg);
        fputs("</svg>", out);
    }
    free(text);
    return usable;
}
