/* libFuzzer target: the reader of ONNX files, as they are and at another size. Whatever it accepts has a
 * cost, and what of it is small is run by the reference, written as a file, and must come back with the same
 * cost. See tests/meson.build, target fuzz_onnx; its corpus is tests/fuzz/onnx/, and replay.c runs the target
 * without libFuzzer. */
#include "base/text.h"
#include "bench/graph/cost.h"
#include "bench/onnx/onnx.h"
#include "tests/fuzz/small.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The file that may hold tensors' data. */
#define DATA_NAME  "ext.onnx.data"
#define DATA_BYTES 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_and_read(const struct cg_graph *graph, const struct cg_weights *weights)
{
    char path[64];
    struct cg_error err = {0};
    struct cg_graph *again = NULL;
    struct cg_weights *weights_again = NULL;
    const struct cg_onnx_export_options options = {.fold = false};
    snprintf(path, sizeof path, "/tmp/cg_fuzz_onnx_%ld.onnx", (long)getpid());
    const enum cg_status written = cg_onnx_export(graph, weights, path, &options, &err);
    if (written == CG_UNSUPPORTED)
        return; /* some graphs that can be read have no place in the written operator set */
    if (written != CG_OK || cg_onnx_import(path, NULL, &again, &weights_again, &err) != CG_OK ||
        cg_graph_cost(graph).madds != cg_graph_cost(again).madds) {
        fprintf(stderr, "written and read: %s\n", err.text);
        abort();
    }
    unlink(path);
    cg_graph_destroy(&again);
    cg_weights_destroy(&weights_again);
}

static char data_folder[] = "/tmp/cg_fuzz_onnx_XXXXXX";

static void remove_data(void)
{
    char path[64];
    snprintf(path, sizeof path, "%s/" DATA_NAME, data_folder);
    unlink(path);
    rmdir(data_folder);
}

/* A folder with one file of zeros, in which models may have the data of their tensors. */
static void make_data(void)
{
    const int folder = mkdtemp(data_folder) ? open(data_folder, O_PATH | O_DIRECTORY) : -1;
    const int file = folder < 0 ? -1 : openat(folder, DATA_NAME, O_WRONLY | O_CREAT, 0600);
    if (file < 0 || ftruncate(file, DATA_BYTES) != 0)
        abort();
    close(file);
    close(folder);
    atexit(remove_data);
}

static void read_as(const uint8_t *data, size_t size, const struct cg_import_request *options)
{
    struct cg_error err = {0};
    struct cg_graph *graph = NULL;
    struct cg_weights *weights = NULL;
    if (cg_onnx_import_memory(data, size, options, &graph, &weights, &err) != CG_OK) {
        if (graph || weights || !err.text[0])
            abort(); /* a refusal says why and leaves nothing */
        return;
    }
    for (int i = 0; i < graph->n_nodes; i++)
        if (cg_has_control(graph->nodes[i].name))
            abort(); /* a terminal would obey it */
    if (is_small(graph)) {
        run_small(graph, weights);
        write_and_read(graph, weights);
    }
    cg_graph_destroy(&graph);
    cg_weights_destroy(&weights);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool has_data;
    if (!has_data)
        make_data();
    has_data = true;
    read_as(data, size, &(struct cg_import_request){.folder = data_folder});
    read_as(data, size, &(struct cg_import_request){.height = 9, .width = 6, .folder = data_folder});
    return 0;
}
