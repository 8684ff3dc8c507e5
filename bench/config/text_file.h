/* A whole text file in memory. */
#ifndef CONVGAUGE_BENCH_CONFIG_TEXT_FILE_H
#define CONVGAUGE_BENCH_CONFIG_TEXT_FILE_H

#include "bench/error/error.h"

#include <stddef.h>

/* The file's bytes with a NUL behind them, allocated with malloc: the caller frees them. NULL with `err` set:
 * CG_IO when it cannot be read, CG_INVALID when it is no regular file or longer than `most_bytes`. */
char *cg_text_file_read(const char *path, size_t most_bytes, size_t *length, struct cg_error *err);

#endif
