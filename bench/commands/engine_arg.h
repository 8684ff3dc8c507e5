/* An engine that a command was given by name. */
#ifndef CONVGAUGE_BENCH_COMMANDS_ENGINE_ARG_H
#define CONVGAUGE_BENCH_COMMANDS_ENGINE_ARG_H

#include "kernels/engine.h"

/* The engine of that name, available here; else NULL with `err` set: CG_INVALID with the nearest names, or
 * CG_UNAVAILABLE with the reason. */
const struct cg_engine *cg_engine_arg(const char *name, struct cg_error *err);

#endif
