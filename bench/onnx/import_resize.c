/* Resize, Upsample and Expand: a larger map by repeated pixels. */
#include "bench/onnx/arguments.h"
#include "bench/onnx/maps.h"
#include "bench/onnx/readers.h"

#include <math.h>
#include <string.h>

/* How positions of the larger map are taken to those of the smaller, by the standard's names. */
struct sampling {
    char position[32], nearest[24];
};

static double position_of(const char *mode, double at, double scale, int64_t in, int64_t out)
{
    if (strcmp(mode, "asymmetric") == 0)
        return at / scale;
    if (strcmp(mode, "half_pixel") == 0 || (strcmp(mode, "pytorch_half_pixel") == 0 && out > 1))
        return (at + 0.5) / scale - 0.5;
    if (strcmp(mode, "tf_half_pixel_for_nn") == 0)
        return (at + 0.5) / scale;
    if (strcmp(mode, "align_corners") == 0 && out > 1)
        return at * (double)(in - 1) / (double)(out - 1);
    return (double)NAN;
}

static double rounded(const char *mode, double x)
{
    return strcmp(mode, "floor") == 0                ? floor(x)
           : strcmp(mode, "ceil") == 0               ? ceil(x)
           : strcmp(mode, "round_prefer_floor") == 0 ? ceil(x - 0.5)
           : strcmp(mode, "round_prefer_ceil") == 0  ? floor(x + 0.5)
                                                     : (double)NAN;
}

/* Whether each of `out` rows or columns is the one that CG_UPSAMPLE takes. */
static bool repeats(const struct sampling *sampling, double scale, int64_t in, int64_t out)
{
    for (int64_t at = 0; at < out; at++) {
        const double from =
            rounded(sampling->nearest, position_of(sampling->position, (double)at, scale, in, out));
        const double inside = fmin(fmax(from, 0), (double)(in - 1));
        if (isnan(from) || (int)inside != cg_repeated((int)at, (int)in, (int)out))
            return false;
    }
    return true;
}

static struct sampling read_sampling(struct cg_onnx_importer *im, bool old)
{
    char mode[16], policy[16];
    struct sampling sampling;
    cg_onnx_text(im, "keep_aspect_ratio_policy", policy, sizeof policy);
    if ((policy[0] && strcmp(policy, "stretch") != 0) || cg_onnx_int(im, "antialias", 0) != 0)
        cg_onnx_fail(im, CG_UNSUPPORTED, "aspect ratio '%s', or smoothed", policy);
    cg_onnx_text(im, "mode", mode, sizeof mode);
    cg_onnx_text(im, "coordinate_transformation_mode", sampling.position, sizeof sampling.position);
    cg_onnx_text(im, "nearest_mode", sampling.nearest, sizeof sampling.nearest);
    if (mode[0] && strcmp(mode, "nearest") != 0)
        cg_onnx_fail(im, CG_UNSUPPORTED, "mode '%s'; pixels are only repeated", mode);
    if (!sampling.position[0])
        strcpy(sampling.position, old ? "asymmetric" : "half_pixel");
    if (!sampling.nearest[0])
        strcpy(sampling.nearest, old ? "floor" : "round_prefer_floor");
    return sampling;
}

/* What is not there is an empty list. */
static const struct cg_onnx_constant *list_input(struct cg_onnx_importer *im, size_t i, const char *what)
{
    const struct cg_onnx_constant *list = cg_onnx_constant_input(im, i, what);
    return list && list->count > 0 ? list : NULL;
}

/* The new extents of a map of `rank` dimensions, by axis, from scales or sizes for all or for those of
 * `axes`. */
static void read_extents(struct cg_onnx_importer *im, const struct cg_onnx_view *map, const int *order,
                         int64_t extents[CG_ONNX_AXES])
{
    size_t n_axes;
    const bool old = im->variant || im->opset < 11;
    const struct sampling sampling = read_sampling(im, old);
    const struct cg_onnx_constant *scales = list_input(im, old ? 1 : 2, "scales");
    const struct cg_onnx_constant *sizes = old ? NULL : list_input(im, 3, "sizes"), *list = sizes ?: scales;
    const int64_t *axes = cg_onnx_integers(im, SIZE_MAX, "axes", &n_axes);
    const int n = axes ? (int)n_axes : map->rank;
    if (!list || (sizes && scales) || list->count != n || n > map->rank ||
        !(sizes ? list->i != NULL : list->f != NULL))
        cg_onnx_fail(im, CG_INVALID, "its scales or sizes do not fit a map");
    for (int i = 0; i < n && !cg_onnx_failed(im); i++) {
        const int dim = axes ? cg_onnx_axis_of(im, axes[i], map->rank) : i;
        const int64_t in = map->dims[dim];
        const double scale = sizes ? (double)sizes->i[i] / (double)in : (double)scales->f[i];
        const double out = sizes ? (double)sizes->i[i] : floor((double)in * scale);
        const bool pixels = order[dim] == CG_ONNX_H || order[dim] == CG_ONNX_W;
        if (!(out >= (double)in && out <= CG_ONNX_EXTENT_MAX))
            cg_onnx_fail(im, CG_UNSUPPORTED,
                         "%lld rows, columns or channels become %g; maps only become larger", (long long)in,
                         out);
        else if (pixels ? !repeats(&sampling, scale, in, (int64_t)out) : scale < 1.0 || scale > 1.0)
            cg_onnx_fail(im, CG_UNSUPPORTED,
                         "'%s' and '%s' of %lld to %g; each pixel is repeated equally often",
                         sampling.position, sampling.nearest, (long long)in, out);
        else
            extents[order[dim]] = (int64_t)out;
    }
}

/* The map's rows and columns repeated to these extents; the map itself where they are its own. */
static int add_repeated(struct cg_onnx_importer *im, int input, int64_t h, int64_t w)
{
    const struct cg_shape in = cg_onnx_shape(im, input);
    if (!im->own && h == in.h && w == in.w)
        return input;
    struct cg_node node = cg_onnx_over(CG_UPSAMPLE, &input);
    node.shape.h = (int)h;
    node.shape.w = (int)w;
    return cg_onnx_add(im, &node, NULL);
}

/* The map as output 0, or the new node `id`. */
static enum cg_status output_larger(struct cg_onnx_importer *im, const struct cg_onnx_view *map, int id,
                                    const int *order)
{
    return id == map->node ? cg_onnx_output_alias(im, map)
                           : cg_onnx_output_ordered(im, 0, id, map->rank, order);
}

enum cg_status cg_onnx_read_resize(struct cg_onnx_importer *im)
{
    struct cg_onnx_view map = {0};
    const int *order = cg_onnx_ordered_inputs(im, 1, &map);
    const struct cg_shape in = cg_onnx_shape(im, map.node);
    int64_t extents[CG_ONNX_AXES] = {in.n, in.c, in.h, in.w};
    if (order)
        read_extents(im, &map, order, extents);
    if (cg_onnx_failed(im))
        return im->error.status;
    return output_larger(im, &map, add_repeated(im, map.node, extents[CG_ONNX_H], extents[CG_ONNX_W]), order);
}

/* Of rows, columns and channels that there is one of each. */
enum cg_status cg_onnx_read_expand(struct cg_onnx_importer *im)
{
    size_t n;
    struct cg_onnx_view map = {0};
    const int64_t *shape = cg_onnx_integers(im, 1, "shape", &n);
    const int *order = cg_onnx_ordered_inputs(im, 1, &map);
    const struct cg_shape in = cg_onnx_shape(im, map.node);
    int64_t extents[CG_ONNX_AXES] = {in.n, in.c, in.h, in.w};
    if (!cg_onnx_failed(im) && n != (size_t)map.rank)
        return cg_onnx_fail(im, CG_UNSUPPORTED, "a value of %d dimensions to one of %zu", map.rank, n);
    for (int dim = 0; dim < map.rank && !cg_onnx_failed(im); dim++) {
        if (shape[dim] == 1 || shape[dim] == map.dims[dim])
            continue;
        if (map.dims[dim] != 1 || shape[dim] < 1 || shape[dim] > CG_ONNX_EXTENT_MAX ||
            order[dim] == CG_ONNX_N)
            return cg_onnx_fail(im, CG_INVALID, "dimension %d of %lld cannot become %lld", dim,
                                (long long)map.dims[dim], (long long)shape[dim]);
        extents[order[dim]] = shape[dim];
    }
    if (cg_onnx_failed(im))
        return im->error.status;
    int id = map.node;
    if (extents[CG_ONNX_C] != in.c) {
        struct cg_node node = cg_onnx_over(CG_PERMUTE, &map.node);
        node.index =
            cg_onnx_alloc(im, (size_t)extents[CG_ONNX_C], sizeof(int)); /* its one channel each time */
        node.shape.c = (int)extents[CG_ONNX_C];
        id = cg_onnx_add(im, &node, NULL);
    }
    if (id >= 0)
        id = add_repeated(im, id, extents[CG_ONNX_H], extents[CG_ONNX_W]);
    return output_larger(im, &map, id, order);
}
