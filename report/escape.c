#include "report/escape.h"

#include "base/text.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static int code_width(uint32_t code)
{
    if ((code >= 0x300 && code <= 0x36f) || (code >= 0x20d0 && code <= 0x20ff) ||
        (code >= 0xfe00 && code <= 0xfe0f))
        return 0;
    const bool wide = (code >= 0x1100 && code <= 0x115f) || (code >= 0x2e80 && code <= 0xa4cf) ||
                      (code >= 0xac00 && code <= 0xd7a3) || (code >= 0xf900 && code <= 0xfaff) ||
                      (code >= 0xfe30 && code <= 0xfe6f) || (code >= 0xff00 && code <= 0xff60) ||
                      (code >= 0xffe0 && code <= 0xffe6) || (code >= 0x1f300 && code <= 0x1f64f) ||
                      (code >= 0x1f900 && code <= 0x1f9ff) || (code >= 0x20000 && code <= 0x3fffd);
    return wide ? 2 : 1;
}

int cg_text_width(const char *text)
{
    int width = 0;
    while (*text) {
        const uint32_t code = cg_next_code(&text);
        width += cg_is_control(code) ? 1 : code_width(code);
    }
    return width;
}

/* What stands for a character of ASCII; NULL: itself. */
typedef const char *escapes[0x80];

/* Writes one code point of `length` bytes, escaped. */
static void put_code(uint32_t code, const char *bytes, size_t length, const escapes escaped, FILE *out)
{
    const char *text = code < 0x80 ? escaped[code] : NULL;
    if (text)
        fputs(text, out);
    else if (code == 0xfffd)
        fputs("\xef\xbf\xbd", out);
    else
        fwrite(bytes, 1, length, out);
}

/* Writes a text escaped; control characters become `control`. */
static void put(const char *text, char control, const escapes escaped, FILE *out)
{
    while (*text) {
        const char *start = text;
        const uint32_t code = cg_next_code(&text);
        if (cg_is_control(code))
            putc(control, out);
        else
            put_code(code, start, (size_t)(text - start), escaped, out);
    }
}

void cg_put_plain(const char *text, FILE *out)
{
    static const escapes none;
    put(text, '?', none, out);
}

void cg_put_markdown(const char *text, FILE *out)
{
    static const escapes markdown = {
        ['<'] = "&lt;", ['>'] = "&gt;", ['&'] = "&amp;", ['|'] = "\\|", ['\\'] = "\\\\", ['`'] = "\\`",
        ['*'] = "\\*",  ['_'] = "\\_",  ['['] = "\\[",   [']'] = "\\]", ['~'] = "\\~",   ['$'] = "\\$"};
    put(text, ' ', markdown, out);
}

void cg_put_html(const char *text, FILE *out)
{
    static const escapes html = {
        ['<'] = "&lt;", ['>'] = "&gt;", ['&'] = "&amp;", ['"'] = "&quot;", ['\''] = "&#39;"};
    put(text, ' ', html, out);
}

void cg_put_csv(const char *text, FILE *out)
{
    static const escapes csv = {['"'] = "\"\""};
    char *end;
    strtod(text, &end);
    const bool formula = text[0] && strchr("=+-@", text[0]) && *end && text[1];
    const bool quote = formula || strpbrk(text, "\",;\r\n\t") != NULL;
    fputs(formula ? "\"'" : quote ? "\"" : "", out);
    put(text, ' ', csv, out);
    fputs(quote ? "\"" : "", out);
}

void cg_put_gnuplot(const char *text, FILE *out)
{
    static const escapes gnuplot = {['\''] = "''", ['`'] = "."};
    putc('\'', out);
    put(text, ' ', gnuplot, out);
    putc('\'', out);
}

void cg_put_gnuplot_data(const char *text, FILE *out)
{
    static const escapes data = {['"'] = "\\042", ['\\'] = "\\134", ['`'] = "."};
    putc('"', out);
    put(text, ' ', data, out);
    putc('"', out);
}

void cg_put_between(const char *before, const char *text, const char *after,
                    void (*put_text)(const char *text, FILE *out), FILE *out)
{
    fputs(before, out);
    put_text(text, out);
    fputs(after, out);
}

#define SLUG_LENGTH 159

struct cg_phrase cg_slug(const char *text)
{
    struct cg_phrase slug;
    size_t used = 0;
    for (; *text && used < SLUG_LENGTH; text++) {
        const unsigned char c = (unsigned char)*text;
        if (c < 0x80 && isalnum(c))
            slug.text[used++] = (char)tolower(c);
        else if (used > 0 && slug.text[used - 1] != '-')
            slug.text[used++] = '-';
    }
    while (used > 0 && slug.text[used - 1] == '-')
        used--;
    if (used == 0)
        slug.text[used++] = 'x';
    slug.text[used] = '\0';
    return slug;
}
