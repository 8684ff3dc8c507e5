/* What a results file says of worker processes that ended before their time. */
#ifndef CONVGAUGE_BENCH_RECORD_LOST_H
#define CONVGAUGE_BENCH_RECORD_LOST_H

#include "kernels/setting.h"

/* Those that ended in one way over one case. */
struct cg_lost_record {
    const char *suite, *case_name; /* of the case that they ran; no case: they ran several in turn */
    struct cg_setting setting;     /* engine, threads; threads unknown where there is no case */
    const char *how;               /* "while measuring: the worker crashed: Segmentation fault" */
    int times;
};

#endif
