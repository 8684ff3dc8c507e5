/* MobileNet V2 and ShuffleNet V2 written straight onto oneDNN's primitives (layouts left to the library, ReLU
 * and sums as post-ops), against engine onednn. What is called differently in oneDNN 2 and 3 is called as the
 * engine calls it (kernels/onednn/library.h). */
#include "kernels/onednn/library.h"
#include "tests/bench_direct.h"

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
    cg_dnnl_desc md;
    void *data; /* a part's offset counts from here */
    int c, size;
};

enum act { NONE, RELU, RELU6 };

static dnnl_engine_t engine;
static dnnl_stream_t stream;
static struct cg_dnnl_descs descs;

static void check(dnnl_status_t status)
{
    if (status != dnnl_success) {
        fprintf(stderr, "oneDNN: status %d\n", (int)status);
        exit(2);
    }
}

static cg_dnnl_desc made(cg_dnnl_desc desc)
{
    check(desc ? dnnl_success : dnnl_out_of_memory);
    return desc;
}

/* What the library chose for a primitive. */
static cg_dnnl_desc chosen(const_dnnl_primitive_desc_t pd, dnnl_query_t what)
{
    return made(cg_dnnl_desc_copy(&descs, dnnl_primitive_desc_query_md(pd, what, 0)));
}

static dnnl_memory_t memory(cg_dnnl_desc md, void *data)
{
    dnnl_memory_t m;
    check(dnnl_memory_create(&m, md, engine, data));
    return m;
}

/* Activations go round in a ring of buffers: none is read after its turn comes again. */
static void *room(cg_dnnl_desc md)
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

static void *own_room(cg_dnnl_desc md)
{
    return bench_floats((int64_t)dnnl_memory_desc_get_size(md) / 4 + 16, 1);
}

static cg_dnnl_desc described(int c, int size, dnnl_format_tag_t tag)
{
    return made(cg_dnnl_desc_by_tag(&descs, 4, (const dnnl_dims_t){1, c, size, size}, tag));
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

static struct map as(struct net *net, struct map in, cg_dnnl_desc md, void *(*place)(cg_dnnl_desc))
{
    if (dnnl_memory_desc_equal(in.md, md))
        return in;
    struct map out = {md, place(md), in.c, in.size};
    dnnl_primitive_desc_t pd;
    check(dnnl_reorder_primitive_desc_create(&pd, in.md, engine, md, engine, NULL));
    const dnnl_exec_arg_t args[] = {{DNNL_ARG_FROM, memory(in.md, in.data)},
                                    {DNNL_ARG_TO, memory(md, out.data)}};
    add_call(net, pd, 2, args);
    return out;
}

/* Drawn weights in the layout that the library chose, reordered at once. */
static void *weights_as(cg_dnnl_desc plain, float *values, cg_dnnl_desc wanted)
{
    struct net once = {0};
    const struct map w = as(&once, (struct map){plain, values, 0, 0}, wanted, own_room);
    for (int i = 0; i < once.n; i++)
        check(dnnl_primitive_execute(once.calls[i].primitive, stream, once.calls[i].n_args,
                                     once.calls[i].args));
    check(dnnl_stream_wait(stream));
    return w.data;
}

static dnnl_primitive_attr_t attributes(enum act act, bool sum)
{
    dnnl_primitive_attr_t attr;
    dnnl_post_ops_t post_ops;
    check(dnnl_primitive_attr_create(&attr));
    check(dnnl_post_ops_create(&post_ops));
    if (sum)
        check(cg_dnnl_append_sum(post_ops));
    if (act == RELU)
        check(cg_dnnl_append_eltwise(post_ops, dnnl_eltwise_relu, 0, 0));
    if (act == RELU6)
        check(cg_dnnl_append_eltwise(post_ops, dnnl_eltwise_clip, 0, 6));
    check(dnnl_primitive_attr_set_post_ops(attr, post_ops));
    check(dnnl_post_ops_destroy(post_ops));
    return attr;
}

/* `sum`: NULL or the map that the result is added to, in place where layouts agree. */
static struct map conv(struct net *net, struct map in, int c, int kernel, int stride, int groups,
                       enum act act, const struct map *sum)
{
    const int g = groups > 1, pad = kernel / 2, size = (in.size + stride - 1) / stride;
    const dnnl_dims_t weight_dims[2] = {{c, in.c, kernel, kernel},
                                        {groups, c / groups, in.c / groups, kernel, kernel}};
    const cg_dnnl_desc bias = made(cg_dnnl_desc_by_tag(&descs, 1, (const dnnl_dims_t){c}, dnnl_a));
    const cg_dnnl_desc plain =
        made(cg_dnnl_desc_by_tag(&descs, 4 + g, weight_dims[g], g ? dnnl_goihw : dnnl_oihw));
    const struct cg_dnnl_operation op = {
        .kind = dnnl_convolution,
        .algorithm = dnnl_convolution_auto,
        .src = described(in.c, in.size, dnnl_format_tag_any),
        .weights = made(cg_dnnl_desc_by_tag(&descs, 4 + g, weight_dims[g], dnnl_format_tag_any)),
        .bias = bias,
        .dst = described(c, size, dnnl_format_tag_any),
        .strides = {stride, stride},
        .before = {pad, pad},
        .after = {pad, pad},
    };
    dnnl_primitive_attr_t attr = attributes(act, sum != NULL);
    dnnl_primitive_desc_t pd;
    check(cg_dnnl_describe(&pd, &op, engine, attr));
    check(dnnl_primitive_attr_destroy(attr));
    const cg_dnnl_desc src = chosen(pd, dnnl_query_src_md), dst = chosen(pd, dnnl_query_dst_md),
                       weight = chosen(pd, dnnl_query_weights_md);
    const int64_t n_weight = (int64_t)c * kernel * kernel * in.c / groups;
    void *weights =
        weights_as(plain, bench_floats(n_weight, sqrtf(3.0f * (float)c / (float)n_weight)), weight);
    in = as(net, in, src, room);
    const struct map out = {dst, sum ? as(net, *sum, dst, room).data : room(dst), c, size};
    const dnnl_exec_arg_t args[] = {{DNNL_ARG_SRC, memory(src, in.data)},
                                    {DNNL_ARG_WEIGHTS, memory(weight, weights)},
                                    {DNNL_ARG_BIAS, memory(bias, bench_floats(c, 0.1f))},
                                    {DNNL_ARG_DST, memory(dst, out.data)}};
    add_call(net, pd, 4, args);
    return out;
}

/* A primitive of one source and one destination, whose layout the library chooses where `dst` has none. */
static struct map simple(struct net *net, const struct cg_dnnl_operation *op, struct map in, int size)
{
    dnnl_primitive_desc_t pd;
    check(cg_dnnl_describe(&pd, op, engine, NULL));
    const cg_dnnl_desc md = chosen(pd, dnnl_query_dst_md);
    const struct map out = {md, room(md), in.c, size};
    const dnnl_exec_arg_t args[] = {{DNNL_ARG_SRC, memory(in.md, in.data)},
                                    {DNNL_ARG_DST, memory(md, out.data)}};
    add_call(net, pd, 2, args);
    return out;
}

static struct map pool(struct net *net, struct map in, dnnl_alg_kind_t kind, int kernel, int stride, int pad)
{
    const int size = (in.size + 2 * pad - kernel) / stride + 1;
    const struct cg_dnnl_operation op = {.kind = dnnl_pooling,
                                         .algorithm = kind,
                                         .src = in.md,
                                         .dst = described(in.c, size, dnnl_format_tag_any),
                                         .strides = {stride, stride},
                                         .kernel = {kernel, kernel},
                                         .before = {pad, pad},
                                         .after = {pad, pad}};
    return simple(net, &op, in, size);
}

static void classify(struct net *net, struct map in)
{
    const dnnl_dims_t dims = {1000, in.c, 1, 1};
    in = pool(net, in, dnnl_pooling_avg_exclude_padding, in.size, 1, 0);
    const struct cg_dnnl_operation op = {
        .kind = dnnl_inner_product,
        .src = described(in.c, 1, dnnl_format_tag_any),
        .weights = made(cg_dnnl_desc_by_tag(&descs, 4, dims, dnnl_format_tag_any)),
        .bias = made(cg_dnnl_desc_by_tag(&descs, 1, (const dnnl_dims_t){1000}, dnnl_a)),
        .dst = made(cg_dnnl_desc_by_tag(&descs, 2, (const dnnl_dims_t){1, 1000}, dnnl_ab)),
    };
    dnnl_primitive_desc_t pd;
    check(cg_dnnl_describe(&pd, &op, engine, NULL));
    const cg_dnnl_desc src = chosen(pd, dnnl_query_src_md), weight = chosen(pd, dnnl_query_weights_md);
    void *weights = weights_as(made(cg_dnnl_desc_by_tag(&descs, 4, dims, dnnl_oihw)),
                               bench_floats(1000LL * in.c, 0.05f), weight);
    in = as(net, in, src, room);
    const dnnl_exec_arg_t args[] = {{DNNL_ARG_SRC, memory(src, in.data)},
                                    {DNNL_ARG_WEIGHTS, memory(weight, weights)},
                                    {DNNL_ARG_BIAS, memory(op.bias, bench_floats(1000, 0.1f))},
                                    {DNNL_ARG_DST, memory(op.dst, room(op.dst))}};
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
    const cg_dnnl_desc nhwc = described(3, 224, dnnl_nhwc);
    return (struct map){nhwc, own_room(nhwc), 3, 224};
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
    const cg_dnnl_desc sources[] = {a.md, b.md};
    dnnl_primitive_desc_t pd;
    check(cg_dnnl_describe_concat(&pd, NULL, 2, sources, engine, NULL));
    const cg_dnnl_desc md = chosen(pd, dnnl_query_dst_md);
    const struct map out = {md, room(md), a.c + b.c, a.size};
    const dnnl_exec_arg_t args[] = {{DNNL_ARG_MULTIPLE_SRC, memory(a.md, a.data)},
                                    {DNNL_ARG_MULTIPLE_SRC + 1, memory(b.md, b.data)},
                                    {DNNL_ARG_DST, memory(md, out.data)}};
    add_call(net, pd, 3, args);
    return out;
}

static struct map shuffle(struct net *net, struct map in)
{
    const struct cg_dnnl_operation op = {.kind = dnnl_shuffle, .src = in.md, .dst = in.md, .group = in.c / 2};
    return simple(net, &op, in, in.size);
}

/* Half of the channels as a view, through NHWC where a block of channels would be cut. */
static struct map half_of(struct net *net, struct map *in, int which)
{
    const int c = in->c / 2;
    const dnnl_dims_t dims = {1, c, in->size, in->size}, offsets = {0, which * c, 0, 0};
    cg_dnnl_desc half = cg_dnnl_desc_of_part(&descs, in->md, dims, offsets);
    if (!half) {
        *in = as(net, *in, described(in->c, in->size, dnnl_nhwc), room);
        half = made(cg_dnnl_desc_of_part(&descs, in->md, dims, offsets));
    }
    return (struct map){half, in->data, c, in->size};
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
