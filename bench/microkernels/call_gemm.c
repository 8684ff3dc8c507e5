/* Calls of gemm and of group kernels, which take the same arguments. */
#include "bench/microkernels/call_kinds.h"
#include "bench/microkernels/plain.h"

#include <stdlib.h>
#include <string.h>

/* The `kernel`-th row of the groups' table that takes the shape; NULL behind the last. */
static const struct cg_group_kernel *group_row(const struct cg_native_kernels *isa,
                                               const struct cg_kernel_shape *s, int kernel)
{
    if (s->segment % isa->lanes || s->row % isa->lanes || s->groups > isa->lanes)
        return NULL;
    for (int i = 0; i < isa->n_group; i++)
        if (isa->group[i].outputs <= s->n && kernel-- == 0)
            return &isa->group[i];
    return NULL;
}

static int count_gemm(const struct cg_native_kernels *isa, const struct cg_kernel_shape *shape)
{
    (void)shape;
    return isa->n_gemm;
}

static int count_group(const struct cg_native_kernels *isa, const struct cg_kernel_shape *shape)
{
    int n = 0;
    while (group_row(isa, shape, n))
        n++;
    return n;
}

static const char *name_gemm(const struct cg_native_kernels *isa, const struct cg_kernel_shape *shape,
                             int kernel)
{
    (void)shape;
    return isa->gemm[kernel].name;
}

static const char *name_group(const struct cg_native_kernels *isa, const struct cg_kernel_shape *shape,
                              int kernel)
{
    return group_row(isa, shape, kernel)->name;
}

/* Parts of k, whose rows for a window lie a row of the map apart; here one behind the other. */
static bool make_segments(struct cg_kernel_call *c)
{
    const struct cg_kernel_shape *s = &c->shape;
    const size_t map_row = (size_t)s->m * (size_t)s->row + (size_t)s->segment;
    c->a = cg_call_operand(map_row * (size_t)s->segments);
    c->segments = calloc((size_t)s->segments, sizeof *c->segments);
    if (!c->a || !c->segments)
        return false;
    for (int i = 0; i < s->segments; i++)
        c->segments[i] =
            (struct cg_gemm_segment){c->a + map_row * (size_t)i, s->row, s->segment, i * s->segment};
    return true;
}

static struct cg_gemm_args gemm_args(const struct cg_kernel_call *c, int n, int c_stride)
{
    return (struct cg_gemm_args){.m = c->shape.m,
                                 .n = n,
                                 .n_segments = c->shape.segments,
                                 .segments = c->segments,
                                 .b = c->weights,
                                 .bias = c->bias,
                                 .c = c->out,
                                 .c_stride = c_stride,
                                 .lo = 0,
                                 .hi = 6};
}

static bool make_gemm(struct cg_kernel_call *c, int kernel)
{
    c->gemm_kernel = &c->isa->gemm[kernel];
    const struct cg_kernel_shape *s = &c->shape;
    const int tile_n = c->gemm_kernel->tile_n, n = s->n < tile_n ? s->n : tile_n;
    const int k = s->segments * s->segment;
    c->weights = cg_call_operand((size_t)k * (size_t)tile_n);
    c->bias = cg_call_operand((size_t)tile_n);
    c->out = cg_call_operand((size_t)s->m * (size_t)s->n);
    if (!c->weights || !c->bias || !c->out || !make_segments(c))
        return false;
    for (int i = 0; i < k; i++)
        memset(c->weights + (size_t)i * (size_t)tile_n + n, 0, (size_t)(tile_n - n) * sizeof(float));
    c->gemm = gemm_args(c, n, s->n);
    return true;
}

/* Lane l is of group l % groups, a power of two: lanes that differ in higher bits are summed. */
static bool make_group(struct cg_kernel_call *c, int kernel)
{
    c->group_kernel = group_row(c->isa, &c->shape, kernel);
    const struct cg_kernel_shape *s = &c->shape;
    const int outputs = c->group_kernel->outputs, n = outputs * s->groups;
    c->weights = cg_call_operand((size_t)s->segments * (size_t)s->segment * (size_t)outputs);
    c->bias = cg_call_operand((size_t)n + (size_t)c->isa->lanes);
    c->out = cg_call_operand((size_t)s->m * (size_t)n);
    if (!c->weights || !c->bias || !c->out || !make_segments(c))
        return false;
    c->gemm = gemm_args(c, n, n);
    c->gemm.sum_lanes = (unsigned)(c->isa->lanes - 1) & ~(unsigned)(s->groups - 1);
    return true;
}

static void run_gemm(struct cg_kernel_call *c)
{
    c->gemm_kernel->run(&c->gemm);
}

static void run_group(struct cg_kernel_call *c)
{
    c->group_kernel->run(&c->gemm);
}

static double expected_gemm(const struct cg_kernel_call *c, int row, int column)
{
    return cg_plain_gemm(&c->gemm, c->gemm_kernel->tile_n, row, column);
}

static double expected_group(const struct cg_kernel_call *c, int row, int column)
{
    return cg_plain_group(&c->gemm, c->isa->lanes, c->group_kernel->outputs, row, column);
}

/* Every CHECK_ROWS-th row and the last two: all places of a row in tiles occur, at a small part of the cost.
 */
#define CHECK_ROWS 11

static double largest_error(const struct cg_kernel_call *c,
                            double (*expected)(const struct cg_kernel_call *c, int row, int column))
{
    const struct cg_gemm_args *g = &c->gemm;
    double error = 0;
    for (int i = 0; i < g->m; i++)
        for (int j = 0; j < g->n && (i % CHECK_ROWS == 0 || i >= g->m - 2); j++)
            error = cg_call_worse(error, g->c[i * g->c_stride + j], expected(c, i, j));
    return error;
}

static double error_gemm(const struct cg_kernel_call *c)
{
    return largest_error(c, expected_gemm);
}

static double error_group(const struct cg_kernel_call *c)
{
    return largest_error(c, expected_group);
}

/* `terms`: products that an output sums. */
static struct cg_kernel_work work_of_terms(const struct cg_kernel_call *c, int64_t terms)
{
    const int64_t size = sizeof(float), m = c->gemm.m, n = c->gemm.n;
    /* Neighbouring windows overlap: a row of the map is read once. */
    const int64_t row = m * (c->shape.row < c->shape.segment ? c->shape.row : c->shape.segment);
    return (struct cg_kernel_work){m * n * terms, (row * c->shape.segments + (terms + 1) * n) * size,
                                   m * n * size};
}

static struct cg_kernel_work work_gemm(const struct cg_kernel_call *c)
{
    return work_of_terms(c, (int64_t)c->shape.segments * c->shape.segment);
}

static struct cg_kernel_work work_group(const struct cg_kernel_call *c)
{
    return work_of_terms(c, (int64_t)c->shape.segments * c->shape.segment / c->shape.groups);
}

const struct cg_call_kind cg_call_gemm = {count_gemm, name_gemm, make_gemm, run_gemm, error_gemm, work_gemm};
const struct cg_call_kind cg_call_group = {count_group, name_group,  make_group,
                                           run_group,   error_group, work_group};
