/* The words of the command line that make a setting (kernels/setting.h): engine, instruction set, threads,
 * cores, fusion, cache, batch. */
#ifndef CONVGAUGE_BENCH_COMMANDS_SETTING_ARG_H
#define CONVGAUGE_BENCH_COMMANDS_SETTING_ARG_H

#include "bench/commands/options.h"
#include "bench/device/topology.h"
#include "kernels/engine.h"

/* The engine of that name, available here; else NULL with `err` set: CG_INVALID with the nearest names, or
 * CG_UNAVAILABLE with the reason. */
const struct cg_engine *cg_engine_arg(const char *name, struct cg_error *err);

/* What a word names. CG_INVALID with the words that there are; an instruction set that this processor lacks
 * is CG_UNAVAILABLE. */
enum cg_status cg_isa_arg(const char *word, enum cg_isa *isa, struct cg_error *err);
enum cg_status cg_fusion_arg(const char *word, enum cg_fusion *fusion, struct cg_error *err);
enum cg_status cg_cache_arg(const char *word, enum cg_cache_state *cache, struct cg_error *err);

/* The words for one setting, of the commands that take one. */
struct cg_setting_words {
    const char *engine, *isa, *cores, *fusion; /* isa NULL: the best there is; cores NULL: as threads go */
    int threads, batch;                        /* batch 0: the network's own */
};

#define CG_SETTING_WORDS_DEFAULT                                                                             \
    {                                                                                                        \
        .engine = "native", .fusion = "full", .threads = 1                                                   \
    }

/* Their rows in a table of options. */
#define CG_SETTING_ROWS(words, fusion_letter)                                                                \
    {"engine",                                                                                               \
     'e',                                                                                                    \
     CG_OPTION_STRING,                                                                                       \
     "NAME",                                                                                                 \
     "engine (native); 'convgauge list engines' names them",                                                 \
     &(words)->engine,                                                                                       \
     0,                                                                                                      \
     0,                                                                                                      \
     0},                                                                                                     \
        {"threads", 't', CG_OPTION_INT, "N", "threads (1)", &(words)->threads, 1, CG_THREADS_MAX, 0},        \
        {"cores", 'c', CG_OPTION_STRING, "SPEC", "big, little, all, or numbers: 0,2", &(words)->cores, 0,    \
         0,       0},                                                                                        \
        {"isa",                                                                                              \
         0,                                                                                                  \
         CG_OPTION_STRING,                                                                                   \
         "ISA",                                                                                              \
         "highest instruction set that may be used (the best there is)",                                     \
         &(words)->isa,                                                                                      \
         0,                                                                                                  \
         0,                                                                                                  \
         0},                                                                                                 \
        {"fusion", fusion_letter, CG_OPTION_STRING, "F", CG_FUSION_WORDS " (full)", &(words)->fusion, 0, 0,  \
         0},                                                                                                 \
    {                                                                                                        \
        "batch", 'b', CG_OPTION_INT, "N", "images a run (1, or what an .onnx file says)", &(words)->batch,   \
            1, 4096, 0                                                                                       \
    }

/* The setting of a whole network: it starts from NHWC, so any reorder counts. *cpus (malloc'd, the caller's)
 * are its cpus. CG_INVALID or CG_UNAVAILABLE says which word is wrong; then *cpus is NULL. */
enum cg_status cg_setting_arg(const struct cg_setting_words *words, const struct cg_topology *topology,
                              struct cg_setting *setting, int **cpus, struct cg_error *err);

#endif
