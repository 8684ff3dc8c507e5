/* Engine ncnn: a graph in ncnn's own form in a net of ncnn, whose library is loaded when it is used. */
#include "bench/ncnn/write/export.h"
#include "kernels/engine_name.h"
#include "kernels/library.h"
#include "kernels/ncnn/api.h"
#include "kernels/plan_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const struct cg_engine_option options[] = {{"winograd", "10"}, {NULL, ""}};

struct ncnn_plan {
    struct cg_plan base;
    struct cg_graph *graph;
    const struct ncnn_api *api;
    struct ncnn_option *option;
    struct ncnn_allocator *blobs, *workspace;
    struct ncnn_net *net;
    struct ncnn_mat *input, *output; /* output: of the last run, or NULL */
    int *tids;                       /* of all threads, the caller's first */
};

static void probe(const struct cg_engine *engine, struct cg_engine_info *info)
{
    cg_library_probe(&ncnn_library, engine, info);
}

static bool supports(const struct cg_graph *graph, int id, char *why, size_t why_size)
{
    const char *reason = cg_ncnn_cannot(graph, id);
    snprintf(why, why_size, "%s", reason ? reason : "");
    return !reason;
}

/* What lives in the allocators goes before them. */
static void destroy(struct cg_plan *base)
{
    struct ncnn_plan *plan = (struct ncnn_plan *)base;
    const struct ncnn_api *api = plan->api;
    if (plan->output)
        api->mat_destroy(plan->output);
    if (plan->input)
        api->mat_destroy(plan->input);
    if (plan->net)
        api->net_destroy(plan->net);
    if (plan->option)
        api->option_destroy(plan->option);
    if (plan->blobs)
        api->allocator_destroy(plan->blobs);
    if (plan->workspace)
        api->allocator_destroy(plan->workspace);
    cg_graph_destroy(&plan->graph);
    free(plan->tids);
    free(plan);
}

/* ---- Winograd's algorithm ---- */

/* Whether ncnn runs a convolution by it: 3x3, stride 1, not depthwise. The groups of others are convolutions
 * by themselves. */
static bool runs_winograd(const struct cg_graph *graph, int id, const char *name)
{
    const struct cg_node *node = &graph->nodes[id];
    const struct cg_window *w = &node->window;
    const bool window = w->kernel_h == 3 && w->kernel_w == 3 && w->stride_h == 1 && w->stride_w == 1 &&
                        w->dilation_h == 1 && w->dilation_w == 1;
    return node->op == CG_CONV && window && cg_engine_name_value(name, &options[0]) == '1' &&
           !(node->groups == node->shape.c && node->groups == cg_input_shape(graph, id, 0).c);
}

/* Weights at the points of F(6x6, 3x3), which up to 128 channels may have, else of F(4x4, 3x3). */
static int64_t weight_bytes(const struct cg_graph *graph, const struct cg_setting *setting)
{
    int64_t bytes = 4 * cg_graph_cost(graph).params;
    for (int id = 0; id < graph->n_nodes; id++) {
        if (!runs_winograd(graph, id, setting->engine))
            continue;
        const int64_t groups = graph->nodes[id].groups, in = cg_input_shape(graph, id, 0).c / groups,
                      out = graph->nodes[id].shape.c / groups;
        const int64_t points = in <= 128 && out <= 128 ? 8 * 8 : 6 * 6;
        bytes += 4 * groups * in * out * (points - 3 * 3);
    }
    return bytes;
}

/* ---- threads ---- */

struct roll {
    struct cg_roll_call call;
    const struct ncnn_api *api;
};

static void answer(void *data)
{
    struct roll *roll = data;
    cg_roll_call_answer(&roll->call, roll->api->omp_get_thread_num());
}

/* The team of OpenMP that the caller's parallel regions have: made, bound, known. */
static enum cg_status gather_threads(struct ncnn_plan *plan, const int *cpus, struct cg_error *err)
{
    const int threads = plan->base.setting.threads;
    const struct ncnn_api *api = plan->api;
    struct roll roll = {.call = {.cpus = cpus, .tids = plan->tids, .threads = threads}, .api = api};
    if (threads == 1)
        cg_roll_call_answer(&roll.call, 0);
    else if (!api->GOMP_parallel || !api->omp_get_thread_num)
        return cg_fail(err, CG_UNSUPPORTED,
                       "this library of ncnn runs without OpenMP, or on another than this program's libgomp: "
                       "one thread only");
    else
        api->GOMP_parallel(answer, &roll, (unsigned)threads, 0);
    if (atomic_load(&roll.call.present) != threads)
        return cg_fail(err, CG_UNAVAILABLE, "OpenMP does not give %d threads here", threads);
    return cg_roll_call_result(&roll.call, "OpenMP", err);
}

/* ---- a net ---- */

/* As ncnn's own benchmark has them, but for the floats of 16 bits: off. */
static bool set_options(struct ncnn_plan *plan, const char *name)
{
    const struct ncnn_api *api = plan->api;
    plan->option = api->option_create();
    plan->blobs = api->allocator_create_unlocked_pool_allocator();
    plan->workspace = api->allocator_create_pool_allocator();
    plan->net = api->net_create();
    if (!plan->option || !plan->blobs || !plan->workspace || !plan->net)
        return false;
    api->option_set_num_threads(plan->option, plan->base.setting.threads);
    api->option_set_blob_allocator(plan->option, plan->blobs);
    api->option_set_workspace_allocator(plan->option, plan->workspace);
    api->option_set_use_vulkan_compute(plan->option, 0);
    api->option_set_use_winograd_convolution(plan->option, cg_engine_name_value(name, &options[0]) == '1');
    api->option_set_use_fp16_packed(plan->option, 0);
    api->option_set_use_fp16_storage(plan->option, 0);
    api->option_set_use_fp16_arithmetic(plan->option, 0);
    api->option_set_use_bf16_storage(plan->option, 0);
    api->net_set_option(plan->net, plan->option);
    return true;
}

/* Through a file in memory: it reads what it keeps, and the model's memory is given back. */
static enum cg_status load_weights(struct ncnn_plan *plan, const struct cg_text *bin, struct cg_error *err)
{
    char path[64];
    const int fd = memfd_create("weights", MFD_CLOEXEC);
    size_t written = 0;
    for (ssize_t n = 1; fd >= 0 && n > 0 && written<bin->length; written += n> 0 ? (size_t)n : 0)
        n = write(fd, bin->bytes + written, bin->length - written);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    enum cg_status status = CG_OK;
    if (fd < 0 || written < bin->length)
        status = cg_fail(err, CG_NO_MEMORY, "no memory to hand the weights to ncnn");
    else if (plan->api->net_load_model(plan->net, path) != 0)
        status = cg_fail(err, CG_FAILED, "ncnn does not take the model's weights");
    if (fd >= 0)
        close(fd);
    return status;
}

static enum cg_status load(struct ncnn_plan *plan, const struct cg_weights *weights, struct cg_error *err)
{
    struct cg_ncnn_model model = {0};
    const struct cg_shape in = plan->graph->nodes[plan->graph->input].shape;
    enum cg_status status = cg_ncnn_make(plan->graph, weights, &model, err);
    if (status == CG_OK && plan->api->net_load_param_memory(plan->net, model.param.bytes) != 0)
        status = cg_fail(err, CG_FAILED, "ncnn does not take the model's layers");
    status = status ?: load_weights(plan, &model.bin, err);
    cg_ncnn_release(&model);
    if (status != CG_OK)
        return status;
    plan->input = plan->api->mat_create_3d(in.w, in.h, in.c, NULL);
    return plan->input ? CG_OK : cg_fail(err, CG_NO_MEMORY, "no memory for a plan");
}

static enum cg_status prepare(struct ncnn_plan *plan, const struct cg_weights *weights,
                              const struct cg_setting *setting, struct cg_error *err)
{
    plan->api = ncnn_open(setting->engine, err);
    if (!plan->api)
        return CG_UNAVAILABLE;
    const enum cg_status status = gather_threads(plan, setting->cpus, err);
    if (status != CG_OK)
        return status;
    if (!set_options(plan, setting->engine))
        return cg_fail(err, CG_NO_MEMORY, "no memory for a plan");
    return load(plan, weights, err);
}

static enum cg_status compile(const struct cg_graph *graph, const struct cg_weights *weights,
                              const struct cg_setting *setting, struct cg_plan **result, struct cg_error *err)
{
    *result = NULL;
    if (setting->isa != cg_isa_best())
        return cg_fail(err, CG_UNSUPPORTED,
                       "ncnn picks its kernels by the processor (%s here) and cannot be held at others",
                       cg_isa_name(cg_isa_best()));
    struct ncnn_plan *plan = calloc(1, sizeof *plan);
    if (!plan)
        return cg_fail(err, CG_NO_MEMORY, "no memory for a plan");
    plan->graph = cg_graph_copy(graph);
    plan->tids = calloc((size_t)setting->threads, sizeof *plan->tids);
    plan->base = (struct cg_plan){cg_engine_find(setting->engine), plan->graph, *setting};
    plan->base.setting.cpus = NULL;
    const enum cg_status status = plan->graph && plan->tids
                                      ? prepare(plan, weights, setting, err)
                                      : cg_fail(err, CG_NO_MEMORY, "no memory for a plan");
    if (status == CG_OK)
        *result = &plan->base;
    else
        destroy(&plan->base);
    return status;
}

/* ---- runs ---- */

static void set_input(struct cg_plan *base, const float *nhwc)
{
    const struct ncnn_plan *plan = (const struct ncnn_plan *)base;
    const struct cg_shape s = plan->graph->nodes[plan->graph->input].shape;
    const size_t pixels = (size_t)s.h * (size_t)s.w, channels = (size_t)s.c;
    for (size_t c = 0; c < channels; c++) {
        float *to = plan->api->mat_get_channel_data(plan->input, (int)c);
        for (size_t i = 0; i < pixels; i++)
            to[i] = nhwc[i * channels + c];
    }
}

/* A vector, or channels apart. */
static void get_output(const struct cg_plan *base, float *nhwc)
{
    const struct ncnn_plan *plan = (const struct ncnn_plan *)base;
    const struct cg_shape s = plan->graph->nodes[plan->graph->output].shape;
    const size_t pixels = (size_t)s.h * (size_t)s.w, channels = (size_t)s.c;
    if (plan->api->mat_get_dims(plan->output) == 1) {
        memcpy(nhwc, plan->api->mat_get_data(plan->output), pixels * channels * sizeof *nhwc);
        return;
    }
    for (size_t c = 0; c < channels; c++) {
        const float *from = plan->api->mat_get_channel_data(plan->output, (int)c);
        for (size_t i = 0; i < pixels; i++)
            nhwc[i * channels + c] = from[i];
    }
}

/* Whether the output is of the graph's shape. */
static bool fits(const struct ncnn_plan *plan)
{
    const struct ncnn_api *api = plan->api;
    const struct cg_shape s = plan->graph->nodes[plan->graph->output].shape;
    const int w = api->mat_get_w(plan->output), h = api->mat_get_h(plan->output),
              c = api->mat_get_c(plan->output);
    if (api->mat_get_dims(plan->output) == 1)
        return s.h == 1 && s.w == 1 && w == s.c;
    return w == s.w && h == s.h && c == s.c;
}

/* As its users do it: an extractor a run. */
static enum cg_status run(struct cg_plan *base, struct cg_error *err)
{
    struct ncnn_plan *plan = (struct ncnn_plan *)base;
    const struct ncnn_api *api = plan->api;
    if (plan->output)
        api->mat_destroy(plan->output);
    plan->output = NULL;
    struct ncnn_extractor *extractor = api->extractor_create(plan->net);
    if (!extractor)
        return cg_fail(err, CG_NO_MEMORY, "no memory for a run of ncnn");
    int failure = api->extractor_input(extractor, CG_NCNN_INPUT, plan->input);
    failure = failure ?: api->extractor_extract(extractor, CG_NCNN_OUTPUT, &plan->output);
    api->extractor_destroy(extractor);
    if (failure || !plan->output)
        return cg_fail(err, CG_FAILED, "ncnn's run failed with %d", failure);
    return fits(plan) ? CG_OK : cg_fail(err, CG_FAILED, "ncnn's output has another shape than the graph's");
}

static enum cg_status run_timed(struct cg_plan *plan, int64_t *step_ns, struct cg_error *err)
{
    return cg_fail(err, CG_UNSUPPORTED,
                   "ncnn does not tell the times of its layers; every other engine does");
}

/* The whole network is one step. */
static int n_steps(const struct cg_plan *plan)
{
    return 0;
}

static void step(const struct cg_plan *plan, int i, struct cg_step *out)
{
    *out = (struct cg_step){0};
}

static int64_t memory_bytes(const struct cg_plan *plan)
{
    return -1;
}

static void implementation(const struct cg_plan *plan, char *text, size_t size)
{
    snprintf(text, size, "light mode, packing, f32");
}

/* Winograd's F(6x6, 3x3), the largest tile that ncnn takes: a value of the tile's corner is a sum over tap i
 * of products in the transformed domain, weighted by A. With A, G, B the transforms' matrices (Lavin and
 * Gray, 2016; points 0, 1, -1, 2, -2, 1/2, -1/2, infinity) and c = sum over i of A[i]^2 |G[i]|^2 |B[i]|^2 =
 * 138.8 in each dimension, independent inputs and weights give a rounding error with c / 9 times the standard
 * deviation of that of the direct sum of 9 products a channel. */
#define WINOGRAD_ROUNDING (138.8 / 9)

static double rounding(const struct cg_plan *plan)
{
    for (int id = 0; id < plan->graph->n_nodes; id++)
        if (runs_winograd(plan->graph, id, plan->engine->name))
            return WINOGRAD_ROUNDING;
    return 1;
}

static int thread_ids(const struct cg_plan *base, int *tids, int max)
{
    const struct ncnn_plan *plan = (const struct ncnn_plan *)base;
    const int n = plan->base.setting.threads - 1;
    for (int i = 0; i < n && i < max; i++)
        tids[i] = plan->tids[i + 1];
    return n;
}

/* As for oneDNN: threads that wait for each other inside a run wait actively, whatever the user has set. */
static const char *const environment[] = {
    "OMP_WAIT_POLICY=active", "GOMP_SPINCOUNT=100000", "OMP_DYNAMIC=false",
    "OMP_PROC_BIND=false",    "OMP_THREAD_LIMIT=1024", NULL,
};

const struct cg_engine cg_engine_ncnn = {
    .name = "ncnn",
    .summary = "Tencent's ncnn: the model in its own form, OpenMP; a library that is loaded when used",
    .environment = environment,
    .options = options,
    .probe = probe,
    .supports = supports,
    .weight_bytes = weight_bytes,
    .compile = compile,
    .set_input = set_input,
    .get_output = get_output,
    .run = run,
    .run_timed = run_timed,
    .n_steps = n_steps,
    .step = step,
    .memory_bytes = memory_bytes,
    .implementation = implementation,
    .rounding = rounding,
    .thread_ids = thread_ids,
    .destroy = destroy,
};
