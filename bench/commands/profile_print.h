/* A profile as text, CSV and JSON. */
#ifndef CONVGAUGE_BENCH_COMMANDS_PROFILE_PRINT_H
#define CONVGAUGE_BENCH_COMMANDS_PROFILE_PRINT_H

#include "bench/config/config.h"
#include "bench/scheduler/profile.h"

#include <jansson.h>

/* Order of the rows. */
enum cg_profile_sort { CG_PROFILE_AS_RUN, CG_PROFILE_BY_TIME, CG_PROFILE_BY_LOSS };

/* The order of that name, "run", "time", "loss"; -1 with `err` set. */
int cg_profile_sort_word(const char *word, struct cg_error *err);

struct cg_profile_view {
    const struct cg_network *network;
    const struct cg_job *job;
    const struct cg_profile *profile;
    enum cg_profile_sort sort;
};

/* One step in words: its layers with multiply-adds by name, "conv4+conv5+conv6", or else its first node, and
 * how many nodes it has besides, " +1" (a reorder is "(reorder)"); the kind and the block of the node with
 * most multiply-adds; the shapes at its edges (zero for a reorder). */
struct cg_step_words {
    char name[8 * CG_NAME_MAX]; /* ends in "..." where that is too short */
    const char *kind;
    const char *block; /* that the network names, "" */
    struct cg_shape in, out;
};
struct cg_step_words cg_step_words_of(const struct cg_profile *profile, const struct cg_profile_row *row);

/* A step's name in the first column of a table; a longer one, of a group of layers or from a file, on a line
 * of its own, of a terminal's width at most. */
void cg_print_step_name(const char *name);

void cg_profile_print_text(const struct cg_profile_view *view);
/* Of several profiles each row begins with network and setting. */
void cg_profile_print_csv(const struct cg_profile_view *views, int n);
/* A new reference; NULL without memory. */
json_t *cg_profile_json(const struct cg_profile_view *view);

#endif
