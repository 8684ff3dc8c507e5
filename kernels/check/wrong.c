/* Kernels that are wrong on purpose, each in one way, made of those in plain C. */
#include "kernels/check/wrong.h"

#include "kernels/check/bench.h"
#include "kernels/native/microkernel.h"

#include <stdio.h>

static const struct cg_native_kernels *plain(void)
{
    return cg_native_isas[0];
}

static void gemm_with(const struct cg_gemm_args *args)
{
    plain()->gemm[0].run(args);
}

static void forgets_the_bias(const struct cg_gemm_args *args)
{
    static const float none[64];
    struct cg_gemm_args wrong = *args;
    wrong.bias = none;
    gemm_with(&wrong);
}

static void forgets_the_clamp(const struct cg_gemm_args *args)
{
    struct cg_gemm_args wrong = *args;
    wrong.hi = 1e30f;
    gemm_with(&wrong);
}

static void writes_a_column_too_many(const struct cg_gemm_args *args)
{
    gemm_with(args);
    args->c[args->n] = 0;
}

static void writes_before_its_output(const struct cg_gemm_args *args)
{
    gemm_with(args);
    args->c[-1] = 0;
}

static void leaves_the_last_column(const struct cg_gemm_args *args)
{
    struct cg_gemm_args wrong = *args;
    wrong.n -= wrong.n > 1;
    gemm_with(&wrong);
}

static void leaves_the_last_row(const struct cg_gemm_args *args)
{
    struct cg_gemm_args wrong = *args;
    wrong.m -= wrong.m > 1;
    gemm_with(&wrong);
}

static void takes_no_lines_back(const struct cg_gemm_args *args)
{
    struct cg_gemm_args wrong = *args;
    wrong.shared = NULL;
    gemm_with(&wrong);
}

static volatile float sink;

/* Segments stand in the opposite order of memory, and the first row is read first. */
static void reads_behind_its_input(const struct cg_gemm_args *args)
{
    const struct cg_gemm_segment *last = &args->segments[0];
    gemm_with(args);
    if (args->n_segments > 0)
        sink = last->a[(args->m - 1) * last->stride + last->len];
}

static void reads_before_its_input(const struct cg_gemm_args *args)
{
    gemm_with(args);
    if (args->n_segments > 0)
        sink = args->segments[args->n_segments - 1].a[-1];
}

static void writes_to_its_weights(const struct cg_gemm_args *args)
{
    gemm_with(args);
    *(float *)args->b = 0;
}

static void crashes(const struct cg_gemm_args *args)
{
    static const volatile uintptr_t nowhere = 64;
    *(volatile float *)nowhere = args->lo;
}

static void rounds_a_window_down(const struct cg_window_args *args)
{
    struct cg_window_args wrong = *args;
    wrong.channels -= wrong.channels > 1;
    plain()->depthwise[plain()->n_depthwise - 1].run(&wrong);
}

static void takes_padding_for_pixels(const struct cg_window_args *args)
{
    struct cg_window_args wrong = *args;
    wrong.count_padding = true;
    plain()->avg_pool[plain()->n_avg_pool - 1].run(&wrong);
}

static void makes_no_number(const struct cg_pass_args *args)
{
    plain()->pass[CG_PASS_ADD].run(args);
    args->out[0] = 0.0f / (args->out[0] - args->out[0]);
}

static void writes_between_pixels(const struct cg_pass_args *args)
{
    plain()->pass[CG_PASS_ADD].run(args);
    for (int i = 0; i < args->m; i++)
        args->out[i * args->out_stride + args->channels] = 0;
}

static const struct wrong {
    const char *what;
    const struct ck_kind *kind;
    cg_gemm_fn *gemm;
    cg_window_fn *window;
    cg_pass_fn *pass;
    enum ck_verdict expected;
} wrongs[] = {
    {"forgets the bias", &ck_gemm, forgets_the_bias, NULL, NULL, CK_WRONG_VALUE},
    {"forgets the clamp", &ck_gemm, forgets_the_clamp, NULL, NULL, CK_WRONG_VALUE},
    {"writes a column too many", &ck_gemm, writes_a_column_too_many, NULL, NULL, CK_WROTE_OUTSIDE},
    {"writes before its output", &ck_gemm, writes_before_its_output, NULL, NULL, CK_WROTE_OUTSIDE},
    {"leaves the last column", &ck_gemm, leaves_the_last_column, NULL, NULL, CK_NOT_WRITTEN},
    {"leaves the last row", &ck_gemm, leaves_the_last_row, NULL, NULL, CK_NOT_WRITTEN},
    {"takes no lines back", &ck_gemm, takes_no_lines_back, NULL, NULL, CK_NOT_WRITTEN},
    {"reads behind its input", &ck_gemm, reads_behind_its_input, NULL, NULL, CK_CRASHED},
    {"reads before its input", &ck_gemm, reads_before_its_input, NULL, NULL, CK_CRASHED},
    {"writes to its weights", &ck_gemm, writes_to_its_weights, NULL, NULL, CK_CRASHED},
    {"crashes", &ck_gemm, crashes, NULL, NULL, CK_CRASHED},
    {"leaves the last channel", &ck_depthwise, NULL, rounds_a_window_down, NULL, CK_NOT_WRITTEN},
    {"takes padding for pixels", &ck_avg_pool, NULL, takes_padding_for_pixels, NULL, CK_WRONG_VALUE},
    {"makes no number", &ck_pass, NULL, NULL, makes_no_number, CK_WRONG_VALUE},
    {"writes between pixels", &ck_pass, NULL, NULL, writes_between_pixels, CK_WROTE_OUTSIDE},
};

static struct ck_kernel kernel_of(const struct wrong *wrong)
{
    const struct cg_native_kernels *isa = plain();
    struct ck_kernel kernel = {
        .kind = wrong->kind,
        .isa = isa,
        .gemm = wrong->gemm,
        .tile_m = isa->gemm[0].tile_m,
        .tile_n = isa->gemm[0].tile_n,
        .window = wrong->kind == &ck_avg_pool ? &isa->avg_pool[isa->n_avg_pool - 1]
                                              : &isa->depthwise[isa->n_depthwise - 1],
        .window_fn = wrong->window,
        .any_window = true,
        .pass = CG_PASS_ADD,
        .pass_fn = wrong->pass,
    };
    snprintf(kernel.name, sizeof kernel.name, "one that %s", wrong->what);
    return kernel;
}

int ck_self_test(struct ck_memory *memory, uint64_t seed)
{
    struct ck_bench *bench = NULL;
    struct cg_error err = {0};
    int passed = 0;
    if (ck_bench_create(&bench, NULL, &err) != CG_OK) /* under emulation, say */
        printf("nothing can be timed here: %s\n", err.text);
    for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++) {
        const struct ck_kernel kernel = kernel_of(&wrongs[i]);
        const struct ck_outcome outcome = ck_kernel_check(&kernel, memory, seed);
        const enum ck_verdict found = outcome.wrong ? outcome.result.verdict : CK_RIGHT;
        printf("%-36s %s\n", kernel.name, ck_verdict_name(found));
        passed += found != wrongs[i].expected;
    }
    const struct ck_kernel kernel = kernel_of(&wrongs[0]);
    if (bench && ck_kernel_bench(bench, &kernel, memory, &err) != CG_CHECK_FAILED) {
        printf("%-36s was timed\n", kernel.name);
        passed++;
    }
    ck_bench_destroy(&bench);
    return passed;
}
