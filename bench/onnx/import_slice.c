#include "bench/onnx/import_slice.h"

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

enum cg_status cg_onnx_slices(struct cg_onnx_importer *im, int rank, const int64_t *dims,
                              struct cg_onnx_slice *slices, struct cg_error *err)
{
    const int64_t *starts, *ends, *axes, *steps;
    size_t n, n_ends, n_axes, n_steps;
    enum cg_status status = cg_onnx_integers(im, 1, "starts", &starts, &n, err);
    if (status == CG_OK)
        status = cg_onnx_integers(im, 2, "ends", &ends, &n_ends, err);
    if (status == CG_OK)
        status = cg_onnx_integers(im, 3, "axes", &axes, &n_axes, err);
    if (status == CG_OK)
        status = cg_onnx_integers(im, 4, "steps", &steps, &n_steps, err);
    if (status != CG_OK)
        return status;
    if (!starts || !ends || n_ends != n || n > (size_t)rank || (axes && n_axes != n) ||
        (steps && n_steps != n))
        return cg_fail(err, CG_INVALID, "its starts, ends, axes and steps do not fit each other");
    for (int dim = 0; dim < rank; dim++)
        slices[dim] = (struct cg_onnx_slice){0, 1, dims[dim]};
    for (size_t k = 0; k < n; k++) {
        int axis = (int)k;
        const int64_t step = steps ? steps[k] : 1;
        status = axes ? cg_onnx_axis_of(axes[k], rank, &axis, err) : CG_OK;
        if (status != CG_OK)
            return status;
        if (step == 0 || step < -INT32_MAX || step > INT32_MAX)
            return cg_fail(err, CG_INVALID, "its step is %lld", (long long)step);
        slices[axis] = resolve(starts[k], ends[k], step, dims[axis]);
    }
    return CG_OK;
}
