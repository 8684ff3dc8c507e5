#include "bench/microkernels/call.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct cg_kernel_call {
    struct cg_kernel_shape shape;
    const struct cg_native_kernels *isa;
    const struct cg_gemm_kernel *gemm_kernel;
    const struct cg_group_kernel *group_kernel;
    const struct cg_window_kernel *window_kernel;
    struct cg_gemm_args gemm;
    struct cg_window_args window;
    struct cg_pass_args pass;
    struct cg_gemm_segment *segments;
    const float **rows;
    struct cg_pass_source *sources;
    int out_h, out_w;
    float *a, *b, *weights, *bias, *out; /* first operand, second or shift, ... */
};

static int out_size(int size, int kernel, int stride, int dilation, int before, int after)
{
    return (size + before + after - dilation * (kernel - 1) - 1) / stride + 1;
}

/* The window table of a kind, and its length. */
static const struct cg_window_kernel *window_table(const struct cg_native_kernels *isa,
                                                   enum cg_kernel_kind kind, int *n)
{
    *n = kind == CG_KERNEL_DEPTHWISE  ? isa->n_depthwise
         : kind == CG_KERNEL_MAX_POOL ? isa->n_max_pool
                                      : isa->n_avg_pool;
    return kind == CG_KERNEL_DEPTHWISE  ? isa->depthwise
           : kind == CG_KERNEL_MAX_POOL ? isa->max_pool
                                        : isa->avg_pool;
}

/* The `kernel`-th row that takes the shape's window; NULL behind the last. */
static const struct cg_window_kernel *window_row(const struct cg_native_kernels *isa,
                                                 const struct cg_kernel_shape *s, int kernel)
{
    int n;
    const struct cg_window_kernel *rows = window_table(isa, s->kind, &n);
    const struct cg_window *w = &s->window;
    for (int i = 0; i < n; i++)
        if ((i == n - 1 || /* the last takes any */
             cg_window_kernel_for(&rows[i], 2, w->kernel_h, w->kernel_w, w->stride_h, w->stride_w,
                                  w->dilation_h, w->dilation_w, w->pad_left) == &rows[i]) &&
            kernel-- == 0)
            return &rows[i];
    return NULL;
}

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

int cg_kernel_count(const struct cg_native_kernels *isa, const struct cg_kernel_shape *shape)
{
    int n = 0;
    if (shape->kind == CG_KERNEL_GROUP) {
        while (group_row(isa, shape, n))
            n++;
        return n;
    }
    if (shape->kind == CG_KERNEL_GEMM)
        return isa->n_gemm;
    if (shape->kind == CG_KERNEL_PASS)
        return 1;
    while (window_row(isa, shape, n))
        n++;
    return n;
}

const char *cg_kernel_name(const struct cg_native_kernels *isa, const struct cg_kernel_shape *shape,
                           int kernel)
{
    return shape->kind == CG_KERNEL_GEMM    ? isa->gemm[kernel].name
           : shape->kind == CG_KERNEL_GROUP ? group_row(isa, shape, kernel)->name
           : shape->kind == CG_KERNEL_PASS  ? isa->pass[shape->pass].name
                                            : window_row(isa, shape, kernel)->name;
}

/* `n` floats of seeded values in [-1, 1), aligned as plans align. */
static float *make(size_t n)
{
    const size_t bytes = (n * sizeof(float) / CG_NATIVE_ALIGN + 1) * CG_NATIVE_ALIGN;
    float *p = aligned_alloc(CG_NATIVE_ALIGN, bytes);
    uint32_t state = 1807;
    for (size_t i = 0; p && i < bytes / sizeof(float); i++) {
        state = state * 1664525u + 1013904223u;
        p[i] = (float)(state >> 8) / 8388608.0f - 1.0f;
    }
    return p;
}

/* Parts of k, whose rows for a window lie a row of the map apart; here one behind the other. */
static bool make_segments(struct cg_kernel_call *c)
{
    const struct cg_kernel_shape *s = &c->shape;
    const size_t map_row = (size_t)s->m * (size_t)s->row + (size_t)s->segment;
    c->a = make(map_row * (size_t)s->segments);
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

static bool make_gemm(struct cg_kernel_call *c)
{
    const struct cg_kernel_shape *s = &c->shape;
    const int tile_n = c->gemm_kernel->tile_n, n = s->n < tile_n ? s->n : tile_n;
    const int k = s->segments * s->segment;
    c->weights = make((size_t)k * (size_t)tile_n);
    c->bias = make((size_t)tile_n);
    c->out = make((size_t)s->m * (size_t)s->n);
    if (!c->weights || !c->bias || !c->out || !make_segments(c))
        return false;
    for (int i = 0; i < k; i++)
        memset(c->weights + (size_t)i * (size_t)tile_n + n, 0, (size_t)(tile_n - n) * sizeof(float));
    c->gemm = gemm_args(c, n, s->n);
    return true;
}

/* Lane l is of group l % groups, a power of two: lanes that differ in higher bits are summed. */
static bool make_group(struct cg_kernel_call *c)
{
    const struct cg_kernel_shape *s = &c->shape;
    const int outputs = c->group_kernel->outputs, n = outputs * s->groups;
    c->weights = make((size_t)s->segments * (size_t)s->segment * (size_t)outputs);
    c->bias = make((size_t)n + (size_t)c->isa->lanes);
    c->out = make((size_t)s->m * (size_t)n);
    if (!c->weights || !c->bias || !c->out || !make_segments(c))
        return false;
    c->gemm = gemm_args(c, n, n);
    c->gemm.sum_lanes = (unsigned)(c->isa->lanes - 1) & ~(unsigned)(s->groups - 1);
    return true;
}

static bool make_window(struct cg_kernel_call *c)
{
    const struct cg_kernel_shape *s = &c->shape;
    const struct cg_window *w = &s->window;
    const int lanes = c->window_kernel->lanes, taps = w->kernel_h * w->kernel_w;
    const size_t blocks = ((size_t)s->channels + (size_t)lanes - 1) / (size_t)lanes;
    c->out_h = out_size(s->h, w->kernel_h, w->stride_h, w->dilation_h, w->pad_top, w->pad_bottom);
    c->out_w = out_size(s->w, w->kernel_w, w->stride_w, w->dilation_w, w->pad_left, w->pad_right);
    const int n_rows = (c->out_h - 1) * w->stride_h + (w->kernel_h - 1) * w->dilation_h + 1;
    c->a = make((size_t)s->h * (size_t)s->w * (size_t)s->stride);
    c->weights = make(blocks * (size_t)lanes * (size_t)taps);
    c->bias = make(blocks * (size_t)lanes);
    c->out = make((size_t)c->out_h * (size_t)c->out_w * (size_t)s->stride);
    c->rows = calloc((size_t)n_rows, sizeof *c->rows);
    if (!c->a || !c->weights || !c->bias || !c->out || !c->rows)
        return false;
    for (int r = 0; r < n_rows; r++)
        if (r >= w->pad_top && r - w->pad_top < s->h)
            c->rows[r] = c->a + (size_t)(r - w->pad_top) * (size_t)s->w * (size_t)s->stride;
    c->window = (struct cg_window_args){.out_rows = c->out_h,
                                        .out_w = c->out_w,
                                        .in_w = s->w,
                                        .channels = s->channels,
                                        .kernel_h = w->kernel_h,
                                        .kernel_w = w->kernel_w,
                                        .stride_h = w->stride_h,
                                        .stride_w = w->stride_w,
                                        .dilation_h = w->dilation_h,
                                        .dilation_w = w->dilation_w,
                                        .pad_left = w->pad_left,
                                        .rows = c->rows,
                                        .in_stride = s->stride,
                                        .out = c->out,
                                        .out_stride = s->stride,
                                        .out_row_stride = (ptrdiff_t)c->out_w * s->stride,
                                        .weights = c->weights,
                                        .bias = c->bias,
                                        .lo = 0,
                                        .hi = 6};
    return true;
}

static bool make_pass(struct cg_kernel_call *c)
{
    const struct cg_kernel_shape *s = &c->shape;
    const size_t n = (size_t)s->m * (size_t)s->channels;
    const bool two = s->pass == CG_PASS_ADD || s->pass == CG_PASS_MUL;
    c->a = make(n);
    c->b = make(n);
    c->weights = make((size_t)s->channels);
    c->out = make(n);
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

struct cg_kernel_call *cg_kernel_call_create(const struct cg_native_kernels *isa,
                                             const struct cg_kernel_shape *shape, int kernel,
                                             struct cg_error *err)
{
    struct cg_kernel_call *call = calloc(1, sizeof *call);
    bool made = false;
    if (call) {
        call->shape = *shape;
        call->isa = isa;
        if (shape->kind == CG_KERNEL_GEMM) {
            call->gemm_kernel = &isa->gemm[kernel];
            made = make_gemm(call);
        } else if (shape->kind == CG_KERNEL_GROUP) {
            call->group_kernel = group_row(isa, shape, kernel);
            made = make_group(call);
        } else if (shape->kind == CG_KERNEL_PASS) {
            made = make_pass(call);
        } else {
            call->window_kernel = window_row(isa, shape, kernel);
            made = make_window(call);
        }
    }
    if (!made) {
        cg_kernel_call_destroy(&call);
        cg_fail(err, CG_NO_MEMORY, "no memory for the operands of a micro-kernel");
    }
    return call;
}

void cg_kernel_call_destroy(struct cg_kernel_call **call)
{
    struct cg_kernel_call *c = *call;
    *call = NULL;
    if (!c)
        return;
    free(c->a);
    free(c->b);
    free(c->weights);
    free(c->bias);
    free(c->out);
    free(c->segments);
    free(c->rows);
    free(c->sources);
    free(c);
}

void cg_kernel_call_run(struct cg_kernel_call *call)
{
    if (call->gemm_kernel)
        call->gemm_kernel->run(&call->gemm);
    else if (call->group_kernel)
        call->group_kernel->run(&call->gemm);
    else if (call->window_kernel)
        call->window_kernel->run(&call->window);
    else
        call->isa->pass[call->shape.pass].run(&call->pass);
}

static double clamp(double x, double lo, double hi)
{
    return x < lo ? lo : x > hi ? hi : x;
}

static double worse(double error, double got, double expected)
{
    const double e = fabs(got - expected) / (1 + fabs(expected));
    return e <= error ? error : e; /* NAN counts */
}

/* Every CHECK_ROWS-th row and the last two: all places of a row in tiles occur, at a small part of the cost.
 */
#define CHECK_ROWS 11

static double gemm_error(const struct cg_kernel_call *c)
{
    const struct cg_gemm_args *g = &c->gemm;
    const int tile_n = c->gemm_kernel->tile_n;
    double error = 0;
    for (int i = 0; i < g->m; i++) {
        if (i % CHECK_ROWS != 0 && i < g->m - 2)
            continue;
        for (int j = 0; j < g->n; j++) {
            double sum = g->bias[j];
            for (int s = 0; s < g->n_segments; s++) {
                const struct cg_gemm_segment *seg = &g->segments[s];
                for (int l = 0; l < seg->len; l++)
                    sum += (double)seg->a[i * seg->stride + l] * g->b[(ptrdiff_t)(seg->k + l) * tile_n + j];
            }
            error = worse(error, g->c[i * g->c_stride + j], clamp(sum, g->lo, g->hi));
        }
    }
    return error;
}

/* Which accumulator's sum, and of which group, column `column` of a group kernel is (microkernel.h). */
static void group_column(const struct cg_kernel_call *c, int column, int *accumulator, int *group)
{
    const unsigned lanes = (unsigned)c->isa->lanes, sum_lanes = c->gemm.sum_lanes;
    unsigned told = 0;
    int levels = 0;
    for (unsigned bit = 1; bit < lanes && 1 << levels < c->group_kernel->outputs; bit <<= 1)
        if (sum_lanes & bit) {
            told |= bit;
            levels++;
        }
    for (int v = 0; v < c->group_kernel->outputs >> levels; v++)
        for (unsigned l = 0; l < lanes; l++) {
            if ((l & sum_lanes & ~told) || column-- > 0)
                continue;
            int level = 0;
            *accumulator = v << levels;
            for (unsigned bit = 1; bit < lanes; bit <<= 1)
                if (told & bit)
                    *accumulator |= (l & bit ? 1 : 0) << level++;
            *group = (int)(l & ~sum_lanes);
            return;
        }
}

static double group_error(const struct cg_kernel_call *c)
{
    const struct cg_gemm_args *g = &c->gemm;
    const int lanes = c->isa->lanes, outputs = c->group_kernel->outputs;
    double error = 0;
    for (int i = 0; i < g->m; i++) {
        if (i % CHECK_ROWS != 0 && i < g->m - 2)
            continue;
        for (int j = 0; j < g->n; j++) {
            int accumulator = 0, group = 0;
            group_column(c, j, &accumulator, &group);
            double sum = g->bias[j];
            for (int s = 0; s < g->n_segments; s++) {
                const struct cg_gemm_segment *seg = &g->segments[s];
                for (int l = group; l < seg->len; l += c->shape.groups) {
                    const ptrdiff_t k = seg->k + l;
                    sum += (double)seg->a[i * seg->stride + l] *
                           g->b[(k / lanes * outputs + accumulator) * lanes + k % lanes];
                }
            }
            error = worse(error, g->c[i * g->c_stride + j], clamp(sum, g->lo, g->hi));
        }
    }
    return error;
}

/* The value of output (y, x) in channel ch; *inside: taps in the map. */
static double window_value(const struct cg_kernel_call *c, int y, int x, int ch, int *inside)
{
    const struct cg_window_args *w = &c->window;
    const int lanes = c->window_kernel->lanes, taps = w->kernel_h * w->kernel_w;
    double sum = 0, most = -INFINITY;
    *inside = 0;
    for (int i = 0; i < w->kernel_h; i++)
        for (int j = 0; j < w->kernel_w; j++) {
            const float *row = w->rows[y * w->stride_h + i * w->dilation_h];
            const int at = x * w->stride_w + j * w->dilation_w - w->pad_left;
            if (!row || at < 0 || at >= w->in_w)
                continue;
            const double v = row[at * w->in_stride + ch];
            const int tap = i * w->kernel_w + j;
            ++*inside;
            most = v > most ? v : most;
            sum += c->shape.kind == CG_KERNEL_DEPTHWISE
                       ? v * w->weights[(ch / lanes * taps + tap) * lanes + ch % lanes]
                       : v;
        }
    return c->shape.kind == CG_KERNEL_MAX_POOL   ? most
           : c->shape.kind == CG_KERNEL_AVG_POOL ? sum / *inside
                                                 : clamp(sum + w->bias[ch], w->lo, w->hi);
}

static double window_error(const struct cg_kernel_call *c)
{
    const struct cg_window_args *w = &c->window;
    double error = 0;
    int inside;
    for (int y = 0; y < c->out_h; y++)
        for (int x = 0; x < c->out_w; x++)
            for (int ch = 0; ch < w->channels; ch++) {
                const double expected = window_value(c, y, x, ch, &inside);
                if (inside > 0)
                    error = worse(error, w->out[y * w->out_row_stride + x * w->out_stride + ch], expected);
            }
    return error;
}

static double pass_value(const struct cg_kernel_call *c, int i, int j)
{
    const struct cg_pass_args *p = &c->pass;
    const double x = p->a[i * p->a_stride + j], y = p->b ? (double)p->b[i * p->b_stride + j] : 0;
    const double hard = clamp(x / 6 + 0.5, 0, 1);
    switch (c->shape.pass) {
    case CG_PASS_COPY:
        return x;
    case CG_PASS_GATHER:
        return p->sources[j].a[i * p->sources[j].stride];
    case CG_PASS_CLAMP:
        return clamp(x, p->lo, p->hi);
    case CG_PASS_ADD:
        return clamp(x + y, p->lo, p->hi);
    case CG_PASS_MUL:
        return clamp(x * y, p->lo, p->hi);
    case CG_PASS_AFFINE:
        return clamp(x * p->scale[j] + p->shift[j], p->lo, p->hi);
    case CG_PASS_SIGMOID:
        return 1 / (1 + exp(-x));
    case CG_PASS_HARD_SIGMOID:
        return hard;
    case CG_PASS_HARD_SWISH:
        return x * hard;
    case CG_PASS_MEAN: {
        double sum = 0;
        for (int l = 0; l < p->m; l++)
            sum += p->a[l * p->a_stride + j];
        return sum * p->lo;
    }
    case CG_PASS_COUNT:
        break;
    }
    return NAN;
}

double cg_kernel_call_error(struct cg_kernel_call *call)
{
    cg_kernel_call_run(call);
    if (call->gemm_kernel)
        return gemm_error(call);
    if (call->group_kernel)
        return group_error(call);
    if (call->window_kernel)
        return window_error(call);
    double error = 0;
    const int m = call->shape.pass == CG_PASS_MEAN ? 1 : call->pass.m;
    for (int i = 0; i < m; i++)
        for (int j = 0; j < call->pass.channels; j++)
            error = worse(error, call->pass.out[i * call->pass.out_stride + j], pass_value(call, i, j));
    return error;
}

struct cg_kernel_work cg_kernel_call_work(const struct cg_kernel_call *c)
{
    const int64_t size = sizeof(float);
    if (c->gemm_kernel || c->group_kernel) {
        const int64_t m = c->gemm.m, n = c->gemm.n, k = (int64_t)c->shape.segments * c->shape.segment;
        /* Neighbouring windows overlap: a row of the map is read once. */
        const int64_t row = c->shape.row < c->shape.segment ? m * c->shape.row : m * c->shape.segment;
        const int64_t terms = c->group_kernel ? k / c->shape.groups : k; /* of an output */
        return (struct cg_kernel_work){m * n * terms, (row * c->shape.segments + (terms + 1) * n) * size,
                                       m * n * size};
    }
    if (c->window_kernel) {
        int64_t inside = 0;
        int one;
        for (int y = 0; y < c->out_h; y++)
            for (int x = 0; x < c->out_w; x++) {
                window_value(c, y, x, 0, &one);
                inside += one;
            }
        const int64_t ch = c->window.channels;
        return (struct cg_kernel_work){c->shape.kind == CG_KERNEL_DEPTHWISE ? inside * ch : 0,
                                       (int64_t)c->shape.h * c->shape.w * ch * size,
                                       (int64_t)c->out_h * c->out_w * ch * size};
    }
    const int64_t all = (int64_t)c->pass.m * c->pass.channels * size;
    return (struct cg_kernel_work){0, all * (c->pass.b ? 2 : 1),
                                   c->shape.pass == CG_PASS_MEAN ? c->pass.channels * size : all};
}
