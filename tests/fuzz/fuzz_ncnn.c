/* libFuzzer target: the reader of ncnn's files, as they are and at another size. The input is a .param file,
 * and what stands behind a NUL in it the .bin file. Whatever it accepts has a cost, and what of it is small
 * is run by the reference, written as files, and must come back with the same cost. See tests/meson.build,
 * target fuzz_ncnn; its corpus is tests/fuzz/ncnn/. */
#include "bench/graph/cost.h"
#include "bench/ncnn/ncnn.h"
#include "tests/fuzz/small.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_and_read(const struct cg_graph *graph, const struct cg_weights *weights)
{
    struct cg_error err = {0};
    struct cg_ncnn_model model = {0};
    struct cg_graph *again = NULL;
    struct cg_weights *weights_again = NULL;
    const enum cg_status written = cg_ncnn_make(graph, weights, &model, &err);
    if (written == CG_UNSUPPORTED)
        return; /* some graphs that can be read are of other layers than those that are written */
    const struct cg_ncnn_bytes files = {model.param.bytes, model.bin.bytes, model.param.length,
                                        model.bin.length};
    if (written != CG_OK || cg_ncnn_import_memory(&files, NULL, &again, &weights_again, &err) != CG_OK ||
        cg_graph_cost(graph).madds != cg_graph_cost(again).madds) {
        fprintf(stderr, "written and read: %s\n", err.text);
        abort();
    }
    cg_ncnn_release(&model);
    cg_graph_destroy(&again);
    cg_weights_destroy(&weights_again);
}

static void read_as(const struct cg_ncnn_bytes *files, const struct cg_import_request *options)
{
    struct cg_error err = {0};
    struct cg_graph *graph = NULL;
    struct cg_weights *weights = NULL;
    if (cg_ncnn_import_memory(files, options, &graph, &weights, &err) != CG_OK) {
        if (graph || weights || !err.text[0])
            abort(); /* a refusal says why and leaves nothing */
        return;
    }
    if ((weights != NULL) != (files->bin != NULL))
        abort();
    if (is_small(graph) && (weights || (weights = cg_weights_create(graph, 1, &err)))) {
        run_small(graph, weights);
        write_and_read(graph, weights);
    }
    cg_graph_destroy(&graph);
    cg_weights_destroy(&weights);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = size ? (const char *)data : "";
    const size_t length = strnlen(text, size);
    const bool has_bin = length < size;
    const struct cg_ncnn_bytes files = {text, has_bin ? text + length + 1 : NULL, length,
                                        has_bin ? size - length - 1 : 0};
    read_as(&files, NULL);
    read_as(&files, &(struct cg_import_request){.height = 9, .width = 6});
    return 0;
}
