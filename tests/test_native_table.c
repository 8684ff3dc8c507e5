/* The tables of micro-kernels are whole. */
#include "kernels/native/microkernel.h"

#include <criterion/criterion.h>

Test(native_kernels, table_has_everything)
{
    cr_assert(cg_native_isas[0] && cg_native_isas[0]->isa == CG_ISA_SCALAR);
    for (int i = 0; cg_native_isas[i]; i++) {
        const struct cg_native_kernels *isa = cg_native_isas[i];
        cr_expect(cg_native_kernels_for(isa->isa) == isa);
        for (int row = 0; isa->gemm_in_order && row < isa->n_gemm; row++)
            cr_expect(isa->gemm_in_order[row].tile_n == isa->gemm[row].tile_n, "the same packed weights");
        cr_expect(isa->n_gemm > 0 && isa->n_depthwise > 0 && isa->n_max_pool > 0 && isa->n_avg_pool > 0);
        for (int pass = 0; pass < CG_PASS_COUNT; pass++)
            cr_expect(isa->pass[pass].run && isa->pass[pass].name);
        cr_expect(isa->depthwise[isa->n_depthwise - 1].kernel_h == 0, "the last row takes any window");
    }
}
