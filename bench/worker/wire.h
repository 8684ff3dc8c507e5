/* A growing byte buffer with typed values: the payload of a frame between scheduler and worker. Both ends are
 * the same program on the same machine, so values stand in native byte order; every read is checked all the
 * same. */
#ifndef CONVGAUGE_BENCH_WORKER_WIRE_H
#define CONVGAUGE_BENCH_WORKER_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zero-initialise. `failed` stays set after a read past the end, an impossible length or a lack of memory;
 * reads then give zeros. */
struct cg_wire {
    unsigned char *data;
    size_t used, capacity, read;
    bool failed;
};

void cg_wire_free(struct cg_wire *wire);
void cg_wire_clear(struct cg_wire *wire); /* keeps the memory */
bool cg_wire_reserve(struct cg_wire *wire, size_t capacity);

void cg_wire_put(struct cg_wire *wire, const void *value, size_t size);      /* a struct without pointers */
void cg_wire_put_bytes(struct cg_wire *wire, const void *data, size_t size); /* with its length */
void cg_wire_put_text(struct cg_wire *wire, const char *text);

bool cg_wire_get(struct cg_wire *wire, void *value, size_t size); /* zeroed when failed: false */

/* cg_wire_put_i32(), cg_wire_get_i32() and so on: numbers. */
#define CG_WIRE_NUMBER(type, name)                                                                           \
    static inline void cg_wire_put_##name(struct cg_wire *wire, type value)                                  \
    {                                                                                                        \
        cg_wire_put(wire, &value, sizeof value);                                                             \
    }                                                                                                        \
    static inline type cg_wire_get_##name(struct cg_wire *wire)                                              \
    {                                                                                                        \
        type value;                                                                                          \
        cg_wire_get(wire, &value, sizeof value);                                                             \
        return value;                                                                                        \
    }
CG_WIRE_NUMBER(int32_t, i32)
CG_WIRE_NUMBER(int64_t, i64)
CG_WIRE_NUMBER(double, f64)
#undef CG_WIRE_NUMBER

/* The bytes stay in the buffer (valid until it changes); *size receives their number. NULL when failed. */
const void *cg_wire_get_bytes(struct cg_wire *wire, size_t *size);

/* A NUL-terminated text inside the buffer; "" when failed or not terminated. */
const char *cg_wire_get_text(struct cg_wire *wire);

/* Copies a text, cut to fit. */
void cg_wire_get_text_into(struct cg_wire *wire, char *text, size_t size);

#endif
