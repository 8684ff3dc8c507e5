/* Memory that is freed all at once, with a budget where a file from outside decides how much is asked for. */
#ifndef CONVGAUGE_BASE_ARENA_H
#define CONVGAUGE_BASE_ARENA_H

#include <stddef.h>

struct cg_arena;

/* `budget_bytes`: at most this much is handed out, 0: as much as there is. NULL when there is no memory. */
struct cg_arena *cg_arena_create(size_t budget_bytes);
void cg_arena_destroy(struct cg_arena **arena);

/* Zeroed, aligned for any type; a pointer for zero elements, too. NULL when the budget or the memory does not
 * suffice or the product overflows. */
void *cg_arena_array(struct cg_arena *arena, size_t count, size_t size);

/* A copy of `length` bytes with a NUL after them. */
char *cg_arena_text(struct cg_arena *arena, const char *text, size_t length);

/* A copy of a text; NULL of none and of an empty one, which stands for what is not known. */
const char *cg_arena_known(struct cg_arena *arena, const char *text);

/* The same as cg_printable() writes it. */
const char *cg_arena_printable(struct cg_arena *arena, const char *text);

#endif
