#include "bench/onnx/constant.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "raw data of ONNX tensors are read and written as they stand: little-endian machines only"
#endif

enum storage {
    STORED_F32,
    STORED_F64,
    STORED_I32, /* every integer type of up to 32 bits, and bool, in int32_data */
    STORED_I64,
};

/* What an element type is called, how wide it stands in raw_data, and which typed field may hold it instead.
 */
struct element_type {
    int type;
    const char *name;
    enum storage storage;
    int raw_size; /* 0: not read here */
    bool is_signed;
};

static const struct element_type element_types[] = {
    {ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT, "FLOAT", STORED_F32, 4, true},
    {ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE, "DOUBLE", STORED_F64, 8, true},
    {ONNX__TENSOR_PROTO__DATA_TYPE__INT64, "INT64", STORED_I64, 8, true},
    {ONNX__TENSOR_PROTO__DATA_TYPE__INT32, "INT32", STORED_I32, 4, true},
    {ONNX__TENSOR_PROTO__DATA_TYPE__INT16, "INT16", STORED_I32, 2, true},
    {ONNX__TENSOR_PROTO__DATA_TYPE__INT8, "INT8", STORED_I32, 1, true},
    {ONNX__TENSOR_PROTO__DATA_TYPE__UINT16, "UINT16", STORED_I32, 2, false},
    {ONNX__TENSOR_PROTO__DATA_TYPE__UINT8, "UINT8", STORED_I32, 1, false},
    {ONNX__TENSOR_PROTO__DATA_TYPE__BOOL, "BOOL", STORED_I32, 1, false},
    {ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT16, "FLOAT16", STORED_F32, 0, true},
    {ONNX__TENSOR_PROTO__DATA_TYPE__BFLOAT16, "BFLOAT16", STORED_F32, 0, true},
};

enum cg_status cg_onnx_constant_count(struct cg_onnx_constant *constant, struct cg_error *err)
{
    int64_t count = 1;
    bool zero = false;
    for (int i = 0; i < constant->rank; i++) {
        const int64_t extent = constant->dims[i];
        if (extent < 0)
            return cg_fail(err, CG_INVALID, "dimension %d of a tensor is %lld", i, (long long)extent);
        zero |= extent == 0;
        if (extent > 0 && (__builtin_mul_overflow(count, extent, &count) || count > INT32_MAX))
            return cg_fail(err, CG_INVALID, "a tensor has 2^31 elements or more");
    }
    constant->count = zero ? 0 : count;
    return CG_OK;
}

static int64_t raw_integer(const uint8_t *bytes, const struct element_type *type)
{
    uint64_t value = 0;
    memcpy(&value, bytes, (size_t)type->raw_size);
    const int unused = 64 - 8 * type->raw_size;
    if (!type->is_signed)
        return (int64_t)value;
    /* Sign extension without shifting a negative number. */
    const uint64_t sign = UINT64_C(1) << (63 - unused);
    return (int64_t)((value ^ sign) - sign);
}

static enum cg_status narrow(const double *source, const uint8_t *raw, float *target, int64_t count,
                             struct cg_error *err)
{
    for (int64_t k = 0; k < count; k++) {
        double value;
        if (raw)
            memcpy(&value, raw + 8 * k, sizeof value);
        else
            value = source[k];
        if (!(fabs(value) <= FLT_MAX))
            return cg_fail(err, CG_UNSUPPORTED, "element %lld does not fit a 32-bit float", (long long)k);
        target[k] = (float)value;
    }
    return CG_OK;
}

static enum cg_status out_of_memory(int64_t count, struct cg_error *err)
{
    return cg_fail(err, CG_INVALID, "the file asks for more memory than its size allows (%lld elements)",
                   (long long)count);
}

static enum cg_status wrong_count(int64_t count, size_t present, const char *what, struct cg_error *err)
{
    return cg_fail(err, CG_INVALID, "%lld elements are declared, but there are %zu %s", (long long)count,
                   present, what);
}

static enum cg_status read_raw(const Onnx__TensorProto *tensor, const struct element_type *type,
                               struct cg_onnx_arena *arena, struct cg_onnx_constant *constant,
                               struct cg_error *err)
{
    const int64_t count = constant->count;
    const uint8_t *raw = tensor->raw_data.data;
    if (tensor->raw_data.len != (size_t)count * (size_t)type->raw_size)
        return wrong_count(count, tensor->raw_data.len, "bytes", err);
    /* Bytes fields are allocated by themselves, so they are aligned for every type, unless they are empty. */
    static const int64_t nothing = 0;
    if (count == 0 || type->storage == STORED_F32 || type->storage == STORED_I64) {
        const void *data = count ? (const void *)raw : &nothing;
        if (type->storage == STORED_F32 || type->storage == STORED_F64)
            constant->f = data;
        else
            constant->i = data;
        return CG_OK;
    }
    if (type->storage == STORED_F64) {
        float *values = cg_onnx_arena_alloc(arena, (size_t)count, sizeof *values);
        constant->f = values;
        return values ? narrow(NULL, raw, values, count, err) : out_of_memory(count, err);
    }
    int64_t *values = cg_onnx_arena_alloc(arena, (size_t)count, sizeof *values);
    if (!values)
        return out_of_memory(count, err);
    for (int64_t k = 0; k < count; k++)
        values[k] = raw_integer(raw + k * type->raw_size, type);
    constant->i = values;
    return CG_OK;
}

static enum cg_status read_fields(const Onnx__TensorProto *tensor, const struct element_type *type,
                                  struct cg_onnx_arena *arena, struct cg_onnx_constant *constant,
                                  struct cg_error *err)
{
    const size_t count = (size_t)constant->count;
    static const int64_t nothing = 0;
    switch (type->storage) {
    case STORED_F32:
        constant->f = count ? tensor->float_data : (const float *)(const void *)&nothing;
        return tensor->n_float_data == count
                   ? CG_OK
                   : wrong_count(constant->count, tensor->n_float_data, "floats", err);
    case STORED_I64:
        constant->i = count ? tensor->int64_data : &nothing;
        return tensor->n_int64_data == count
                   ? CG_OK
                   : wrong_count(constant->count, tensor->n_int64_data, "integers", err);
    case STORED_F64: {
        if (tensor->n_double_data != count)
            return wrong_count(constant->count, tensor->n_double_data, "doubles", err);
        float *values = cg_onnx_arena_alloc(arena, count, sizeof *values);
        constant->f = values;
        return values ? narrow(tensor->double_data, NULL, values, constant->count, err)
                      : out_of_memory(constant->count, err);
    }
    default: {
        if (tensor->n_int32_data != count)
            return wrong_count(constant->count, tensor->n_int32_data, "integers", err);
        int64_t *values = cg_onnx_arena_alloc(arena, count, sizeof *values);
        for (size_t k = 0; values && k < count; k++)
            values[k] = tensor->int32_data[k];
        constant->i = values;
        return values ? CG_OK : out_of_memory(constant->count, err);
    }
    }
}

static enum cg_status read_elements(const Onnx__TensorProto *tensor, struct cg_onnx_arena *arena,
                                    struct cg_onnx_constant *constant, struct cg_error *err)
{
    const struct element_type *type = NULL;
    for (size_t k = 0; k < sizeof element_types / sizeof element_types[0]; k++)
        if (tensor->has_data_type && element_types[k].type == tensor->data_type)
            type = &element_types[k];
    if (!type || type->raw_size == 0)
        return cg_fail(err, CG_UNSUPPORTED,
                       "elements of type %s (%d) are not read; convert the model to FLOAT",
                       type ? type->name : "unknown", tensor->has_data_type ? tensor->data_type : 0);
    return tensor->has_raw_data ? read_raw(tensor, type, arena, constant, err)
                                : read_fields(tensor, type, arena, constant, err);
}

enum cg_status cg_onnx_constant_read(const Onnx__TensorProto *tensor, struct cg_onnx_arena *arena,
                                     struct cg_onnx_constant *constant, struct cg_error *err)
{
    const char *name = tensor->name ? tensor->name : "";
    *constant = (struct cg_onnx_constant){0};
    if (tensor->n_external_data > 0 ||
        (tensor->has_data_location && tensor->data_location == ONNX__TENSOR_PROTO__DATA_LOCATION__EXTERNAL))
        return cg_fail(err, CG_UNSUPPORTED,
                       "tensor '%.100s' keeps its data in another file; save the model with its data inside",
                       name);
    if (tensor->segment)
        return cg_fail(err, CG_UNSUPPORTED, "tensor '%.100s' is stored in segments", name);
    if (tensor->n_dims > CG_ONNX_RANK_MAX)
        return cg_fail(err, CG_UNSUPPORTED, "tensor '%.100s' has %zu dimensions; at most %d are read", name,
                       tensor->n_dims, CG_ONNX_RANK_MAX);
    constant->rank = (int)tensor->n_dims;
    for (int k = 0; k < constant->rank; k++)
        constant->dims[k] = tensor->dims[k];
    enum cg_status status = cg_onnx_constant_count(constant, err);
    if (status == CG_OK)
        status = read_elements(tensor, arena, constant, err);
    return status == CG_OK ? CG_OK : cg_context(err, "tensor '%.100s'", name);
}
