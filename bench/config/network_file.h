/* A network file: one family, its variants, and the function that builds them. */
#ifndef CONVGAUGE_BENCH_CONFIG_NETWORK_FILE_H
#define CONVGAUGE_BENCH_CONFIG_NETWORK_FILE_H

#include "bench/config/config.h"
#include "bench/config/script.h"

#define CG_VARIANT_INPUTS 4
#define CG_DEFAULT_INPUT  224

struct cg_size {
    int width, height;
};

/* A row of the file's variants table. */
struct cg_variant {
    struct cg_network network;                /* at no size yet, without published counts and graph */
    int n_inputs;                             /* at least 1 */
    struct cg_size inputs[CG_VARIANT_INPUTS]; /* published input sizes, the default first */
};

struct cg_network_file {
    struct cg_script script;
    struct cg_variant common; /* what all variants have in common */
    char default_variant[CG_NAME_MAX];
    bool norm;
    int image_channels;
    int n_variants;
    struct cg_variant *variants;
    struct cg_network_file *next; /* in a list of open files */
};

/* Opens and runs a file. `family`: the name that it must define, or NULL for any. NULL with `err` set. */
struct cg_network_file *cg_network_file_open(const struct cg_config *config, const char *path,
                                             const char *family, struct cg_error *err);
/* Closes a file and those behind it in its list; clears the caller's pointer, which may be NULL. */
void cg_network_file_close(struct cg_network_file **file);

/* The variant of that name ("" or NULL: the default), or -1 with `err` set: the nearest names, or why it is
 * unpublished. */
int cg_network_file_variant(struct cg_network_file *file, const char *name, struct cg_error *err);

/* What a variant is at an input size; no graph. */
void cg_network_file_describe(const struct cg_network_file *file, int variant, struct cg_size size,
                              struct cg_network *network);

/* Builds a variant for an input size and batch. The caller destroys the network. */
struct cg_network *cg_network_file_build(struct cg_network_file *file, int variant, struct cg_size size,
                                         int batch, struct cg_error *err);

/* Names a network by its family and variant, with "@192" behind them when its size is not the usual one. */
void cg_network_set_name(struct cg_network *network);

/* Whether a network is named by a path: of a .lua, .onnx or .param file, with what may follow it. */
bool cg_network_is_path(const char *ref);

/* cg_config_load_network(), which leaves the network's file open among `files` (NULL at first), so that each
 * is read once while a suite loads. */
struct cg_network *cg_network_load(const struct cg_config *config, struct cg_network_file **files,
                                   const char *ref, const struct cg_config_options *options,
                                   struct cg_error *err);

#endif
