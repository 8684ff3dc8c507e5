/* The passes of every instruction set that this processor has, against plain loops. */
#include "bench/microkernels/plain.h"
#include "tests/guarded.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

/* `broadcast`: of b; an affine pass gathers with it. */
static void check_pass(const struct cg_native_kernels *isa, enum cg_pass pass, int m, int channels, int gap,
                       bool broadcast)
{
    const bool binary = pass == CG_PASS_ADD || pass == CG_PASS_MUL;
    float *a = make_exact((size_t)m * (channels + gap) - gap),
          *b = make_exact((size_t)m * (channels + gap) - gap);
    for (int i = 0; i < m * (channels + gap) - gap; i++)
        a[i] *= 8;
    float *scale = make_exact((size_t)channels), *shift = make_exact((size_t)channels);
    struct cg_pass_source *sources = malloc((size_t)channels * sizeof *sources);
    cr_assert(sources);
    for (int j = 0; j < channels; j++) /* from one of two maps */
        sources[j] = (struct cg_pass_source){(j % 3 ? a : b) + (j * 7 + 3) % channels, channels + gap};
    const int out_m = pass == CG_PASS_MEAN ? 1 : m;
    const size_t size = (size_t)out_m * (channels + gap) - gap;
    float *out = make_guarded(size), *expected = make_guarded(size);
    const struct cg_pass_args args = {
        .m = m,
        .channels = channels,
        .a = a,
        .b = binary ? b : NULL,
        .a_stride = channels + gap,
        .b_stride = broadcast ? 0 : channels + gap,
        .out = out,
        .out_stride = channels + gap,
        .scale = scale,
        .shift = shift,
        .sources = pass == CG_PASS_GATHER || (pass == CG_PASS_AFFINE && broadcast) ? sources : NULL,
        .lo = pass == CG_PASS_MEAN ? 1.0f / (float)m : -1,
        .hi = 3};
    isa->pass[pass].run(&args);
    for (int i = 0; i < out_m; i++)
        for (int j = 0; j < channels; j++)
            expected[i * (channels + gap) + j] = (float)cg_plain_pass(&args, pass, i, j);
    cr_expect(differences(out, expected, size, 2e-6) == 0, "%s m=%d channels=%d gap=%d broadcast=%d",
              isa->pass[pass].name, m, channels, gap, broadcast);
    free(a);
    free(b);
    free(scale);
    free(shift);
    free(sources);
    free_guarded(out);
    free_guarded(expected);
}

Test(native_kernels, passes)
{
    for (int i = 0; cg_native_isas[i]; i++) {
        const struct cg_native_kernels *isa = cg_native_isas[i];
        if (!cg_isa_available(isa->isa))
            continue;
        for (int pass = 0; pass < CG_PASS_COUNT; pass++)
            for (int channels = 1; channels <= 40; channels++)
                for (int gap = 0; gap <= 3; gap += 3) {
                    check_pass(isa, (enum cg_pass)pass, 1 + channels % 7, channels, gap, false);
                    check_pass(isa, (enum cg_pass)pass, channels % 2 ? 5 : 37, channels, gap, true);
                }
    }
}

/* More channels than are gathered at once, more pixels than stay in the cache. */
Test(native_kernels, many_gathered_channels)
{
    for (int i = 0; cg_native_isas[i]; i++)
        if (cg_isa_available(cg_native_isas[i]->isa))
            check_pass(cg_native_isas[i], CG_PASS_AFFINE, 21, 523, 2, true);
}

Test(native_kernels, sigmoid_at_the_ends)
{
    for (int i = 0; cg_native_isas[i]; i++) {
        const struct cg_native_kernels *isa = cg_native_isas[i];
        if (!cg_isa_available(isa->isa))
            continue;
        const float in[4] = {-1000, 1000, 0, -20};
        float out[4];
        isa->pass[CG_PASS_SIGMOID].run(&(struct cg_pass_args){
            .m = 1, .channels = 4, .a = in, .a_stride = 4, .out = out, .out_stride = 4});
        cr_expect(out[0] >= 0 && out[0] < 1e-30f && out[1] == 1 && out[2] == 0.5f, "%s",
                  isa->pass[CG_PASS_SIGMOID].name);
        cr_expect(fabs(out[3] / (1 / (1 + exp(20.0))) - 1) < 1e-6);
    }
}
