/* Enums with names: one list gives the enum, the name of each value and the way back.
 *
 *     #define CG_COLOURS(X) X(CG_RED, "red") X(CG_BLUE, "blue")
 *     CG_ENUM(cg_colour, CG_COLOURS, CG_COLOUR_COUNT)
 *     CG_NAMES_DECLARE(cg_colour)               in the header
 *     CG_NAMES_DEFINE(cg_colour, CG_COLOURS)    in one .c file
 *
 * declare enum cg_colour, cg_colour_name() and cg_colour_from_name(). Rows of a list may hold more than the
 * two columns. */
#ifndef CONVGAUGE_BASE_NAMES_H
#define CONVGAUGE_BASE_NAMES_H

#include <stddef.h>

#define CG_ENUM_ID(id, ...)         id,
#define CG_ENUM_NAME(id, name, ...) [id] = name,

/* The enum itself; its last identifier counts the others. */
#define CG_ENUM(tag, LIST, COUNT) enum tag { LIST(CG_ENUM_ID) COUNT };

/* The names of an enum as a value, for tables. */
struct cg_name_list {
    const char *const *texts; /* by value */
    size_t n;
};

/* const struct cg_name_list TAG_names.
 * const char *TAG_name(enum TAG): never NULL, "unknown" outside the list.
 * int TAG_from_name(const char *): the value, or -1. */
#define CG_NAMES_DECLARE(tag)                                                                                \
    extern const struct cg_name_list tag##_names;                                                            \
    const char *tag##_name(enum tag value);                                                                  \
    int tag##_from_name(const char *name);

#define CG_NAMES_DEFINE(tag, LIST)                                                                           \
    static const char *const tag##_texts[] = {LIST(CG_ENUM_NAME)};                                           \
    const struct cg_name_list tag##_names = {tag##_texts, sizeof tag##_texts / sizeof tag##_texts[0]};       \
    const char *tag##_name(enum tag value)                                                                   \
    {                                                                                                        \
        return cg_name_at(tag##_names.texts, tag##_names.n, (long)value);                                    \
    }                                                                                                        \
    int tag##_from_name(const char *name)                                                                    \
    {                                                                                                        \
        return cg_name_find(tag##_names.texts, tag##_names.n, name);                                         \
    }

/* names[at], or "unknown". */
const char *cg_name_at(const char *const *names, size_t n, long at);

/* The index of `name` (NULL is in no list), or -1. */
int cg_name_find(const char *const *names, size_t n, const char *name);

#endif
