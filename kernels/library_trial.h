/* Loading a library where it can do no harm. */
#ifndef CONVGAUGE_KERNELS_LIBRARY_TRIAL_H
#define CONVGAUGE_KERNELS_LIBRARY_TRIAL_H

#include "kernels/library_kind.h"

/* Loads the library at library->path in a process of its own and asks it for its version. False with a
 * sentence in library->why_not. */
bool cg_library_try(const struct cg_library_kind *kind, struct cg_library *library);

#endif
