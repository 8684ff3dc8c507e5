/* A libonnxruntime of the tests: the positions of the table that the engine uses, over the reader of ONNX
 * models and engine reference. FAKE says what is the matter with it. */
#include "bench/onnx/onnx.h"
#include "bench/onnx/tensor.h"
#include "kernels/engine.h"
#include "kernels/onnxruntime/api.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RIGHT, OLDER, WRONG, CRASHING, DYING, REFUSING };

extern const struct cg_engine cg_engine_reference;

struct ort_status {
    int code;
    char text[1024];
};

struct ort_options {
    char profile[600];
};

struct ort_session {
    struct cg_graph *graph;
    struct cg_weights *weights;
    struct cg_plan *plan;
    char profile[600];
    int runs;
};

struct ort_value {
    float *data;
    size_t bytes;
    size_t rank;
};

struct ort_binding {
    struct ort_session *session;
    const struct ort_value *input, *output;
};

struct ort_env {
    int nothing;
};

static void crash(void)
{
    signal(SIGSEGV, SIG_DFL); /* a sanitizer's handler would end the process with a status instead */
    raise(SIGSEGV);
}

__attribute__((constructor)) static void loaded(void)
{
    if (FAKE == CRASHING)
        crash();
}

static struct ort_status *fail(int code, const char *text)
{
    struct ort_status *status = malloc(sizeof *status);
    status->code = code;
    snprintf(status->text, sizeof status->text, "%s", text);
    return status;
}

static int fake_error_code(const struct ort_status *status)
{
    return status->code;
}

static const char *fake_error_message(const struct ort_status *status)
{
    return status->text;
}

static struct ort_status *fake_create_env(int severity, const char *id, struct ort_env **env)
{
    static struct ort_env one;
    *env = &one;
    return NULL;
}

static struct ort_status *fake_create_session(const struct ort_env *env, const void *model, size_t bytes,
                                              const struct ort_options *options, struct ort_session **session)
{
    struct cg_error err = {0};
    struct ort_session *s = calloc(1, sizeof *s);
    const struct cg_setting setting = {.engine = "reference", .threads = 1, .isa = cg_isa_best()};
    if (FAKE == DYING)
        crash();
    if (memmem(model, bytes, "Swish", 5) && !memmem(model, bytes, "HardSwish", 9))
        cg_fail(&err, CG_FAILED, "Unsupported model IR version: 12, max supported IR version: 11");
    else if (FAKE == REFUSING)
        err.status = cg_fail(&err, CG_UNSUPPORTED, "Could not find an implementation for Conv(11)");
    else if (cg_onnx_import_memory(model, bytes, NULL, &s->graph, &s->weights, &err) == CG_OK)
        cg_engine_reference.compile(s->graph, s->weights, &setting, &s->plan, &err);
    *session = s->plan ? s : NULL;
    memcpy(s->profile, options->profile, sizeof s->profile);
    if (s->plan)
        return NULL;
    cg_graph_destroy(&s->graph);
    cg_weights_destroy(&s->weights);
    free(s);
    return fail(FAKE == REFUSING ? ORT_NOT_IMPLEMENTED : 1, err.text);
}

static struct ort_status *fake_create_options(struct ort_options **options)
{
    *options = calloc(1, sizeof **options);
    return NULL;
}

static struct ort_status *fake_enable_profiling(struct ort_options *options, const char *prefix)
{
    snprintf(options->profile, sizeof options->profile, "%s", prefix);
    return NULL;
}

static struct ort_status *fake_set_optimisation(struct ort_options *options, int level)
{
    return level == ORT_OPTIMISE_NOTHING || level == ORT_OPTIMISE_ALL ? NULL : fail(2, "no such level");
}

static struct ort_status *fake_set_intra_threads(struct ort_options *options, int threads)
{
    return NULL;
}

static struct ort_status *fake_set_inter_threads(struct ort_options *options, int threads)
{
    return threads == 1 ? NULL : fail(2, "more than one thread between operators");
}

static struct ort_status *fake_create_tensor(const struct ort_memory *memory, void *data, size_t bytes,
                                             const int64_t *dims, size_t rank, int type,
                                             struct ort_value **value)
{
    size_t expected = sizeof(float);
    for (size_t i = 0; i < rank; i++)
        expected *= (size_t)dims[i];
    if (type != ORT_FLOAT || bytes != expected)
        return fail(2, "the tensor's memory has another size than its dimensions");
    *value = malloc(sizeof **value);
    **value = (struct ort_value){data, bytes, rank};
    return NULL;
}

static struct ort_status *fake_create_memory(int allocator, int kind, struct ort_memory **memory)
{
    *memory = malloc(1);
    return NULL;
}

static struct ort_status *fake_allocator_free(struct ort_allocator *allocator, void *memory)
{
    free(memory);
    return NULL;
}

static struct ort_status *fake_default_allocator(struct ort_allocator **allocator)
{
    *allocator = NULL;
    return NULL;
}

static void fake_release_status(struct ort_status *status)
{
    free(status);
}

static void fake_release_memory(struct ort_memory *memory)
{
    free(memory);
}

static void fake_release_session(struct ort_session *session)
{
    session->plan->engine->destroy(session->plan);
    cg_graph_destroy(&session->graph);
    cg_weights_destroy(&session->weights);
    free(session);
}

static void fake_release_value(struct ort_value *value)
{
    free(value);
}

static void fake_release_options(struct ort_options *options)
{
    free(options);
}

static void write_event(FILE *file, int64_t *now, int us, const char *name, const char *kind)
{
    fprintf(file,
            "{\"cat\" : \"Node\",\"dur\" :%d,\"ts\" :%lld,\"ph\" : \"X\",\"name\" :\"%s_kernel_time\","
            "\"args\" : {\"op_name\" : \"%s\"}},\n",
            us, (long long)*now, name, kind);
    *now += us;
}

/* Node 7 takes 7 microseconds; sums are merged into other nodes. As the real one's, each session has an order
 * of its own, and names of its own for reorders. The reader numbers nodes as they were in the graph. */
static void write_run(FILE *file, const struct cg_graph *graph, int session, int64_t *now)
{
    char name[64];
    for (int i = 0; i < graph->n_nodes; i++) {
        const int id = session % 2 ? graph->n_nodes - 1 - i : i;
        const enum cg_op op = graph->nodes[id].op;
        snprintf(name, sizeof name, "$%d", id);
        if (op != CG_INPUT && op != CG_ADD)
            write_event(file, now, id, name, cg_op_name(op));
        snprintf(name, sizeof name, "ReorderOutput_token_%d", session + i);
        if (i < 16 && i % 8 == session % 8)
            write_event(file, now, 3, name, "ReorderOutput");
    }
}

static struct ort_status *fake_end_profiling(struct ort_session *session, struct ort_allocator *allocator,
                                             char **path)
{
    static int sessions;
    char name[700];
    snprintf(name, sizeof name, "%s_2026-01-31.json", session->profile);
    FILE *file = fopen(name, "we");
    if (!file)
        return fail(1, "the profile cannot be written");
    fputs("[\n", file);
    int64_t now = 100;
    for (int run = 0; run < session->runs; run++) {
        const int64_t start = now;
        write_run(file, session->graph, sessions, &now);
        fprintf(
            file,
            "{\"cat\" : \"Session\",\"dur\" :%lld,\"ts\" :%lld,\"ph\" : \"X\",\"name\" :\"model_run\"}%s\n",
            (long long)(now - start), (long long)start, run + 1 < session->runs ? "," : "");
    }
    sessions++;
    fputs("]\n", file);
    fclose(file);
    *path = strdup(name);
    return NULL;
}

static struct ort_status *fake_add_config(struct ort_options *options, const char *key, const char *value)
{
    return strncmp(key, "session.", 8) == 0 ? NULL : fail(2, "no such key");
}

static struct ort_status *fake_run_with_binding(struct ort_session *session, const void *run_options,
                                                const struct ort_binding *binding)
{
    const struct cg_shape in = session->graph->nodes[session->graph->input].shape,
                          out = session->graph->nodes[session->graph->output].shape;
    const struct cg_engine *engine = session->plan->engine;
    struct cg_error err = {0};
    float *values = malloc(binding->input->bytes > binding->output->bytes ? binding->input->bytes
                                                                          : binding->output->bytes);
    cg_transpose(binding->input->data, values, (size_t)in.n, (size_t)in.c, (size_t)(in.h * in.w));
    engine->set_input(session->plan, values);
    const enum cg_status status = engine->run(session->plan, &err);
    engine->get_output(session->plan, values);
    if (FAKE == WRONG)
        values[0] += 1;
    cg_transpose(values, binding->output->data, (size_t)out.n, (size_t)(out.h * out.w), (size_t)out.c);
    free(values);
    session->runs++;
    return status == CG_OK ? NULL : fail(1, err.text);
}

static struct ort_status *fake_create_binding(struct ort_session *session, struct ort_binding **binding)
{
    *binding = calloc(1, sizeof **binding);
    (*binding)->session = session;
    return NULL;
}

static void fake_release_binding(struct ort_binding *binding)
{
    free(binding);
}

static struct ort_status *fake_bind_input(struct ort_binding *binding, const char *name,
                                          const struct ort_value *value)
{
    binding->input = value;
    return strcmp(name, "input") == 0 && value->rank == 4 ? NULL : fail(2, "no such input");
}

static struct ort_status *fake_bind_output(struct ort_binding *binding, const char *name,
                                           const struct ort_value *value)
{
    binding->output = value;
    return strcmp(name, "output") == 0 ? NULL : fail(2, "no such output");
}

static const void *const *get_api(uint32_t version)
{
    static const void *table[138];
#define X(position, name, result, arguments)                                                                 \
    {                                                                                                        \
        result(*function) arguments = fake_##name;                                                           \
        memcpy(&table[position], &function, sizeof function);                                                \
    }
    ORT_FUNCTIONS(X)
#undef X
    return version <= (FAKE == OLDER ? 3 : 21) ? table : NULL;
}

static const char *version(void)
{
    return FAKE_VERSION;
}

struct base {
    const void *const *(*get_api)(uint32_t version);
    const char *(*version)(void);
};

const struct base *OrtGetApiBase(void);

__attribute__((visibility("default"))) const struct base *OrtGetApiBase(void)
{
    static const struct base base = {get_api, version};
    return &base;
}
