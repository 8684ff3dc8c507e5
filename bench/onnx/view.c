#include "bench/onnx/view.h"

#include <string.h>

static int first_factor(const struct cg_onnx_view *view, int dim)
{
    int first = 0;
    for (int i = 0; i < dim; i++)
        first += view->n_factors[i];
    return first;
}

static void append_whole(struct cg_onnx_view *view, enum cg_onnx_axis axis, int extent)
{
    const int dim = view->rank++;
    view->dims[dim] = extent;
    view->n_factors[dim] = extent > 1;
    if (extent > 1)
        view->factors[first_factor(view, dim)] = (struct cg_onnx_factor){axis, extent, 1};
}

struct cg_onnx_view cg_onnx_view_of(int node, struct cg_shape shape, int rank)
{
    struct cg_onnx_view view = {.node = node};
    append_whole(&view, CG_ONNX_N, shape.n);
    append_whole(&view, CG_ONNX_C, shape.c);
    if (rank == 4) {
        append_whole(&view, CG_ONNX_H, shape.h);
        append_whole(&view, CG_ONNX_W, shape.w);
    }
    return view;
}

/* Appends a factor to the last dimension of `view`, joining it with the one before where they are one run. */
static void append_factor(struct cg_onnx_view *view, struct cg_onnx_factor factor)
{
    const int dim = view->rank - 1, end = first_factor(view, dim) + view->n_factors[dim];
    if (view->n_factors[dim] > 0) {
        struct cg_onnx_factor *last = &view->factors[end - 1];
        if (last->axis == factor.axis && (int64_t)factor.extent * factor.stride == last->stride) {
            last->extent *= factor.extent;
            last->stride = factor.stride;
            return;
        }
    }
    view->factors[end] = factor;
    view->n_factors[dim]++;
}

/* Appends a dimension of another view. */
static void append_dim(struct cg_onnx_view *view, const struct cg_onnx_view *from, int dim)
{
    const int first = first_factor(from, dim);
    view->dims[view->rank++] = from->dims[dim];
    for (int k = 0; k < from->n_factors[dim]; k++)
        append_factor(view, from->factors[first + k]);
}

bool cg_onnx_view_reshape(struct cg_onnx_view *view, int rank, const int64_t *dims)
{
    struct cg_onnx_view out = {.node = view->node};
    const int n = first_factor(view, view->rank);
    struct cg_onnx_factor rest = {.extent = 1}; /* of the factor that is being used up */
    int next = 0;
    for (int dim = 0; dim < rank; dim++) {
        int64_t need = dims[dim];
        out.dims[out.rank++] = need;
        while (need > 1) {
            if (rest.extent == 1) {
                if (next == n)
                    return false;
                rest = view->factors[next++];
            }
            struct cg_onnx_factor part = rest;
            if (need % rest.extent == 0) {
                rest.extent = 1;
            } else if (rest.extent % need == 0) {
                part.extent = (int)need;
                part.stride = rest.stride * (rest.extent / (int)need);
                rest.extent /= (int)need;
            } else {
                return false;
            }
            need /= part.extent;
            if (first_factor(&out, out.rank) >= CG_ONNX_FACTORS_MAX - 1)
                return false;
            append_factor(&out, part);
        }
    }
    if (rest.extent != 1 || next != n)
        return false;
    *view = out;
    return true;
}

void cg_onnx_view_transpose(struct cg_onnx_view *view, const int *order)
{
    struct cg_onnx_view out = {.node = view->node};
    for (int dim = 0; dim < view->rank; dim++)
        append_dim(&out, view, order[dim]);
    *view = out;
}

void cg_onnx_view_reduce(struct cg_onnx_view *view, const bool *drop, bool keep)
{
    struct cg_onnx_view out = {.node = view->node};
    for (int dim = 0; dim < view->rank; dim++) {
        if (!drop[dim])
            append_dim(&out, view, dim);
        else if (keep)
            out.dims[out.rank++] = 1;
    }
    *view = out;
}

/* Whether dimension `dim` of one is that of the other. */
static bool dims_alike(const struct cg_onnx_view *a, int dim, const struct cg_onnx_view *b, int other)
{
    const struct cg_onnx_factor *x = &a->factors[first_factor(a, dim)],
                                *y = &b->factors[first_factor(b, other)];
    if (a->dims[dim] != b->dims[other] || a->n_factors[dim] != b->n_factors[other])
        return false;
    for (int k = 0; k < a->n_factors[dim]; k++)
        if (x[k].axis != y[k].axis || x[k].extent != y[k].extent || x[k].stride != y[k].stride)
            return false;
    return true;
}

bool cg_onnx_view_alike(const struct cg_onnx_view *a, const struct cg_onnx_view *b)
{
    for (int dim = 0; dim < a->rank && a->rank == b->rank; dim++)
        if (!dims_alike(a, dim, b, dim))
            return false;
    return a->rank == b->rank;
}

bool cg_onnx_view_broadcasts(const struct cg_onnx_view *big, const struct cg_onnx_view *small)
{
    const int behind = big->rank - small->rank;
    for (int dim = 0; dim < small->rank && behind >= 0; dim++)
        if (small->dims[dim] != 1 && !dims_alike(big, dim + behind, small, dim))
            return false;
    return behind >= 0;
}

bool cg_onnx_view_covers(const struct cg_onnx_view *view, int dim, enum cg_onnx_axis axis, int extent)
{
    if (view->dims[dim] != extent)
        return false;
    /* Factors come from splitting whole axes, so parts of one axis whose product is its extent are all of it.
     */
    const int first = first_factor(view, dim);
    for (int k = 0; k < view->n_factors[dim]; k++)
        if (view->factors[first + k].axis != axis)
            return false;
    return true;
}

void cg_onnx_view_set_channels(struct cg_onnx_view *view, int dim, int channels)
{
    struct cg_onnx_view out = {.node = view->node};
    for (int i = 0; i < view->rank; i++)
        if (i == dim)
            append_whole(&out, CG_ONNX_C, channels);
        else
            append_dim(&out, view, i);
    *view = out;
}

void cg_onnx_view_locate(const struct cg_onnx_view *view, int dim, int64_t k, int place[CG_ONNX_AXES])
{
    const int first = first_factor(view, dim);
    memset(place, 0, CG_ONNX_AXES * sizeof place[0]);
    for (int i = first + view->n_factors[dim] - 1; i >= first; i--) {
        const struct cg_onnx_factor *factor = &view->factors[i];
        place[factor->axis] += (int)(k % factor->extent) * factor->stride;
        k /= factor->extent;
    }
}

struct cg_onnx_view cg_onnx_view_in_order(int node, struct cg_shape shape, int rank, const int *order)
{
    const int extents[] = {shape.n, shape.c, shape.h, shape.w};
    struct cg_onnx_view view = {.node = node};
    for (int dim = 0; dim < rank; dim++)
        append_whole(&view, (enum cg_onnx_axis)order[dim], extents[order[dim]]);
    return view;
}

bool cg_onnx_view_is_in_order(const struct cg_onnx_view *view, struct cg_shape shape, const int *order)
{
    int64_t seen = 1;
    for (int dim = 0; dim < view->rank; dim++)
        seen *= view->dims[dim];
    const struct cg_onnx_view map = cg_onnx_view_in_order(view->node, shape, view->rank, order);
    return seen == cg_shape_elements(shape) && cg_onnx_view_alike(view, &map);
}

int64_t cg_onnx_view_index_of_channel(const struct cg_onnx_view *view, int dim, int c)
{
    int64_t index = 0;
    const int first = first_factor(view, dim);
    for (int i = first; i < first + view->n_factors[dim]; i++)
        index = index * view->factors[i].extent + c / view->factors[i].stride % view->factors[i].extent;
    return index;
}

bool cg_onnx_view_is_of_channels(const struct cg_onnx_view *view, int dim)
{
    const int first = first_factor(view, dim);
    for (int i = first; i < first + view->n_factors[dim]; i++)
        if (view->factors[i].axis != CG_ONNX_C)
            return false;
    return true;
}

/* Whether rows and columns are every so many of the map's, and what lies between them makes channels. */
static bool are_blocks(const struct cg_onnx_view *view, struct cg_shape shape)
{
    int64_t channels = shape.c;
    if (view->rank != 4 || !cg_onnx_view_covers(view, CG_ONNX_N, CG_ONNX_N, shape.n))
        return false;
    for (int dim = CG_ONNX_H; dim <= CG_ONNX_W; dim++) {
        const int extent = dim == CG_ONNX_H ? shape.h : shape.w;
        const struct cg_onnx_factor *factor = &view->factors[first_factor(view, dim)];
        if (view->n_factors[dim] != 1 || (int)factor->axis != dim ||
            (int64_t)factor->stride * factor->extent != extent)
            return false;
        channels *= factor->stride;
    }
    return view->dims[CG_ONNX_C] == channels;
}

/* Whether rows and columns are the map's, each taken apart by channels, and other channels are left. One
 * pixel with its channels last is none of these. */
static bool are_pixels(const struct cg_onnx_view *view, struct cg_shape shape)
{
    int64_t channels = view->dims[CG_ONNX_C];
    if (view->rank != 4 || view->dims[CG_ONNX_W] == (int64_t)shape.h * shape.w * shape.c ||
        !cg_onnx_view_covers(view, CG_ONNX_N, CG_ONNX_N, shape.n) ||
        !cg_onnx_view_is_of_channels(view, CG_ONNX_C))
        return false;
    for (int dim = CG_ONNX_H; dim <= CG_ONNX_W; dim++) {
        const int extent = dim == CG_ONNX_H ? shape.h : shape.w, n = view->n_factors[dim];
        const struct cg_onnx_factor *factor = &view->factors[first_factor(view, dim)];
        const int whole = extent > 1; /* its factor stands first */
        if (n < whole || (whole && ((int)factor->axis != dim || factor->extent != extent)))
            return false;
        for (int k = whole; k < n; k++)
            if (factor[k].axis != CG_ONNX_C)
                return false;
        channels *= view->dims[dim] / extent;
    }
    return channels == shape.c;
}

static enum cg_onnx_form form_of_blocks(const struct cg_onnx_view *view, struct cg_shape shape)
{
    return are_blocks(view, shape)   ? CG_ONNX_FORM_BLOCKS
           : are_pixels(view, shape) ? CG_ONNX_FORM_PIXELS
                                     : CG_ONNX_FORM_OTHER;
}

enum cg_onnx_form cg_onnx_view_form(const struct cg_onnx_view *view, struct cg_shape shape, int *groups)
{
    *groups = 1;
    if (view->rank != 4 && !(view->rank == 2 && shape.h == 1 && shape.w == 1))
        return CG_ONNX_FORM_OTHER;
    const struct cg_onnx_view map = cg_onnx_view_of(view->node, shape, view->rank);
    if (cg_onnx_view_alike(view, &map))
        return CG_ONNX_FORM_MAP;
    const int extents[] = {shape.n, shape.c, shape.h, shape.w};
    for (int dim = 0; dim < view->rank; dim++) {
        const bool whole = cg_onnx_view_covers(view, dim, (enum cg_onnx_axis)dim, extents[dim]);
        if (!whole || (dim != CG_ONNX_C && view->n_factors[dim] > 1))
            return form_of_blocks(view, shape);
    }
    /* out[j * groups + i] = in[i * (c / groups) + j]: j runs slower, by single channels. */
    const struct cg_onnx_factor *factor = &view->factors[first_factor(view, CG_ONNX_C)];
    if (view->n_factors[CG_ONNX_C] == 2 && factor[0].stride == 1 && factor[1].stride == factor[0].extent) {
        *groups = factor[1].extent;
        return CG_ONNX_FORM_SHUFFLE;
    }
    return CG_ONNX_FORM_PERMUTED;
}
