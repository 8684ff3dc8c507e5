/* The threads of the library's pool, which all models of a process share: bound for who runs. */
#ifndef CONVGAUGE_KERNELS_OPENVINO_THREADS_H
#define CONVGAUGE_KERNELS_OPENVINO_THREADS_H

#include "base/error.h"

/* Notes the threads that the process has before the library is used; only the first call does. */
void ov_threads_begin(void);

/* Lets the calling thread run anywhere: where the library is loaded, and models are compiled, it takes what
 * it sees for the machine, and hands it on to its threads. */
void ov_threads_free(void);

/* Binds the caller to cpus[0], each other thread since ov_threads_begin() to the rest of the `threads` cpus
 * (NULL: none is bound), unless they stand so for `owner` already. CG_UNAVAILABLE when the caller cannot be
 * bound. */
enum cg_status ov_threads_take(const void *owner, const int *cpus, int threads, struct cg_error *err);

/* The owner is gone. */
void ov_threads_drop(const void *owner);

/* The threads since ov_threads_begin(), at most `max`; returns how many. */
int ov_threads_list(int *tids, int max);

#endif
