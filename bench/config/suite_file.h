/* A suite file: one question, its groups of cases. */
#ifndef CONVGAUGE_BENCH_CONFIG_SUITE_FILE_H
#define CONVGAUGE_BENCH_CONFIG_SUITE_FILE_H

#include "bench/config/config.h"
#include "bench/config/script.h"
#include "bench/config/suite_case.h"

struct cg_suite_file {
    struct cg_script script;
    bool defined;           /* suite{} was called */
    struct cg_suite header; /* what suite{} says about the whole suite; no groups */
};

/* Opens and runs a file. `name`: what it must define, or NULL for any. NULL with `err` set. */
struct cg_suite_file *cg_suite_file_open(const struct cg_config *config, const char *path, const char *name,
                                         struct cg_error *err);
void cg_suite_file_close(struct cg_suite_file **file);

/* Fills `suite` with the header and the groups of a reading (NULL: the default one), graphs built for
 * `batch`. Networks are left to the caller: *uses (malloc, free() it, also on failure) lists them. `quick`:
 * only quick groups, if there are any. */
enum cg_status cg_suite_file_build(struct cg_suite_file *file, const char *reading, bool quick, int batch,
                                   struct cg_suite *suite, struct cg_network_use **uses, int *n_uses,
                                   struct cg_error *err);

/* Whether any group is part of the quick selection. Builds nothing. */
enum cg_status cg_suite_file_is_quick(struct cg_suite_file *file, bool *quick, struct cg_error *err);

#endif
