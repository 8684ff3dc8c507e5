/* MobileNet V2 and ShuffleNet V2 written straight onto XNNPACK's operators, as a program that deploys one of
 * them would be, in its interface of 2022 or of 2024, against engine xnnpack. */
#include "tests/bench_direct.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <xnnpack.h>

#define MOST_OPERATORS 256

struct net {
    xnn_operator_t operators[MOST_OPERATORS];
    int n;
};

/* A map: where its first channel is, channels, floats between pixels, height = width. */
struct map {
    float *data;
    int c, stride, size;
};

static void check(enum xnn_status status)
{
    if (status != xnn_status_success) {
        fprintf(stderr, "XNNPACK: status %d\n", (int)status);
        exit(2);
    }
}

static xnn_operator_t *next(struct net *net)
{
    return &net->operators[net->n++];
}

/* A convolution: everything but where it reads and writes. */
struct layer {
    int c, kernel, stride, groups;
    float min, max;
};

#define WINDOW(pad, kernel, stride)                                                                          \
    (uint32_t)(pad), (uint32_t)(pad), (uint32_t)(pad), (uint32_t)(pad), (uint32_t)(kernel),                  \
        (uint32_t)(kernel), (uint32_t)(stride), (uint32_t)(stride)
#define PIXELS(map) ((size_t)(map).size * (size_t)(map).size)
#define SIZES(map)  (size_t)(map).size, (size_t)(map).size

#if XNNPACK_INTERFACE == 2024

static void *workspace(size_t bytes)
{
    return bytes ? bench_floats((int64_t)bytes / 4 + 16, 0) : NULL;
}

static void emit_conv(xnn_operator_t *op, struct map in, struct map out, const struct layer *l,
                      const float *weight, const float *bias)
{
    size_t bytes, alignment, rows, columns;
    check(xnn_create_convolution2d_nhwc_f32(WINDOW(l->kernel / 2, l->kernel, l->stride), 1, 1,
                                            (uint32_t)l->groups, (size_t)(in.c / l->groups),
                                            (size_t)(l->c / l->groups), (size_t)in.stride, (size_t)out.stride,
                                            weight, bias, l->min, l->max, 0, NULL, NULL, op));
    check(xnn_reshape_convolution2d_nhwc_f32(*op, 1, SIZES(in), &bytes, &alignment, &rows, &columns, NULL));
    check(xnn_setup_convolution2d_nhwc_f32(*op, workspace(bytes), in.data, out.data));
}

static void emit_fc(xnn_operator_t *op, const float *in, int c, float *out, const float *weight,
                    const float *bias)
{
    check(xnn_create_fully_connected_nc_f32((size_t)c, 1000, (size_t)c, 1000, weight, bias, -INFINITY,
                                            INFINITY, 0, NULL, NULL, op));
    check(xnn_reshape_fully_connected_nc_f32(*op, 1, NULL));
    check(xnn_setup_fully_connected_nc_f32(*op, in, out));
}

/* The operator of 2022 is gone: a window of the whole map. */
static void emit_mean(xnn_operator_t *op, struct map in, float *out)
{
    size_t bytes, alignment, rows, columns;
    check(xnn_create_average_pooling2d_nhwc_f32(WINDOW(0, in.size, 1), -INFINITY, INFINITY, 0, op));
    check(xnn_reshape_average_pooling2d_nhwc_f32(*op, 1, SIZES(in), (size_t)in.c, (size_t)in.stride,
                                                 (size_t)in.c, &bytes, &alignment, &rows, &columns, NULL));
    check(xnn_setup_average_pooling2d_nhwc_f32(*op, workspace(bytes), in.data, out));
}

static void emit_max_pool(xnn_operator_t *op, struct map in, float *out)
{
    size_t rows, columns;
    check(xnn_create_max_pooling2d_nhwc_f32(WINDOW(1, 3, 2), 1, 1, -INFINITY, INFINITY, 0, op));
    check(xnn_reshape_max_pooling2d_nhwc_f32(*op, 1, SIZES(in), (size_t)in.c, (size_t)in.stride, (size_t)in.c,
                                             &rows, &columns, NULL));
    check(xnn_setup_max_pooling2d_nhwc_f32(*op, in.data, out));
}

static void emit_add(xnn_operator_t *op, size_t n, const float *x, const float *y, float *out)
{
    check(xnn_create_binary_elementwise_nd(xnn_binary_add, xnn_datatype_fp32, NULL, NULL, NULL, 0, op));
    check(xnn_reshape_binary_elementwise_nd(*op, 1, &n, 1, &n, NULL));
    check(xnn_setup_binary_elementwise_nd(*op, x, y, out));
}

static void emit_shuffle(xnn_operator_t *op, struct map in, float *out)
{
    check(xnn_create_channel_shuffle_nc_x32(2, (size_t)in.c / 2, (size_t)in.stride, (size_t)in.c, 0, op));
    check(xnn_reshape_channel_shuffle_nc_x32(*op, PIXELS(in), NULL));
    check(xnn_setup_channel_shuffle_nc_x32(*op, in.data, out));
}

static void emit_copy(xnn_operator_t *op, struct map in, int c, float *out, int stride)
{
    check(xnn_create_copy_nc_x32(0, op));
    check(xnn_reshape_copy_nc_x32(*op, PIXELS(in), (size_t)c, (size_t)in.stride, (size_t)stride, NULL));
    check(xnn_setup_copy_nc_x32(*op, in.data, out));
}

#else /* the interface of 2022 */

static void emit_conv(xnn_operator_t *op, struct map in, struct map out, const struct layer *l,
                      const float *weight, const float *bias)
{
    check(xnn_create_convolution2d_nhwc_f32(WINDOW(l->kernel / 2, l->kernel, l->stride), 1, 1,
                                            (uint32_t)l->groups, (size_t)(in.c / l->groups),
                                            (size_t)(l->c / l->groups), (size_t)in.stride, (size_t)out.stride,
                                            weight, bias, l->min, l->max, 0, op));
    check(xnn_setup_convolution2d_nhwc_f32(*op, 1, SIZES(in), in.data, out.data, NULL));
}

static void emit_fc(xnn_operator_t *op, const float *in, int c, float *out, const float *weight,
                    const float *bias)
{
    check(xnn_create_fully_connected_nc_f32((size_t)c, 1000, (size_t)c, 1000, weight, bias, -INFINITY,
                                            INFINITY, 0, op));
    check(xnn_setup_fully_connected_nc_f32(*op, 1, in, out, NULL));
}

static void emit_mean(xnn_operator_t *op, struct map in, float *out)
{
    check(xnn_create_global_average_pooling_nwc_f32((size_t)in.c, (size_t)in.stride, (size_t)in.c, -INFINITY,
                                                    INFINITY, 0, op));
    check(xnn_setup_global_average_pooling_nwc_f32(*op, 1, PIXELS(in), in.data, out, NULL));
}

static void emit_max_pool(xnn_operator_t *op, struct map in, float *out)
{
    check(xnn_create_max_pooling2d_nhwc_f32(WINDOW(1, 3, 2), 1, 1, (size_t)in.c, (size_t)in.stride,
                                            (size_t)in.c, -INFINITY, INFINITY, 0, op));
    check(xnn_setup_max_pooling2d_nhwc_f32(*op, 1, SIZES(in), in.data, out, NULL));
}

static void emit_add(xnn_operator_t *op, size_t n, const float *x, const float *y, float *out)
{
    check(xnn_create_add_nd_f32(-INFINITY, INFINITY, 0, op));
    check(xnn_setup_add_nd_f32(*op, 1, &n, 1, &n, x, y, out, NULL));
}

static void emit_shuffle(xnn_operator_t *op, struct map in, float *out)
{
    check(xnn_create_channel_shuffle_nc_x32(2, (size_t)in.c / 2, (size_t)in.stride, (size_t)in.c, 0, op));
    check(xnn_setup_channel_shuffle_nc_x32(*op, PIXELS(in), in.data, out, NULL));
}

static void emit_copy(xnn_operator_t *op, struct map in, int c, float *out, int stride)
{
    check(xnn_create_copy_nc_x32((size_t)c, (size_t)in.stride, (size_t)stride, 0, op));
    check(xnn_setup_copy_nc_x32(*op, PIXELS(in), in.data, out, NULL));
}

#endif

static struct map conv(struct net *net, struct map in, float *out, int out_stride, int c, int kernel,
                       int stride, int groups, float min, float max)
{
    const int group_in = in.c / groups;
    const struct layer layer = {c, kernel, stride, groups, min, max};
    const struct map made = {out, c, out_stride, (in.size + stride - 1) / stride};
    float *weight = bench_floats((int64_t)c * kernel * kernel * group_in,
                                 sqrtf(3.0f / (float)(kernel * kernel * group_in)));
    float *bias = bench_floats(c, 0.1f);
    emit_conv(next(net), in, made, &layer, weight, bias);
    free(weight);
    free(bias);
    return made;
}

static void classify(struct net *net, struct map in, float *mean, float *scores)
{
    float *weight = bench_floats(1000LL * in.c, sqrtf(3.0f / (float)in.c)), *bias = bench_floats(1000, 0.1f);
    emit_mean(next(net), in, mean);
    emit_fc(next(net), mean, in.c, scores, weight, bias);
    free(weight);
    free(bias);
}

static void run(void *state)
{
    struct net *net = state;
    for (int i = 0; i < net->n; i++)
        check(xnn_run_operator(net->operators[i], NULL));
}

#define LARGEST (112 * 112 * 96 + 1024)

static void build_mobilenet_v2(struct net *net)
{
    static const int rows[][4] = {{1, 16, 1, 1}, {6, 24, 2, 2},  {6, 32, 3, 2}, {6, 64, 4, 2},
                                  {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};
    float *a = bench_floats(LARGEST, 1), *b = bench_floats(LARGEST, 1);
    float *x_buffer = bench_floats(LARGEST, 1), *y_buffer = bench_floats(LARGEST, 1);
    struct map x = {bench_floats(224 * 224 * 3, 1.7f), 3, 3, 224};
    x = conv(net, x, x_buffer, 32, 32, 3, 2, 1, 0, 6);
    for (size_t row = 0; row < sizeof rows / sizeof rows[0]; row++)
        for (int i = 0; i < rows[row][2]; i++) {
            const int c = rows[row][1], stride = i == 0 ? rows[row][3] : 1;
            struct map y = x;
            if (rows[row][0] > 1)
                y = conv(net, y, a, 6 * x.c, 6 * x.c, 1, 1, 1, 0, 6);
            y = conv(net, y, b, y.c, y.c, 3, stride, y.c, 0, 6);
            y = conv(net, y, y_buffer, c, c, 1, 1, 1, -INFINITY, INFINITY);
            if (stride == 1 && x.c == c)
                emit_add(next(net), (size_t)c * PIXELS(x), x.data, y.data, y.data);
            y_buffer = x_buffer;
            x_buffer = y.data;
            x = y;
        }
    x = conv(net, x, a, 1280, 1280, 1, 1, 1, 0, 6);
    classify(net, x, b, y_buffer);
}

static void build_shufflenet_v2(struct net *net)
{
    static const int widths[] = {116, 232, 464}, units[] = {4, 8, 4};
    float *a = bench_floats(LARGEST, 1), *b = bench_floats(LARGEST, 1), *joined = bench_floats(LARGEST, 1);
    float *x_buffer = bench_floats(LARGEST, 1);
    struct map x = {bench_floats(224 * 224 * 3, 1.7f), 3, 3, 224};
    x = conv(net, x, a, 24, 24, 3, 2, 1, 0, INFINITY);
    emit_max_pool(next(net), x, x_buffer);
    x = (struct map){x_buffer, 24, 24, 56};
    for (int stage = 0; stage < 3; stage++)
        for (int unit = 0; unit < units[stage]; unit++) {
            const int c = widths[stage], half = c / 2;
            int left = half;
            struct map work = x;
            if (unit == 0) {
                left = x.c;
                const struct map y = conv(net, x, a, x.c, x.c, 3, 2, x.c, -INFINITY, INFINITY);
                conv(net, y, joined, c, left, 1, 1, 1, 0, INFINITY);
            } else {
                emit_copy(next(net), x, half, joined, c);
                work = (struct map){x.data + half, half, x.stride, x.size};
            }
            work = conv(net, work, a, half, half, 1, 1, 1, 0, INFINITY);
            work = conv(net, work, b, half, half, 3, unit == 0 ? 2 : 1, half, -INFINITY, INFINITY);
            work = conv(net, work, joined + left, c, c - left, 1, 1, 1, 0, INFINITY);
            emit_shuffle(next(net), (struct map){joined, c, c, work.size}, x_buffer);
            x = (struct map){x_buffer, c, c, work.size};
        }
    x = conv(net, x, a, 1024, 1024, 1, 1, 1, 0, INFINITY);
    classify(net, x, b, joined);
}

int main(int argc, char **argv)
{
    static struct net mobilenet, shufflenet;
    check(xnn_initialize(NULL));
    build_mobilenet_v2(&mobilenet);
    build_shufflenet_v2(&shufflenet);
    const struct direct_program programs[] = {
        {"xnnpack", "mobilenet_v2:1.0", &mobilenet, run},
        {"xnnpack", "shufflenet_v2:1.0x", &shufflenet, run},
    };
    return bench_direct(argc, argv, programs, (int)(sizeof programs / sizeof programs[0]));
}
