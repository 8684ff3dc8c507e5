/* Whole names of engines that have options, or whose library is loaded when it is used: NAME[@VERSION or
 * @/PATH][:KEY=VALUE]... A version stands for the newest that begins with it ("1.30" for 1.30.2); without one
 * it is the newest there is. A path has neither commas nor colons. */
#ifndef CONVGAUGE_KERNELS_ENGINE_NAME_H
#define CONVGAUGE_KERNELS_ENGINE_NAME_H

#include "base/error.h"
#include "kernels/engine.h"

#include <stdbool.h>
#include <stddef.h>

/* The length of NAME. */
size_t cg_engine_name_length(const char *name);

/* The version or path, "" where there is none. */
void cg_engine_name_version(const char *name, char *text, size_t size);

/* The value of an option, one character of `values`; that character of them where it is not named: the first.
 */
char cg_engine_name_value(const char *name, const struct cg_engine_option *option);

/* "spin=1 or 0, ...", "" for an engine without options. */
void cg_engine_options_say(const struct cg_engine *engine, char *text, size_t size);

/* CG_INVALID, with what there is, unless the engine takes the whole name: each option known, once, with one
 * of its values. */
enum cg_status cg_engine_name_check(const struct cg_engine *engine, const char *name, struct cg_error *err);

#endif
