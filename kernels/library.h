/* Shared libraries that are found, looked at and opened when an engine is used; nothing is linked to them. */
#ifndef CONVGAUGE_KERNELS_LIBRARY_H
#define CONVGAUGE_KERNELS_LIBRARY_H

#include "kernels/engine.h"
#include "kernels/library_kind.h"

/* The library that an engine's whole name asks for, opened in this process until it ends. A path is taken as
 * it is; a version, or the newest, is looked for in the folders ENGINE-VERSION of $CONVGAUGE_ENGINES and
 * $XDG_DATA_HOME/convgauge/engines (~/.local/share/...), then in the system's library path. Those for other
 * processors are passed over where there is another. What is found is loaded in a process of its own first,
 * so that one that crashes costs a sentence. Remembered by name as long as the process lives. NULL with `err`
 * set: CG_UNAVAILABLE, also when the process has another library of the kind already. */
void *cg_library_open(const struct cg_library_kind *kind, const char *name, struct cg_error *err);

/* For an engine's probe(): whether it can be used, in which version, from where. */
void cg_library_probe(const struct cg_library_kind *kind, const struct cg_engine *engine,
                      struct cg_engine_info *info);

#endif
