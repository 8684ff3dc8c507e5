/* A figure inside the page: gnuplot's SVG in pieces, each as wide as a phone, without what the page says once
 * (symbols, what is usual) and with short figures; its legend becomes a list. Of tags and attributes only
 * those pass that its drawings need: a label must not act as markup. */
#include "report/page_parts.h"
#include "report/svg_values.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DEEPEST 16 /* groups in groups */

/* What a figure's script says of its pieces, behind the drawing (draw_end.gp): x, y, width and height of
 * each. */
#define PIECES "<!-- pieces: "

struct svg {
    int number; /* of the figure: tells its patterns from those of others */
    bool in_text, in_pattern;
    bool patterns;                         /* are to be written: by the first piece */
    struct cg_box shown;                   /* only what begins in it is written */
    struct cg_span definitions;            /* of symbols, still to be written; NULL: they are */
    struct cg_svg_symbols *symbols, fresh; /* of the page, and what this figure adds to them */
    int depth, n_open;
    struct cg_span kept[DEEPEST];   /* tags of the groups around; NULL: it says nothing */
    struct cg_span opened[DEEPEST]; /* of those that are written and not ended */
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
    static const struct cg_box everywhere = {-1e9, -1e9, 2e9, 2e9};
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
        cg_put_path(value, svg->in_pattern ? &everywhere : &svg->shown, out);
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

/* Where the first point of what is drawn lies; false for what has no place. */
static bool read_place(struct cg_span tag, double *x, double *y)
{
    struct cg_span name, value;
    bool found = false;
    *x = *y = 0;
    while (next_attribute(&tag, &name, &value)) {
        char text[CG_SPAN_BEGINNING], *end;
        cg_span_beginning(value, text);
        const double first = strtod(text + strcspn(text, "-0123456789."), &end);
        const bool of_both =
            cg_span_is(name, "d") || cg_span_is(name, "points") || cg_span_is(name, "transform");
        const bool of_x = of_both || cg_span_is(name, "x") || cg_span_is(name, "cx");
        const bool of_y = cg_span_is(name, "y") || cg_span_is(name, "cy");
        found = found || of_x || of_y;
        *x = of_x ? first : *x;
        *y = of_both ? strtod(end + strspn(end, ", "), NULL) : of_y ? first : *y;
    }
    return found;
}

/* Whether what is drawn, or a part of a path, begins in the piece that is written. */
static bool is_shown(const struct svg *svg, struct cg_span tag)
{
    char text[CG_SPAN_BEGINNING];
    double x, y;
    if (read_place(tag, &x, &y) && cg_box_has(&svg->shown, x, y))
        return true;
    for (const char *at = tag.at; (at = memchr(at, 'M', (size_t)(tag.end - at))) != NULL; at++)
        if (sscanf(cg_span_beginning((struct cg_span){at, tag.end}, text), "M%lf,%lf", &x, &y) == 2 &&
            cg_box_has(&svg->shown, x, y))
            return true;
    return false;
}

/* Ends groups, but for the first n. */
static void close_groups(struct svg *svg, int n)
{
    for (; svg->n_open > n; svg->n_open--)
        fputs("</g>", svg->out);
}

/* Around what is drawn next are the groups that it stands in; those that say the same go on. */
static void open_groups(struct svg *svg)
{
    struct cg_span around[DEEPEST];
    int n = 0, same = 0;
    for (int i = 0; i < svg->depth && i < DEEPEST; i++)
        if (svg->kept[i].at)
            around[n++] = svg->kept[i];
    while (same < svg->n_open && same < n && cg_span_equals(around[same], svg->opened[same]))
        same++;
    close_groups(svg, same);
    for (; svg->n_open < n; svg->n_open++) {
        svg->opened[svg->n_open] = around[svg->n_open];
        fputs("<g", svg->out);
        say_attributes(svg, around[svg->n_open], GROUP, true);
        putc('>', svg->out);
    }
}

/* A group is written when something is drawn in it, and only if it says something; that of a text becomes the
 * text. Returns where to go on. */
static const char *put_group(struct svg *svg, struct cg_span tag)
{
    const char *inside = tag.end + 1, *next = inside + strspn(inside, " \t\r\n");
    const bool text = strncmp(next, "<text>", 6) == 0;
    const bool kept = !text && say_attributes(svg, tag, GROUP, false) > 0;
    if (svg->depth < DEEPEST)
        svg->kept[svg->depth] = (struct cg_span){kept ? tag.at : NULL, tag.end};
    svg->depth++;
    if (!text)
        return inside;
    svg->in_text = is_shown(svg, tag);
    if (svg->in_text) {
        open_groups(svg);
        fputs("<text", svg->out);
        say_attributes(svg, tag, TEXT, true);
        putc('>', svg->out);
    }
    return next + 6;
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
    open_groups(svg);
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
    int n_fresh = 0;
    for (int n = 0; n < CG_SVG_SYMBOLS; n++) {
        for (int size = 0; size < 64; size++)
            if (svg->fresh.sizes[n] >> size & 1)
                fprintf(svg->out, "%s<use id=\"p%d-%d\" href=\"#gpPt%d\" transform=\"scale(%.1f)\"/>",
                        n_fresh++ ? "" : "<defs>", n, size, n, size / 10.0);
        svg->symbols->sizes[n] |= svg->fresh.sizes[n];
    }
    fputs(n_fresh ? "</defs>" : "", svg->out);
    svg->fresh = (struct cg_svg_symbols){.drawn = false};
}

/* A tag that draws, or its end. */
static void put_shape(struct svg *svg, struct cg_span name, bool ends, struct cg_span rest)
{
    const bool text = cg_span_is(name, "text") || cg_span_is(name, "tspan");
    const bool pattern = cg_span_is(name, "pattern") || svg->in_pattern;
    const bool path = cg_span_is(name, "path");
    if (cg_span_is(name, "pattern"))
        svg->in_pattern = !ends && rest.end[-1] != '/';
    if (text      ? !svg->in_text
        : pattern ? !svg->patterns
                  : ends || !is_shown(svg, rest) || (path && draws_nothing(rest)))
        return;
    if (!text)
        open_groups(svg);
    fprintf(svg->out, "<%s%.*s", ends ? "/" : "", (int)(name.end - name.at), name.at);
    say_attributes(svg, rest, SHAPE, true);
    fputs(rest.end[-1] == '/' ? "/>" : ">", svg->out);
    svg->in_text = svg->in_text && !(ends && cg_span_is(name, "text"));
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
    svg->depth -= cg_span_is(name, "g") && svg->depth > 0;
    if (cg_span_is(name, "use") && is_shown(svg, rest) && put_symbol(svg, rest))
        return tag.end + 1;
    for (size_t i = 0; i < sizeof drawn / sizeof drawn[0]; i++)
        if (cg_span_is(name, drawn[i]))
            put_shape(svg, name, ends, rest);
    return tag.end + 1;
}

/* Writes what lies in a box, as a picture of its own. */
static void put_picture(struct svg *svg, struct cg_box box, struct cg_span drawing)
{
    svg->shown = box;
    svg->depth = 0;
    fprintf(svg->out, "<svg viewBox=\"%g %g %g %g\">", box.x, box.y, box.width, box.height);
    if (svg->definitions.at)
        fwrite(svg->definitions.at, 1, (size_t)(svg->definitions.end - svg->definitions.at), svg->out);
    svg->definitions.at = NULL;
    for (const char *at = drawing.at, *tag; (tag = strchr(at, '<')) != NULL && tag < drawing.end;) {
        const char *end = strchr(tag, '>');
        if (svg->in_text)
            fwrite(at, 1, (size_t)(tag - at), svg->out);
        if (!end)
            break;
        at = put_tag(svg, (struct cg_span){tag + 1, end});
    }
    close_groups(svg, 0);
    put_fresh_symbols(svg);
    fputs("</svg>", svg->out);
}

/* ---- pieces and legend ---- */

/* The next of "0 40 400 300; ..."; false at the end. */
static bool next_piece(const char **at, struct cg_box *box)
{
    int length = 0;
    if (sscanf(*at, " %lf %lf %lf %lf;%n", &box->x, &box->y, &box->width, &box->height, &length) != 4)
        return false;
    *at += length;
    return length > 0;
}

/* Whether a line of a legend that stands in no piece begins here: a title that is written as a text as well.
 * Its sample stands on the text's left, or on its right where that ends there. */
static bool read_key(const char *title, const char *pieces, struct cg_span *name, struct cg_box *sample)
{
    const char *at = title + strlen("<title>"), *text = strstr(at, "<text>"),
               *tag = strstr(at, "<g transform");
    double x, y;
    *name = (struct cg_span){at, at + strcspn(at, "<")};
    const size_t length = (size_t)(name->end - at);
    if (!text || !tag || tag > text || text - at > 1000 || strncmp(text + 6, at, length) != 0 ||
        text[6 + length] != '<' || !read_place((struct cg_span){tag + 2, text}, &x, &y))
        return false;
    for (struct cg_box piece; next_piece(&pieces, &piece);)
        if (cg_box_has(&piece, x, y))
            return false;
    const char *ends = strstr(tag, "\"end\"");
    *sample = (struct cg_box){ends && ends < text ? x + 4 : x - 44, y - 11, 40, 14};
    return true;
}

/* The lines of the legend as a list. */
static void put_legend(struct svg *svg, struct cg_span drawing, const char *pieces)
{
    int n = 0;
    struct cg_span name;
    struct cg_box sample;
    for (const char *at = drawing.at; (at = strstr(at, "<title>")) != NULL && at < drawing.end; at++) {
        if (!read_key(at, pieces, &name, &sample))
            continue;
        const char *next = strstr(at, "<g id=");
        fputs(n++ ? "<li>" : "<ul class=\"key\"><li>", svg->out);
        put_picture(svg, sample, (struct cg_span){at, next && next < drawing.end ? next : drawing.end});
        fprintf(svg->out, "%.*s</li>", (int)(name.end - name.at), name.at);
    }
    fputs(n ? "</ul>" : "", svg->out);
}

static void put_pieces(struct svg *svg, struct cg_span drawing, const char *pieces)
{
    double widest = 0;
    struct cg_box piece;
    for (const char *at = pieces; next_piece(&at, &piece);)
        widest = fmax(widest, piece.width);
    fprintf(svg->out, "<div class=\"pic\" style=\"--w:%g\">", widest);
    svg->patterns = true;
    for (const char *at = pieces; next_piece(&at, &piece); svg->patterns = false)
        put_picture(svg, piece, drawing);
    fputs("</div>", svg->out);
}

bool cg_put_svg(FILE *file, int number, struct cg_svg_symbols *symbols_of_page, FILE *out)
{
    struct svg svg = {.number = number, .symbols = symbols_of_page, .out = out};
    char *text = NULL, whole[64];
    size_t size = 0;
    int width, height;
    const bool is_read = getdelim(&text, &size, '\0', file) > 0;
    const char *head = is_read ? strstr(text, "<svg") : NULL, *symbols = head ? strstr(head, "<defs>") : NULL;
    const char *from = symbols ? strstr(symbols, "</defs>") : NULL,
               *end = from ? strstr(from, "</svg>") : NULL;
    const bool usable = end && sscanf(head, "<svg width=\"%d\" height=\"%d\"", &width, &height) == 2;
    if (usable) {
        const struct cg_span drawing = {from + 7, end}; /* the white ground stands before the symbols */
        const char *pieces = strstr(end, PIECES);
        snprintf(whole, sizeof whole, "0 0 %d %d;", width, height);
        pieces = pieces ? pieces + strlen(PIECES) : whole;
        if (!symbols_of_page->drawn)
            svg.definitions = (struct cg_span){symbols, drawing.at};
        symbols_of_page->drawn = true;
        put_legend(&svg, drawing, pieces);
        put_pieces(&svg, drawing, pieces);
    }
    free(text);
    return usable;
}
