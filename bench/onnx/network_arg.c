#include "bench/onnx/network_arg.h"

#include "bench/onnx/onnx.h"

static struct cg_graph *import_onnx(const char *path, const struct cg_import_request *request,
                                    struct cg_weights **weights, struct cg_error *err)
{
    struct cg_graph *graph;
    const struct cg_onnx_import_options options = {
        .height = request->height, .width = request->width, .output = request->output};
    return cg_onnx_import(path, &options, &graph, weights, err) == CG_OK ? graph : NULL;
}

struct cg_config_options cg_network_options(int batch)
{
    return (struct cg_config_options){.batch = batch, .import_onnx = import_onnx};
}

struct cg_network *cg_network_arg(const char *ref, int batch, struct cg_error *err)
{
    struct cg_config *config = cg_config_open(err);
    if (!config)
        return NULL;
    const struct cg_config_options options = cg_network_options(batch);
    struct cg_network *network = cg_config_load_network(config, ref, &options, err);
    cg_config_close(&config);
    return network;
}
