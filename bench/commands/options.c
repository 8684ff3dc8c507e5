#include "bench/commands/options.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_OPTIONS 48
#define FIRST_CODE  256 /* above every character, so that long options without a letter have a code */

static const struct cg_command *find_command(const char *name)
{
    for (const struct cg_command *c = cg_commands; c->name; c++)
        if (strcmp(c->name, name) == 0)
            return c;
    return NULL;
}

static void print_option(const char *name, char letter, const char *value, bool may, const char *help)
{
    char left[64];
    snprintf(left, sizeof left, "  %c%c%s--%s%s%s%s", letter ? '-' : ' ', letter ? letter : ' ',
             letter ? ", " : "  ", name,
             may     ? "[="
             : value ? " "
                     : "",
             value ? value : "", may ? "]" : "");
    const int column = 30;
    const int room = (int)strlen(left);
    printf("%s%*s", left, room < column ? column - room : 1, "");
    for (const char *line = help; line;) {
        const char *end = strchr(line, '\n');
        printf("%.*s\n", end ? (int)(end - line) : (int)strlen(line), line);
        line = end ? end + 1 : NULL;
        if (line)
            printf("%*s", column, "");
    }
}

static void print_help(const char *name, const struct cg_option *options, int n)
{
    const struct cg_command *command = find_command(name);
    printf("usage: convgauge %s %s\n\n%s\n\n", name, command ? command->arguments : "",
           command ? command->summary : "");
    for (int i = 0; i < n; i++)
        print_option(options[i].name, options[i].letter, options[i].value,
                     options[i].kind == CG_OPTION_OPTIONAL, options[i].help);
    print_option("help", 'h', NULL, false, "this text");
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
                   : cg_fail(err, CG_INVALID, "--%s takes a number from %g to %g, not '%s'", option->name,
                             option->min, option->max, text);
    *(double *)option->target = percent ? real / 100 : real;
    return CG_OK;
}

/* Calls take(word) for every comma-separated word of `text`; an empty word is an error. */
static enum cg_status each_word(const struct cg_option *option, const char *text,
                                enum cg_status (*take)(const struct cg_option *, const char *,
                                                       struct cg_error *),
                                struct cg_error *err)
{
    char word[CG_LIST_MAX];
    for (const char *p = text;; p++) {
        const size_t length = strcspn(p, ",");
        if (length == 0 || length >= sizeof word)
            return cg_fail(err, CG_INVALID,
                           "--%s takes words separated by commas, each of 1 to %d characters, not '%s'",
                           option->name, CG_LIST_MAX - 1, text);
        memcpy(word, p, length);
        word[length] = '\0';
        const enum cg_status status = take(option, word, err);
        if (status != CG_OK)
            return status;
        p += length;
        if (*p == '\0')
            return CG_OK;
    }
}

static enum cg_status take_word(const struct cg_option *option, const char *word, struct cg_error *err)
{
    struct cg_list *list = option->target;
    for (int i = 0; i < list->n; i++)
        if (strcmp(list->words[i], word) == 0)
            return CG_OK;
    if (list->n == CG_LIST_MAX)
        return cg_fail(err, CG_INVALID, "--%s takes at most %d values", option->name, CG_LIST_MAX);
    snprintf(list->words[list->n++], CG_LIST_MAX, "%s", word);
    return CG_OK;
}

static enum cg_status take_int_of_list(const struct cg_option *option, const char *word, struct cg_error *err)
{
    struct cg_ints *ints = option->target;
    long value;
    if (option->all > 0 && strcmp(word, "all") == 0)
        value = option->all;
    else if (!parse_int(word, &value) || !in_range(option, (double)value))
        return cg_fail(err, CG_INVALID, "--%s takes whole numbers from %.0f to %.0f%s, not '%s'",
                       option->name, option->min, option->max, option->all > 0 ? " or 'all'" : "", word);
    for (int i = 0; i < ints->n; i++)
        if (ints->values[i] == value)
            return CG_OK;
    if (ints->n == CG_LIST_MAX)
        return cg_fail(err, CG_INVALID, "--%s takes at most %d values", option->name, CG_LIST_MAX);
    ints->values[ints->n++] = (int)value;
    return CG_OK;
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
        return CG_OK;
    case CG_OPTION_OPTIONAL:
        if (text && !*text)
            return cg_fail(err, CG_INVALID, "--%s= needs a value, or no '='", option->name);
        *(const char **)option->target = text ? text : "default";
        return CG_OK;
    case CG_OPTION_LIST:
        return each_word(option, text, take_word, err);
    case CG_OPTION_INTS:
        return each_word(option, text, take_int_of_list, err);
    default:
        return take_number(option, text, err);
    }
}

/* The sentence for what getopt refuses: an unknown option with the nearest, or a missing or needless value.
 */
static enum cg_status refuse(const char *command, const struct cg_option *options, int n, char **argv,
                             int code, struct cg_error *err)
{
    const char *word = argv[optind - 1];
    if (code == ':')
        return cg_fail(err, CG_INVALID, "option '%s' needs a value; see 'convgauge %s --help'", word,
                       command);
    if (optopt >= FIRST_CODE)
        return cg_fail(err, CG_INVALID, "option --%s takes no value; see 'convgauge %s --help'",
                       options[optopt - FIRST_CODE].name, command);
    if (optopt)
        return cg_fail(err, CG_INVALID, "unknown option '-%c'; see 'convgauge %s --help'", optopt, command);
    const char *names[MAX_OPTIONS];
    for (int i = 0; i < n; i++)
        names[i] = options[i].name;
    char near[256];
    cg_nearest(word + strspn(word, "-"), names, n, near, sizeof near);
    return near[0]
               ? cg_fail(err, CG_INVALID, "unknown option '%s'; did you mean %s? See 'convgauge %s --help'",
                         word, near, command)
               : cg_fail(err, CG_INVALID, "unknown option '%s'; see 'convgauge %s --help'", word, command);
}

enum cg_status cg_options_parse(const char *command_name, const struct cg_option *options, int n, int argc,
                                char **argv, int least, int most, int *first, bool *done,
                                struct cg_error *err)
{
    struct option table[MAX_OPTIONS + 2] = {0};
    char letters[2 * MAX_OPTIONS + 4] = ":h";
    size_t n_letters = 2;
    if (n > MAX_OPTIONS)
        return cg_fail(err, CG_FAILED, "command %s has more options than the parser holds", command_name);
    for (int i = 0; i < n; i++) {
        const int has_value = options[i].kind == CG_OPTION_FLAG       ? no_argument
                              : options[i].kind == CG_OPTION_OPTIONAL ? optional_argument
                                                                      : required_argument;
        table[i] = (struct option){options[i].name, has_value, NULL, FIRST_CODE + i};
        if (options[i].letter) {
            letters[n_letters++] = options[i].letter;
            for (int colon = 0; colon < has_value; colon++) /* getopt: one must have, two may have */
                letters[n_letters++] = ':';
        }
    }
    letters[n_letters] = '\0';
    table[n] = (struct option){"help", 0, NULL, 'h'};
    *done = false;
    optind = 0;
    opterr = 0;
    for (int code; (code = getopt_long(argc, argv, letters, table, NULL)) != -1;) {
        int row = code - FIRST_CODE;
        if (code == 'h') {
            print_help(command_name, options, n);
            *done = true;
            return CG_OK;
        }
        if (code == '?' || code == ':')
            return refuse(command_name, options, n, argv, code, err);
        for (int i = 0; row < 0 && i < n; i++)
            if (options[i].letter == code)
                row = i;
        const enum cg_status status = take_option(&options[row], optarg, err);
        if (status != CG_OK)
            return status;
    }
    *first = optind;
    const int given = argc - optind;
    if (given < least)
        return cg_fail(err, CG_INVALID, "'convgauge %s' needs %s; see 'convgauge %s --help'", command_name,
                       least == 1 ? "an argument" : "more arguments", command_name);
    if (most >= 0 && given > most)
        return cg_fail(err, CG_INVALID, "'convgauge %s' cannot take '%s'; see 'convgauge %s --help'",
                       command_name, argv[optind + most], command_name);
    return CG_OK;
}
