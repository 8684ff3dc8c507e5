#include "bench/worker/wire.h"

#include <stdlib.h>
#include <string.h>

void cg_wire_free(struct cg_wire *wire)
{
    free(wire->data);
    *wire = (struct cg_wire){0};
}

void cg_wire_clear(struct cg_wire *wire)
{
    wire->used = wire->read = 0;
    wire->failed = false;
}

bool cg_wire_reserve(struct cg_wire *wire, size_t capacity)
{
    if (capacity <= wire->capacity)
        return true;
    size_t larger = wire->capacity ? wire->capacity : 256;
    while (larger < capacity)
        larger *= 2;
    unsigned char *data = realloc(wire->data, larger);
    if (!data) {
        wire->failed = true;
        return false;
    }
    wire->data = data;
    wire->capacity = larger;
    return true;
}

void cg_wire_put(struct cg_wire *wire, const void *data, size_t size)
{
    if (size == 0 || wire->failed || !cg_wire_reserve(wire, wire->used + size))
        return;
    memcpy(wire->data + wire->used, data, size);
    wire->used += size;
}

bool cg_wire_get(struct cg_wire *wire, void *data, size_t size)
{
    if (wire->failed || wire->used - wire->read < size) {
        wire->failed = true;
        memset(data, 0, size);
        return false;
    }
    memcpy(data, wire->data + wire->read, size);
    wire->read += size;
    return true;
}

void cg_wire_put_bytes(struct cg_wire *wire, const void *data, size_t size)
{
    cg_wire_put_i64(wire, (int64_t)size);
    cg_wire_put(wire, data, size);
}

void cg_wire_put_text(struct cg_wire *wire, const char *text)
{
    cg_wire_put_bytes(wire, text, strlen(text) + 1);
}

const void *cg_wire_get_bytes(struct cg_wire *wire, size_t *size)
{
    const int64_t length = cg_wire_get_i64(wire);
    *size = 0;
    if (wire->failed || length < 0 || (uint64_t)length > wire->used - wire->read) {
        wire->failed = true;
        return NULL;
    }
    const void *bytes = wire->data + wire->read;
    wire->read += (size_t)length;
    *size = (size_t)length;
    return bytes;
}

const char *cg_wire_get_text(struct cg_wire *wire)
{
    size_t size;
    const char *text = cg_wire_get_bytes(wire, &size);
    if (!text || size == 0 || text[size - 1] != '\0') {
        wire->failed = true;
        return "";
    }
    return text;
}

void cg_wire_get_text_into(struct cg_wire *wire, char *text, size_t size)
{
    const char *from = cg_wire_get_text(wire);
    const size_t length = strlen(from);
    const size_t copied = length < size ? length : size - 1;
    memcpy(text, from, copied);
    text[copied] = '\0';
}
