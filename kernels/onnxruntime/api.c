#include "kernels/onnxruntime/api.h"

#include "kernels/library.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

/* What OrtGetApiBase() returns. */
struct base {
    const void *const *(*get_api)(uint32_t version);
    const char *(*version)(void);
};

static const struct base *base_of(void *library)
{
    const struct base *(*get_base)(void);
    void *symbol = dlsym(library, "OrtGetApiBase");
    memcpy(&get_base, &symbol, sizeof get_base);
    return symbol ? get_base() : NULL;
}

static bool ask(void *library, char version[64], char why_not[256])
{
    const struct base *base = base_of(library);
    if (!base) {
        snprintf(why_not, 256, "is no ONNX Runtime: it has no OrtGetApiBase()");
        return false;
    }
    snprintf(version, 64, "%s", base->version());
    if (base->get_api(ORT_API_VERSION))
        return true;
    snprintf(why_not, 256, "is ONNX Runtime %.60s; the oldest that can be used is 1.%d", version,
             ORT_API_VERSION);
    return false;
}

const struct cg_library_kind ort_library = {"onnxruntime", "libonnxruntime.so", ask};

enum cg_status ort_check(const struct ort_api *ort, struct ort_status *status, struct cg_error *err)
{
    if (!status)
        return CG_OK;
    const enum cg_status kind = ort->error_code(status) == ORT_NOT_IMPLEMENTED ? CG_UNSUPPORTED : CG_FAILED;
    cg_fail(err, kind, "ONNX Runtime: %s", ort->error_message(status));
    ort->release_status(status);
    return kind;
}

const struct ort_api *ort_open(const char *name, struct cg_error *err)
{
    static struct ort_api ort; /* a process has one library of the kind */
    void *library = cg_library_open(&ort_library, name, err);
    if (!library || ort.env)
        return library ? &ort : NULL;
    const void *const *table = base_of(library)->get_api(ORT_API_VERSION);
#define X(position, name, result, arguments) memcpy(&ort.name, &table[position], sizeof ort.name);
    ORT_FUNCTIONS(X)
#undef X
    return ort_check(&ort, ort.create_env(ORT_SEVERITY_ERROR, "convgauge", &ort.env), err) == CG_OK ? &ort
                                                                                                    : NULL;
}
