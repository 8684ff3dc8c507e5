/* Results files as arguments: files, folders, published devices; those that details are asked of. */
#ifndef CONVGAUGE_BENCH_COMMANDS_RESULTS_ARG_H
#define CONVGAUGE_BENCH_COMMANDS_RESULTS_ARG_H

#include "base/error.h"
#include "bench/commands/filter.h"
#include "report/inputs.h"

struct cg_names {
    int n, capacity;
    char **items; /* malloc'd; so is each */
};

/* The arguments in their order; a folder stands for its *.json in alphabetical order,
 * "ncnn:all" for all devices of ncnn's page. CG_INVALID: a folder
 * that holds none or cannot be read. Free `names` (zeroed before) in any case. */
enum cg_status cg_results_args(int n, char **args, struct cg_names *names, struct cg_error *err);
void cg_names_free(struct cg_names *names);

/* --detail: moves the inputs whose file or device `filter` matches behind the first, which the others are
 * compared with, in their order. *detailed: how many stand in front then, the first included; 0 without
 * filter. CG_INVALID: none matches. */
#define CG_DETAIL_ROW(filter)                                                                                \
    {                                                                                                        \
        "detail", 0, CG_OPTION_FILTER, "REGEX",                                                              \
            "of many files: details of the first and of those whose name or device matches", (filter)        \
    }
enum cg_status cg_inputs_pick(struct cg_inputs *inputs, const struct cg_filter *filter, int *detailed,
                              struct cg_error *err);

#endif
