/* The layout of a results file: each struct of record.h as a table of keys, types and places. Reader and
 * writer walk the same tables, so they cannot disagree. */
#ifndef CONVGAUGE_BENCH_RECORD_LAYOUT_H
#define CONVGAUGE_BENCH_RECORD_LAYOUT_H

#include "bench/record/record.h"

/* Types of fields (in the file; in memory). Everything may be null (unknown) but arrays and structs. */
enum cg_field_type {
    CG_FIELD_TEXT,      /* string of at most 4096 bytes; const char * */
    CG_FIELD_LONG_TEXT, /* string of at most CG_RESULTS_MAX_TEXT bytes; const char * */
    CG_FIELD_TEXTS,     /* array of strings; int n, const char ** */
    CG_FIELD_INT,       /* whole number from 0; int */
    CG_FIELD_YES_NO,    /* true, false; int 1, 0 */
    CG_FIELD_INT64,     /* whole number from 0; int64_t */
    CG_FIELD_REAL,      /* number; double */
    CG_FIELD_SIZE,      /* number from 0; double */
    CG_FIELD_INT64S,    /* array of whole numbers from 0 or null; int n (shared), int64_t * */
    CG_FIELD_SIGNEDS,   /* array of whole numbers or null; int n, int64_t * (CG_UNKNOWN_SIGNED) */
    CG_FIELD_KIND,      /* name of an enum cg_suite_kind; never null */
    CG_FIELD_PAIR,      /* array of two whole numbers from 0 or null; int[2] */
    CG_FIELD_TEXT_PAIR, /* array of two strings or null; const char *[2] */
    CG_FIELD_STRUCT,    /* object; a struct in place */
    CG_FIELD_STRUCTS,   /* array of objects; int n, struct * */
    CG_FIELD_POINTERS,  /* array of objects; int n, struct ** */
};

struct cg_layout;

struct cg_field {
    const char *key;
    enum cg_field_type type;
    size_t offset;
    size_t count_offset;            /* of the int n of arrays */
    const struct cg_layout *layout; /* of structs */
    bool later; /* came after the first files were written: reading, it may be missing (unknown, empty); an
                   array that is NULL is not written */
};

struct cg_layout {
    const char *name;
    size_t size;
    const struct cg_field *fields;
    size_t n_fields;
};

extern const struct cg_layout cg_layout_device, cg_layout_build, cg_layout_run, cg_layout_suite,
    cg_layout_group, cg_layout_case, cg_layout_record, cg_layout_skipped, cg_layout_schedule;

/* Sets every field of the struct at `base` to unknown, counts to 0. */
void cg_layout_clear(const struct cg_layout *layout, void *base);

#endif
