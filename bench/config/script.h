/* One configuration file open in a sandbox: what network files and suite files have in common. */
#ifndef CONVGAUGE_BENCH_CONFIG_SCRIPT_H
#define CONVGAUGE_BENCH_CONFIG_SCRIPT_H

#include "bench/config/places.h"
#include "bench/config/sandbox.h"

/* Where the table given to network{} or suite{} stands in a state's registry. */
#define CG_DEFINITION_KEY "convgauge definition"

/* The first member of what owns it. Zero-initialise it. */
struct cg_script {
    struct cg_sandbox *sandbox;
    const struct cg_config *config; /* borrowed */
    char path[CG_PATH_MAX];
    char name[CG_NAME_MAX]; /* "g1.lua": for messages and origins, which carry no directories */
    int imports;            /* depth of import "..." */
    const struct cg_script_kind *kind;
    const char *defined; /* the name of what it defines; NULL: nothing yet */
};

struct cg_script_kind {
    const char *name;      /* "network": also of the function that files of this kind call once; NULL: either,
                              and `defined` becomes "network" or "suite" */
    const char *elsewhere; /* what to say when they call the other kind's */
    /* Reads the table at stack index 1, into what owns the script; returns the name in it. */
    const char *(*define)(lua_State *lua, struct cg_script *script);
};

/* Runs the file in a sandbox with the DSL in it: layers, import "NAME" (a sibling, or a file below configs/;
 * network{} and suite{} define nothing there), paper "NAME" (the rows of results/paper/NAME.csv, as built
 * in). CG_INVALID unless it defines what it should, called `wanted` (NULL: any name). Closed by the caller in
 * any case. */
enum cg_status cg_script_open(struct cg_script *script, const struct cg_script_kind *kind,
                              const struct cg_config *config, const char *path, const char *wanted,
                              struct cg_error *err);
void cg_script_close(struct cg_script *script);

#endif
