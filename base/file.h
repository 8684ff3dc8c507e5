/* Whole files: read with a limit; written beside the old one and put in its place, or not at all. Every file
 * that is asked for by name is opened here, so that all are written alike. */
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
    FILE *stream;    /* write to it; NULL when none is open */
    int folder;      /* what `path` is relative to; borrowed, or AT_FDCWD */
    char *path;      /* owned: at the end of links */
    char *temporary; /* owned; NULL: it has no name yet, or is written in place */
    char *shown;     /* owned: what messages call it; NULL: `path` */
    bool in_place;   /* a device, a FIFO: what is written is there at once */
};

/* Opens a new file beside `path`; `path` itself is untouched until cg_new_file_keep(). Links are followed:
 * what they lead to is replaced. What is no regular file (/dev/null, a FIFO, which waits for its reader) is
 * written to, never replaced. Where the file system can, the new file has no name until it is whole, so that
 * nothing is left if the program is killed; else a name that cannot be guessed. CG_IO. */
enum cg_status cg_new_file_open(struct cg_new_file *file, const char *path, struct cg_error *err);

/* The same in an open folder: whatever has that `name` there is replaced, a link or a FIFO, too. `shown` is
 * what messages call the file. The folder stays open until the file is kept or dropped. */
enum cg_status cg_new_file_open_in(struct cg_new_file *file, int folder, const char *name, const char *shown,
                                   struct cg_error *err);

/* Puts it in the place of `path` with the old one's mode (a new one: as the umask says); `durable`: so that
 * it survives a power cut. Closes it in any case; after a failure (CG_IO) the old file stands. */
enum cg_status cg_new_file_keep(struct cg_new_file *file, bool durable, struct cg_error *err);

/* Gives it up, if one is open. */
void cg_new_file_drop(struct cg_new_file *file);

/* Whether `bytes` could be written to `path`: all three steps. */
enum cg_status cg_file_write(const char *path, const char *bytes, size_t n, bool durable,
                             struct cg_error *err);

/* Makes an empty file where there is none, in one step: of several programs that ask for one name, one gets
 * it. CG_INVALID: it is there. CG_IO. */
enum cg_status cg_file_claim(const char *path, struct cg_error *err);

#endif
