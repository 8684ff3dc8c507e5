#include "bench/onnx/network_arg.h"
#include "bench/commands/command.h"
#include "bench/commands/options.h"
#include "bench/ncnn/write/export.h"
#include "bench/onnx/onnx.h"
#include "bench/onnx/tensor.h"
#include "kernels/reference/cone.h"

#include <stdio.h>
#include <stdlib.h>

/* A seeded input and what the reference makes of it, as files. */
static enum cg_status write_tensors(const struct cg_graph *graph, const struct cg_weights *weights,
                                    const char *dir, struct cg_error *err)
{
    float *input = cg_input_create(graph, CG_DEFAULT_SEED, err);
    if (!input)
        return err->status;
    struct cg_expected *expected = cg_expected_create(graph, weights, input, NULL, 0, err);
    const enum cg_status status =
        expected ? cg_onnx_write_tensors(graph, input, expected->values, dir, err) : err->status;
    cg_expected_destroy(&expected);
    free(input);
    return status;
}

/* As ONNX, or for ncnn by the name; says on the terminal what was written. */
static enum cg_status write_model(const struct cg_network *network, const struct cg_weights *weights,
                                  const char *path, bool fold, struct cg_error *err)
{
    const struct cg_onnx_export_options options = {.fold = fold};
    const bool ncnn = cg_ncnn_is_path(path);
    const enum cg_status status = ncnn ? cg_ncnn_export(network->graph, weights, path, err)
                                       : cg_onnx_export(network->graph, weights, path, &options, err);
    char *bin = ncnn ? cg_ncnn_bin_path(path) : NULL;
    if (status == CG_OK && ncnn)
        printf("%s, %s: %s for ncnn, normalisation folded into the weights\n", path, bin ? bin : "",
               network->name);
    else if (status == CG_OK)
        printf("%s: %s, ONNX operator set %d, %s\n", path, network->name,
               cg_onnx_export_opset(network->graph),
               fold ? "normalisation folded into the weights" : "BatchNormalization written as such");
    free(bin);
    return status;
}

static enum cg_status export_network(const struct cg_network *network, const char *path, const char *tensors,
                                     bool fold, struct cg_error *err)
{
    struct cg_weights *drawn =
        network->weights ? NULL : cg_weights_create(network->graph, CG_DEFAULT_SEED, err);
    const struct cg_weights *weights = network->weights ? network->weights : drawn;
    if (!weights)
        return err->status;
    enum cg_status status = write_model(network, weights, path, fold, err);
    if (status == CG_OK && tensors)
        status = write_tensors(network->graph, weights, tensors, err);
    cg_weights_destroy(&drawn);
    if (status == CG_OK && tensors)
        printf("%s: input_0.npy, output_0.npy, test_data_set_0/input_0.pb, test_data_set_0/output_0.pb\n",
               tensors);
    return status;
}

enum cg_status cg_command_export(int argc, char **argv, struct cg_error *err)
{
    const char *path = NULL, *tensors = NULL;
    bool fold = false;
    int batch = 0;
    struct cg_words words = {1, 1};
    const struct cg_option options[] = {
        {"output", 'o', CG_OPTION_STRING, "F.onnx|F.param",
         "the file to write; of ncnn F.param, with its weights in F.bin", &path},
        {"fold", 0, CG_OPTION_FLAG, NULL,
         "fold batch normalisation into weights and biases (for ncnn it always is)", &fold},
        {"tensors", 0, CG_OPTION_STRING, "DIR",
         "write an input and the reference's output: input_0.npy and output_0.npy\n"
         "(images, channels, height, width; f32), and both in test_data_set_0/*.pb",
         &tensors},
        {"batch", 'b', CG_OPTION_INT, "N", "images a run (1, or what an .onnx file says)", &batch, 1, 4096},
    };
    enum cg_status status = cg_options_parse(argc, argv, CG_ROWS(options), &words, err);
    if (status != CG_OK || words.first < 0)
        return status;
    if (!path)
        return cg_fail(err, CG_INVALID, "where to? name a file with -o F.onnx or -o F.param");
    struct cg_network *network = cg_network_arg(argv[words.first], batch, err);
    if (!network)
        return err->status;
    status = export_network(network, path, tensors, fold, err);
    cg_network_destroy(&network);
    return status;
}
