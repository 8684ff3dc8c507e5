/* A profile as text, CSV and JSON. */
#ifndef CONVGAUGE_BENCH_COMMANDS_PROFILE_PRINT_H
#define CONVGAUGE_BENCH_COMMANDS_PROFILE_PRINT_H

#include "bench/config/config.h"
#include "bench/scheduler/profile.h"

/* The paper's pies (Figure 2) of this network, in percent; NAN where it has none. The paper books depthwise
 * under its "Conv"; the row of conv holds that slice. */
struct cg_figure2 {
    bool known;
    double percent[CG_PAPER_DEVICE_COUNT][CG_CATEGORY_COUNT];
};

/* From the paper's table "figure2_breakdown"; `known` is false for other networks. */
void cg_figure2_read(const struct cg_network *network, struct cg_figure2 *figure);

struct cg_profile_view {
    const struct cg_network *network;
    const struct cg_job *job;
    const struct cg_profile *profile;
    const struct cg_figure2 *figure;
    bool roofline; /* percentages of the bound are known */
};

/* One step in words: its layers with multiply-adds by name, "conv4+conv5+conv6", or else its first node, and
 * how many nodes it has besides, " +1" (a reorder is "(reorder)"); the kind of the node with most
 * multiply-adds; the shapes at its edges (zero for a reorder). */
struct cg_step_words {
    char name[8 * CG_NAME_MAX]; /* ends in "..." where that is too short */
    const char *kind;
    struct cg_shape in, out;
};
struct cg_step_words cg_step_words_of(const struct cg_profile *profile, const struct cg_profile_row *row);

void cg_profile_print_text(const struct cg_profile_view *view);
void cg_profile_print_csv(const struct cg_profile_view *view);
enum cg_status cg_profile_print_json(const struct cg_profile_view *view, struct cg_error *err);

#endif
