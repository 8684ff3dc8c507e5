/* Operands of kernels under test: seeded values, blocks of exact size, outputs between guard words. Each ends
 * the test when there is no memory. */
#ifndef CONVGAUGE_TESTS_GUARDED_H
#define CONVGAUGE_TESTS_GUARDED_H

#include <stddef.h>

/* What an output holds where nothing may be written, and on both sides of it. */
#define GUARD -12345.5f

/* `n` values in [-1, 1), aligned as packed weights are, with room for a whole last vector; freed with free().
 */
float *make_packed(size_t n);

/* The same as an exactly sized block, so that the address sanitizer sees reads beyond it. */
float *make_exact(size_t n);

/* `n` times GUARD between guard words; freed with free_guarded(). */
float *make_guarded(size_t n);
void free_guarded(float *p);

/* Counts values that differ from `expected` by more than the tolerance, and guards that were written.
 * `expected` has GUARD wherever nothing may be written. */
int differences(const float *got, const float *expected, size_t n, double tolerance);

#endif
