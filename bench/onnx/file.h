/* Files that a user names. */
#ifndef CONVGAUGE_BENCH_ONNX_FILE_H
#define CONVGAUGE_BENCH_ONNX_FILE_H

#include "base/error.h"

#include <stddef.h>

/* The bytes of a file, malloc'ed: the caller frees *bytes. CG_INVALID for one that is not there, that is no
 * regular file, or that has 2 GiB or more (the limit of protobuf). */
enum cg_status cg_onnx_file_read(const char *path, char **bytes, size_t *size, struct cg_error *err);

#endif
