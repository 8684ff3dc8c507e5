/* Growing arrays: a pointer, a count and a capacity, wherever the caller keeps them. */
#ifndef CONVGAUGE_BASE_ARRAY_H
#define CONVGAUGE_BASE_ARRAY_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

/* `array` (malloc'd or NULL) with room for `n` elements of `size` bytes, its capacity at least doubled when
 * it has to move; NULL when there is no memory: then nothing was changed. */
static inline void *cg_array_grown(void *array, int *capacity, int n, size_t size)
{
    if (n <= *capacity && array)
        return array;
    const int doubled = *capacity < INT_MAX / 2 ? 2 * *capacity : INT_MAX;
    const int room = n > doubled ? n : doubled > 8 ? doubled : 8;
    void *grown = realloc(array, (size_t)room * size);
    if (grown)
        *capacity = room;
    return grown;
}

/* Whether array[n - 1] can be written: makes room first; false when there is no memory. `array` and
 * `capacity` (an int) are assigned to. */
#define cg_array_fit(array, capacity, n)                                                                     \
    __extension__({                                                                                          \
        void *cg_grown = cg_array_grown((array), &(capacity), (n), sizeof *(array));                         \
        if (cg_grown)                                                                                        \
            (array) = cg_grown;                                                                              \
        cg_grown != NULL;                                                                                    \
    })

#endif
