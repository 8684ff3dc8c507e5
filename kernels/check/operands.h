/* Memory for calls of micro-kernels under check: what they read ends (or begins) at a page that cannot be
 * touched, cannot be written while a kernel runs, and holds seeded values; what they write lies between guard
 * words. */
#ifndef CONVGAUGE_KERNELS_CHECK_OPERANDS_H
#define CONVGAUGE_KERNELS_CHECK_OPERANDS_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What an output holds where nothing may be written, CK_GUARDS floats on both sides of it included. */
#define CK_GUARD  -12345.5f
#define CK_GUARDS 64

struct ck_memory;

/* NULL with `err` set when the system gives no memory. */
struct ck_memory *ck_memory_create(struct cg_error *err);
void ck_memory_destroy(struct ck_memory **memory);

/* Takes all blocks back. Values come from `seed`; inputs end at an untouchable page, or begin at one. */
void ck_memory_begin(struct ck_memory *memory, uint64_t seed, bool at_end);

/* `n` floats in [-1, 1) to be read: exactly so many; or, packed, aligned as packed weights are and with room
 * for a whole last vector. */
float *ck_input(struct ck_memory *memory, size_t n);
float *ck_packed(struct ck_memory *memory, size_t n);

/* `bytes` zeros to be read: lists of rows, segments, sources. */
void *ck_list(struct ck_memory *memory, size_t bytes);

/* `n` times CK_GUARD to be written, between guard words. */
float *ck_output(struct ck_memory *memory, size_t n);

/* Whether inputs can be written: not while a kernel runs. */
void ck_memory_protect(struct ck_memory *memory, bool read_only);

#endif
