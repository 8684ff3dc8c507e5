/* Files of ncnn become what they compute; those that contradict themselves are refused with their line. */
#include "bench/graph/cost.h"
#include "bench/graph/text.h"
#include "bench/ncnn/ncnn.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define INPUT "Input in 0 1 in 0=5 1=6 2=4\n" /* 4 channels of 6 rows and 5 columns */

/* Reads layers behind an input; the status, and in `text` the nodes behind it, or the sentence. */
static enum cg_status read_layers(const char *lines, char *text, size_t size)
{
    char *param = NULL;
    int n = 1;
    struct cg_error err = {0};
    struct cg_graph *graph = NULL;
    struct cg_weights *weights = NULL;
    for (const char *c = lines; *c; c++)
        n += *c == '\n';
    cr_assert(asprintf(&param, "7767517\n%d 40\n%s%s", n, INPUT, lines) > 0);
    const struct cg_ncnn_bytes files = {.param = param, .param_size = strlen(param)};
    const enum cg_status status = cg_ncnn_import_memory(&files, NULL, &graph, &weights, &err);
    char *whole = status == CG_OK ? cg_graph_to_text(graph, true) : NULL;
    const char *nodes = whole ? strchr(strchr(whole, '\n') + 1, '\n') + 1 : err.text;
    snprintf(text, size, "%s", nodes);
    cr_expect_null(weights);
    cr_expect(status == CG_OK || (!graph && err.text[0]), "%s", lines);
    free(whole);
    free(param);
    cg_graph_destroy(&graph);
    return status;
}

struct meaning {
    const char *lines, *nodes;
};

static const struct meaning meanings[] = {
    {"Convolution c 1 1 in y 0=8 1=3 3=2 4=-233 5=1 6=288 9=1\n",
     "conv in=0 shape=1,3,3,8 kernel=3,3 stride=2,2 pad=0,1,1,1 dilation=1,1 groups=1 act=relu bias=1 "
     "params=0\n"},
    {"Convolution c 1 1 in y 0=8 1=3 3=2 4=-234 6=288 9=3 -23310=2,0.0,6.0\n",
     "conv in=0 shape=1,3,3,8 kernel=3,3 stride=2,2 pad=1,1,0,1 dilation=1,1 groups=1 act=relu6 params=0\n"},
    {"Convolution c 1 1 in y 0=8 1=3 11=1 2=2 12=1 4=2 14=0 15=1 16=0 6=96 9=6 10=0.2,0.5\n",
     "conv in=0 shape=1,6,4,8 kernel=1,3 stride=1,1 pad=0,2,0,1 dilation=1,2 groups=1 params=0\n"
     "act in=1 shape=1,6,4,8 act=clipped_line alpha=0.200000003 beta=0.5\n"
     "mul in=1,2 shape=1,6,4,8\n"},
    {"ConvolutionDepthWise c 1 1 in y 0=4 1=3 4=1 6=36 7=4 9=2 -23310=1,0.1\n",
     "conv in=0 shape=1,6,5,4 kernel=3,3 stride=1,1 pad=1,1,1,1 dilation=1,1 groups=4 params=0\n"
     "act in=1 shape=1,6,5,4 act=leaky_relu alpha=0.100000001\n"},
    {"InnerProduct f 1 1 in y 0=7 1=1 2=840 9=4\n",
     "conv in=0 shape=1,1,1,7 kernel=6,5 stride=1,1 pad=0,0,0,0 dilation=1,1 groups=1 act=sigmoid bias=1 "
     "params=0\n"},
    {"Pooling p 1 1 in y 0=0 1=2 2=2\n",
     "max_pool in=0 shape=1,3,3,4 kernel=2,2 stride=2,2 pad=0,0,0,1 dilation=1,1\n"},
    {"Pooling p 1 1 in y 0=0 1=3 2=2 5=1\n",
     "max_pool in=0 shape=1,2,2,4 kernel=3,3 stride=2,2 pad=0,0,0,0 dilation=1,1\n"},
    {"Pooling p 1 1 in y 0=1 1=3 2=2 3=1 5=1 6=1\n",
     "avg_pool in=0 shape=1,3,3,4 kernel=3,3 stride=2,2 pad=1,1,1,1 dilation=1,1 count_padding=1\n"},
    {"Pooling p 1 1 in y 0=1 1=3 2=2 5=2\n",
     "avg_pool in=0 shape=1,3,3,4 kernel=3,3 stride=2,2 pad=0,1,1,1 dilation=1,1\n"},
    {"Pooling p 1 1 in y 0=1 4=1\n", "global_pool in=0 shape=1,1,1,4\n"},
    {"Pooling p 1 1 in y 0=0 4=1\n",
     "max_pool in=0 shape=1,1,1,4 kernel=6,5 stride=1,1 pad=0,0,0,0 dilation=1,1\n"},
    {"Pooling p 1 1 in y 0=1 7=1 8=1 18=3\n",
     "avg_pool in=0 shape=1,3,1,4 kernel=2,5 stride=2,5 pad=0,0,0,0 dilation=1,1\n"},
    {"Reduction r 1 1 in y 0=3 1=0 -23303=2,1,2 4=1 5=1\n", "global_pool in=0 shape=1,1,1,4\n"},
    {"Padding p 1 1 in y 0=1 1=2 2=3 3=0\n",
     "pad in=0 shape=1,9,8,4 kernel=1,1 stride=1,1 pad=1,3,2,0 dilation=1,1\n"},
    {"Split s 1 2 in a b\n"
     "Slice k 1 3 a u v w -23300=3,1,-233,-233\n"
     "Concat c 3 1 w b u out0\n",
     "split in=0 shape=1,6,5,2 offset=2\n"
     "split in=0 shape=1,6,5,1 offset=0\n"
     "concat in=1,0,2 shape=1,6,5,7\n"},
    {"Slice k 1 2 in u v -23302=1,-1\n"
     "Concat c 2 1 v u y\n",
     "permute in=0 shape=1,6,5,4 index=3,0,1,2\n"},
    {"Crop c 1 1 in y -23309=1,1 -23310=1,3 -23311=1,0\n", "split in=0 shape=1,6,5,2 offset=1\n"},
    {"Crop c 1 1 in y 0=1 1=2 2=0 3=3 4=-233 5=-233\n",
     "pad in=0 shape=1,4,3,4 kernel=1,1 stride=1,1 pad=-2,-1,0,-1 dilation=1,1\n"},
    {"ShuffleChannel s 1 1 in y 0=2\n", "shuffle in=0 shape=1,6,5,4 groups=2\n"},
    {"ShuffleChannel s 1 1 in y 0=1 1=1\n", "shuffle in=0 shape=1,6,5,4 groups=4\n"},
    {"Split s 1 2 in a b\n"
     "Pooling p 1 1 a g 0=1 4=1\n"
     "InnerProduct f 1 1 g h 0=4 2=16\n"
     "HardSigmoid a 1 1 h i 0=0.166667 1=0.5\n"
     "BinaryOp b 2 1 i b y 0=2\n",
     "global_pool in=0 shape=1,1,1,4\n"
     "fc in=1 shape=1,1,1,4 act=hard_sigmoid params=0\n"
     "mul in=0,2 shape=1,6,5,4\n"},
    {"BinaryOp b 2 1 in in y 0=0\n", "add in=0,0 shape=1,6,5,4\n"},
    {"BinaryOp b 1 1 in y 0=2 1=1 2=0.5\n", "affine in=0 shape=1,6,5,4 params=0\n"},
    {"MemoryData m 0 1 m 0=4\n"
     "BinaryOp b 2 1 in m y 0=0\n",
     "affine in=0 shape=1,6,5,4 params=0\n"},
    {"Eltwise e 2 1 in in y 0=1 -23301=2,1.0,1.0\n", "add in=0,0 shape=1,6,5,4\n"},
    {"ReLU r 1 1 in y 0=0.1\n", "act in=0 shape=1,6,5,4 act=leaky_relu alpha=0.100000001\n"},
    {"Clip c 1 1 in y 0=-1.0\n", "act in=0 shape=1,6,5,4 act=clip alpha=-1 beta=inf\n"},
    {"HardSwish h 1 1 in y 0=1.666667e-01 1=5.000000e-01\n", "act in=0 shape=1,6,5,4 act=hard_swish\n"},
    {"GELU g 1 1 in y 0=1\n", "act in=0 shape=1,6,5,4 act=gelu_tanh\n"},
    {"Swish s 1 1 in y\n", "act in=0 shape=1,6,5,4 act=swish alpha=1\n"},
    {"Convolution c 1 1 in a 0=8 1=1 6=32\n"
     "BatchNorm n 1 1 a b 0=8 1=1e-3\n"
     "Scale s 1 1 b c 0=8 1=1\n"
     "ReLU r 1 1 c y\n",
     "conv in=0 shape=1,6,5,8 kernel=1,1 stride=1,1 pad=0,0,0,0 dilation=1,1 groups=1 act=relu norm=1 "
     "params=0\n"},
    {"Convolution c 1 1 in a 0=8 1=1 6=32 9=1\n"
     "BatchNorm n 1 1 a y 0=8\n",
     "conv in=0 shape=1,6,5,8 kernel=1,1 stride=1,1 pad=0,0,0,0 dilation=1,1 groups=1 act=relu params=0\n"
     "affine in=1 shape=1,6,5,8 params=1\n"},
    {"Convolution c 1 1 in a 0=8 1=1 6=32\n"
     "Split s 1 2 a b d\n"
     "BatchNorm n 1 1 b e 0=8\n"
     "Eltwise x 2 1 e d y 0=1\n",
     "conv in=0 shape=1,6,5,8 kernel=1,1 stride=1,1 pad=0,0,0,0 dilation=1,1 groups=1 params=0\n"
     "affine in=1 shape=1,6,5,8 params=1\n"
     "add in=2,1 shape=1,6,5,8\n"},
    {"PReLU p 1 1 in y 0=1\n", "prelu in=0 shape=1,6,5,4 params=0\n"},
    {"Permute p 1 1 in a 0=3\n"
     "LayerNorm l 1 1 a b 0=4 1=1e-5\n"
     "Permute q 1 1 b y 0=4\n",
     "layer_norm in=0 shape=1,6,5,4 epsilon=9.99999975e-06 params=0\n"},
    {"GroupNorm g 1 1 in y 0=2 1=4\n",
     "group_norm in=0 shape=1,6,5,4 groups=2 epsilon=0.00100000005 params=0\n"},
    {"InstanceNorm g 1 1 in y 0=4 1=1e-5 2=0\n",
     "group_norm in=0 shape=1,6,5,4 groups=4 epsilon=9.99999975e-06 params=0\n"},
    {"LRN l 1 1 in y 2=1e-4\n", "lrn in=0 shape=1,6,5,4 alpha=9.99999975e-05 beta=0.75 k=1 size=5\n"},
    {"Softmax s 1 1 in a 1=1\n"
     "UnaryOp u 1 1 a y 0=8\n",
     "softmax in=0 shape=1,6,5,4 log=1\n"},
    {"Reshape r 1 1 in v 0=-1\n"
     "Dropout d 1 1 v w\n"
     "InnerProduct f 1 1 w y 0=3 2=360\n",
     "conv in=0 shape=1,1,1,3 kernel=6,5 stride=1,1 pad=0,0,0,0 dilation=1,1 groups=1 params=0\n"},
    {"Pooling p 1 1 in g 0=1 4=1\n"
     "Reshape r 1 1 g h 0=1 1=1 2=-1\n"
     "Convolution c 1 1 h y 0=2 1=1 6=8\n",
     "global_pool in=0 shape=1,1,1,4\n"
     "conv in=1 shape=1,1,1,2 kernel=1,1 stride=1,1 pad=0,0,0,0 dilation=1,1 groups=1 params=0\n"},
    {"Interp i 1 1 in y 0=1 1=2.0 2=3.0\n", "upsample in=0 shape=1,12,15,4\n"},
    {"PixelShuffle p 1 1 in y 0=2 1=1\n", "depth_to_space in=0 shape=1,12,10,1\n"},
    {"Concat c 2 1 in in a 0=0\nPixelShuffle p 1 1 a y 0=2\n",
     "concat in=0,0 shape=1,6,5,8\nshuffle in=1 shape=1,6,5,8 groups=2\ndepth_to_space in=2 "
     "shape=1,12,10,2\n"},
};

Test(ncnn, layers_become_what_they_compute)
{
    char text[4096];
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++) {
        const enum cg_status status = read_layers(meanings[i].lines, text, sizeof text);
        cr_expect(status == CG_OK && strcmp(text, meanings[i].nodes) == 0, "%sbecame\n%sinstead of\n%s",
                  meanings[i].lines, text, meanings[i].nodes);
    }
}

struct refusal {
    const char *lines;
    enum cg_status status;
    const char *sentence;
};

static const struct refusal refusals[] = {
    {"Convolution c 1 1 in y 0=8 1=3 6=287\n", CG_INVALID,
     "line 4: layer c (Convolution): its 287 weights are not 8"},
    {"Convolution c 1 1 in y 0=8 1=3 6=288 8=2\n", CG_UNSUPPORTED,
     "Convolution: its weights are integers ('c')"},
    {"Convolution c 1 1 in y 0=8 1=3 6=288 18=1.0\n", CG_UNSUPPORTED, "another number than 0"},
    {"Convolution c 1 1 in y 0=8 1=3 6=288 9=1.5\n", CG_INVALID, "parameter 9 is '1.5', no integer"},
    {"Convolution c 1 1 in y 0=8 1=3 6=288 9=3\n", CG_INVALID, "its activation 3 takes 2 numbers"},
    {"Convolution c 1 1 in y 0=8 1=3 6=288 9=7\n", CG_UNSUPPORTED, "its activation 7"},
    {"Convolution c 1 1 in y 0=8 1=3 6=288 17=1\n", CG_UNSUPPORTED, "Convolution: parameter 17 ('c')"},
    {"Convolution c 1 1 in y 0=8 1=3 3=0 6=288\n", CG_INVALID, "stride 0x0"},
    {"Convolution c 1 1 in y 0=2000000000 1=1 6=2000000000\n", CG_INVALID, "more than 2^31 - 1 elements"},
    {"ConvolutionDepthWise c 1 1 in y 0=8 1=65536 7=3 6=1\n", CG_INVALID, "3 groups do not divide"},
    {"InnerProduct f 1 1 in y 0=2000000000 2=2147483647\n", CG_INVALID, "line 4: layer f"},
    {"Pooling p 1 1 in y 0=0 1=9 5=1\n", CG_INVALID, "does not fit"},
    {"Pooling p 1 1 in y 0=0 1=2 3=99999999 5=1\n", CG_INVALID, "its pads are"},
    {"Pooling p 1 1 in y 7=1 8=4\n", CG_UNSUPPORTED, "it adapts a map of 6x5 to 4x4"},
    {"Clip k 1 1 in y 0=0 1=6\n", CG_INVALID, "parameter 1 is '6'; ncnn takes a finite number"},
    {"Clip k 1 1 in y 1=1e99\n", CG_INVALID, "parameter 1 is '1e99'"},
    {"Slice s 1 2 in a b -23300=2,3,2\nConcat c 2 1 a b y\n", CG_INVALID,
     "part 1 has 2 of the 4 channels from 3 on"},
    {"Slice s 1 2 in a b -23300=2,2,2 1=1\nConcat c 2 1 a b y\n", CG_UNSUPPORTED, "along axis 1"},
    {"Crop s 1 1 in y -23309=1,3 -23310=1,3 -23311=1,0\n", CG_INVALID, "it cuts 3 to 3 out of 4"},
    {"Interp a 1 1 in m 0=2 1=2.0 2=2.0\nInterp b 1 1 m n\nReLU r 1 1 n y\n", CG_UNSUPPORTED,
     "layers that are not read: Interp: other than of the nearest pixels ('a')"},
    {"Foo a 1 1 in m\nFoo b 1 1 in n\nConcat c 2 1 m n y\n", CG_UNSUPPORTED, "Foo (2 of them: 'a', 'b')"},
    {"ReLU r 1 1 nosuch y\n", CG_INVALID,
     "line 4: layer r reads blob 'nosuch', which no layer before it gives"},
    {"ReLU r 1 1 y y\n", CG_INVALID, "which no layer before it gives"},
    {"ReLU r 1 1 in in\n", CG_INVALID, "line 4: blob 'in' is given a second time"},
    {"ReLU r 1 1 in\n", CG_INVALID, "line 4: the name of a blob that it gives is missing"},
    {"ReLU r 9999999999 1 in y\n", CG_INVALID, "the number of blobs that it reads is '9999999999'"},
    {"ReLU r 40 1 in y\n", CG_INVALID, "the blobs that it reads are missing"},
    {"ReLU r 1 41 in y\n", CG_INVALID, "the number of blobs that it gives is '41'"},
    {"ReLU r 1 1 in y 0\n", CG_INVALID, "'0' is no parameter"},
    {"ReLU r 1 1 in y 32=1\n", CG_INVALID, "'32=1' is no parameter"},
    {"ReLU r 1 1 in y -5=1\n", CG_INVALID, "'-5=1' is no parameter"},
    {"ReLU r 1 1 in y 0=0.1 0=0.2\n", CG_INVALID, "parameter 0 is given twice"},
    {"ReLU r 1 1 in y 0=\n", CG_INVALID, "parameter 0 has 0 values"},
    {"Slice s 1 2 in y z -23300=3,2,2\n", CG_INVALID, "parameter 0 has 2 values, not 3"},
    {"Slice s 1 2 in y z -23300=x,2,2\n", CG_INVALID, "does not begin with its length"},
    {"BinaryOp b 2 1 in in y 0=3\n", CG_UNSUPPORTED, "operation 3 of two maps"},
    {"BinaryOp b 1 1 in y 0=0\n", CG_INVALID, "it reads 1 blobs"},
    {"BinaryOp b 1 1 in y 0=3 1=1 2=0.0\n", CG_OK, ""},
    {"Split s 1 2 in y z\n", CG_INVALID,
     "the network has 2 outputs; say which, as in NET.param:BLOB, of y, z"},
    {"ReLU r 1 1 in y -23330=4,3,5,6,4\n", CG_OK, ""},
    {"ReLU r 1 1 in y -23330=4,3,6,5,4\n", CG_INVALID, "the file says that it gives 6x5x4"},
    {"LRN l 1 1 in y 1=4\n", CG_UNSUPPORTED, "an even number of channels, 4"},
    {"LayerNorm l 1 1 in y 0=5\n", CG_UNSUPPORTED, "of the pixels of a map"},
    {"Padding p 1 1 in y 8=4\n", CG_UNSUPPORTED, "it pads channels"},
    {"Input again 0 1 two 0=5 1=6 2=4\nConcat c 2 1 in two y\n", CG_UNSUPPORTED, "several inputs"},
    {"Noop n 1 1 in y\n", CG_INVALID, "the output 'y' is not computed from the input"},
    {"MemoryData m 0 1 y 0=4\n", CG_INVALID, "has 2 outputs"},
    {"Reshape r 1 1 in y 0=4 1=30\n", CG_UNSUPPORTED, "Reshape"},
    {"Flatten f 1 1 in v\nConcat c 2 1 v v y\n", CG_UNSUPPORTED, "elements stand in another order"},
    {"UnaryOp u 1 1 in y 0=8\n", CG_UNSUPPORTED, "operation 8"},
};

Test(ncnn, what_is_not_understood_is_refused)
{
    char text[4096];
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        const enum cg_status status = read_layers(refusals[i].lines, text, sizeof text);
        cr_expect(status == refusals[i].status && strstr(text, refusals[i].sentence), "%sgave %s: %s",
                  refusals[i].lines, cg_status_name(status), text);
    }
}

static enum cg_status read_text(const char *param, const char *bin, size_t bin_size, struct cg_error *err)
{
    const struct cg_ncnn_bytes files = {param, bin, strlen(param), bin_size};
    struct cg_graph *graph;
    struct cg_weights *weights;
    const enum cg_status status = cg_ncnn_import_memory(&files, NULL, &graph, &weights, err);
    cg_graph_destroy(&graph);
    cg_weights_destroy(&weights);
    return status;
}

Test(ncnn, heads_that_are_none)
{
    static const struct {
        const char *param, *sentence;
    } heads[] = {
        {"", "not a .param file"},
        {"7767518\n1 1\n", "begins with 7767517"},
        {"7767517\n", "line 1: the numbers of layers and blobs are missing"},
        {"7767517\n99999 1\n", "the number of layers is '99999', no number from 0 to 16384"},
        {"7767517\n1\n", "line 2: the number of blobs is missing"},
        {"7767517\n2 2\n" INPUT, "the file ends after 1 of 2 layers"},
        {"7767517\n1 2\n" INPUT "ReLU r 1 1 in y\n", "the output 'in' is not computed from the input"},
        {"7767517\n2 1\n" INPUT "ReLU r 1 1 in y\n", "more blobs than the 1"},
        {"7767517\n0 0\n", "the network has 0 outputs"},
        {"\x01\x02", "byte 0 has the value 1"},
        {"7767517\n2 2\nInput in 0 1 in\nReLU r 1 1 in y\n", "it does not say its channels"},
        {"7767517\n2 2\nInput in 0 1 in 2=3\nReLU r 1 1 in y\n",
         "say at which to read it, as in NET.param@224"},
    };
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        struct cg_error err = {0};
        cr_expect_neq(read_text(heads[i].param, NULL, 0, &err), CG_OK);
        cr_expect(strstr(err.text, heads[i].sentence), "%s: %s", heads[i].param, err.text);
    }
}

/* ---- weights ---- */

#define SMALL                                                                                                \
    "7767517\n3 3\nInput in 0 1 in 0=1 1=1 2=1\nInnerProduct f 1 1 in m 0=1 1=1 2=1\nReLU r 1 1 m y\n"

Test(ncnn, weights_of_the_wrong_size_are_refused)
{
    const uint32_t mark_f32 = 0, mark_int8 = 0x000d4b38, nan = 0x7fc00000;
    const float one = 1;
    char bin[16];
    struct cg_error err = {0};
    memcpy(bin, &mark_f32, 4);
    memcpy(bin + 4, &one, 4);
    memcpy(bin + 8, &one, 4);
    memcpy(bin + 12, &one, 4);
    cr_expect_eq(read_text(SMALL, bin, 12, &err), CG_OK, "%s", err.text);
    for (size_t size = 0; size < 12; size++) {
        cr_expect_eq(read_text(SMALL, bin, size, &err), CG_INVALID);
        cr_expect(strstr(err.text, "line 4: layer f (InnerProduct): the .bin file ends"), "%s", err.text);
    }
    cr_expect_eq(read_text(SMALL, bin, 16, &err), CG_INVALID);
    cr_expect(strstr(err.text, "4 bytes longer than the weights"), "%s", err.text);
    memcpy(bin + 4, &nan, 4);
    cr_expect_eq(read_text(SMALL, bin, 12, &err), CG_INVALID);
    cr_expect(strstr(err.text, "weight 0 is not a finite number"), "%s", err.text);
    memcpy(bin, &mark_int8, 4);
    cr_expect_eq(read_text(SMALL, bin, 12, &err), CG_UNSUPPORTED);
    cr_expect(strstr(err.text, "its weights are integers"), "%s", err.text);
}

static struct cg_graph *read_file(const char *path, const struct cg_import_request *request,
                                  struct cg_weights **weights)
{
    struct cg_graph *graph;
    struct cg_error err = {0};
    cr_assert_eq(cg_ncnn_import(path, request, &graph, weights, &err), CG_OK, "%s", err.text);
    return graph;
}

/* The norm behind the convolution, BatchNorm and Scale, is one; half of the weights are of 16 bits. */
Test(ncnn, a_file_with_its_weights)
{
    struct cg_weights *weights;
    char note[200] = "";
    const struct cg_import_request request = {.note = note, .note_size = sizeof note};
    struct cg_graph *graph = read_file(TEST_DATA "/ncnn/small.param", &request, &weights);
    cr_assert(weights);
    cr_expect_str_empty(note);
    cr_expect_eq(graph->n_nodes, 4);
    const struct cg_node *conv = &graph->nodes[1];
    const struct cg_params *p = &weights->params[conv->params];
    cr_expect(conv->op == CG_CONV && conv->norm && conv->bias && conv->act == CG_ACT_RELU);
    cr_expect_str_eq(conv->name, "conv");
    cr_expect(p->weight[0] == 0.5f && p->weight[1] == 1.5f && p->bias[1] == 0.25f, "[out][taps][in]");
    cr_expect(p->scale[0] == 4 && p->shift[0] == 3, "%g %g", (double)p->scale[0], (double)p->shift[0]);
    cr_expect_eq(graph->nodes[2].op, CG_GLOBAL_POOL);
    cr_expect_eq(graph->nodes[3].op, CG_FC);
    cr_expect_eq(weights->params[graph->nodes[3].params].weight[1], -0.75f);
    cg_graph_destroy(&graph);
    cg_weights_destroy(&weights);
}

Test(ncnn, a_file_without_weights_at_two_sizes)
{
    struct cg_weights *weights;
    char note[200] = "";
    struct cg_import_request request = {.note = note, .note_size = sizeof note};
    struct cg_graph *graph = read_file(TEST_DATA "/ncnn/no_weights.param", &request, &weights);
    cr_expect_null(weights);
    cr_expect(strstr(note, "its weights are drawn at random"), "%s", note);
    const int64_t madds = cg_graph_cost(graph).madds;
    cr_expect_eq(madds, 16 * 16 * 27 * 8 + 16 * 16 * 9 * 8 + 16 * 16 * 8 * 16 + 16 * 10, "%lld",
                 (long long)madds);
    cg_graph_destroy(&graph);
    request = (struct cg_import_request){.width = 16, .height = 48, .output = "pw"};
    graph = read_file(TEST_DATA "/ncnn/no_weights.param", &request, &weights);
    const struct cg_shape shape = graph->nodes[graph->output].shape;
    cr_expect(shape.h == 24 && shape.w == 8 && shape.c == 16);
    cg_graph_destroy(&graph);
}

Test(ncnn, files_that_are_not_there)
{
    struct cg_graph *graph;
    struct cg_weights *weights;
    struct cg_error err = {0};
    cr_expect_neq(cg_ncnn_import("/nowhere/net.param", NULL, &graph, &weights, &err), CG_OK);
    cr_expect(strstr(err.text, "/nowhere/net.param"), "%s", err.text);
    cr_expect(!graph && !weights);
}
