#include "bench/onnx/pixels.h"

int cg_onnx_add_pads(struct cg_onnx_importer *im, int input, const int pads[4])
{
    if (cg_onnx_failed(im) || (!im->own && !pads[0] && !pads[1] && !pads[2] && !pads[3]))
        return cg_onnx_failed(im) ? -1 : input;
    struct cg_node node = cg_onnx_over(CG_PAD, &input);
    cg_window_set_pads(&node.window, pads);
    return cg_onnx_add(im, &node, NULL);
}

int cg_onnx_add_part(struct cg_onnx_importer *im, int input, int first, int n)
{
    struct cg_node node = cg_onnx_over(CG_SPLIT, &input);
    node.offset = first;
    node.shape.c = n;
    return cg_onnx_add(im, &node, NULL);
}

struct cg_onnx_channels cg_onnx_channels_of(struct cg_onnx_importer *im, int n)
{
    struct cg_onnx_channels channels = {n, cg_onnx_alloc(im, (size_t)n, sizeof(int)),
                                        cg_onnx_filled(im, n, 0.0f), cg_onnx_filled(im, n, 0.0f)};
    if (cg_onnx_failed(im))
        channels.n = 0;
    return channels;
}

int cg_onnx_add_channels(struct cg_onnx_importer *im, int input, const struct cg_onnx_channels *channels)
{
    struct cg_node chosen = cg_onnx_over(CG_PERMUTE, &input);
    chosen.index = channels->index;
    chosen.shape.c = channels->n;
    const int id = cg_onnx_add(im, &chosen, NULL);
    const struct cg_node node = cg_onnx_over(CG_AFFINE, &id);
    return cg_onnx_add(im, &node,
                       &(struct cg_onnx_params){.scale = channels->scale, .shift = channels->shift});
}

/* Cut off by a negative padding, then each so many by a pool of single pixels. */
int cg_onnx_add_picked(struct cg_onnx_importer *im, int input, const struct cg_onnx_slice *rows,
                       const struct cg_onnx_slice *columns)
{
    const struct cg_shape in = cg_onnx_failed(im) ? (struct cg_shape){0} : cg_onnx_shape(im, input);
    const int64_t bottom = in.h - rows->start - (rows->count - 1) * rows->step - 1;
    const int64_t right = in.w - columns->start - (columns->count - 1) * columns->step - 1;
    const int pads[4] = {-(int)rows->start, -(int)columns->start, -(int)bottom, -(int)right};
    const int id = cg_onnx_add_pads(im, input, pads);
    if (id < 0 || (rows->step == 1 && columns->step == 1))
        return id;
    struct cg_node pick = cg_onnx_over(CG_MAX_POOL, &id);
    pick.window.stride_h = (int)(rows->count > 1 ? rows->step : 1);
    pick.window.stride_w = (int)(columns->count > 1 ? columns->step : 1);
    return cg_onnx_add(im, &pick, NULL);
}

int cg_onnx_add_space_to_depth(struct cg_onnx_importer *im, int input, int rows, int columns)
{
    const struct cg_shape in = cg_onnx_failed(im) ? (struct cg_shape){0} : cg_onnx_shape(im, input);
    const int n = rows * columns;
    int *parts = cg_onnx_alloc(im, (size_t)n, sizeof *parts);
    for (int k = 0; parts && k < n && !cg_onnx_failed(im); k++) {
        const struct cg_onnx_slice h = {k / columns, rows, in.h / rows};
        const struct cg_onnx_slice w = {k % columns, columns, in.w / columns};
        parts[k] = cg_onnx_add_picked(im, input, &h, &w);
    }
    struct cg_node node = cg_onnx_over(CG_CONCAT, parts);
    node.n_inputs = n;
    return cg_onnx_add(im, &node, NULL);
}

int cg_onnx_add_depth_to_space(struct cg_onnx_importer *im, int input, int rows, int columns)
{
    const struct cg_shape in = cg_onnx_failed(im) ? (struct cg_shape){0} : cg_onnx_shape(im, input);
    struct cg_node node = cg_onnx_over(CG_DEPTH_TO_SPACE, &input);
    node.shape.h = in.h * rows;
    node.shape.w = in.w * columns;
    return cg_onnx_add(im, &node, NULL);
}

/* ---- padding by what stands in the map ---- */

#define MOST_OUTSIDE 32

int cg_onnx_reflected(int at, int extent)
{
    return at < 0 ? -at : at >= extent ? 2 * (extent - 1) - at : at;
}

int cg_onnx_nearest(int at, int extent)
{
    return at < 0 ? 0 : at >= extent ? extent - 1 : at;
}

int cg_onnx_wrapped(int at, int extent)
{
    return at < 0 ? at + extent : at >= extent ? at - extent : at;
}

/* `before` and `after` rows, or columns, outside: the map within zeros, plus each of them within zeros. */
static int add_lines(struct cg_onnx_importer *im, int input, bool rows, const int amounts[2],
                     cg_onnx_outside *rule)
{
    const int extent = rows ? cg_onnx_shape(im, input).h : cg_onnx_shape(im, input).w;
    const int whole = extent + amounts[0] + amounts[1], side = rows ? 0 : 1;
    int pads[4] = {0};
    pads[side] = amounts[0];
    pads[side + 2] = amounts[1];
    int sum = cg_onnx_add_pads(im, input, pads);
    for (int to = 0; to < whole && sum >= 0; to++) {
        if (to >= amounts[0] && to < amounts[0] + extent)
            continue; /* the map */
        const int from = rule(to - amounts[0], extent);
        pads[side] = -from;
        pads[side + 2] = from + 1 - extent;
        const int line = cg_onnx_add_pads(im, input, pads);
        pads[side] = to;
        pads[side + 2] = whole - 1 - to;
        const int placed = cg_onnx_add_pads(im, line, pads);
        sum = placed < 0 ? -1 : cg_onnx_add_pair(im, CG_ADD, sum, placed);
    }
    return sum;
}

int cg_onnx_add_outside(struct cg_onnx_importer *im, int input, const int pads[4], cg_onnx_outside *rule)
{
    const struct cg_shape in = cg_onnx_failed(im) ? (struct cg_shape){0} : cg_onnx_shape(im, input);
    for (int side = 0; side < 4; side++) {
        const int extent = side % 2 ? in.w : in.h, most = rule == cg_onnx_reflected ? extent - 1 : extent;
        if (pads[side] < 0 || (pads[side] > most && rule != cg_onnx_nearest) || pads[side] > MOST_OUTSIDE / 2)
            cg_onnx_fail(im, CG_UNSUPPORTED, "%d pixels on one side of a map of %d, in this mode", pads[side],
                         extent);
    }
    int id = input;
    for (int side = 1; side >= 0 && !cg_onnx_failed(im); side--)
        if (pads[side] || pads[side + 2])
            id = add_lines(im, id, side == 0, (const int[]){pads[side], pads[side + 2]}, rule);
    return cg_onnx_failed(im) ? -1 : id;
}
