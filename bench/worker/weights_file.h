/* Weights travel to the workers in an unnamed file: of an imported network, or drawn once for all processes.
 */
#ifndef CONVGAUGE_BENCH_WORKER_WEIGHTS_FILE_H
#define CONVGAUGE_BENCH_WORKER_WEIGHTS_FILE_H

#include "base/error.h"
#include "bench/graph/weights.h"

/* Writes the set into a memory file; *fd is the caller's to close. While it is open, other processes of this
 * user can open it as /proc/PID/fd/FD. */
enum cg_status cg_weights_to_memory_file(const struct cg_weights *weights, int *fd, struct cg_error *err);

/* The set for a graph whose parameters have the same sizes: its arrays lie in the file, to be read only. NULL
 * with `err` set. The caller destroys it; the file may be closed before. */
struct cg_weights *cg_weights_from_file(const struct cg_graph *graph, const char *path, struct cg_error *err);

#endif
