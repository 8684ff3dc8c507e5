/* A libncnn of the tests: its C interface, as far as the engine uses it, over the reader of ncnn's models and
 * engine reference. FAKE says what is the matter with it. */
#include "bench/ncnn/ncnn.h"
#include "kernels/engine.h"
#include "kernels/ncnn/api.h"

#include "base/file.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { RIGHT, WRONG, REFUSING };

extern const struct cg_engine cg_engine_reference;

struct ncnn_net {
    int threads;
    char *param;
    struct cg_graph *graph;
    struct cg_weights *weights;
    struct cg_plan *plan;
};

/* Channels apart. */
struct ncnn_mat {
    int w, h, c;
    float *data;
};

struct ncnn_extractor {
    struct ncnn_net *net;
    const struct ncnn_mat *input;
};

struct ncnn_allocator {
    int nothing;
};

struct ncnn_option {
    int threads;
};

#define X(name, result, arguments) result ncnn_##name arguments;
NCNN_FUNCTIONS(X)
#undef X
const char *ncnn_version(void);

/* ---- OpenMP ---- */

#if defined(FAKE_TEAM) || defined(FAKE_OWN_OPENMP)
void GOMP_parallel(void (*function)(void *), void *data, unsigned threads, unsigned flags);
int omp_get_thread_num(void);
#endif

#ifdef FAKE_OWN_OPENMP
/* As ncnn brings where it is built with NCNN_SIMPLEOMP: none of the process's threads are its team. */
void GOMP_parallel(void (*function)(void *), void *data, unsigned threads, unsigned flags)
{
    function(data);
}

int omp_get_thread_num(void)
{
    return 0;
}
#endif

#ifdef FAKE_TEAM
static void be_there(void *data)
{
    atomic_fetch_or((atomic_uint *)data, 1u << omp_get_thread_num());
}

/* Whether the team that computes has all threads. */
static bool is_whole_team(int threads)
{
    atomic_uint there = 0;
    GOMP_parallel(be_there, &there, (unsigned)threads, 0);
    return there == (1u << threads) - 1;
}
#else
static bool is_whole_team(int threads)
{
    return true;
}
#endif

/* ---- the interface ---- */

const char *ncnn_version(void)
{
    return FAKE_VERSION;
}

struct ncnn_allocator *ncnn_allocator_create_pool_allocator(void)
{
    return calloc(1, sizeof(struct ncnn_allocator));
}

struct ncnn_allocator *ncnn_allocator_create_unlocked_pool_allocator(void)
{
    return calloc(1, sizeof(struct ncnn_allocator));
}

void ncnn_allocator_destroy(struct ncnn_allocator *allocator)
{
    free(allocator);
}

struct ncnn_option *ncnn_option_create(void)
{
    return calloc(1, sizeof(struct ncnn_option));
}

void ncnn_option_destroy(struct ncnn_option *option)
{
    free(option);
}

#define SETTER(name, type)                                                                                   \
    void ncnn_option_set_##name(struct ncnn_option *option, type value)                                      \
    {                                                                                                        \
    }
SETTER(blob_allocator, struct ncnn_allocator *)
SETTER(workspace_allocator, struct ncnn_allocator *)
SETTER(use_vulkan_compute, int)
SETTER(use_winograd_convolution, int)
SETTER(use_fp16_packed, int)
SETTER(use_fp16_storage, int)
SETTER(use_fp16_arithmetic, int)
SETTER(use_bf16_storage, int)

void ncnn_option_set_num_threads(struct ncnn_option *option, int threads)
{
    option->threads = threads;
}

struct ncnn_net *ncnn_net_create(void)
{
    return calloc(1, sizeof(struct ncnn_net));
}

void ncnn_net_destroy(struct ncnn_net *net)
{
    free(net->param);
    if (net->plan)
        cg_engine_reference.destroy(net->plan);
    cg_graph_destroy(&net->graph);
    if (net->weights)
        cg_weights_destroy(&net->weights);
    free(net);
}

void ncnn_net_set_option(struct ncnn_net *net, struct ncnn_option *option)
{
    net->threads = option->threads;
}

int ncnn_net_load_param_memory(struct ncnn_net *net, const char *text)
{
    net->param = strdup(text);
    return FAKE == REFUSING ? -1 : 0;
}

int ncnn_net_load_model(struct ncnn_net *net, const char *path)
{
    struct cg_error err = {0};
    size_t size = 0;
    char *bin = cg_file_read(path, (size_t)1 << 31, &size, &err);
    const struct cg_ncnn_bytes files = {net->param, bin, strlen(net->param), size};
    const struct cg_setting setting = {.engine = "reference", .threads = 1};
    int status = bin ? (int)cg_ncnn_import_memory(&files, NULL, &net->graph, &net->weights, &err) : -1;
    if (status == 0)
        status = (int)cg_engine_reference.compile(net->graph, net->weights, &setting, &net->plan, &err);
    free(bin);
    return status;
}

struct ncnn_mat *ncnn_mat_create_3d(int w, int h, int c, struct ncnn_allocator *allocator)
{
    struct ncnn_mat *mat = malloc(sizeof *mat);
    *mat = (struct ncnn_mat){w, h, c, calloc((size_t)w * (size_t)h * (size_t)c, sizeof(float))};
    return mat;
}

void ncnn_mat_destroy(struct ncnn_mat *mat)
{
    free(mat->data);
    free(mat);
}

int ncnn_mat_get_dims(const struct ncnn_mat *mat)
{
    return 3;
}

int ncnn_mat_get_w(const struct ncnn_mat *mat)
{
    return mat->w;
}

int ncnn_mat_get_h(const struct ncnn_mat *mat)
{
    return mat->h;
}

int ncnn_mat_get_c(const struct ncnn_mat *mat)
{
    return mat->c;
}

void *ncnn_mat_get_data(const struct ncnn_mat *mat)
{
    return mat->data;
}

void *ncnn_mat_get_channel_data(const struct ncnn_mat *mat, int c)
{
    return mat->data + (size_t)c * (size_t)mat->w * (size_t)mat->h;
}

struct ncnn_extractor *ncnn_extractor_create(struct ncnn_net *net)
{
    struct ncnn_extractor *extractor = calloc(1, sizeof *extractor);
    extractor->net = net;
    return extractor;
}

void ncnn_extractor_destroy(struct ncnn_extractor *extractor)
{
    free(extractor);
}

int ncnn_extractor_input(struct ncnn_extractor *extractor, const char *name, const struct ncnn_mat *mat)
{
    extractor->input = mat;
    return strcmp(name, CG_NCNN_INPUT);
}

/* Elements between channels apart and together. */
static void copy(const float *from, float *to, size_t rows, size_t columns)
{
    for (size_t column = 0; column < columns; column++)
        for (size_t row = 0; row < rows; row++)
            *to++ = from[row * columns + column];
}

int ncnn_extractor_extract(struct ncnn_extractor *extractor, const char *name, struct ncnn_mat **mat)
{
    struct cg_error err = {0};
    const struct ncnn_net *net = extractor->net;
    if (!is_whole_team(net->threads))
        return -1;
    const struct cg_shape in = net->graph->nodes[net->graph->input].shape,
                          out = net->graph->nodes[net->graph->output].shape;
    float *given = malloc((size_t)cg_shape_elements(in) * sizeof *given);
    float *got = malloc((size_t)cg_shape_elements(out) * sizeof *got);
    copy(extractor->input->data, given, (size_t)in.c, (size_t)in.h * (size_t)in.w);
    cg_engine_reference.set_input(net->plan, given);
    const int status = (int)cg_engine_reference.run(net->plan, &err);
    cg_engine_reference.get_output(net->plan, got);
    got[0] += FAKE == WRONG ? 100 : 0;
    *mat = ncnn_mat_create_3d(out.w, out.h, out.c, NULL);
    copy(got, (*mat)->data, (size_t)out.h * (size_t)out.w, (size_t)out.c);
    free(given);
    free(got);
    return status ? status : strcmp(name, CG_NCNN_OUTPUT);
}
