/* A suite file: one question, its groups of cases. */
#ifndef CONVGAUGE_BENCH_CONFIG_SUITE_FILE_H
#define CONVGAUGE_BENCH_CONFIG_SUITE_FILE_H

#include "bench/config/config.h"
#include "bench/config/script.h"

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
 * options->batch; networks are left to the caller. With options->quick: only quick groups, if there are any.
 * What was read before a failure is the suite's, too. */
enum cg_status cg_suite_file_build(struct cg_suite_file *file, const char *reading,
                                   const struct cg_config_options *options, struct cg_suite *suite,
                                   struct cg_error *err);

/* Fills `suite` with the header, and whether any group is part of the quick selection. Builds nothing. */
enum cg_status cg_suite_file_describe(struct cg_suite_file *file, struct cg_suite *suite,
                                      struct cg_error *err);

#endif
