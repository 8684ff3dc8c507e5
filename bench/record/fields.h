/* A struct as a table of its fields: what stands under which key in JSON, and where it lies in memory. One
 * table serves to clear the struct, to write it and to read it, so these cannot disagree. */
#ifndef CONVGAUGE_BENCH_RECORD_FIELDS_H
#define CONVGAUGE_BENCH_RECORD_FIELDS_H

#include "base/arena.h"
#include "base/error.h"
#include "base/names.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define CG_SHORT_TEXT_MAX 4096
#define CG_LONG_TEXT_MAX  ((size_t)1 << 20)

/* In the file; in memory. All but CG_FIELD_STRUCT may be null in the file, which is the
 * unknown value in memory. */
enum cg_field_type {
    CG_FIELD_TEXT,      /* string of at most CG_SHORT_TEXT_MAX bytes; const char *, NULL */
    CG_FIELD_LONG_TEXT, /* string of at most CG_LONG_TEXT_MAX bytes; const char *, NULL */
    CG_FIELD_YES_NO,    /* true, false; int 1, 0, CG_UNKNOWN */
    CG_FIELD_INT,       /* whole number from 0; int, CG_UNKNOWN */
    CG_FIELD_INT64,     /* whole number from 0; int64_t, CG_UNKNOWN */
    CG_FIELD_SIGNED,    /* whole number; int64_t, CG_UNKNOWN_SIGNED */
    CG_FIELD_SIZE,      /* number from 0; double, NAN */
    CG_FIELD_REAL,      /* number; double, NAN */
    CG_FIELD_NAME,      /* a name of an enum, one of a later version counts as unknown; the enum, CG_UNKNOWN
                         */
    CG_FIELD_STRUCT,    /* object; a struct */
};

enum cg_field_shape {
    CG_ONE,      /* the value itself, in place */
    CG_PAIR,     /* array of two; two of them in place */
    CG_MANY,     /* array; a pointer to `int n` of them, NULL for none */
    CG_POINTERS, /* array; a pointer to `int n` pointers */
};

struct cg_layout {
    size_t size;
    const struct cg_field *fields;
    size_t n_fields;
};

struct cg_field {
    const char *key;
    enum cg_field_type type;
    enum cg_field_shape shape;
    size_t offset;
    size_t count_offset;              /* of the int n: fields with the same are arrays of equal length */
    const struct cg_layout *layout;   /* of CG_FIELD_STRUCT */
    const struct cg_name_list *names; /* of CG_FIELD_NAME */
    bool later; /* came after the first files were written: reading, it may be missing (unknown, none); an
                   array that is empty is not written */
};

/* Sets every field of the struct at `base` to unknown, counts to 0. */
void cg_fields_clear(const struct cg_layout *layout, void *base);

/* The struct as an object (a new reference). A text that is not UTF-8 has "?" in place of what is not ASCII.
 * NULL when there is no memory. */
json_t *cg_fields_to_json(const struct cg_layout *layout, const void *base);

/* What is read, and where its texts and arrays go. */
struct cg_reader {
    struct cg_arena *arena;
    const char *name; /* of the file, for messages */
    struct cg_error *err;
};

/* Where a reader stands, for messages: "records[3].samples.ns". NULL is the top. */
struct cg_place {
    const struct cg_place *parent;
    const char *key; /* NULL: the element `index` of an array */
    size_t index;
};

/* Reads an object into the struct at `base`. Keys that are not in the table are ignored; a missing one that
 * is not `later`, a wrong type, a value out of range, arrays of unequal length are refused: false, and `err`
 * (CG_INVALID, CG_NO_MEMORY) names the place and what is wrong. */
bool cg_fields_from_json(const struct cg_reader *reader, const struct cg_place *place, const json_t *json,
                         const struct cg_layout *layout, void *base);

/* Refuses what is at `place`: sets `err` and returns false. */
bool cg_refuse_place(const struct cg_reader *reader, const struct cg_place *place, const char *why);

#endif
