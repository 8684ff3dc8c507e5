/* Memory that is freed all at once: what hangs on a results file. */
#ifndef CONVGAUGE_BENCH_RECORD_ARENA_H
#define CONVGAUGE_BENCH_RECORD_ARENA_H

#include <stddef.h>

struct cg_arena;

struct cg_arena *cg_arena_create(void);
void cg_arena_destroy(struct cg_arena **arena);

/* Zeroed, aligned for any type; NULL when there is no memory, the product overflows, or it is 0. */
void *cg_arena_array(struct cg_arena *arena, size_t count, size_t size);

/* A copy of `length` bytes with a NUL after them. */
char *cg_arena_text(struct cg_arena *arena, const char *text, size_t length);

#endif
