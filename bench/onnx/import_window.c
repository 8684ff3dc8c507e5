#include "bench/onnx/import_window.h"

#include <string.h>

#define MAX_EXTENT 65536

/* Total padding for an output of ceil(length / stride). */
static int same_padding(int length, int kernel, int stride, int dilation)
{
    const int64_t out = ((int64_t)length + stride - 1) / stride;
    const int64_t padding = (out - 1) * stride + (int64_t)dilation * (kernel - 1) + 1 - length;
    return padding <= 0                ? 0
           : padding <= 4 * MAX_EXTENT ? (int)padding
                                       : 4 * MAX_EXTENT; /* the graph refuses such */
}

static enum cg_status read_pads(struct cg_onnx_importer *im, struct cg_shape in, struct cg_window *w,
                                struct cg_error *err)
{
    char mode[16];
    int pads[4];
    enum cg_status status = cg_onnx_attribute_text(im->node, "auto_pad", mode, sizeof mode, err);
    if (status == CG_OK)
        status = cg_onnx_attribute_ints(im->node, "pads", 4, 0, MAX_EXTENT, 0, pads, err);
    if (status != CG_OK)
        return status;
    if (mode[0] == '\0' || strcmp(mode, "NOTSET") == 0) {
        w->pad_top = pads[0], w->pad_left = pads[1], w->pad_bottom = pads[2], w->pad_right = pads[3];
        return CG_OK;
    }
    if (strcmp(mode, "VALID") == 0)
        return CG_OK;
    const bool lower = strcmp(mode, "SAME_LOWER") == 0; /* the odd one before the map */
    if (!lower && strcmp(mode, "SAME_UPPER") != 0)
        return cg_fail(err, CG_INVALID, "auto_pad is '%s'", mode);
    const int height = same_padding(in.h, w->kernel_h, w->stride_h, w->dilation_h);
    const int width = same_padding(in.w, w->kernel_w, w->stride_w, w->dilation_w);
    w->pad_top = (height + lower) / 2;
    w->pad_left = (width + lower) / 2;
    w->pad_bottom = height - w->pad_top;
    w->pad_right = width - w->pad_left;
    return CG_OK;
}

enum cg_status cg_onnx_window(struct cg_onnx_importer *im, struct cg_shape in, const int kernel[2],
                              struct cg_window *window, struct cg_error *err)
{
    int shape[2], strides[2], dilations[2];
    enum cg_status status = CG_OK;
    memcpy(shape, kernel, sizeof shape);
    if (cg_onnx_attribute(im->node, "kernel_shape"))
        status = cg_onnx_attribute_ints(im->node, "kernel_shape", 2, 1, MAX_EXTENT, 1, shape, err);
    if (status == CG_OK)
        status = cg_onnx_attribute_ints(im->node, "strides", 2, 1, MAX_EXTENT, 1, strides, err);
    if (status == CG_OK)
        status = cg_onnx_attribute_ints(im->node, "dilations", 2, 1, MAX_EXTENT, 1, dilations, err);
    if (status != CG_OK)
        return status;
    if (shape[0] != kernel[0] || shape[1] != kernel[1])
        return cg_fail(err, CG_INVALID, "kernel_shape is %dx%d, the weight %dx%d", shape[0], shape[1],
                       kernel[0], kernel[1]);
    *window = (struct cg_window){.kernel_h = kernel[0],
                                 .kernel_w = kernel[1],
                                 .stride_h = strides[0],
                                 .stride_w = strides[1],
                                 .dilation_h = dilations[0],
                                 .dilation_w = dilations[1]};
    return read_pads(im, in, window, err);
}

bool cg_onnx_take_pad(const struct cg_onnx_importer *im, int id, struct cg_window *window)
{
    const struct cg_node *node = &im->graph->nodes[id];
    const struct cg_window *pad = &node->window;
    if (node->op != CG_PAD || im->own || !cg_onnx_is_read_once(im, id) || pad->pad_top < 0 ||
        pad->pad_left < 0 || pad->pad_bottom < 0 || pad->pad_right < 0)
        return false;
    window->pad_top += pad->pad_top;
    window->pad_left += pad->pad_left;
    window->pad_bottom += pad->pad_bottom;
    window->pad_right += pad->pad_right;
    return true;
}
