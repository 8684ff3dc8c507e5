/* Texts that grow: in a caller's buffer, or in memory of their own. */
#ifndef CONVGAUGE_BASE_TEXT_H
#define CONVGAUGE_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Whether two texts are equal; NULL is equal to NULL alone. */
static inline bool cg_same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* Appends to the NUL-terminated text in a buffer of `size` bytes; what does not fit is cut off. False when it
 * was cut. */
bool cg_append(char *buffer, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The next code point of a UTF-8 text; a byte that is none stands for CG_NO_CODE. Advances *text. */
#define CG_NO_CODE 0xfffd
uint32_t cg_next_code(const char **text);

/* Whether a code point moves a terminal's cursor, speaks to it or turns what stands beside it around: control
 * characters (C0, DEL, C1), marks without width, changes of direction. */
bool cg_is_control(uint32_t code);
bool cg_has_control(const char *text); /* any of them */

/* `text` in the buffer with these, and bytes that are no UTF-8, written out, "\\x1b", "\\n", "\\u202e": for
 * names and messages from files. What does not fit is cut off. Returns the buffer. */
const char *cg_printable(const char *text, char *buffer, size_t size);

/* Zero-initialise. `bytes` is NUL-terminated from the first addition on, malloc'd: cg_text_release(), or keep
 * it and free it. After `failed` (no memory) nothing more is added. */
struct cg_text {
    char *bytes;
    size_t length, capacity;
    bool failed;
};

void cg_text_add(struct cg_text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void cg_text_add_args(struct cg_text *text, const char *format, va_list args);
void cg_text_add_bytes(struct cg_text *text, const char *bytes, size_t n);
/* A word as a shell reads it back: in single quotes where it has to be. */
void cg_text_add_word(struct cg_text *text, const char *word);
void cg_text_release(struct cg_text *text);

#endif
