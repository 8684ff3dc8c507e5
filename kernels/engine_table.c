#include "base/nearest.h"
#include "kernels/engine_name.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const struct cg_engine cg_engine_reference;
extern const struct cg_engine cg_engine_native;

#if HAVE_ONEDNN
extern const struct cg_engine cg_engine_onednn;
#endif
#if HAVE_XNNPACK
extern const struct cg_engine cg_engine_xnnpack;
#endif

#if HAVE_LOADED
extern const struct cg_engine cg_engine_onnxruntime;
extern const struct cg_engine cg_engine_openvino;
#endif

#if HAVE_NCNN
extern const struct cg_engine cg_engine_ncnn;
#endif

#if !HAVE_ONEDNN || !HAVE_XNNPACK || !HAVE_LOADED || !HAVE_NCNN
static bool absent_supports(const struct cg_graph *graph, int id, char *why, size_t why_size)
{
    snprintf(why, why_size, "the engine is not part of this build");
    return false;
}

static enum cg_status absent_compile(const struct cg_graph *graph, const struct cg_weights *weights,
                                     const struct cg_setting *setting, struct cg_plan **plan,
                                     struct cg_error *err)
{
    return cg_fail(err, CG_UNAVAILABLE, "the engine is not part of this build");
}

/* A row for an engine that this build leaves out: probe() tells why, supports() and compile() refuse. The
 * other functions are NULL, as no plan of it can exist. */
#define ABSENT_ENGINE(identifier, text, about, reason)                                                       \
    static void identifier##_probe(const struct cg_engine *engine, struct cg_engine_info *info)              \
    {                                                                                                        \
        memset(info, 0, sizeof *info);                                                                       \
        snprintf(info->why_not, sizeof info->why_not, "%s", reason);                                         \
    }                                                                                                        \
    static const struct cg_engine identifier = {                                                             \
        .name = text,                                                                                        \
        .summary = about,                                                                                    \
        .probe = identifier##_probe,                                                                         \
        .supports = absent_supports,                                                                         \
        .compile = absent_compile,                                                                           \
    };
#endif

#if !HAVE_ONEDNN
ABSENT_ENGINE(
    cg_engine_onednn, "onednn",
    "Intel's oneDNN: primitives with post-ops, layouts chosen by the library, OpenMP",
    "built without it: it needs libdnnl-dev (2.x or 3.x, on OpenMP), and -Donednn=enabled says what is "
    "missing")
#endif
#if !HAVE_XNNPACK
ABSENT_ENGINE(cg_engine_xnnpack, "xnnpack", "Google's XNNPACK: NHWC, direct and indirect GEMM, pthreadpool",
              "built without it: it needs libxnnpack-dev (of 2022 or 2024) and libpthreadpool-dev, and "
              "-Dxnnpack=enabled says what is missing")
#endif
#if !HAVE_LOADED
#define NO_LOADED_ENGINES                                                                                    \
    "built without it: it needs libprotobuf-c-dev, protobuf-c-compiler and libonnx-dev, and a program that " \
    "is not static"
ABSENT_ENGINE(cg_engine_onnxruntime, "onnxruntime", "ONNX Runtime: the model as ONNX, on its own thread pool",
              NO_LOADED_ENGINES)
ABSENT_ENGINE(cg_engine_openvino, "openvino", "OpenVINO: the model as ONNX, compiled for the processor",
              NO_LOADED_ENGINES)
#endif

#if !HAVE_NCNN
ABSENT_ENGINE(cg_engine_ncnn, "ncnn", "Tencent's ncnn: the model in its own form, OpenMP",
              "built without it: it needs a program that is not static")
#endif

/* Rows of a program of the tests, each with a comma behind it. */
#ifndef CG_MORE_ENGINES
#define CG_MORE_ENGINES
#endif

#define MOST_ENGINES 64

/* One row an engine, in the order of `list engines`; then room for whole names. */
const struct cg_engine *cg_engines[MOST_ENGINES + 1] = {
    &cg_engine_reference,   &cg_engine_native,   &cg_engine_onednn, &cg_engine_xnnpack,
    &cg_engine_onnxruntime, &cg_engine_openvino, &cg_engine_ncnn,   CG_MORE_ENGINES NULL,
};

/* The engine whose name is the first `length` characters, or NULL; *n receives how many there are. */
static const struct cg_engine *row_of(const char *name, size_t length, int *n)
{
    const struct cg_engine *found = NULL;
    for (*n = 0; cg_engines[*n]; ++*n)
        if (strncmp(cg_engines[*n]->name, name, length) == 0 && cg_engines[*n]->name[length] == '\0')
            found = cg_engines[*n];
    return found;
}

/* Whether an engine's name stands there, alone or as the beginning of a whole name or of a list. */
static bool begins_name(const char *text)
{
    int n;
    return row_of(text, strcspn(text, "@:,"), &n) != NULL;
}

size_t cg_engine_name_in_list(const char *list)
{
    size_t length = strcspn(list, ",");
    const char *path = strstr(list, "@/");
    while (path && path < list + length && list[length] && !begins_name(list + length + 1))
        length += 1 + strcspn(list + length + 1, ",");
    return length;
}

static void refuse_unknown(const char *name, int n, struct cg_error *err)
{
    const char *names[MOST_ENGINES];
    char near[256];
    for (int i = 0; i < n; i++)
        names[i] = cg_engines[i]->name;
    cg_nearest(name, names, n, near, sizeof near);
    cg_fail(err, CG_INVALID, "unknown engine '%s'%s%s%s; 'convgauge list engines' lists them", name,
            near[0] ? " (did you mean " : "", near, near[0] ? "?)" : "");
}

/* A copy of the row under a whole name, kept until the process ends. */
static const struct cg_engine *add_row(const struct cg_engine *row, const char *name, int n,
                                       struct cg_error *err)
{
    struct cg_engine *copy = n < MOST_ENGINES ? malloc(sizeof *copy) : NULL;
    char *whole = copy ? strdup(name) : NULL;
    if (!whole) {
        free(copy);
        cg_fail(err, CG_NO_MEMORY, "no room for another engine, '%s'", name);
        return NULL;
    }
    *copy = *row;
    copy->name = whole;
    return cg_engines[n] = copy;
}

const struct cg_engine *cg_engine_named(const char *name, struct cg_error *err)
{
    int n;
    const struct cg_engine *found = row_of(name, strlen(name), &n);
    if (found)
        return found;
    const struct cg_engine *row = row_of(name, cg_engine_name_length(name), &n);
    if (!row)
        refuse_unknown(name, n, err);
    return row && cg_engine_name_check(row, name, err) == CG_OK ? add_row(row, name, n, err) : NULL;
}

const struct cg_engine *cg_engine_find(const char *name)
{
    return cg_engine_named(name, NULL);
}

static bool same_variable(const char *a, const char *b)
{
    const char *end = strchr(a, '=');
    return end && strncmp(a, b, (size_t)(end - a) + 1) == 0;
}

/* Sets one "NAME=value" in a list of n, which has room for it; returns how many there are then. */
static size_t set_variable(char **list, size_t n, const char *pair)
{
    size_t i = 0;
    while (i < n && !same_variable(pair, list[i]))
        i++;
    list[i] = (char *)pair;
    return i < n ? n : n + 1;
}

char **cg_engine_environment(char *const *base)
{
    size_t room = 1, n = 0;
    for (char *const *pair = base; *pair; pair++)
        room++;
    for (int e = 0; cg_engines[e]; e++)
        for (const char *const *pair = cg_engines[e]->environment; pair && *pair; pair++)
            room++;
    char **list = calloc(room, sizeof *list);
    if (!list)
        return NULL;
    for (char *const *pair = base; *pair; pair++)
        list[n++] = *pair;
    for (int e = 0; cg_engines[e]; e++)
        for (const char *const *pair = cg_engines[e]->environment; pair && *pair; pair++)
            n = set_variable(list, n, *pair);
    return list;
}
