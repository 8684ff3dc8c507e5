#include "kernels/openvino/api.h"

#include "kernels/library.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

/* The first function that is missing, or NULL. */
static const char *find_functions(void *library, struct ov_api *ov)
{
    void *symbol;
#define X(name, result, arguments)                                                                           \
    symbol = dlsym(library, "ov_" #name);                                                                    \
    if (!symbol)                                                                                             \
        return "ov_" #name;                                                                                  \
    memcpy(&ov->name, &symbol, sizeof ov->name);
    OV_FUNCTIONS(X)
#undef X
    return NULL;
}

/* "2026.4.1-20512-..." is 2026.4.1. */
static bool ask(void *library, char version[64], char why_not[256])
{
    struct ov_api ov = {.core = NULL};
    struct ov_version said = {NULL, NULL};
    const char *missing = find_functions(library, &ov);
    if (ov.get_openvino_version && ov.version_free && ov.get_openvino_version(&said) == 0) {
        snprintf(version, 64, "%.*s", (int)strcspn(said.build, "-"), said.build);
        ov.version_free(&said);
    }
    if (missing)
        snprintf(why_not, 256, "is no OpenVINO that can be used%s%s: it has no %s()",
                 version[0] ? ", but " : "", version, missing);
    return !missing;
}

const struct cg_library_kind ov_library = {"openvino", "libopenvino_c.so", ask};

enum cg_status ov_check(const struct ov_api *ov, int status, struct cg_error *err)
{
    if (status == 0)
        return CG_OK;
    const char *words = ov->get_last_err_msg();
    char text[512];
    snprintf(text, sizeof text, "%s", words ? words : "no reason is given");
    ov->free(words);
    for (char *line = text; (line = strchr(line, '\n'));)
        *line = line[1] ? ' ' : '\0';
    return cg_fail(err, status == OV_NOT_IMPLEMENTED ? CG_UNSUPPORTED : CG_FAILED, "OpenVINO: %s", text);
}

const struct ov_api *ov_open(const char *name, struct cg_error *err)
{
    static struct ov_api ov; /* a process has one library of the kind */
    void *library = cg_library_open(&ov_library, name, err);
    if (!library || ov.core)
        return library ? &ov : NULL;
    find_functions(library, &ov);
    return ov_check(&ov, ov.core_create(&ov.core), err) == CG_OK ? &ov : NULL;
}
