#include "bench/commands/options.h"

#include "base/nearest.h"
#include "base/text.h"
#include "bench/commands/command.h"
#include "kernels/engine.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_OPTIONS 48
#define FIRST_CODE  256 /* above every character, so that long options without a letter have a code */

/* What the help of a command begins with; its function is not needed here. */
static const struct command_texts {
    const char *name, *arguments, *summary;
} commands[] = {
#define CG_COMMAND_TEXTS(function, name, arguments, summary, hidden) {name, arguments, summary},
    CG_COMMANDS(CG_COMMAND_TEXTS)
#undef CG_COMMAND_TEXTS
};

static void print_option(const struct cg_option *option)
{
    const char letter = option->letter, *value = option->value;
    const bool may = option->kind == CG_OPTION_OPTIONAL;
    char left[64];
    snprintf(left, sizeof left, "  %c%c%s--%s%s%s%s", letter ? '-' : ' ', letter ? letter : ' ',
             letter ? ", " : "  ", option->name,
             may     ? "[="
             : value ? " "
                     : "",
             value ? value : "", may ? "]" : "");
    const int column = 30;
    const int room = (int)strlen(left);
    printf("%s%*s", left, room < column ? column - room : 1, "");
    for (const char *line = option->help; line;) {
        const char *end = strchr(line, '\n');
        printf("%.*s\n", end ? (int)(end - line) : (int)strlen(line), line);
        line = end ? end + 1 : NULL;
        if (line)
            printf("%*s", column, "");
    }
}

static const struct command_texts *texts_of(const char *name)
{
    size_t c = 0;
    while (c + 1 < sizeof commands / sizeof commands[0] && strcmp(commands[c].name, name) != 0)
        c++;
    return &commands[c];
}

static void print_help(const char *name, const struct cg_option *options, int n)
{
    const struct command_texts *texts = texts_of(name);
    printf("usage: convgauge %s %s\n\n%s\n\n", name, texts->arguments, texts->summary);
    for (int i = 0; i < n; i++)
        if (options[i].kind != CG_OPTION_NOTE)
            print_option(&options[i]);
    print_option(&(struct cg_option){"help", 'h', CG_OPTION_FLAG, NULL, "this text"});
    for (int i = 0; i < n; i++)
        if (options[i].kind == CG_OPTION_NOTE)
            printf("\n%s\n", options[i].help);
}

static bool parse_real(const char *text, double *value)
{
    char *end;
    errno = 0;
    *value = strtod(text, &end);
    return end != text && *end == '\0' && !errno && isfinite(*value);
}

static bool parse_int(const char *text, long *value)
{
    char *end;
    errno = 0;
    *value = strtol(text, &end, 10);
    return end != text && *end == '\0' && !errno;
}

static bool in_range(const struct cg_option *option, double value)
{
    return value >= option->min && value <= option->max;
}

static enum cg_status take_number(const struct cg_option *option, const char *text, struct cg_error *err)
{
    long whole;
    double real;
    if (option->kind == CG_OPTION_INT) {
        if (!parse_int(text, &whole) || !in_range(option, (double)whole))
            return cg_fail(err, CG_INVALID, "--%s takes a whole number from %.0f to %.0f, not '%s'",
                           option->name, option->min, option->max, text);
        *(int *)option->target = (int)whole;
        return CG_OK;
    }
    char copy[64];
    snprintf(copy, sizeof copy, "%s", text);
    const size_t length = strlen(copy);
    const bool percent = option->kind == CG_OPTION_PERCENT && length > 0 && copy[length - 1] == '%';
    if (percent)
        copy[length - 1] = '\0';
    if (!parse_real(copy, &real) || !in_range(option, percent ? real / 100 : real))
        return option->kind == CG_OPTION_PERCENT
                   ? cg_fail(err, CG_INVALID, "--%s takes a percentage from %g%% to %g%%, not '%s'",
                             option->name, 100 * option->min, 100 * option->max, text)
                   : cg_fail(err, CG_INVALID, "--%s takes a number from %g to %.10g, not '%s'", option->name,
                             option->min, option->max, text);
    *(double *)option->target = percent ? real / 100 : real;
    return CG_OK;
}

/* One value of a list. */
static enum cg_status take_value(const struct cg_option *option, const char *word, struct cg_error *err)
{
    if (option->kind == CG_OPTION_SETTING)
        return cg_asked_take(option->target, (enum cg_setting_place)option->all, word, err);
    struct cg_ints *ints = option->target;
    const int value = option->word(word, err);
    if (value < 0)
        return err->status;
    for (int i = 0; i < ints->n; i++)
        if (ints->values[i] == value)
            return CG_OK;
    if (ints->n == CG_LIST_MAX)
        return cg_fail(err, CG_INVALID, "--%s takes at most %d values", option->name, CG_LIST_MAX);
    ints->values[ints->n++] = value;
    return CG_OK;
}

static enum cg_status take_values(const struct cg_option *option, const char *text, struct cg_error *err)
{
    char word[1024]; /* an engine may be named by its library's path */
    enum cg_status status = CG_OK;
    const bool engines = option->kind == CG_OPTION_SETTING && option->all == CG_AT_ENGINE;
    size_t length;
    for (const char *p = text; p && status == CG_OK; p = p[length] ? p + length + 1 : NULL) {
        length = engines ? cg_engine_name_in_list(p) : strcspn(p, ",");
        if (length == 0 || length >= sizeof word)
            return cg_fail(err, CG_INVALID,
                           "--%s takes words separated by commas, each of 1 to %zu characters, not '%s'",
                           option->name, sizeof word - 1, text);
        snprintf(word, sizeof word, "%.*s", (int)length, p);
        status = take_value(option, word, err);
    }
    return status;
}

/* Its row, unless another of its target was taken: then all of them are named. */
static enum cg_status take_choice(const struct cg_option *option, const struct cg_option *options, int n,
                                  struct cg_error *err)
{
    int *target = option->target;
    char names[128] = "";
    if (*target == 0 || *target == option->all) {
        *target = option->all;
        return CG_OK;
    }
    for (int i = 0; i < n; i++)
        if (options[i].target == option->target)
            cg_append(names, sizeof names, "%s--%s", names[0] ? ", " : "", options[i].name);
    return cg_fail(err, CG_INVALID, "only one of %s can be asked for", names);
}

static enum cg_status take_option(const struct cg_option *option, const char *text, struct cg_error *err)
{
    switch (option->kind) {
    case CG_OPTION_FLAG:
        *(bool *)option->target = true;
        return CG_OK;
    case CG_OPTION_STRING:
        if (!*text)
            return cg_fail(err, CG_INVALID, "--%s needs a value", option->name);
        *(const char **)option->target = text;
        return option->word && option->word(text, err) < 0 ? err->status : CG_OK;
    case CG_OPTION_FILTER:
        return cg_filter_set(option->target, text, err);
    case CG_OPTION_OPTIONAL:
        if (text && !*text)
            return cg_fail(err, CG_INVALID, "--%s= needs a value, or no '='", option->name);
        *(const char **)option->target = text ? text : "default";
        return CG_OK;
    case CG_OPTION_SETTING:
        return ((const struct cg_asked *)option->target)->single ? take_value(option, text, err)
                                                                 : take_values(option, text, err);
    case CG_OPTION_INTS:
        return take_values(option, text, err);
    default:
        return take_number(option, text, err);
    }
}

/* The sentence for what getopt refuses: an unknown option with the nearest, or a missing or needless value.
 */
static enum cg_status refuse(char **argv, int code, const struct cg_option *options, int n,
                             struct cg_error *err)
{
    const char *word = argv[optind - 1], *command = argv[0];
    if (code == ':')
        return cg_fail(err, CG_INVALID, "option '%s' needs a value; see 'convgauge %s --help'", word,
                       command);
    if (optopt >= FIRST_CODE)
        return cg_fail(err, CG_INVALID, "option --%s takes no value; see 'convgauge %s --help'",
                       options[optopt - FIRST_CODE].name, command);
    if (optopt)
        return cg_fail(err, CG_INVALID, "unknown option '-%c'; see 'convgauge %s --help'", optopt, command);
    const char *names[MAX_OPTIONS];
    int n_names = 0;
    for (int i = 0; i < n; i++)
        if (options[i].name)
            names[n_names++] = options[i].name;
    char near[256], dashed[280] = "";
    cg_nearest(word + strspn(word, "-"), names, n_names, near, sizeof near);
    int quotes = 0; /* the first of each two is followed by a name */
    for (const char *c = near; *c; c++)
        cg_append(dashed, sizeof dashed, "%c%s", *c, *c == '\'' && quotes++ % 2 == 0 ? "--" : "");
    return near[0]
               ? cg_fail(err, CG_INVALID, "unknown option '%s'; did you mean %s? See 'convgauge %s --help'",
                         word, dashed, command)
               : cg_fail(err, CG_INVALID, "unknown option '%s'; see 'convgauge %s --help'", word, command);
}

/* What getopt_long() takes; an option's code is FIRST_CODE and its row, or its letter. */
struct getopt_tables {
    struct option names[MAX_OPTIONS + 2];
    char letters[3 * MAX_OPTIONS + 4];
};

static void fill_tables(const struct cg_option *options, int n, struct getopt_tables *tables)
{
    char *letter = stpcpy(tables->letters, ":h");
    struct option *name = tables->names;
    for (int i = 0; i < n; i++) {
        const enum cg_option_kind kind = options[i].kind;
        const int has_value = kind == CG_OPTION_FLAG || kind == CG_OPTION_CHOICE ? no_argument
                              : kind == CG_OPTION_OPTIONAL                       ? optional_argument
                                                                                 : required_argument;
        if (kind == CG_OPTION_NOTE)
            continue;
        *name++ = (struct option){options[i].name, has_value, NULL, FIRST_CODE + i};
        if (options[i].letter) {
            *letter++ = options[i].letter;
            for (int colon = 0; colon < has_value; colon++) /* getopt: one must have, two may have */
                *letter++ = ':';
        }
    }
    *letter = '\0';
    *name++ = (struct option){"help", 0, NULL, 'h'};
    *name = (struct option){0};
}

static const struct cg_option *row_of(int code, const struct cg_option *options, int n)
{
    if (code >= FIRST_CODE)
        return &options[code - FIRST_CODE];
    for (int i = 0; i < n; i++)
        if (options[i].letter == code)
            return &options[i];
    return NULL;
}

static enum cg_status check_words(int argc, char **argv, const struct cg_words *words, struct cg_error *err)
{
    const int given = argc - words->first;
    if (given < words->least)
        return cg_fail(err, CG_INVALID, "'convgauge %s' needs %s: convgauge %s %s", argv[0],
                       words->least == 1 ? "an argument" : "more arguments", argv[0],
                       texts_of(argv[0])->arguments);
    if (words->most >= 0 && given > words->most)
        return cg_fail(err, CG_INVALID, "'convgauge %s' cannot take '%s'; see 'convgauge %s --help'", argv[0],
                       argv[words->first + words->most], argv[0]);
    return CG_OK;
}

/* ---- options of a setting ---- */

/* The rows of a command with those of its setting in place of the one that stands for them. */
struct rows {
    int n;
    struct cg_option all[MAX_OPTIONS];
    char values[CG_SETTING_N][16], helps[CG_SETTING_N][256];
};

static bool is_taken(char letter, const struct cg_option *options, int n)
{
    for (int i = 0; i < n; i++)
        if (options[i].letter == letter)
            return true;
    return false;
}

static void add_setting(struct rows *rows, struct cg_asked *asked, const struct cg_option *options, int n)
{
    for (enum cg_setting_place at = 0; at < CG_SETTING_N; at++) {
        const struct cg_setting_option *option = &cg_setting_options[at];
        if (asked->without & 1u << at)
            continue;
        snprintf(rows->values[at], sizeof rows->values[at], "%s%s", option->value,
                 asked->single ? "" : ",...");
        cg_asked_help(asked, at, rows->helps[at], sizeof rows->helps[at]);
        rows->all[rows->n++] =
            (struct cg_option){.name = option->key,
                               .letter = is_taken(option->letter, options, n) ? 0 : option->letter,
                               .kind = CG_OPTION_SETTING,
                               .value = rows->values[at],
                               .help = rows->helps[at],
                               .target = asked,
                               .all = (int)at};
    }
}

enum cg_status cg_options_parse(int argc, char **argv, const struct cg_option *own, int n_own,
                                struct cg_words *words, struct cg_error *err)
{
    struct getopt_tables tables;
    struct rows rows = {.n = 0};
    if (n_own + CG_SETTING_N > MAX_OPTIONS)
        return cg_fail(err, CG_FAILED, "command %s has more options than the parser holds", argv[0]);
    for (int i = 0; i < n_own; i++)
        if (own[i].kind == CG_OPTION_SETTING)
            add_setting(&rows, own[i].target, own, n_own);
        else
            rows.all[rows.n++] = own[i];
    const struct cg_option *options = rows.all;
    const int n = rows.n;
    fill_tables(options, n, &tables);
    optind = 0;
    opterr = 0;
    for (int code; (code = getopt_long(argc, argv, tables.letters, tables.names, NULL)) != -1;) {
        if (code == 'h') {
            print_help(argv[0], options, n);
            words->first = -1;
            return CG_OK;
        }
        if (code == '?' || code == ':')
            return refuse(argv, code, options, n, err);
        const struct cg_option *option = row_of(code, options, n);
        const enum cg_status status = option->kind == CG_OPTION_CHOICE ? take_choice(option, options, n, err)
                                                                       : take_option(option, optarg, err);
        if (status != CG_OK)
            return status;
    }
    words->first = optind;
    return check_words(argc, argv, words, err);
}
