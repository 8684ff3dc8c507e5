/* How long is waited for another process. A pause of all (a frozen cgroup, SIGSTOP, a machine that sleeps) is
 * not waiting, since the other had no more time than this process: of the time between two looks a second
 * counts at most. */
#ifndef CONVGAUGE_BASE_PATIENCE_H
#define CONVGAUGE_BASE_PATIENCE_H

#include "base/clock.h"

/* Who waits looks at least this often. */
#define CG_PATIENCE_LOOK_MS 500

struct cg_patience {
    int64_t end_ns, seen_ns; /* of cg_now_ns() */
};

static inline struct cg_patience cg_patience_of(double seconds)
{
    const int64_t now_ns = cg_now_ns();
    return (struct cg_patience){now_ns + (int64_t)(seconds * 1e9), now_ns};
}

/* What is left, in nanoseconds; 0: it is at its end. */
static inline int64_t cg_patience_left_ns(struct cg_patience *patience)
{
    const int64_t now_ns = cg_now_ns(), paused_ns = now_ns - patience->seen_ns - 1000000000;
    patience->end_ns += paused_ns > 0 ? paused_ns : 0;
    patience->seen_ns = now_ns;
    return patience->end_ns > now_ns ? patience->end_ns - now_ns : 0;
}

#endif
