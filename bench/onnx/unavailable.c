/* The functions of builds without libprotobuf-c or onnx.proto. */
#include "bench/onnx/onnx.h"
#include "bench/onnx/tensor.h"

static enum cg_status unavailable(struct cg_error *err)
{
    return cg_fail(err, CG_UNAVAILABLE,
                   "this build cannot read or write ONNX files; build it where libprotobuf-c-dev, "
                   "protobuf-c-compiler and "
                   "libonnx-dev are installed");
}

enum cg_status cg_onnx_import(const char *path, const struct cg_import_request *request,
                              struct cg_graph **graph, struct cg_weights **weights, struct cg_error *err)
{
    *graph = NULL;
    *weights = NULL;
    return unavailable(err);
}

enum cg_status cg_onnx_import_memory(const void *bytes, size_t size, const struct cg_import_request *request,
                                     struct cg_graph **graph, struct cg_weights **weights,
                                     struct cg_error *err)
{
    *graph = NULL;
    *weights = NULL;
    return unavailable(err);
}

enum cg_status cg_onnx_write_tensors(const struct cg_graph *graph, const float *input_nhwc,
                                     const float *output_nhwc, const char *dir, struct cg_error *err)
{
    return unavailable(err);
}
