#include "bench/onnx/network_arg.h"

#include "bench/ncnn/ncnn.h"
#include "bench/onnx/onnx.h"

/* By the end of its name. */
static enum cg_status import_file(const char *path, const struct cg_import_request *request,
                                  struct cg_graph **graph, struct cg_weights **weights, struct cg_error *err)
{
    return (cg_ncnn_is_path(path) ? cg_ncnn_import : cg_onnx_import)(path, request, graph, weights, err);
}

struct cg_config_options cg_network_options(int batch)
{
    return (struct cg_config_options){.batch = batch, .import_file = import_file};
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
