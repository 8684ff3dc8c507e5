#include "kernels/absent.h"

CG_ABSENT_ENGINE(cg_engine_onednn, "onednn",
                 "Intel's oneDNN: primitives with post-ops, layouts chosen by the library, OpenMP",
                 "built without it: it needs libdnnl-dev 2.x, and -Donednn=enabled says what is missing");
