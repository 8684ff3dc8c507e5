#include "tests/guarded.h"

#include "kernels/native/microkernel.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#define GUARD_SIZE 64

static unsigned state = 1;

static float next_value(void)
{
    state = state * 1664525u + 1013904223u;
    return (float)(state >> 8) / 8388608.0f - 1.0f;
}

float *make_packed(size_t n)
{
    float *p =
        aligned_alloc(CG_NATIVE_ALIGN, (n * sizeof *p + CG_NATIVE_ALIGN) / CG_NATIVE_ALIGN * CG_NATIVE_ALIGN);
    cr_assert(p);
    for (size_t i = 0; i < n; i++)
        p[i] = next_value();
    return p;
}

float *make_exact(size_t n)
{
    float *p = malloc(n * sizeof *p);
    cr_assert(p);
    for (size_t i = 0; i < n; i++)
        p[i] = next_value();
    return p;
}

float *make_guarded(size_t n)
{
    float *p = malloc((n + 2 * GUARD_SIZE) * sizeof *p);
    cr_assert(p);
    for (size_t i = 0; i < n + 2 * GUARD_SIZE; i++)
        p[i] = GUARD;
    return p + GUARD_SIZE;
}

void free_guarded(float *p)
{
    free(p - GUARD_SIZE);
}

int differences(const float *got, const float *expected, size_t n, double tolerance)
{
    int bad = 0;
    for (size_t i = 0; i < n; i++)
        bad += expected[i] == GUARD
                   ? got[i] != GUARD
                   : !(fabs((double)got[i] - expected[i]) <= tolerance * (1 + fabs(expected[i])));
    for (int i = 1; i <= GUARD_SIZE; i++)
        bad += (got[-i] != GUARD) + (got[n + (size_t)i - 1] != GUARD);
    return bad;
}
