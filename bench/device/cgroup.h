/* What a container or a cgroup leaves to this process (cgroup v1 and v2, also nested and namespaced). */
#ifndef CONVGAUGE_BENCH_DEVICE_CGROUP_H
#define CONVGAUGE_BENCH_DEVICE_CGROUP_H

#include <stdint.h>

#define CG_CPU_STATS_MAX 8 /* cgroups on the way up; outer ones are left out */

struct cg_limits {
    double
        cpu_quota; /* processors' worth of time a second (0.5 = half of one); NAN: not limited or unknown */
    int64_t memory_bytes; /* -1: not limited or unknown */
    char cpuset[256];     /* cpus of the cgroup as a list, "0-3,8"; empty: not limited or unknown */
    int n_cpu_stats; /* files that count how often a quota stopped the threads; 0: no cpu controller is seen
                      */
    char cpu_stats[CG_CPU_STATS_MAX][256]; /* their paths below the root */
    int version; /* 1, 2 (a hybrid that has the cpu controller in v1 counts as 1), 0: no cgroup seen */
};

/* Reads the tightest limits on the way from this process's cgroup up to the root of what can be seen. `root`
 * is put before every path ("" or NULL: the real system; tests pass a directory). Never fails: what cannot be
 * read is unknown. */
void cg_limits_read(const char *root, struct cg_limits *limits);

/* How often the quotas of this process's cgroups have stopped their threads since they were made
 * (nr_throttled), all together; -1 unknown. */
int64_t cg_limits_throttled(const char *root, const struct cg_limits *limits);

#endif
