/* Under what a graph runs: the options that a measurement is named by, carried whole from the command line
 * through plan, job, message and record to the tables. A new option is a member here with its row in
 * CG_SETTING_OPTIONS, its key in results/schema.json, and what engines make of it. */
#ifndef CONVGAUGE_KERNELS_SETTING_H
#define CONVGAUGE_KERNELS_SETTING_H

#include "base/names.h"
#include "kernels/isa.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How far an engine may merge nodes (X: identifier, name). "none": every node by itself: the engine gets
 * cg_graph_unfuse()'s graph and adds, activations, splits, concats and shuffles each run as their own pass.
 * "layers": a layer takes along what follows it (activation, addition) and placements of channels, but runs
 * over its whole map before the next layer starts. "full": the engine's best; it may run several layers
 * together, band by band, so that what lies between them stays in the caches. */
#define CG_FUSIONS(X)                                                                                        \
    X(CG_FUSION_NONE, "none")                                                                                \
    X(CG_FUSION_LAYERS, "layers")                                                                            \
    X(CG_FUSION_FULL, "full")

CG_ENUM(cg_fusion, CG_FUSIONS, CG_FUSION_COUNT)
CG_NAMES_DECLARE(cg_fusion)
#define CG_FUSION_WORDS "none, layers, full"

/* State of the caches when a sample starts (X: identifier, name). */
#define CG_CACHE_STATES(X)                                                                                   \
    X(CG_CACHE_HOT, "hot")       /* as the same job's discarded run left them */                             \
    X(CG_CACHE_COLD, "cold")     /* the plan's own buffers flushed line by line; a sample is one run */      \
    X(CG_CACHE_REPLAY, "replay") /* as the real predecessors left them: see cg_job.replay_from */

CG_ENUM(cg_cache_state, CG_CACHE_STATES, CG_CACHE_STATE_COUNT)
CG_NAMES_DECLARE(cg_cache_state)

/* Where a plan's input and output stand when a run starts and ends. */
enum cg_edges {
    CG_EDGES_NHWC, /* f32 NHWC, dense: any reorder is part of the run (whole networks) */
    CG_EDGES_PLAN, /* the plan's own layout: set_input and get_output convert outside the run (layer stacks)
                    */
};

#define CG_THREADS_MAX 1024

/* Filled by cg_setting_default() and what was asked for. In what was read from a file or a published table a
 * value that is not known is -1 (another negative number: a name of a later version, which equals no other),
 * NULL for the engine. */
struct cg_setting {
    const char *engine; /* a name from cg_engines; borrowed */
    enum cg_isa isa;    /* the highest instruction set that may be used */
    int threads;        /* >= 1; threads that share one run, the caller's included */
    const int *cpus;    /* NULL (not bound), or `threads` logical cpu numbers (OS index); borrowed */
    enum cg_fusion fusion;
    enum cg_edges edges;
    enum cg_cache_state cache;
    int batch; /* images of one run: the input's n; 0: as the graph has it */
};

/* The options, each of which divides cases (all members but cpus and edges, which follow from cores and
 * suite). X: identifier; member, which is also the key in results files and the option on the command line;
 * type; names of an enum; whether records, and skipped cases, of older files may lack it; then members of
 * struct cg_setting_option. In this order they multiply, the first fastest, and are said. */
/* clang-format off */
#define CG_SETTING_OPTIONS(X) \
    X(ENGINE, engine, TEXT, NULL, false, false, \
      .letter = 'e', .value = "E", .help = "engine, of those that 'convgauge list engines' names", \
      .unknown = "?", .another = "another engine", .always = true) \
    X(FUSION, fusion, NAME, &cg_fusion_names, false, false, \
      .letter = 'f', .value = "F", .help = "what engines may merge: " CG_FUSION_WORDS, \
      .usually = "full; suite g4: full and none", .usual = CG_FUSION_FULL, \
      .before = "fusion ", .unknown = "fusion unknown", .another = "another fusion", .in_names = true) \
    X(THREADS, threads, INT, NULL, false, false, \
      .letter = 't', .value = "N", .max = CG_THREADS_MAX, .help = "threads", .usual = 1, \
      .after = " thread", .short_after = "t", .another = "other threads", .always = true) \
    X(ISA, isa, NAME, &cg_isa_names, false, true, \
      .value = "ISA", .help = "highest instruction set that may be used", .usually = "the best there is", \
      .unknown = "ISA unknown", .always = true) \
    X(CACHE, cache, NAME, &cg_cache_state_names, false, true, \
      .value = "C", .help = "caches before a sample: hot, cold, or replay: the last layer\nof a stack, as " \
                            "its predecessors left them", \
      .unknown = "cache unknown", .another = "another cache state", .always = true) \
    X(BATCH, batch, INT, NULL, false, true, \
      .letter = 'b', .value = "N", .max = 4096, .help = "images a run", \
      .usually = "1, or as the suite or the file says", .usual = 1, \
      .before = "batch ", .short_before = "b", .another = "another batch", .in_names = true)
/* clang-format on */

#define CG_OPTION_PLACE(id, ...) CG_AT_##id,
#define CG_OPTION_BIT(id, ...)   CG_FIELD_##id = 1 << CG_AT_##id,
enum cg_setting_place { CG_SETTING_OPTIONS(CG_OPTION_PLACE) CG_SETTING_N };
enum cg_setting_field { CG_SETTING_OPTIONS(CG_OPTION_BIT) };

struct cg_setting_option {
    const char *key;
    enum { CG_SETTING_TEXT, CG_SETTING_INT, CG_SETTING_NAME } type;
    const struct cg_name_list *names; /* of CG_SETTING_NAME */
    size_t offset;                    /* of the member */
    bool later;                       /* records of older files lack it: they ran under the default */
    /* On the command line: */
    char letter; /* short form, or 0 */
    const char *value, *help;
    const char *usually; /* what holds where it is not asked for; NULL: the default's name */
    int max;             /* of numbers, from 1 */
    /* In texts; NULL: nothing. */
    const char *before, *after;             /* "batch " 2, 2 " thread" and, but for 1, "s" */
    const char *short_before, *short_after; /* in names of tables: "b2", "2t" */
    const char *unknown;
    const char *another; /* why two records are not compared; NULL: they are all the same */
    int usual;           /* number that is said only ... */
    bool always;         /* if this is set; */
    bool in_names;       /* or this, in names of tables */
};

extern const struct cg_setting_option cg_setting_options[CG_SETTING_N];

/* The value of an option: a text, or the number of what is a number or an enum. */
struct cg_setting_value {
    const char *text;
    int number;
};

struct cg_setting_value cg_setting_get(const struct cg_setting *setting, enum cg_setting_place at);
void cg_setting_put(struct cg_setting *setting, enum cg_setting_place at, struct cg_setting_value value);

/* The word for an option's value, "native", "2", "none"; NULL: not known. `number` has room for one. */
const char *cg_setting_word(const struct cg_setting *setting, enum cg_setting_place at, char number[16]);

/* Native, the best instruction set, one thread, full fusion, hot, the graph's own batch. */
struct cg_setting cg_setting_default(void);

/* Whether every value is one that there is: of what came from elsewhere. */
bool cg_setting_is_valid(const struct cg_setting *setting);

/* In which options two settings differ, bits of enum cg_setting_field. */
unsigned cg_setting_difference(const struct cg_setting *a, const struct cg_setting *b);

/* Whether times under both may stand in one row: they differ in none. */
bool cg_setting_equal(const struct cg_setting *a, const struct cg_setting *b);

/* Chains a hash with all fields, whatever they point to. */
uint64_t cg_setting_hash(uint64_t hash, const struct cg_setting *setting);

enum cg_setting_style {
    CG_SAY_UNUSUAL, /* "native, 1 thread, avx512, hot" and what is not as usual: ", fusion none, batch 4" */
    CG_SAY_ALL,     /* "native, 1 thread, avx512, hot, fusion full, batch 1" */
    CG_SAY_SHORT,   /* "native 1t avx512 hot full b1": for names of tables */
};

/* Says the options `which` (bits of enum cg_setting_field; -1u: all); snprintf-like. */
int cg_setting_say(const struct cg_setting *setting, unsigned which, enum cg_setting_style style, char *text,
                   size_t size);

#endif
