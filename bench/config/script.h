/* One configuration file open in a sandbox: what network files and suite files have in common. */
#ifndef CONVGAUGE_BENCH_CONFIG_SCRIPT_H
#define CONVGAUGE_BENCH_CONFIG_SCRIPT_H

#include "bench/config/places.h"
#include "bench/config/sandbox.h"

/* Embedded in what owns it; the functions of the DSL reach it through the sandbox. */
struct cg_script {
    struct cg_sandbox *sandbox;
    const struct cg_config *config; /* borrowed */
    char path[CG_PATH_MAX];
    char name[CG_NAME_MAX]; /* "g1.lua": for messages and origins, which carry no directories */
    int imports;            /* depth of import "..." */
    void *file;             /* what network{} or suite{} registers with: the owner */
    void (*add_functions)(lua_State *lua); /* into the globals, beside those of all files */
};

/* The script of a state, inside functions that Lua calls. */
struct cg_script *cg_script_of(lua_State *lua);

/* Runs the file in a sandbox with the DSL in it: layers, import "NAME" (a sibling, or a file below configs/),
 * paper "NAME" (the rows of results/paper/NAME.csv, as built in) and what script->add_functions adds. On
 * failure nothing is held. */
enum cg_status cg_script_open(struct cg_script *script, const struct cg_config *config, const char *path,
                              struct cg_error *err);
void cg_script_close(struct cg_script *script);

/* CG_INVALID unless the file has defined a `kind` ("network") called `wanted` (NULL: any name). `name`: what
 * it is called, or NULL when the file has defined none. */
enum cg_status cg_script_check(const struct cg_script *script, const char *kind, const char *name,
                               const char *wanted, struct cg_error *err);

#endif
