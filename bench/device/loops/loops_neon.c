#include "bench/device/loops/loops.h"

#include "bench/device/loops/arm64.h"

const struct cg_loops cg_loops_neon = LOOPS(CG_ISA_NEON, MADDS_PER_TURN);
