/* OpenVINO's C interface, as far as it is used: functions by name, declared here, so that nothing of the
 * library is needed to build; types and names are those of its openvino/c headers. */
#ifndef CONVGAUGE_KERNELS_OPENVINO_API_H
#define CONVGAUGE_KERNELS_OPENVINO_API_H

#include "base/error.h"
#include "kernels/library_kind.h"

#include <stddef.h>
#include <stdint.h>

struct ov_core;
struct ov_model;
struct ov_compiled_model;
struct ov_infer_request;
struct ov_tensor;

struct ov_version {
    const char *build, *description;
};

struct ov_profiling_info {
    int status; /* OV_EXECUTED */
    int64_t real_us, cpu_us;
    const char *node_name, *exec_type, *node_type;
};

struct ov_profiling_list {
    struct ov_profiling_info *infos;
    size_t size;
};

enum { OV_NOT_IMPLEMENTED = -2, OV_EXECUTED = 2 };

/* X: name behind "ov_", result, arguments. What returns int returns a status, 0: done. */
/* clang-format off */
#define OV_FUNCTIONS(X) \
    X(get_openvino_version, int, (struct ov_version *)) \
    X(version_free, void, (struct ov_version *)) \
    X(get_last_err_msg, const char *, (void)) \
    X(free, void, (const char *)) \
    X(core_create, int, (struct ov_core **)) \
    X(core_read_model_from_memory_buffer, int, (const struct ov_core *, const char *, size_t, \
                                                const struct ov_tensor *, struct ov_model **)) \
    X(core_compile_model, int, (const struct ov_core *, const struct ov_model *, const char *device, \
                                size_t n_arguments, struct ov_compiled_model **, ...)) \
    X(compiled_model_create_infer_request, int, (const struct ov_compiled_model *, \
                                                 struct ov_infer_request **)) \
    X(infer_request_get_input_tensor, int, (const struct ov_infer_request *, struct ov_tensor **)) \
    X(infer_request_get_output_tensor, int, (const struct ov_infer_request *, struct ov_tensor **)) \
    X(infer_request_infer, int, (struct ov_infer_request *)) \
    X(infer_request_get_profiling_info, int, (const struct ov_infer_request *, struct ov_profiling_list *)) \
    X(profiling_info_list_free, void, (struct ov_profiling_list *)) \
    X(tensor_data, int, (const struct ov_tensor *, void **)) \
    X(tensor_get_byte_size, int, (const struct ov_tensor *, size_t *)) \
    X(tensor_free, void, (struct ov_tensor *)) \
    X(infer_request_free, void, (struct ov_infer_request *)) \
    X(compiled_model_free, void, (struct ov_compiled_model *)) \
    X(model_free, void, (struct ov_model *))
/* clang-format on */

struct ov_api {
#define X(name, result, arguments) result(*name) arguments;
    OV_FUNCTIONS(X)
#undef X
    struct ov_core *core;
};

extern const struct cg_library_kind ov_library;

/* The library that the whole name asks for, opened, with its one core; kept until the process ends. NULL with
 * `err` set: CG_UNAVAILABLE. */
const struct ov_api *ov_open(const char *name, struct cg_error *err);

/* What a call returned: CG_OK, or the library's own words behind "OpenVINO: "; CG_UNSUPPORTED for what the
 * library has not implemented, else CG_FAILED. */
enum cg_status ov_check(const struct ov_api *ov, int status, struct cg_error *err);

#endif
