#include "kernels/native/microkernel.h"

const struct cg_native_kernels *const cg_native_isas[] = {
    &cg_native_scalar,
#if defined(__x86_64__)
    &cg_native_avx2,
    &cg_native_avx512,
#elif defined(__aarch64__)
    &cg_native_neon,
#endif
    NULL,
};

const struct cg_native_kernels *cg_native_kernels_for(enum cg_isa isa)
{
    const struct cg_native_kernels *best = cg_native_isas[0];
    for (int i = 0; cg_native_isas[i]; i++)
        if (cg_native_isas[i]->isa <= isa)
            best = cg_native_isas[i];
    return best;
}
