/* Engines for tests of the measuring: each wraps `reference` (a few `native`) and does one thing wrong, or
 * one known thing more. Never built into the program. */
#ifndef CONVGAUGE_TESTS_FAULTY_ENGINE_H
#define CONVGAUGE_TESTS_FAULTY_ENGINE_H

#include "kernels/engine.h"

/* X: identifier, name, what it does. */
#define CG_FAULTS(X)                                                                                         \
    X(CG_FAULT_NONE, "plain", "nothing")                                                                     \
    X(CG_FAULT_NATIVE, "around-native", "nothing, around native")                                            \
    X(CG_FAULT_SLOW, "slow5", "every run of native takes 5 % longer")                                        \
    X(CG_FAULT_SLOW3, "slow3", "every run of native takes 3 % longer")                                       \
    X(CG_FAULT_LASTING, "lasting", "every run takes 2.2 ms at least")                                        \
    X(CG_FAULT_CRASH_COMPILE, "crash-compile", "a null pointer is read while compiling")                     \
    X(CG_FAULT_CRASH_RUN, "crash-run", "the second sample crashes")                                          \
    X(CG_FAULT_ABORT_RUN, "abort-run", "abort() in the first run")                                           \
    X(CG_FAULT_HANG_RUN, "hang-run", "a run of the second sample never ends")                                \
    X(CG_FAULT_HANG_COMPILE, "hang-compile", "compiling never ends")                                         \
    X(CG_FAULT_EXIT_RUN, "exit-run", "the second sample ends the process")                                   \
    X(CG_FAULT_ERROR_RUN, "error-run", "the second sample returns an error")                                 \
    X(CG_FAULT_GARBAGE, "garbage", "the second sample writes stray bytes into the worker's socket")          \
    X(CG_FAULT_WRONG, "wrong", "one output value is off by 1 %")                                             \
    X(CG_FAULT_HUNGRY, "hungry", "there is no memory for the plan")                                          \
    X(CG_FAULT_RESTLESS, "restless", "leaves a thread that computes on after every run")                     \
    X(CG_FAULT_CHATTY, "chatty", "prints to standard output")

enum cg_fault {
#define CG_FAULT_ENUM(id, name, what) id,
    CG_FAULTS(CG_FAULT_ENUM)
#undef CG_FAULT_ENUM
        CG_FAULT_COUNT
};

/* An engine by name: those of the program, else those of the list above. */
const struct cg_engine *cg_test_engine_find(const char *name);

#endif
