/* Gemm and group kernels, which take the same arguments. */
#include "kernels/check/check.h"
#include "kernels/check/plain.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define LINE ((int)(CG_NATIVE_ALIGN / sizeof(float))) /* floats in a cache line */

static bool has(const struct ck_shape *shape, enum ck_special special)
{
    return shape->specials & CK_MASK(special);
}

/* ---- shapes ---- */

/* Each way to hand rows over: as they are, backwards, with lines taken back, fetching ahead. */
static void sweep_walks(const struct ck_kernel *kernel, ck_visit *visit, void *context)
{
    const unsigned ways[] = {CK_MASK(CK_SHARED), CK_MASK(CK_SHARED) | CK_MASK(CK_BACKWARDS),
                             CK_MASK(CK_AHEAD), CK_MASK(CK_AHEAD) | CK_MASK(CK_SHARED)};
    for (int m = 1; m <= 2 * kernel->tile_m + 1; m += kernel->tile_m > 2 ? 3 : 1)
        for (int n = 1; n <= kernel->tile_n; n += n < kernel->tile_n - 7 ? 7 : 1)
            for (size_t way = 0; way < sizeof ways / sizeof *ways; way++)
                visit(&(struct ck_shape){.m = m,
                                         .n = n,
                                         .k = 21,
                                         .parts = 1,
                                         .gap = 3,
                                         .specials = ways[way] | CK_MASK(CK_UNBOUNDED)},
                      context);
}

/* Several panels in a call, in each way. */
static void sweep_panels(const struct ck_kernel *kernel, ck_visit *visit, void *context)
{
    const unsigned ways[] = {0,
                             CK_MASK(CK_RESIDUAL),
                             CK_MASK(CK_RESIDUAL) | CK_MASK(CK_IN_PLACE),
                             CK_MASK(CK_SHARED),
                             CK_MASK(CK_SHARED) | CK_MASK(CK_BACKWARDS),
                             CK_MASK(CK_SHARED) | CK_MASK(CK_AHEAD)};
    for (int more = 1; more <= 3; more++)
        for (int tiles = 1; tiles <= 3; tiles++)
            for (size_t way = 0; way < sizeof ways / sizeof *ways; way++)
                visit(&(struct ck_shape){.m = tiles * kernel->tile_m,
                                         .n = kernel->tile_n,
                                         .k = 7 + tiles,
                                         .more = more,
                                         .parts = ways[way] & CK_MASK(CK_SHARED) ? 1 : more,
                                         .gap = 3,
                                         .specials = ways[way]},
                      context);
}

static void sweep_gemm(const struct ck_kernel *kernel, ck_visit *visit, void *context)
{
    const unsigned residual = CK_MASK(CK_RESIDUAL) | CK_MASK(CK_UNBOUNDED);
    const int tile_m = kernel->tile_m, tile_n = kernel->tile_n;
    for (int m = 1; m <= 2 * tile_m + 1; m++)
        visit(&(struct ck_shape){.m = m,
                                 .n = tile_n,
                                 .k = 7 + m % 5,
                                 .parts = 1 + m % 3,
                                 .gap = 3,
                                 .specials = m % 2 ? residual : 0},
              context);
    for (int n = 1; n <= tile_n; n++)
        visit(&(struct ck_shape){.m = tile_m + 1,
                                 .n = n,
                                 .k = 9,
                                 .parts = 1 + n % 3,
                                 .gap = 3,
                                 .specials = n % 2 ? residual : 0},
              context);
    /* Fewer steps than a tile ends in, as many, and more, in the last part or in all. */
    for (int k = 1; k <= 10; k++)
        for (int parts = 1; parts <= 2 && parts <= k; parts++)
            visit(&(struct ck_shape){.m = 2 * tile_m - 1, .n = tile_n, .k = k, .parts = parts, .gap = 3},
                  context);
    const struct ck_shape more[] = {
        {.m = 1, .n = 1, .k = 1, .parts = 1, .gap = 3},
        {.m = tile_m + 1, .n = tile_n, .parts = 0, .gap = 1},
        {.m = 2 * tile_m, .n = tile_n, .k = 33, .parts = 1},
        {.m = 30, .n = tile_n, .k = 200, .parts = 8, .gap = 3, .specials = residual},
        {.m = 4 * tile_m + 1, .n = tile_n, .k = 64, .parts = 1, .gap = 61},
        {.m = tile_m + 1,
         .n = tile_n,
         .k = 17,
         .parts = 2,
         .gap = 7,
         .specials = residual | CK_MASK(CK_IN_PLACE)},
    };
    for (size_t i = 0; i < sizeof more / sizeof *more; i++)
        visit(&more[i], context);
    sweep_walks(kernel, visit, context);
    if (kernel->panels)
        sweep_panels(kernel, visit, context);
}

/* Columns of a group kernel's output: what is left when lanes are summed. */
static int group_columns(const struct ck_kernel *kernel, unsigned sum_lanes)
{
    int n = kernel->outputs * kernel->isa->lanes;
    for (unsigned bit = 1; bit < (unsigned)kernel->isa->lanes; bit <<= 1)
        n /= sum_lanes & bit ? 2 : 1;
    return n;
}

static void sweep_group(const struct ck_kernel *kernel, ck_visit *visit, void *context)
{
    for (unsigned sum_lanes = 0; sum_lanes < (unsigned)kernel->isa->lanes; sum_lanes++)
        for (int m = 1; m <= 2 * kernel->tile_m + 1; m++)
            visit(&(struct ck_shape){.m = m,
                                     .n = group_columns(kernel, sum_lanes),
                                     .parts = 1 + m % 3,
                                     .gap = 3,
                                     .sum_lanes = sum_lanes,
                                     .specials = (m + kernel->outputs) % 2
                                                     ? CK_MASK(CK_RESIDUAL) | CK_MASK(CK_UNBOUNDED)
                                                     : 0},
                  context);
}

/* Pointwise layers, then a 3x3 window's rows. */
static void bench_gemm(const struct ck_kernel *kernel, ck_visit *visit, void *context)
{
    static const int k[] = {24, 58, 116, 256, 576, 1152};
    for (size_t i = 0; i < sizeof k / sizeof *k; i++)
        visit(&(struct ck_shape){.m = 168 / kernel->tile_m * kernel->tile_m,
                                 .n = kernel->tile_n,
                                 .k = k[i],
                                 .parts = k[i] > 256 ? 3 : 1},
              context);
}

/* 3x3 windows over groups whose channels take turns, one in each lane. */
static void bench_group(const struct ck_kernel *kernel, ck_visit *visit, void *context)
{
    for (int groups = 4; groups <= kernel->isa->lanes; groups *= 2) {
        const unsigned sum_lanes = (unsigned)(kernel->isa->lanes - 1) & ~(unsigned)(groups - 1);
        visit(
            &(struct ck_shape){
                .m = 28, .n = group_columns(kernel, sum_lanes), .parts = 3, .k = 12, .sum_lanes = sum_lanes},
            context);
    }
}

static void describe(const struct ck_shape *s, char *text, size_t size)
{
    if (s->sum_lanes)
        snprintf(text, size, "m=%d n=%d parts=%d sum_lanes=%x", s->m, s->n, s->parts, s->sum_lanes);
    else
        snprintf(text, size, "m=%d n=%d k=%dx%d%s", s->m, s->n * (1 + s->more), s->parts,
                 s->parts ? s->k / s->parts : 0, s->more ? " in panels" : "");
}

/* ---- calls ---- */

/* The lengths of the parts of k, as they lie in a row; returns their sum. */
static int part_lengths(const struct ck_call *call, int len[CK_PARTS])
{
    const struct ck_shape *s = &call->shape;
    int k = 0;
    for (int i = 0; i < s->parts; k += len[i++])
        len[i] = call->kernel->outputs ? (s->k ? s->k : i + 1) * call->kernel->isa->lanes
                                       : s->k * (i + 1) / s->parts - s->k * i / s->parts;
    return k;
}

/* Segments come from the end of a row backwards: their order must not matter. */
static void make_segments(struct ck_call *call, struct ck_memory *memory, const int *len, int k)
{
    const struct ck_shape *s = &call->shape;
    const int stride = k + s->gap, m = s->m;
    const float *a = k ? ck_input(memory, (size_t)m * (size_t)stride - (size_t)s->gap) : NULL;
    struct cg_gemm_segment *segments = ck_list(memory, CK_PARTS * sizeof *segments);
    const bool back = has(s, CK_BACKWARDS);
    for (int i = 0, from = 0; i < s->parts; from += len[i++])
        segments[s->parts - 1 - i] = (struct cg_gemm_segment){a + from + (back ? (m - 1) * stride : 0),
                                                              back ? -stride : stride, len[i], from};
    call->gemm.segments = segments;
}

/* Of the output, in all panels. */
static int columns_of(const struct ck_shape *s)
{
    return s->n * (1 + s->more);
}

static void make_output(struct ck_call *call, struct ck_memory *memory)
{
    const struct ck_shape *s = &call->shape;
    struct cg_gemm_args *g = &call->gemm;
    const int columns = columns_of(s), c_stride = columns + s->gap;
    call->out_size = (size_t)s->m * (size_t)c_stride - (size_t)s->gap;
    call->out = ck_output(memory, call->out_size);
    call->expected = ck_output(memory, call->out_size);
    g->c = call->out;
    g->c_stride = c_stride;
    if (has(s, CK_RESIDUAL)) {
        g->residual_stride = has(s, CK_IN_PLACE) ? c_stride : columns + 1;
        g->residual = ck_input(memory, (size_t)s->m * (size_t)g->residual_stride);
    }
    if (has(s, CK_IN_PLACE)) {
        for (int i = 0; i < s->m; i++)
            memcpy(call->out + i * c_stride, g->residual + i * c_stride, (size_t)columns * sizeof(float));
        g->residual = call->out;
    }
    if (has(s, CK_BACKWARDS)) {
        g->c += (s->m - 1) * c_stride;
        g->c_stride = -c_stride;
    }
}

/* What lies ahead is only fetched; the same block of the map that is written next is zeroed line by line. */
static void make_ways(struct ck_call *call, struct ck_memory *memory)
{
    const struct ck_shape *s = &call->shape;
    if (has(s, CK_AHEAD)) {
        call->gemm.ahead = (const char *)ck_input(memory, 4096);
        call->gemm.ahead_row = 64;
        call->gemm.ahead_panel = 128;
        call->gemm.ahead_more = CG_NATIVE_ALIGN;
        call->shared.ahead_last = 4096;
    }
    if (has(s, CK_SHARED)) {
        call->next = ck_output(memory, call->out_size);
        call->next_expected = ck_output(memory, call->out_size);
        call->shared.written_next = (char *)call->next - (char *)call->out;
        call->shared.rows_below = 2;
        call->gemm.shared = &call->shared;
    }
}

/* The weights of one panel, or of several with the biases of each behind its weights. */
static float *make_weights(const struct ck_call *call, struct ck_memory *memory, int k)
{
    const struct ck_kernel *kernel = call->kernel;
    const struct ck_shape *s = &call->shape;
    const int width = kernel->outputs ? kernel->outputs : kernel->tile_n;
    if (s->more)
        return ck_packed(memory, (size_t)(1 + s->more) * (size_t)(k + 1) * (size_t)width);
    float *b = ck_packed(memory, (size_t)(k ? k : 1) * (size_t)width);
    for (int i = 0; i < k && !kernel->outputs; i++)
        for (int j = s->n; j < width; j++)
            b[kernel->along_k ? j * k + i : i * width + j] = 0;
    return b;
}

static void make(struct ck_call *call, struct ck_memory *memory)
{
    const struct ck_kernel *kernel = call->kernel;
    const struct ck_shape *s = &call->shape;
    int len[CK_PARTS];
    const int k = part_lengths(call, len),
              biases = kernel->outputs ? kernel->outputs * kernel->isa->lanes : kernel->tile_n;
    float *b = make_weights(call, memory, k);
    call->gemm =
        (struct cg_gemm_args){.m = s->m,
                              .n = s->n,
                              .n_segments = s->parts,
                              .b = b,
                              .bias = s->more ? b + k * kernel->tile_n : ck_packed(memory, (size_t)biases),
                              .more = s->more,
                              .panel_step = (k + 1) * kernel->tile_n,
                              .lo = has(s, CK_UNBOUNDED) ? -INFINITY : 0,
                              .hi = has(s, CK_UNBOUNDED) ? INFINITY : 1.5f,
                              .sum_lanes = s->sum_lanes};
    call->tolerance *= 1 + k / 256.0; /* roundings add up */
    make_segments(call, memory, len, k);
    make_output(call, memory);
    make_ways(call, memory);
}

/* What row i, column j of all panels has to be. */
static double expected_at(const struct ck_call *call, int k, int i, int j)
{
    const struct ck_kernel *kernel = call->kernel;
    const int panel = j / call->gemm.n;
    struct cg_gemm_args one = call->gemm;
    one.b += panel * one.panel_step;
    one.bias += panel * one.panel_step;
    if (one.residual)
        one.residual += panel * one.n;
    j -= panel * one.n;
    if (kernel->outputs)
        return ck_plain_group(&one, kernel->isa->lanes, kernel->outputs, i, j);
    return ck_plain_gemm(&one, kernel->along_k ? 1 : kernel->tile_n, kernel->along_k ? k : 1, i, j);
}

static void expect(struct ck_call *call)
{
    const struct cg_gemm_args *g = &call->gemm;
    const struct ck_kernel *kernel = call->kernel;
    int len[CK_PARTS];
    const int k = part_lengths(call, len), columns = columns_of(&call->shape);
    for (int i = 0; i < g->m; i++)
        for (int j = 0; j < columns; j++)
            call->expected[g->c - call->out + i * g->c_stride + j] = (float)expected_at(call, k, i, j);
    for (int i = 0; i < g->m && call->next; i++)
        for (int j = 0; j < columns; j += LINE)
            call->next_expected[g->c - call->out + i * g->c_stride + j] = 0;
    if (!call->next)
        return;
    /* Whoever of two threads computes a row, and from which end: to the bit the same. */
    struct cg_gemm_args plainly = *g;
    struct cg_gemm_segment forward = g->segments[0];
    plainly.shared = NULL;
    plainly.c = call->expected;
    if (has(&call->shape, CK_BACKWARDS)) {
        forward.a += (g->m - 1) * forward.stride;
        forward.stride = -forward.stride;
        plainly.segments = &forward;
        plainly.c_stride = -g->c_stride;
    }
    kernel->gemm(&plainly);
    call->tolerance = 0;
}

static void run(const struct ck_call *call)
{
    call->kernel->gemm(&call->gemm);
}

static struct ck_work work(const struct ck_call *call)
{
    int len[CK_PARTS];
    const int64_t size = sizeof(float), m = call->gemm.m, n = columns_of(&call->shape),
                  k = part_lengths(call, len);
    int64_t terms = k; /* of an output's sum */
    for (unsigned bit = 1; bit < (unsigned)call->kernel->isa->lanes && call->kernel->outputs; bit <<= 1)
        terms /= call->shape.sum_lanes & bit ? 1 : 2;
    return (struct ck_work){m * n * terms, (m * k + (terms + 1) * n) * size, m * n * size};
}

const struct ck_kind ck_gemm = {"gemm", 1e-5, sweep_gemm, bench_gemm, make, expect, run, work, describe};
const struct ck_kind ck_group = {"group", 1e-5, sweep_group, bench_group, make, expect, run, work, describe};
