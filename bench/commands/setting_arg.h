/* What the command line asks of settings: values of each option, and the settings that they make. */
#ifndef CONVGAUGE_BENCH_COMMANDS_SETTING_ARG_H
#define CONVGAUGE_BENCH_COMMANDS_SETTING_ARG_H

#include "base/error.h"
#include "kernels/setting.h"

#define CG_LIST_MAX 64

/* Of one option, in the order in which they were asked for. */
struct cg_asked_values {
    int n;
    struct cg_setting_value values[CG_LIST_MAX];
};

/* A command zero-initialises it but for what it says of itself, the first four. */
struct cg_asked {
    unsigned without; /* options that it does not have, bits of enum cg_setting_field */
    bool single;      /* one value of each, the last; else lists, each value kept once */
    bool every;       /* where nothing is asked for it takes all there is: for the help */
    int all_threads;  /* that the word "all" stands for; 0: it is not taken */
    struct cg_asked_values of[CG_SETTING_N];
};

/* Takes one word for an option. CG_INVALID with the words that there are, CG_UNAVAILABLE for an engine or an
 * instruction set that does not run here, with the reason. */
enum cg_status cg_asked_take(struct cg_asked *asked, enum cg_setting_place at, const char *word,
                             struct cg_error *err);

/* How many values an option has, and its i-th: the default where none was asked for. */
int cg_asked_n(const struct cg_asked *asked, enum cg_setting_place at);
struct cg_setting_value cg_asked_value(const struct cg_asked *asked, enum cg_setting_place at, int i);

/* How many settings they make together, the k-th of them (cpus NULL, edges NHWC). */
int cg_asked_count(const struct cg_asked *asked);
struct cg_setting cg_asked_setting(const struct cg_asked *asked, int k);

/* The line of help of an option, with what holds where it is not asked for. */
void cg_asked_help(const struct cg_asked *asked, enum cg_setting_place at, char *text, size_t size);

#endif
