/* Folders: made with all above them, and the one where this program keeps what it may forget. */
#ifndef CONVGAUGE_BASE_FOLDER_H
#define CONVGAUGE_BASE_FOLDER_H

#include "base/error.h"

#include <stddef.h>
#include <sys/types.h>

/* As mkdir -p: `path` and the folders above it. CG_IO with the folder that cannot be made. */
enum cg_status cg_folder_make(const char *path, mode_t mode, struct cg_error *err);

/* As cg_folder_make() for the folder that the file `path` is in, if any. */
enum cg_status cg_folder_make_for(const char *path, mode_t mode, struct cg_error *err);

/* $XDG_CACHE_HOME/convgauge/NAME, or ~/.cache/convgauge/NAME; nothing is made. CG_UNAVAILABLE when neither
 * variable is an absolute path, CG_INVALID when it does not fit into `size` bytes. */
enum cg_status cg_cache_path(const char *name, char *path, size_t size, struct cg_error *err);

#endif
