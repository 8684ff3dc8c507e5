#include "kernels/absent.h"

CG_ABSENT_ENGINE(
    cg_engine_xnnpack, "xnnpack", "Google's XNNPACK: NHWC, direct and indirect GEMM, pthreadpool",
    "built without it: it needs libxnnpack-dev (2022) and libpthreadpool-dev, and -Dxnnpack=enabled "
    "says what is missing");
