#include "kernels/ncnn/api.h"

#include "kernels/library.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

/* The function of that name, if it is there; false if not. */
static bool find(void *library, const char *name, void *function)
{
    void *symbol = dlsym(library, name);
    memcpy(function, &symbol, sizeof symbol);
    return symbol != NULL;
}

/* What the program is linked to (oneDNN's libgomp) goes before the library's own: a library that brings
 * another OpenMP would call both, teams of the one and thread numbers of the other. */
static void find_threads(void *library, struct ncnn_api *api)
{
    const void *programs = dlsym(RTLD_DEFAULT, "omp_get_thread_num");
#define X(name, result, arguments) find(library, #name, &api->name);
    NCNN_THREAD_FUNCTIONS(X)
#undef X
    if (programs && programs != dlsym(library, "omp_get_thread_num"))
        api->GOMP_parallel = NULL;
}

/* The first function that the library lacks, or NULL. */
static const char *fill(void *library, struct ncnn_api *api)
{
    const char *missing = NULL;
#define X(name, result, arguments)                                                                           \
    if (!find(library, "ncnn_" #name, &api->name) && !missing)                                               \
        missing = "ncnn_" #name;
    NCNN_FUNCTIONS(X)
#undef X
    find_threads(library, api);
    return missing;
}

static bool ask(void *library, char version[64], char why_not[256])
{
    const char *(*get_version)(void);
    struct ncnn_api api;
    if (!find(library, "ncnn_version", &get_version)) {
        snprintf(why_not, 256, "is no ncnn with a C interface: it has no ncnn_version()");
        return false;
    }
    snprintf(version, 64, "%s", get_version());
    const char *missing = fill(library, &api);
    if (missing)
        snprintf(why_not, 256, "is ncnn %.60s, too old or built without what is used: it has no %s()",
                 version, missing);
    return !missing;
}

const struct cg_library_kind ncnn_library = {"ncnn", "libncnn.so", ask};

const struct ncnn_api *ncnn_open(const char *name, struct cg_error *err)
{
    static struct ncnn_api api; /* a process has one library of the kind */
    void *library = cg_library_open(&ncnn_library, name, err);
    const char *missing = library ? fill(library, &api) : NULL;
    if (missing)
        cg_fail(err, CG_UNAVAILABLE, "ncnn has no %s()", missing);
    return library && !missing ? &api : NULL;
}
