/* Where the other threads of a sample ran, as a text: in nearly every sample of a case the same one, so that
 * a case keeps a short list of them and each sample a number. */
#ifndef CONVGAUGE_BENCH_JOB_PLACEMENT_H
#define CONVGAUGE_BENCH_JOB_PLACEMENT_H

#include <stdbool.h>
#include <stddef.h>

#define CG_PLACEMENT_TEXT 64
#define CG_PLACEMENTS_MAX 32

/* Zero-initialise. */
struct cg_placements {
    int n;
    char texts[CG_PLACEMENTS_MAX][CG_PLACEMENT_TEXT];
};

/* The cpus in rising order, runs of neighbours as "1-3", a cpu that two threads used twice: "1,1". Sorts
 * `cpus` (none below 0). Returns the text's length as snprintf() does; allocates nothing. */
int cg_placement_format(int *cpus, int n, char *text, size_t size);

/* Index of the text, which is added where it is new; -1 when the list is full or the text too long, or empty:
 * no other thread was seen. */
int cg_placements_find(struct cg_placements *placements, const char *text);

/* Whether the calling thread, on `own_cpu`, and the others on `ran` were each on a cpu of its own among
 * `cpus`. A cpu below 0 is not known and taken to be right. */
bool cg_placement_is_right(int own_cpu, const int *ran, int n_ran, const int *cpus, int n_cpus);

#endif
