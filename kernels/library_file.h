/* Where the files of libraries are, and whether one is a library for this machine: by its header alone. */
#ifndef CONVGAUGE_KERNELS_LIBRARY_FILE_H
#define CONVGAUGE_KERNELS_LIBRARY_FILE_H

#include "kernels/library_kind.h"

#include <stddef.h>

/* The best file for `wanted`, a version's beginning or "". False when there is none. `others` receives the
 * other versions that there are; those for other processors only where there is none. */
bool cg_library_search(const struct cg_library_kind *kind, const char *wanted, char path[PATH_MAX],
                       char others[256]);

/* Whether the file is a shared library for the processor of this program; else a sentence. */
bool cg_library_fits(const char *path, char *why_not, size_t size);

#endif
