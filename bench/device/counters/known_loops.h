/* Work whose events are known beforehand: what counters are tried on. Internal to bench/device. */
#ifndef CONVGAUGE_BENCH_DEVICE_COUNTERS_KNOWN_LOOPS_H
#define CONVGAUGE_BENCH_DEVICE_COUNTERS_KNOWN_LOOPS_H

enum cg_known_loop {
    CG_LOOP_ADDS,     /* a chain of dependent additions: one cycle, one instruction each */
    CG_LOOP_FMAS,     /* independent multiply-adds: two floating-point operations each */
    CG_LOOP_BRANCHES, /* branches on random bits: every second one is mispredicted */
    CG_LOOP_CHASE_L1, /* random walks over more than the first-, second-, last-level cache holds */
    CG_LOOP_CHASE_L2,
    CG_LOOP_CHASE_L3,
    CG_LOOP_SPIN,    /* a thread that spins */
    CG_LOOP_TOUCH,   /* first touches of memory pages */
    CG_LOOP_SLEEP,   /* short sleeps */
    CG_LOOP_MIGRATE, /* a thread that is bound to one cpu after another */
    CG_LOOP_COUNT
};

/* What the loop needs (tables, memory), made before counting starts; NULL without memory. Freed by
 * cg_known_loop_release, which takes NULL and clears the pointer. */
struct cg_known_work;
struct cg_known_work *cg_known_loop_prepare(enum cg_known_loop loop);
void cg_known_loop_release(struct cg_known_work **work);

enum cg_known_quantity { CG_KNOWN_EVENTS, CG_KNOWN_CYCLES, CG_KNOWN_INSTRUCTIONS };

/* Does the work; returns how many events of the quantity it has caused, or NAN when that cannot be known
 * here. Without work (NULL) nothing is done. */
double cg_known_loop_run(const struct cg_known_work *work, enum cg_known_quantity quantity);

#endif
