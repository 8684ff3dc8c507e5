#include "report/escape.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The next code point of a UTF-8 text; a byte that is none stands for U+FFFD. Advances *text. */
static uint32_t next_code(const char **text)
{
    const unsigned char *s = (const unsigned char *)*text;
    const int length = s[0] < 0x80                   ? 1
                       : s[0] >= 0xf0 && s[0] < 0xf8 ? 4
                       : s[0] >= 0xe0                ? 3
                       : s[0] >= 0xc2                ? 2
                                                     : 0;
    uint32_t code = length == 1 ? s[0] : s[0] & (0x7fu >> length);
    bool good = length > 0 && s[0] < 0xf8;
    for (int i = 1; good && i < length; i++) {
        good = (s[i] & 0xc0) == 0x80;
        code = code << 6 | (s[i] & 0x3f);
    }
    *text += good ? length : 1;
    return good ? code : 0xfffd;
}

static bool is_control(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0x200b && code <= 0x200f) ||
           (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) || code == 0xfeff;
}

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
        const uint32_t code = next_code(&text);
        width += is_control(code) ? 1 : code_width(code);
    }
    return width;
}

/* Writes a text code point by code point: escape() may write one itself (and return true); control characters
 * become `control`. */
static void put(const char *text, FILE *out, char control, bool (*escape)(uint32_t code, FILE *out))
{
    while (*text) {
        const char *start = text;
        const uint32_t code = next_code(&text);
        if (is_control(code))
            putc(control, out);
        else if (code == 0xfffd)
            fputs("\xef\xbf\xbd", out);
        else if (!escape || !escape(code, out))
            fwrite(start, 1, (size_t)(text - start), out);
    }
}

void cg_put_plain(const char *text, FILE *out)
{
    put(text, out, '?', NULL);
}

static bool escape_markdown(uint32_t code, FILE *out)
{
    if (code == '<' || code == '>' || code == '&') {
        fputs(code == '<' ? "&lt;" : code == '>' ? "&gt;" : "&amp;", out);
        return true;
    }
    if (code < 0x80 && code && strchr("|\\`*_[]~$", (int)code)) {
        putc('\\', out);
        putc((int)code, out);
        return true;
    }
    return false;
}

void cg_put_markdown(const char *text, FILE *out)
{
    put(text, out, ' ', escape_markdown);
}

static bool escape_html(uint32_t code, FILE *out)
{
    const char *entity = code == '<'    ? "&lt;"
                         : code == '>'  ? "&gt;"
                         : code == '&'  ? "&amp;"
                         : code == '"'  ? "&quot;"
                         : code == '\'' ? "&#39;"
                                        : NULL;
    if (entity)
        fputs(entity, out);
    return entity != NULL;
}

void cg_put_html(const char *text, FILE *out)
{
    put(text, out, ' ', escape_html);
}

static bool escape_csv(uint32_t code, FILE *out)
{
    if (code != '"')
        return false;
    fputs("\"\"", out);
    return true;
}

void cg_put_csv(const char *text, FILE *out)
{
    char *end;
    strtod(text, &end);
    const bool formula = text[0] && strchr("=+-@", text[0]) && *end && text[1];
    const bool quote = formula || strpbrk(text, "\",;\r\n\t") != NULL;
    if (quote)
        putc('"', out);
    if (formula)
        putc('\'', out);
    put(text, out, ' ', escape_csv);
    if (quote)
        putc('"', out);
}

static bool escape_json(uint32_t code, FILE *out)
{
    if (code != '"' && code != '\\')
        return false;
    putc('\\', out);
    putc((int)code, out);
    return true;
}

void cg_put_json(const char *text, FILE *out)
{
    putc('"', out);
    while (*text) {
        const char *start = text;
        const uint32_t code = next_code(&text);
        if (code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0x2028 && code <= 0x202e))
            fprintf(out, "\\u%04x", (unsigned)code);
        else if (code == 0xfffd)
            fputs("\\ufffd", out);
        else if (!escape_json(code, out))
            fwrite(start, 1, (size_t)(text - start), out);
    }
    putc('"', out);
}

static bool escape_gnuplot(uint32_t code, FILE *out)
{
    if (code == '\'')
        fputs("''", out);
    else if (code == '`')
        putc('.', out);
    else
        return false;
    return true;
}

void cg_put_gnuplot(const char *text, FILE *out)
{
    putc('\'', out);
    put(text, out, ' ', escape_gnuplot);
    putc('\'', out);
}

static bool escape_gnuplot_data(uint32_t code, FILE *out)
{
    if (code != '"' && code != '\\' && code != '`')
        return false;
    putc('.', out);
    return true;
}

void cg_put_gnuplot_data(const char *text, FILE *out)
{
    putc('"', out);
    put(text, out, ' ', escape_gnuplot_data);
    putc('"', out);
}

void cg_slug(const char *text, char *slug, size_t size)
{
    size_t used = 0;
    for (; *text && used + 1 < size; text++) {
        const unsigned char c = (unsigned char)*text;
        if (c < 0x80 && isalnum(c))
            slug[used++] = (char)tolower(c);
        else if (used > 0 && slug[used - 1] != '-')
            slug[used++] = '-';
    }
    while (used > 0 && slug[used - 1] == '-')
        used--;
    if (used == 0 && size > 1)
        slug[used++] = 'x';
    slug[used] = '\0';
}
