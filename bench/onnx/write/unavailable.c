/* The functions of builds without libprotobuf-c or onnx.proto. */
#include "bench/onnx/write/model.h"

static enum cg_status unavailable(struct cg_error *err)
{
    return cg_fail(err, CG_UNAVAILABLE,
                   "this build cannot read or write ONNX files; build it where libprotobuf-c-dev, "
                   "protobuf-c-compiler and "
                   "libonnx-dev are installed");
}

int cg_onnx_export_opset(const struct cg_graph *graph)
{
    return CG_ONNX_OPSET;
}

enum cg_status cg_onnx_export(const struct cg_graph *graph, const struct cg_weights *weights,
                              const char *path, const struct cg_onnx_export_options *options,
                              struct cg_error *err)
{
    return unavailable(err);
}

enum cg_status cg_onnx_export_memory(const struct cg_graph *graph, const struct cg_weights *weights,
                                     const struct cg_onnx_export_options *options, void **bytes, size_t *size,
                                     struct cg_error *err)
{
    *bytes = NULL;
    *size = 0;
    return unavailable(err);
}
