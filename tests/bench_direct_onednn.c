/* MobileNet V2 and ShuffleNet V2 written straight onto oneDNN's primitives (layouts left to the library, ReLU
 * and sums as post-ops), against engine onednn. */
#include "tests/bench_direct.h"

#include <dnnl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define MOST_CALLS 512
#define MOST_ARGS  5

struct call {
    dnnl_primitive_t primitive;
    dnnl_exec_arg_t args[MOST_ARGS];
    int n_args;
};

struct net {
    struct call calls[MOST_CALLS];
    int n;
};

struct map {
    dnnl_memory_desc_t md;
    void *data; /* md.offset0 counts from here */
    int c, size;
};

enum act { NONE, RELU, RELU6 };

static dnnl_engine_t engine;
static dnnl_stream_t stream;

static void check(dnnl_status_t status)
{
    if (status != dnnl_success) {
        fprintf(stderr, "oneDNN: status %d\n", (int)status);
        exit(2);
    }
}

static dnnl_memory_t memory(const dnnl_memory_desc_t *md, void *data)
{
    dnnl_memory_t m;
    check(dnnl_memory_create(&m, md, engine, data));
    return m;
}

/* Activations go round in a ring of buffers: none is read after its turn comes again. */
static void *room(const dnnl_memory_desc_t *md)
{
    static float *ring[8];
    static int next;
    const size_t largest = 112 * 112 * 96 * sizeof(float);
    if (dnnl_memory_desc_get_size(md) > largest)
        check(dnnl_out_of_memory);
    float **buffer = &ring[next++ % 8];
    if (!*buffer)
        *buffer = bench_floats(112 * 112 * 96 + 1024, 1);
    return *buffer;
}

static void *own_room(const dnnl_memory_desc_t *md)
{
    return bench_floats((int64_t)dnnl_memory_desc_get_size(md) / 4 + 16, 1);
}

static dnnl_memory_desc_t described(int c, int size, dnnl_format_tag_t tag)
{
    dnnl_memory_desc_t md;
    check(dnnl_memory_desc_init_by_tag(&md, 4, (const dnnl_dims_t){1, c, size, size}, dnnl_f32, tag));
    return md;
}

static void add_call(struct net *net, dnnl_primitive_desc_t pd, int n_args, const dnnl_exec_arg_t *args)
{
    struct call *call = &net->calls[net->n++];
    check(dnnl_primitive_create(&call->primitive, pd));
    check(dnnl_primitive_desc_destroy(pd));
    for (int i = 0; i < n_args; i++)
        call->args[i] = args[i];
    call->n_args = n_args;
}

static struct map as(struct net *net, struct map in, const dnnl_memory_desc_t *md,
                     void *(*place)(const dnnl_memory_desc_t *))
{
    if (dnnl_memory_desc_equal(&in.md, md))
        return in;
    struct map out = {*md, place(md), in.c, in.size};
    dnnl_primitive_desc_t pd;
    check(dnnl_reorder_primitive_desc_create(&pd, &in.md, engine, md, engine, NULL));
    const dnnl_exec_arg_t args[] = {{DNNL_ARG_FROM, memory(&in.md, in.data)},
                                    {DNNL_ARG_TO, memory(md, out.data)}};
    add_call(net, pd, 2, args);
    return out;
}

/* `sum`: NULL or the map that the result is added to, in place where layouts agree. */
static struct map conv(struct net *net, struct map in, int c, int kernel, int stride, int groups,
                       enum act act, const struct map *sum)
{
    const int g = groups > 1, pad = kernel / 2, size = (in.size + stride - 1) / stride;
    const dnnl_dims_t weight_dims[2] = {{c, in.c, kernel, kernel},
                                        {groups, c / groups, in.c / groups, kernel, kernel}};
    const dnnl_memory_desc_t src = described(in.c, in.size, dnnl_format_tag_any);
    const dnnl_memory_desc_t dst = described(c, size, dnnl_format_tag_any);
    dnnl_memory_desc_t weight, bias, plain;
    check(dnnl_memory_desc_init_by_tag(&weight, 4 + g, weight_dims[g], dnnl_f32, dnnl_format_tag_any));
    check(dnnl_memory_desc_init_by_tag(&plain, 4 + g, weight_dims[g], dnnl_f32, g ? dnnl_goihw : dnnl_oihw));
    check(dnnl_memory_desc_init_by_tag(&bias, 1, (const dnnl_dims_t){c}, dnnl_f32, dnnl_a));
    dnnl_convolution_desc_t op;
    check(dnnl_convolution_forward_desc_init(&op, dnnl_forward_inference, dnnl_convolution_auto, &src,
                                             &weight, &bias, &dst, (const dnnl_dims_t){stride, stride},
                                             (const dnnl_dims_t){pad, pad}, (const dnnl_dims_t){pad, pad}));
    dnnl_primitive_attr_t attr;
    dnnl_post_ops_t post_ops;
    check(dnnl_primitive_attr_create(&attr));
    check(dnnl_post_ops_create(&post_ops));
    if (sum)
        check(dnnl_post_ops_append_sum(post_ops, 1));
    if (act == RELU)
        check(dnnl_post_ops_append_eltwise(post_ops, 1, dnnl_eltwise_relu, 0, 0));
    if (act == RELU6)
        check(dnnl_post_ops_append_eltwise(post_ops, 1, dnnl_eltwise_clip, 0, 6));
    check(dnnl_primitive_attr_set_post_ops(attr, post_ops));
    dnnl_primitive_desc_t pd;
    check(dnnl_primitive_desc_create(&pd, &op, attr, engine, NULL));
    check(dnnl_post_ops_destroy(post_ops));
    check(dnnl_primitive_attr_destroy(attr));
    const dnnl_memory_desc_t wanted_src = *dnnl_primitive_desc_query_md(pd, dnnl_query_src_md, 0);
    const dnnl_memory_desc_t wanted_dst = *dnnl_primitive_desc_query_md(pd, dnnl_query_dst_md, 0);
    const dnnl_memory_desc_t wanted_weight = *dnnl_primitive_desc_query_md(pd, dnnl_query_weights_md, 0);
    const int64_t n_weight = (int64_t)c * kernel * kernel * in.c / groups;
    struct map w = {plain, bench_floats(n_weight, sqrtf(3.0f * (float)c / (float)n_weight)), c, 0};
    struct net once = {0};
    w = as(&once, w, &wanted_weight, own_room);
    for (int i = 0; i < once.n; i++)
        check(dnnl_primitive_execute(once.calls[i].primitive, stream, once.calls[i].n_args,
                                     once.calls[i].args));
    in = as(net, in, &wanted_src, room);
    struct map out = {wanted_dst, NULL, c, size};
    out.data = sum ? as(net, *sum, &wanted_dst, room).data : room(&wanted_dst);
    const dnnl_exec_arg_t args[] = {{DNNL_ARG_SRC, memory(&wanted_src, in.data)},
                                    {DNNL_ARG_WEIGHTS, memory(&wanted_weight, w.data)},
                                    {DNNL_ARG_BIAS, memory(&bias, bench_floats(c, 0.1f))},
                                    {DNNL_ARG_DST, memory(&wanted_dst, out.data)}};
    add_call(net, pd, 4, args);
    return out;
}

static struct map pool(struct net *net, struct map in, dnnl_alg_kind_t kind, int kernel, int stride, int pad)
{
    const int size = (in.size + 2 * pad - kernel) / stride + 1;
    const dnnl_memory_desc_t any = described(in.c, size, dnnl_format_tag_any);
    dnnl_pooling_desc_t op;
    dnnl_primitive_desc_t pd;
    check(dnnl_pooling_forward_desc_init(
        &op, dnnl_forward_inference, kind, &in.md, &any, (const dnnl_dims_t){stride, stride},
        (const dnnl_dims_t){kernel, kernel}, (const dnnl_dims_t){pad, pad}, (const dnnl_dims_t){pad, pad}));
    check(dnnl_primitive_desc_create(&pd, &op, NULL, engine, NULL));
    struct map out = {*dnnl_primitive_desc_query_md(pd, dnnl_query_dst_md, 0), NULL, in.c, size};
    out.data = room(&out.md);
    const dnnl_exec_arg_t args[] = {{DNNL_ARG_SRC, memory(&in.md, in.data)},
                                    {DNNL_ARG_DST, memory(&out.md, out.data)}};
    add_call(net, pd, 2, args);
    return out;
}

static void classify(struct net *net, struct map in)
{
    in = pool(net, in, dnnl_pooling_avg_exclude_padding, in.size, 1, 0);
    const dnnl_memory_desc_t src = described(in.c, 1, dnnl_format_tag_any);
    dnnl_memory_desc_t weight, plain, bias, dst;
    const dnnl_dims_t dims = {1000, in.c, 1, 1};
    check(dnnl_memory_desc_init_by_tag(&weight, 4, dims, dnnl_f32, dnnl_format_tag_any));
    check(dnnl_memory_desc_init_by_tag(&plain, 4, dims, dnnl_f32, dnnl_oihw));
    check(dnnl_memory_desc_init_by_tag(&bias, 1, (const dnnl_dims_t){1000}, dnnl_f32, dnnl_a));
    check(dnnl_memory_desc_init_by_tag(&dst, 2, (const dnnl_dims_t){1, 1000}, dnnl_f32, dnnl_ab));
    dnnl_inner_product_desc_t op;
    dnnl_primitive_desc_t pd;
    check(dnnl_inner_product_forward_desc_init(&op, dnnl_forward_inference, &src, &weight, &bias, &dst));
    check(dnnl_primitive_desc_create(&pd, &op, NULL, engine, NULL));
    const dnnl_memory_desc_t wanted = *dnnl_primitive_desc_query_md(pd, dnnl_query_weights_md, 0);
    const dnnl_memory_desc_t wanted_src = *dnnl_primitive_desc_query_md(pd, dnnl_query_src_md, 0);
    struct net once = {0};
    const struct map w =
        as(&once, (struct map){plain, bench_floats(1000LL * in.c, 0.05f), in.c, 1}, &wanted, own_room);
    for (int i = 0; i < once.n; i++)
        check(dnnl_primitive_execute(once.calls[i].primitive, stream, once.calls[i].n_args,
                                     once.calls[i].args));
    in = as(net, in, &wanted_src, room);
    const dnnl_exec_arg_t args[] = {{DNNL_ARG_SRC, memory(&in.md, in.data)},
                                    {DNNL_ARG_WEIGHTS, memory(&wanted, w.data)},
                                    {DNNL_ARG_BIAS, memory(&bias, bench_floats(1000, 0.1f))},
                                    {DNNL_ARG_DST, memory(&dst, room(&dst))}};
    add_call(net, pd, 4, args);
}

static void run(void *state)
{
    struct net *net = state;
    for (int i = 0; i < net->n; i++)
        check(dnnl_primitive_execute(net->calls[i].primitive, stream, net->calls[i].n_args,
                                     net->calls[i].args));
    check(dnnl_stream_wait(stream));
}

static struct map image(void)
{
    const dnnl_memory_desc_t nhwc = described(3, 224, dnnl_nhwc);
    return (struct map){nhwc, own_room(&nhwc), 3, 224};
}

static void build_mobilenet_v2(struct net *net)
{
    static const int rows[][4] = {{1, 16, 1, 1}, {6, 24, 2, 2},  {6, 32, 3, 2}, {6, 64, 4, 2},
                                  {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};
    struct map x = conv(net, image(), 32, 3, 2, 1, RELU6, NULL);
    for (size_t row = 0; row < sizeof rows / sizeof rows[0]; row++)
        for (int i = 0; i < rows[row][2]; i++) {
            const int c = rows[row][1], stride = i == 0 ? rows[row][3] : 1;
            struct map y = x;
            if (rows[row][0] > 1)
                y = conv(net, y, 6 * x.c, 1, 1, 1, RELU6, NULL);
            y = conv(net, y, y.c, 3, stride, y.c, RELU6, NULL);
            x = conv(net, y, c, 1, 1, 1, NONE, stride == 1 && x.c == c ? &x : NULL);
        }
    classify(net, conv(net, x, 1280, 1, 1, 1, RELU6, NULL));
}

static struct map concat(struct net *net, struct map a, struct map b)
{
    const dnnl_memory_desc_t sources[] = {a.md, b.md};
    dnnl_primitive_desc_t pd;
    check(dnnl_concat_primitive_desc_create(&pd, NULL, 2, 1, sources, NULL, engine));
    struct map out = {*dnnl_primitive_desc_query_md(pd, dnnl_query_dst_md, 0), NULL, a.c + b.c, a.size};
    out.data = room(&out.md);
    const dnnl_exec_arg_t args[] = {{DNNL_ARG_MULTIPLE_SRC, memory(&a.md, a.data)},
                                    {DNNL_ARG_MULTIPLE_SRC + 1, memory(&b.md, b.data)},
                                    {DNNL_ARG_DST, memory(&out.md, out.data)}};
    add_call(net, pd, 3, args);
    return out;
}

static struct map shuffle(struct net *net, struct map in)
{
    dnnl_shuffle_desc_t op;
    dnnl_primitive_desc_t pd;
    check(dnnl_shuffle_forward_desc_init(&op, dnnl_forward_inference, &in.md, 1, in.c / 2));
    check(dnnl_primitive_desc_create(&pd, &op, NULL, engine, NULL));
    struct map out = {in.md, room(&in.md), in.c, in.size};
    const dnnl_exec_arg_t args[] = {{DNNL_ARG_SRC, memory(&in.md, in.data)},
                                    {DNNL_ARG_DST, memory(&out.md, out.data)}};
    add_call(net, pd, 2, args);
    return out;
}

/* Half of the channels as a view, through NHWC where a block of channels would be cut. */
static struct map half_of(struct net *net, struct map *in, int which)
{
    const int c = in->c / 2;
    const dnnl_dims_t dims = {1, c, in->size, in->size}, offsets = {0, which * c, 0, 0};
    struct map out = {.c = c, .size = in->size};
    if (dnnl_memory_desc_init_submemory(&out.md, &in->md, dims, offsets) != dnnl_success) {
        const dnnl_memory_desc_t nhwc = described(in->c, in->size, dnnl_nhwc);
        *in = as(net, *in, &nhwc, room);
        check(dnnl_memory_desc_init_submemory(&out.md, &in->md, dims, offsets));
    }
    out.data = in->data;
    return out;
}

static void build_shufflenet_v2(struct net *net)
{
    static const int widths[] = {116, 232, 464}, units[] = {4, 8, 4};
    struct map x = pool(net, conv(net, image(), 24, 3, 2, 1, RELU, NULL), dnnl_pooling_max, 3, 2, 1);
    for (int stage = 0; stage < 3; stage++)
        for (int unit = 0; unit < units[stage]; unit++) {
            const int c = widths[stage], half = c / 2, stride = unit == 0 ? 2 : 1;
            struct map keep, work = x;
            int left = half;
            if (unit == 0) {
                left = x.c;
                keep = conv(net, conv(net, x, x.c, 3, 2, x.c, NONE, NULL), left, 1, 1, 1, RELU, NULL);
            } else {
                work = half_of(net, &x, 1);
                keep = half_of(net, &x, 0);
            }
            work = conv(net, work, half, 1, 1, 1, RELU, NULL);
            work = conv(net, work, half, 3, stride, half, NONE, NULL);
            work = conv(net, work, c - left, 1, 1, 1, RELU, NULL);
            x = shuffle(net, concat(net, keep, work));
        }
    classify(net, conv(net, x, 1024, 1, 1, 1, RELU, NULL));
}

extern void omp_set_num_threads(int threads);

int main(int argc, char **argv)
{
    static struct net mobilenet, shufflenet;
    omp_set_num_threads(1);
    check(dnnl_engine_create(&engine, dnnl_cpu, 0));
    check(dnnl_stream_create(&stream, engine, dnnl_stream_in_order));
    build_mobilenet_v2(&mobilenet);
    build_shufflenet_v2(&shufflenet);
    const struct direct_program programs[] = {
        {"onednn", "mobilenet_v2:1.0", &mobilenet, run},
        {"onednn", "shufflenet_v2:1.0x", &shufflenet, run},
    };
    return bench_direct(argc, argv, programs, (int)(sizeof programs / sizeof programs[0]));
}
