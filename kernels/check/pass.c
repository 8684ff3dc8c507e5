/* Passes over pixels. */
#include "kernels/check/check.h"
#include "kernels/check/plain.h"

#include <stdio.h>
#include <string.h>

static bool has(const struct ck_call *call, enum ck_special special)
{
    return call->shape.specials & CK_MASK(special);
}

static bool is_binary(enum cg_pass pass)
{
    return pass == CG_PASS_ADD || pass == CG_PASS_MUL;
}

/* Whether an output depends on its own place only. */
static bool works_in_place(enum cg_pass pass)
{
    return pass != CG_PASS_COPY && pass != CG_PASS_GATHER && pass != CG_PASS_MEAN;
}

/* ---- shapes ---- */

static void sweep(const struct ck_kernel *kernel, ck_visit *visit, void *context)
{
    const enum cg_pass pass = kernel->pass;
    const unsigned always = pass == CG_PASS_GATHER ? CK_MASK(CK_GATHERED) : 0;
    const unsigned other = is_binary(pass)          ? CK_MASK(CK_ONE_B)
                           : pass == CG_PASS_AFFINE ? CK_MASK(CK_GATHERED)
                                                    : always;
    for (int channels = 1; channels <= 40; channels++)
        for (int gap = 0; gap <= 3; gap += 3) {
            struct ck_shape s = {.m = 1 + channels % 7, .n = channels, .gap = gap, .specials = always};
            visit(&s, context);
            s.m = channels % 2 ? 5 : 37;
            s.specials = other;
            visit(&s, context);
            s.specials = CK_MASK(CK_IN_PLACE);
            if (works_in_place(pass))
                visit(&s, context);
            s.specials = CK_MASK(CK_IN_PLACE_B);
            if (is_binary(pass))
                visit(&s, context);
        }
    /* More channels than are gathered at once, more pixels than stay in the cache; prime strides. */
    visit(&(struct ck_shape){.m = 21, .n = 523, .gap = 18, .specials = other}, context);
    visit(&(struct ck_shape){.m = 331, .n = 64, .gap = 37, .specials = always}, context);
    if (pass >= CG_PASS_SIGMOID && pass <= CG_PASS_GELU_TANH)
        visit(&(struct ck_shape){.m = 3, .n = 21, .specials = CK_MASK(CK_FAR)}, context);
}

static void bench(const struct ck_kernel *kernel, ck_visit *visit, void *context)
{
    static const struct {
        int m, channels;
    } maps[] = {{49, 464}, {196, 232}, {784, 116}, {784, 24}};
    for (size_t i = 0; i < sizeof maps / sizeof *maps; i++)
        visit(&(struct ck_shape){.m = maps[i].m,
                                 .n = maps[i].channels,
                                 .specials = kernel->pass == CG_PASS_GATHER ? CK_MASK(CK_GATHERED) : 0},
              context);
}

static void describe(const struct ck_shape *s, char *text, size_t size)
{
    snprintf(text, size, "%d pixels of %d", s->m, s->n);
}

/* ---- calls ---- */

/* Channels from one of two maps. */
static const struct cg_pass_source *make_sources(const struct ck_call *call, struct ck_memory *memory,
                                                 const float *a, const float *b)
{
    const int channels = call->shape.n, stride = channels + call->shape.gap;
    struct cg_pass_source *sources = ck_list(memory, (size_t)channels * sizeof *sources);
    for (int j = 0; j < channels; j++)
        sources[j] = (struct cg_pass_source){(j % 3 ? a : b) + (j * 7 + 3) % channels, stride};
    return sources;
}

static void make_far(float *a, int n)
{
    static const float far[] = {-1000, 1000, 0, -20, 88, -88, 17, -3, 3};
    for (int i = 0; i < n; i++)
        a[i] = far[i % (int)(sizeof far / sizeof *far)];
}

/* Puts an operand where the output will stand; what lies between pixels is left. */
static const float *move_to_output(const struct ck_call *call, const float *from)
{
    const int stride = call->shape.n + call->shape.gap;
    for (int i = 0; i < call->shape.m; i++)
        memcpy(call->out + i * stride, from + i * stride, (size_t)call->shape.n * sizeof(float));
    return call->out;
}

static void make(struct ck_call *call, struct ck_memory *memory)
{
    const struct ck_shape *s = &call->shape;
    const enum cg_pass pass = call->kernel->pass;
    const int stride = s->n + s->gap, floats = s->m * stride - s->gap;
    float *a = ck_input(memory, (size_t)floats), *b = ck_input(memory, (size_t)floats);
    for (int i = 0; i < floats; i++)
        a[i] *= 8;
    if (has(call, CK_FAR))
        make_far(a, floats);
    call->near = has(call, CK_FAR) ? 1e-24 : 1;
    call->out_size = (size_t)(pass == CG_PASS_MEAN ? s->n : floats);
    call->out = ck_output(memory, call->out_size);
    call->expected = ck_output(memory, call->out_size);
    call->pass =
        (struct cg_pass_args){.m = s->m,
                              .channels = s->n,
                              .a = has(call, CK_IN_PLACE) ? move_to_output(call, a) : a,
                              .b = !is_binary(pass)           ? NULL
                                   : has(call, CK_IN_PLACE_B) ? move_to_output(call, b)
                                                              : b,
                              .a_stride = stride,
                              .b_stride = has(call, CK_ONE_B) ? 0 : stride,
                              .out = call->out,
                              .out_stride = stride,
                              .scale = ck_input(memory, (size_t)s->n),
                              .shift = ck_input(memory, (size_t)s->n),
                              .sources = has(call, CK_GATHERED) ? make_sources(call, memory, a, b) : NULL,
                              .lo = pass == CG_PASS_MEAN         ? 1.0f / (float)s->m
                                    : pass == CG_PASS_LAYER_NORM ? 1
                                                                 : -1,
                              .hi = 3};
}

static void expect(struct ck_call *call)
{
    const struct cg_pass_args *p = &call->pass;
    const int m = call->kernel->pass == CG_PASS_MEAN ? 1 : p->m;
    for (int i = 0; i < m; i++)
        for (int j = 0; j < p->channels; j++)
            call->expected[i * p->out_stride + j] = (float)ck_plain_pass(p, call->kernel->pass, i, j);
}

static void run(const struct ck_call *call)
{
    call->kernel->pass_fn(&call->pass);
}

static struct ck_work work(const struct ck_call *call)
{
    const int64_t size = sizeof(float), all = (int64_t)call->pass.m * call->pass.channels * size;
    return (struct ck_work){0, all * (call->pass.b ? 2 : 1),
                            call->kernel->pass == CG_PASS_MEAN ? call->pass.channels * size : all};
}

const struct ck_kind ck_pass = {"pass", 2e-6, sweep, bench, make, expect, run, work, describe};
