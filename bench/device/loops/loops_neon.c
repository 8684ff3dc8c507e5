#include "bench/device/loops/loops.h"

#define HAVE_STREAMS 1
#include "bench/device/loops/arm64.h"
#include "bench/device/loops/passes.h"

const struct cg_loops cg_loops_neon = {.isa = CG_ISA_NEON,
                                       .madds_per_turn = MADDS_PER_TURN,
                                       .fma = fma_turns,
                                       .read = read_pass,
                                       .write = write_pass,
                                       .copy = copy_pass,
                                       .write_stream = write_stream_pass,
                                       .copy_stream = copy_stream_pass};
