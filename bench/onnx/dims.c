#include "bench/onnx/arguments.h"

static int64_t product(const int64_t *extents, int n)
{
    int64_t result = 1;
    for (int i = 0; i < n; i++)
        result *= extents[i]; /* below 2^31 for every value that exists */
    return result;
}

/* ---- Reshape, Flatten, Squeeze, Unsqueeze ---- */

static void reshape(struct cg_onnx_importer *im, const struct cg_onnx_dims *old, struct cg_onnx_dims *dims)
{
    size_t n;
    int64_t known = 1;
    int open = -1; /* the dimension that takes what is left */
    const int64_t *shape = cg_onnx_integers(im, 1, "shape", &n);
    const bool keep_zero = cg_onnx_int(im, "allowzero", 0) != 0;
    if (!shape || n > CG_ONNX_RANK_MAX) {
        cg_onnx_fail(im, CG_INVALID, "its shape is %s", shape ? "too long" : "missing");
        return;
    }
    dims->rank = (int)n;
    for (int i = 0; i < dims->rank; i++) {
        dims->extent[i] = shape[i] == 0 && !keep_zero && i < old->rank ? old->extent[i] : shape[i];
        if (shape[i] == -1 && open < 0) {
            open = i;
        } else if (dims->extent[i] < 1 || __builtin_mul_overflow(known, dims->extent[i], &known) ||
                   known > INT32_MAX) {
            cg_onnx_fail(im, CG_INVALID, "dimension %d of its shape is %lld", i, (long long)shape[i]);
            return;
        }
    }
    const int64_t whole = product(old->extent, old->rank);
    if (open >= 0)
        dims->extent[open] = whole / known;
    if (open < 0 ? known != whole : whole % known != 0 || whole == 0)
        cg_onnx_fail(im, CG_INVALID, "its shape does not hold %lld elements", (long long)whole);
}

static void flatten(struct cg_onnx_importer *im, const struct cg_onnx_dims *old, struct cg_onnx_dims *dims)
{
    const int64_t axis = cg_onnx_int(im, "axis", 1);
    const int at = axis == old->rank ? old->rank : cg_onnx_axis_of(im, axis, old->rank);
    dims->rank = 2;
    dims->extent[0] = product(old->extent, at);
    dims->extent[1] = product(old->extent + at, old->rank - at);
}

/* Marks the axes given, out of `rank`. */
static void mark_axes(struct cg_onnx_importer *im, const int64_t *axes, size_t n, int rank, bool *marked)
{
    for (size_t k = 0; k < n && !cg_onnx_failed(im); k++) {
        const int axis = cg_onnx_axis_of(im, axes[k], rank);
        if (marked[axis])
            cg_onnx_fail(im, CG_INVALID, "axis %d is given twice", axis);
        marked[axis] = true;
    }
}

static void squeeze(struct cg_onnx_importer *im, const struct cg_onnx_dims *old, struct cg_onnx_dims *dims)
{
    size_t n;
    bool marked[CG_ONNX_RANK_MAX] = {false};
    const int64_t *axes = cg_onnx_integers(im, 1, "axes", &n);
    mark_axes(im, axes, n, old->rank, marked);
    for (int i = 0; i < old->rank; i++) {
        if (marked[i] && old->extent[i] != 1)
            cg_onnx_fail(im, CG_INVALID, "it drops axis %d of extent %lld", i, (long long)old->extent[i]);
        if (axes ? !marked[i] : old->extent[i] != 1)
            dims->extent[dims->rank++] = old->extent[i];
    }
}

static void unsqueeze(struct cg_onnx_importer *im, const struct cg_onnx_dims *old, struct cg_onnx_dims *dims)
{
    size_t n;
    bool marked[CG_ONNX_RANK_MAX] = {false};
    const int64_t *axes = cg_onnx_integers(im, 1, "axes", &n);
    if (!axes || n + (size_t)old->rank > CG_ONNX_RANK_MAX) {
        cg_onnx_fail(im, CG_INVALID, "its axes are %s", axes ? "too many" : "missing");
        return;
    }
    const int rank = old->rank + (int)n;
    mark_axes(im, axes, n, rank, marked);
    if (cg_onnx_failed(im))
        return; /* fewer are marked than there are axes */
    dims->rank = rank;
    for (int i = 0, from = 0; i < rank; i++)
        dims->extent[i] = marked[i] ? 1 : old->extent[from++];
}

struct cg_onnx_dims cg_onnx_new_dims(struct cg_onnx_importer *im, int rank, const int64_t *dims)
{
    static void (*const rules[])(struct cg_onnx_importer *, const struct cg_onnx_dims *,
                                 struct cg_onnx_dims *) = {
        [CG_ONNX_RESHAPE] = reshape,
        [CG_ONNX_FLATTEN] = flatten,
        [CG_ONNX_SQUEEZE] = squeeze,
        [CG_ONNX_UNSQUEEZE] = unsqueeze,
    };
    struct cg_onnx_dims old = {.rank = rank}, result = {0};
    for (int i = 0; i < rank; i++)
        old.extent[i] = dims[i];
    rules[im->variant](im, &old, &result);
    return cg_onnx_failed(im) ? (struct cg_onnx_dims){0} : result;
}

/* ---- Transpose ---- */

void cg_onnx_order(struct cg_onnx_importer *im, int rank, int *order)
{
    const Onnx__AttributeProto *perm = cg_onnx_attribute(im->node, "perm");
    bool taken[CG_ONNX_RANK_MAX] = {false};
    if (perm && perm->n_ints != (size_t)rank)
        cg_onnx_fail(im, CG_INVALID, "it orders %zu dimensions of %d", perm->n_ints, rank);
    for (int i = 0; i < rank && !cg_onnx_failed(im); i++) {
        const int64_t from = perm ? perm->ints[i] : rank - 1 - i;
        if (from < 0 || from >= rank || taken[from]) {
            cg_onnx_fail(im, CG_INVALID, "its order of dimensions is no permutation");
            return;
        }
        taken[from] = true;
        order[i] = (int)from;
    }
}

/* ---- Slice ---- */

static int64_t clamp(int64_t value, int64_t least, int64_t most)
{
    return value < least ? least : value > most ? most : value;
}

/* Python's rule: negative numbers count from the end, what lies outside is cut. */
static struct cg_onnx_slice resolve(int64_t start, int64_t end, int64_t step, int64_t extent)
{
    if (start < 0)
        start = start < -extent ? -1 : start + extent;
    if (end < 0)
        end = end < -extent ? -1 : end + extent;
    struct cg_onnx_slice slice = {.step = step};
    if (step > 0) {
        slice.start = clamp(start, 0, extent);
        end = clamp(end, 0, extent);
        slice.count = end > slice.start ? (end - slice.start - 1) / step + 1 : 0;
    } else {
        slice.start = clamp(start, -1, extent - 1);
        end = clamp(end, -1, extent - 1);
        slice.count = slice.start > end ? (slice.start - end - 1) / -step + 1 : 0;
    }
    return slice;
}

void cg_onnx_slices(struct cg_onnx_importer *im, int rank, const int64_t *dims, struct cg_onnx_slice *slices)
{
    size_t n, n_ends, n_axes, n_steps;
    const int64_t *starts = cg_onnx_integers(im, 1, "starts", &n);
    const int64_t *ends = cg_onnx_integers(im, 2, "ends", &n_ends);
    const int64_t *axes = cg_onnx_integers(im, 3, "axes", &n_axes);
    const int64_t *steps = cg_onnx_integers(im, 4, "steps", &n_steps);
    if (!starts || !ends || n_ends != n || n > (size_t)rank || (axes && n_axes != n) ||
        (steps && n_steps != n))
        cg_onnx_fail(im, CG_INVALID, "its starts, ends, axes and steps do not fit each other");
    bool taken[CG_ONNX_RANK_MAX] = {false};
    for (int dim = 0; dim < rank; dim++)
        slices[dim] = (struct cg_onnx_slice){0, 1, dims[dim]};
    for (size_t k = 0; k < n && !cg_onnx_failed(im); k++) {
        const int axis = axes ? cg_onnx_axis_of(im, axes[k], rank) : (int)k;
        const int64_t step = steps ? steps[k] : 1;
        if (step == 0 || step < -INT32_MAX || step > INT32_MAX)
            cg_onnx_fail(im, CG_INVALID, "its step is %lld", (long long)step);
        else if (taken[axis])
            cg_onnx_fail(im, CG_INVALID, "it cuts axis %d twice", axis);
        else
            slices[axis] = resolve(starts[k], ends[k], step, dims[axis]);
        taken[axis] = true;
    }
}

/* ---- Split ---- */

/* Without a list the parts are equal, the last one smaller where they cannot be, since operator set 18. */
const int64_t *cg_onnx_parts(struct cg_onnx_importer *im, int64_t extent)
{
    size_t n_told;
    const size_t n = im->node->n_output;
    const int64_t *told = cg_onnx_integers(im, 1, "split", &n_told), count = (int64_t)n;
    const bool numbered = cg_onnx_attribute(im->node, "num_outputs") != NULL;
    int64_t *parts = cg_onnx_alloc(im, n, sizeof *parts), rest = extent;
    bool fits = n > 0 && cg_onnx_int(im, "num_outputs", count) == count &&
                (told ? n_told == n && !numbered : im->opset >= 18 || extent % count == 0);
    for (size_t o = 0; o < n && fits && !cg_onnx_failed(im); o++) {
        const int64_t equal = (extent + count - 1) / count;
        parts[o] = told ? told[o] : equal < rest ? equal : rest;
        fits = parts[o] >= 0 && parts[o] <= rest;
        rest -= fits ? parts[o] : 0;
    }
    if (!fits || rest != 0)
        cg_onnx_fail(im, CG_INVALID, "its %zu outputs, %zu sizes and an extent of %lld do not fit each other",
                     n, n_told, (long long)extent);
    return cg_onnx_failed(im) ? NULL : parts;
}

/* ---- reductions ---- */

bool cg_onnx_reduced(struct cg_onnx_importer *im, int rank, bool *over)
{
    size_t n;
    const int64_t *axes = cg_onnx_integers(im, 1, "axes", &n);
    const bool none_is_all = cg_onnx_int(im, "noop_with_empty_axes", 0) == 0;
    const bool keep = cg_onnx_int(im, "keepdims", 1) != 0;
    for (int dim = 0; dim < CG_ONNX_RANK_MAX; dim++)
        over[dim] = n == 0 && none_is_all && dim < rank;
    mark_axes(im, axes, n, rank, over);
    return keep;
}
