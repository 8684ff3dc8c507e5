/* Calls of passes. */
#include "bench/microkernels/call_kinds.h"
#include "bench/microkernels/plain.h"

#include <stdlib.h>

static int count(const struct cg_native_kernels *isa, const struct cg_kernel_shape *shape)
{
    (void)isa;
    (void)shape;
    return 1;
}

static const char *name(const struct cg_native_kernels *isa, const struct cg_kernel_shape *shape, int kernel)
{
    (void)kernel;
    return isa->pass[shape->pass].name;
}

static bool make(struct cg_kernel_call *c, int kernel)
{
    (void)kernel;
    const struct cg_kernel_shape *s = &c->shape;
    const size_t n = (size_t)s->m * (size_t)s->channels;
    const bool two = s->pass == CG_PASS_ADD || s->pass == CG_PASS_MUL;
    c->a = cg_call_operand(n);
    c->b = cg_call_operand(n);
    c->weights = cg_call_operand((size_t)s->channels);
    c->out = cg_call_operand(n);
    c->sources = calloc((size_t)s->channels, sizeof *c->sources);
    if (!c->a || !c->b || !c->weights || !c->out || !c->sources)
        return false;
    for (int j = 0; j < s->channels; j++) { /* a shuffle of two groups */
        const int from = s->channels % 2 ? s->channels - 1 - j : j % 2 * (s->channels / 2) + j / 2;
        c->sources[j] = (struct cg_pass_source){c->a + from, s->stride};
    }
    c->pass = (struct cg_pass_args){.m = s->m,
                                    .channels = s->channels,
                                    .a = c->a,
                                    .b = two ? c->b : NULL,
                                    .a_stride = s->stride,
                                    .b_stride = s->stride,
                                    .out = c->out,
                                    .out_stride = s->stride,
                                    .scale = c->weights,
                                    .shift = c->b,
                                    .sources = s->pass == CG_PASS_GATHER ? c->sources : NULL,
                                    .lo = s->pass == CG_PASS_MEAN ? 1.0f / (float)s->m : 0,
                                    .hi = 6};
    return true;
}

static void run(struct cg_kernel_call *c)
{
    c->isa->pass[c->shape.pass].run(&c->pass);
}

static double error(const struct cg_kernel_call *c)
{
    const struct cg_pass_args *p = &c->pass;
    const int m = c->shape.pass == CG_PASS_MEAN ? 1 : p->m;
    double worst = 0;
    for (int i = 0; i < m; i++)
        for (int j = 0; j < p->channels; j++)
            worst =
                cg_call_worse(worst, p->out[i * p->out_stride + j], cg_plain_pass(p, c->shape.pass, i, j));
    return worst;
}

static struct cg_kernel_work work(const struct cg_kernel_call *c)
{
    const int64_t size = sizeof(float), all = (int64_t)c->pass.m * c->pass.channels * size;
    return (struct cg_kernel_work){0, all * (c->pass.b ? 2 : 1),
                                   c->shape.pass == CG_PASS_MEAN ? c->pass.channels * size : all};
}

const struct cg_call_kind cg_call_pass = {count, name, make, run, error, work};
