/* What is told of a measured job beside its times. */
#ifndef CONVGAUGE_BENCH_JOB_FLAGS_H
#define CONVGAUGE_BENCH_JOB_FLAGS_H

#include "base/names.h"

/* What makes a measured job less than perfect (X: identifier, name, sentence, the same in short for reports).
 * Bits of cg_job_result.flags; the bits of what happened in one round are in cg_round.flags. A job carries
 * disturbed, throttled, slow_memory, stolen, quota and preempted of its rounds when at least a tenth of those
 * that count have them; migrated when one has it. */
#define CG_FLAGS(X)                                                                                          \
    X(CG_FLAG_NOT_SETTLED, "not_settled", "the warm-up ended at its cap while times still fell",             \
      "times still fell when the warm-up ended")                                                             \
    X(CG_FLAG_DISTURBED, "disturbed",                                                                        \
      "a tenth of the rounds or more were disturbed beyond limits and kept, the re-runs being used up",      \
      "a tenth of the rounds or more were disturbed and kept")                                               \
    X(CG_FLAG_MIGRATED, "migrated", "in a sample a thread ran on another cpu than its own, or two on one",   \
      "a thread ran on another cpu than its own")                                                            \
    X(CG_FLAG_THROTTLED, "throttled",                                                                        \
      "in a tenth of the rounds or more the processor was slow: the yardstick's FMA loop took 5 % more "     \
      "than in the best rounds, or its frequency fell",                                                      \
      "the processor was slow in a tenth of the rounds or more")                                             \
    X(CG_FLAG_STOLEN, "stolen",                                                                              \
      "in a tenth of the rounds or more the hypervisor gave more than 1 % of the time to others",            \
      "the hypervisor gave time to others in a tenth of the rounds or more")                                 \
    X(CG_FLAG_PREEMPTED, "preempted",                                                                        \
      "the thread lost its cpu to other tasks during more than 5 % of samples, or in a tenth of the rounds", \
      "other work interrupted samples")                                                                      \
    X(CG_FLAG_AWAKE, "awake", "threads of another engine were still awake when samples began",               \
      "threads of another engine were still awake")                                                          \
    X(CG_FLAG_PRECISION, "precision", "the asked precision was not reached",                                 \
      "the asked precision was not reached")                                                                 \
    X(CG_FLAG_BUDGET, "budget", "the time budget ended the measurement",                                     \
      "the time budget ended the measurement")                                                               \
    X(CG_FLAG_PARTIAL, "partial", "interrupted: fewer processes or rounds than asked",                       \
      "interrupted before all processes or rounds were done")                                                \
    X(CG_FLAG_UNCHECKED, "unchecked", "timed without a check against the reference, as was asked",           \
      "timed without a check against the reference")                                                         \
    X(CG_FLAG_NOT_COLD, "not_cold",                                                                          \
      "asked for cold caches, it ran faster than its input and weights come from memory",                    \
      "faster than memory can be read, so not cold")                                                         \
    X(CG_FLAG_LIKE_HOT, "like_hot",                                                                          \
      "asked for cold caches, its time cannot be told from that with hot ones: what it fetches is little "   \
      "or hidden behind computing, or the caches were not cold",                                             \
      "cold cannot be told from hot: fetches little, hides it, or was not cold")                             \
    X(CG_FLAG_SLOW_MEMORY, "slow_memory",                                                                    \
      "in a tenth of the rounds or more memory was slow: the yardstick's reads of the second-level cache "   \
      "took 10 % more than in the best rounds",                                                              \
      "memory was slow in a tenth of the rounds or more")                                                    \
    X(CG_FLAG_QUOTA, "quota",                                                                                \
      "in a tenth of the rounds or more the cgroup's quota of processor time stopped threads",               \
      "a quota of processor time stopped threads in a tenth of the rounds or more")

CG_ENUM(cg_flag, CG_FLAGS, CG_FLAG_COUNT)

#define CG_FLAG_BIT(flag) (1u << (flag))

CG_NAMES_DECLARE(cg_flag)
const char *cg_flag_sentence(enum cg_flag flag);

#endif
