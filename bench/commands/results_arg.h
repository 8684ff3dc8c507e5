/* Results files as arguments: files, folders, published devices. */
#ifndef CONVGAUGE_BENCH_COMMANDS_RESULTS_ARG_H
#define CONVGAUGE_BENCH_COMMANDS_RESULTS_ARG_H

#include "base/error.h"

struct cg_names {
    int n, capacity;
    char **items; /* malloc'd; so is each */
};

/* The arguments in their order; a folder stands for its *.json in alphabetical order,
 * "ncnn:all" for all devices of ncnn's page. CG_INVALID: a folder
 * that holds none or cannot be read. Free `names` (zeroed before) in any case. */
enum cg_status cg_results_args(int n, char **args, struct cg_names *names, struct cg_error *err);
void cg_names_free(struct cg_names *names);

#endif
