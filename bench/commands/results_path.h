/* Where a run's results go. */
#ifndef CONVGAUGE_BENCH_COMMANDS_RESULTS_PATH_H
#define CONVGAUGE_BENCH_COMMANDS_RESULTS_PATH_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* Copies `output` (-o), or without it results/DEVICE/[quick-]DATE-TIME.json, whose folders are made, into
 * `path`. CG_INVALID when no file can be written there. */
enum cg_status cg_results_path(const char *output, const char *device, bool quick, char *path, size_t size,
                               struct cg_error *err);

#endif
