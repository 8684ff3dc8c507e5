/* Whether the checker finds what it is there for. */
#ifndef CONVGAUGE_KERNELS_CHECK_WRONG_H
#define CONVGAUGE_KERNELS_CHECK_WRONG_H

#include "kernels/check/check.h"

/* Holds kernels that are wrong on purpose against plain C, a line for each; none may pass, nor be timed.
 * Returns how many did. */
int ck_self_test(struct ck_memory *memory, uint64_t seed);

#endif
