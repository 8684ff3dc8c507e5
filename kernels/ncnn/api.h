/* ncnn's C interface, as far as it is used, by name. Declared here, so that nothing of the library is needed
 * to build; types and names are those of its c_api.h. */
#ifndef CONVGAUGE_KERNELS_NCNN_API_H
#define CONVGAUGE_KERNELS_NCNN_API_H

#include "kernels/library_kind.h"

#include "base/error.h"

#include <stddef.h>

struct ncnn_allocator;
struct ncnn_option;
struct ncnn_mat;
struct ncnn_net;
struct ncnn_extractor;

/* X: name behind "ncnn_", result, arguments. */
/* clang-format off */
#define NCNN_FUNCTIONS(X) \
    X(allocator_create_pool_allocator, struct ncnn_allocator *, (void)) \
    X(allocator_create_unlocked_pool_allocator, struct ncnn_allocator *, (void)) \
    X(allocator_destroy, void, (struct ncnn_allocator *)) \
    X(option_create, struct ncnn_option *, (void)) \
    X(option_destroy, void, (struct ncnn_option *)) \
    X(option_set_num_threads, void, (struct ncnn_option *, int)) \
    X(option_set_blob_allocator, void, (struct ncnn_option *, struct ncnn_allocator *)) \
    X(option_set_workspace_allocator, void, (struct ncnn_option *, struct ncnn_allocator *)) \
    X(option_set_use_vulkan_compute, void, (struct ncnn_option *, int)) \
    X(option_set_use_winograd_convolution, void, (struct ncnn_option *, int)) \
    X(option_set_use_fp16_packed, void, (struct ncnn_option *, int)) \
    X(option_set_use_fp16_storage, void, (struct ncnn_option *, int)) \
    X(option_set_use_fp16_arithmetic, void, (struct ncnn_option *, int)) \
    X(option_set_use_bf16_storage, void, (struct ncnn_option *, int)) \
    X(net_create, struct ncnn_net *, (void)) \
    X(net_destroy, void, (struct ncnn_net *)) \
    X(net_set_option, void, (struct ncnn_net *, struct ncnn_option *)) \
    X(net_load_param_memory, int, (struct ncnn_net *, const char *)) \
    X(net_load_model, int, (struct ncnn_net *, const char *path)) \
    X(mat_create_3d, struct ncnn_mat *, (int w, int h, int c, struct ncnn_allocator *)) \
    X(mat_destroy, void, (struct ncnn_mat *)) \
    X(mat_get_dims, int, (const struct ncnn_mat *)) \
    X(mat_get_w, int, (const struct ncnn_mat *)) \
    X(mat_get_h, int, (const struct ncnn_mat *)) \
    X(mat_get_c, int, (const struct ncnn_mat *)) \
    X(mat_get_data, void *, (const struct ncnn_mat *)) \
    X(mat_get_channel_data, void *, (const struct ncnn_mat *, int c)) \
    X(extractor_create, struct ncnn_extractor *, (struct ncnn_net *)) \
    X(extractor_destroy, void, (struct ncnn_extractor *)) \
    X(extractor_input, int, (struct ncnn_extractor *, const char *name, const struct ncnn_mat *)) \
    X(extractor_extract, int, (struct ncnn_extractor *, const char *name, struct ncnn_mat **))
/* clang-format on */

/* Of libgomp, on which ncnn runs; GOMP_parallel is NULL where the library runs on another OpenMP than the
 * program, or on none. */
#define NCNN_THREAD_FUNCTIONS(X)                                                                             \
    X(GOMP_parallel, void, (void (*)(void *), void *, unsigned threads, unsigned flags))                     \
    X(omp_get_thread_num, int, (void))

struct ncnn_api {
#define X(name, result, arguments) result(*name) arguments;
    NCNN_FUNCTIONS(X)
    NCNN_THREAD_FUNCTIONS(X)
#undef X
};

extern const struct cg_library_kind ncnn_library;

/* The library that the whole name asks for, opened; kept until the process ends. NULL with `err` set:
 * CG_UNAVAILABLE. */
const struct ncnn_api *ncnn_open(const char *name, struct cg_error *err);

#endif
