#include "bench/onnx/protobuf_check.h"

#include <stdbool.h>

#define DEPTH_MAX  24
#define FIELDS_MAX 64 /* field descriptors of one message: onnx.proto has at most 16 */

enum wire_type {
    WIRE_VARINT = 0,
    WIRE_64BIT = 1,
    WIRE_BYTES = 2,
    WIRE_32BIT = 5,
};

struct cursor {
    const uint8_t *start; /* of the file, for positions in messages */
    const uint8_t *at, *end;
};

static size_t position(const struct cursor *cursor)
{
    return (size_t)(cursor->at - cursor->start);
}

static bool read_varint(struct cursor *cursor, uint64_t *value)
{
    *value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (cursor->at == cursor->end)
            return false;
        const uint8_t byte = *cursor->at++;
        if (shift == 63 && byte > 1)
            return false;
        *value |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return true;
    }
    return false;
}

static bool skip(struct cursor *cursor, uint64_t bytes)
{
    if (bytes > (uint64_t)(cursor->end - cursor->at))
        return false;
    cursor->at += bytes;
    return true;
}

/* How a declared type is written when it is not packed. */
static enum wire_type wire_type_of(ProtobufCType type)
{
    switch (type) {
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_FLOAT:
        return WIRE_32BIT;
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_DOUBLE:
        return WIRE_64BIT;
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_BYTES:
    case PROTOBUF_C_TYPE_MESSAGE:
        return WIRE_BYTES;
    default:
        return WIRE_VARINT;
    }
}

/* A packed array: whole varints, or a whole number of fixed-size elements. */
static bool check_packed(const struct cursor *array, enum wire_type element)
{
    struct cursor inner = *array;
    uint64_t value;
    if (element == WIRE_32BIT)
        return (inner.end - inner.at) % 4 == 0;
    if (element == WIRE_64BIT)
        return (inner.end - inner.at) % 8 == 0;
    while (inner.at != inner.end)
        if (!read_varint(&inner, &value))
            return false;
    return true;
}

static enum cg_status check_message(const ProtobufCMessageDescriptor *message, struct cursor cursor,
                                    int depth, struct cg_error *err);

static enum cg_status check_bytes_field(const ProtobufCFieldDescriptor *field, struct cursor *cursor,
                                        int depth, struct cg_error *err)
{
    uint64_t length;
    const size_t where = position(cursor);
    if (!read_varint(cursor, &length) || length > (uint64_t)(cursor->end - cursor->at))
        return cg_fail(err, CG_INVALID,
                       "a field at byte %zu is longer than the message that holds it (truncated?)", where);
    const struct cursor content = {cursor->start, cursor->at, cursor->at + length};
    cursor->at += length;
    if (!field)
        return CG_OK;
    if (field->type == PROTOBUF_C_TYPE_MESSAGE)
        return check_message(field->descriptor, content, depth + 1, err);
    const enum wire_type element = wire_type_of(field->type);
    if (element == WIRE_BYTES)
        return CG_OK;
    if (field->label != PROTOBUF_C_LABEL_REPEATED || !check_packed(&content, element))
        return cg_fail(err, CG_INVALID, "the array '%s' at byte %zu is damaged", field->name, where);
    return CG_OK;
}

static enum cg_status check_field(const ProtobufCFieldDescriptor *field, unsigned type, struct cursor *cursor,
                                  int depth, struct cg_error *err)
{
    uint64_t value;
    const size_t where = position(cursor);
    bool whole;
    if (type == WIRE_BYTES)
        return check_bytes_field(field, cursor, depth, err);
    if (field && wire_type_of(field->type) != type)
        return cg_fail(err, CG_INVALID, "field '%s' at byte %zu has the wrong wire type", field->name, where);
    switch (type) {
    case WIRE_VARINT:
        whole = read_varint(cursor, &value);
        break;
    case WIRE_64BIT:
        whole = skip(cursor, 8);
        break;
    case WIRE_32BIT:
        whole = skip(cursor, 4);
        break;
    default:
        return cg_fail(err, CG_INVALID, "byte %zu starts a field of unknown wire type %u", where, type);
    }
    return whole ? CG_OK : cg_fail(err, CG_INVALID, "the field at byte %zu is cut off", where);
}

static enum cg_status check_message(const ProtobufCMessageDescriptor *message, struct cursor cursor,
                                    int depth, struct cg_error *err)
{
    uint64_t seen = 0; /* bit i: fields[i] has occurred */
    if (depth > DEPTH_MAX)
        return cg_fail(err, CG_INVALID, "messages are nested more than %d deep at byte %zu", DEPTH_MAX,
                       position(&cursor));
    while (cursor.at != cursor.end) {
        uint64_t tag;
        const size_t where = position(&cursor);
        if (!read_varint(&cursor, &tag) || tag >> 3 == 0 || tag >> 3 > 0x1fffffff)
            return cg_fail(err, CG_INVALID, "no field starts at byte %zu", where);
        const ProtobufCFieldDescriptor *field =
            protobuf_c_message_descriptor_get_field(message, (unsigned)(tag >> 3));
        if (field && field->label != PROTOBUF_C_LABEL_REPEATED) {
            const size_t index = (size_t)(field - message->fields);
            if (index >= FIELDS_MAX || seen >> index & 1)
                return cg_fail(err, CG_INVALID, "field '%s' occurs twice in one %s (byte %zu)", field->name,
                               message->short_name, where);
            seen |= UINT64_C(1) << index;
        }
        const enum cg_status status = check_field(field, (unsigned)(tag & 7), &cursor, depth, err);
        if (status != CG_OK)
            return status;
    }
    return CG_OK;
}

enum cg_status cg_protobuf_check(const ProtobufCMessageDescriptor *message, const uint8_t *bytes, size_t size,
                                 struct cg_error *err)
{
    if (size == 0)
        return CG_OK;
    const struct cursor whole = {bytes, bytes, bytes + size};
    return check_message(message, whole, 0, err);
}
