/* The instruction sets that engine native has micro-kernels for: one row each. */
#include "kernels/native/microkernel.h"

#include "kernels/native/scalar/table.h"
#if defined(__x86_64__)
#include "kernels/native/avx2/table.h"
#include "kernels/native/avx512/table.h"
#elif defined(__aarch64__)
#include "kernels/native/neon/table.h"
#endif

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

const struct cg_window_kernel *cg_window_kernel_for(const struct cg_window_kernel *rows, int n_rows,
                                                    int kernel_h, int kernel_w, int stride_h, int stride_w,
                                                    int dilation_h, int dilation_w, int pad_left)
{
    for (int i = 0; i + 1 < n_rows; i++)
        if (rows[i].kernel_h == kernel_h && rows[i].kernel_w == kernel_w && rows[i].stride_h == stride_h &&
            rows[i].stride_w == stride_w && dilation_h == 1 && dilation_w == 1 && pad_left < kernel_w)
            return &rows[i];
    return &rows[n_rows - 1];
}
