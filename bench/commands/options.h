/* Options of a command as a table: parsed, checked and printed as help from the same rows. */
#ifndef CONVGAUGE_BENCH_COMMANDS_OPTIONS_H
#define CONVGAUGE_BENCH_COMMANDS_OPTIONS_H

#include "base/error.h"
#include "bench/commands/filter.h"
#include "bench/commands/setting_arg.h"

#include <stdbool.h>
#include <stddef.h>

enum cg_option_kind {
    CG_OPTION_FLAG,     /* bool *: set to true */
    CG_OPTION_STRING,   /* const char **: into argv; checked by `word` where there is one */
    CG_OPTION_OPTIONAL, /* const char **: "--name" alone gives "default", "--name=TEXT" the text */
    CG_OPTION_INT,      /* int *: from min to max */
    CG_OPTION_REAL,     /* double *: from min to max */
    CG_OPTION_PERCENT,  /* double *: "1%" or "0.01" gives 0.01; from min to max */
    CG_OPTION_INTS,     /* struct cg_ints *: comma-separated, each value kept once: what `word` makes of it.
                           May be given more than once */
    CG_OPTION_SETTING,  /* struct cg_asked *: stands for all options of a setting that the command has, which
                           need no row; those of its rows keep their letters. name NULL */
    CG_OPTION_FILTER,   /* struct cg_filter *: a regular expression */
    CG_OPTION_CHOICE,   /* int *, an enum: set to `all`; at most one of the rows with this target is taken */
    CG_OPTION_NOTE,     /* no option: `help` is printed below those before it; name NULL */
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
    int all;         /* CG_OPTION_CHOICE: the value; in the parser CG_OPTION_SETTING: which option */
    int (*word)(const char *word, struct cg_error *err); /* the value of a word; below 0 with `err` set */
};

/* Rows for the form of the output: *form becomes an enum cg_format (report/report.h). */
/* clang-format off */
#define CG_FORMAT_ROWS(form) \
    {"csv", 0, CG_OPTION_CHOICE, NULL, "tables as CSV", (form), .all = CG_FORMAT_CSV}, \
    {"markdown", 0, CG_OPTION_CHOICE, NULL, "tables as Markdown", (form), .all = CG_FORMAT_MARKDOWN}, \
    {"json", 0, CG_OPTION_CHOICE, NULL, "JSON instead of tables", (form), .all = CG_FORMAT_JSON}
/* clang-format on */

/* The rows of a table of options, for cg_options_parse(). */
#define CG_ROWS(options) (options), (int)(sizeof(options) / sizeof(options)[0])

/* What stands on the command line beside the options: at least `least` words, at most `most` (< 0: any). */
struct cg_words {
    int least, most;
    int first; /* result: index into argv of the first; -1: the help was printed, and the command is done */
};

/* Parses argv (argv[0]: the command's name) by `n` options. --help prints the help to stdout and sets
 * words->first to -1: the command then returns CG_OK at once. Else the words are moved behind the options.
 * CG_INVALID names the option and what it takes. */
enum cg_status cg_options_parse(int argc, char **argv, const struct cg_option *options, int n,
                                struct cg_words *words, struct cg_error *err);

#endif
