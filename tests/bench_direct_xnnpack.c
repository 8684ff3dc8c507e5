/* MobileNet V2 and ShuffleNet V2 written straight onto XNNPACK's operators, as a program that deploys one of
 * them would be, against engine xnnpack. */
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

static struct map conv(struct net *net, struct map in, float *out, int out_stride, int c, int kernel,
                       int stride, int groups, float min, float max)
{
    const int size = (in.size + stride - 1) / stride, pad = kernel / 2, group_in = in.c / groups;
    float *weight = bench_floats((int64_t)c * kernel * kernel * group_in,
                                 sqrtf(3.0f / (float)(kernel * kernel * group_in)));
    float *bias = bench_floats(c, 0.1f);
    xnn_operator_t *op = &net->operators[net->n++];
    check(xnn_create_convolution2d_nhwc_f32(
        (uint32_t)pad, (uint32_t)pad, (uint32_t)pad, (uint32_t)pad, (uint32_t)kernel, (uint32_t)kernel,
        (uint32_t)stride, (uint32_t)stride, 1, 1, (uint32_t)groups, (size_t)group_in, (size_t)(c / groups),
        (size_t)in.stride, (size_t)out_stride, weight, bias, min, max, 0, op));
    check(xnn_setup_convolution2d_nhwc_f32(*op, 1, (size_t)in.size, (size_t)in.size, in.data, out, NULL));
    free(weight);
    free(bias);
    return (struct map){out, c, out_stride, size};
}

static struct map classify(struct net *net, struct map in, float *mean, float *scores)
{
    xnn_operator_t *op = &net->operators[net->n++];
    check(xnn_create_global_average_pooling_nwc_f32((size_t)in.c, (size_t)in.stride, (size_t)in.c, -INFINITY,
                                                    INFINITY, 0, op));
    check(xnn_setup_global_average_pooling_nwc_f32(*op, 1, (size_t)in.size * (size_t)in.size, in.data, mean,
                                                   NULL));
    float *weight = bench_floats(1000LL * in.c, sqrtf(3.0f / (float)in.c)), *bias = bench_floats(1000, 0.1f);
    op = &net->operators[net->n++];
    check(xnn_create_fully_connected_nc_f32((size_t)in.c, 1000, (size_t)in.c, 1000, weight, bias, -INFINITY,
                                            INFINITY, 0, op));
    check(xnn_setup_fully_connected_nc_f32(*op, 1, mean, scores, NULL));
    free(weight);
    free(bias);
    return (struct map){scores, 1000, 1000, 1};
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
            if (stride == 1 && x.c == c) {
                const size_t n = (size_t)c * (size_t)x.size * (size_t)x.size;
                xnn_operator_t *op = &net->operators[net->n++];
                check(xnn_create_add_nd_f32(-INFINITY, INFINITY, 0, op));
                check(xnn_setup_add_nd_f32(*op, 1, &n, 1, &n, x.data, y.data, y.data, NULL));
            }
            y_buffer = x_buffer;
            x_buffer = y.data;
            x = y;
        }
    x = conv(net, x, a, 1280, 1280, 1, 1, 1, 0, 6);
    classify(net, x, b, y_buffer);
}

static struct map shuffle(struct net *net, struct map in, float *out)
{
    xnn_operator_t *op = &net->operators[net->n++];
    check(xnn_create_channel_shuffle_nc_x32(2, (size_t)in.c / 2, (size_t)in.stride, (size_t)in.c, 0, op));
    check(xnn_setup_channel_shuffle_nc_x32(*op, (size_t)in.size * (size_t)in.size, in.data, out, NULL));
    return (struct map){out, in.c, in.c, in.size};
}

static void build_shufflenet_v2(struct net *net)
{
    static const int widths[] = {116, 232, 464}, units[] = {4, 8, 4};
    float *a = bench_floats(LARGEST, 1), *b = bench_floats(LARGEST, 1), *joined = bench_floats(LARGEST, 1);
    float *x_buffer = bench_floats(LARGEST, 1);
    struct map x = {bench_floats(224 * 224 * 3, 1.7f), 3, 3, 224};
    x = conv(net, x, a, 24, 24, 3, 2, 1, 0, INFINITY);
    xnn_operator_t *op = &net->operators[net->n++];
    check(xnn_create_max_pooling2d_nhwc_f32(1, 1, 1, 1, 3, 3, 2, 2, 1, 1, 24, 24, 24, -INFINITY, INFINITY, 0,
                                            op));
    check(xnn_setup_max_pooling2d_nhwc_f32(*op, 1, 112, 112, a, x_buffer, NULL));
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
                op = &net->operators[net->n++];
                check(xnn_create_copy_nc_x32((size_t)half, (size_t)x.stride, (size_t)c, 0, op));
                check(xnn_setup_copy_nc_x32(*op, (size_t)x.size * (size_t)x.size, x.data, joined, NULL));
                work = (struct map){x.data + half, half, x.stride, x.size};
            }
            work = conv(net, work, a, half, half, 1, 1, 1, 0, INFINITY);
            work = conv(net, work, b, half, half, 3, unit == 0 ? 2 : 1, half, -INFINITY, INFINITY);
            work = conv(net, work, joined + left, c, c - left, 1, 1, 1, 0, INFINITY);
            x = shuffle(net, (struct map){joined, c, c, work.size}, x_buffer);
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
