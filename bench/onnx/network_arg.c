#include "bench/onnx/network_arg.h"

#include "bench/onnx/onnx.h"

struct cg_config_options cg_network_options(int batch)
{
    return (struct cg_config_options){.batch = batch, .import_onnx = cg_onnx_import};
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
