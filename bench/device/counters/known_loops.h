/* Work whose events are known beforehand: what counters are tried on. Internal to bench/device. */
#ifndef CONVGAUGE_BENCH_DEVICE_COUNTERS_KNOWN_LOOPS_H
#define CONVGAUGE_BENCH_DEVICE_COUNTERS_KNOWN_LOOPS_H

/* X: identifier, what it does. */
#define CG_KNOWN_LOOPS(X)                                                                                    \
    X(CG_LOOP_ADDS, "a chain of dependent additions: one cycle, one instruction each")                       \
    X(CG_LOOP_FMAS, "independent multiply-adds: two floating-point operations each")                         \
    X(CG_LOOP_BRANCHES, "branches on random bits: every second one is mispredicted")                         \
    X(CG_LOOP_CHASE_L1, "a random walk over more than the first-level cache holds")                          \
    X(CG_LOOP_CHASE_L2, "a random walk over more than the second-level cache holds")                         \
    X(CG_LOOP_CHASE_L3, "a random walk over more than the last-level cache holds")                           \
    X(CG_LOOP_SPIN, "a thread that spins")                                                                   \
    X(CG_LOOP_TOUCH, "first touches of memory pages")                                                        \
    X(CG_LOOP_SLEEP, "short sleeps")                                                                         \
    X(CG_LOOP_MIGRATE, "a thread that is bound to one cpu after another")

enum cg_known_loop {
#define CG_KNOWN_ENUM(id, words) id,
    CG_KNOWN_LOOPS(CG_KNOWN_ENUM)
#undef CG_KNOWN_ENUM
        CG_LOOP_COUNT
};

/* What the loop needs (tables, memory), made before counting starts; NULL context is fine for a loop that
 * then does nothing known. Freed by cg_known_loop_release. */
struct cg_known_work;
struct cg_known_work *cg_known_loop_prepare(enum cg_known_loop loop);
void cg_known_loop_release(struct cg_known_work **work);

enum cg_known_quantity { CG_KNOWN_EVENTS, CG_KNOWN_CYCLES, CG_KNOWN_INSTRUCTIONS };

/* Does the work; returns how many events of the quantity it has caused, or NAN when that cannot be known
 * here. */
double cg_known_loop_run(struct cg_known_work *work, enum cg_known_quantity quantity);

#endif
