/* ONNX Runtime's C interface, as far as it is used: a table of functions whose positions hold for all later
 * versions. Declared here, so that nothing of the library is needed to build; types and names are those of
 * its onnxruntime_c_api.h. */
#ifndef CONVGAUGE_KERNELS_ONNXRUNTIME_API_H
#define CONVGAUGE_KERNELS_ONNXRUNTIME_API_H

#include "kernels/library_kind.h"

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

struct ort_status; /* NULL: done */
struct ort_env;
struct ort_options;
struct ort_session;
struct ort_binding;
struct ort_value;
struct ort_memory;
struct ort_allocator;

/* The version of the interface that has all of it and the keys of options used (1.16, 2023). */
#define ORT_API_VERSION 16

/* X: position, name here, result, arguments. */
/* clang-format off */
#define ORT_FUNCTIONS(X) \
    X(1, error_code, int, (const struct ort_status *)) \
    X(2, error_message, const char *, (const struct ort_status *)) \
    X(3, create_env, struct ort_status *, (int severity, const char *id, struct ort_env **)) \
    X(8, create_session, struct ort_status *, (const struct ort_env *, const void *model, size_t bytes, \
                                               const struct ort_options *, struct ort_session **)) \
    X(10, create_options, struct ort_status *, (struct ort_options **)) \
    X(14, enable_profiling, struct ort_status *, (struct ort_options *, const char *prefix)) \
    X(23, set_optimisation, struct ort_status *, (struct ort_options *, int level)) \
    X(24, set_intra_threads, struct ort_status *, (struct ort_options *, int)) \
    X(25, set_inter_threads, struct ort_status *, (struct ort_options *, int)) \
    X(49, create_tensor, struct ort_status *, (const struct ort_memory *, void *data, size_t bytes, \
                                               const int64_t *dims, size_t rank, int type, \
                                               struct ort_value **)) \
    X(69, create_memory, struct ort_status *, (int allocator, int kind, struct ort_memory **)) \
    X(76, allocator_free, struct ort_status *, (struct ort_allocator *, void *)) \
    X(78, default_allocator, struct ort_status *, (struct ort_allocator **)) \
    X(93, release_status, void, (struct ort_status *)) \
    X(94, release_memory, void, (struct ort_memory *)) \
    X(95, release_session, void, (struct ort_session *)) \
    X(96, release_value, void, (struct ort_value *)) \
    X(100, release_options, void, (struct ort_options *)) \
    X(110, end_profiling, struct ort_status *, (struct ort_session *, struct ort_allocator *, char **path)) \
    X(130, add_config, struct ort_status *, (struct ort_options *, const char *key, const char *value)) \
    X(133, run_with_binding, struct ort_status *, (struct ort_session *, const void *run_options, \
                                                   const struct ort_binding *)) \
    X(134, create_binding, struct ort_status *, (struct ort_session *, struct ort_binding **)) \
    X(135, release_binding, void, (struct ort_binding *)) \
    X(136, bind_input, struct ort_status *, (struct ort_binding *, const char *, const struct ort_value *)) \
    X(137, bind_output, struct ort_status *, (struct ort_binding *, const char *, const struct ort_value *))
/* clang-format on */

struct ort_api {
#define X(position, name, result, arguments) result(*name) arguments;
    ORT_FUNCTIONS(X)
#undef X
    struct ort_env *env;
};

enum {
    ORT_SEVERITY_ERROR = 3,
    ORT_OPTIMISE_NOTHING = 0,
    ORT_OPTIMISE_ALL = 99,
    ORT_FLOAT = 1,
    ORT_NOT_IMPLEMENTED = 9,
};

extern const struct cg_library_kind ort_library;

/* The library that the whole name asks for, opened, with its one environment; kept until the process ends.
 * NULL with `err` set: CG_UNAVAILABLE. */
const struct ort_api *ort_open(const char *name, struct cg_error *err);

/* What a call returned, which is released: CG_OK, or the library's own words behind "ONNX Runtime: ";
 * CG_UNSUPPORTED for what the library has not implemented, else CG_FAILED. */
enum cg_status ort_check(const struct ort_api *ort, struct ort_status *status, struct cg_error *err);

#endif
