/* Where configuration files lie. */
#ifndef CONVGAUGE_BENCH_CONFIG_PLACES_H
#define CONVGAUGE_BENCH_CONFIG_PLACES_H

#include "bench/config/config.h"
#include "bench/config/published.h"

#include <stddef.h>

#define CG_PATH_MAX           1024
#define CG_CONFIG_DIRECTORIES 8

struct cg_config {
    int n_directories;
    char directories[CG_CONFIG_DIRECTORIES][CG_PATH_MAX];
    struct cg_published_table published; /* read once */
};

/* Puts the path of KIND/NAME.lua ("networks", "resnet50") in `path`: true when such a file is there. Names
 * are letters, digits, '_', '-' and '/'; anything else is not there. */
bool cg_config_find_file(const struct cg_config *config, const char *kind, const char *name, char *path,
                         size_t size);

/* The names of all files KIND/NAME.lua, sorted, each once. *names is one block allocated with malloc: free()
 * it. */
enum cg_status cg_config_file_names(const struct cg_config *config, const char *kind,
                                    char (**names)[CG_NAME_MAX], int *n, struct cg_error *err);

/* Fills `text` with "; did you mean " and the names nearest to `word` among the files of that kind; empty
 * when none is near. */
void cg_config_nearest_file(const struct cg_config *config, const char *kind, const char *word, char *text,
                            size_t size);

/* Whether a name may become part of a path here. */
bool cg_config_name_is_plain(const char *name);

#endif
