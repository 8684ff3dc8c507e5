/* Whole files: read with a limit; written beside the old one and put in its place, or not at all. */
#ifndef CONVGAUGE_BASE_FILE_H
#define CONVGAUGE_BASE_FILE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* The file's bytes with a NUL behind them, allocated with malloc: the caller frees them. NULL with `err` set:
 * CG_IO when it cannot be read, CG_INVALID when it is no regular file or longer than `most_bytes`. */
char *cg_file_read(const char *path, size_t most_bytes, size_t *length, struct cg_error *err);

/* A file that is being written. Zero-initialise. */
struct cg_new_file {
    FILE *stream;           /* write to it; NULL when none is open */
    char *path, *temporary; /* owned */
};

/* Opens a new file beside `path`; `path` itself is untouched until cg_new_file_keep(). CG_IO, CG_NO_MEMORY.
 */
enum cg_status cg_new_file_open(struct cg_new_file *file, const char *path, struct cg_error *err);

/* Puts it in the place of `path` with the old one's mode (a new one: as the umask says); `durable`: so that
 * it survives a power cut. Closes it in any case; after a failure (CG_IO) the old file stands. */
enum cg_status cg_new_file_keep(struct cg_new_file *file, bool durable, struct cg_error *err);

/* Gives it up, if one is open. */
void cg_new_file_drop(struct cg_new_file *file);

/* Whether `bytes` could be written to `path`: all three steps. */
enum cg_status cg_file_write(const char *path, const char *bytes, size_t n, bool durable,
                             struct cg_error *err);

#endif
