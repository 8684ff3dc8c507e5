/* Whole files: read at once; written under a temporary name and renamed, so that they appear whole or not at
 * all. */
#ifndef CONVGAUGE_BENCH_ONNX_FILE_H
#define CONVGAUGE_BENCH_ONNX_FILE_H

#include "base/error.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* A regular file of less than 2 GiB (the limit of protobuf), malloc'ed: the caller frees *bytes. */
enum cg_status cg_onnx_file_read(const char *path, unsigned char **bytes, size_t *size, struct cg_error *err);

struct cg_onnx_file {
    FILE *stream;
    char path[PATH_MAX], temporary[PATH_MAX];
};

/* Opens a temporary file beside `path`. */
enum cg_status cg_onnx_file_open(struct cg_onnx_file *file, const char *path, struct cg_error *err);

/* Renames it to its path when `complete` and everything reached the file, else removes it and returns CG_IO.
 */
enum cg_status cg_onnx_file_close(struct cg_onnx_file *file, bool complete, struct cg_error *err);

#endif
