/* "Did you mean": the names nearest to one that is unknown. */
#ifndef CONVGAUGE_BASE_NEAREST_H
#define CONVGAUGE_BASE_NEAREST_H

#include <stddef.h>

/* The names in `candidates` nearest to `word` (edit distance at most a third of its length, or sharing its
 * beginning), best first, as "'a', 'b' or 'c'" in `text`; empty when none is near. */
void cg_nearest(const char *word, const char *const *candidates, int n, char *text, size_t size);

#endif
