#include "kernels/engine.h"

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

#if !HAVE_ONEDNN || !HAVE_XNNPACK
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
    static void identifier##_probe(struct cg_engine_info *info)                                              \
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
ABSENT_ENGINE(cg_engine_onednn, "onednn",
              "Intel's oneDNN: primitives with post-ops, layouts chosen by the library, OpenMP",
              "built without it: it needs libdnnl-dev 2.x, and -Donednn=enabled says what is missing")
#endif
#if !HAVE_XNNPACK
ABSENT_ENGINE(
    cg_engine_xnnpack, "xnnpack", "Google's XNNPACK: NHWC, direct and indirect GEMM, pthreadpool",
    "built without it: it needs libxnnpack-dev (2022) and libpthreadpool-dev, and -Dxnnpack=enabled "
    "says what is missing")
#endif

/* Rows of a program of the tests, each with a comma behind it. */
#ifndef CG_MORE_ENGINES
#define CG_MORE_ENGINES
#endif

/* One row an engine, in the order of `list engines`. */
const struct cg_engine *const cg_engines[] = {
    &cg_engine_reference, &cg_engine_native, &cg_engine_onednn, &cg_engine_xnnpack, CG_MORE_ENGINES NULL,
};

const struct cg_engine *cg_engine_find(const char *name)
{
    for (int i = 0; cg_engines[i]; i++)
        if (strcmp(cg_engines[i]->name, name) == 0)
            return cg_engines[i];
    return NULL;
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
