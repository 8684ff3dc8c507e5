/* Groups that run depth-first: for a band of rows of the last operation, each operation before it makes the
 * rows that are still missing. What only the group reads is kept in rings of a few rows, each thread's own,
 * so that it stays in the second-level cache. Halo rows are kept from band to band; where two threads meet,
 * both make them. */
#ifndef CONVGAUGE_KERNELS_NATIVE_BANDS_H
#define CONVGAUGE_KERNELS_NATIVE_BANDS_H

#include "kernels/native/plan.h"

struct nv_group {
    int first, n, band; /* operations first ... first + n - 1, `band` rows of the last at a time */
    double cost;        /* about the cycles of the slowest thread, data in the second-level cache */
};

#define NV_GROUP_OPS 16 /* at most in a group */

/* The best band for operations first ... first + n - 1: cost is infinite if they cannot run depth-first, not
 * within `cache_bytes` for what is between them and their weights, or certainly not below `most`: that saves
 * most of the search. last_reader[buffer] is the operation that reads a buffer last, n_ops for the plan's
 * output. */
struct nv_group nv_find_bands(const struct nv_plan *plan, int first, int n, const int *last_reader,
                              int64_t cache_bytes, double most);

/* Makes the buffers within a group rings and appends the calls of each thread. */
enum cg_status nv_share_group(struct nv_plan *plan, const struct nv_group *group, const int *last_reader,
                              struct nv_tasks *tasks);

#endif
