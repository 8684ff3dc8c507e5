/* The transforms of Winograd's tiles. */
#include "kernels/check/check.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MOST_SIDE 6

static bool has(const struct ck_call *call, enum ck_special special)
{
    return call->shape.specials & CK_MASK(special);
}

static bool is_in(const struct ck_kernel *kernel)
{
    return kernel->kind == &ck_winograd_in;
}

/* ---- shapes ---- */

static void sweep(const struct ck_kernel *kernel, ck_visit *visit, void *context)
{
    const int edge = kernel->winograd->edge;
    for (int channels = 1; channels <= 3 * kernel->isa->lanes + 2; channels++)
        for (int gap = 0; gap <= 3; gap += 3) {
            struct ck_shape s = {.h = edge, .w = edge, .n = channels, .gap = gap};
            visit(&s, context);
            s.specials = is_in(kernel) ? 0 : CK_MASK(CK_UNBOUNDED);
            s.w = 1 + channels / 2 % edge;
            visit(&s, context);
            s.specials = is_in(kernel) ? 0 : CK_MASK(CK_RESIDUAL);
            s.h = 1 + channels % edge;
            visit(&s, context);
            s.specials |= is_in(kernel) ? 0 : CK_MASK(CK_IN_PLACE);
            s.w = edge;
            visit(&s, context);
        }
}

static void bench(const struct ck_kernel *kernel, ck_visit *visit, void *context)
{
    static const int channels[] = {32, 64, 58, 256};
    const int edge = kernel->winograd->edge;
    for (size_t i = 0; i < sizeof channels / sizeof *channels; i++)
        visit(&(struct ck_shape){.h = edge, .w = edge, .n = channels[i]}, context);
}

static void describe(const struct ck_shape *s, char *text, size_t size)
{
    snprintf(text, size, "%dx%d of %d", s->h, s->w, s->n);
}

/* ---- what is expected ---- */

/* A line of a tile. */
struct line {
    int edge, stride, side;
    bool few; /* it is one of 4x4 outputs that does without +-B */
};

static struct line line_of(const struct cg_winograd_kernel *kernel, int outputs)
{
    return (struct line){kernel->edge, kernel->stride, CG_WINOGRAD_SIDE(kernel->edge, kernel->stride),
                         kernel->edge == 4 && outputs <= 2};
}

static bool has_point(struct line line, int point)
{
    return !line.few || !(CG_WINOGRAD_SPARE(line.edge, line.stride) >> point & 1);
}

/* A finite point of the edge + 1 that there are. */
static double at(int edge, int point)
{
    static const double of_2[] = {0, 1, -1},
                        of_4[] = {0, CG_WINOGRAD_A, -CG_WINOGRAD_A, CG_WINOGRAD_B, -CG_WINOGRAD_B};
    return edge == 2 ? of_2[point] : of_4[point];
}

/* Factors of a line of inputs at a point: the polynomial that is 0 at all other finite ones. A short line has
 * what it lacks of it as a factor. */
static void input_factors(struct line line, int point, double *factors)
{
    static const double apart[][MOST_SIDE] = {{1, 0, -1}, {0, 0, 1}, {0, 0, -1, 0, 1}, {0, 1}, {0, 0, 0, 1}};
    memset(factors, 0, MOST_SIDE * sizeof *factors);
    factors[0] = 1;
    for (int other = 0; line.stride == 1 && other <= line.edge; other++)
        for (int d = MOST_SIDE - 1; d >= 0 && other != point && has_point(line, other); d--)
            factors[d] = (d > 0 ? factors[d - 1] : 0) - at(line.edge, other) * factors[d];
    for (int d = 0; line.few && point <= line.edge && d < MOST_SIDE; d++)
        factors[d] *= pow(at(line.edge, point), 2) - pow(CG_WINOGRAD_B, 2);
    if (line.stride == 2)
        memcpy(factors, apart[point], sizeof apart[point]);
}

/* Factor of the sums at a point in an output of a line. */
static double output_factor(struct line line, int output, int point)
{
    static const double apart[][5] = {{1, 1, 0, 1, 0}, {0, 1, 1, 0, 1}};
    if (line.stride == 2)
        return apart[output][point];
    return point > line.edge ? output == (line.few ? 2 : line.edge) - 1 : pow(at(line.edge, point), output);
}

static double plain_in(const struct cg_winograd_in_args *args, struct line down, struct line across, int i,
                       int j, int channel)
{
    double rows[MOST_SIDE], columns[MOST_SIDE], sum = 0;
    input_factors(down, i, rows);
    input_factors(across, j, columns);
    for (int y = 0; y < down.side; y++)
        for (int x = 0; x < down.side; x++)
            sum += rows[y] * columns[x] * (double)args->pixels[y * down.side + x][channel];
    return sum;
}

static double plain_out(const struct cg_winograd_out_args *args, struct line down, struct line across, int y,
                        int x, int channel)
{
    double sum = (double)args->bias[channel];
    for (int i = 0; i < down.side; i++)
        for (int j = 0; j < down.side; j++)
            if (has_point(down, i) && has_point(across, j))
                sum += output_factor(down, y, i) * output_factor(across, x, j) *
                       (double)args->in[(i * down.side + j) * args->in_stride + channel];
    if (args->residual)
        sum += (double)args->residual[y][x * args->residual_stride + channel];
    return fmin(fmax(sum, (double)args->lo), (double)args->hi);
}

static void expect(struct ck_call *call)
{
    const struct ck_shape *s = &call->shape;
    const struct line down = line_of(call->kernel->winograd, s->h),
                      across = line_of(call->kernel->winograd, s->w);
    const bool in = is_in(call->kernel);
    const int h = in ? down.side : s->h, w = in ? down.side : s->w, stride = s->n + s->gap;
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++)
            for (int c = 0; c < s->n && (!in || (has_point(down, y) && has_point(across, x))); c++)
                call->expected[(y * w + x) * stride + c] =
                    (float)(in ? plain_in(&call->winograd_in, down, across, y, x, c)
                               : plain_out(&call->winograd_out, down, across, y, x, c));
}

/* ---- calls ---- */

static void make_output(struct ck_call *call, struct ck_memory *memory, int pixels)
{
    call->out_size = (size_t)(pixels * (call->shape.n + call->shape.gap) - call->shape.gap);
    call->out = ck_output(memory, call->out_size);
    call->expected = ck_output(memory, call->out_size);
}

/* Pixels from the last to the first: they may lie anywhere. */
static void make_in(struct ck_call *call, struct ck_memory *memory)
{
    const struct ck_shape *s = &call->shape;
    const int side = line_of(call->kernel->winograd, s->h).side, stride = s->n + s->gap, n = side * side;
    const float *in = ck_input(memory, (size_t)(n * stride - s->gap));
    const float **pixels = ck_list(memory, (size_t)n * sizeof *pixels);
    for (int i = 0; i < n; i++)
        pixels[i] = in + (n - 1 - i) * stride;
    make_output(call, memory, n);
    call->winograd_in = (struct cg_winograd_in_args){s->n, s->h, s->w, pixels, call->out, stride};
}

/* Rows of `first`, of a tile's width. */
static float **make_rows(const struct ck_call *call, struct ck_memory *memory, float *first)
{
    const struct ck_shape *s = &call->shape;
    float **rows = ck_list(memory, (size_t)s->h * sizeof *rows);
    for (int y = 0; y < s->h; y++)
        rows[y] = first + y * s->w * (s->n + s->gap);
    return rows;
}

static void make_out(struct ck_call *call, struct ck_memory *memory)
{
    const struct ck_shape *s = &call->shape;
    const int side = line_of(call->kernel->winograd, s->h).side, stride = s->n + s->gap;
    make_output(call, memory, s->h * s->w);
    float *residual = ck_input(memory, call->out_size);
    for (int i = 0; has(call, CK_IN_PLACE) && i < s->h * s->w; i++)
        memcpy(call->out + i * stride, residual + i * stride, (size_t)s->n * sizeof(float));
    call->winograd_out =
        (struct cg_winograd_out_args){.channels = s->n,
                                      .rows = s->h,
                                      .columns = s->w,
                                      .in = ck_input(memory, (size_t)(side * side * stride - s->gap)),
                                      .in_stride = stride,
                                      .bias = ck_packed(memory, (size_t)s->n),
                                      .residual_stride = stride,
                                      .out = make_rows(call, memory, call->out),
                                      .out_stride = stride,
                                      .lo = has(call, CK_UNBOUNDED) ? -INFINITY : 0,
                                      .hi = has(call, CK_UNBOUNDED) ? INFINITY : 1.5f};
    if (has(call, CK_RESIDUAL))
        call->winograd_out.residual =
            (const float *const *)make_rows(call, memory, has(call, CK_IN_PLACE) ? call->out : residual);
}

static void run_in(const struct ck_call *call)
{
    call->kernel->winograd->in(&call->winograd_in);
}

static void run_out(const struct ck_call *call)
{
    call->kernel->winograd->out(&call->winograd_out);
}

static struct ck_work work(const struct ck_call *call)
{
    const int side = line_of(call->kernel->winograd, 1).side;
    const int64_t pixel = call->shape.n * (int64_t)sizeof(float), points = side * side * pixel;
    return (struct ck_work){0, points, is_in(call->kernel) ? points : call->shape.h * call->shape.w * pixel};
}

/* Sums of 36 terms, with factors of up to 8. */
const struct ck_kind ck_winograd_in = {"winograd_in", 2e-5,   sweep, bench,   make_in,
                                       expect,        run_in, work,  describe};
const struct ck_kind ck_winograd_out = {"winograd_out", 2e-5,    sweep, bench,   make_out,
                                        expect,         run_out, work,  describe};
