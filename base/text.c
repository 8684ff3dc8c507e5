#include "base/text.h"
#include "base/names.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *cg_name_at(const char *const *names, size_t n, long at)
{
    return at >= 0 && (size_t)at < n && names[at] ? names[at] : "unknown";
}

int cg_name_find(const char *const *names, size_t n, const char *name)
{
    for (size_t i = 0; i < n && name; i++)
        if (names[i] && strcmp(names[i], name) == 0)
            return (int)i;
    return -1;
}

bool cg_append(char *buffer, size_t size, const char *format, ...)
{
    const size_t used = strnlen(buffer, size);
    if (used >= size)
        return false;
    va_list args;
    va_start(args, format);
    const int length = vsnprintf(buffer + used, size - used, format, args);
    va_end(args);
    return length >= 0 && (size_t)length < size - used;
}

/* Room for `more` bytes and a NUL. */
static bool fits(struct cg_text *text, size_t more)
{
    const size_t needed = text->length + more + 1;
    if (text->failed || needed < more)
        text->failed = true;
    else if (needed > text->capacity) {
        const size_t capacity = needed > 2 * text->capacity ? needed + 64 : 2 * text->capacity;
        char *grown = realloc(text->bytes, capacity);
        text->failed = !grown;
        if (grown) {
            text->bytes = grown;
            text->capacity = capacity;
        }
    }
    return !text->failed;
}

void cg_text_add_bytes(struct cg_text *text, const char *bytes, size_t n)
{
    if (!fits(text, n))
        return;
    if (n)
        memcpy(text->bytes + text->length, bytes, n);
    text->length += n;
    text->bytes[text->length] = '\0';
}

void cg_text_add_args(struct cg_text *text, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    const int n = vsnprintf(NULL, 0, format, args);
    if (n < 0)
        text->failed = true;
    else if (fits(text, (size_t)n))
        text->length += (size_t)vsnprintf(text->bytes + text->length, (size_t)n + 1, format, again);
    va_end(again);
}

void cg_text_add(struct cg_text *text, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    cg_text_add_args(text, format, args);
    va_end(args);
}

void cg_text_add_word(struct cg_text *text, const char *word)
{
    bool quote = word[0] == '\0';
    for (const char *c = word; *c; c++)
        quote = quote || (!isalnum((unsigned char)*c) && !strchr("_-+=.,:/@%", *c));
    cg_text_add(text, quote ? "'" : "");
    for (const char *c = word; *c; c++)
        cg_text_add(text, *c == '\'' ? "'\\''" : "%c", *c);
    cg_text_add(text, quote ? "'" : "");
}

void cg_text_release(struct cg_text *text)
{
    free(text->bytes);
    *text = (struct cg_text){0};
}

uint32_t cg_next_code(const char **text)
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
    return good ? code : CG_NO_CODE;
}

bool cg_is_control(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0x200b && code <= 0x200f) ||
           (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) || code == 0xfeff;
}

bool cg_has_control(const char *text)
{
    while (*text)
        if (cg_is_control(cg_next_code(&text)))
            return true;
    return false;
}

const char *cg_printable(const char *text, char *buffer, size_t size)
{
    size_t length = 0;
    while (*text) {
        const char *const start = text;
        const uint32_t code = cg_next_code(&text);
        const size_t bytes = (size_t)(text - start);
        char piece[8] = "";
        if (code == '\n')
            strcpy(piece, "\\n");
        else if (code == CG_NO_CODE && bytes == 1)
            snprintf(piece, sizeof piece, "\\x%02x", (unsigned char)*start);
        else if (cg_is_control(code))
            snprintf(piece, sizeof piece, code < 0x100 ? "\\x%02x" : "\\u%04x", (unsigned)code & 0xffff);
        else
            memcpy(piece, start, bytes);
        if (length + strlen(piece) >= size)
            break;
        strcpy(buffer + length, piece);
        length += strlen(piece);
    }
    buffer[length] = '\0';
    return buffer;
}
