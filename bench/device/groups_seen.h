/* How noisy groups of cases were when they were measured on this device: what the length of later runs is
 * predicted by. */
#ifndef CONVGAUGE_BENCH_DEVICE_GROUPS_SEEN_H
#define CONVGAUGE_BENCH_DEVICE_GROUPS_SEEN_H

#include <stdint.h>

#define CG_GROUPS_SEEN_MAX 96

/* Relative, of log ratios; NAN: not known. */
struct cg_group_seen {
    uint64_t group;   /* tells it from others: cg_group_key() in bench/job/job.h */
    int threads;      /* the most that one of its cases had */
    double rounds;    /* median absolute deviation between the rounds of a process */
    double processes; /* standard deviation between processes, beyond what their rounds explain */
};

struct cg_groups_seen {
    int n;
    struct cg_group_seen groups[CG_GROUPS_SEEN_MAX]; /* the latest last */
};

/* Adds a group; when there is no room, the oldest makes it. */
void cg_groups_saw(struct cg_groups_seen *seen, const struct cg_group_seen *group);

#endif
