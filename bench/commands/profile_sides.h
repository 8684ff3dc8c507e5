/* Profiles of one network under several settings, side by side. */
#ifndef CONVGAUGE_BENCH_COMMANDS_PROFILE_SIDES_H
#define CONVGAUGE_BENCH_COMMANDS_PROFILE_SIDES_H

#include "bench/commands/profile_print.h"

/* Prints the `n` profiles as one table: a row holds layers that each setting runs by themselves, so what one
 * of them runs as one step is one row; times in microseconds, and how they stand to the fastest. False
 * without memory. */
bool cg_profile_sides_print(const struct cg_profile_view *views, int n, enum cg_profile_sort sort);

#endif
