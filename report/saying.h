/* Sentences put together piece by piece, for functions that behave like snprintf. */
#ifndef CONVGAUGE_REPORT_SAYING_H
#define CONVGAUGE_REPORT_SAYING_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Appends to a text of limited size; the length that all would need is counted on. */
struct saying {
    char *text;
    size_t size, used;
};

static inline struct saying begin(char *text, size_t size)
{
    if (size)
        text[0] = '\0';
    return (struct saying){text, size, 0};
}

__attribute__((format(printf, 2, 3))) static inline void say(struct saying *s, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const bool room = s->used < s->size;
    const int length = vsnprintf(room ? s->text + s->used : NULL, room ? s->size - s->used : 0, format, args);
    va_end(args);
    s->used += length > 0 ? (size_t)length : 0;
}

static inline int end(const struct saying *s)
{
    return (int)s->used;
}

/* "a", "a and b", "a, b and c": the word before item i of n. */
static inline const char *joint(int i, int n)
{
    return i == 0 ? "" : i == n - 1 ? " and " : ", ";
}

#endif
