/* The effect of a guideline over working sets (one layer's input, output and weights) and the levels of
 * memory that hold them. */
#ifndef CONVGAUGE_REPORT_WORKING_SETS_H
#define CONVGAUGE_REPORT_WORKING_SETS_H

#include "report/view.h"

/* Where a level of memory (index into cg_memory_levels) ends, bytes of one of the threads: between the
 * working sets that reads show to be inside it and outside: at the reported size of the cache where that lies
 * between them, else in the geometric middle. NAN: the level, or none beyond it, was measured. */
double cg_memory_level_end(const struct cg_device_record *device, int level, int threads);

/* The level that serves `bytes` of data, divided among the threads; -1 unknown. */
int cg_memory_level(const struct cg_device_record *device, int64_t bytes, int threads);

/* The working sets of a group's cases under the setting of the view. */
struct cg_working_set {
    const struct cg_group_view *group;
    int trend;
    int64_t low, high;         /* bytes of the smallest and the largest case */
    int level_low, level_high; /* they differ: the group straddles a level */
};

/* "222 KiB to 307 KiB, L2"; "... L2 to L3". */
struct cg_phrase cg_working_set_words(const struct cg_working_set *set);

/* The first group over working sets or maps, whose trends are those of all; NULL. */
const struct cg_group_view *cg_group_over_maps(const struct cg_suite_view *view);

/* The groups that differ in their maps alone, from the smallest working set to the largest; at most `max`. */
int cg_working_sets_of(const struct cg_suite_view *view, const char *series, struct cg_working_set *sets,
                       int max);

/* How the cost of the last step changes from the smallest to the largest working set; `known` is false with
 * fewer than two. */
struct cg_working_set_change {
    bool known;
    struct cg_working_set near, far;
    struct cg_estimate change; /* logs; their schedules differ: by processes (Welch) */
    enum cg_verdict verdict;   /* SLOWER: the cost grows */
};
struct cg_working_set_change cg_working_set_change(const struct cg_suite_view *view, const char *series);

/* What a layer with nearly no work costs: (time of the longer chain - time of the shorter) / layers between
 * them, nanoseconds. Value NAN: the chains were not measured. False without memory. */
bool cg_layer_overhead(const struct cg_suite_view *view, struct cg_interval *ns);

#endif
