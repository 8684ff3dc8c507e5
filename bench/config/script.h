/* One configuration file open in a sandbox: what network files and suite files have in common. */
#ifndef CONVGAUGE_BENCH_CONFIG_SCRIPT_H
#define CONVGAUGE_BENCH_CONFIG_SCRIPT_H

#include "bench/config/builder.h"
#include "bench/config/places.h"
#include "bench/config/sandbox.h"

/* Embedded in what owns it; the functions of the DSL reach it through the sandbox. */
struct cg_script {
    struct cg_sandbox *sandbox;
    const struct cg_config *config; /* borrowed */
    char path[CG_PATH_MAX];
    char name[CG_NAME_MAX];     /* "g1.lua": for messages and origins, which carry no directories */
    struct cg_builder *builder; /* the current one, or NULL outside of build functions */
    int generations;            /* of builders so far */
    int imports;                /* depth of import "..." */
    void *network;              /* what network{} registers with (network_file.c), or NULL: it is ignored */
    void *suite;                /* what suite{} registers with (suite_file.c), or NULL */
};

/* Makes a sandbox with the DSL in it: layers, import "NAME" (a sibling, or a file below configs/), paper
 * "NAME" (the rows of results/paper/NAME.csv, as built in) and whatever `add_functions` puts into the globals
 * (may be NULL). On failure nothing is held. */
enum cg_status cg_script_open(struct cg_script *script, const struct cg_config *config, const char *path,
                              void (*add_functions)(lua_State *), struct cg_error *err);
void cg_script_close(struct cg_script *script);

/* Reads and runs the file itself. */
enum cg_status cg_script_run(struct cg_script *script, struct cg_error *err);

#endif
