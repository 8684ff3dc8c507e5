/* The state of the machine at a moment, and whether what lies between two moments can be believed. */
#ifndef CONVGAUGE_BENCH_DEVICE_STATE_H
#define CONVGAUGE_BENCH_DEVICE_STATE_H

#include "base/arena.h"
#include "bench/record/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Unknown is NAN in doubles and -1 in integers (null in a record), never 0. */
struct cg_state {
    int64_t time_ns;              /* cg_now_ns() when it was taken */
    int cpu;                      /* that the calling thread ran on */
    double frequency_hz;          /* effective, of this cpu: measured by a chain of dependent adds */
    double temperature_c;         /* hottest sensor of the processor: sensors.h */
    double throttle_count;        /* sum over the machine's throttle counters */
    double steal_ns;              /* time that the hypervisor took from the watched cpus, since boot */
    double busy_other_ns;         /* time that the watched cpus worked for other processes, since boot */
    int64_t involuntary_switches; /* of this process and the watched threads */
    int64_t migrations;           /* of the watched threads */
    int64_t major_faults;
    double siblings_busy_ns; /* busy time, since boot, of hardware threads that share a core with a watched
                                cpu and are not watched; NAN also where there is none */
    int64_t throttled;       /* how often the cgroup's quota stopped its threads: cg_limits_throttled() */
};

struct cg_sensors;
struct cg_state_reader;

struct cg_state_options {
    const char *root; /* NULL or "": the real system */
    const int *cpus;  /* the cpus to watch, NULL: all that the process may use */
    int n_cpus;
    const int
        *tids; /* threads to watch for switches and migrations, NULL: the calling process's first thread */
    int n_tids;
    bool frequency; /* measure the effective frequency (costs about 50 us) */
};

/* Opens what a snapshot needs. NULL only when there is no memory. */
struct cg_state_reader *cg_state_open(const struct cg_state_options *options);
void cg_state_close(struct cg_state_reader **reader);

/* A snapshot: tens of microseconds, plus the frequency loop. Allocates nothing. */
void cg_state_read(struct cg_state_reader *reader, struct cg_state *state);

/* How many such siblings there are. */
int cg_state_siblings(const struct cg_state_reader *reader);

/* The sensors behind the snapshots, as they were sampled at the last one, sparingly. */
const struct cg_sensors *cg_state_sensors(const struct cg_state_reader *reader);

/* The largest resident size of this process (VmHWM), in bytes; taken anew from its present size on. -1 where
 * the system does not tell. */
int64_t cg_peak_memory(void);
int64_t cg_peak_memory_anew(void);

/* What does not change from round to round: the governor (of the watched cpus; "mixed" if they differ),
 * turbo, transparent huge pages, SMT, how the calling thread's floating-point unit treats denormals, swap,
 * whether address layouts are random; with more than one NUMA node on which of them memory is taken and
 * whether the kernel moves it.
 * Texts lie in the arena. */
void cg_state_record(const struct cg_state_reader *reader, struct cg_arena *arena,
                     struct cg_device_record *record);

/* Why a stretch of time cannot be believed. */
enum cg_disturbance {
    CG_DISTURBED_FREQUENCY = 1,        /* it changed */
    CG_DISTURBED_THROTTLE = 1 << 1,    /* the processor was throttled */
    CG_DISTURBED_STEAL = 1 << 2,       /* the hypervisor took time away */
    CG_DISTURBED_SWITCH = 1 << 3,      /* other threads pushed this one off its cpu */
    CG_DISTURBED_MIGRATION = 1 << 4,   /* a thread moved to another cpu */
    CG_DISTURBED_LOAD = 1 << 5,        /* other processes used the measured cpus */
    CG_DISTURBED_TEMPERATURE = 1 << 6, /* near its limit */
    CG_DISTURBED_SWAP = 1 << 7,        /* pages had to be read back from disk */
    CG_DISTURBED_QUOTA = 1 << 8,       /* the cgroup's quota stopped threads */
};

/* Compares two snapshots of one reader (or of two with the same options). Returns bits of enum
 * cg_disturbance, 0 for undisturbed; unknown values disturb nothing. */
unsigned cg_state_disturbed(const struct cg_state *before, const struct cg_state *after, int n_cpus);

#endif
