#include "bench/onnx/tensor.h"

#include "base/text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int64_t cg_tensor_elements(const struct cg_tensor *tensor)
{
    int64_t elements = 1;
    for (int i = 0; i < tensor->rank; i++)
        elements *= tensor->dims[i];
    return elements;
}

void cg_tensor_free(struct cg_tensor *tensor)
{
    free(tensor->data);
    *tensor = (struct cg_tensor){0};
}

/* "[1, 3, 224, 224]", cut to `size`. */
static void dims_text(const struct cg_tensor *tensor, char *text, size_t size)
{
    text[0] = '\0';
    cg_append(text, size, "[");
    for (int i = 0; i < tensor->rank; i++)
        cg_append(text, size, "%s%lld", i ? ", " : "", (long long)tensor->dims[i]);
    cg_append(text, size, "]");
}

enum cg_status cg_tensor_from_nhwc(const float *nhwc, struct cg_shape shape, int rank,
                                   struct cg_tensor *tensor, struct cg_error *err)
{
    *tensor = (struct cg_tensor){0};
    if (rank != 4 && !(rank == 2 && shape.h == 1 && shape.w == 1))
        return cg_fail(err, CG_INVALID, "a tensor of %d x %dx%dx%d has no form of rank %d", shape.n, shape.h,
                       shape.w, shape.c, rank);
    float *data = malloc((size_t)cg_shape_elements(shape) * sizeof *data);
    if (!data)
        return cg_fail(err, CG_NO_MEMORY, "no memory for a tensor of %lld elements",
                       (long long)cg_shape_elements(shape));
    cg_transpose(nhwc, data, (size_t)shape.n, (size_t)shape.h * (size_t)shape.w, (size_t)shape.c);
    *tensor = (struct cg_tensor){.rank = rank, .dims = {shape.n, shape.c, shape.h, shape.w}, .data = data};
    return CG_OK;
}

static bool dims_fit(const struct cg_tensor *tensor, struct cg_shape shape)
{
    const int64_t *d = tensor->dims;
    if (tensor->rank == 4)
        return d[0] == shape.n && d[1] == shape.c && d[2] == shape.h && d[3] == shape.w;
    const bool by_image = tensor->rank > 1 && d[0] == shape.n;
    return (by_image || shape.n == 1) && cg_tensor_elements(tensor) == cg_shape_elements(shape);
}

/* Whether it is dense NHWC already, and not to be taken for [n, c, h, w]. */
static bool is_channels_last(const struct cg_tensor *tensor, struct cg_shape shape)
{
    const int64_t *d = tensor->dims;
    return tensor->rank == 4 && d[0] == shape.n && d[1] == shape.h && d[2] == shape.w && d[3] == shape.c &&
           !dims_fit(tensor, shape);
}

enum cg_status cg_tensor_to_nhwc(const struct cg_tensor *tensor, struct cg_shape shape, float *nhwc,
                                 struct cg_error *err)
{
    char dims[160];
    if (is_channels_last(tensor, shape)) {
        memcpy(nhwc, tensor->data, (size_t)cg_shape_elements(shape) * sizeof *nhwc);
        return CG_OK;
    }
    if (!dims_fit(tensor, shape)) {
        dims_text(tensor, dims, sizeof dims);
        return cg_fail(err, CG_INVALID,
                       "the tensor is %s; the graph has [%d, %d, %d, %d] (images, channels, height, width)",
                       dims, shape.n, shape.c, shape.h, shape.w);
    }
    cg_transpose(tensor->data, nhwc, (size_t)shape.n, (size_t)shape.c, (size_t)shape.h * (size_t)shape.w);
    return CG_OK;
}
