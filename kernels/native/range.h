/* Ranges of rows and of work, and the arithmetic of sizes. */
#ifndef CONVGAUGE_KERNELS_NATIVE_RANGE_H
#define CONVGAUGE_KERNELS_NATIVE_RANGE_H

#include <stdint.h>

/* Rows first ... end - 1 of a buffer. */
struct nv_rows {
    int first, end;
};

/* A range of an operation's work: rows (pixels where `pixels`) r0 ... r1 - 1, parts p0 ... p1 - 1. */
struct nv_range {
    int r0, r1, p0, p1;
};

static inline int64_t nv_smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static inline int64_t nv_larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static inline int64_t nv_round_up(int64_t n, int64_t to)
{
    return (n + to - 1) / to * to;
}

/* The rows from the first of either to the last of either; an empty one does not count. */
static inline struct nv_rows nv_join(struct nv_rows a, struct nv_rows b)
{
    if (a.first >= a.end)
        return b;
    if (b.first >= b.end)
        return a;
    return (struct nv_rows){(int)nv_smaller(a.first, b.first), (int)nv_larger(a.end, b.end)};
}

#endif
