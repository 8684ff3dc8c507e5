/* What is measured: networks and suites, written in Lua under configs/, loaded into plain structs. Strings
 * and graphs inside a struct belong to it and live until its destroy function. */
#ifndef CONVGAUGE_BENCH_CONFIG_CONFIG_H
#define CONVGAUGE_BENCH_CONFIG_CONFIG_H

#include "base/error.h"
#include "bench/graph/cost.h"
#include "bench/graph/graph.h"
#include "bench/graph/weights.h"
#include "bench/paper/devices.h"
#include "bench/stats/suite_kind.h"
#include "kernels/setting.h"

#include <stdbool.h>
#include <stdint.h>

/* A published speed. Images a second = value * (unit is batches/s ? batch : 1). */
struct cg_paper_figure {
    double value; /* NAN: not published */
    int batch;    /* images a batch: 1 in Tables 1-4 (derived, not printed), 8 in Table 8's GPU column */
};

/* Published counts of a network (results/paper/networks.csv): numbers for arithmetic, texts as printed. */
struct cg_published {
    double madds;            /* multiply-adds (not millions), NAN when none: the first figure of madds_text */
    char madds_text[96];     /* "140 (137 in V1 T1; 138 in repo)", in millions, or "" */
    double madds_computed;   /* the checked count, NAN when none; for tests and `cost` */
    int64_t params_computed; /* -1 when none */
    char source[96];         /* where the published figures stand */
    char note[192];          /* why they differ from the computed ones, or "" */
};

/* One network at one input size. */
struct cg_network {
    char name[128];            /* "mobilenet_v2:0.75@192"; the size is named when it is not 224x224 */
    char family[CG_NAME_MAX];  /* "mobilenet_v2"; for files given by path: the name written in the file */
    char variant[CG_NAME_MAX]; /* "0.75", or "" in a family of one */
    char title[CG_NAME_MAX];   /* "MobileNet V2" */
    char source[192];          /* the citation written in the Lua file */
    char note[512];            /* what is inferred or unverified about its structure, what importing a file
                                  found, or "" */
    bool imported;             /* from another program's file, of which the note speaks */
    bool reconstruction;  /* the structure is not published: dagger and footnote in every table, and no part
                             in statements about the paper's own networks */
    char derivation[512]; /* how the reconstruction was made, or "" */
    bool is_default;      /* its variant is what the bare family name means */
    int width, height;    /* of its input */
    struct cg_published published;
    struct cg_graph *graph;     /* owned; NULL in a list of networks */
    struct cg_weights *weights; /* owned; only of other programs' files, else NULL: engines draw seeded
                                   ones */
};

#define CG_FACTORS 2 /* of a factorial suite */

/* One graph to be measured, with its place in the suite's table. */
struct cg_case {
    char name[160];  /* unique in the suite: "g1/arm/x2/1:12"; networks: the network's name (repeats are
                        allowed when two rows of the paper's table stand for one network, "networks/300M/..."
                        then differ) */
    char label[96];  /* the row's head in a table: "1:12", "2-fragment-series", "ShuffleNet v2 1.5x" */
    char series[32]; /* G3: "series" or "parallel"; "" belongs to every series (its baseline) and where there
                        are none. A slope is fitted for each series of a group by itself */
    double step; /* x of the slope, as suite.axis names it; NAN when the suite has none. 0 for the baseline */
    bool factors[CG_FACTORS]; /* factorial: is suite.factor_names[i] present */
    char twin[96];            /* not "": the label of the case whose twin this is: the same with its widths
                                 rounded up to vector lanes, measured beside it; of the baseline: the
                                 baseline's shape at the twins' multiply-adds. Twins come last in their group,
                                 in full runs */
    char widths[96];          /* what was varied, for the table: "c1=9 c2=108", "c=184 g=8" */
    char note[256];           /* "c=184: the authors' correction of 180, which 8 does not divide", or "" */
    bool quick;               /* part of the quick selection */
    bool inferred;            /* its structure is not printed in the paper (G4's unit): marked in the table */
    struct cg_paper_figure paper[CG_PAPER_DEVICE_COUNT]; /* value NAN where the paper has none */
    double paper_madds;              /* Table 8's complexity in multiply-adds, NAN when none */
    double paper_top1_error_percent; /* NAN when none */
    double paper_mmap_percent;       /* Table 7, NAN when none */
    /* Figure 2, NAN when none; the paper does not say where depthwise is booked: its conv slice stands at
     * CG_CAT_CONV. */
    double paper_share_percent[CG_PAPER_DEVICE_COUNT][CG_CATEGORY_COUNT];
    char network_ref[1024];     /* how the suite names its network; "" for a stack of layers */
    struct cg_network *network; /* owned; NULL for a stack of layers */
    struct cg_graph *graph;     /* the network's, or owned; at the batch asked for, times that of the case */
};

/* The cases that are compared with each other, measured interleaved. */
struct cg_group {
    char name[96];   /* unique in the suite: "arm/x2", "aligned/n192", "300M" */
    char set[32];    /* whose channel set: "gpu", "arm", "aligned", "memory", or "" */
    char title[128]; /* heading in a table: "ARM channel set, x2" */
    int scale;       /* 1, 2, 4 as in the paper's tables; 1 elsewhere */
    int level;       /* complexity level in M madds (40, 140, 300, 500) or 0 */
    int baseline;    /* index into cases */
    bool quick;      /* every case of it is part of the quick selection */
    int n_cases;
    struct cg_case *cases;
};

#define CG_SUITE_BATCHES 4
#define CG_SUITE_ENGINES 8

/* One question, its groups, and how it is answered. */
struct cg_suite {
    char name[CG_NAME_MAX]; /* "g1", "g4:bottleneck_28" */
    char title[160];
    char source[160]; /* "arXiv 1807.11164, Table 1" */
    char claim[128];  /* of a guideline, in one sentence; "": the suite makes none */
    char note[1024];  /* what a reader of the table must know (inferred, drift of equal FLOPs), or "" */
    enum cg_suite_kind kind;
    char axis[48];                     /* slope: "ln(c2/c1)", "log2 g", "log2 fragments" */
    bool per_time;                     /* slope: the verdict rests on time, not on time per madd */
    char factor_names[CG_FACTORS][32]; /* factorial: "ReLU", "short-cut" */
    bool fusions[CG_FUSION_COUNT];     /* the default of --fusion: full; g4: full and none */
    int n_engines;                     /* engines measured by default; 0: the command's own default */
    char engines[CG_SUITE_ENGINES][32];
    bool found_engines; /* all that are found, reference apart, are measured by default; n_engines is 0 */
    int n_also; /* suites that are measured with it: their quick selection, of guidelines the aligned sets */
    char also[CG_SUITE_ENGINES][32];
    bool whole_networks; /* every case is a network: a run starts from NHWC f32. Cases without a network are
                            layer stacks, whose data stand in the plan's own layout */
    int n_batches, batches[CG_SUITE_BATCHES]; /* batches measured by default: {1}; detection {1, 4} */
    bool quick;                               /* it has a quick selection */
    bool against;                             /* of a ranking: its groups have baselines, too */
    int n_groups;
    struct cg_group *groups;
};

/* Whether the others of a group are compared with one of them. */
static inline bool cg_suite_has_baseline(const struct cg_suite *suite)
{
    return (suite->kind != CG_KIND_RANKING && suite->kind != CG_KIND_BREAKDOWN) || suite->against;
}

/* How a file of another program is to be read. Zeros and NULL: as the file says. */
struct cg_import_request {
    int width, height; /* of its input, which the file may leave open: every shape is derived again from it */
    const char
        *output; /* of several: else the one that alone has the shape of classes, [n, c] or [n, c, 1, 1] */
    const char *folder; /* where files with the tensors' data are looked for (and below); NULL: such models
                           are refused. Of models read from a path it is the one that they are in */
    char *note;         /* receives what a reader must know of the network, at most note_size - 1 bytes; NULL:
                           nobody asks */
    size_t note_size;
};

struct cg_config_options {
    int batch;  /* images a run; 0: 1, or what an .onnx file says (for suites: the suite's first default) */
    bool quick; /* suites: only the quick selection; a suite that has none is loaded whole */
    /* Reads another program's file, .onnx or .param, by its name (config stands below bench/onnx). NULL: they
     * are refused with CG_UNSUPPORTED. */
    enum cg_status (*import_file)(const char *path, const struct cg_import_request *request,
                                  struct cg_graph **graph, struct cg_weights **weights, struct cg_error *err);
};

/* Where configs are looked for: the directory found from the program's own place (build tree, installed,
 * beside the program), then CONVGAUGE_CONFIGS. */
struct cg_config;

/* NULL with `err` set when there is no configs directory (the sentence lists the places). */
struct cg_config *cg_config_open(struct cg_error *err);
void cg_config_close(struct cg_config **config);

/* Loads a network: "family:variant", "family" (its default variant), either with "@192" or "@640x480" (width
 * x height in pixels) after it; or a path that ends in .lua (then ":variant" and "@size" may follow), .onnx
 * or .param (":output" and "@size" may follow: the name of one of several outputs). `options` may be NULL.
 * NULL with `err` set: CG_INVALID with the nearest names, the reason why a variant is unpublished, or what
 * the Lua file did wrong and where; CG_IO when it cannot be read. The caller destroys the result. */
struct cg_network *cg_config_load_network(const struct cg_config *config, const char *ref,
                                          const struct cg_config_options *options, struct cg_error *err);
void cg_network_destroy(struct cg_network **network);

/* Whether a word names a network, by name or as a path (a .lua file is run to see); else it is a suite's. -1
 * with `err` set: neither, with the nearest names, or the file cannot be read. */
int cg_config_is_network(const struct cg_config *config, const char *word, struct cg_error *err);

/* Makes the suite "named" of n networks, named as for cg_config_load_network(): a ranking of one group, with
 * the paper's speeds where its Table 8 has them. The one called `against` (NULL: none) is the baseline, and
 * comes first if it is not among them. Errors as of loading them; CG_INVALID for one that is named twice. */
struct cg_suite *cg_config_suite_of(const struct cg_config *config, const char *const *refs, int n,
                                    const char *against, const struct cg_config_options *options,
                                    struct cg_error *err);

/* Loads a suite: a name, "name:reading" (g4 has other readings of its unit), or a path that ends in .lua.
 * Errors as above. */
struct cg_suite *cg_config_load_suite(const struct cg_config *config, const char *name,
                                      const struct cg_config_options *options, struct cg_error *err);
void cg_suite_destroy(struct cg_suite **suite);

/* All published variants of all families, and their input sizes, in the order of the files' tables; families
 * by name. They are without graphs, so listing is quick. *networks is allocated with malloc: free() it. A
 * file with an error in it fails the whole list, naming it. */
enum cg_status cg_config_list_networks(const struct cg_config *config, struct cg_network **networks, int *n,
                                       struct cg_error *err);

/* All suites: guidelines by their numbers and networks first, then the others by name; what they say of
 * themselves, without groups. *suites as above. */
enum cg_status cg_config_list_suites(const struct cg_config *config, struct cg_suite **suites, int *n,
                                     struct cg_error *err);

#endif
