/* Tensors in files for other runtimes. */
#include "base/folder.h"
#include "bench/onnx/tensor.h"
#include "bench/onnx/write/packed.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* As one serialised TensorProto; `name` is stored in it. */
static enum cg_status write_pb(const char *path, const struct cg_tensor *tensor, const char *name,
                               struct cg_error *err)
{
    Onnx__TensorProto proto = ONNX__TENSOR_PROTO__INIT;
    int64_t dims[CG_TENSOR_RANK_MAX];
    memcpy(dims, tensor->dims, sizeof dims);
    proto.n_dims = (size_t)tensor->rank;
    proto.dims = dims;
    proto.has_data_type = 1;
    proto.data_type = ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT;
    proto.name = (char *)name;
    proto.has_raw_data = 1;
    proto.raw_data.data = (uint8_t *)tensor->data;
    proto.raw_data.len = (size_t)cg_tensor_elements(tensor) * sizeof *tensor->data;
    return cg_onnx_message_write(&proto.base, path, err);
}

static enum cg_status write_both(const float *nhwc, struct cg_shape shape, int rank, const char *dir,
                                 const char *which, struct cg_error *err)
{
    char path[PATH_MAX];
    struct cg_tensor tensor;
    enum cg_status status = cg_tensor_from_nhwc(nhwc, shape, rank, &tensor, err);
    if (status != CG_OK)
        return status;
    if (snprintf(path, sizeof path, "%s/test_data_set_0/%s_0.pb", dir, which) >= (int)sizeof path)
        status = cg_fail(err, CG_INVALID, "'%.200s...' is too long a path", dir);
    if (status == CG_OK)
        status = write_pb(path, &tensor, which, err);
    if (status == CG_OK) {
        snprintf(path, sizeof path, "%s/%s_0.npy", dir, which);
        status = cg_npy_write(path, &tensor, err);
    }
    cg_tensor_free(&tensor);
    return status;
}

static int output_rank(const struct cg_graph *graph)
{
    int *ranks = malloc((size_t)graph->n_nodes * sizeof *ranks), rank = -1;
    if (ranks) {
        cg_onnx_ranks(graph, ranks);
        rank = ranks[graph->output];
    }
    free(ranks);
    return rank;
}

enum cg_status cg_onnx_write_tensors(const struct cg_graph *graph, const float *input_nhwc,
                                     const float *output_nhwc, const char *dir, struct cg_error *err)
{
    char data_set[PATH_MAX];
    if (snprintf(data_set, sizeof data_set, "%s/test_data_set_0", dir) >= (int)sizeof data_set)
        return cg_fail(err, CG_INVALID, "'%.200s...' is too long a path", dir);
    const int rank = output_rank(graph);
    if (rank < 0)
        return cg_fail(err, CG_NO_MEMORY, "no memory to write tensors");
    enum cg_status status = cg_folder_make(data_set, 0777, err);
    if (status == CG_OK)
        status = write_both(input_nhwc, graph->nodes[graph->input].shape, 4, dir, "input", err);
    if (status == CG_OK)
        status = write_both(output_nhwc, graph->nodes[graph->output].shape, rank, dir, "output", err);
    return status;
}
