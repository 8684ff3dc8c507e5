/* A libopenvino_c of the tests: its C interface, as far as the engine uses it, over the reader of ONNX models
 * and engine reference. FAKE says what is the matter with it. */
#include "bench/onnx/onnx.h"
#include "bench/onnx/tensor.h"
#include "kernels/engine.h"
#include "kernels/openvino/api.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RIGHT, WRONG, OLDER, CRASHING, REFUSING };

extern const struct cg_engine cg_engine_reference;

struct ov_core {
    int nothing;
};

struct ov_model {
    struct cg_graph *graph;
    struct cg_weights *weights;
};

struct ov_compiled_model {
    struct cg_plan *plan;
};

/* A handle of memory that is the request's. */
struct ov_tensor {
    float *data;
    size_t bytes;
};

struct ov_infer_request {
    struct cg_plan *plan;
    struct ov_tensor input, output;
};

#define X(name, result, arguments) result ov_##name arguments;
OV_FUNCTIONS(X)
#undef X

static char words[1024];

static int fail(int status, const char *text)
{
    snprintf(words, sizeof words, "%s", text);
    return status;
}

__attribute__((constructor)) static void loaded(void)
{
    if (FAKE != CRASHING)
        return;
    signal(SIGSEGV, SIG_DFL); /* a sanitizer's handler would end the process with a status instead */
    raise(SIGSEGV);
}

int ov_get_openvino_version(struct ov_version *version)
{
    *version = (struct ov_version){strdup(FAKE_VERSION "-20971-releases"), strdup("a library of the tests")};
    return 0;
}

void ov_version_free(struct ov_version *version)
{
    free((char *)version->build);
    free((char *)version->description);
}

const char *ov_get_last_err_msg(void)
{
    return strdup(words);
}

void ov_free(const char *text)
{
    free((char *)text);
}

int ov_core_create(struct ov_core **core)
{
    static struct ov_core one;
    *core = &one;
    return 0;
}

/* The interface of 2022 has no such function: that is what makes a library too old. */
#ifndef FAKE_WITHOUT_MEMORY
int ov_core_read_model_from_memory_buffer(const struct ov_core *core, const char *bytes, size_t size,
                                          const struct ov_tensor *weights, struct ov_model **model)
{
    struct cg_error err = {0};
    struct ov_model *m = calloc(1, sizeof *m);
    if (FAKE == REFUSING)
        cg_fail(&err, CG_FAILED, "Exception from src/core.cpp:\nNo translator for operation Conv\n");
    else
        cg_onnx_import_memory(bytes, size, NULL, &m->graph, &m->weights, &err);
    *model = m->graph ? m : NULL;
    if (!m->graph)
        free(m);
    return *model ? 0 : fail(-1, err.text);
}
#endif

/* Takes the settings that the engine gives, and no others. */
int ov_core_compile_model(const struct ov_core *core, const struct ov_model *model, const char *device,
                          size_t n_arguments, struct ov_compiled_model **compiled, ...)
{
    static const char known[] =
        " PERFORMANCE_HINT=LATENCY NUM_STREAMS=1 INFERENCE_PRECISION_HINT=f32 "
        "ENABLE_CPU_PINNING=NO ENABLE_HYPER_THREADING=YES PERF_COUNT=YES PERF_COUNT=NO ";
    const struct cg_setting setting = {.engine = "reference", .threads = 1, .isa = cg_isa_best()};
    struct cg_error err = {0};
    char pair[128], unknown[128] = "";
    bool enough = false;
    va_list list;
    va_start(list, compiled);
    for (size_t i = 0; i < n_arguments; i += 2) {
        const char *key = va_arg(list, const char *), *value = va_arg(list, const char *);
        snprintf(pair, sizeof pair, " %s=%s ", key, value);
        if (strcmp(key, "INFERENCE_NUM_THREADS") == 0)
            enough = atoi(value) > 0;
        else if (!strstr(known, pair))
            snprintf(unknown, sizeof unknown, "no such setting:%.100s", pair);
    }
    va_end(list);
    if (strcmp(device, "CPU") != 0 || !enough || unknown[0])
        return fail(-14, unknown[0] ? unknown : "no such device, or no threads");
    struct cg_plan *plan = NULL;
    if (cg_engine_reference.compile(model->graph, model->weights, &setting, &plan, &err) != CG_OK)
        return fail(OV_NOT_IMPLEMENTED, err.text);
    *compiled = malloc(sizeof **compiled);
    (*compiled)->plan = plan;
    return 0;
}

void ov_model_free(struct ov_model *model)
{
    cg_graph_destroy(&model->graph);
    cg_weights_destroy(&model->weights);
    free(model);
}

void ov_compiled_model_free(struct ov_compiled_model *compiled)
{
    compiled->plan->engine->destroy(compiled->plan);
    free(compiled);
}

static struct ov_tensor tensor_of(const struct cg_graph *graph, int id)
{
    const size_t bytes = (size_t)cg_shape_elements(graph->nodes[id].shape) * sizeof(float);
    return (struct ov_tensor){calloc(1, bytes), bytes};
}

int ov_compiled_model_create_infer_request(const struct ov_compiled_model *compiled,
                                           struct ov_infer_request **request)
{
    const struct cg_graph *graph = compiled->plan->graph;
    *request = malloc(sizeof **request);
    **request = (struct ov_infer_request){compiled->plan, tensor_of(graph, graph->input),
                                          tensor_of(graph, graph->output)};
    return 0;
}

void ov_infer_request_free(struct ov_infer_request *request)
{
    free(request->input.data);
    free(request->output.data);
    free(request);
}

static int handle_of(const struct ov_tensor *of, struct ov_tensor **tensor)
{
    *tensor = malloc(sizeof **tensor);
    **tensor = *of;
    return 0;
}

int ov_infer_request_get_input_tensor(const struct ov_infer_request *request, struct ov_tensor **tensor)
{
    return handle_of(&request->input, tensor);
}

int ov_infer_request_get_output_tensor(const struct ov_infer_request *request, struct ov_tensor **tensor)
{
    return handle_of(&request->output, tensor);
}

int ov_tensor_data(const struct ov_tensor *tensor, void **data)
{
    *data = tensor->data;
    return 0;
}

int ov_tensor_get_byte_size(const struct ov_tensor *tensor, size_t *bytes)
{
    *bytes = tensor->bytes;
    return 0;
}

void ov_tensor_free(struct ov_tensor *tensor)
{
    free(tensor);
}

int ov_infer_request_infer(struct ov_infer_request *request)
{
    const struct cg_graph *graph = request->plan->graph;
    const struct cg_engine *engine = request->plan->engine;
    const struct cg_shape in = graph->nodes[graph->input].shape, out = graph->nodes[graph->output].shape;
    const struct ov_tensor *input = &request->input, *output = &request->output;
    struct cg_error err = {0};
    float *values = malloc(input->bytes > output->bytes ? input->bytes : output->bytes);
    cg_transpose(input->data, values, (size_t)in.n, (size_t)in.c, (size_t)(in.h * in.w));
    engine->set_input(request->plan, values);
    const enum cg_status status = engine->run(request->plan, &err);
    engine->get_output(request->plan, values);
    if (FAKE == WRONG)
        values[0] += 100;
    cg_transpose(values, output->data, (size_t)out.n, (size_t)(out.h * out.w), (size_t)out.c);
    free(values);
    return status == CG_OK ? 0 : fail(-1, err.text);
}

/* The reference's nodes, of 5 microseconds each. */
int ov_infer_request_get_profiling_info(const struct ov_infer_request *request,
                                        struct ov_profiling_list *list)
{
    const struct cg_graph *graph = request->plan->graph;
    *list = (struct ov_profiling_list){calloc((size_t)graph->n_nodes, sizeof *list->infos),
                                       (size_t)graph->n_nodes};
    for (int id = 0; id < graph->n_nodes; id++)
        list->infos[id] = (struct ov_profiling_info){
            .status = OV_EXECUTED,
            .real_us = 5,
            .cpu_us = 5,
            .node_name = graph->nodes[id].name,
            .exec_type = "ref_any_f32",
            .node_type = id == graph->input ? "Parameter" : cg_op_name(graph->nodes[id].op)};
    return 0;
}

void ov_profiling_info_list_free(struct ov_profiling_list *list)
{
    free(list->infos);
}
