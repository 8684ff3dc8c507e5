/* Options of a command as a table: parsed, checked and printed as help from the same rows. */
#ifndef CONVGAUGE_BENCH_COMMANDS_OPTIONS_H
#define CONVGAUGE_BENCH_COMMANDS_OPTIONS_H

#include "bench/commands/command.h"
#include "base/nearest.h"

#include <stddef.h>

enum cg_option_kind {
    CG_OPTION_FLAG,     /* bool *: set to true */
    CG_OPTION_STRING,   /* const char **: into argv */
    CG_OPTION_OPTIONAL, /* const char **: "--name" alone gives "default", "--name=TEXT" the text */
    CG_OPTION_INT,      /* int *: from min to max */
    CG_OPTION_REAL,     /* double *: from min to max */
    CG_OPTION_PERCENT,  /* double *: "1%" or "0.01" gives 0.01; from min to max */
    CG_OPTION_LIST,     /* struct cg_list *: comma-separated words, may be given more than once */
    CG_OPTION_INTS,     /* struct cg_ints *: comma-separated numbers from min to max; 'all' where all > 0 */
};

#define CG_LIST_MAX 64

struct cg_list {
    int n;
    char words[CG_LIST_MAX][CG_LIST_MAX];
};

struct cg_ints {
    int n;
    int values[CG_LIST_MAX];
};

struct cg_option {
    const char *name; /* long form, without dashes */
    char letter;      /* short form, or 0 */
    enum cg_option_kind kind;
    const char *value; /* what the help calls its value; NULL for a flag */
    const char *help;  /* one or more lines, split at '\n' */
    void *target;
    double min, max; /* of numbers */
    int all;         /* CG_OPTION_INTS: what the word "all" stands for; 0: not allowed */
};

/* Parses argv of `command` by `options` (n rows). --help prints the help to stdout and sets *done: the
 * command then returns CG_OK at once. Positional arguments are moved behind the options: *first is the index
 * of the first one; their number must lie in [least, most] (most < 0: any). CG_INVALID names the option and
 * what it takes. */
enum cg_status cg_options_parse(const char *command_name, const struct cg_option *options, int n, int argc,
                                char **argv, int least, int most, int *first, bool *done,
                                struct cg_error *err);

#endif
