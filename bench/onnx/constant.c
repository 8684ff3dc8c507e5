#include "bench/onnx/constant.h"

#include "base/half.h"
#include "bench/onnx/external.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "raw data of ONNX tensors are read and written as they stand: little-endian machines only"
#endif

/* How wide an element type stands in raw_data, and which typed field may hold it instead:
 * int32_data every integer type of up to 32 bits, and bool. */
struct element_type {
    int type;
    enum { STORED_F32, STORED_F64, STORED_F16, STORED_BF16, STORED_I32, STORED_I64 } storage;
    int raw_size;
    bool is_signed;
};

static const struct element_type element_types[] = {
    {ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT, STORED_F32, 4, true},
    {ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE, STORED_F64, 8, true},
    {ONNX__TENSOR_PROTO__DATA_TYPE__INT64, STORED_I64, 8, true},
    {ONNX__TENSOR_PROTO__DATA_TYPE__INT32, STORED_I32, 4, true},
    {ONNX__TENSOR_PROTO__DATA_TYPE__INT16, STORED_I32, 2, true},
    {ONNX__TENSOR_PROTO__DATA_TYPE__INT8, STORED_I32, 1, true},
    {ONNX__TENSOR_PROTO__DATA_TYPE__UINT16, STORED_I32, 2, false},
    {ONNX__TENSOR_PROTO__DATA_TYPE__UINT8, STORED_I32, 1, false},
    {ONNX__TENSOR_PROTO__DATA_TYPE__BOOL, STORED_I32, 1, false},
    {ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT16, STORED_F16, 2, true},
    {ONNX__TENSOR_PROTO__DATA_TYPE__BFLOAT16, STORED_BF16, 2, true},
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

/* Elements as they stand in the message. */
struct elements {
    const void *data;
    size_t present; /* in `unit` */
    const char *unit;
    int size; /* of one, in bytes */
};

static struct elements find_elements(const Onnx__TensorProto *t, const struct element_type *type)
{
    const struct elements typed[] = {
        [STORED_F32] = {t->float_data, t->n_float_data, "floats", 4},
        [STORED_F64] = {t->double_data, t->n_double_data, "doubles", 8},
        [STORED_F16] = {t->int32_data, t->n_int32_data, "integers", 4}, /* their bits */
        [STORED_BF16] = {t->int32_data, t->n_int32_data, "integers", 4},
        [STORED_I32] = {t->int32_data, t->n_int32_data, "integers", 4},
        [STORED_I64] = {t->int64_data, t->n_int64_data, "integers", 8},
    };
    return t->has_raw_data ? (struct elements){t->raw_data.data, t->raw_data.len, "bytes", type->raw_size}
                           : typed[type->storage];
}

/* The upper half of a binary32. */
static double brain(uint16_t bits)
{
    float value;
    const uint32_t wide = (uint32_t)bits << 16;
    memcpy(&value, &wide, sizeof value);
    return (double)value;
}

/* Floats of another width. */
static enum cg_status convert(const struct elements *from, const struct element_type *type, float *to,
                              int64_t count, struct cg_error *err)
{
    for (int64_t k = 0; k < count; k++) {
        double value;
        uint16_t bits;
        const char *at = (const char *)from->data + k * from->size;
        if (type->storage == STORED_F64) {
            memcpy(&value, at, sizeof value);
        } else {
            memcpy(&bits, at, sizeof bits);
            value = type->storage == STORED_F16 ? cg_half(bits) : brain(bits);
        }
        if (type->storage == STORED_F64 && !(fabs(value) <= FLT_MAX))
            return cg_fail(err, CG_UNSUPPORTED, "element %lld does not fit a 32-bit float", (long long)k);
        to[k] = (float)value;
    }
    return CG_OK;
}

static void widen(const struct elements *from, bool is_signed, int64_t *to, int64_t count)
{
    /* Sign extension without shifting a negative number. */
    const uint64_t sign = is_signed ? UINT64_C(1) << (8 * from->size - 1) : 0;
    for (int64_t k = 0; k < count; k++) {
        uint64_t value = 0;
        memcpy(&value, (const char *)from->data + k * from->size, (size_t)from->size);
        to[k] = (int64_t)((value ^ sign) - sign);
    }
}

/* NULL with `err` set for a type that is not read. */
static const struct element_type *find_type(const Onnx__TensorProto *tensor, struct cg_error *err)
{
    const struct element_type *type = NULL;
    for (size_t k = 0; k < sizeof element_types / sizeof element_types[0]; k++)
        if (tensor->has_data_type && element_types[k].type == tensor->data_type)
            type = &element_types[k];
    if (!type)
        cg_fail(err, CG_UNSUPPORTED, "elements of type %d are not read; convert the model to FLOAT",
                tensor->has_data_type ? tensor->data_type : 0);
    return type;
}

static enum cg_status read_elements(const Onnx__TensorProto *tensor, const struct element_type *type,
                                    struct cg_arena *arena, struct cg_onnx_constant *constant,
                                    struct cg_error *err)
{
    static const int64_t nothing = 0;
    const int64_t count = constant->count;
    const struct elements from = find_elements(tensor, type);
    if (from.present != (size_t)count * (tensor->has_raw_data ? (size_t)type->raw_size : 1))
        return cg_fail(err, CG_INVALID, "%lld elements are declared, but there are %zu %s", (long long)count,
                       from.present, from.unit);
    const bool floats = type->storage <= STORED_BF16;
    const bool as_they_stand = count == 0 || type->storage == STORED_F32 || type->storage == STORED_I64;
    /* Bytes fields are allocated by themselves, so they are aligned for every type, unless they are empty. */
    const void *data = count == 0 ? (const void *)&nothing : from.data;
    void *memory = as_they_stand ? NULL : cg_arena_array(arena, (size_t)count, floats ? 4 : 8);
    if (!as_they_stand && !memory)
        return cg_fail(err, CG_INVALID, "the file asks for more memory than its size allows (%lld elements)",
                       (long long)count);
    if (!as_they_stand)
        data = memory;
    constant->f = floats ? data : NULL;
    constant->i = floats ? NULL : data;
    if (memory && floats)
        return convert(&from, type, memory, count, err);
    if (memory)
        widen(&from, type->is_signed || !tensor->has_raw_data, memory, count);
    return CG_OK;
}

/* As if the data of another file stood inside. */
static enum cg_status read_external(const Onnx__TensorProto *tensor, const struct element_type *type,
                                    int folder, struct cg_arena *arena, struct cg_onnx_constant *constant,
                                    struct cg_error *err)
{
    const void *bytes;
    Onnx__TensorProto inside = *tensor;
    const size_t size = (size_t)constant->count * (size_t)type->raw_size;
    const enum cg_status status = cg_onnx_external_read(folder, tensor, size, arena, &bytes, err);
    if (status != CG_OK)
        return status;
    inside.has_raw_data = 1;
    inside.raw_data = (ProtobufCBinaryData){size, (uint8_t *)bytes};
    return read_elements(&inside, type, arena, constant, err);
}

enum cg_status cg_onnx_constant_read(const Onnx__TensorProto *tensor, int folder, struct cg_arena *arena,
                                     struct cg_onnx_constant *constant, struct cg_error *err)
{
    const char *name = tensor->name ? tensor->name : "";
    *constant = (struct cg_onnx_constant){0};
    if (tensor->segment)
        return cg_fail(err, CG_UNSUPPORTED, "tensor '%.100s' is stored in segments", name);
    if (tensor->n_dims > CG_ONNX_RANK_MAX)
        return cg_fail(err, CG_UNSUPPORTED, "tensor '%.100s' has %zu dimensions; at most %d are read", name,
                       tensor->n_dims, CG_ONNX_RANK_MAX);
    constant->rank = (int)tensor->n_dims;
    for (int k = 0; k < constant->rank; k++)
        constant->dims[k] = tensor->dims[k];
    enum cg_status status = cg_onnx_constant_count(constant, err);
    const struct element_type *type = status == CG_OK ? find_type(tensor, err) : NULL;
    if (type && cg_onnx_is_external(tensor))
        read_external(tensor, type, folder, arena, constant, err);
    else if (type)
        read_elements(tensor, type, arena, constant, err);
    return err->status == CG_OK ? CG_OK : cg_context(err, "tensor '%.100s'", name);
}

/* ---- sparse tensors ---- */

/* Where element k lies by its row of the list of indices: one number, or one for each dimension; -1: nowhere.
 */
static int64_t sparse_place(const struct cg_onnx_constant *indices, int64_t k,
                            const struct cg_onnx_constant *whole)
{
    if (indices->rank == 1)
        return indices->i[k] < whole->count ? indices->i[k] : -1;
    int64_t at = 0;
    for (int dim = 0; dim < whole->rank; dim++) {
        const int64_t index = indices->i[k * whole->rank + dim];
        if (index < 0 || index >= whole->dims[dim])
            return -1;
        at = at * whole->dims[dim] + index;
    }
    return at;
}

static enum cg_status spread(const struct cg_onnx_constant *values, const struct cg_onnx_constant *indices,
                             struct cg_arena *arena, struct cg_onnx_constant *whole, struct cg_error *err)
{
    const bool linear = indices->rank == 1;
    if (!indices->i || values->rank != 1 || indices->rank < 1 || indices->rank > 2 ||
        indices->dims[0] != values->count || (!linear && indices->dims[1] != whole->rank))
        return cg_fail(err, CG_INVALID, "its elements and their indices do not fit each other");
    const size_t size = values->f ? sizeof *values->f : sizeof *values->i;
    char *memory = cg_arena_array(arena, (size_t)whole->count, size);
    if (!memory)
        return cg_fail(err, CG_INVALID, "the file asks for more memory than its size allows (%lld elements)",
                       (long long)whole->count);
    const char *from = values->f ? (const char *)values->f : (const char *)values->i;
    int64_t last = -1;
    for (int64_t k = 0; k < values->count; k++) {
        const int64_t at = sparse_place(indices, k, whole);
        if (at <= last)
            return cg_fail(err, CG_INVALID, "index %lld lies outside, or its indices do not ascend",
                           (long long)k);
        memcpy(memory + (size_t)at * size, from + (size_t)k * size, size);
        last = at;
    }
    whole->f = values->f ? (const float *)(const void *)memory : NULL;
    whole->i = values->f ? NULL : (const int64_t *)(const void *)memory;
    return CG_OK;
}

enum cg_status cg_onnx_constant_read_sparse(const Onnx__SparseTensorProto *sparse, int folder,
                                            struct cg_arena *arena, struct cg_onnx_constant *constant,
                                            struct cg_error *err)
{
    struct cg_onnx_constant values, indices;
    *constant = (struct cg_onnx_constant){.rank = (int)sparse->n_dims};
    if (!sparse->values || !sparse->indices || sparse->n_dims > CG_ONNX_RANK_MAX)
        return cg_fail(err, CG_INVALID, "a sparse tensor has %zu dimensions, or lacks elements or indices",
                       sparse->n_dims);
    for (int k = 0; k < constant->rank; k++)
        constant->dims[k] = sparse->dims[k];
    if (cg_onnx_constant_count(constant, err) != CG_OK ||
        cg_onnx_constant_read(sparse->values, folder, arena, &values, err) != CG_OK ||
        cg_onnx_constant_read(sparse->indices, folder, arena, &indices, err) != CG_OK ||
        spread(&values, &indices, arena, constant, err) != CG_OK)
        return cg_context(err, "sparse tensor '%.100s'", sparse->values->name ? sparse->values->name : "");
    return CG_OK;
}
