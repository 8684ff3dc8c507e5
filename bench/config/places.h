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

/* Names of files: each malloc'd, as is the array. */
struct cg_file_names {
    char **at;
    int n, room;
};

/* The names of all files KIND/NAME.lua, sorted, each once; to be released in any case. */
enum cg_status cg_config_file_names(const struct cg_config *config, const char *kind,
                                    struct cg_file_names *names, struct cg_error *err);
void cg_config_names_release(struct cg_file_names *names);

/* Fills `text` with "; did you mean " and the names nearest to `word` among the files of that kind; empty
 * when none is near. */
void cg_config_nearest_file(const struct cg_config *config, const char *kind, const char *word, char *text,
                            size_t size);

/* Whether a name may become part of a path here. */
bool cg_config_name_is_plain(const char *name);

#endif
